///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Programas que se estragam, ou são maus: uma nota e uma razão, nunca uma espera sem fim, e nada que fique.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../../part2/rpc/ChamadaJsonRpc.java ../../../part2/rpc/ChamadaRpyc.java ../../../part2/rpc/PortaRpc.java
//SOURCES ../../../part3/regra/grupos/Grupos.java ../../../part4/regra/Visoes.java ../../../shared/Banco.java
//SOURCES ../../../shared/Envelope.java ../../../shared/defesa/Defesa.java ../../../shared/disco/Arquivos.java
//SOURCES ../../../shared/disco/EstadoDoBanco.java ../../../shared/memoria/Lembradas.java
//SOURCES ../../../shared/memoria/Saldos.java ../../../shared/rede/Pedidos.java ../../../shared/rede/Requisicao.java
//SOURCES ../../../shared/tempo/Lentidao.java ../../../shared/texto/Campos.java ../../../shared/texto/Endereco.java
//SOURCES ../../../shared/texto/JsonGrande.java ../../../shared/texto/Reais.java ../../../shared/texto/Registro.java
//SOURCES ../../Pergunta.java ../../Precisa.java ../../Testes.java ../cenas/Cenas.java ../palco/Elenco.java
//SOURCES ../provas/Catalogo.java ../rede/ComandosDaRede.java ../vereditos/Rastro.java ../vereditos/Vereditos.java
//SOURCES Correcao.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.correcao;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shared.texto.Json;
import tests.Precisa;
import tests.Processo;
import tests.Testes;
import tests.lab.correcao.Nota.Situacao;
import tests.lab.palco.Entrega;
import tests.lab.provas.Catalogo;
import tests.lab.provas.Prova;

@DisplayName("Programas hostis")
class HostisTest {

    private static final Duration PRAZO = Duration.ofMinutes(2);
    private static final String DORME = "sleep 98" + ProcessHandle.current().pid(); // só daqui

    @TempDir
    Path pasta;

    @AfterEach
    void nadaFica() {
        boolean nada = Processo.aguardar(Processo.PRAZO, () -> dormem().isEmpty());
        dormem().forEach(ProcessHandle::destroyForcibly); // o que um teste deixou não é do seguinte
        assertTrue(nada, "ficou algo de pé");
    }

    private static List<ProcessHandle> dormem() {
        return ProcessHandle.allProcesses().filter(p -> p.info().commandLine().orElse("").contains(DORME)).toList();
    }

    private Boletim corrigir(String programa, String... comando) throws IOException {
        return corrigir(0.5, List.of("sequenciador/formato", "sequenciador/de-um"), programa, comando);
    }

    private Boletim corrigir(double escala, List<String> quais, String programa, String... comando) throws IOException {
        Files.writeString(pasta.resolve("programa"), programa);
        Path arquivo = pasta.resolve("e.json");
        String palavras = Json.escrever(Json.MAPPER.valueToTree(comando));
        Files.writeString(arquivo, "{\"parte\": 3, \"papeis\": {\"sequenciador\": {\"comando\": " + palavras
                + ", \"pronto\": \"pronto\"}}}");
        List<Prova> provas = Catalogo.provas().stream().filter(prova -> quais.contains(prova.nome())).toList();
        assertEquals(quais.size(), provas.size());
        return assertTimeout(PRAZO, () -> new Correcao(escala, nota -> { }).corrigir(Entrega.ler(arquivo), provas));
    }

    private Boletim emShell(String programa) throws IOException {
        return corrigir(comLongas(programa), "sh", "programa");
    }

    private static String comLongas(String programa) {
        return programa.replace("DORME", DORME).replace("LONGA", "a".repeat(5_000));
    }

    private static void reprovado(Boletim b, String porque) {
        assertEquals(1, b.codigo());
        b.notas().forEach(nota -> assertTrue(nota.situacao() == Situacao.FALHOU && nota.motivo().contains(porque),
                nota.motivo()));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "inunda a saída           | echo pronto; yes LONGA                                  | escreveu mais de 10 MB",
        "inunda sem mudar de linha| echo pronto; cat /dev/zero                              | escreveu mais de 10 MB",
        "nunca fica pronto        | DORME                                                   | não ficou pronto em",
        "acaba logo               | exit 7                                                  | acabou antes de estar pronto",
        "acaba depois             | echo pronto; exit 7                                     | com o código 7",
        "multiplica-se            | echo pronto; for i in $(seq 400); do DORME & done; wait | iniciou mais de 100 processos",
        "deixa filhos soltos      | setsid DORME & echo pronto; DORME                       | em",
        "não ouve o SIGTERM       | trap '' TERM HUP INT; echo pronto; while :; do DORME; done | em",
        "escreve 1 GB             | echo pronto; for i in 1 2 3 4 5; do truncate -s 200000000 f$i; done; DORME"
            + " | escreveu mais de 300 MB",
        "escreve 1 GB de uma vez  | echo pronto; head -c 1000000000 /dev/zero > f; DORME    | em"})
    @DisplayName("uma nota, uma razão, e nada que fique")
    void notaERazao(String qual, String programa, String porque) throws IOException {
        reprovado(emShell(programa), porque);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"DORME | não ficou pronto em", "echo pronto; yes LONGA | escreveu mais de 10 MB"})
    @DisplayName("um que já se viu três vezes que não serve: nas outras provas, também nas do sistema inteiro, já não se"
            + " espera")
    void jaSeViu(String programa, String porque) throws IOException {
        Boletim b = corrigir(0.5, List.of("sequenciador/formato", "sequenciador/de-um", "sequenciador/acentos",
                "sequenciador/repetida", "sistema/saques-que-se-cruzam"), comLongas(programa), "sh", "programa");
        reprovado(b, porque);
        b.notas().stream().skip(3).forEach(nota ->
                assertTrue(nota.motivo().startsWith("como nas provas de antes, sequenciador "), nota.motivo()));
    }

    @Test
    @Precisa(Precisa.De.CAMPANHAS_LONGAS)
    @DisplayName("um que demora a começar mais do que o prazo, e menos do que o dobro: começa, e reprova só pelo que faz")
    void comecaTarde() throws IOException {
        Boletim b = corrigir(1, List.of("sequenciador/formato", "sequenciador/de-um", "sequenciador/acentos",
                "sequenciador/repetida"), comLongas("sleep 6; echo pronto; DORME"), "sh", "programa");
        reprovado(b, "em");
        b.notas().forEach(nota -> assertFalse(nota.motivo().contains("não ficou pronto"), nota.motivo()));
    }

    @Test
    @Precisa(Precisa.De.RECINTO)
    @DisplayName("um que se solta, muda de pasta e esquece o ambiente: já não está de pé quando há nota")
    void soltaSe() throws IOException {
        reprovado(emShell("""
                (cd /; exec env -i setsid sh -c '(exec setsid DORME) & exit') </dev/null >/dev/null 2>&1
                echo pronto; DORME"""), "em");
        assertEquals(List.of(), dormem());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pass", "pedidos.send_string('OK')", "pedidos.send_string('OK seq=1')"})
    @Precisa(Precisa.De.PYZMQ)
    @DisplayName("um que não responde nada, e os que a tudo respondem OK")
    void respondeSempreOMesmo(String resposta) throws IOException {
        reprovado(corrigir("""
                import sys, zmq
                contexto = zmq.Context()
                pedidos = contexto.socket(zmq.REP)
                pedidos.bind("tcp://127.0.0.1:" + sys.argv[1])
                ordem = contexto.socket(zmq.PUB)
                ordem.bind("tcp://127.0.0.1:" + sys.argv[2])
                print("pronto")
                while True:
                    pedidos.recv()
                    RESPOSTA
                """.replace("RESPOSTA", resposta), "{python}", "programa", "{pedidos}", "{ordem}"), "");
    }

    @Test
    @DisplayName("um que não compila: a razão é o que o compilador disse; um comando que não há, também")
    void naoCompila() throws IOException {
        Path arquivo = pasta.resolve("e.json");
        for (String comando : List.of("\"sh\", \"-c\", \"echo falta um ponto >&2; exit 1\"", "\"nenhum-comando-destes\"")) {
            Files.writeString(arquivo, "{\"parte\": 3, \"preparar\": [[" + comando + "]], \"papeis\": {\"replica\":"
                    + " {\"comando\": [\"x\"]}}}");
            Boletim b = new Correcao(1, nota -> { }).corrigir(Entrega.ler(arquivo), Catalogo.provas().stream()
                    .filter(prova -> prova.nome().startsWith("replica/")).limit(1).toList());
            reprovado(b, comando.contains("falta") ? "falta um ponto" : "nenhum-comando-destes");
        }
    }

    @Test
    @DisplayName("o que ele faz na sua pasta fica na cópia")
    void naCopia() throws IOException {
        emShell("rm -rf ./*; echo mudei > programa; exit 1");
        try (Stream<Path> todos = Files.list(pasta)) {
            assertEquals(2, todos.count());
        }
        assertFalse(Files.readString(pasta.resolve("programa")).contains("mudei\n"));
    }

    public static void main(String[] args) {
        Testes.rodar(HostisTest.class);
    }
}
