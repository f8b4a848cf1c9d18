//SOURCES Entrega.java Recuperacao.java
package part2.regra;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.disco.Diario;
import shared.disco.Dobra;
import shared.disco.DobraDoBanco;
import shared.disco.EstadoDoBanco;
import shared.disco.Lote;
import shared.ordem.Aplicada;
import shared.ordem.Seguidor;
import shared.texto.Campos;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * O worker sem soquetes, o seu <i>núcleo</i>: a {@link Entrega}, o diário, o instantâneo e a {@link Recuperacao} do que
 * falta. Os soquetes são de part2/Worker.java; na simulação (tests/sim) este mesmo núcleo tem rede, disco e relógio de
 * mentira.
 */
public final class Consumidor {

    /** O que ele diz, e a quem. */
    public interface Saida {

        /** A um servidor: de que número em diante (desde), e quantos (max). A resposta, ou a falta dela, vem mais tarde. */
        void pedir(int servidor, ObjectNode pedido);

        /** @param banco o estado logo depois dela */
        void aplicada(Aplicada aplicada, Banco banco);

        /** Chegou antes da vez. @param falta o número por que espera */
        void adiantada(Envelope envelope, long falta);

        void recusada(String deOnde, MensagemInvalida erro);

        /** @param pares chave, valor, chave, valor… */
        void registrar(String evento, Object... pares);
    }

    private static final String BANCO = "banco";
    private static final String FONTES = "fontes";

    private final Diario diario;
    private final Lote lote;
    private final Saida saida;
    private final Entrega entrega;
    private final Recuperacao recuperacao;
    private final Set<String> esquecidas = new HashSet<>(); // as filas de que o servidor já não tem o que falta

    /**
     * Recupera o que está no diário.
     *
     * @param servidores a quantos se pode pedir o que falta; 0 = nada se pede
     * @throws Falha se o diário não serve
     */
    public Consumidor(Diario diario, int servidores, Saida saida) {
        this.diario = diario;
        this.saida = saida;
        EstadoDoBanco.Lido lido = EstadoDoBanco.ler(diario.instantaneo(), BANCO);
        entrega = new Entrega(lido.banco());
        refazer(lido.resto());
        if (!diario.soNaMemoria()) { // a quem não se conta nada do que se tem, não serve um instantâneo
            diario.dobrarCom(dobra(), porque -> saida.registrar("aviso", "instantaneo", porque));
        }
        recuperacao = new Recuperacao(entrega, servidores);
        lote = new Lote(diario, false, falha -> saida.registrar("erro", "disco", falha.getMessage())); // o servidor tem tudo
        saida.registrar("recuperado", "aplicadas", diario.ultima(), "do_instantaneo", diario.doInstantaneo(),
                "historias", entrega.historias());
    }

    private void refazer(ObjectNode guardado) {
        guardado.path(FONTES).properties().forEach(h -> entrega.lembrar(h.getKey(), h.getValue().longValue()));
        Map<String, Long> ultimos = new LinkedHashMap<>();
        diario.repetir(json -> {
            Operacao op = ler(json, envelope -> ultimos.put(envelope.historia(), envelope.seq()));
            if (op != null) {
                entrega.banco().aplicar(op);
            }
        });
        ultimos.forEach(entrega::lembrar);
    }

    /** A operação de uma entrada: a de um envelope, ou uma simples, do servidor original. @return {@code null} se nenhuma */
    private static Operacao ler(String json, Consumer<Envelope> numerada) {
        byte[] entrada = json.getBytes(StandardCharsets.UTF_8);
        Campos campos = Campos.ler(entrada, Envelope.CHAVES);
        if (!Envelope.eEnvelope(campos)) {
            return Operacao.ler(entrada);
        }
        Envelope envelope = Envelope.de(campos, entrada);
        numerada.accept(envelope);
        return envelope.op();
    }

    /** O que um worker guarda num instantâneo: o banco, e até onde foi em cada fila. */
    private static Dobra dobra() {
        return new DobraDoBanco(BANCO, () -> new DobraDoBanco.Leitura() {
            private final Map<String, Long> ultimos = new LinkedHashMap<>(16, 0.75f, true); // por ordem de uso

            @Override
            public Operacao operacao(String json) {
                return ler(json, envelope -> ultimos.put(Entrega.nome(envelope.historia()), envelope.seq()));
            }

            @Override
            public void juntar(ObjectNode resto) {
                ObjectNode fontes = resto.withObject("/" + FONTES);
                ultimos.keySet().forEach(fontes::remove);
                ultimos.forEach(fontes::put);
                while (fontes.size() > Entrega.HISTORIAS_MAXIMAS) {
                    fontes.remove(fontes.fieldNames().next());
                }
            }
        });
    }

    // ───── O que chega ─────

    /** Uma mensagem da fila: um envelope, ou uma operação simples, do servidor original. */
    public void recebido(byte[] mensagem) {
        try {
            Campos campos = Campos.ler(mensagem, Envelope.CHAVES);
            if (!Envelope.eEnvelope(campos)) {
                Operacao op = Operacao.ler(mensagem);
                guardar(new Envelope(lote.anexada() + 1, op, null, 0, null, op.json())); // sem número: guarda-se assim
                return;
            }
            Envelope envelope = Envelope.de(campos, mensagem);
            recuperacao.ouvir(envelope.historia());
            Seguidor seguidor = entrega.seguidor(envelope.historia());
            int esperavam = seguidor.esperando();
            entregar(entrega.receber(envelope));
            if (seguidor.esperando() > esperavam) {
                saida.adiantada(envelope, seguidor.ultimo() + 1);
            }
        } catch (MensagemInvalida e) {
            saida.recusada("fila", e);
        }
    }

    /** O que um servidor respondeu ao que se lhe pediu. @param resposta {@code null} se não respondeu */
    public void respondido(int servidor, ObjectNode resposta) {
        if (resposta == null) {
            recuperacao.semResposta(servidor);
            return;
        }
        try {
            Seguidor.Passo passo = recuperacao.respondido(servidor, resposta);
            List<Envelope> prontos = passo.entregar();
            String historia = recuperacao.historia(servidor);
            Seguidor seguidor = entrega.seguidor(historia);
            if (passo.foto() != null) {
                adotar(seguidor, passo.foto());
            }
            if (seguidor.querFoto() && !entrega.podeAdotar(seguidor) && esquecidas.add(historia)) {
                saida.registrar("erro", "historia", historia, "falta", seguidor.ultimo() + 1, "porque",
                        "o servidor já apagou o que me falta, e o instantâneo dele não tem as operações de outros, que eu"
                        + " tenho: paro de segui-lo. Para seguir os dois, copie a pasta --dados de outro worker");
            }
            if (!prontos.isEmpty()) {
                saida.registrar("recuperar", "historia", historia, "de", prontos.get(0).seq(), "quantas", prontos.size());
            }
            entregar(prontos);
        } catch (MensagemInvalida e) {
            saida.recusada("servidor", e);
        }
    }

    /** Troca tudo pelo banco que as operações da fila davam. */
    private void adotar(Seguidor fila, Seguidor.Foto foto) {
        Banco novo = EstadoDoBanco.ler(foto.estado());
        ObjectNode estado = Json.MAPPER.createObjectNode();
        estado.set(BANCO, EstadoDoBanco.de(novo)); // o que se entendeu, não o que veio
        estado.putObject(FONTES).put(fila.historia(), foto.posicao());
        if (entrega.podeAdotar(fila) && lote.comDisco(() -> diario.recomecarDe(foto.posicao(), estado))) {
            lote.recomecar();
            entrega.adotar(fila, foto, novo);
            saida.registrar("instantaneo", "historia", fila.historia(), "seq", foto.posicao());
        }
    }

    private void entregar(List<Envelope> prontos) {
        prontos.forEach(this::guardar);
    }

    /** Guarda no diário e, gravado o lote, aplica. */
    private void guardar(Envelope envelope) {
        lote.anexar(envelope.json());
        lote.depois(() -> saida.aplicada(entrega.aplicar(envelope), entrega.banco()));
    }

    // ───── O laço ─────

    /** Uma volta dele, depois de recebido o que chegou. @param agora em milissegundos, de um relógio que só avança */
    public void passo(long agora) {
        recuperacao.procurarServidorNovo(agora);
        for (int servidor = 0; servidor < recuperacao.quantosServidores(); servidor++) {
            ObjectNode pedido = lote.falha() != null ? null : recuperacao.pedido(servidor, agora);
            if (pedido != null) {
                saida.pedir(servidor, pedido);
            }
        }
        lote.gravar();
        lote.fotografar();
    }

    /** Por que este worker já não avança, mas segue respondendo a consultas; {@code null} se avança. */
    public String parada() {
        Seguidor fila = entrega.parada(recuperacao.quantosServidores() == 0);
        return lote.falha() != null ? "disco: " + lote.falha().getMessage()
                : fila == null ? null
                : "falta o número " + (fila.ultimo() + 1) + " da fila " + fila.historia()
                        + (fila.querFoto() ? ", que o servidor já apagou" : ", e não o peço: espero por ele");
    }

    /** Se algum servidor ainda não respondeu ao que se lhe pediu. */
    public boolean esperando() {
        return recuperacao.esperando();
    }

    /** Quantas operações se aplicaram. */
    public long aplicadas() {
        return diario.ultima();
    }

    /** Até que número se foi em cada fila. */
    public ObjectNode historias() {
        return entrega.historias();
    }

    /** O estado depois delas. */
    public Banco banco() {
        return entrega.banco();
    }
}
