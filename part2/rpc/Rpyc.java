//SOURCES Brine.java JsonRpc.java ServicoRpyc.java Tls.java ../../shared/texto/Endereco.java ../../shared/rede/SemResposta.java
//SOURCES ../../shared/rede/Tcp.java
package part2.rpc;

import static part2.rpc.ServicoRpyc.CALLATTR;
import static part2.rpc.ServicoRpyc.CLOSE;
import static part2.rpc.ServicoRpyc.DEL;
import static part2.rpc.ServicoRpyc.GETROOT;
import static part2.rpc.ServicoRpyc.PING;
import static part2.rpc.ServicoRpyc.tupla;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import part2.rpc.ServicoRpyc.Alheio;
import part2.rpc.ServicoRpyc.Excecao;
import part2.rpc.ServicoRpyc.Objeto;
import shared.defesa.Recusas;
import shared.rede.SemResposta;
import shared.rede.Tcp;
import shared.texto.Endereco;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * RPyC sobre TCP, dos dois lados: o que o {@code rpyc.connect} do Python fala. Um objeto desta classe é um lado de uma
 * conexão. Cada mensagem é um quadro com tipo, número e conteúdo. O conteúdo de um pedido é (ação, argumentos), e o de uma
 * resposta, o que a ação deu; a resposta repete o número do pedido, e assim pode haver vários em andamento.
 *
 * <p>Há duas gerações, que não se entendem: até ao RPyC 5.3 o corpo do quadro é em {@link Brine} a tuple (tipo, número,
 * conteúdo); do 6 em diante é um byte, o tipo, e em Brine a tuple (número, conteúdo). O primeiro byte do corpo diz qual: 1,
 * 2 e 3 são tipos, e uma tuple de três começa por outro. Quem recebe responde na geração em que lhe falam; quem chama começa
 * por uma e, se não o entendem, volta com a outra.
 *
 * <p>O que não muda viaja por valor; o resto, por referência: quem recebe só tem o nome de um objeto que fica com o dono, e
 * diz quando já não o quer (DEL), ou o dono o guardaria para sempre. O que o servidor oferece está em {@link ServicoRpyc}.
 */
public final class Rpyc {

    private static final int LIMITE_BYTES = Json.LIMITE_BYTES;     // de um quadro, antes e depois de descomprimir
    private static final int COMPRIMIR_DE = 3_000;                 // como o Python
    private static final int NO_MEIO_MS = JsonRpc.NO_MEIO_MS;

    private static final long PEDIDO = 1, RESPOSTA = 2, EXCECAO = 3;                // tipos de mensagem
    private static final long VALOR = 1, TUPLA = 2, DE_QUEM_RECEBE = 3, DE_QUEM_ENVIA = 4; // como viaja um valor

    private static final int BYTES_DE_THREADS = 16; // o que RPYC_BIND_THREADS=true põe à frente do corpo

    private record Mensagem(long tipo, Object numero, Object conteudo) { }

    /** Como o corpo do quadro leva o tipo da mensagem. */
    private enum Geracao { RPYC_5, RPYC_6 }

    /** O outro lado fala a outra geração: com a nossa não nos entende. */
    private static final class OutraGeracao extends IOException {
        OutraGeracao() {
            super("o outro lado fala outra geração do RPyC");
        }
    }

    private final Socket conexao;
    private final DataInputStream entrada;
    private final DataOutputStream saida;
    private final ServicoRpyc servico;
    private Geracao geracao; // null = ainda não se sabe: a da primeira mensagem que vier
    private long ultimoPedido;

    private Rpyc(Socket conexao, InputStream entrada, Servico servico, Geracao geracao) throws IOException {
        this.conexao = conexao;
        this.geracao = geracao;
        this.entrada = new DataInputStream(entrada);
        this.saida = new DataOutputStream(new BufferedOutputStream(conexao.getOutputStream()));
        this.servico = new ServicoRpyc(servico);
        conexao.setTcpNoDelay(true);
    }

    // ───── Servidor ─────

    /**
     * Atende uma conexão até que o cliente a feche, ou fique mudo no meio de uma mensagem.
     *
     * @param foiUtil   chamado depois de cada mensagem atendida
     * @param registrar a quem dizer que uma chamada foi recusada
     * @throws MensagemInvalida se vem o que não é RPyC: a conexão já não tem conserto
     */
    public static void atender(Socket conexao, InputStream entrada, Servico servico, Runnable foiUtil,
            Consumer<MensagemInvalida> registrar) throws IOException {
        Rpyc lado = new Rpyc(conexao, entrada, servico, null);
        boolean aberta = true;
        for (Mensagem mensagem; aberta && (mensagem = lado.receber(JsonRpc.SEM_PRAZO)) != null; ) {
            aberta = mensagem.tipo != PEDIDO || lado.responder(mensagem, registrar); // o resto responde aos nossos DEL
            foiUtil.run();
        }
    }

    /** @return false se o pedido é o de fechar */
    private boolean responder(Mensagem mensagem, Consumer<MensagemInvalida> registrar) throws IOException {
        List<Alheio> emprestados = new ArrayList<>();
        try {
            List<?> pedido = tupla(mensagem.conteudo, 2);
            List<?> argumentos = tupla(desembrulhar(pedido.get(1), emprestados), -1);
            int acao = pedido.get(0) instanceof Long numero && numero == numero.intValue() ? numero.intValue() : 0;
            if (acao == CLOSE) {
                return false;
            }
            enviar(RESPOSTA, mensagem.numero, embrulhar(servico.fazer(acao, argumentos)));
        } catch (Excecao e) {
            if (!e.classe.equals("AttributeError")) { // o Python pergunta por atributos só para saber se os há
                registrar.accept(new MensagemInvalida("rpyc", e.classe + ": " + e.getMessage()));
            }
            enviar(EXCECAO, mensagem.numero, excecao(e.classe, e.getMessage()));
        } catch (MensagemInvalida e) {
            registrar.accept(e);
            enviar(EXCECAO, mensagem.numero, excecao("ValueError", e.getMessage()));
        } catch (IllegalStateException e) {
            enviar(EXCECAO, mensagem.numero, excecao("RuntimeError", e.getMessage()));
        }
        for (Alheio emprestado : emprestados) {
            enviar(PEDIDO, ++ultimoPedido, acao(DEL, emprestado, 1L));
        }
        saida.flush();
        return true;
    }

    // ───── Mensagens ─────

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
            return List.of(TUPLA, itens.stream().map(Rpyc::embrulhar).toList());
        }
        return Arrays.asList(VALOR, valor);
    }

    private static boolean porValor(Object valor) {
        return valor instanceof List<?> itens ? itens.stream().allMatch(Rpyc::porValor)
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

    // ───── Quadros: tamanho (4 bytes), comprimido? (1 byte), corpo, fim de linha ─────

    private void enviar(long tipo, Object numero, Object conteudo) throws IOException {
        byte[] corpo = geracao == Geracao.RPYC_5 ? Brine.escrever(Arrays.asList(tipo, numero, conteudo))
                : comTipo(tipo, Brine.escrever(Arrays.asList(numero, conteudo)));
        boolean comprimir = corpo.length > COMPRIMIR_DE;
        if (comprimir) {
            Deflater rapido = new Deflater(Deflater.BEST_SPEED);
            ByteArrayOutputStream menor = new ByteArrayOutputStream();
            try (DeflaterOutputStream compressor = new DeflaterOutputStream(menor, rapido)) {
                compressor.write(corpo);
            } finally {
                rapido.end();
            }
            corpo = menor.toByteArray();
        }
        saida.writeInt(corpo.length);
        saida.writeBoolean(comprimir);
        saida.write(corpo);
        saida.write('\n');
    }

    private static byte[] comTipo(long tipo, byte[] resto) {
        byte[] corpo = new byte[1 + resto.length];
        corpo[0] = (byte) tipo;
        System.arraycopy(resto, 0, corpo, 1, resto.length);
        return corpo;
    }

    /** @return {@code null} quando o outro lado fecha entre uma mensagem e outra */
    private Mensagem receber(int esperarMs) throws IOException {
        conexao.setSoTimeout(esperarMs);
        int primeiro = entrada.read();
        if (primeiro < 0) {
            return null;
        }
        conexao.setSoTimeout(esperarMs == JsonRpc.SEM_PRAZO ? NO_MEIO_MS : Math.min(esperarMs, NO_MEIO_MS));
        byte[] corpo;
        try {
            corpo = corpo(primeiro);
        } catch (EOFException e) {
            throw new EOFException("a conexão se fechou no meio de uma mensagem RPyC");
        }
        Geracao desta = corpo.length > 0 && corpo[0] >= PEDIDO && corpo[0] <= EXCECAO ? Geracao.RPYC_6 : Geracao.RPYC_5;
        if (geracao != null && geracao != desta) {
            throw new OutraGeracao();
        }
        Mensagem mensagem = mensagem(desta, corpo);
        geracao = desta;
        return mensagem;
    }

    private static Mensagem mensagem(Geracao geracao, byte[] corpo) {
        if (corpo.length > BYTES_DE_THREADS && corpo[0] == 0) {
            throw malformada("vem com RPYC_BIND_THREADS=true, que aqui não serve");
        }
        boolean aFrente = geracao == Geracao.RPYC_6;
        List<Object> m = new ArrayList<>(aFrente ? List.of((long) corpo[0]) : List.of());
        if (Brine.ler(aFrente ? Arrays.copyOfRange(corpo, 1, corpo.length) : corpo) instanceof List<?> itens) {
            m.addAll(itens);
        }
        if (m.size() == 3 && m.get(0) instanceof Long tipo && tipo >= PEDIDO && tipo <= EXCECAO
                && (m.get(1) instanceof Long || m.get(1) instanceof BigInteger)) {
            return new Mensagem(tipo, m.get(1), m.get(2));
        }
        throw malformada("não é (tipo, número, conteúdo)");
    }

    private byte[] corpo(int primeiro) throws IOException {
        int tamanho = primeiro << 24;
        for (int casa = 16; casa >= 0 && Integer.compareUnsigned(tamanho, LIMITE_BYTES) <= 0; casa -= 8) { // o que passa, diz-se já
            tamanho |= entrada.readUnsignedByte() << casa;
        }
        if (Integer.compareUnsigned(tamanho, LIMITE_BYTES) > 0) {
            throw malformada("o quadro diz ter " + Integer.toUnsignedString(tamanho) + " bytes ou mais; o máximo é " + LIMITE_BYTES);
        }
        int comprimido = entrada.readUnsignedByte();
        if (comprimido > 1) {
            throw malformada("depois do tamanho vem 0 ou 1; veio " + comprimido);
        }
        byte[] corpo = new byte[tamanho];
        entrada.readFully(corpo);
        if (entrada.readUnsignedByte() != '\n') {
            throw malformada("falta o fim de linha depois do quadro");
        }
        return comprimido == 0 ? corpo : descomprimir(corpo);
    }

    private static byte[] descomprimir(byte[] corpo) {
        byte[] inteiro = new byte[LIMITE_BYTES + 1];
        Inflater inflador = new Inflater();
        try {
            inflador.setInput(corpo);
            int tamanho = inflador.inflate(inteiro);
            if (!inflador.finished() || tamanho > LIMITE_BYTES) {
                throw malformada("o quadro comprimido está incompleto, ou passa de " + LIMITE_BYTES + " bytes");
            }
            return Arrays.copyOf(inteiro, tamanho);
        } catch (DataFormatException e) {
            throw malformada("o quadro comprimido não se descomprime");
        } finally {
            inflador.end();
        }
    }

    private static MensagemInvalida malformada(String razao) {
        return new MensagemInvalida("rpyc", "mensagem RPyC malformada: " + razao);
    }

    // ───── Cliente ─────

    /** Pede algo ao outro lado e espera a resposta; enquanto isso, responde ao que ele pedir. */
    private Object pedir(int prazoMs, int acao, Object... argumentos) throws IOException {
        long numero = ++ultimoPedido;
        enviar(PEDIDO, numero, acao(acao, argumentos));
        saida.flush();
        long fim = System.nanoTime() + prazoMs * 1_000_000L;
        while (true) {
            int resta = (int) ((fim - System.nanoTime()) / 1_000_000L);
            if (resta <= 0) {
                throw new SocketTimeoutException();
            }
            Mensagem mensagem = receber(resta);
            if (mensagem == null) {
                throw new EOFException();
            } else if (mensagem.tipo == PEDIDO) {
                responder(mensagem, recusada -> { });
            } else if (mensagem.numero.equals(numero) && mensagem.tipo == RESPOSTA) {
                return resultado(mensagem.conteudo);
            } else if (mensagem.numero.equals(numero)) {
                throw excecao(mensagem.conteudo);
            }
        }
    }

    private static Object resultado(Object conteudo) {
        try {
            return desembrulhar(conteudo, new ArrayList<>());
        } catch (Excecao e) { // não é o servidor que recusa: é a resposta que não se entende
            throw malformada(e.getMessage());
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

    /**
     * Chama um servidor RPyC, o nosso ou o original. Os métodos do original não têm id_msg, e com isso uma chamada repetida
     * valeria de novo: insiste-se para conectar, mas o que foi enviado não se repete. Sem resposta, fica indeterminado.
     */
    public static final class Chamada implements AutoCloseable {

        private static final int PRAZO_MS = 2_500;
        private static final int TENTATIVAS = 3;
        private static final int CONFERIR_MS = 1_000; // parada há mais do que isto, a conexão pode já não existir

        private final Endereco servidor;
        private final SSLContext tls = Tls.doProcesso(false);
        private Socket conexao;
        private Rpyc lado;
        private Geracao geracao = Geracao.RPYC_6;
        private Object raiz;
        private long usadaEm;

        public Chamada(Endereco servidor) {
            Tcp.ips(servidor); // que se saiba já se o nome não existe
            this.servidor = servidor;
        }

        /** @throws MensagemInvalida se o servidor recusou; @throws Falha se não se sabe, ou se nada foi enviado */
        public String chamar(String metodo, Object... argumentos) {
            conectar();
            try {
                Object resposta = lado.pedir(PRAZO_MS * TENTATIVAS, CALLATTR, raiz, metodo,
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
                        + ". Com rpyc ela não se repete, porque poderia valer duas vezes: confira o saldo antes de tentar de novo");
            }
        }

        /** Até aqui nada foi enviado que mude algo, e por isso se pode insistir. */
        private void conectar() {
            for (int tentativa = 1; tentativa <= TENTATIVAS; tentativa++) {
                long inicio = System.nanoTime();
                try {
                    if (conexao != null && System.nanoTime() - usadaEm > CONFERIR_MS * 1_000_000L) {
                        lado.pedir(PRAZO_MS, PING, "");
                    }
                    if (conexao == null) {
                        abrir();
                    }
                    return;
                } catch (MensagemInvalida | Excecao e) {
                    close();
                    throw new Falha("em " + servidor + " não responde um servidor RPyC (" + e.getMessage() + "); " + Recusas.dica());
                } catch (IOException e) {
                    if (e instanceof SSLException) {
                        Recusas.semAcordo(servidor);
                    }
                    boolean caiu = raiz != null;
                    close();
                    esperar(caiu || tentativa == TENTATIVAS ? 0 : PRAZO_MS - (System.nanoTime() - inicio) / 1_000_000L);
                }
            }
            throw new Falha("a operação não foi enviada: "
                    + new SemResposta(servidor, (long) PRAZO_MS * TENTATIVAS).getMessage());
        }

        /** Quem não nos entende desliga, ou pede para fechar na sua geração: então é ela. Pedir a raiz não muda nada. */
        private void abrir() throws IOException {
            ligar();
            try {
                raiz = lado.pedir(PRAZO_MS, GETROOT);
            } catch (EOFException | OutraGeracao | SocketException e) {
                close();
                geracao = geracao == Geracao.RPYC_6 ? Geracao.RPYC_5 : Geracao.RPYC_6;
                ligar();
                raiz = lado.pedir(PRAZO_MS, GETROOT);
            }
            usadaEm = System.nanoTime();
        }

        private void ligar() throws IOException {
            conexao = Tls.conectar(servidor, tls, PRAZO_MS);
            lado = new Rpyc(conexao, new BufferedInputStream(conexao.getInputStream()), null, geracao);
        }

        /** Uma recusa de conexão vem na hora: dá ao servidor o prazo inteiro para voltar. */
        private static void esperar(long milissegundos) {
            try {
                Thread.sleep(Math.max(0, milissegundos));
            } catch (InterruptedException e) {
                throw new Falha("interrompido");
            }
        }

        @Override
        public void close() {
            try {
                if (conexao != null) {
                    conexao.close();
                }
            } catch (IOException e) {
                // já estava fechada
            }
            conexao = null;
            raiz = null;
        }
    }
}
