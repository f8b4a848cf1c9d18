//SOURCES Posto.java Reprovada.java
package tests.lab.provas;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import shared.Operacao;
import shared.texto.Endereco;
import tests.Processo;
import tests.lab.cenas.Ato;
import tests.lab.cenas.Cena;
import tests.lab.cenas.Cenas;
import tests.lab.palco.Alheio;
import tests.lab.palco.Alheios;
import tests.lab.palco.Elenco;
import tests.lab.palco.Elenco.Personagem;
import tests.lab.vereditos.Rastro;

/**
 * Onde uma prova acontece, uma vez. Os processos chamam-se como nas cenas; o que a entrega traz é o dela, os outros são os
 * nossos, ou é a prova que os faz, escutando no {@link #endereco} deles. Falam uns com os outros diretamente. Fechada, não
 * fica nada.
 */
public final class Bancada implements AutoCloseable {

    /** Uma espera, se a máquina não é lenta: sem a lentidão que a corrida da referência mostrou. */
    public static final long PRAZO_MS = 4_000;

    private static final int CLIENTES = 2;

    private final int parte;
    private final Alheios alheios;
    private final double escala;
    private final Rastro rastro = new Rastro();
    private final List<String> historia = new ArrayList<>();
    private final List<Rastro> rastros = new ArrayList<>(List.of(rastro));
    private final List<String> nomes = new ArrayList<>();
    private final Map<String, Posto> postos = new LinkedHashMap<>();
    private Elenco elenco; // null = ainda ninguém começou
    private final Map<String, String> naoServem = new HashMap<>(); // os papéis, e por quê
    private final Set<String> comecaram = new HashSet<>();
    private String naoComecou;
    private long comecarMs;
    private int vezesAComecar = 1;

    /**
     * @param alheios de quem se corrige; fecha-os quem os fez
     * @param escala  quantas vezes mais do que {@value #PRAZO_MS} ms se espera
     */
    public Bancada(int parte, Alheios alheios, double escala) {
        this.parte = parte;
        this.alheios = alheios;
        this.escala = escala;
        nomes.addAll(Elenco.deCostume(parte, CLIENTES));
        nomes.remove("testemunha");
    }

    /**
     * Os processos de que se fala nesta prova, antes de começar algum; sem isto, são os de costume (dois clientes, duas
     * réplicas ou workers, o central) e, na parte 4, sem testemunha.
     */
    public Bancada com(String... processos) {
        if (elenco != null) {
            throw new IllegalStateException("já há processos de pé");
        }
        nomes.clear();
        nomes.addAll(List.of(processos));
        return this;
    }

    private Elenco elenco() {
        if (elenco == null) {
            Map<String, Personagem> todos = new LinkedHashMap<>();
            nomes.forEach(nome -> todos.put(nome, new Personagem(List.of(), List.of(), false)));
            elenco = new Elenco(parte, "prova", todos, rastro, null, alheios);
            elenco.palco().prazoDosAlheios(prazoDeComecar());
        }
        return elenco;
    }

    // ───── Processos ─────

    /**
     * Põe de pé este processo, e volta quando está pronto. Um cliente que é um processo por operação só começa quando pede.
     *
     * @param opcoes a mais, se é um dos nossos
     * @throws Reprovada se é de quem se corrige, e não fica pronto
     */
    public Posto iniciar(String processo, String... opcoes) {
        if (!nomes.contains(processo)) {
            throw new IllegalArgumentException(processo + " não está entre " + nomes);
        }
        Posto posto = postos.computeIfAbsent(processo, nome -> new Posto(this, elenco(), nome));
        if (!Elenco.papel(processo).equals("cliente")) {
            posto.e(pronto(processo, () -> {
                elenco().iniciar(processo, List.of(opcoes));
                return elenco().palco().processo(processo);
            }));
        } else if (!alheio(processo)) {
            posto.e(elenco().cliente(processo));
        } else {
            pronto(processo, () -> elenco().clienteAlheio(processo)).forEach(posto::e);
        }
        return posto;
    }

    /** Este papel, de quem se corrige, já se viu que não serve: diz-se logo. @param motivo o que então se viu */
    public void naoEsperarPor(String papel, String motivo) {
        naoServem.put(papel, motivo);
    }

    /** O que um alheio faz ao começar: quanto demora, e se não fica pronto, a culpa é dele. */
    <T> T pronto(String processo, Supplier<T> comecar) {
        long antes = System.nanoTime();
        T comecou = culpando(processo, comecar);
        comecarMs = Math.max(comecarMs, (System.nanoTime() - antes) / 1_000_000);
        return comecou;
    }

    private <T> T culpando(String processo, Supplier<T> comecar) {
        if (alheio(processo) && naoServem.containsKey(Elenco.papel(processo))) {
            naoComecou = processo;
            throw Reprovada.vivacidade("como nas provas de antes, " + naoServem.get(Elenco.papel(processo)));
        }
        try {
            T comecou = comecar.get();
            if (alheio(processo)) {
                comecaram.add(processo);
            }
            return comecou;
        } catch (Alheio.NaoComeca e) {
            naoComecou = e.nome();
            Alheio alheio = elenco == null ? null : elenco.palco().alheio(processo);
            throw alheio != null && alheio.passou() != null ? Reprovada.seguranca(e.getMessage())
                    : Reprovada.vivacidade(e.getMessage());
        } catch (Alheios.NaoSePrepara e) {
            throw Reprovada.seguranca("não se prepara: " + e.getMessage());
        }
    }

    /**
     * Onde este processo escuta; ou onde a prova tem de escutar, se é ela que o faz.
     *
     * @param porta como se chama a opção: {@code porta}, {@code pedidos}, {@code ordem}, {@code atualizacoes},
     *              {@code consulta}
     */
    public Endereco endereco(String processo, String porta) {
        return elenco().endereco(processo, porta);
    }

    /** Se este processo é de quem se corrige. */
    public boolean alheio(String processo) {
        return alheios.tem(processo);
    }

    /** Se quem se corrige fala como o sistema original, sem nada a mais. */
    public boolean semente() {
        return alheios.entrega() != null && alheios.entrega().semente();
    }

    /** Se este processo, que é de quem se corrige, diz que guarda o que tem. */
    public boolean guarda(String processo) {
        return !alheio(processo) || alheios.entrega().papel(processo).guarda();
    }

    // ───── Tempo ─────

    /** Quanto pode demorar uma espera, em milissegundos. */
    public long prazoMs() {
        return Math.round(PRAZO_MS * escala);
    }

    /**
     * Há outras bancadas ao mesmo tempo: quase só esperam, mas começar um processo ocupa o processador.
     *
     * @param quantas com esta
     */
    public void comecamAoMesmoTempo(int quantas) {
        vezesAComecar = Math.max(1, quantas / Runtime.getRuntime().availableProcessors());
    }

    private Duration prazoDeComecar() {
        return Duration.ofMillis(prazoMs() * vezesAComecar);
    }

    /** Espera. @throws Reprovada (vivacidade) se o prazo acaba antes: {@code oQue} é o que não aconteceu */
    public void esperar(String oQue, BooleanSupplier condicao) {
        if (!Processo.aguardar(Duration.ofMillis(prazoMs()), condicao)) {
            throw Reprovada.vivacidade("em " + prazoMs() / 1000 + " s não aconteceu: " + oQue);
        }
    }

    // ───── A história ─────

    /** Mais uma frase da história, em termos de banco: mostra-se com a razão, se a prova falha. */
    public synchronized void contar(String linha) {
        historia.add(linha);
        rastro.anotar(rastro.evento("nota").put("texto", linha));
    }

    /** O que se contou até agora. */
    public synchronized List<String> historia() {
        return List.copyOf(historia);
    }

    /** Uma operação como se conta: {@code DEPOSITO ana 100.00}. */
    public static String dizer(Operacao op) {
        return op.tipo() + " " + op.conta_origem() + (op.conta_destino() == null ? "" : " > " + op.conta_destino()) + " "
                + op.valor().toPlainString();
    }

    /** O rastro desta vez: o palco anota nele, e a prova também pode. */
    public Rastro rastro() {
        return rastro;
    }

    /** Uma mensagem, para o diagrama: saiu e chegou agora. @param op {@code null} = não é de uma operação */
    public void seta(String de, String para, String resumo, Operacao op) {
        synchronized (this) {
            int n = rastro.eventos().size();
            Stream.of("enviada", "entregue").forEach(evento -> {
                var e = rastro.evento("mensagem").put("enlace", de + ">" + para).put("n", n).put("copia", 0).put("de", de)
                        .put("para", para).put("evento", evento).put("resumo", resumo);
                rastro.anotar(op == null ? e.put("controle", true) : e.put("id_msg", op.id_msg()));
            });
        }
    }

    /** Os rastros para o relatório: o da bancada, ou os das cenas que nela se representaram. */
    public synchronized List<Rastro> rastros() {
        return rastros.stream().filter(este -> este.eventos().stream()
                .anyMatch(evento -> !evento.path("tipo").asText().equals("nota"))).toList();
    }

    /** A história mais curta que a procura da entrega achou; vazia se nada, ou se não traz com que procurar. */
    List<String> procurar() {
        return alheios.procurar();
    }

    // ───── Cenas ─────

    /**
     * Faz acontecer uma cena com os processos de quem se corrige nela, e conta-a; os clientes são os nossos, que se sabe
     * como pedem.
     *
     * @return os atos, até ao que falhou
     */
    public List<Ato> representar(Cena cena) {
        String naoServe = cena.atos().stream().flatMap(ato -> ato.elenco().keySet().stream())
                .filter(nome -> alheios.semClientes().tem(nome) && naoServem.containsKey(Elenco.papel(nome))).findFirst()
                .orElse("");
        List<Ato> atos = culpando(naoServe, () -> Cenas.representar(cena, Cenas.LENTIDAO, alheios.semClientes(),
                prazoDeComecar()));
        atos.forEach(ato -> {
            rastros.add(ato.rastro());
            contar("cena: " + ato.titulo() + (ato.porque() == null ? "" : "; " + ato.porque()));
        });
        return atos;
    }

    // ───── No fim ─────

    /** O que cada processo alheio, pelo nome, fez que não podia: escreveu demais, iniciou demais. */
    public Map<String, String> excessos() {
        return alheiosDePe().filter(alheio -> alheio.passou() != null).collect(Collectors.toMap(Alheio::nome,
                alheio -> alheio.nome() + " " + alheio.passou() + ", e foi encerrado", (um, outro) -> um, TreeMap::new));
    }

    /** Os processos alheios que acabaram sem que a prova os matasse, com o que disseram por último. */
    public List<String> acabaram() {
        return alheiosDePe().filter(alheio -> alheio.passou() == null && postos.get(alheio.nome()) != null
                && !alheio.papel().umProcessoPorOperacao() && postos.get(alheio.nome()).acabouSozinho())
                .map(Alheio::acabou).toList();
    }

    private Stream<Alheio> alheiosDePe() {
        return elenco == null ? Stream.of()
                : nomes.stream().map(nome -> elenco.palco().alheio(nome)).filter(alheio -> alheio != null);
    }

    /** O processo alheio que não ficou pronto; {@code null} se nenhum. */
    public String naoComecou() {
        return naoComecou;
    }

    /** Os processos alheios que ficaram prontos. */
    public Set<String> comecaram() {
        return Set.copyOf(comecaram);
    }

    /** Quanto demorou a ficar pronto o que demorou mais, em milissegundos. */
    public long comecarMs() {
        return comecarMs;
    }

    @Override
    public void close() {
        if (elenco != null) {
            elenco.close();
        }
    }
}
