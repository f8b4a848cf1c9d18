//SOURCES Prazos.java QuadrosRpyc.java Servico.java ServicoRpyc.java
package part2.rpc;

import static part2.rpc.QuadrosRpyc.EXCECAO;
import static part2.rpc.QuadrosRpyc.PEDIDO;
import static part2.rpc.QuadrosRpyc.RESPOSTA;
import static part2.rpc.ServicoRpyc.CLOSE;
import static part2.rpc.ServicoRpyc.DEL;
import static part2.rpc.ServicoRpyc.tupla;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import part2.rpc.QuadrosRpyc.Geracao;
import part2.rpc.QuadrosRpyc.Mensagem;
import part2.rpc.ServicoRpyc.Alheio;
import part2.rpc.ServicoRpyc.Excecao;
import part2.rpc.ServicoRpyc.Objeto;
import shared.texto.MensagemInvalida;

/**
 * RPyC sobre TCP, o que o {@code rpyc.connect} do Python fala: um objeto desta classe é um lado de uma conexão, e ambos
 * podem pedir. Cada mensagem tem tipo, número e conteúdo ({@link QuadrosRpyc}). O conteúdo de um pedido é (ação,
 * argumentos), e o de uma resposta, o que a ação deu; a resposta repete o número do pedido, e assim pode haver vários em
 * andamento.
 *
 * <p>O que não muda viaja por valor; o resto, por referência: quem recebe só tem o nome de um objeto que fica com o dono, e
 * diz quando já não o quer (DEL), ou o dono o guardaria para sempre. O que o servidor oferece está em {@link ServicoRpyc}.
 */
final class LadoRpyc {

    private static final long VALOR = 1, TUPLA = 2, DE_QUEM_RECEBE = 3, DE_QUEM_ENVIA = 4; // como viaja um valor

    private final QuadrosRpyc quadros;
    private final ServicoRpyc servico;
    private long ultimoPedido;

    /** @param servico o que este lado oferece; {@code null}: nada. @param geracao {@code null} = a do outro lado */
    LadoRpyc(Socket conexao, InputStream entrada, Servico servico, Geracao geracao) throws IOException {
        this.quadros = new QuadrosRpyc(conexao, entrada, geracao);
        this.servico = new ServicoRpyc(servico);
    }

    // ───── Servir ─────

    /**
     * Atende uma conexão até que o cliente a feche, ou fique mudo no meio de uma mensagem.
     *
     * @param foiUtil   chamado depois de cada mensagem atendida
     * @param registrar a quem dizer que uma chamada foi recusada
     * @throws MensagemInvalida se vem o que não é RPyC: a conexão já não tem conserto
     */
    static void atender(Socket conexao, InputStream entrada, Servico servico, Runnable foiUtil,
            Consumer<MensagemInvalida> registrar) throws IOException {
        LadoRpyc lado = new LadoRpyc(conexao, entrada, servico, null);
        boolean aberta = true;
        for (Mensagem mensagem; aberta && (mensagem = lado.quadros.receber(Prazos.SEM_PRAZO)) != null; ) {
            aberta = mensagem.tipo() != PEDIDO || lado.responder(mensagem, registrar); // o resto responde aos nossos DEL
            foiUtil.run();
        }
    }

    /** @return false se o pedido é o de fechar */
    private boolean responder(Mensagem mensagem, Consumer<MensagemInvalida> registrar) throws IOException {
        List<Alheio> emprestados = new ArrayList<>();
        try {
            List<?> pedido = tupla(mensagem.conteudo(), 2);
            List<?> argumentos = tupla(desembrulhar(pedido.get(1), emprestados), -1);
            int acao = pedido.get(0) instanceof Long numero && numero == numero.intValue() ? numero.intValue() : 0;
            if (acao == CLOSE) {
                return false;
            }
            quadros.enviar(RESPOSTA, mensagem.numero(), embrulhar(servico.fazer(acao, argumentos)));
        } catch (Excecao e) {
            if (!e.classe.equals("AttributeError")) { // o Python pergunta por atributos só para saber se os há
                registrar.accept(new MensagemInvalida("rpyc", e.classe + ": " + e.getMessage()));
            }
            quadros.enviar(EXCECAO, mensagem.numero(), excecao(e.classe, e.getMessage()));
        } catch (MensagemInvalida e) {
            registrar.accept(e);
            quadros.enviar(EXCECAO, mensagem.numero(), excecao("ValueError", e.getMessage()));
        } catch (IllegalStateException e) {
            quadros.enviar(EXCECAO, mensagem.numero(), excecao("RuntimeError", e.getMessage()));
        }
        for (Alheio emprestado : emprestados) {
            quadros.enviar(PEDIDO, ++ultimoPedido, acao(DEL, emprestado, 1L));
        }
        quadros.despachar();
        return true;
    }

    // ───── Pedir ─────

    /** Pede algo ao outro lado e espera a resposta; enquanto isso, responde ao que ele pedir. */
    Object pedir(int prazoMs, int acao, Object... argumentos) throws IOException {
        long numero = ++ultimoPedido;
        quadros.enviar(PEDIDO, numero, acao(acao, argumentos));
        quadros.despachar();
        long fim = System.nanoTime() + prazoMs * 1_000_000L;
        while (true) {
            int resta = (int) ((fim - System.nanoTime()) / 1_000_000L);
            if (resta <= 0) {
                throw new SocketTimeoutException();
            }
            Mensagem mensagem = quadros.receber(resta);
            if (mensagem == null) {
                throw new EOFException();
            } else if (mensagem.tipo() == PEDIDO) {
                responder(mensagem, recusada -> { });
            } else if (mensagem.numero().equals(numero) && mensagem.tipo() == RESPOSTA) {
                return resultado(mensagem.conteudo());
            } else if (mensagem.numero().equals(numero)) {
                throw excecao(mensagem.conteudo());
            }
        }
    }

    private static Object resultado(Object conteudo) {
        try {
            return desembrulhar(conteudo, new ArrayList<>());
        } catch (Excecao e) { // não é o servidor que recusa: é a resposta que não se entende
            throw QuadrosRpyc.malformada(e.getMessage());
        }
    }

    /** Lê o que {@link #excecao(String, String)} escreve. */
    private static Excecao excecao(Object conteudo) {
        if (conteudo instanceof List<?> partes && partes.size() == 4 && partes.get(0) instanceof List<?> nome
                && nome.size() == 2 && partes.get(1) instanceof List<?> argumentos) {
            String mensagem = argumentos.isEmpty() ? "sem explicação" : String.valueOf(argumentos.get(0));
            return new Excecao(String.valueOf(nome.get(1)), mensagem);
        }
        return new Excecao("Exception", "o servidor respondeu com uma exceção que não se entende");
    }

    // ───── O que as mensagens levam ─────

    private static List<Object> acao(int qual, Object... argumentos) {
        return Arrays.asList((long) qual, embrulhar(Arrays.asList(argumentos)));
    }

    /** A exceção como o Python a recria: de que classe é, com que argumentos e atributos, e a pilha em texto. */
    private static List<Object> excecao(String classe, String mensagem) {
        return List.of(List.of("builtins", classe), List.of(mensagem),
                List.of(List.of("_remote_version", "<version denied>")), "(o servidor é o part2/RpcServer, em Java)");
    }

    private static List<Object> embrulhar(Object valor) {
        if (valor instanceof Objeto nosso) {
            return List.of(DE_QUEM_ENVIA, nosso.referencia);
        }
        if (valor instanceof Alheio alheio) {
            return List.of(DE_QUEM_RECEBE, alheio.referencia());
        }
        if (valor instanceof List<?> itens && !porValor(itens)) {
            return List.of(TUPLA, itens.stream().map(LadoRpyc::embrulhar).toList());
        }
        return Arrays.asList(VALOR, valor);
    }

    private static boolean porValor(Object valor) {
        return valor instanceof List<?> itens ? itens.stream().allMatch(LadoRpyc::porValor)
                : !(valor instanceof Objeto || valor instanceof Alheio);
    }

    /** @param emprestados onde anotar as referências a objetos do outro lado, cada vez que vem uma */
    private static Object desembrulhar(Object pacote, List<Alheio> emprestados) {
        List<?> par = tupla(pacote, 2);
        long rotulo = par.get(0) instanceof Long numero ? numero : 0;
        if (rotulo == VALOR) {
            return par.get(1);
        }
        if (rotulo == TUPLA) {
            List<Object> itens = new ArrayList<>();
            tupla(par.get(1), -1).forEach(item -> itens.add(desembrulhar(item, emprestados)));
            return itens;
        }
        if (rotulo == DE_QUEM_RECEBE) {
            return Objeto.de(par.get(1));
        }
        if (rotulo == DE_QUEM_ENVIA) {
            Alheio alheio = new Alheio(tupla(par.get(1), 3));
            emprestados.add(alheio);
            return alheio;
        }
        throw new Excecao("ValueError", "um valor viaja com rótulo de 1 a 4");
    }
}
