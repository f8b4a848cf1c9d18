//SOURCES Bancada.java Chamador.java ComPrimario.java ComSequenciador.java ComServidor.java DaReplica1.java
//SOURCES DaReplica3.java DaTestemunha.java DeCena.java DeDisco.java DeEpocas.java Difusor.java DoBackup.java
//SOURCES DoCliente.java DoPrimario.java DoSequenciador.java DoServidor.java DoWorker.java Esperas.java FazBackup.java
//SOURCES FazBalcao.java FazClientes.java FazPrimario.java FazSequenciador.java FazServidor.java FazTestemunha.java
//SOURCES FazWorker.java Lida.java Operacoes.java Ouvinte.java Par.java Pedinte.java Procurada.java Prova.java
//SOURCES Regras.java
package tests.lab.provas;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Todas as provas, pela ordem em que se fazem: por parte e, em cada papel, do básico para o que tolera faltas. Básico é o
 * que a arquitetura e o formato da semente prometem, e um programa do sistema original tem-no todo; durável é o que ele não
 * promete, e não pede faltas: o diário, o dinheiro exato, o mesmo id_msg uma vez só. O que só os nossos dizem uns aos outros
 * (HISTORICO, épocas, visões) nunca é básico.
 *
 * <p>O que tem de acontecer espera-se pelo prazo da bancada; o que não pode acontecer prova-o o que vem depois: o número
 * seguinte, uma última operação. Só quando nada vem depois se espera um pouco: o pior que daí vem é aprovar quem não devia.
 */
public final class Catalogo {

    private Catalogo() {
    }

    /** As de todas as partes. */
    public static List<Prova> provas() {
        return Stream.of(Procurada.provas(), DoCliente.provas(), DaReplica1.provas(), DoServidor.provas(), DoWorker.provas(),
                DoSequenciador.provas(), DaReplica3.provas(), DoPrimario.provas(), DoBackup.provas(), DaTestemunha.provas(),
                DeEpocas.provas(), DeDisco.provas(), DeCena.provas())
                .flatMap(List::stream).sorted(Comparator.comparingInt(Prova::parte)).toList();
    }
}
