///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A tabela dos exercícios: a solução tem nota cheia; cada erro tem menos, e pela razão certa.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../../part2/rpc/ChamadaJsonRpc.java ../../../part2/rpc/ChamadaRpyc.java ../../../part2/rpc/PortaRpc.java
//SOURCES ../../../part3/regra/grupos/Grupos.java ../../../part4/regra/Visoes.java ../../../shared/Banco.java
//SOURCES ../../../shared/Envelope.java ../../../shared/defesa/Defesa.java ../../../shared/disco/Diarios.java
//SOURCES ../../../shared/disco/EstadoDoBanco.java ../../../shared/memoria/Lembradas.java
//SOURCES ../../../shared/memoria/Saldos.java ../../../shared/papel/Dados.java ../../../shared/rede/Pedidos.java
//SOURCES ../../../shared/rede/Requisicao.java ../../../shared/tempo/Lentidao.java ../../../shared/texto/Campos.java
//SOURCES ../../../shared/texto/Endereco.java ../../../shared/texto/JsonGrande.java ../../../shared/texto/Reais.java
//SOURCES ../../../shared/texto/Registro.java ../../Pergunta.java ../../Precisa.java ../../Testes.java
//SOURCES ../cenas/Cenas.java ../correcao/Correcao.java ../palco/Elenco.java ../provas/Catalogo.java
//SOURCES ../rede/ComandosDaRede.java ../vereditos/Rastro.java ../vereditos/Terminal.java ../vereditos/Vereditos.java
//SOURCES Tabela.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.exercicios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tests.Precisa;
import tests.Testes;
import tests.lab.exercicios.Tabela.Linha;

@DisplayName("A tabela dos exercícios")
class TabelaTest {

    private static final Path RAIZ = Testes.raiz();

    /** O que se corrige sempre; o resto, com as campanhas longas. */
    private static final Map<String, String> AMOSTRA = Map.of("sequenciador", "repetida-numero-novo.*");

    @TempDir
    private Path pasta;

    static Stream<Exercicio> todos() {
        return Exercicio.todos(RAIZ).stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("todos")
    @Execution(ExecutionMode.CONCURRENT) // passam o tempo à espera
    @DisplayName("a solução passa onde cada erro reprova, e cada um reprova pela razão que tem")
    void tabela(Exercicio exercicio) throws IOException {
        String quais = Testes.longos() ? ".*" : AMOSTRA.get(exercicio.nome());
        assumeTrue(quais != null, Precisa.De.CAMPANHAS_LONGAS.porque());
        List<Variante> variantes = Variante.de(RAIZ, exercicio, pasta).stream()
                .filter(v -> v.erro() == null || v.nome().matches(quais))
                .filter(v -> v.erro() == null || v.erro().python() == null || Precisa.De.PYZMQ.ha() && Precisa.De.RPYC.ha())
                .toList();
        List<String> mal = new ArrayList<>();
        for (Variante variante : variantes) {
            Linha linha = Tabela.corrigir(variante, Tabela.poucas(variante, variantes));
            System.out.println(Tabela.texto(linha));
            boolean certa = variante.erro() == null ? linha.nota() == 100
                    : linha.nota() < 100 && Pattern.compile(variante.erro().razao()).matcher(linha.porque()).find();
            if (!certa) {
                mal.add(variante.nome() + ": " + linha.nota() + ", " + linha.prova() + ": " + linha.porque());
            }
        }
        assertEquals(List.of(), mal);
        assertTrue(variantes.size() > 1);
    }

    public static void main(String[] args) {
        Testes.rodar(TabelaTest.class);
    }
}
