//SOURCES Ordem.java Regra.java
package part3.regra;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import shared.Envelope;
import shared.disco.Diario;
import shared.disco.DobraDoBanco;
import shared.disco.Foto;
import shared.ordem.Historico;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * O que cada ordenador aplica, pela ordem que o Raft decidiu: a {@link Regra}, e o que se conta a quem segue. É
 * determinístico: os mesmos pedidos dão os mesmos números em todos. Nada aqui vai ao disco: o que dura é o log do Raft, e o
 * que {@link #guardar} escreve.
 */
public final class Replicado {

    /** O que ele diz. */
    public interface Saida {

        /** A todas as réplicas que o ouvem. */
        void difundir(String envelope);

        /** O que decidiu de uma operação: "ordenar" ou "repetida". */
        void decidiu(String evento, Envelope envelope);

        /** @param pares chave, valor, chave, valor… */
        void registrar(String evento, Object... pares);
    }

    private static final int HISTORIA = 8; // letras
    private static final int POR_VEZ = 1_000;

    private final Regra.Origem origem;
    private final Saida saida;
    private final Diario diario = Diario.naMemoria();
    private final Historico historico = new Historico(diario, this::historia);
    private Regra regra;        // null = ninguém pediu nada ainda
    private String historia;
    private boolean difunde;    // se as réplicas ainda não podem ter ouvido daqui o que se aplica
    private long difundidoEm;
    private long agora;

    private Replicado(Regra.Origem origem, Saida saida) {
        this.origem = origem;
        this.saida = saida;
        diario.repetir(nada -> { });
    }

    private void dobrar() {
        diario.dobrarCom(DobraDoBanco.deEnvelopes(), porque -> saida.registrar("aviso", "instantaneo", porque));
    }

    /**
     * O que se propõe ao Raft.
     *
     * @param historia 8 letras: o nome da sequência de números, se esta for a primeira entrada de todas
     * @param operacao o que a regra aplica; vazia, só para que a sequência comece
     */
    public static byte[] entrada(String historia, byte[] operacao) {
        byte[] inteira = Arrays.copyOf(historia.getBytes(StandardCharsets.US_ASCII), HISTORIA + operacao.length);
        System.arraycopy(operacao, 0, inteira, HISTORIA, operacao.length);
        return inteira;
    }

    /**
     * Aplica uma entrada.
     *
     * @param difundir se as réplicas ainda não a podem ter ouvido daqui
     * @return o que responder a quem a pediu
     */
    public String aplicar(byte[] entrada, boolean difundir) {
        if (historia == null) {
            historia = new String(entrada, 0, HISTORIA, StandardCharsets.US_ASCII);
            regra = origem.nova(historia, this::ordenada);
            saida.registrar("historia", "nome", historia);
        }
        difunde = difundir;
        return entrada.length == HISTORIA ? "" : regra.aplicar(Arrays.copyOfRange(entrada, HISTORIA, entrada.length));
    }

    private void ordenada(Envelope envelope, boolean nova) {
        if (nova) {
            diario.anexar(envelope.json());
            diario.gravar();
        }
        if (nova && difunde) {
            difundir(envelope.json());
        }
        if (difunde) {
            saida.decidiu(nova ? "ordenar" : "repetida", envelope);
        }
    }

    private void difundir(String envelope) {
        saida.difundir(envelope);
        difundidoEm = agora;
    }

    /**
     * Responde a HISTORICO ou INSTANTANEO.
     *
     * @return {@code null} enquanto não há o que contar
     * @throws MensagemInvalida se o pedido é outro
     */
    public String contar(ObjectNode pedido) {
        return switch (Json.texto(pedido, "pedido")) {
            case "HISTORICO" -> historia == null ? null : historico.historico(pedido);
            case "INSTANTANEO" -> historia == null ? null : historico.instantaneo(pedido);
            default -> throw new MensagemInvalida("pedido",
                    "o ordenador responde a operações, ESTADO, HISTORICO e INSTANTANEO, e com mais de um grupo a SALDO e"
                    + " SALDOS");
        };
    }

    /** Uma volta do laço. @param agora em milissegundos, de um relógio que só avança */
    public void passo(long agora) {
        this.agora = agora;
        if (diario.horaDeFotografar()) {
            diario.fotografar();
        }
        if (agora - difundidoEm > Ordem.REPETIR_MS && diario.ultima() > 0) {
            diario.ler(diario.ultima(), 1).forEach(this::difundir); // quem a perdeu fica sabendo
        }
    }

    // ───── Instantâneos ─────

    /** Escreve tudo o que sabe. */
    public void guardar(DataOutputStream ali) throws IOException {
        ali.writeUTF(historia == null ? "" : historia);
        Foto foto = diario.segurarInstantaneo();
        long posicao = foto.posicao();
        ali.writeLong(posicao);
        ali.writeInt(posicao == 0 ? 0 : (int) foto.tamanho());
        if (posicao > 0) {
            try (var aberta = foto.abrir()) {
                aberta.transferTo(ali);
            }
        }
        ali.writeLong(diario.ultima());
        for (long desde = posicao + 1; desde <= diario.ultima(); desde += POR_VEZ) {
            for (String envelope : diario.ler(desde, POR_VEZ)) {
                ali.writeUTF(envelope);
            }
        }
        foto.largar();
        if (regra != null) {
            regra.guardar(ali);
        }
    }

    /** O que se escreveu com {@link #guardar}, agora noutro, ou neste que recomeça. @throws IOException se não serve */
    public static Replicado ler(DataInputStream dali, Regra.Origem origem, Saida saida) throws IOException {
        Replicado novo = new Replicado(origem, saida);
        String historia = dali.readUTF();
        long posicao = dali.readLong();
        byte[] foto = dali.readNBytes(dali.readInt());
        long ultima = dali.readLong();
        if (posicao > 0) {
            novo.diario.recomecarDe(posicao, Json.lerGrande(foto));
        }
        novo.dobrar();
        for (long seq = posicao + 1; seq <= ultima; seq++) {
            novo.diario.anexar(dali.readUTF());
            if (seq % POR_VEZ == 0 || seq == ultima) {
                novo.diario.gravar();
            }
        }
        if (!historia.isEmpty()) {
            novo.historia = historia;
            novo.regra = origem.ler(historia, novo.diario, dali, novo::ordenada);
        }
        return novo;
    }

    /** O de quem ainda não aplicou nada. @param origem de onde vem a regra, quando se souber a história */
    public static Replicado vazio(Regra.Origem origem, Saida saida) {
        Replicado novo = new Replicado(origem, saida);
        novo.dobrar();
        return novo;
    }

    /** Um envelope como o sistema original o escreveria. */
    public static String semHistoria(String envelope) {
        Envelope este = Envelope.ler(envelope);
        return new Envelope(este.seq(), este.op()).json();
    }

    /** O nome da sequência de números; {@code null} se ainda não começou. */
    public String historia() {
        return historia;
    }

    /** O último número dado. */
    public long ultimo() {
        return diario.ultima();
    }

    /** Deixa de se usar. */
    public void largar() {
        diario.close();
    }
}
