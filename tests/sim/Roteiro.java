package tests.sim;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import shared.Operacao;
import shared.Operacao.Tipo;

/**
 * Uma execução sem sorte nenhuma: o que os clientes pedem, e, em cada ponto em que algo se pode desviar do costume (uma
 * mensagem, uma ação de um processo), o que se escolhe. O costume não custa nada; cada desvio custa um. Da mesma lista de
 * desvios sai a mesma execução.
 */
public final class Roteiro {

    /** O que pode correr mal num ponto. A ordem é a de tentar: primeiro o mais simples de contar. */
    public enum Desvio {
        /** Esta mensagem não chega. */
        PERDE(1),
        /** Esta mensagem, e as que vão atrás dela, esperam. */
        SEGURA(2),
        /** Nada mais passa entre os dois, até ao fim. */
        SEPARA(2),
        /** A ligação fica aberta e muda. */
        EMUDECE(1),
        /** O processo morre aqui, e volta logo. */
        MORRE(2),
        /** O mesmo, e perde-se o que não estava no disco. */
        MORRE_SEM_ENERGIA(4),
        /** O processo morre aqui, e só volta depois de os outros darem por isso. */
        MORRE_E_DEMORA(2),
        /** O mesmo, mas do que fazia fica só o que está no disco: acabou de gravar, e nada do que já dissera chega. */
        MORRE_TENDO_GRAVADO(3),
        /** O processo para aqui, e continua depois de os outros darem por isso. */
        PARA(3),
        /** O disco enche aqui. */
        ENCHE(3),
        /** Alguém manda promover o backup. */
        PROMOVE(1);

        private final int peso; // de duas histórias com os mesmos desvios, conta-se a que pesa menos

        Desvio(int peso) {
            this.peso = peso;
        }
    }

    /** O que se pede: {@code cliente} 0 ou 1. */
    record Pedida(int cliente, Operacao op) {
    }

    /**
     * O que se pede de cada vez.
     *
     * @param peloBackup se o cliente 2 começa por pedir ao backup, que diz quem é o primário; e o 1, se ninguém lhe
     *                   responde, não pede outra vez: é o 2 que chega primeiro a quem assume
     */
    record Pedidos(List<Pedida> pedidas, boolean peloBackup) {
        private static Pedidos de(Pedida... pedidas) {
            return new Pedidos(List.of(pedidas), false);
        }
    }

    /** Um estado a que outra execução, com os mesmos desvios ou menos, já chegou: daqui em diante seria igual. */
    static final class JaVisto extends RuntimeException {
        JaVisto() {
            super(null, null, false, false);
        }
    }

    /** O depósito de 100 que está feito antes de tudo. */
    static final Operacao COMECO = operacao("c1-0", Tipo.DEPOSITO, 100);

    private static final Pedida OITENTA = new Pedida(0, operacao("c1-1", Tipo.SAQUE, 80));
    private static final Pedida CINQUENTA = new Pedida(1, operacao("c2-1", Tipo.SAQUE, 50));
    private static final Pedida CEM = new Pedida(1, operacao("c2-2", Tipo.DEPOSITO, 100));

    private static final Pedidos UM = Pedidos.de(OITENTA);
    private static final Pedidos DOIS = Pedidos.de(OITENTA, CINQUENTA);
    private static final Pedidos PELO_BACKUP = new Pedidos(DOIS.pedidas, true);
    private static final Pedidos TRES = Pedidos.de(OITENTA, CINQUENTA, CEM);
    private static final Pedida COM_O_MESMO_ID = new Pedida(0, operacao("c1-1", Tipo.SAQUE, 50)); // tem de ser um erro
    private static final Pedidos TRES_E_UMA_QUE_NAO = Pedidos.de(OITENTA, CINQUENTA, CEM, COM_O_MESMO_ID);

    private static final Pedida PASSA = new Pedida(0, transferencia("c1-1", "ana", "bia", 80));
    private static final Pedida MAIS_UM =
            new Pedida(0, new Operacao("c1-2", Tipo.DEPOSITO, "bia", null, BigDecimal.ONE));
    private static final Pedida SACA_O_QUE_PASSOU =
            new Pedida(0, new Operacao("c1-3", Tipo.SAQUE, "bia", null, BigDecimal.valueOf(80)));
    private static final Pedida VOLTA = new Pedida(1, transferencia("c2-2", "bia", "ana", 30));
    private static final Pedidos PASSA_E_SACA = Pedidos.de(PASSA, MAIS_UM, SACA_O_QUE_PASSOU);
    private static final List<Pedidos> SO_ENTRE_GRUPOS =
            List.of(Pedidos.de(PASSA), PASSA_E_SACA, Pedidos.de(PASSA, CINQUENTA, VOLTA));
    private static final List<Pedidos> ENTRE_GRUPOS =
            List.of(Pedidos.de(PASSA), PASSA_E_SACA, Pedidos.de(PASSA, CINQUENTA, VOLTA, COM_O_MESMO_ID));

    /**
     * Os pedidos que se experimentam numa parte, dos mais curtos em diante. Onde há um backup a que pedir, os dois saques
     * também um pouco depois um do outro; onde um id_msg nunca se esquece, também outra coisa com um já usado.
     */
    static List<Pedidos> pedidos(Alcance alcance) {
        Pedidos tres = alcance.defeito() == Defeito.SEM_DEDUPLICAR ? TRES : TRES_E_UMA_QUE_NAO;
        return switch (alcance.parte()) {
            case "3-grupos" -> alcance.defeito() == Defeito.SEM_DEDUPLICAR ? SO_ENTRE_GRUPOS : ENTRE_GRUPOS;
            case "2", "3" -> List.of(UM, DOIS, tres);
            case "4" -> List.of(UM, PELO_BACKUP, DOIS, tres);
            case "4-assincrona" -> List.of(UM, PELO_BACKUP, DOIS, TRES);
            default -> List.of(UM, DOIS, TRES);
        };
    }

    final List<Pedida> pedidas;
    final boolean peloBackup;
    final boolean instantaneos;         // se cada entrada dá um
    final boolean recupera;             // se quem perdeu algo o pede
    final boolean reduz;                // se se salta o que seria como algo que já se viu
    private final int[] pontos;         // os desvios: em que ponto…
    private final byte[] quais;         // …e qual dos que lá são possíveis, de 1 em diante
    final List<Byte> abertos = new ArrayList<>(); // de cada ponto depois do último desvio, quantos são possíveis
    private int feitos;
    private int peso;
    private int ponto;
    private boolean ligado;
    private boolean passou;             // se houve um ponto desde que se perguntou

    Roteiro(Alcance alcance, Pedidos pedidos, int[] pontos, byte[] quais) {
        this.pedidas = pedidos.pedidas();
        this.peloBackup = pedidos.peloBackup();
        this.instantaneos = alcance.instantaneos();
        this.recupera = alcance.recupera();
        this.reduz = alcance.reduz();
        this.pontos = pontos;
        this.quais = quais;
    }

    private static Operacao operacao(String id, Tipo tipo, int valor) {
        return new Operacao(id, tipo, "ana", null, BigDecimal.valueOf(valor));
    }

    private static Operacao transferencia(String id, String origem, String destino, int valor) {
        return new Operacao(id, Tipo.TRANSFERENCIA, origem, destino, BigDecimal.valueOf(valor));
    }

    /** De um certo ponto da execução até outro, há desvios. */
    void ligar(boolean sim) {
        ligado = sim;
    }

    /** @return o desvio que aqui se faz; {@code null} se nenhum */
    Desvio escolher(Desvio[] possiveis) {
        if (!ligado || possiveis.length == 0) {
            return null;
        }
        int este = ponto++;
        passou = true;
        if (feitos < pontos.length) {
            if (pontos[feitos] == este) {
                Desvio desvio = possiveis[quais[feitos++] - 1];
                peso += desvio.peso;
                return desvio;
            }
        } else {
            abertos.add((byte) possiveis.length);
        }
        return null;
    }

    /** Se, feitos já todos os desvios, se passou por um ponto desde que se perguntou: vale a pena olhar o estado. */
    boolean passou() {
        boolean sim = passou && ligado && feitos == pontos.length;
        passou = false;
        return sim;
    }

    boolean ligado() {
        return ligado;
    }

    /** Quanto custa contar os desvios que se fizeram. */
    int peso() {
        return peso;
    }

    /** O número do primeiro ponto depois do último desvio. */
    int primeiroAberto() {
        return pontos.length == 0 ? 0 : pontos[pontos.length - 1] + 1;
    }
}
