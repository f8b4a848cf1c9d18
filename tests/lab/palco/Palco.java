//SOURCES Alheios.java Chegadas.java Cliente.java Ouvido.java
package tests.lab.palco;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import shared.Operacao;
import shared.defesa.Defesa;
import shared.rede.Requisicao;
import shared.rede.SemResposta;
import shared.tempo.Lentidao;
import shared.texto.Endereco;
import shared.texto.ErroDeUso;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import shared.texto.Texto;
import tests.Coveiro;
import tests.Pergunta;
import tests.Processo;
import tests.lab.vereditos.Rastro;
import tests.lab.vereditos.Vereditos;
import tests.lab.vereditos.Vereditos.Veredito;

/**
 * Onde uma execução acontece: processos com nome, clientes que pedem o que se lhes diz, e o {@link Rastro} de tudo. Nada
 * fica para trás: nem processos, nem o que eles guardaram.
 */
public final class Palco implements AutoCloseable {

    static final Set<String> TEM_BANCO = Set.of("part1.Replica", "part2.Worker", "part3.Replica", "part4.Primary",
            "part4.Backup");
    private static final Set<String> GUARDA = Set.of("part2.RpcServer", "part2.Worker", "part3.Sequencer", "part3.Replica",
            "part3.Ordenador", "part4.Primary", "part4.Backup", "part4.Witness");
    private static final int INSISTE_S = 10;
    private static final int DEPRESSA_MS = 500; // a quem pode estar parado

    /** Quem inicia os processos, nesta máquina ou noutra. */
    interface Anfitriao {

        /** Inicia um papel e não espera por nada. */
        Processo iniciar(String nome, String classe, List<String> argumentos);

        /** A pasta em que este processo guarda o que guarda. */
        String pasta(String nome);
    }

    /** O desta máquina. */
    private final class Daqui implements Anfitriao {

        @Override
        public Processo iniciar(String nome, String classe, List<String> argumentos) {
            List<String> opcoes = new ArrayList<>(Processo.DEPRESSA);
            if (lentidao > 1) {
                opcoes.add("-D" + Lentidao.PROPRIEDADE + "=" + lentidao);
            }
            return Processo.iniciarSoCom(opcoes, classe, argumentos.toArray(String[]::new));
        }

        @Override
        public String pasta(String nome) {
            return pasta.resolve(nome).toString();
        }
    }

    /** Como um processo se inicia. */
    private record Papel(String classe, List<Object> opcoes) {
    }

    private final Rastro rastro;
    private final int parte;
    private final Path pasta;
    private final Defesa defesa;
    private final Anfitriao anfitriao;
    private final Ouvido ouvido;
    private final Map<String, Integer> portas = new ConcurrentHashMap<>();
    private final Map<String, Papel> papeis = Collections.synchronizedMap(new LinkedHashMap<>());
    private final Map<String, Processo> processos = new ConcurrentHashMap<>();
    private final Set<Processo> deOcasiao = ConcurrentHashMap.newKeySet(); // os que só respondem a uma pergunta
    private final Set<String> contas = ConcurrentHashMap.newKeySet();
    private final Set<String> ids = ConcurrentHashMap.newKeySet();
    private final Alheios alheios;
    private final Map<String, Alheio> dosAlheios = new ConcurrentHashMap<>();
    private final Chegadas chegadas = new Chegadas();
    private volatile int lentidao = 1;
    private volatile Duration prazoDosAlheios; // null = o de todos

    /**
     * @param processos os nomes de todos, na ordem em que o diagrama os mostra
     */
    public Palco(Rastro rastro, int parte, String titulo, long semente, String... processos) {
        this(rastro, parte, titulo, semente, Defesa.doAmbiente(), null, Alheios.NENHUNS, processos);
    }

    /** O mesmo, com os processos de outro no lugar dos nossos; quem os fez é que os fecha. */
    Palco(Rastro rastro, int parte, String titulo, Alheios alheios, String... processos) {
        this(rastro, parte, titulo, 1, Defesa.doAmbiente(), null, alheios, processos);
        rastro.dizer(chegadas::ouvir);
    }

    /** @param defesa com que se pergunta aos papéis @param anfitriao {@code null} = esta máquina */
    Palco(Rastro rastro, int parte, String titulo, long semente, Defesa defesa, Anfitriao anfitriao, Alheios alheios,
            String... processos) {
        this.defesa = defesa;
        this.alheios = alheios;
        this.rastro = rastro;
        this.ouvido = new Ouvido(rastro);
        this.parte = parte;
        this.anfitriao = anfitriao == null ? new Daqui() : anfitriao;
        try {
            this.pasta = Files.createTempDirectory("banco-palco-");
            Coveiro.apagarNoFim(pasta);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ObjectNode inicio = rastro.evento("inicio").put("parte", parte).put("titulo", titulo).put("semente", semente);
        ArrayNode nomes = inicio.putArray("processos");
        Stream.of(processos).forEach(nomes::add);
        rastro.anotar(inicio);
    }

    public Rastro rastro() {
        return rastro;
    }

    /** Uma porta livre com este nome, sempre a mesma. */
    public int porta(String nome) {
        return portas.computeIfAbsent(nome, n -> Processo.portaLivre());
    }

    /** A porta com este nome é esta. */
    void conhecer(String nome, int porta) {
        portas.put(nome, porta);
    }

    /** O endereço da porta com este nome. */
    public String em(String nome) {
        return "127.0.0.1:" + porta(nome);
    }

    // ───── O tempo ─────

    /** Os processos que daqui em diante se iniciam nesta máquina esperam uns pelos outros tantas vezes mais. */
    public Palco demorar(int vezes) {
        ErroDeUso.exigir("--lentidao", vezes, 1, Lentidao.MAXIMA);
        lentidao = vezes;
        return this;
    }

    /** Até quando se espera pelo que deve acontecer logo: um cliente insiste {@value #INSISTE_S} s, e com lentidão, mais. */
    public Duration prazo() {
        return Processo.PRAZO.plusSeconds((lentidao - 1L) * INSISTE_S);
    }

    /** Até quando se espera que um processo alheio fique pronto, se não for até ao mesmo. */
    public void prazoDosAlheios(Duration ate) {
        prazoDosAlheios = ate;
    }

    // ───── Processos ─────

    /**
     * Inicia um papel e espera que esteja pronto. As opções de nome, de dados e de consulta, se as não traz, recebe-as
     * daqui.
     */
    public Processo iniciar(String nome, String classe, Object... opcoes) {
        papeis.put(nome, new Papel(classe, List.of(opcoes)));
        return esperarPronto(nome, subir(nome));
    }

    /** O mesmo, sem esperar. */
    public Processo comecar(String nome, String classe, Object... opcoes) {
        papeis.put(nome, new Papel(classe, List.of(opcoes)));
        return subir(nome);
    }

    /** Inicia de novo um processo que morreu, com o que ele guardou. @param mais opções a mais, desta vez */
    public Processo reiniciar(String nome, Object... mais) {
        return esperarPronto(nome, subir(nome, mais));
    }

    /** O mesmo, sem esperar: há quem só fique pronto quando outro também o está. */
    public Processo recomecar(String nome) {
        return subir(nome);
    }

    private Processo esperarPronto(String nome, Processo processo) {
        Alheio alheio = dosAlheios.get(nome);
        if (alheio == null) {
            return processo.esperarPronto();
        }
        alheio.esperarPronto(prazoDosAlheios == null ? prazo() : prazoDosAlheios);
        anotarProcesso(nome, "pronto");
        return processo;
    }

    private Processo subir(String nome, Object... mais) {
        Papel papel = papeis.get(nome);
        List<String> argumentos = new ArrayList<>(papel.opcoes().contains("--id") ? List.of() : List.of("--id", nome));
        if (GUARDA.contains(papel.classe())) {
            argumentos.addAll(List.of("--dados", anfitriao.pasta(nome)));
        }
        if (TEM_BANCO.contains(papel.classe()) && !papel.opcoes().contains("--consulta")) {
            argumentos.addAll(List.of("--consulta", "" + porta(nome + ".consulta")));
        }
        papel.opcoes().forEach(opcao -> argumentos.add(opcao.toString()));
        Stream.of(mais).forEach(opcao -> argumentos.add(opcao.toString()));
        Processo processo = comecarUm(nome, papel.classe(), argumentos, List.of());
        processos.put(nome, processo);
        anotarProcesso(nome, "iniciado");
        boolean nosso = !alheios.tem(nome);
        return processo.aoRegistrar(linha -> {
            if (nosso) {
                ouvido.ouviu(nome, linha);
            } else {
                ouvido.ouviuDeOutro(nome, linha);
            }
        });
    }

    /** Um nosso; ou, se a entrega traz este, o dela, com as mesmas portas. */
    private Processo comecarUm(String nome, String classe, List<String> argumentos, List<String> operacao) {
        if (!alheios.tem(nome)) {
            argumentos.addAll(alheios.semente(nome) ? List.of("--semente") : List.of()); // num cliente, antes do comando
            argumentos.addAll(operacao);
            return anfitriao.iniciar(nome, classe, argumentos);
        }
        Alheio alheio = alheios.iniciar(nome, argumentos, Path.of(anfitriao.pasta(nome)), operacao);
        Alheio antes = dosAlheios.put(nome, alheio);
        if (antes != null) {
            antes.acabar();
        }
        return alheio.processo();
    }

    /** O processo alheio com este nome; {@code null} se é um nosso, ou ainda não começou. */
    public Alheio alheio(String nome) {
        return dosAlheios.get(nome);
    }

    /** kill -9. */
    public void matar(String nome) {
        falta("matar", nome);
        processos.get(nome).matar();
        anotarProcesso(nome, "morto");
    }

    /** kill -STOP: ele não sabe que o tempo passa. */
    public void parar(String nome) {
        processos.get(nome).sinal("STOP");
        falta("parar", nome);
        anotarProcesso(nome, "parado");
    }

    /** kill -CONT. */
    public void continuar(String nome) {
        falta("continuar", nome);
        anotarProcesso(nome, "continuado");
        processos.get(nome).sinal("CONT");
    }

    /** Os nomes dos papéis que estão ou estiveram de pé; os clientes não contam. */
    public List<String> nomes() {
        synchronized (papeis) {
            return List.copyOf(papeis.keySet());
        }
    }

    /** O que uma réplica responde a ESTADO; null se não responde. */
    public ObjectNode estadoDe(String replica) {
        return perguntar(replica, "ESTADO");
    }

    /** O que este processo responde a ESTADO na porta dos pedidos; null se não responde. */
    public ObjectNode estadoAosPedidos(String nome) {
        return perguntarA(porta(nome), "ESTADO");
    }

    public Processo processo(String nome) {
        return processos.get(nome);
    }

    /** Uma frase da história. */
    public void nota(String texto) {
        rastro.anotar(rastro.evento("nota").put("texto", texto));
    }

    private void falta(String qual, String alvo) {
        rastro.anotar(rastro.evento("falta").put("evento", qual).put("alvo", alvo));
    }

    private void anotarProcesso(String nome, String evento) {
        rastro.anotar(rastro.evento("processo").put("nome", nome).put("evento", evento));
    }

    // ───── Clientes ─────

    /** Um cliente da parte, que envia as operações que se lhe dão, uma de cada vez. */
    public Cliente cliente(String nome, String classe, Object... opcoes) {
        List<String> argumentos = new ArrayList<>(List.of("--id", nome));
        Stream.of(opcoes).forEach(opcao -> argumentos.add(opcao.toString()));
        if (alheios.tem(nome)) {
            exigirLote(nome);
        }
        Processo processo = comecarUm(nome, classe, argumentos, alheios.tem(nome) ? List.of() : List.of("lote", "-"));
        processos.put(nome, processo);
        anotarProcesso(nome, "iniciado");
        return new Cliente(nome, processo, rastro, this);
    }

    /** Um cliente alheio, tal como a entrega o inicia. @param operacao em palavras, se é um processo para cada uma */
    Processo clienteAlheio(String nome, String classe, List<Object> opcoes, List<String> operacao) {
        List<String> argumentos = new ArrayList<>(List.of("--id", nome));
        opcoes.forEach(opcao -> argumentos.add(opcao.toString()));
        Processo processo = comecarUm(nome, classe, argumentos, operacao);
        processos.put(nome, processo);
        anotarProcesso(nome, "iniciado");
        return operacao.isEmpty() ? esperarPronto(nome, processo) : processo;
    }

    private void exigirLote(String nome) {
        Entrega.Papel papel = alheios.entrega().papel(nome);
        if (papel.umProcessoPorOperacao() || !papel.entrada().isEmpty()) {
            throw new ErroDeUso("numa cena ou na sala, " + nome + " tem de ler as operações em JSON, uma por linha, da"
                    + " entrada padrão; sem comando {operacao} nem entrada");
        }
    }

    /** Roda um cliente até ao fim. @return o que respondeu, e o que correu mal */
    List<String> rodar(String nome, String classe, List<String> argumentos) {
        Processo processo = anfitriao.iniciar(nome, classe, argumentos);
        deOcasiao.add(processo);
        try (processo) {
            processo.esperarFim();
            return Stream.concat(processo.saida().stream(),
                    processo.registro().stream().filter(linha -> linha.startsWith("erro"))).toList();
        } finally {
            deOcasiao.remove(processo);
        }
    }

    /** As contas de que se falou até agora. */
    public Set<String> contas() {
        return Set.copyOf(contas);
    }

    /** Uma operação que se pede: no fim pergunta-se pelas contas dela, e pelo resultado. */
    void vai(Operacao op) {
        contas.add(op.conta_origem());
        if (op.conta_destino() != null) {
            contas.add(op.conta_destino());
        }
        ids.add(op.id_msg());
        chegadas.vai(op);
    }

    // ───── O que ficou ─────

    /** Espera que todas estas réplicas digam este seq. */
    public void esperarSeq(long seq, String... replicas) {
        for (String replica : replicas) {
            Processo.esperar(replica + " chegar a seq=" + seq, prazo(), () -> {
                ObjectNode estado = perguntar(replica, "ESTADO");
                return estado != null && estado.path("seq").longValue() >= seq;
            });
        }
    }

    /** Espera que quem atende na porta com este nome diga, no seu ESTADO, o que se quer. */
    public void esperarEstado(String porta, String oQue, Predicate<ObjectNode> condicao) {
        esperarEstado(porta(porta), oQue, condicao);
    }

    /** O mesmo, nesta porta. */
    void esperarEstado(int porta, String oQue, Predicate<ObjectNode> condicao) {
        Processo.esperar(oQue, prazo(), () -> {
            ObjectNode estado = perguntarA(porta, "ESTADO");
            return estado != null && condicao.test(estado);
        });
    }

    /** O ordenador que é o líder, e de quem os outros não são já de outro mandato; {@code null} se não se sabe. */
    public String lider() {
        String lider = null;
        long mandato = -1;
        for (String nome : nomes()) {
            boolean deles = Elenco.papel(nome).equals("ordenador") && processo(nome).vivo();
            ObjectNode estado = deles ? estadoDepressa(nome) : null;
            if (estado != null && estado.path("mandato").asLong() >= mandato) {
                boolean este = estado.path("papel").asText().equals("lider");
                lider = este ? nome : estado.path("mandato").asLong() > mandato ? null : lider;
                mandato = estado.path("mandato").asLong();
            }
        }
        return lider;
    }

    private ObjectNode estadoDepressa(String nome) {
        try (Requisicao requisicao = perguntas(nome, DEPRESSA_MS)) {
            return Pergunta.fazer(requisicao, "ESTADO");
        } catch (SemResposta | MensagemInvalida e) {
            return null;
        }
    }

    /** Espera que estas réplicas tenham o mesmo seq e o mesmo resumo. */
    public void esperarIguais(String... replicas) {
        Processo.esperar("réplicas iguais", prazo(), () -> iguais(List.of(replicas)));
    }

    /** Se agora têm o mesmo seq e o mesmo resumo. */
    public boolean iguais(List<String> replicas) {
        if (replicas.stream().anyMatch(alheios::tem)) {
            return contas().stream().allMatch(conta -> replicas.stream().map(replica -> saldoOuNada(replica, conta))
                    .map(saldo -> saldo.signum() == 0 ? BigDecimal.ZERO : saldo.stripTrailingZeros()).distinct()
                    .count() == 1);
        }
        return replicas.stream().map(replica -> perguntar(replica, "ESTADO"))
                .map(e -> e == null ? "" : e.path("seq") + " " + e.path("resumo")).distinct().count() == 1;
    }

    /** Se o registro deste processo, que pode ainda não ter começado, tem isto. */
    public boolean disse(String nome, String texto) {
        Processo processo = processos.get(nome);
        Alheio alheio = dosAlheios.get(nome);
        return alheio != null ? alheio.disse(texto) : processo != null && processo.temNoRegistro(texto);
    }

    /**
     * O saldo de uma conta numa réplica: se é alheia, tal como ela o diz, e zero se dela nada disse.
     *
     * @throws AssertionError se não o diz, ou não responde
     */
    public BigDecimal saldo(String replica, String conta) {
        if (alheios.tem(replica) && !alheios.entrega().papel(replica).saldo().diz()) {
            throw new AssertionError(replica + " não diz saldos");
        }
        BigDecimal saldo = saldoDito(replica, conta);
        if (saldo == null) {
            throw new AssertionError(replica + " não respondeu a que saldo tem " + conta);
        }
        return saldo;
    }

    /** Se esta operação já se aplicou num processo alheio, pelos saldos que ele diz; se não os diz, se lhe chegou. */
    public boolean aplicou(String processo, Operacao op) {
        boolean diz = alheios.tem(processo) && alheios.entrega().papel(processo).saldo().diz();
        return alheios.tem(processo) && chegadas.aplicou(processo, op, diz ? conta -> saldoOuNada(processo, conta) : null);
    }

    /** O que diz: um número qualquer, com que nada se confunde, se não responde. */
    private BigDecimal saldoOuNada(String replica, String conta) {
        BigDecimal saldo = alheios.tem(replica) && !alheios.entrega().papel(replica).saldo().diz() ? null
                : saldoDito(replica, conta);
        return saldo == null ? BigDecimal.TEN.pow(30) : saldo;
    }

    private BigDecimal saldoDito(String replica, String conta) {
        Alheio alheio = dosAlheios.get(replica);
        if (alheio != null && alheio.papel().saldo().padrao() != null) {
            BigDecimal escrito = alheio.saldoEscrito(conta);
            return escrito == null ? new BigDecimal("0.00") : escrito;
        }
        ObjectNode resposta = perguntar(replica, "SALDO", "conta", conta);
        JsonNode saldo = resposta == null ? null : resposta.get("saldo");
        return saldo == null || !saldo.isNumber() ? null : alheio == null ? saldo.decimalValue().setScale(2)
                : saldo.decimalValue();
    }

    /** Pergunta a todas as réplicas em que estado ficaram, anota-o, e julga. @param replicas as que deviam responder */
    public List<Veredito> julgar(String... replicas) {
        for (String replica : replicas) {
            rastro.anotar(estado(replica));
        }
        anotarCorte();
        List<Veredito> vereditos = Vereditos.de(rastro.eventos());
        for (Veredito v : vereditos) {
            ObjectNode evento = rastro.evento("veredito").put("nome", v.nome()).put("titulo", v.qual().nome())
                    .put("valor", v.valor().toString()).put("promessa", v.qual().promessa(parte));
            ArrayNode detalhes = evento.putArray("detalhes");
            v.detalhes().forEach(detalhes::add);
            rastro.anotar(evento);
        }
        return vereditos;
    }

    /** Com as contas em grupos: os saldos de todas num só corte, como os diz um dos ordenadores. */
    private void anotarCorte() {
        List<Endereco> aQuem = nomes().stream().filter(nome -> papeis.get(nome).opcoes().toString().contains("--grupos")
                && Elenco.papel(nome).equals("ordenador")).map(nome -> new Endereco("127.0.0.1", porta(nome))).toList();
        if (aQuem.isEmpty() || contas.isEmpty()) {
            return;
        }
        ObjectNode pedido = Json.MAPPER.createObjectNode().put("pedido", "SALDOS");
        contas.forEach(pedido.putArray("contas")::add);
        ObjectNode evento = rastro.evento("corte");
        try (Requisicao requisicao = new Requisicao(defesa, aQuem, 2_000, INSISTE_S, false)) {
            String[] lido = new String[1];
            Processo.aguardar(prazo(), () -> !(lido[0] = requisicao.pedir(Json.escrever(pedido))).startsWith("ERRO"));
            evento.setAll(Json.ler(lido[0].getBytes(StandardCharsets.UTF_8)));
        } catch (SemResposta | MensagemInvalida e) {
            evento.put("erro", String.valueOf(e.getMessage()));
        }
        rastro.anotar(evento);
    }

    private ObjectNode estado(String replica) {
        ObjectNode evento = rastro.evento("estado").put("processo", replica);
        if (alheios.entrega() != null) {
            return estadoPelosSaldos(replica, evento);
        }
        try (Requisicao r = requisicao(porta(replica + ".consulta"))) {
            evento.setAll(Pergunta.fazer(r, "ESTADO"));
            ObjectNode saldos = evento.putObject("saldos");
            contas.forEach(conta -> saldos.put(conta, Pergunta.fazer(r, "SALDO", "conta", conta).path("saldo").decimalValue()
                    .setScale(2)));
            ObjectNode resultados = evento.putObject("resultados");
            ids.forEach(id -> resultados.put(
                    id, Pergunta.fazer(r, "RESULTADO", "id_msg", id).path("resultado").textValue()));
            return evento;
        } catch (SemResposta | MensagemInvalida e) { // cala-se, ou diz que parou e por quê
            return rastro.evento("estado").put("processo", replica)
                    .put("erro", e instanceof SemResposta ? "não respondeu" : "não disse o seu estado: " + e.getMessage());
        }
    }

    /** Com processos alheios, todas se comparam pelo que todas sabem dizer: os saldos das contas de que se falou. */
    private ObjectNode estadoPelosSaldos(String replica, ObjectNode evento) {
        ObjectNode saldos = Json.MAPPER.createObjectNode();
        for (String conta : contas) {
            BigDecimal saldo = saldoOuNada(replica, conta);
            if (saldo.precision() > 30) {
                return evento.put("erro", alheios.tem(replica) && !alheios.entrega().papel(replica).saldo().diz()
                        ? "não diz saldos" : "não respondeu");
            }
            saldos.put(conta, saldo.setScale(2, RoundingMode.HALF_EVEN));
        }
        return pelosSaldos(evento, saldos);
    }

    /** Põe num evento {@code estado} o que todos sabem dizer: estes saldos, e o resumo deles. */
    public static ObjectNode pelosSaldos(ObjectNode evento, ObjectNode saldos) {
        evento.set("saldos", saldos);
        return evento.put("resumo", Texto.resumo(saldos.properties().stream()
                .map(conta -> conta.getKey() + "=" + conta.getValue()).sorted()));
    }

    /** Para quem quer saber muitas vezes: pede uma vez, e desiste depressa. Só uma linha de execução a usa. */
    public Requisicao perguntas(String porta, int prazoMs) {
        return new Requisicao(defesa, new Endereco("127.0.0.1", porta(porta)), prazoMs, 1);
    }

    /** Pergunta a uma réplica, na porta de consultas dela. @return null se ela não responde */
    private ObjectNode perguntar(String replica, String pedido, String... pares) {
        return perguntarA(porta(replica + ".consulta"), pedido, pares);
    }

    private ObjectNode perguntarA(int porta, String pedido, String... pares) {
        try (Requisicao requisicao = requisicao(porta)) {
            return Pergunta.fazer(requisicao, pedido, pares);
        } catch (SemResposta | MensagemInvalida e) {
            return null;
        }
    }

    private Requisicao requisicao(int porta) {
        return new Requisicao(defesa, new Endereco("127.0.0.1", porta), 2_000, 2);
    }

    @Override
    public void close() {
        dosAlheios.values().forEach(Alheio::acabar);
        Stream.concat(processos.values().stream(), deOcasiao.stream()).forEach(Processo::close);
        Coveiro.apagar(pasta);
    }
}
