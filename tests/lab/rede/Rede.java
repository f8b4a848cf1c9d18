//SOURCES Conteudo.java Enlace.java EnlaceDeBytes.java EnlaceDeDifusao.java EnlaceDeFila.java EnlaceDePedidos.java
//SOURCES Fio.java Regras.java Seguras.java
package tests.lab.rede;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import shared.defesa.Defesa;
import shared.rede.Tcp;
import shared.texto.Endereco;
import shared.texto.ErroDeUso;
import tests.Processo;
import tests.lab.vereditos.Rastro;

/**
 * A rede entre os papéis: um repassador por enlace, na porta a que o papel se conecta em vez de ir direto ao outro. Os
 * papéis não sabem dela. Em cada sentido de cada enlace as mensagens demoram, perdem-se, repetem-se, trocam de ordem, ou
 * esperam até que se soltem, e tudo fica no {@link Rastro}. Não precisa de root, e serve também entre máquinas e com papéis
 * em Python.
 *
 * <pre>
 *   quem se conecta ──► {@link Fio} (bytes; pode emudecer) ──► {@link Enlace} (mensagens) ──► quem escuta
 * </pre>
 */
public final class Rede implements AutoCloseable {

    /** O padrão de soquetes de um enlace. */
    public enum Tipo {
        /** De um PUB a um SUB: só um sentido. */
        difusao,
        /** De um REQ ou DEALER a um ROUTER: pedidos num sentido, respostas no outro. */
        pedidos,
        /** De um PUSH a um PULL: só um sentido. */
        fila,
        /** Uma conexão TCP, byte a byte: perder uma parte dela é cortá-la. */
        bytes,
        /** O mesmo entre dois ordenadores: o que dizem não se lê, e uma perda, o TCP a cura; só o corte os separa. */
        pares;

        /** Se é uma conexão TCP, sem mensagens que se separem. */
        public boolean bytes() {
            return this == bytes || this == pares;
        }
    }

    private static final String SO_UMA_VEZ =
            "numa conexão TCP um pedaço não se repete: quem recebe tomá-lo-ia por outra chamada";
    private static final String SO_UMA_RESPOSTA =
            "quem pediu tomaria a segunda resposta pela do pedido seguinte";

    private final Defesa defesa;
    private final Rastro rastro;
    private final long semente;
    private final AtomicInteger numeros = new AtomicInteger(); // cada mensagem tem o seu
    private final List<Enlace> enlaces = new ArrayList<>();
    private final Map<Fio, Set<String>> fios = new LinkedHashMap<>(); // e os dois que cada um une
    // de quem se conecta: o verdadeiro -> o deste lado
    private final Map<String, Map<String, String>> enderecos = new HashMap<>();
    // pelo nome; dois enlaces podem ir no mesmo sentido
    private final Map<String, List<Sentido>> sentidos = new LinkedHashMap<>();

    public Rede(Rastro rastro, long semente) {
        this(Defesa.doAmbiente(), rastro, semente);
    }

    /** @param defesa com que se abrem as portas e as conexões dos enlaces */
    public Rede(Defesa defesa, Rastro rastro, long semente) {
        this.defesa = defesa;
        this.rastro = rastro;
        this.semente = semente;
    }

    /**
     * Põe um enlace de pé.
     *
     * @param de    quem envia: o publicador, o cliente, o servidor da fila
     * @param para  quem recebe
     * @param onde  onde este enlace escuta
     * @param real  o endereço verdadeiro: o do publicador, em {@link Tipo#difusao}; o de quem recebe, nos outros
     */
    public Rede enlace(Tipo tipo, String de, String para, Endereco onde, Endereco real) {
        Sentido ida = sentido(tipo, de, para, tipo.bytes() ? SO_UMA_VEZ : null);
        Sentido volta = sentido(tipo, para, de,
                tipo.bytes() ? SO_UMA_VEZ : tipo == Tipo.pedidos ? SO_UMA_RESPOSTA : null);
        String quemSeConecta = tipo == Tipo.difusao ? para : de;
        Map<String, String> conhece = enderecos.computeIfAbsent(quemSeConecta, quem -> new ConcurrentHashMap<>());
        if (!List.of("0.0.0.0", "::").contains(onde.maquina())) { // a que escuta em todos os endereços não se sabe o de fora
            conhece.put(real.toString(), onde.toString());
        }
        Tcp.daqui(onde);
        Endereco dentro = new Endereco("127.0.0.1", Processo.portaLivre());
        Enlace enlace = switch (tipo) {
            case difusao -> new EnlaceDeDifusao(defesa, dentro, real, ida, volta);
            case fila -> new EnlaceDeFila(defesa, dentro, real, ida, volta);
            case pedidos -> new EnlaceDePedidos(defesa, dentro, real, ida, volta, conhece);
            case bytes, pares -> new EnlaceDeBytes(dentro, real, ida, volta);
        };
        enlace.comecar();
        enlaces.add(enlace);
        fios.put(new Fio(onde, dentro), Set.of(de, para));
        sentidos.computeIfAbsent(ida.nome(), nome -> new ArrayList<>()).add(ida);
        if (tipo == Tipo.pedidos || tipo.bytes()) {
            sentidos.computeIfAbsent(volta.nome(), nome -> new ArrayList<>()).add(volta);
        }
        return this;
    }

    private Sentido sentido(Tipo tipo, String de, String para, String naoRepete) {
        Regras regras = new Regras(semente + tipo.ordinal(), de + ">" + para).semPerdas(tipo == Tipo.pares);
        return new Sentido(tipo, de, para, naoRepete, regras, rastro, numeros);
    }

    /**
     * Como está um sentido.
     *
     * @param tipos     dos enlaces que nele vão, como {@code difusao+pedidos}
     * @param naoRepete por que uma mensagem não pode chegar duas vezes; {@code null} se pode
     */
    public record Como(String de, String para, String tipos, String naoRepete, Regras.Agora regras) {

        public String nome() {
            return de + ">" + para;
        }
    }

    /** Como estão todos, na ordem em que se fizeram; dois enlaces que vão no mesmo sentido contam por um. */
    public List<Como> sentidos() {
        return sentidos.values().stream().map(destes -> {
            Sentido um = destes.get(0);
            boolean repete = destes.stream().anyMatch(s -> s.naoRepete() == null);
            String tipos = destes.stream().map(s -> s.tipo().name()).distinct().collect(Collectors.joining("+"));
            return new Como(um.de(), um.para(), tipos, repete ? null : um.naoRepete(), um.regras().agora());
        }).toList();
    }

    /** Se o que por aqui passa não se lê: com chaves, uma conexão TCP é cifrada de ponta a ponta. */
    public boolean cifrado(Como como) {
        return defesa.chaves().isPresent() && (como.tipos().equals(Tipo.bytes.name())
                || como.tipos().equals(Tipo.pares.name()));
    }

    /** As mensagens que esperam, uma a uma. */
    public Seguras esperam() {
        return new Seguras(sentidos);
    }

    /** Enquanto está pausada, nada chega, nem se perde. */
    public void pausar(boolean sim) {
        sentidos.values().forEach(destes -> destes.forEach(sentido -> sentido.pausar(sim)));
    }

    /** Os nomes dos sentidos, como {@code sequenciador>replica-1}, na ordem em que se fizeram. */
    public List<String> nomes() {
        return new ArrayList<>(sentidos.keySet());
    }

    /**
     * Muda as regras de um a outro, em todos os enlaces que vão nesse sentido, e anota a falta:
     * {@code rede.mudar("sequenciador", "replica-1", r -> r.perda(0.05).atraso(10, 50))}.
     *
     * @throws ErroDeUso se não há nenhum
     */
    public void mudar(String de, String para, Consumer<Regras> mudanca) {
        regular(de, para, mudanca);
        String texto = sentidos(de, para).get(0).regras().toString();
        rastro.anotar(rastro.evento("falta").put("evento", texto.contains("perda=") ? "perda" : "atraso")
                .put("alvo", de + ">" + para)
                .put("texto", texto.isEmpty() ? "rede boa" : texto));
    }

    private void regular(String de, String para, Consumer<Regras> mudanca) {
        sentidos(de, para).forEach(sentido -> mudanca.accept(sentido.regras()));
    }

    /** Muda as regras de tudo. */
    public void mudarTodas(Consumer<Regras> mudanca) {
        sentidos.values().forEach(destes -> destes.forEach(sentido -> mudanca.accept(sentido.regras())));
    }

    /** Uma rede boa daqui em diante, e o que ia a caminho chega já: um atraso grande não fica por pagar. */
    public void sanar() {
        mudarTodas(regras -> regras.perda(0).duplicacao(0).reordenacao(0).estrago(0).cortar(false).atraso(0, 0));
        sentidos.values().forEach(destes -> destes.forEach(Sentido::apressar));
    }

    /** Corta, ou volta a ligar, tudo o que vai a este processo e tudo o que vem dele. */
    public void isolar(String nome, boolean sim) {
        rastro.anotar(rastro.evento("falta").put("evento", sim ? "cortar" : "ligar").put("alvo", nome));
        sentidos.forEach((sentido, destes) -> {
            if (sentido.startsWith(nome + ">") || sentido.endsWith(">" + nome)) {
                destes.forEach(este -> este.regras().cortar(sim));
            }
        });
    }

    /** Tudo o que vai de um ao outro se perde; o que vem, não. */
    public void cortar(String de, String para) {
        anotar("cortar", de, para);
        regular(de, para, regras -> regras.cortar(true));
    }

    public void ligar(String de, String para) {
        anotar("ligar", de, para);
        regular(de, para, regras -> regras.cortar(false));
    }

    /** As conexões entre os dois ficam abertas, e nada mais levam, em sentido nenhum; as que se fizerem depois, sim. */
    public void emudecer(String de, String para) {
        sentidos(de, para);
        anotar("emudecer", de, para);
        emudecer(Set.of(de, para));
    }

    /** O mesmo, com todas as conexões deste processo. */
    public void emudecer(String nome) {
        rastro.anotar(rastro.evento("falta").put("evento", "emudecer").put("alvo", nome));
        emudecer(Set.of(nome));
    }

    private void emudecer(Set<String> pontas) {
        fios.forEach((fio, unidos) -> {
            if (unidos.containsAll(pontas)) {
                fio.emudecer();
            }
        });
    }

    /** As operações de um ao outro esperam até que se soltem; os pulsos e os pedidos do que falta passam. */
    void segurarOperacoes(String de, String para) {
        anotar("segurar", de, para);
        regular(de, para, Regras::segurarOperacoes);
    }

    /** Se neste sentido se segura, ou ainda há alguma segura. */
    boolean segura(String de, String para) {
        return sentidos(de, para).stream().anyMatch(sentido -> sentido.regras().segurando() || !sentido.seguras().isEmpty());
    }

    /** As mensagens de um ao outro esperam até que se soltem. */
    public void segurar(String de, String para) {
        anotar("segurar", de, para);
        regular(de, para, regras -> regras.segurar(true));
    }

    /** Espera que haja pelo menos tantas operações seguras. @throws AssertionError se o prazo acaba antes */
    public void esperarSeguras(String de, String para, int quantas) {
        Processo.esperar(quantas + " mensagens seguras em " + de + ">" + para, Processo.PRAZO,
                () -> seguras(de, para).stream().map(m -> m.path("id_msg").asText()).distinct().count() >= quantas);
    }

    /** As operações seguras, por ordem de chegada: o que se sabe de cada uma, como no rastro. */
    public List<ObjectNode> seguras(String de, String para) {
        return seguras(sentidos(de, para));
    }

    private static List<ObjectNode> seguras(List<Sentido> destes) {
        return destes.stream().flatMap(sentido -> sentido.seguras().stream()).filter(m -> m.has("id_msg")).toList();
    }

    /** Solta as que servem, por ordem; as outras continuam à espera. */
    public void soltar(String de, String para, Predicate<ObjectNode> quais) {
        sentidos(de, para).forEach(sentido -> sentido.soltar(quais));
    }

    /** Solta só a que está nesta posição de {@link #seguras}, a partir de 0. @throws ErroDeUso se não há tantas */
    public void soltar(String de, String para, int posicao) {
        ObjectNode qual = segura(de, para, posicao);
        soltar(de, para, mensagem -> mensagem == qual);
    }

    /** Perde só essa. @throws ErroDeUso se não há tantas */
    void perder(String de, String para, int posicao) {
        ObjectNode qual = segura(de, para, posicao);
        perder(de, para, mensagem -> mensagem == qual);
    }

    private ObjectNode segura(String de, String para, int posicao) {
        List<ObjectNode> seguras = seguras(de, para);
        if (posicao < 0 || posicao >= seguras.size()) {
            throw new ErroDeUso("em " + de + ">" + para + (seguras.isEmpty() ? " não há operações seguras"
                    : " só há as operações seguras de 1 a " + seguras.size()));
        }
        return seguras.get(posicao);
    }

    /** O que cada sentido já fez, as regras dele e o que segura: um texto para a pessoa. */
    public List<String> estado() {
        List<String> linhas = new ArrayList<>();
        sentidos.forEach((nome, destes) -> {
            destes.forEach(sentido -> linhas.add((nome + " " + sentido.contas() + " " + sentido.regras()).strip()));
            int n = 0;
            for (ObjectNode segura : seguras(destes)) {
                linhas.add("  " + ++n + ". " + (segura.has("seq") ? "seq=" + segura.get("seq") + " " : "")
                        + segura.path("resumo").asText());
            }
        });
        return linhas;
    }

    /** Das seguras, perde as que servem. */
    public void perder(String de, String para, Predicate<ObjectNode> quais) {
        sentidos(de, para).forEach(sentido -> sentido.perder(quais));
    }

    /** Deixa de segurar, e solta tudo. */
    public void soltarTudo(String de, String para) {
        anotar("soltar", de, para);
        sentidos(de, para).forEach(Sentido::soltarTudo);
    }

    private void anotar(String qual, String de, String para) {
        rastro.anotar(rastro.evento("falta").put("evento", qual).put("alvo", de + ">" + para));
    }

    private List<Sentido> sentidos(String de, String para) {
        List<Sentido> destes = sentidos.get(de + ">" + para);
        if (destes == null) {
            throw new ErroDeUso("não há enlace de " + de + " para " + para + "; há " + String.join(", ", sentidos.keySet()));
        }
        return destes;
    }

    @Override
    public void close() {
        fios.keySet().forEach(Fio::close);
        enlaces.forEach(Enlace::close);
    }
}
