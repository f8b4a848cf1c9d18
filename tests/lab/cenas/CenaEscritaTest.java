///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Uma cena escrita à mão: o que não se entende diz-se com a linha e a coluna, e o que não acontece, com a linha.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../Testes.java ../Lab.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.cenas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import shared.texto.ErroDeUso;
import tests.Testes;

@DisplayName("Uma cena escrita")
class CenaEscritaTest {

    /** Cada linha do meio de uma cena boa, para se estragar uma de cada vez. */
    private static final String BOA = """
            # um comentário
            cena Um título
            historia Um parágrafo,
              que continua.

            ato o ato
            parte 3
            processo cliente-1
            processo sequenciador
            processo replica-1
            processo replica-2 depois

            cliente-1 faz DEPOSITO "conta do joão" 100
            segurar sequenciador>replica-1
            cliente-1 pede DEPOSITO "conta do joão" 100,00 quer o depósito
            esperar sequenciador>replica-1 segurar DEPOSITO "conta do joão" 100 #2
            perder sequenciador>replica-1 DEPOSITO "conta do joão" 100.00 #2
            julgar replica-1
            conferir tudo menos replicas-iguais
            """;

    private static Cena ler(String texto) {
        return LeitorDeCena.ler("x.cena", texto);
    }

    @Test
    @DisplayName("lê-se: comentários, linhas que continuam, contas com espaços, valores de qualquer forma, fins de linha do"
            + " Windows")
    void le() {
        Cena cena = ler(BOA);
        assertEquals(cena, ler("\uFEFF" + BOA.replace("\n", "\r\n")));
        assertEquals(List.of("Um título", List.of("Um parágrafo, que continua.")), List.of(cena.titulo(), cena.historia()));
        Cena.AtoEscrito ato = cena.atos().get(0);
        assertEquals(List.of("cliente-1", "sequenciador", "replica-1", "replica-2"), List.copyOf(ato.elenco().keySet()));
        assertTrue(ato.elenco().get("replica-2").depois());
        assertEquals(new Passo.PerderUma("sequenciador>replica-1",
                Cena.Mensagem.de(new Cena.Pedida("DEPOSITO \"conta do joão\" 100.00", 2), null)),
                ato.linhas().get(4).passo());
        assertEquals(17, ato.linhas().get(4).numero());
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @DisplayName("o que não se entende diz-se com a linha, a coluna, e o que havia de estar")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            cena Um título | sena Um título | linha 2, coluna 1: esperava cena TÍTULO
            cena Um título | cena | linha 2, coluna 5: falta o título da cena
            ato o ato | auto o ato | linha 6, coluna 1: esperava historia, ou ato TÍTULO
            parte 3 | parte 5 | linha 7, coluna 7: esperava o número da parte
            parte 3 | parte 4 | linha 9, coluna 10: na parte 4 um processo chama-se
            processo sequenciador | processo sequenciadora | linha 9, coluna 10: na parte 3 um processo chama-se
            processo sequenciador | processo cliente-1 | linha 9, coluna 10: cliente-1 já está no elenco
            processo sequenciador | processo cliente-2 | falta no elenco: processo sequenciador
            processo cliente-1 | processo cliente-1 > replica-1 | só se pede a sequenciador
            processo replica-1 | processo replica-1 > replica-2 | só dos clientes
            processo sequenciador | processo ordenador-1 com --grupos 5 | linha 7, coluna 8: --grupos: tem de ser o mesmo
            processo replica-1 | processo replica-1 com | linha 10, coluna 23: faltam as opções
            julgar replica-1 | jugar replica-1 | linha 18, coluna 1: esperava um cliente, ou um verbo, e está 'jugar'; 
            julgar replica-1 | julgar sequenciador | linha 18, coluna 8: esperava um destes processos
            julgar replica-1 | julgar | linha 18, coluna 7: falta um destes processos
            cliente-1 faz | cliente-1 quer | linha 13, coluna 11: esperava o que ele faz
            cliente-1 faz DEPOSITO | cliente-1 faz PIX | linha 13, coluna 15: esperava uma operação, e está 'PIX'
            100,00 quer | 100.000 quer | coluna 41: '100.000' é ambíguo
            100,00 quer | -1 quer | coluna 41: valor: deve ser maior que zero
            segurar sequenciador>replica-1 | segurar sequenciador>cliente-2 | linha 14, coluna 9: esperava um enlace
            100 #2 | 100 #3 | de DEPOSITO "conta do joão" 100.00 só se pediu até à #2
            perder sequenciador>replica-1 DEPOSITO | perder sequenciador>replica-1 SAQUE | ninguém pediu ainda SAQUE
            julgar replica-1 | nota | linha 18, coluna 5: falta o que dizer
            julgar replica-1 | esperar sequenciador aplicar DEPOSITO "conta do joão" 100 | isso só fazem replica-1
            julgar replica-1 | esperar replica-1 responder | só se espera que um cliente tenha resposta
            julgar replica-1 | duplicar sequenciador>replica-1 | linha 18, coluna 32: falta uma operação
            julgar replica-1 | mover sequenciador>replica-1 controle pulso | falta antes MENSAGEM, ou fim
            julgar replica-1 | mover sequenciador>replica-1 controle pulso antes | falta uma operação
            julgar replica-1 | soltar sequenciador>replica-1 DEPOSITO "conta do joão" 100 copia um | o número da cópia
            julgar replica-1 | soltar sequenciador>replica-1 controle | falta como começa o que ela diz
            julgar replica-1 | cliente-1 repete SAQUE ana 1 | ninguém pediu ainda SAQUE ana 1.00
            julgar replica-1 | cliente-1 consulta | falta uma conta
            julgar replica-1 | esperar replica-1 assumir | só um primário ou um backup assume, ou desce
            julgar replica-1 | esperar replica-1 em-dia | isso, nesta parte, ninguém faz
            julgar replica-1 | matar replica-1 já | linha 18, coluna 17: sobra 'já'
            julgar replica-1 | nota x | os vereditos só se conferem depois de julgar
            conferir tudo menos replicas-iguais | conferir mesma-ordem | falta um veredito
            conferir tudo menos replicas-iguais | conferir mesma-ordem talvez | esperava um veredito, e está 'talvez'
            """)
    void naoSeEntende(String certo, String errado, String erro) {
        String texto = BOA.replaceFirst(Pattern.quote(certo), Matcher.quoteReplacement(errado));
        String disse = assertThrows(ErroDeUso.class, () -> ler(texto)).getMessage();
        assertTrue(disse.startsWith("x.cena, linha ") && disse.contains(erro), disse);
    }

    @ParameterizedTest
    @MethodSource("tests.lab.cenas.Cenas#nomes")
    @DisplayName("cortada em qualquer linha, uma cena ou se lê, ou diz em que linha não")
    void cortada(String nome) {
        String[] linhas = texto(nome).split("\n");
        for (int ate = 0; ate < linhas.length; ate++) {
            String cortada = String.join("\n", List.of(linhas).subList(0, ate));
            try {
                ler(cortada);
            } catch (ErroDeUso e) {
                assertTrue(e.getMessage().matches("x\\.cena, linha \\d+, coluna \\d+: .+"), e.getMessage());
            }
        }
    }

    private static String texto(String nome) {
        try (InputStream aberto = Cenas.class.getResourceAsStream("/" + nome + Cenas.EXTENSAO)) {
            return new String(aberto.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("um arquivo que não há, que não é texto, ou um nome parecido com o de uma cena")
    void arquivoQueNaoServe(@TempDir Path pasta) throws IOException {
        assertTrue(erro("bureco").contains("você quis dizer buraco?"));
        assertTrue(erro(pasta.resolve("nada.cena").toString()).contains("não há o arquivo"));
        Path latino = Files.write(pasta.resolve("latino.cena"), "cena Não é UTF-8\n".getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(erro(latino.toString()).contains("não está em UTF-8"));
    }

    private static String erro(String qual) {
        return assertThrows(ErroDeUso.class, () -> Cenas.ler(qual)).getMessage();
    }

    @Test
    @DisplayName("o que não é como a cena diz acaba o ato, com a linha, e o que há em vez disso; o rastro fica")
    void naoAconteceu() {
        Cena errada = ler(texto("assinante-atrasado").replace("conferir saldo replica-2 ana 10", """
                conferir saldo replica-2 ana 110
                conferir replicas-iguais sim"""));
        List<Ato> atos = Cenas.representar(errada, Cenas.LENTIDAO);
        assertEquals(1, atos.size());
        assertTrue(atos.get(0).porque().endsWith("«conferir saldo replica-2 ana 110»: replica-2 diz que ana tem 10.00"),
                atos.get(0).porque());
        assertTrue(atos.get(0).rastro().eventos().size() > 10);
    }

    public static void main(String[] args) {
        Testes.rodar(CenaEscritaTest.class);
    }
}
