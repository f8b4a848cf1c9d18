///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A rede do laboratório: papéis de verdade através dela, e o comando que a põe de pé.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES NaRede.java ../../Cena.java ../../Testes.java ../Lab.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.rede;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.deposito;
import static tests.Cena.esperarAssinantes;
import static tests.Cena.esperarSeq;
import static tests.Cena.estado;
import static tests.Cena.local;
import static tests.Cena.resumo;
import static tests.Cena.saldo;
import static tests.Cena.saque;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.texto.Endereco;
import shared.texto.Json;
import tests.Cena;
import tests.Processo;
import tests.Testes;
import tests.lab.rede.Rede.Tipo;
import tests.lab.vereditos.Rastro;

@DisplayName("A rede do laboratório")
class RedeTest extends NaRede {

    // ───── Papéis de verdade ─────

    @Test
    @DisplayName("parte 1: a barreira --esperar vê as réplicas através da rede, e a ordem em que se soltam as faz divergir")
    void multicast() {
        int[] consultas = {Processo.portaLivre(), Processo.portaLivre()};
        int[] clientes = {Processo.portaLivre(), Processo.portaLivre()};
        for (int r = 0; r < 2; r++) {
            String nome = "replica-" + (r + 1);
            cena.iniciar("part1.Replica", "--id", nome, "--consulta", consultas[r], "--clientes",
                    enlace(Tipo.difusao, "cliente-1", nome, clientes[0]) + ","
                    + enlace(Tipo.difusao, "cliente-2", nome, clientes[1])).esperarPronto();
        }
        List<Processo> de = IntStream.range(0, 2)
                .mapToObj(c -> cena.iniciar("part1.Client", "--porta", clientes[c], "--esperar", 2, "lote", "-")).toList();
        pedir(de.get(0), deposito("d", "ana", "100"));
        esperarSeq(1, consultas);
        rede.segurar("cliente-2", "replica-1");
        rede.segurar("cliente-1", "replica-2");
        pedir(de.get(0), saque("s80", "ana", "80"));
        pedir(de.get(1), saque("s50", "ana", "50"));
        rede.esperarSeguras("cliente-2", "replica-1", 1);
        rede.esperarSeguras("cliente-1", "replica-2", 1);
        esperarSeq(2, consultas);
        rede.soltarTudo("cliente-2", "replica-1");
        rede.soltarTudo("cliente-1", "replica-2");
        esperarSeq(3, consultas);
        assertEquals("20.00", saldo(consultas[0], "ana"));
        assertEquals("50.00", saldo(consultas[1], "ana"));
        assertRastroCerto();
    }

    @Test
    @DisplayName("parte 3: um buraco cura-se, e sem recuperação gela; um corte cura-se ao ligar; tudo está no rastro")
    void sequenciador() throws IOException {
        int pedidos = Processo.portaLivre();
        int ordem = Processo.portaLivre();
        int[] consultas = {Processo.portaLivre(), Processo.portaLivre()};
        cena.iniciar("part3.Sequencer", "--pedidos", pedidos, "--ordem", ordem).esperarPronto();
        cena.iniciar("part3.Replica", "--id", "replica-1", "--consulta", consultas[0],
                "--ordem", enlace(Tipo.difusao, "sequenciador", "replica-1", ordem),
                "--pedidos", enlace(Tipo.pedidos, "replica-1", "sequenciador", pedidos));
        Processo gelada = cena.iniciar("part3.Replica", "--id", "replica-2", "--consulta", consultas[1], "--sem-recuperacao",
                "--ordem", enlace(Tipo.difusao, "sequenciador", "replica-2", ordem), "--pedidos", local(pedidos));
        esperarAssinantes(2, pedidos);
        Processo cliente = cena.iniciar("part3.Client", "--sequenciador",
                enlace(Tipo.pedidos, "cliente-1", "sequenciador", pedidos), "lote", "-");
        pedir(cliente, deposito("d1", "ana", "10"));
        esperarSeq(1, consultas);

        rede.cortar("sequenciador", "replica-1"); // também as respostas a ela
        pedir(cliente, deposito("d2", "ana", "10"));
        esperarSeq(2, consultas[1]);
        assertEquals(1, estado(consultas[0]).get("seq").asInt());
        rede.ligar("sequenciador", "replica-1");
        esperarSeq(2, consultas);

        List.of("replica-1", "replica-2").forEach(replica -> rede.segurar("sequenciador", replica));
        pedir(cliente, deposito("d3", "ana", "10"));
        pedir(cliente, deposito("d4", "ana", "10"));
        for (String replica : List.of("replica-1", "replica-2")) {
            rede.esperarSeguras("sequenciador", replica, 2);
            rede.perder("sequenciador", replica, m -> m.path("seq").asInt() == 3);
            rede.soltarTudo("sequenciador", replica);
        }
        esperarSeq(4, consultas[0]);
        gelada.esperarNoRegistro("esperar seq=4 falta=3");
        assertEquals("40.00", saldo(consultas[0], "ana"));
        assertEquals("20.00", saldo(consultas[1], "ana"));
        assertNotEquals(resumo(consultas[0]), resumo(consultas[1]));
        assertEquals(List.of("OK seq=1", "OK seq=2", "OK seq=3", "OK seq=4"), cliente.saida());
        assertRastroCerto();
        assertEquals(rastro.eventos().stream()
                .filter(e -> e.path("seq").asInt() == 4 && e.path("evento").asText().equals("entregue"))
                .map(e -> e.get("id_msg").asText()).distinct().toList(), List.of("d4"));
    }

    @Test
    @DisplayName("parte 2: a resposta do RPC que se perde corta a conexão; o cliente repete, e a operação vale uma vez")
    void rpc() {
        int worker = Processo.portaLivre();
        int rpc = Processo.portaLivre();
        int consulta = Processo.portaLivre();
        cena.iniciar("part2.RpcServer", "--porta", rpc, "--workers", enlace(Tipo.fila, "servidor", "worker-1", worker))
                .esperarPronto();
        cena.iniciar("part2.Worker", "--porta", worker, "--rpc", local(rpc), "--consulta", consulta).esperarPronto();
        Processo cliente = cena.iniciar(
                "part2.Client", "--rpc", enlace(Tipo.bytes, "cliente-1", "servidor", rpc), "lote", "-");
        rede.segurar("servidor", "cliente-1");
        pedir(cliente, deposito("d1", "ana", "10"));
        rede.esperarSeguras("servidor", "cliente-1", 1);
        rede.perder("servidor", "cliente-1", m -> m.get("id_msg").asText().equals("d1"));
        rede.soltarTudo("servidor", "cliente-1");
        esperar("a resposta", () -> cliente.saida().equals(List.of("DEPOSITO enfileirado: d1")));
        esperarSeq(1, consulta);
        assertEquals("10.00", saldo(consulta, "ana"));
        assertEquals(2, rastro.eventos().stream().filter(e -> e.path("enlace").asText().equals("cliente-1>servidor")
                && e.path("evento").asText().equals("entregue") && e.path("id_msg").asText().equals("d1")).count(),
                "pediu duas vezes");
        assertRastroCerto();
    }

    // ───── Comando ─────

    @Test
    @DisplayName("lab rede: repassa, obedece ao teclado e escreve o rastro")
    void comando() throws IOException {
        Path arquivo = cena.arquivo("");
        ZMQ.Socket chega = soquetes.ligar(SocketType.PULL, "127.0.0.1", Processo.portaLivre(), "");
        int porta = Processo.portaLivre();
        Processo lab = cena.iniciar("tests.lab.Lab", "rede", "--tipo", "fila", "--escutar", porta, "--para",
                local(porta(chega)), "--nomes", "servidor,worker", "--rastro", arquivo).esperarPronto();
        ZMQ.Socket sai = fila(new Endereco("127.0.0.1", porta));
        lab.digitar("segurar\n").esperarNoRegistro("falta evento=segurar alvo=servidor>worker");
        enviarTodas(sai, 1, 3);
        lab.esperarNoRegistro("segura enlace=servidor>worker n=3 id_msg=3");
        lab.digitar("estado\nsoltar 2\n");
        assertEquals(List.of("2"), receberTodas(chega, 1));
        lab.digitar("isto não\nsoltar 2 lua\nsoltar 9\nsoltar\n");
        assertEquals(List.of("1", "3"), receberTodas(chega, 2));
        lab.digitar("cortar servidor>worker\n").esperarNoRegistro("falta evento=cortar");
        enviarTodas(sai, 4, 4);
        lab.esperarNoRegistro("perdida enlace=servidor>worker n=4");
        lab.digitar("sair\n");
        assertEquals(0, lab.esperarFim());
        assertEquals(List.of("servidor>worker enviadas=3 entregues=0 perdidas=0 duplicadas=0 seguras=3 segurando",
                "  1. DEPOSITO ana 1.00", "  2. DEPOSITO ana 2.00", "  3. DEPOSITO ana 3.00"), lab.saida().subList(0, 4));
        assertEquals(
                List.of("não conheço 'isto'; há cortar, ligar, emudecer, segurar, soltar, perder, perda, atraso,"
                        + " estado, ajuda, sair",
                "na rede não há 'lua'; há servidor>worker", "em servidor>worker só há as operações seguras de 1 a 2"),
                lab.saida().subList(4, 7), "cada engano, uma linha que diz o que há");
        assertEquals(List.of("2", "1", "3"),
                Rastro.ler(arquivo).stream().filter(e -> e.path("evento").asText().equals("entregue"))
                .map(e -> e.get("id_msg").asText()).toList());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"", "--tipo fila --escutar 7003", "--tipo nada",
            "--tipo fila --escutar 7003 --para x:1 --perda 200%", "--tipo fila --escutar 7003 --para x:1 --nomes a,a"})
    @DisplayName("lab rede com opções erradas: código 2 e uma linha que diz o que está errado")
    void opcoesErradas(String opcoes) {
        Object[] argumentos = Stream.concat(
                Stream.of("rede"), Stream.of(opcoes.split(" ")).filter(o -> !o.isEmpty())).toArray();
        Cena.Fim fim = cena.rodar("tests.lab.Lab", argumentos);
        assertEquals(2, fim.codigo());
        assertTrue(fim.registro().get(0).startsWith("erro de uso: "), fim.erros());
    }

    // ───── Rastro ─────

    /** Cada entrega tem o seu envio; cada envio acaba de algum modo; e o ShiViz lê tudo, com a causa antes do efeito. */
    private void assertRastroCerto() {
        esperar("tudo chegar", () -> contar("enviada") == contar("entregue") + contar("perdida"));
        Map<String, Integer> passos = new HashMap<>();
        for (ObjectNode e : rastro.eventos()) {
            String qual = e.path("enlace") + "#" + e.path("n");
            switch (e.path("evento").asText()) {
                case "enviada" -> assertNull(passos.put(qual, 1), qual);
                case "entregue", "perdida" -> assertEquals(1, passos.put(qual, 2), qual);
                default -> { }
            }
        }
        String texto = Rastro.shiviz(rastro.eventos());
        String[] cabeca = texto.split("\n", 3);
        assertEquals("", cabeca[1], "a segunda linha separaria execuções");
        Matcher leitor = Pattern.compile(cabeca[0]).matcher(cabeca[2]);
        Map<String, Integer> relogio = new HashMap<>();
        int lidos = 0;
        while (leitor.find()) {
            lidos++;
            ObjectNode horas = Json.lerGrande(leitor.group("clock").getBytes(StandardCharsets.UTF_8));
            int sua = horas.get(leitor.group("host")).asInt();
            assertEquals(relogio.getOrDefault(leitor.group("host"), 0) + 1, sua, "o relógio de cada um anda de um em um");
            relogio.put(leitor.group("host"), sua);
            horas.properties().forEach(hora -> assertTrue(hora.getValue().asInt() <= relogio.getOrDefault(hora.getKey(), 0),
                    "sabe do que ainda não aconteceu: " + leitor.group()));
            if (leitor.group("event").startsWith("entregue")) {
                assertTrue(horas.size() > 1, leitor.group());
            }
        }
        assertEquals(texto.lines().count() - 2, 2L * lidos);
        assertTrue(lidos >= contar("enviada") + contar("entregue"));
    }

    public static void main(String[] args) {
        Testes.rodar(RedeTest.class);
    }
}
