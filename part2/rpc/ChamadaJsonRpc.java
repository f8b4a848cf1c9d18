//DEPS com.github.briandilley.jsonrpc4j:jsonrpc4j:1.7
//DEPS org.slf4j:slf4j-nop:2.0.20
//SOURCES Chamada.java LeitorJson.java
package part2.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.googlecode.jsonrpc4j.JsonRpcClient;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLException;
import shared.Operacao;
import shared.defesa.Defesa;
import shared.rede.SemResposta;
import shared.tempo.Lentidao;
import shared.texto.Endereco;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/** Chama um servidor por JSON-RPC; sem resposta, reconecta-se e repete a mesma chamada, como o <i>Lazy Pirate</i>. */
public final class ChamadaJsonRpc extends Chamada {

    /** Pede-se outra vez depois de tanto, e depois do dobro, até {@link #PRAZO_MS}. */
    private static final int PRIMEIRA_MS = Lentidao.vezes(250);

    private static final int RESPOSTA_MAXIMA = 1024 * 1024;
    private static final int INTEIRA_MS = 3 * PRAZO_MS; // o que uma resposta pode demorar a chegar

    /** O que veio não é uma resposta; o texto diz o que é. */
    private static final class Estranha extends Exception {
        private final boolean cortada; // era o começo de uma

        Estranha(String veio) {
            this(veio, false);
        }

        Estranha(String veio, boolean cortada) {
            super(veio, null, false, false);
            this.cortada = cortada;
        }
    }

    private final JsonRpcClient cliente = new JsonRpcClient(Json.MAPPER);
    private LeitorJson leitor;
    private boolean calado; // da última vez, aceitou a conexão e o pedido, e não disse nada

    public ChamadaJsonRpc(Defesa defesa, Endereco servidor) {
        super(defesa, servidor);
    }

    /**
     * @throws MensagemInvalida se o servidor recusou o que se lhe pediu
     * @throws SemResposta      se não respondeu, ou de forma que não se entende
     * @throws Falha            se não chegou a ler o pedido
     */
    @Override
    public String chamar(String metodo, Object... argumentos) {
        return chamar(String.class, TENTATIVAS, metodo, argumentos);
    }

    /** O mesmo, dizendo o tipo da resposta, e quantas vezes {@link #PRAZO_MS} se insiste; 1 = só se pede uma vez. */
    public <T> T chamar(Class<T> tipo, int tentativas, String metodo, Object... argumentos) {
        String cortada = null;
        long limite = System.nanoTime() + PRAZO_MS * tentativas * 1_000_000L;
        int espera = PRIMEIRA_MS;
        do {
            long pediu = System.nanoTime();
            try {
                return umaVez(tipo, metodo, argumentos);
            } catch (Estranha e) {
                close();
                if (!e.cortada) {
                    throw estranha(e.getMessage());
                }
                cortada = e.getMessage();
            } catch (IOException e) {
                close();
                if (e instanceof SSLException) {
                    defesa.desacordos().semAcordo(servidor);
                }
            }
            long falta = (limite - System.nanoTime()) / 1_000_000;
            esperar(tentativas == 1 ? 0 : Math.min(falta, espera - (System.nanoTime() - pediu) / 1_000_000));
            espera = Math.min(2 * espera, PRAZO_MS);
        } while (tentativas > 1 && System.nanoTime() < limite);
        throw cortada != null ? estranha(cortada) : semResposta(tentativas);
    }

    private <T> T umaVez(Class<T> tipo, String metodo, Object... argumentos) throws IOException, Estranha {
        String id = Operacao.novoId();
        calado = false;
        conectar();
        escrever((cliente.createRequest(metodo, argumentos, id) + "\n").getBytes(StandardCharsets.UTF_8));
        calado = true;
        try {
            return resultado(tipo, id, metodo, Json.lerValor(receber().bytes()));
        } catch (MensagemInvalida e) {
            if (e.codigo().equals("rpc")) {
                throw e;
            }
            throw new Estranha(e.getMessage(), e.codigo().equals("cortada"));
        }
    }

    private LeitorJson.Mensagem receber() throws IOException {
        long ate = System.nanoTime() + INTEIRA_MS * 1_000_000L;
        LeitorJson.Mensagem mensagem;
        while ((mensagem = leitor.proxima(chegou)) == null) {
            String porque = "a conexão se fechou no meio";
            try {
                if (encher(Math.min(leitor.esperarMs(), (ate - System.nanoTime()) / 1_000_000))) {
                    continue;
                }
            } catch (SocketTimeoutException e) {
                porque = "o resto não veio a tempo";
            }
            if (chegou.hasRemaining()) {
                throw leitor.cortada(chegou, porque);
            }
            throw new EOFException();
        }
        return mensagem;
    }

    /** @throws MensagemInvalida a recusa do servidor @throws Estranha se isto não é a resposta a esta chamada */
    private <T> T resultado(Class<T> tipo, String id, String metodo, JsonNode resposta) throws Estranha {
        JsonNode erro = resposta.path("error");
        JsonNode resultado = resposta.path("result");
        if (!resposta.isObject()) {
            throw new Estranha("veio " + Json.tipoDe(resposta));
        } else if (metodo.equals(resposta.path("method").textValue())) {
            throw new Estranha("o pedido voltou como foi: é um servidor de eco?");
        } else if (erro.isMissingNode() || erro.isNull()) {
            if (!resposta.path("id").asText().equals(id)) {
                throw new Estranha("a resposta não tem o id da chamada: " + Json.citar(resposta.toString(), 100));
            } else if (tipo == String.class ? !resultado.isTextual() : !resultado.isObject()) {
                throw new Estranha("como resultado veio " + Json.tipoDe(resultado) + ", em vez de "
                        + (tipo == String.class ? "um texto" : "um objeto"));
            }
            return Json.MAPPER.convertValue(resultado, tipo);
        } else if (!erro.path("code").isIntegralNumber() || !erro.path("message").isTextual()) {
            throw new Estranha("veio um erro sem code ou sem message: " + Json.citar(erro.toString(), 100));
        } else if (!resposta.path("id").asText().equals(id)) {
            close();
            throw new Falha("o servidor em " + servidor + " recusou a conexão: " + erro.get("message").textValue());
        }
        throw new MensagemInvalida("rpc", erro.get("message").textValue());
    }

    private SemResposta semResposta(int tentativas) {
        SemResposta ninguem = new SemResposta(servidor, (long) PRAZO_MS * tentativas, defesa.desacordos().dica(servidor));
        return !calado || tls != null ? ninguem : new SemResposta(ninguem.getMessage() + " Alguém aceita a conexão e"
                + " cala-se: se é o servidor do sistema original, em Python, ele só fala RPyC, e este cliente também, com"
                + " --semente antes do comando");
    }

    private SemResposta estranha(String veio) {
        return new SemResposta("em " + servidor + " não responde um part2/RpcServer em JSON-RPC: " + veio
                + ". Confira o endereço e a porta; um servidor em Python fala RPyC (--semente)");
    }

    private void conectar() throws IOException {
        if (conexao == null) {
            abrirConexao();
            leitor = new LeitorJson(RESPOSTA_MAXIMA, PRAZO_MS);
        }
    }
}
