//SOURCES Bancada.java ComPrimario.java ComSequenciador.java DaReplica3.java DaTestemunha.java DoBackup.java
//SOURCES DoPrimario.java DoSequenciador.java Esperas.java FazBackup.java FazPrimario.java FazSequenciador.java
//SOURCES Lida.java Operacoes.java Ouvinte.java Par.java Pedinte.java Prova.java Regras.java
package tests.lab.provas;

import java.util.List;
import java.util.stream.Stream;

/** Todas as provas, pela ordem em que se fazem: por parte e, em cada papel, do básico para o que tolera faltas. */
public final class Catalogo {

    private Catalogo() {
    }

    /** As de todas as partes. */
    public static List<Prova> provas() {
        return Stream.of(DoSequenciador.provas(), DaReplica3.provas(), DoPrimario.provas(), DoBackup.provas(),
                DaTestemunha.provas()).flatMap(List::stream).toList();
    }
}
