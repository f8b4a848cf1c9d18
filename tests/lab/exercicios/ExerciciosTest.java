///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Os exercícios: o que se dá ao aluno compila-se, começa e diz o que falta; cheio outra vez, é o nosso.
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
//SOURCES PastaDoAluno.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.exercicios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import shared.texto.ErroDeUso;
import shared.texto.Json;
import tests.Precisa;
import tests.Processo;
import tests.Testes;
import tests.lab.correcao.Correcao;
import tests.lab.correcao.Nota;
import tests.lab.palco.Entrega;
import tests.lab.provas.Catalogo;
import tests.lab.provas.Prova;

@DisplayName("Exercícios")
class ExerciciosTest {

    private static final Path RAIZ = Testes.raiz();

    /** Os que se põem de pé sempre, em Java e em Python; os outros, com as campanhas longas. */
    private static final Set<String> UNS = Set.of("multicast", "sequenciador", "visoes");

    @TempDir
    private Path pasta;

    static Stream<Exercicio> todos() {
        return Exercicio.todos(RAIZ).stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("todos")
    @DisplayName("o que se dá compila-se; e, com o que nós escrevemos em cada falta, é o nosso, letra por letra")
    void naoDeriva(Exercicio exercicio) throws IOException {
        Map<String, String> dados = PastaDoAluno.fontes(RAIZ, exercicio);
        Map<String, String> vazios = new TreeMap<>();
        for (Map.Entry<String, String> dado : dados.entrySet()) {
            String nosso = Files.readString(RAIZ.resolve(dado.getKey()));
            if (!Lacunas.em(nosso, exercicio.nome()).isEmpty()) {
                vazios.put(dado.getKey(), dado.getValue());
            }
            assertEquals(semAsDosOutros(nosso, exercicio.nome()), encher(dado.getValue(), nosso, exercicio.nome()),
                    dado.getKey());
        }
        assertFalse(vazios.isEmpty(), "há o que fazer");
        Compilador.compilar(vazios, pasta);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("todos")
    @DisplayName("cada erro escrito aplica-se ainda ao que temos, e diz que provas o apanham, e porquê")
    void erros(Exercicio exercicio) throws IOException {
        List<Erro> erros = Erro.de(RAIZ, exercicio.nome());
        assertTrue(erros.size() >= 4, "pelo menos quatro");
        for (Erro erro : erros) {
            assertEquals(erro.trocas().keySet(), erro.aplicar(RAIZ).keySet());
            List<String> provas = Catalogo.provas().stream().filter(prova -> prova.parte() == exercicio.parte())
                    .map(Prova::nome).toList();
            assertTrue(provas.containsAll(erro.provas()) && !erro.razao().isEmpty(), erro.nome());
        }
    }

    @Test
    @DisplayName("um erro que já não se aplica diz qual, em que arquivo, e o que lá não está")
    void erroQueJaNaoSeAplica() {
        Erro perdido = new Erro("perdido", "", List.of(), "", null,
                Map.of("part3/regra/Ordem.java", List.of(new Erro.Troca("        nunca lá esteve\n", ""))));
        assertTrue(assertThrows(IllegalStateException.class, () -> perdido.aplicar(RAIZ)).getMessage().startsWith(
                "o erro perdido já não se aplica: em part3/regra/Ordem.java não está\n        nunca lá esteve"));
    }

    /** As letras são portas. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
        "multicast | part1.Replica --clientes 127.0.0.1:A --consulta 0 | part1.Client --porta A depositar ana 1",
        "fila | part2.RpcServer --porta A --workers 127.0.0.1:B --memoria | part2.Worker --porta B --rpc 127.0.0.1:A"
            + " --consulta 0 --memoria; part2.Client --rpc 127.0.0.1:A depositar ana 1",
        "rpc | part2.RpcServer --porta A --workers 127.0.0.1:B --memoria | part2.Client --rpc 127.0.0.1:A depositar ana 1",
        "sequenciador | part3.Sequencer --pedidos A --ordem B --memoria | part3.Client --sequenciador 127.0.0.1:A depositar"
            + " ana 1",
        "fila-de-espera | part3.Replica --pedidos 127.0.0.1:A --ordem 127.0.0.1:B --consulta 0 --memoria | part3.Sequencer"
            + " --pedidos A --ordem B --memoria; part3.Client --sequenciador 127.0.0.1:A depositar ana 1",
        "recuperacao | part3.Replica --pedidos 127.0.0.1:A --ordem 127.0.0.1:B --consulta 0 --memoria | part3.Sequencer"
            + " --pedidos A --ordem B --memoria",
        "primario | part4.Primary --pedidos A --atualizacoes B --consulta 0 --memoria | part4.Client --primario 127.0.0.1:A"
            + " depositar ana 1",
        "visoes | part4.Witness --porta A --memoria | ",
        "failover | part4.Primary --pedidos A --atualizacoes B --consulta 0 --memoria --testemunha 127.0.0.1:C |"
            + " part4.Witness --porta C --memoria"})
    @DisplayName("o que se dá começa, e onde lhe falta algo di-lo numa linha, sem pilhas, e acaba com código 1")
    void dizOQueFalta(String nome, String doAluno, String outros) throws IOException {
        assumeTrue(Testes.longos() || UNS.contains(nome), Precisa.De.CAMPANHAS_LONGAS.porque());
        Map<String, String> vazios = PastaDoAluno.fontes(RAIZ, Exercicio.de(RAIZ, nome));
        vazios.values().removeIf(texto -> Lacunas.em(texto, nome).isEmpty());
        Compilador.compilar(vazios, pasta);
        String portas = Processo.portaLivre() + " " + Processo.portaLivre() + " " + Processo.portaLivre();
        List<Processo> deles = new ArrayList<>();
        try (Processo aluno = processo(pasta + ":", doAluno, portas)) {
            aluno.esperarPronto();
            for (String outro : outros == null ? new String[0] : outros.split("; ")) {
                deles.add(processo("", outro, portas));
            }
            if (nome.equals("rpc")) { // um servidor de chamadas diz a quem chama, e segue
                assertEquals(1, deles.get(0).esperarFim());
                assertTrue(deles.get(0).saida().toString().contains("exercício: falta"), deles.get(0).saida().toString());
                aluno.esperarNoRegistro("exercício: falta");
            } else {
                assertEquals(1, aluno.esperarFim());
                assertTrue(aluno.registro().stream().anyMatch(linha -> linha.startsWith("exercício: falta ")),
                        aluno.registro().toString());
            }
            assertFalse(aluno.registro().stream().anyMatch(linha -> linha.startsWith("\tat ")), "uma pilha");
        } finally {
            deles.forEach(Processo::close);
        }
    }

    private static Processo processo(String antes, String comando, String portas) {
        List<String> palavras = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        palavras.addAll(antes.isEmpty() ? Processo.DEPRESSA : Processo.DEPRESSA_COM_OUTRAS);
        palavras.addAll(List.of("-cp", antes + System.getProperty("java.class.path")));
        String[] quais = portas.split(" ");
        palavras.addAll(List.of(comando.replaceAll("\\bA\\b", quais[0]).replaceAll("\\bB\\b", quais[1])
                .replaceAll("\\bC\\b", quais[2]).split(" ")));
        return Processo.comando(palavras.toArray(String[]::new));
    }

    @Test
    @DisplayName("a pasta tem o enunciado, os fontes e como se corrige; não se escreve por cima; um nome errado diz-se")
    void pastaDoAluno() throws IOException {
        Exercicio exercicio = Exercicio.de(RAIZ, "recuperacao");
        Path dela = pasta.resolve("de joão");
        PastaDoAluno.escrever(RAIZ, exercicio, dela, "java");
        assertTrue(Files.isExecutable(dela.resolve("part3/Replica.java")));
        assertTrue(Files.readString(dela.resolve("ENUNCIADO.md"))
                .contains("| shared/ordem/Seguidor.java | decidir se falta"));
        assertTrue(Files.readString(dela.resolve("ENUNCIADO.md")).contains("| procura/caminhos-curtos |"));
        assertEquals("part3.Replica", Json.lerGrande(Files.readAllBytes(dela.resolve("correcao.json")))
                .at("/papeis/replica/comando/5").textValue());
        assertTrue(assertThrows(ErroDeUso.class, () -> PastaDoAluno.escrever(RAIZ, exercicio, dela, "java")).getMessage()
                .contains("não escrevo por cima"));
        assertTrue(assertThrows(ErroDeUso.class, () -> Exercicio.de(RAIZ, "recuperação")).getMessage()
                .contains("você quis dizer recuperacao?"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("todos")
    @Precisa({Precisa.De.PYZMQ, Precisa.De.RPYC})
    @DisplayName("em Python, o esqueleto começa, chega aonde falta algo, e a nota di-lo")
    void esqueletos(Exercicio exercicio) throws IOException {
        PastaDoAluno.escrever(RAIZ, exercicio, pasta.resolve("p"), "python");
        assertFalse(Files.readString(pasta.resolve("p/ENUNCIADO.md")).contains("procura/"), "em Python não se procura");
        Entrega entrega = Entrega.ler(pasta.resolve("p/correcao.json"));
        assertEquals(exercicio.papeis().keySet(), entrega.papeis().keySet());
        List<Prova> provas = Correcao.queServem(Catalogo.provas(), entrega);
        for (String papel : Testes.longos() || UNS.contains(exercicio.nome()) ? entrega.quePapeis() : Set.<String>of()) {
            Prova uma = provas.stream().filter(prova -> prova.nome().startsWith(papel + "/")).findFirst().orElseThrow();
            Nota nota = new Correcao(3, n -> { }).corrigir(entrega, List.of(uma)).notas().get(0);
            assertTrue(nota.situacao() == Nota.Situacao.FALHOU && nota.motivo().contains("exercício: falta "),
                    nota.motivo());
        }
    }

    // ───── O inverso de esvaziar ─────

    private static String semAsDosOutros(String nosso, String exercicio) {
        List<String> linhas = new ArrayList<>();
        boolean deste = false;
        for (String linha : nosso.split("\n", -1)) {
            boolean comeco = linha.matches(" *// exercício [\\w-]+: .*");
            deste = comeco ? linha.contains("// exercício " + exercicio + ": ") : deste;
            if (deste || !comeco && !linha.matches(" *// fim")) {
                linhas.add(linha);
            }
            deste &= !linha.matches(" *// fim");
        }
        return String.join("\n", linhas);
    }

    /** Cada throw que ficou no lugar do que se tirou troca-se pelo que lá estava, por ordem. */
    private static String encher(String vazio, String nosso, String exercicio) {
        Deque<String> tirado = new ArrayDeque<>();
        String[] partes = nosso.split("// exercício " + exercicio + ": ");
        for (int i = 1; i < partes.length; i++) {
            tirado.add(partes[i].substring(partes[i].indexOf('\n') + 1, partes[i].indexOf("// fim")));
        }
        StringBuilder cheio = new StringBuilder();
        String[] buracos = vazio.split("(?m)^ *throw new UnsupportedOperationException\\(\n.*\n(?= *// fim)", -1);
        cheio.append(buracos[0]);
        for (int i = 1; i < buracos.length; i++) {
            String corpo = tirado.remove();
            cheio.append(corpo, 0, corpo.lastIndexOf('\n') + 1).append(buracos[i]);
        }
        return cheio.toString();
    }

    public static void main(String[] args) {
        Testes.rodar(ExerciciosTest.class);
    }
}
