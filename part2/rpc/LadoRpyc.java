//SOURCES QuadrosRpyc.java Servico.java ServicoRpyc.java
package part2.rpc;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static part2.rpc.QuadrosRpyc.EXCECAO;
import static part2.rpc.QuadrosRpyc.PEDIDO;
import static part2.rpc.QuadrosRpyc.RESPOSTA;
import static part2.rpc.ServicoRpyc.CLOSE;
import static part2.rpc.ServicoRpyc.DEL;
import static part2.rpc.ServicoRpyc.tupla;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import part2.rpc.QuadrosRpyc.Geracao;
import part2.rpc.QuadrosRpyc.Mensagem;
import part2.rpc.QuadrosRpyc.OutraGeracao;
import part2.rpc.ServicoRpyc.Alheio;
import part2.rpc.ServicoRpyc.Excecao;
import part2.rpc.ServicoRpyc.Objeto;
import shared.texto.MensagemInvalida;

/**
 * Um lado de uma conversa em RPyC, o que o {@code rpyc.connect} do Python fala; os bytes leva-os quem tem a conexão. Ambos
 * os lados podem pedir. Cada mensagem tem tipo, número e conteúdo ({@link QuadrosRpyc}). O conteúdo de um pedido é (ação,
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
    LadoRpyc(Servico servico, Geracao geracao) {
        this.quadros = new QuadrosRpyc(geracao);
        this.servico = new ServicoRpyc(servico);
    }

    /** Tira do que chegou a próxima mensagem. @return {@code null} se ainda não está inteira */
    Mensagem ler(ByteBuffer chegou) throws OutraGeracao {
        return quadros.ler(chegou);
    }

    // ───── Servir ─────

    /**
     * Faz já o que um pedido pede.
     *
     * @param registrar a quem dizer que foi recusado
     * @return o que se lhe responde, em quadros, quando a ação o der; {@code null} se é o pedido de fechar
     */
    CompletableFuture<byte[]> responder(Mensagem pedido, Consumer<MensagemInvalida> registrar) {
        List<Alheio> emprestados = new ArrayList<>();
        Object numero = pedido.numero();
        CompletableFuture<byte[]> resposta;
        try {
            List<?> partes = tupla(pedido.conteudo(), 2);
            List<?> argumentos = tupla(desembrulhar(partes.get(1), emprestados), -1);
            int acao = partes.get(0) instanceof Long qual && qual == qual.intValue() ? qual.intValue() : 0;
            if (acao == CLOSE) {
                return null;
            }
            Object feito = servico.fazer(acao, argumentos);
            CompletableFuture<?> promessa = feito instanceof CompletableFuture<?> f ? f : completedFuture(feito);
            resposta = promessa.handle((valor, falha) -> falha == null
                    ? quadros.escrever(RESPOSTA, numero, embrulhar(valor))
                    : quadros.escrever(EXCECAO, numero, excecao("RuntimeError", falha.getMessage())));
        } catch (Excecao e) {
            if (!e.classe.equals("AttributeError")) { // o Python pergunta por atributos só para saber se os há
                registrar.accept(new MensagemInvalida("rpyc", e.classe + ": " + e.getMessage()));
            }
            resposta = completedFuture(quadros.escrever(EXCECAO, numero, excecao(e.classe, e.getMessage())));
        } catch (MensagemInvalida e) {
            registrar.accept(e);
            resposta = completedFuture(quadros.escrever(EXCECAO, numero, excecao("ValueError", e.getMessage())));
        }
        for (Alheio emprestado : emprestados) {
            byte[] devolver = pedir(DEL, emprestado, 1L);
            resposta = resposta.thenApply(antes -> ByteBuffer.allocate(antes.length + devolver.length).put(antes)
                    .put(devolver).array());
        }
        return resposta;
    }

    // ───── Pedir ─────

    /** Um pedido, num quadro. */
    byte[] pedir(int acao, Object... argumentos) {
        return quadros.escrever(PEDIDO, ++ultimoPedido, List.of((long) acao, embrulhar(Arrays.asList(argumentos))));
    }

    /** Se é a resposta ao último pedido. */
    boolean respondeAoUltimo(Mensagem mensagem) {
        return mensagem.tipo() != PEDIDO && mensagem.numero().equals(ultimoPedido);
    }

    /** O que a resposta leva. @throws Excecao se é uma */
    static Object resultado(Mensagem resposta) {
        if (resposta.tipo() == EXCECAO) {
            throw excecao(resposta.conteudo());
        }
        try {
            return desembrulhar(resposta.conteudo(), new ArrayList<>());
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
