//SOURCES Chamada.java LadoRpyc.java Tls.java
package part2.rpc;

import static part2.rpc.ServicoRpyc.CALLATTR;
import static part2.rpc.ServicoRpyc.GETROOT;
import static part2.rpc.ServicoRpyc.PING;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import part2.rpc.QuadrosRpyc.Geracao;
import part2.rpc.QuadrosRpyc.Mensagem;
import part2.rpc.QuadrosRpyc.OutraGeracao;
import part2.rpc.ServicoRpyc.Excecao;
import shared.defesa.Defesa;
import shared.rede.SemResposta;
import shared.texto.Endereco;
import shared.texto.Falha;
import shared.texto.MensagemInvalida;

/**
 * Chama um servidor RPyC, o nosso ou o original. Os métodos do original não têm id_msg, e com isso uma chamada repetida
 * valeria de novo: insiste-se para conectar, mas o que foi enviado não se repete. Sem resposta, fica indeterminado.
 */
public final class ChamadaRpyc extends Chamada {

    private static final int CONFERIR_MS = 1_000; // parada há mais do que isto, a conexão pode já não existir

    private LadoRpyc lado;
    private Geracao geracao = Geracao.RPYC_6;
    private Object raiz;
    private long usadaEm;

    public ChamadaRpyc(Defesa defesa, Endereco servidor) {
        super(defesa, servidor);
    }

    /** @throws MensagemInvalida se o servidor recusou; @throws Falha se não se sabe, ou se nada foi enviado */
    @Override
    public String chamar(String metodo, Object... argumentos) {
        conectar();
        try {
            Object resposta = pedir(PRAZO_MS * TENTATIVAS, CALLATTR, raiz, metodo,
                    Arrays.asList(argumentos), List.of());
            usadaEm = System.nanoTime();
            if (resposta instanceof String texto) {
                return texto;
            }
            throw new Falha("indeterminada: a operação foi enviada, mas " + servidor + " respondeu "
                    + ServicoRpyc.descrever(resposta) + ", e não um texto; confira o saldo antes de tentar de novo");
        } catch (Excecao e) {
            throw new MensagemInvalida("rpc", e.classe + ": " + e.getMessage());
        } catch (IOException | MensagemInvalida e) {
            close();
            throw new Falha("indeterminada: a operação foi enviada, mas a resposta não veio de " + servidor
                    + ". Com rpyc ela não se repete, porque poderia valer duas vezes: confira o saldo antes de tentar de"
                    + " novo");
        }
    }

    /** Até aqui nada foi enviado que mude algo, e por isso se pode insistir. */
    private void conectar() {
        for (int tentativa = 1; tentativa <= TENTATIVAS; tentativa++) {
            long inicio = System.nanoTime();
            try {
                if (conexao != null && System.nanoTime() - usadaEm > CONFERIR_MS * 1_000_000L) {
                    pedir(PRAZO_MS, PING, "");
                }
                if (conexao == null) {
                    abrir();
                }
                return;
            } catch (MensagemInvalida | Excecao e) {
                close();
                throw new Falha("em " + servidor + " não responde um servidor RPyC (" + e.getMessage() + "); "
                        + defesa.desacordos().dica());
            } catch (IOException e) {
                if (e instanceof SSLException) {
                    defesa.desacordos().semAcordo(servidor);
                }
                boolean caiu = raiz != null;
                close();
                esperar(caiu || tentativa == TENTATIVAS ? 0 : PRAZO_MS - (System.nanoTime() - inicio) / 1_000_000L);
            }
        }
        throw new Falha("a operação não foi enviada: "
                + new SemResposta(servidor, (long) PRAZO_MS * TENTATIVAS, defesa.desacordos().dica(servidor)).getMessage());
    }

    /** Quem não nos entende desliga, ou pede para fechar na sua geração: então é ela. Pedir a raiz não muda nada. */
    private void abrir() throws IOException {
        ligar();
        try {
            raiz = pedir(PRAZO_MS, GETROOT);
        } catch (EOFException | OutraGeracao | SocketException e) {
            close();
            geracao = geracao == Geracao.RPYC_6 ? Geracao.RPYC_5 : Geracao.RPYC_6;
            ligar();
            raiz = pedir(PRAZO_MS, GETROOT);
        }
        usadaEm = System.nanoTime();
    }

    private void ligar() throws IOException {
        abrirConexao();
        lado = new LadoRpyc(null, geracao);
    }

    /** Pede algo ao outro lado e espera a resposta; enquanto isso, responde ao que ele pedir. */
    private Object pedir(int prazoMs, int acao, Object... argumentos) throws IOException {
        escrever(lado.pedir(acao, argumentos));
        long fim = System.nanoTime() + prazoMs * 1_000_000L;
        while (true) {
            Mensagem mensagem = lado.ler(chegou);
            if (mensagem == null && !encher((fim - System.nanoTime()) / 1_000_000)) {
                throw new EOFException();
            } else if (mensagem != null && lado.respondeAoUltimo(mensagem)) {
                return LadoRpyc.resultado(mensagem);
            } else if (mensagem != null && mensagem.tipo() == QuadrosRpyc.PEDIDO) {
                responder(lado.responder(mensagem, recusada -> { }));
            }
        }
    }

    private void responder(CompletableFuture<byte[]> resposta) throws IOException {
        if (resposta != null) { // este lado não oferece nada: responde logo
            escrever(resposta.join());
        }
    }

    @Override
    public void close() {
        super.close();
        raiz = null;
    }
}
