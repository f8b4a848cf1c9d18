//SOURCES Visao.java
package part4.regra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import shared.Envelope;
import shared.Operacao;
import shared.texto.Campos;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * O que os processos da parte 4 dizem uns aos outros: cada mensagem escreve-se e lê-se num lugar só, que é este. O que se
 * diz a um cliente está em {@link Respostas}. Ler o que não serve lança {@link MensagemInvalida}.
 *
 * <pre>
 *   primário   ═► backups      Pulso, Envelope          (difundidos)
 *   backup     ─► primário     Noticia                  ◄─ Conferencia, ou nada
 *   backup     ─► primário     Recuperar                ◄─ Recuperada
 *   servidor   ─► testemunha   Pergunta                 ◄─ a Visao, ou nenhuma
 *   promovido  ─► o antigo     Depor                    ◄─ OK
 * </pre>
 */
public final class Mensagens {

    private Mensagens() {
    }

    /** Uma mensagem na forma em que viaja. */
    public interface Mensagem {
        String json();
    }

    private static ObjectNode objeto() {
        return Json.MAPPER.createObjectNode();
    }

    // ───── Do primário a todos ─────

    /**
     * O que o primário difunde quando nada acontece.
     *
     * @param ronda  a que os backups devem devolver, para que se saiba que ainda nos seguem
     * @param de     de que mandato é a ronda
     * @param epoca  a do primário
     * @param ultimo até onde vai o que ele tem no disco
     */
    public record Pulso(long ronda, String de, long epoca, long ultimo) implements Mensagem {

        static Pulso de(ObjectNode m) {
            return new Pulso(Json.inteiro(m, "pulso"), Visao.nome(m, "de"), Json.inteiro(m, "epoca"),
                    Json.inteiro(m, "ultimo"));
        }

        @Override
        public String json() {
            return Json.escrever(objeto().put("pulso", ronda).put("de", de).put("epoca", epoca).put("ultimo", ultimo));
        }
    }

    /** O que se ouve de quem difunde: um pulso, uma operação numerada, ou uma sem número; os outros dois são null. */
    public record Difundida(Pulso pulso, Envelope envelope, Operacao simples) {

        /** A de quem difunde; 0 se não a disse. */
        public long epoca() {
            return pulso != null ? pulso.epoca() : envelope != null ? envelope.epoca() : 0;
        }

        public static Difundida ler(byte[] json) {
            Campos campos = Campos.ler(json, Envelope.CHAVES);
            return campos.tem("pulso") ? new Difundida(Pulso.de(Json.ler(json)), null, null)
                    : Envelope.eEnvelope(campos) ? new Difundida(null, Envelope.de(campos, json), null)
                    : new Difundida(null, null, Operacao.ler(json));
        }
    }

    // ───── De um backup ao primário, e a resposta ─────

    /**
     * Um backup dá notícia.
     *
     * @param epoca          a maior que viu
     * @param conferido      se o diário dele já se conferiu com o do primário desta época
     * @param ultimo         até onde tem no disco
     * @param epocaDoUltimo  a época dessa entrada
     * @param ronda          a última que ouviu, e {@code rondaDe}, de que mandato
     */
    public record Noticia(String id, long epoca, boolean conferido, long ultimo, long epocaDoUltimo, long ronda,
            String rondaDe) implements Mensagem {

        static final String PEDIDO = "NOTICIA";

        static Noticia de(ObjectNode m) {
            return new Noticia(Visao.nome(m, "id"), Json.inteiro(m, "epoca"), Json.logico(m, "conferido"),
                    Json.inteiro(m, "ultimo"), Json.inteiro(m, "epoca_do_ultimo"), Json.inteiro(m, "ronda"),
                    Json.texto(m, "ronda_de"));
        }

        @Override
        public String json() {
            return Json.escrever(objeto().put("pedido", PEDIDO).put("id", id).put("epoca", epoca)
                    .put("conferido", conferido).put("ultimo", ultimo).put("epoca_do_ultimo", epocaDoUltimo)
                    .put("ronda", ronda).put("ronda_de", rondaDe));
        }
    }

    /**
     * O primário responde a quem ainda não conferiu o seu diário.
     *
     * @param epoca   a do primário
     * @param ultimo  até onde ia o diário de quem perguntou
     * @param confere se esse diário é um começo do nosso; senão, troca-se tudo pelo nosso estado
     */
    public record Conferencia(long epoca, long ultimo, boolean confere) implements Mensagem {

        static Conferencia de(ObjectNode m) {
            return new Conferencia(Json.inteiro(m, "seguir"), Json.inteiro(m, "ultimo"), Json.logico(m, "confere"));
        }

        @Override
        public String json() {
            return Json.escrever(objeto().put("seguir", epoca).put("ultimo", ultimo).put("confere", confere));
        }
    }

    /** Um backup pede o que lhe falta. @param oQue o que pede o {@link shared.ordem.Seguidor} @param epoca a que segue */
    public record Recuperar(ObjectNode oQue, long epoca) implements Mensagem {

        static final String HISTORICO = "HISTORICO";
        static final String INSTANTANEO = "INSTANTANEO";

        static Recuperar de(ObjectNode m) {
            return new Recuperar(m, m.path("epoca").asLong());
        }

        @Override
        public String json() {
            return Json.escrever(oQue.put("epoca", epoca));
        }
    }

    /**
     * O que se recuperou, tal como o {@link shared.ordem.Historico} o escreveu e o {@link shared.ordem.Seguidor} o lê.
     *
     * @param historia    a época de quem respondeu, como texto
     * @param maiorEpoca  a maior das operações que traz
     */
    public record Recuperada(String historia, long maiorEpoca, ObjectNode oQue) {

        static Recuperada de(ObjectNode m) {
            long maior = 0;
            for (JsonNode envelope : m.path("envelopes")) {
                maior = Math.max(maior, envelope.path("epoca").asLong());
            }
            return new Recuperada(Json.texto(m, "historia"), maior, m);
        }
    }

    // ───── Com a testemunha ─────

    /**
     * Um servidor dá notícia à testemunha, e pergunta pela visão.
     *
     * @param id      {@code null} se alguém só pergunta; o resto então não importa
     * @param epoca   a da visão que ele conhece, e {@code versao}; 0 se nenhuma
     * @param propor  quem está em dia, se ele é o primário e quer mudar isso; {@code null} se não
     * @param renovar se ele é o primário, reiniciou, e pede outra época
     * @param inicial se ele pode ser o primeiro primário de todos
     */
    public record Pergunta(String id, String pedidos, String atualizacoes, long epoca, long versao, Set<String> propor,
            boolean renovar, boolean inicial) implements Mensagem {

        private static final String PEDIDO = "VISAO";

        public static Pergunta ler(byte[] json) {
            ObjectNode m = Json.ler(json);
            if (!Json.texto(m, "pedido").equals(PEDIDO)) {
                throw new MensagemInvalida("pedido", "a testemunha responde só a VISAO");
            }
            if (!m.has("id")) {
                return new Pergunta(null, null, null, 0, 0, null, false, false);
            }
            return new Pergunta(Visao.nome(m, "id"), Visao.endereco(m, "pedidos"), Visao.endereco(m, "atualizacoes"),
                    m.has("epoca") ? Json.inteiro(m, "epoca") : 0, m.has("versao") ? Json.inteiro(m, "versao") : 0,
                    m.has("propor") ? Visao.nomes(m.get("propor")) : null, Json.logico(m, "renovar"),
                    Json.logico(m, "inicial"));
        }

        @Override
        public String json() {
            ObjectNode m = objeto().put("pedido", PEDIDO).put("id", id).put("pedidos", pedidos)
                    .put("atualizacoes", atualizacoes);
            if (epoca > 0) {
                m.put("epoca", epoca).put("versao", versao);
            }
            if (propor != null) {
                new TreeSet<>(propor).forEach(m.putArray("propor")::add);
            }
            if (renovar) {
                m.put("renovar", true);
            }
            return Json.escrever(m.put("inicial", inicial));
        }
    }

    /** O que a testemunha responde. @param visao {@code null} se ainda não há nenhuma */
    public record DaTestemunha(Visao visao) implements Mensagem {

        public static DaTestemunha ler(byte[] json) {
            ObjectNode m = Json.ler(json);
            return new DaTestemunha(m.has("visao") ? null : Visao.de(m));
        }

        @Override
        public String json() {
            return Json.escrever(visao == null ? objeto().put("visao", "nenhuma") : visao.json());
        }
    }

    // ───── Sem testemunha ─────

    /** Quem foi promovido à mão avisa o antigo primário de que já não é. */
    public record Depor(Visao visao) implements Mensagem {

        static final String PEDIDO = "DEPOR";
        static final String FEITO = "OK";
        static final String SEM_DISCO = "ERRO disco: falhou, e não posso guardar que há outro primário";

        static Depor de(ObjectNode m) {
            return new Depor(Visao.de(Json.objeto(m, "visao")));
        }

        static boolean feito(byte[] resposta) {
            return new String(resposta, StandardCharsets.UTF_8).equals(FEITO);
        }

        @Override
        public String json() {
            return Json.escrever(objeto().put("pedido", PEDIDO).set("visao", visao.json()));
        }
    }

    // ───── A quem pergunta ESTADO ─────

    /** Como está um servidor. @param parada por que já não avança; {@code null} se avança */
    public record Situacao(String id, long seq, int assinantes, long epoca, boolean primario, int emDia, String parada)
            implements Mensagem {

        @Override
        public String json() {
            ObjectNode m = objeto().put("id", id).put("seq", seq).put("assinantes", assinantes).put("epoca", epoca)
                    .put("primario", primario).put("em_dia", emDia);
            return Json.escrever(parada == null ? m : m.put("parada", parada));
        }
    }

    // ───── Do processo a si mesmo ─────

    /**
     * O que {@code meta.json} lembra.
     *
     * @param epoca a maior que se viu; 0 na testemunha, que não a guarda
     * @param ruim por que a visão guardada não serve; {@code null} se serve, ou não há
     */
    public record Lembranca(long epoca, Visao visao, String ruim) {

        public static Lembranca de(ObjectNode meta) {
            long epoca = 0;
            try {
                epoca = meta.has("epoca") ? Json.inteiro(meta, "epoca") : 0;
                return new Lembranca(epoca, meta.has("visao") ? Visao.de(Json.objeto(meta, "visao")) : null, null);
            } catch (MensagemInvalida e) { // uma versão anterior guardava o que lhe dissessem
                return new Lembranca(epoca, null, e.getMessage());
            }
        }

        public ObjectNode json() {
            ObjectNode meta = epoca == 0 ? objeto() : objeto().put("epoca", epoca);
            return visao == null ? meta : meta.set("visao", visao.json());
        }
    }
}
