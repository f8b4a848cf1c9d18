///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION O que alguém entrega: lê-se com rigor, e um erro diz onde está e o que devia lá estar.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../../part3/regra/grupos/Grupos.java ../../../shared/Banco.java ../../../shared/Envelope.java
//SOURCES ../../../shared/defesa/Defesa.java ../../../shared/disco/Arquivos.java
//SOURCES ../../../shared/memoria/Lembradas.java ../../../shared/memoria/Saldos.java
//SOURCES ../../../shared/rede/Requisicao.java ../../../shared/tempo/Lentidao.java ../../../shared/texto/Campos.java
//SOURCES ../../../shared/texto/Endereco.java ../../../shared/texto/Reais.java ../../../shared/texto/Registro.java
//SOURCES ../../Pergunta.java ../../Processo.java ../../Testes.java ../rede/Rede.java ../vereditos/Rastro.java
//SOURCES ../vereditos/Vereditos.java Elenco.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.palco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shared.texto.ErroDeUso;
import tests.Testes;

@DisplayName("A entrega")
class EntregaTest {

    @TempDir
    Path pasta;

    private Entrega ler(String texto) throws IOException {
        Path arquivo = pasta.resolve("e.json");
        Files.writeString(arquivo, texto.replace('\'', '"').replace('~', '\n'));
        return Entrega.ler(arquivo);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{~'parte': | e.json: JSON malformado (linha 2, coluna 9)",
        "{'parte': 3, 'parte': 3} | campo repetido",
        "[] | esperava um objeto JSON {…}, veio uma lista",
        "{'parte': 5} | e.json, parte: esperava um número de 1 a 4; veio 5",
        "{} | e.json, parte: esperava um número de 1 a 4; falta",
        "{'parte': 3, 'papel': {}} | não há a chave 'papel'; você quis dizer papeis? Há: parte, nome, pasta,",
        "{'parte': 3} | papeis: falta: diga pelo menos um papel, com o seu comando. Há: cliente, replica, sequenciador",
        "{'parte': 3, 'papeis': {'sequencer': {}}} | não há na parte 3 o papel 'sequencer'; você quis dizer sequenciador?",
        "{'parte': 3, 'papeis': {'replica': {}}} | papeis.replica: falta o comando",
        "{'parte': 3, 'papeis': {'replica': {'comando': 'x'}}} | comando: esperava uma lista […], veio o texto",
        "{'parte': 3, 'papeis': {'replica': {'comando': []}}} | papeis.replica.comando: está vazio",
        "{'parte': 3, 'papeis': {'replica': {'comando': ['x', 3]}}} | comando[1]: esperava um texto, veio o número 3",
        "{'parte': 3, 'papeis': {'replica': {'comando': ['{orden}']}}} | comando[0]: não conheço o lugar {orden}; você quis "
            + "dizer {ordem}?",
        "{'parte': 3, 'papeis': {'replica': {'comando': ['x'], 'ambiente': {'A': '{p}'}}}} | A: não conheço o lugar",
        "{'parte': 3, 'papeis': {'replica': {'comando': ['x'], 'guarda': 'sim'}}} | guarda: esperava true ou false",
        "{'parte': 3, 'papeis': {'replica': {'comando': ['x'], 'portas': {'porta': 1}}}} | não há a chave 'porta'",
        "{'parte': 3, 'papeis': {'replica': {'comando': ['x'], 'portas': {'ordem': 70000}}}} | de 1 a 65535; veio 70000",
        "{'parte': 3, 'papeis': {'replica': {'comando': ['x'], 'saldo': {'padrao': 'a'}}}} | tem de ter (?<conta>…)",
        "{'parte': 3, 'papeis': {'replica': {'comando': ['x'], 'saldo': {'padrao': '(?<conta>a(?<valor>b'}}}} | não é uma "
            + "expressão regular",
        "{'parte': 3, 'papeis': {'sequenciador': {'comando': ['x'], 'saldo': {'consulta': true}}}} | não tem banco",
        "{'parte': 3, 'papeis': {'replica': {'comando': ['x'], 'entrada': {}}}, 'pesos': {'medio': 1}} | a chave 'medio'",
        "{'parte': 3, 'papeis': {'cliente': {'comando': ['x'], 'entrada': {'SAQUE': 'a'}}}} | "
            + "falta o que se digita para DEPOSITO",
        "{'parte': 3, 'substituir': [{'arquivo': '*', 'de': 'a'}], 'papeis': {'replica': {'comando': ['x']}}} | falta por",
        "{'parte': 3, 'pasta': 'nenhuma', 'papeis': {'replica': {'comando': ['x']}}} | pasta: não há a pasta"})
    @DisplayName("um erro diz o arquivo, a chave, o que está, o que devia estar, e o nome parecido")
    void erros(String texto, String erro) {
        String veio = assertThrows(ErroDeUso.class, () -> ler(texto)).getMessage();
        assertTrue(veio.contains(erro) && veio.startsWith(pasta.toString()), veio);
    }

    @Test
    @DisplayName("os lugares são o que as nossas opções dizem, e pedaços disso; o que não há some com a opção dele")
    void lugares() {
        Lugares lugares = new Lugares(List.of("--pedidos", "7002", "--workers", "127.0.0.1:1,127.0.0.1:2",
                "--sem-recuperacao"));
        assertEquals(List.of("a7002", "127.0.0.1:7002", "1,2", "127.0.0.1:2", "1", "127.0.0.1:1", "127.0.0.1:2", "{x}"),
                lugares.encher(List.of("a{pedidos}", "{endereco-pedidos}", "{porta-workers}", "{workers-2}",
                "{porta-workers-1}", "--testemunha", "{testemunha}", "{workers*}", "{{x}")));
        assertEquals(List.of("x", "--pedidos", "7002", "--workers", "127.0.0.1:1,127.0.0.1:2", "--sem-recuperacao"),
                lugares.encher(List.of("x", "{opcoes}")));
    }

    @Test
    @DisplayName("um papel vale para todos os seus processos, ou um processo só tem o seu")
    void papeis() throws IOException {
        Entrega e = ler("{'parte': 3, 'papeis': {'replica-2': {'comando': ['x'], 'semente': true}}}");
        assertTrue(e.tem("replica-2") && !e.tem("replica-1") && e.semente());
        assertEquals(List.of("replica"), List.copyOf(e.quePapeis()));
        assertEquals(pasta.getFileName().toString(), e.nome());
    }

    @Test
    @DisplayName("dos nossos, só quem fala com um do sistema original fala como ele")
    void semente() throws IOException {
        Entrega e = ler("{'parte': 3, 'papeis': {'replica-2': {'comando': ['x'], 'semente': true}}}");
        try (Alheios alheios = Alheios.de(e)) {
            assertEquals(List.of("sequenciador"), Stream.of("cliente-1", "sequenciador", "replica-1")
                    .filter(alheios::semente).toList());
        }
    }

    public static void main(String[] args) {
        Testes.rodar(EntregaTest.class);
    }
}
