package tests.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import part2.rpc.Brine;
import shared.Operacao;
import shared.texto.Json;

/** O que o gerador precisa de saber de quem fala por TCP: como se pede, e onde acaba a resposta. Não guarda nada. */
interface Protocolo {

    /** O que se envia ao abrir uma conexão; tem uma resposta, como uma operação. Vazio = nada. */
    default byte[] saudacao() {
        return new byte[0];
    }

    /** Por quantas conexões se repartem tantas operações pendentes. */
    default int conexoes(int pendentes) {
        return Math.min(64, pendentes);
    }

    /** O pedido de uma operação. */
    byte[] pedido(Operacao op);

    /**
     * Quantos bytes ocupa a resposta que começa em {@code bytes[0]}.
     *
     * @param ate quantos bytes chegaram
     * @return 0 se ela ainda não chegou inteira
     * @throws IllegalStateException se ela não confirma
     */
    int resposta(byte[] bytes, int ate);

    // ───── Os que se conhecem ─────

    /** A parte 2: JSON-RPC, uma resposta por linha. */
    final class JsonRpc implements Protocolo {

        @Override
        public byte[] pedido(Operacao op) {
            ObjectNode pedido = Json.MAPPER.createObjectNode().put("jsonrpc", "2.0").put("id", 1).put("method", metodo(op));
            Stream.concat(argumentos(op), Stream.of(op.id_msg())).forEach(pedido.withArray("params")::addPOJO);
            return (pedido + "\n").getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public int resposta(byte[] bytes, int ate) {
            int fim = linhas(bytes, ate, 1);
            return confirmada(fim == 0 || contem(bytes, fim, " enfileirad"), bytes, fim);
        }
    }

    /** O RPyC do sistema original, que não tem id_msg. @param servico a referência ao serviço, que o servidor dá */
    record Rpyc(List<?> servico) implements Protocolo {

        private static final long GETROOT = 3L;
        private static final long CALLATTR = 8L;

        @Override
        public byte[] saudacao() {
            return quadro(Arrays.asList(1L, 1L, Arrays.asList(GETROOT, List.of(2L, List.of()))));
        }

        @Override
        public byte[] pedido(Operacao op) {
            List<Object> valores = argumentos(op).map(a -> a instanceof Number n ? (Object) n.doubleValue() : a).toList();
            return quadro(Arrays.asList(1L, 2L, Arrays.asList(CALLATTR, List.of(2L, List.of(List.of(3L, servico),
                    List.of(1L, metodo(op)), List.of(1L, valores), List.of(1L, List.of()))))));
        }

        @Override
        public int resposta(byte[] bytes, int ate) {
            int fim = ate < 5 ? 0 : ByteBuffer.wrap(bytes).getInt() + 6;
            return ate < 5 || ate < fim ? 0 : confirmada(Long.valueOf(2).equals(mensagem(bytes, fim).get(0)), bytes, fim);
        }

        /** O que vai num quadro inteiro: tipo, número, conteúdo. */
        static List<?> mensagem(byte[] bytes, int fim) {
            return (List<?>) Brine.ler(Arrays.copyOfRange(bytes, 5, fim - 1));
        }

        private static byte[] quadro(List<Object> mensagem) {
            byte[] corpo = Brine.escrever(mensagem);
            return ByteBuffer.allocate(corpo.length + 6).putInt(corpo.length).put((byte) 0).put(corpo)
                    .put((byte) '\n').array();
        }
    }

    /**
     * Redis: a operação é uma função, e WAIT espera que uma réplica a tenha. Enquanto espera, a conexão não faz mais nada.
     */
    final class Redis implements Protocolo {

        @Override
        public int conexoes(int pendentes) {
            return pendentes;
        }

        @Override
        public byte[] pedido(Operacao op) {
            String destino = op.conta_destino() == null ? "" : op.conta_destino();
            return (comando("FCALL", "aplicar", "0", op.id_msg(), op.tipo().name(), op.conta_origem(), destino,
                    op.valor().movePointRight(2).toBigInteger().toString()) + comando("WAIT", "1", "0"))
                    .getBytes(StandardCharsets.UTF_8);
        }

        /** Um comando como o Redis os lê. */
        static String comando(String... partes) {
            StringBuilder comando = new StringBuilder("*" + partes.length + "\r\n");
            for (String parte : partes) {
                comando.append('$').append(parte.getBytes(StandardCharsets.UTF_8).length).append("\r\n")
                        .append(parte).append("\r\n");
            }
            return comando.toString();
        }

        @Override
        public int resposta(byte[] bytes, int ate) {
            int fim = linhas(bytes, ate, 2);
            return confirmada(fim == 0 || bytes[0] == '+' && contem(bytes, fim, "\n:1\r"), bytes, fim);
        }
    }

    /** etcd pela porta HTTP: cada operação é gravada com o id_msg por chave, e a revisão é o número de ordem dela. */
    final class Etcd implements Protocolo {

        @Override
        public byte[] pedido(Operacao op) {
            return pedido("kv/put", corpo(op));
        }

        /** @param o em que lugar da porta HTTP, a seguir a {@code /v3/} @param corpo JSON, só com letras do ASCII */
        static byte[] pedido(String o, String corpo) {
            return ("POST /v3/" + o + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + corpo.length() + "\r\n\r\n"
                    + corpo).getBytes(StandardCharsets.UTF_8);
        }

        static String corpo(Operacao op) {
            String chave = op.id_msg().replace("-", ""); // 32 algarismos também são um texto em base 64
            String valor = Base64.getEncoder().encodeToString(op.json().getBytes(StandardCharsets.UTF_8));
            return "{\"key\":\"" + chave + "\",\"value\":\"" + valor + "\"}";
        }

        @Override
        public int resposta(byte[] bytes, int ate) {
            String texto = new String(bytes, 0, ate, StandardCharsets.ISO_8859_1);
            int corpo = texto.indexOf("\r\n\r\n") + 4;
            if (corpo < 4) {
                return 0;
            }
            int campo = texto.indexOf("Content-Length: ") + "Content-Length: ".length();
            int fim = corpo + Integer.parseInt(texto.substring(campo, texto.indexOf('\r', campo)));
            return ate < fim ? 0 : confirmada(texto.startsWith("HTTP/1.1 200"), bytes, fim);
        }
    }

    /** NATS JetStream: uma conexão só publica sem esperar, e as confirmações vêm por ordem à caixa dela. */
    final class Nats implements Protocolo {

        @Override
        public int conexoes(int pendentes) {
            return 1;
        }

        @Override
        public byte[] saudacao() {
            return "CONNECT {\"verbose\":false,\"pedantic\":false}\r\nSUB caixa.ops 1\r\nPING\r\n"
                    .getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public byte[] pedido(Operacao op) {
            return publicar("banco.ops", "caixa.ops", op.json());
        }

        static byte[] publicar(String assunto, String caixa, String texto) {
            int tamanho = texto.getBytes(StandardCharsets.UTF_8).length;
            return ("PUB " + assunto + " " + caixa + " " + tamanho + "\r\n" + texto + "\r\n")
                    .getBytes(StandardCharsets.UTF_8);
        }

        /**
         * À saudação o servidor responde com INFO e PONG; a um pedido, com MSG e o conteúdo. De quando em quando diz PING.
         */
        @Override
        public int resposta(byte[] bytes, int ate) {
            int fim = linhas(bytes, ate, ate > 1 && bytes[1] == 'I' ? 3 : 2);
            return confirmada(fim == 0 || !contem(bytes, fim, "\"error\""), bytes, fim);
        }
    }

    // ───── Ferramentas ─────

    private static String metodo(Operacao op) {
        return switch (op.tipo()) {
            case DEPOSITO -> "depositar";
            case SAQUE -> "sacar";
            case TRANSFERENCIA -> "transferir";
        };
    }

    private static Stream<Object> argumentos(Operacao op) {
        return Stream.of(op.conta_origem(), op.conta_destino(), op.valor()).filter(a -> a != null).map(a -> (Object) a);
    }

    private static int linhas(byte[] bytes, int ate, int quantas) {
        int fim = 0;
        for (int linha = 0; linha < quantas; linha++) {
            while (fim < ate && bytes[fim] != '\n') {
                fim++;
            }
            if (fim++ >= ate) {
                return 0;
            }
        }
        return fim;
    }

    private static boolean contem(byte[] bytes, int ate, String texto) {
        return new String(bytes, 0, ate, StandardCharsets.ISO_8859_1).contains(texto);
    }

    private static int confirmada(boolean confirma, byte[] bytes, int fim) {
        if (!confirma) {
            throw new IllegalStateException("não confirmada: " + new String(bytes, 0, fim, StandardCharsets.UTF_8).strip());
        }
        return fim;
    }
}
