//SOURCES FilaDeEspera.java
package shared.ordem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import shared.Envelope;
import shared.tempo.Lentidao;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import shared.texto.Texto;

/**
 * Quem segue uma sequência numerada por outro processo, a fonte, sem perder nenhuma: nota o que falta, pede-o, e se a fonte
 * já não lembra tão longe, pede um instantâneo do estado. Regra pura: as mensagens entram e saem por parâmetro, e o tempo
 * também. O outro lado desta conversa é {@link Historico}.
 */
public final class Seguidor {

    /** Sem resposta nisto, o pedido se repete. */
    public static final int PRAZO_MS = Lentidao.vezes(1_000);

    private static final int ESPERA_MAXIMA = 10_000;   // envelopes adiantados na memória: o resto se pede de novo
    private static final int POR_PEDIDO = 1_000;
    private static final int FOTO_MAXIMA = 1 << 28;    // letras

    /** Um estado inteiro recebido da fonte. @param posicao o seq da última operação contida nele */
    public record Foto(long posicao, ObjectNode estado) {
    }

    /** O que uma resposta permitiu: adotar um instantâneo (ou null), e dizê-lo com {@link #adotou}; e entregar. */
    public record Passo(Foto foto, List<Envelope> entregar) {
    }

    private FilaDeEspera fila;
    private String historia;            // de quem são estes números; null = ainda não se sabe
    private boolean outraHistoria;
    private boolean emDia;              // se já se perguntou à fonte, ao menos uma vez, até onde ela vai
    private long alvo;                  // até onde se sabe que a fonte vai
    private long pedidoEm = Long.MIN_VALUE; // quando se fez o pedido sem resposta; MIN_VALUE = nenhum
    private boolean querFoto;
    private boolean fotoForcada;        // o que se tem não serve de começo: só uma foto
    private long posicaoDaFoto;
    private final StringBuilder foto = new StringBuilder();

    /**
     * @param historia a da sequência que já se segue; {@code null} se começa agora
     * @param ultimo   o último seq já entregue; 0 se nenhum
     */
    public Seguidor(String historia, long ultimo) {
        this.historia = historia;
        this.fila = new FilaDeEspera(ESPERA_MAXIMA, ultimo);
        this.alvo = ultimo;
    }

    /** Um seguidor cujo estado não é um começo do da fonte: antes de tudo, troca-o por uma foto. */
    public static Seguidor pelaFoto(String historia) {
        Seguidor seguidor = new Seguidor(historia, 0);
        seguidor.querFoto = true;
        seguidor.fotoForcada = true;
        return seguidor;
    }

    /** A fonte disse, sem mandar nada, até onde vai. */
    public void saberQueVaiAte(long seq) {
        alvo = Math.max(alvo, seq);
    }

    /** Se ainda espera por uma foto. */
    public boolean querFoto() {
        return querFoto;
    }

    /** Recebe um envelope difundido. @return o que agora se pode entregar, por ordem */
    public List<Envelope> receber(Envelope envelope) {
        if (!mesmaHistoria(envelope.historia())) {
            return List.of();
        }
        alvo = Math.max(alvo, envelope.seq());
        return querFoto ? List.of() : fila.receber(envelope);
    }

    /** O que pedir à fonte agora. @param agora em milissegundos, de um relógio que só avança; @return null se nada */
    public ObjectNode pedido(long agora) {
        // exercício recuperacao: decidir se falta algo, e pedi-lo: HISTORICO ou, se não chega, INSTANTANEO
        boolean esperando = pedidoEm != Long.MIN_VALUE && agora - pedidoEm < PRAZO_MS;
        if (outraHistoria || esperando || (emDia && alvo <= ultimo())) {
            return null;
        }
        pedidoEm = agora;
        ObjectNode pedido = Json.MAPPER.createObjectNode();
        return querFoto
                ? pedido.put("pedido", "INSTANTANEO").put("posicao", posicaoDaFoto).put("desde", foto.length())
                : pedido.put("pedido", "HISTORICO").put("desde", ultimo() + 1).put("max", POR_PEDIDO);
        // fim
    }

    /** Recebe a resposta da fonte a um pedido, mesmo atrasada ou repetida. @throws MensagemInvalida se não se entende */
    public Passo resposta(ObjectNode resposta) {
        if (!mesmaHistoria(Json.texto(resposta, "historia"))) {
            return new Passo(null, List.of());
        }
        Passo passo = resposta.has("texto") ? parteDaFoto(resposta) : faixa(resposta);
        pedidoEm = passo.foto() == null ? Long.MIN_VALUE : pedidoEm; // a que não serve só se repete a seu tempo
        return passo;
    }

    private Passo faixa(ObjectNode resposta) {
        long ultima = Json.inteiro(resposta, "ultima");
        long primeira = Json.inteiro(resposta, "primeira");
        boolean longe = primeira > ultimo() + 1;
        if (primeira > ultima + 1) {
            throw new MensagemInvalida("campo", "primeira: veio " + primeira + ", e a última é " + ultima);
        }
        if (!resposta.path("envelopes").isArray()) {
            throw new MensagemInvalida("campo", "envelopes: esperava uma lista, veio "
                    + Json.tipoDe(resposta.get("envelopes")));
        }
        List<Envelope> envelopes = new ArrayList<>();
        for (JsonNode envelope : resposta.get("envelopes")) {
            if (!(envelope instanceof ObjectNode objeto)) {
                throw new MensagemInvalida("campo", "envelopes: esperava objetos, veio " + Json.tipoDe(envelope));
            }
            envelopes.add(Envelope.de(objeto));
        }
        // exercício recuperacao: entregar o que veio, ou ver que a fonte já não lembra tão longe
        emDia = true; // daqui em diante nada se recusa: uma resposta vale inteira ou não vale
        alvo = ultima; // corrige um exagero que se tenha ouvido; o que é mesmo novo volta a ser dito
        querFoto = fotoForcada || longe;
        List<Envelope> entregar = new ArrayList<>();
        for (Envelope envelope : querFoto ? List.<Envelope>of() : envelopes) {
            entregar.addAll(fila.receber(envelope));
        }
        return new Passo(null, entregar);
        // fim
    }

    private Passo parteDaFoto(ObjectNode resposta) {
        long posicao = Json.inteiro(resposta, "posicao");
        if (!querFoto || Json.inteiro(resposta, "desde") != (posicao == posicaoDaFoto ? foto.length() : 0)) {
            return new Passo(null, List.of()); // atrasada ou repetida
        }
        if (posicao != posicaoDaFoto) {
            posicaoDaFoto = posicao;
            foto.setLength(0);
        }
        String texto = Json.texto(resposta, "texto");
        long tamanho = Json.inteiro(resposta, "tamanho");
        foto.append(texto);
        if (foto.length() < tamanho && !texto.isEmpty() && tamanho <= FOTO_MAXIMA) {
            return new Passo(null, List.of());
        }
        byte[] inteira = foto.toString().getBytes(StandardCharsets.UTF_8);
        posicaoDaFoto = 0;
        foto.setLength(0);
        foto.trimToSize();
        Foto lida = new Foto(posicao, Json.lerGrande(inteira)); // se não se lê, pede-se outra
        if (posicao < ultimo()) {
            querFoto = false;
            fotoForcada = false;
            return new Passo(null, List.of());
        }
        return new Passo(lida, List.of());
    }

    /** O estado da foto serviu, e trocou o que se tinha: segue-se dela em diante. Sem isto, pede-se outra. */
    public void adotou(Foto foto) {
        querFoto = false;
        fotoForcada = false;
        pedidoEm = Long.MIN_VALUE;
        fila = new FilaDeEspera(ESPERA_MAXIMA, foto.posicao());
    }

    /** @throws MensagemInvalida se não é o nome de uma fonte */
    private boolean mesmaHistoria(String fonte) {
        Texto.exigirNome("fonte", fonte);
        // exercício recuperacao: ver se estes números são os da sequência que se segue
        if (historia == null) {
            historia = fonte;
        }
        outraHistoria |= fonte != null && !fonte.equals(historia);
        return !outraHistoria;
        // fim
    }

    /** A história que se segue; {@code null} se ainda nenhuma. */
    public String historia() {
        return historia;
    }

    /** Se a fonte recomeçou do zero: os números dela já não são os desta cópia, e misturá-los seria mentir. */
    public boolean outraHistoria() {
        return outraHistoria;
    }

    /** O último seq entregue. */
    public long ultimo() {
        return fila.ultimo();
    }

    /** Quantos envelopes adiantados esperam. */
    public int esperando() {
        return fila.esperando();
    }

    /** Se já se falou com a fonte e não falta nada do que se sabe que ela tem. */
    public boolean emDia() {
        return emDia && alvo <= ultimo();
    }
}
