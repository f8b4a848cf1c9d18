//DEPS org.zeromq:jeromq:0.6.0
//SOURCES Silencio.java
package shared.defesa;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.zeromq.SocketType;
import shared.texto.Json;
import zmq.Msg;
import zmq.io.Metadata;
import zmq.msg.MsgAllocator;

/**
 * Limita o que entra por um soquete ZeroMQ. Sem isto, poucos bytes de um desconhecido param o JeroMQ: um tamanho
 * negativo ou gigante mata a linha de execução de rede, um tópico longo estoura a pilha de quem chama recv, e
 * mensagens de infinitas partes ou milhões de assinaturas enchem a memória. O JeroMQ pede aqui a memória de cada
 * quadro que chega; o {@link Quadro} que devolvemos decide, conexão por conexão, se ele segue ou some.
 */
public final class LimiteDeQuadros implements MsgAllocator {

    /** O que um soquete espera receber. */
    enum Forma {
        /** PULL e SUB: mensagens de um quadro. */
        MENSAGENS(0),
        /** ROUTER, REQ e DEALER: um envelope e a mensagem. */
        PEDIDOS(ENVELOPE_QUADROS),
        /** PUSH: nada. */
        NADA(0),
        /** PUB e XPUB: poucas assinaturas curtas por conexão. */
        ASSINATURAS(0);

        private final int partesAMais;

        Forma(int partesAMais) {
            this.partesAMais = partesAMais;
        }

        static Forma de(SocketType tipo) {
            return switch (tipo) {
                case PUB, XPUB -> ASSINATURAS;
                case PUSH -> NADA;
                case REP, ROUTER, REQ, DEALER -> PEDIDOS;
                default -> MENSAGENS;
            };
        }
    }

    /** Quadros de um envelope, no máximo, sem contar o desta conexão: um por proxy, o número do pedido e o vazio. */
    public static final int ENVELOPE_QUADROS = 8;

    /** Acima disto a conexão é cortada; entre {@link Json#LIMITE_BYTES} e isto, a mensagem é recusada com resposta. */
    public static final int TAMANHO_MAXIMO = 2 * 1024 * 1024;

    private static final int ASSINATURAS_POR_CONEXAO = 16;
    private static final int TOPICO_MAXIMO = 64;
    private static final int COMANDO_MINIMO = 7; // um PING com o prazo; um READY de verdade é maior
    private static final int COMANDO_MAXIMO = 1_024;

    /** Guardado nos metadados, que são um por conexão. O par põe ali o que quiser, mas nenhum nome vazio. */
    private static final String CONTADOR = "";

    /** Onde caem os bytes de mensagens grandes demais, todas no mesmo lugar: só o tamanho delas interessa. */
    private static final ByteBuffer LIXO = ByteBuffer.allocate(TAMANHO_MAXIMO);

    /** Um pedido de verdade é mais curto que isto. */
    private static final int COMPRIDA = 1_024;

    /** Bytes, de todas as conexões de um soquete. */
    private static final long COMPRIDAS_POR_LER = Runtime.getRuntime().maxMemory() / 8;
    private static final int ESPERA_MS = 100;

    /** O que o CURVE acrescenta a uma mensagem: nome, número, prova e marcas. */
    private static final int CIFRA_BYTES = 33;

    private static final long COMECO = System.nanoTime();

    private final Forma forma;
    private final boolean cifrada;
    private final byte[] aoOriginal; // o que passa a assinar quem assina tudo; null = tudo
    private final AtomicLong porLer = new AtomicLong(); // bytes das mensagens compridas que o laço ainda não leu
    private volatile Silencio.Ouvido ouvido = Silencio.Ouvido.NADA;

    /**
     * @param cifrada    se o soquete usa CURVE
     * @param aoOriginal null = a todos o mesmo; senão, o começo das únicas mensagens que entende o sistema original, que
     *                   assina tudo; os nossos assinam {@code Soquetes.NOSSAS}. Numa conexão cifrada não se olha: ele não
     *                   tem chaves
     */
    LimiteDeQuadros(Forma forma, boolean cifrada, byte[] aoOriginal) {
        this.forma = forma;
        this.cifrada = cifrada;
        this.aoOriginal = aoOriginal;
    }

    /** O relógio de {@link #ouvido}, em milissegundos: só avança, e nunca é 0. */
    public static long agora() {
        return (System.nanoTime() - COMECO) / 1_000_000 + 1;
    }

    /** Quando chegaram o primeiro quadro e o último, mensagens ou não. */
    public Silencio.Ouvido ouvido() {
        return ouvido;
    }

    @Override
    public Msg allocate(int tamanho) {
        ouvir();
        if (cifrada) {
            return cifrado(tamanho);
        }
        if (tamanho > (recebeMensagens() ? Json.LIMITE_BYTES : COMPRIDA) && tamanho <= TAMANHO_MAXIMO) {
            return new Quadro(LIXO.duplicate().limit(tamanho));
        }
        boolean cabe = tamanho >= 0 && tamanho <= Json.LIMITE_BYTES;
        if (comprida(tamanho)) {
            reservar(tamanho);
        }
        return new Quadro(ByteBuffer.allocate(cabe ? tamanho : 0));
    }

    private void ouvir() {
        long agora = agora();
        if (ouvido.ultimo() != agora) {
            ouvido = new Silencio.Ouvido(ouvido.primeiro() == 0 ? agora : ouvido.primeiro(), agora);
        }
    }

    /** Se não, do que chega só servem apresentações e assinaturas, que são curtas. */
    private boolean recebeMensagens() {
        return forma != Forma.ASSINATURAS && forma != Forma.NADA;
    }

    private static boolean comprida(int tamanho) {
        return tamanho > COMPRIDA && tamanho <= Json.LIMITE_BYTES;
    }

    /**
     * A fila de uma conexão conta mensagens, não bytes. Com muito por ler, a linha de rede espera que o laço leia, e com
     * ela quem envia; o que não se lê em {@link #ESPERA_MS} conta-se por perdido: quem o enviou já se foi.
     */
    private void reservar(int tamanho) {
        if (porLer.addAndGet(tamanho) > COMPRIDAS_POR_LER) {
            long ate = System.nanoTime() + ESPERA_MS * 1_000_000L;
            while (porLer.get() > COMPRIDAS_POR_LER && System.nanoTime() < ate) {
                LockSupport.parkNanos(1_000_000);
            }
            if (porLer.get() > COMPRIDAS_POR_LER) {
                porLer.set(tamanho);
            }
        }
    }

    /**
     * Um quadro cifrado só mostra o tamanho: a mensagem, o JeroMQ decifra depois, em memória sua. Por isso aqui só se
     * limita o tamanho; as partes e as assinaturas de quem foi autorizado, já não. Quem não provou quem é não passa da
     * apresentação. Uma mensagem grande demais ainda se decifra (e é recusada com resposta) se no {@link #LIXO} não se
     * misturar com outra.
     */
    private Msg cifrado(int tamanho) {
        if (tamanho >= 0 && tamanho <= (recebeMensagens() ? Json.LIMITE_BYTES + CIFRA_BYTES : COMANDO_MAXIMO)) {
            return new Msg(tamanho);
        }
        return new Msg(LIXO.duplicate().limit(tamanho < 0 || tamanho > TAMANHO_MAXIMO ? 0 : tamanho)) {
            @Override
            public int size() {
                return recebeMensagens() ? super.size() : 0; // curta demais para ser CURVE: o JeroMQ corta a conexão
            }
        };
    }

    /**
     * Um quadro que chega. O JeroMQ descarta em silêncio os comandos depois de examiná-los; por isso um quadro que
     * não deve seguir diz que é um comando. É assim também o de quem fala ZMTP 1 ou 2 (há dez anos sem uso), que
     * nunca recebe metadados.
     */
    private final class Quadro extends Msg {

        private boolean examinado;
        private boolean aceito;
        private boolean trocado; // assinava tudo, e passa a assinar só o que entende

        Quadro(ByteBuffer bytes) {
            super(bytes);
        }

        @Override
        public boolean isCommand() {
            return super.isCommand() || !aceito;
        }

        /** Chamado pelo JeroMQ logo antes de entregar o quadro: o momento de decidir, uma vez só. */
        @Override
        public Msg setMetadata(Metadata conexao) {
            if (!examinado && conexao != null && !super.isCommand()) {
                examinado = true;
                aceito = switch (forma) {
                    case ASSINATURAS -> assinatura(conexao);
                    case NADA -> false;
                    default -> mensagem(conexao);
                };
            }
            return super.setMetadata(conexao);
        }

        /**
         * O JeroMQ olha o primeiro byte para saber que comando é (e até aqui, tudo é comando). Um de tamanho impossível
         * não é nenhum: um PING curto seria lido além do fim, um READY longo seria guardado inteiro.
         */
        @Override
        public byte get(int indice) {
            boolean impossivel = !aceito && (size() < COMANDO_MINIMO || size() > COMANDO_MAXIMO);
            return impossivel ? 0 : trocado && indice > 0 ? aoOriginal[indice - 1] : super.get(indice);
        }

        @Override
        public int size() {
            return super.size() + (trocado ? aoOriginal.length : 0);
        }

        /** Chamado uma vez, por quem lê a mensagem. */
        @Override
        public byte[] data() {
            if (trocado) {
                return ByteBuffer.allocate(size()).put(super.get(0)).put(aoOriginal).array();
            }
            if (comprida(size())) {
                porLer.updateAndGet(bytes -> Math.max(0, bytes - size()));
            }
            return super.data();
        }

        private boolean mensagem(Metadata conexao) {
            int partes = hasMore() ? contador(conexao) + 1 : 0;
            if (partes > forma.partesAMais) { // a mensagem de partes demais acaba aqui
                resetFlags(MORE);
                partes = 0;
            }
            if (forma.partesAMais > 0) {
                conexao.put(CONTADOR, Integer.toString(partes));
            }
            return true;
        }

        /**
         * O contador guarda quantas vieram (centenas em diante) e quantas estão de pé: ninguém desassina o que não
         * assinou.
         */
        private boolean assinatura(Metadata conexao) {
            boolean assina = size() >= 1 && super.get(0) == 1;
            boolean desassina = size() >= 1 && super.get(0) == 0;
            int vieram = contador(conexao) / 100;
            int dePe = contador(conexao) % 100 + (assina ? 1 : -1);
            boolean malfeita = !(assina || desassina) || size() > TOPICO_MAXIMO || hasMore();
            if (malfeita || vieram >= ASSINATURAS_POR_CONEXAO || dePe < 0) {
                return false;
            }
            conexao.put(CONTADOR, Integer.toString((vieram + 1) * 100 + dePe));
            trocado = aoOriginal != null && size() == 1;
            return true;
        }

        private int contador(Metadata conexao) {
            String valor = conexao.get(CONTADOR);
            return valor == null ? 0 : Integer.parseInt(valor);
        }
    }
}
