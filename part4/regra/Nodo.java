//SOURCES Visao.java ../../shared/ordem/Aplicada.java ../../shared/Banco.java ../../shared/Envelope.java ../../shared/ordem/Seguidor.java
//SOURCES ../../shared/disco/EstadoDoBanco.java
package part4.regra;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.Resultado;
import shared.disco.EstadoDoBanco;
import shared.ordem.Aplicada;
import shared.ordem.Seguidor;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * A regra de um servidor da parte 4, seja primário ou backup: primary-backup com visões (Alsberg e Day, 1976; o <i>view
 * service</i> dos cursos). Pura: sem soquetes, sem relógio, sem disco. O que manda fazer sai por {@link Saida}; o que dura
 * só vale depois que o laço grava e diz {@link #gravado}.
 *
 * <p>Três regras bastam para que nada confirmado se perca:
 * <ol>
 * <li>o primário só confirma o que está no disco dele e no de todos os que a visão diz em dia;
 * <li>ele só tira alguém desse conjunto depois que a testemunha registrou a visão sem ele;
 * <li>só quem está em dia na última visão registrada pode virar primário, e numa época maior: quem fala de uma época
 *     menor não é mais ouvido.
 * </ol>
 */
public final class Nodo {

    /** De quanto em quanto tempo cada um dá notícia, e depois de quanto silêncio um backup sai do conjunto em dia. */
    public static final int NOTICIA_MS = 100;
    public static final int SILENCIO_MS = 1_000;

    private static final int QUASE = 1_000; // a quantas operações do fim se passa a esperar por um backup que entra

    private static final int AVISO_MS = 5_000;

    private static final int BACKUPS_MAXIMOS = 64;       // de que se sabe…
    private static final int ESQUECER_MS = 60_000;       // …e quanto um que se calou ainda conta

    private static final String TALVEZ = "ERRO nao-primario: o disco deste servidor falhou";

    /** O que a regra manda fazer. */
    public interface Saida {
        /** Anexa ao diário; o laço grava, e depois chama {@link Nodo#gravado}. */
        void anexar(Envelope envelope);

        /** Guarda já, de modo durável, a visão e a época. */
        void guardarMeta(ObjectNode meta);

        /** Troca o conteúdo do diário por um estado inteiro. */
        void adotar(long posicao, ObjectNode estado);

        /** A todos os backups. */
        void difundir(ObjectNode mensagem);

        /** A um cliente que espera. */
        void responder(Object cliente, String texto);

        /** Ao primário que se segue. */
        void aoPrimario(ObjectNode mensagem);

        /** À testemunha. */
        void aTestemunha(ObjectNode mensagem);

        /** Uma decisão que merece uma linha no registro. */
        void registrar(String evento, Object... pares);

        /** Uma operação que passou pelo banco. */
        void aplicada(Aplicada aplicada, Banco banco);
    }

    /**
     * Quem é este servidor.
     *
     * @param assincrona     se, primário, confirma sem esperar os backups
     * @param semRecuperacao se, backup, só escuta, seja quem for o primário
     */
    public record Identidade(String id, String pedidos, String atualizacoes, boolean temTestemunha, boolean assincrona,
            boolean semRecuperacao) {
    }

    private enum Funcao { INDEFINIDA, PRIMARIO, BACKUP }

    private static final class Backup {
        private long confirmado;
        private long ronda;
        private long visto;
    }

    /** Alguém que espera que tudo até {@code seq} esteja confirmado e, numa leitura, que a ronda tenha voltado de todos. */
    private record Espera(Object cliente, long seq, long ronda, String resposta) {
    }

    private final Identidade eu;
    private final Saida saida;
    private Funcao funcao = Funcao.INDEFINIDA;
    private Visao visao;                    // a última que se conhece; null = nenhuma
    private long epoca;                     // a maior que se viu, no disco
    private Banco banco = new Banco();
    private long ultimo;                    // último seq no diário
    private long gravado;                   // último seq que está no disco
    private final NavigableMap<Long, Long> epocas = new TreeMap<>(); // primeiro seq de cada época no diário -> época

    // o primário
    private final Map<String, Backup> backups = new HashMap<>();
    private final Deque<Envelope> aDifundir = new ArrayDeque<>();
    private final Deque<Espera> esperas = new ArrayDeque<>();
    private final Map<String, Long> emCurso = new HashMap<>();       // id_msg ainda não confirmado -> seq
    private final Set<String> exigidos = new TreeSet<>();            // de quem se espera a confirmação
    private final Set<String> propostos = new TreeSet<>();           // os da visão, e os que já se propôs pôr nela
    private Set<String> proposta;                                    // a pedir à testemunha; null = nada a mudar
    private long herdado;                                            // último seq quando assumiu
    private String falha;                                            // por que este servidor já não atende; null se atende
    private boolean sabeOConfirmado;                                 // quando falhou, se o que não está em curso valeu
    private long confirmado;
    private long ronda;
    private final String eco = Operacao.novoId().substring(0, 8);    // distingue as rondas deste processo das de outro

    private String visaoRuim;               // por que não serve a que o disco lembrava; null se serve
    private Visao velha;                    // a da testemunha, de antes do que já se viu sem ela; null se não é o caso
    private boolean eraPrimario;            // iniciado como primário, sem testemunha, mas outro o foi depois dele
    private Visao renovar;                  // reiniciado na própria época, só assume numa versão mais nova que esta

    // o backup
    private boolean soEscuta;               // o primário não entende notícias nem pedidos, ou não se quer falar com ele
    private Seguidor seguidor;              // null = ainda não se conferiu o diário com o do primário desta época
    private long rondaVista;
    private String rondaDe = "";            // de que processo é a ronda vista
    private long ouveDesde = Long.MIN_VALUE;  // ouve o primário, mas ele não confere: desde quando
    private long ultimaNoticia = Long.MIN_VALUE;

    public Nodo(Identidade eu, Saida saida) {
        this.eu = eu;
        this.soEscuta = eu.semRecuperacao();
        this.saida = saida;
    }

    // ───── Começo ─────

    /** O que o disco lembra: a visão, a época, o estado do instantâneo ({@code null} se nenhum). */
    public void lembrar(ObjectNode meta, ObjectNode foto, long posicao) {
        try {
            epoca = meta.has("epoca") ? Json.inteiro(meta, "epoca") : 0;
            visao = meta.has("visao") ? Visao.de(Json.objeto(meta, "visao")) : null;
        } catch (MensagemInvalida e) { // uma versão anterior guardava o que lhe dissessem
            visaoRuim = e.getMessage();
            saida.registrar("aviso", "porque", "a visão guardada não serve (" + visaoRuim + "): esqueço-a");
        }
        if (foto != null) {
            adotarEstado(posicao, foto, Json.INTEIRO_MAXIMO);
            epoca = epocas.isEmpty() ? epoca : Math.max(epoca, epocas.lastEntry().getValue());
        }
    }

    /** O que o disco lembra: uma entrada do diário depois do instantâneo. */
    public void refazer(Envelope envelope) {
        aplicar(envelope);
        gravado = ultimo;
        epoca = Math.max(epoca, envelope.epoca());
    }

    /**
     * Começa.
     *
     * @param primario se este servidor, sem testemunha nem notícia de outro, é o primário
     * @throws Falha se isso não se pode saber, porque a visão guardada não serve
     */
    public void comecar(boolean primario) {
        if (primario && visaoRuim != null && !eu.temTestemunha()) {
            throw new Falha("a visão guardada não serve (" + visaoRuim + "), e não sei se outro assumiu. Se há outro primário, inicie este"
                    + " como Backup; se não há, inicie-o com part4/Backup.java --promover, com o --id e a pasta de --dados deste");
        }
        boolean deposto = visao != null && !visao.primario().equals(eu.id());
        if (eu.temTestemunha()) {
            saida.registrar("perguntar", "a", "testemunha");
        } else if (primario && !deposto) {
            assumir(new Visao(Math.max(1, epoca), 1, eu.id(), eu.pedidos(), eu.atualizacoes(), Set.of(eu.id())));
        } else {
            funcao = Funcao.BACKUP;
            seguidor = seguidorInicial();
            eraPrimario = primario;
            if (eraPrimario) {
                saida.registrar("aviso", "porque", parada());
            }
        }
    }

    /**
     * Por que este servidor já não avança, e não avançará sozinho; {@code null} se avança, ou espera por algo que pode vir. Um
     * primário sem testemunha que foi deposto segue o novo; se o novo não lhe fala, alguém tem de decidir.
     */
    public String parada() {
        if (falha != null) {
            return "disco: " + falha;
        }
        if (funcao == Funcao.BACKUP && eraPrimario && seguidor == null) {
            return "já não sou o primário: " + visao.primario() + " tomou o meu lugar na época " + visao.epoca() + ", e não me responde em "
                    + visao.pedidos() + ". Inicie-o com Backup --promover; ou, para recomeçar, todos com --do-zero";
        }
        if (funcao == Funcao.INDEFINIDA && velha != null) {
            return "a testemunha está na época " + velha.epoca() + ", e eu já estive na " + epoca + ", sem ela. Para recomeçar, todos (ela"
                    + " também) com --do-zero; para guardar o banco, encerre os servidores, inicie a testemunha com --do-zero, depois um"
                    + " Primary com os dados mais recentes (o seq de estado), e por fim o Backup";
        }
        if (eu.temTestemunha() && funcao == Funcao.BACKUP && visao != null && seguidor == null && souEuDeAntes(visao.primario())) {
            return "a testemunha espera por " + visao.primario() + ", que era eu antes de esquecer tudo: reinicie-a também com --do-zero";
        }
        return null;
    }

    private boolean souEuDeAntes(String nome) {
        return !nome.equals(eu.id()) && nome.replaceFirst("#.*", "").equals(eu.id().replaceFirst("#.*", ""));
    }

    /** Soube-se se o primário é do sistema original: a esse segue-se sem lhe dizer nada. */
    public void soEscutar(boolean original) {
        if (soEscuta != original) {
            soEscuta = original;
            seguidor = funcao == Funcao.BACKUP ? seguidorInicial() : null;
        }
    }

    /** O backup confere o seu diário com o do primário antes de o seguir; o que só escuta segue sem conferir. */
    private Seguidor seguidorInicial() {
        return soEscuta ? new Seguidor(null, ultimo) : null;
    }

    /**
     * Uma pessoa manda assumir, sem testemunha: a época nova diz a todos que a velha acabou.
     *
     * @throws Falha se este servidor nunca seguiu um primário: o banco que ele tem é vazio
     */
    public void promover() {
        if (epoca == 0 && ultimo == 0) {
            throw new Falha("não há o que promover: este backup nunca seguiu um primário, e o banco dele está vazio."
                    + " Confira --dados e --id; para começar um banco novo, inicie um Primary");
        }
        assumir(new Visao(epoca + 1, 1, eu.id(), eu.pedidos(), eu.atualizacoes(), Set.of(eu.id())));
    }

    // ───── Clientes ─────

    /** Um cliente pede uma operação. */
    public void operacao(Object cliente, Operacao op) {
        Resultado antes = banco.repetida(op);
        boolean mesma = antes != null && !antes.idRepetido();
        if (falha != null && mesma && emCurso.getOrDefault(op.id_msg(), 0L) <= gravado) {
            boolean valeu = sabeOConfirmado && !emCurso.containsKey(op.id_msg());
            saida.responder(cliente, valeu ? resposta("repetida", antes.original()) : TALVEZ); // recusá-la seria mentir
            return;
        }
        if (recusar(cliente)) {
            return;
        }
        if (antes != null) { // a primeira, que se dá por feita, ainda pode estar por confirmar
            long seq = emCurso.getOrDefault(op.id_msg(), Math.min(herdado, ultimo));
            esperar(new Espera(cliente, seq, 0, mesma ? resposta("repetida", antes.original()) : "ERRO " + antes.motivo()));
            if (!mesma) {
                saida.aplicada(new Aplicada(seq, op, antes), banco);
            }
            return;
        }
        Envelope envelope = new Envelope(ultimo + 1, op, null, epoca);
        Resultado resultado = aplicar(envelope);
        emCurso.put(op.id_msg(), envelope.seq());
        saida.aplicada(new Aplicada(envelope.seq(), op, resultado), banco);
        saida.anexar(envelope);
        aDifundir.add(envelope);
        esperar(new Espera(cliente, envelope.seq(), 0, resposta("seq=" + envelope.seq(), resultado)));
    }

    /** Uma leitura que nunca é velha: responde quando tudo o que ela viu está confirmado e todos os em dia ainda nos seguem. */
    public void saldo(Object cliente, String conta, Function<Banco, String> resposta) {
        if (!recusar(cliente)) {
            boolean sozinho = eu.assincrona() || exigidos.size() == 1; // quem se propôs pode já ser primário
            esperar(new Espera(cliente, ultimo, sozinho ? 0 : ++ronda, resposta.apply(banco)));
            if (!sozinho) {
                saida.difundir(pulso());
            }
        }
    }

    private boolean recusar(Object cliente) {
        if (falha != null) {
            saida.responder(cliente, "ERRO disco: " + falha);
            return true;
        }
        if (funcao != Funcao.PRIMARIO) {
            saida.responder(cliente, parada() == null ? naoPrimario() : "ERRO parado: " + parada());
            return true;
        }
        return false;
    }

    private String naoPrimario() {
        return "ERRO nao-primario: " + (visao == null || visao.primario().equals(eu.id())
                ? "ainda não há primário" : "o primário é " + visao.primario() + " em " + visao.pedidos());
    }

    private static String resposta(String qual, Resultado r) {
        return "OK " + qual + " resultado=" + r.situacao() + (r.motivo() == null ? "" : " (" + r.motivo() + ")");
    }

    private void esperar(Espera espera) {
        esperas.add(espera);
        confirmar();
    }

    // ───── Disco ─────

    /** O laço gravou tudo o que se anexou: agora se pode difundir, confirmar ao primário, responder. */
    public void gravado() {
        if (falha != null) {
            return;
        }
        gravado = ultimo;
        if (funcao == Funcao.PRIMARIO) {
            while (!aDifundir.isEmpty()) {
                saida.difundir(aDifundir.poll().objeto());
            }
            confirmar();
        } else if (seguidor != null) {
            noticia();
        }
    }

    /** Responde a quem já não tem o que esperar. */
    private void confirmar() {
        long menor = gravado;
        long menorRonda = ronda;
        for (String nome : eu.assincrona() ? Set.<String>of() : exigidos) {
            if (!nome.equals(eu.id())) {
                Backup backup = backup(nome);
                menor = Math.min(menor, backup.confirmado);
                menorRonda = Math.min(menorRonda, backup.ronda);
            }
        }
        confirmado = Math.max(confirmado, menor);
        for (int i = esperas.size(); i > 0; i--) {
            Espera espera = esperas.poll();
            if (espera.seq() <= confirmado && espera.ronda() <= menorRonda) {
                saida.responder(espera.cliente(), espera.resposta());
            } else {
                esperas.add(espera);
            }
        }
        emCurso.values().removeIf(seq -> seq <= confirmado);
    }

    /**
     * O disco falhou: o que se anexou e não se gravou não vale, e é recusado; o que já se difundiu pode valer. Daqui em diante
     * este servidor só recusa, e o silêncio dele o tira da visão.
     */
    public void falhar(String motivo) {
        falha = motivo;
        sabeOConfirmado = funcao == Funcao.PRIMARIO && confirmado >= herdado;
        funcao = Funcao.INDEFINIDA;
        largarEsperas(espera -> {
            if (espera.seq() > gravado) {
                recusar(espera.cliente());
            } else {
                saida.responder(espera.cliente(), TALVEZ);
            }
        });
    }

    private void largarEsperas(Consumer<Espera> responder) {
        List<Espera> orfas = new ArrayList<>(esperas);
        esperas.clear();
        aDifundir.clear();
        orfas.forEach(responder);
    }

    // ───── Tempo ─────

    /** Passa o tempo. @param agora em milissegundos, de um relógio que só avança */
    public void tique(long agora) {
        if (falha != null) {
            return;
        }
        if (funcao == Funcao.PRIMARIO) {
            vigiarBackups(agora);
        }
        if (ultimaNoticia == Long.MIN_VALUE || agora - ultimaNoticia >= NOTICIA_MS) {
            ultimaNoticia = agora;
            if (eu.temTestemunha()) {
                saida.aTestemunha(perguntaPelaVisao());
            }
            if (funcao == Funcao.PRIMARIO) {
                saida.difundir(pulso());
            } else if (funcao == Funcao.BACKUP) {
                noticia();
            }
        }
        if (funcao != Funcao.BACKUP || seguidor != null) {
            ouveDesde = Long.MIN_VALUE;
        } else if (ouveDesde != Long.MIN_VALUE && agora - ouveDesde > AVISO_MS) {
            ouveDesde = agora;
            saida.registrar("aviso", "porque", "ouço o primário, mas ele não responde às minhas notícias: confira --pedidos-primario");
        }
        ObjectNode pedido = seguidor == null || soEscuta ? null : seguidor.pedido(agora);
        if (pedido != null) {
            saida.aoPrimario(pedido.put("epoca", epoca));
        }
    }

    private void vigiarBackups(long agora) {
        Set<String> emDia = new TreeSet<>(visao.emDia());
        Set<String> quase = new TreeSet<>(); // já se espera por eles: senão, com operações sem parar, nunca chegariam a estar em dia
        for (String nome : visao.emDia()) {
            Backup backup = backup(nome);
            backup.visto = backup.visto == 0 ? agora : backup.visto;
            if (!nome.equals(eu.id()) && agora - backup.visto > SILENCIO_MS) {
                emDia.remove(nome);
            }
        }
        backups.forEach((nome, backup) -> {
            boolean vivo = agora - backup.visto <= SILENCIO_MS;
            if (vivo && backup.confirmado + QUASE >= confirmado) {
                quase.add(nome);
            }
            if (vivo && backup.confirmado >= Math.max(confirmado, herdado)) { // o herdado pode ter sido confirmado antes
                emDia.add(nome);
            }
        });
        exigidos.clear();
        exigidos.addAll(propostos);
        exigidos.addAll(quase);
        backups.entrySet().removeIf(e -> agora - e.getValue().visto > ESQUECER_MS && !exigidos.contains(e.getKey()));
        confirmar();
        proposta = emDia.equals(visao.emDia()) && propostos.equals(visao.emDia()) ? null : emDia;
        if (proposta != null && !eu.temTestemunha()) {
            adotarVisao(visao.comEmDia(proposta));
        }
    }

    private ObjectNode perguntaPelaVisao() {
        ObjectNode pergunta = Json.MAPPER.createObjectNode().put("pedido", "VISAO").put("id", eu.id())
                .put("pedidos", eu.pedidos()).put("atualizacoes", eu.atualizacoes());
        if (visao != null) {
            pergunta.put("epoca", visao.epoca()).put("versao", visao.versao());
        }
        if (renovar != null) {
            pergunta.put("epoca", renovar.epoca()).put("versao", renovar.versao());
            renovar.emDia().forEach(pergunta.putArray("propor")::add); // o mesmo conjunto: só a versão muda
        }
        if (funcao == Funcao.PRIMARIO && proposta != null) {
            // Daqui em diante também se espera por quem se propôs: a testemunha pode registrá-lo e a resposta se perder.
            // Só uma visão mais nova, que torna as propostas antigas sem efeito, tira alguém dos exigidos.
            propostos.addAll(proposta);
            exigidos.addAll(proposta);
            proposta.forEach(pergunta.putArray("propor")::add);
        }
        return pergunta;
    }

    /** O que o primário difunde quando nada acontece: até onde vai, e a ronda que os backups devem devolver. */
    public ObjectNode pulso() {
        return Json.MAPPER.createObjectNode().put("pulso", ronda).put("de", eco).put("epoca", epoca).put("ultimo", gravado);
    }

    // ───── Visões ─────

    /** A testemunha diz qual é a visão. @throws MensagemInvalida se não pode ser */
    public void visao(Visao nova) {
        Visao.exigirPlausivel("epoca", nova.epoca(), epoca);
        Visao.exigirPlausivel("versao", nova.versao(), visao == null ? 0 : visao.versao());
        boolean jaSei = nova.equals(visao) && funcao != Funcao.INDEFINIDA;
        boolean antiga = nova.epoca() < epoca || (visao != null && visao.maisNovaQue(nova));
        velha = antiga ? nova : null;
        if (jaSei || antiga || falha != null) {
            return;
        }
        if (!nova.primario().equals(eu.id())) {
            seguir(nova);
        } else if (funcao == Funcao.PRIMARIO && nova.epoca() == epoca) {
            adotarVisao(nova);
        } else if (nova.epoca() == epoca && (renovar == null || !nova.maisNovaQue(renovar))) {
            renovar = nova; // já mandei nesta época: uma proposta minha, de antes, pode ainda estar a caminho
        } else {
            assumir(nova);
        }
    }

    /**
     * Outro primário, de época maior, nos manda descer.
     *
     * @return se já se sabe, também depois de reiniciar
     * @throws MensagemInvalida se não pode ser: ninguém é deposto por si mesmo, nem por uma época impossível
     */
    public boolean depor(Visao nova) {
        Visao.exigirPlausivel("epoca", nova.epoca(), epoca);
        if (nova.primario().equals(eu.id())) {
            throw new MensagemInvalida("campo", "primario: sou eu, e não me deponho a mim mesmo");
        }
        if (nova.epoca() > epoca && falha == null) {
            seguir(nova);
        }
        return falha == null;
    }

    private void adotarVisao(Visao nova) {
        Set<String> sairam = new HashSet<>(visao == null ? Set.of() : visao.emDia());
        Set<String> entraram = new HashSet<>(nova.emDia());
        entraram.removeAll(sairam);
        sairam.removeAll(nova.emDia());
        guardar(nova);
        saida.registrar("visao", "epoca", nova.epoca(), "versao", nova.versao(), "primario", nova.primario(),
                "em_dia", nova.emDia(), "entraram", entraram, "sairam", sairam);
        proposta = null;
        propostos.clear();
        propostos.addAll(nova.emDia());
        exigidos.clear();
        exigidos.addAll(propostos);
        if (funcao == Funcao.PRIMARIO) {
            confirmar();
        }
    }

    private void assumir(Visao nova) {
        funcao = Funcao.PRIMARIO;
        renovar = null;
        seguidor = null;
        backups.clear();
        aDifundir.clear();
        confirmado = 0;
        herdado = ultimo;
        adotarVisao(nova);
        saida.registrar("assumir", "epoca", epoca, "desde", ultimo + 1);
    }

    private void seguir(Visao nova) {
        boolean descendo = funcao == Funcao.PRIMARIO;
        funcao = Funcao.BACKUP;
        renovar = null;
        seguidor = nova.epoca() == epoca ? seguidor : null;
        adotarVisao(nova);
        if (descendo) {
            saida.registrar("descer", "epoca", epoca, "primario", nova.primario(), "sem_confirmar", Math.max(0, ultimo - confirmado));
            largarEsperas(espera -> saida.responder(espera.cliente(), naoPrimario())); // podem já ter ido a um backup
            emCurso.clear();
        }
    }

    private void guardar(Visao nova) {
        visao = nova;
        epoca = Math.max(epoca, nova.epoca());
        guardarMeta();
    }

    private void guardarMeta() {
        ObjectNode meta = Json.MAPPER.createObjectNode().put("epoca", epoca);
        if (visao != null) {
            meta.set("visao", visao.json());
        }
        saida.guardarMeta(meta);
    }

    // ───── O primário ouve os backups ─────

    /**
     * Um backup dá notícia: até onde tem no disco, e de que época é a última entrada dele.
     *
     * @return se ele ainda não conferiu o diário dele com o nosso: se o dele é um começo do nosso (senão ele tem de trocar
     *         tudo pelo nosso estado); {@code null} se não há o que responder
     * @throws MensagemInvalida se não pode ser verdade
     */
    public ObjectNode noticiaDe(ObjectNode noticia, long agora) {
        long dele = Json.inteiro(noticia, "epoca");
        long tem = Json.inteiro(noticia, "ultimo");
        long daRonda = eco.equals(noticia.path("ronda_de").asText()) ? Json.inteiro(noticia, "ronda") : 0;
        String nome = Visao.nome(noticia, "id");
        boolean conferido = Json.logico(noticia, "conferido") && dele == epoca;
        if (funcao != Funcao.PRIMARIO || dele > epoca) {
            return null; // quem manda numa época maior nos dirá
        }
        if (conferido) {
            if (tem > gravado || daRonda > ronda || !backups.containsKey(nome) && backups.size() >= BACKUPS_MAXIMOS) {
                throw new MensagemInvalida("campo", "noticia: diz ter o que o primário não tem, ou há backups demais");
            }
            Backup backup = backup(nome);
            // Só conta como notícia a de quem nos ouve: um corte só de cá para lá deixaria o backup em dia, e todos à espera dele.
            boolean ouve = tem > backup.confirmado || daRonda > backup.ronda || (tem >= gravado && daRonda == ronda);
            backup.visto = ouve ? agora : backup.visto;
            backup.confirmado = Math.max(backup.confirmado, tem);
            backup.ronda = Math.max(backup.ronda, daRonda);
            confirmar();
            return null;
        }
        boolean comeco = tem <= gravado && epocaDe(tem) == Json.inteiro(noticia, "epoca_do_ultimo");
        return Json.MAPPER.createObjectNode().put("seguir", epoca).put("ultimo", tem).put("confere", comeco);
    }

    private Backup backup(String nome) {
        return backups.computeIfAbsent(nome, n -> new Backup());
    }

    // ───── O backup ouve o primário ─────

    /** O primário difunde: uma operação ou um pulso. @throws MensagemInvalida se algo não serve, e nada muda */
    public void difundido(ObjectNode mensagem) {
        long dele = mensagem.has("epoca") ? Json.inteiro(mensagem, "epoca") : 0;
        if (funcao != Funcao.BACKUP || dele < epoca) {
            return;
        }
        if (mensagem.has("pulso")) {
            long ronda = Json.inteiro(mensagem, "pulso");
            long vaiAte = Json.inteiro(mensagem, "ultimo");
            String de = Visao.nome(mensagem, "de");
            subirPara(dele);
            ouvi();
            boolean nova = ronda != rondaVista || !de.equals(rondaDe);
            rondaVista = ronda;
            rondaDe = de;
            if (seguidor != null) {
                seguidor.saberQueVaiAte(vaiAte);
            }
            if (nova || seguidor == null) { // senão, a um pulso que responde a uma notícia responderia outra, sem fim
                noticia();
            }
        } else {
            Envelope envelope = Envelope.de(mensagem);
            subirPara(dele);
            ouvi();
            if (seguidor != null) {
                entregar(seguidor.receber(envelope));
            }
        }
    }

    /**
     * Uma operação sem número. Para quem só escuta, vale na ordem em que chega; para quem pode pedir a numerada, é só o
     * aviso de que há uma nova: o que se perdesse ou se repetisse não se notaria.
     */
    public void simples(Operacao op) {
        if (funcao != Funcao.BACKUP) {
            return;
        }
        if (soEscuta) {
            entregar(List.of(new Envelope(ultimo + 1, op, null, epoca)));
            return;
        }
        ouvi();
        if (seguidor != null) {
            seguidor.saberQueVaiAte(seguidor.ultimo() + 1);
        }
    }

    /** Ouve alguém que difunde; se não confere com ele, que se saiba desde quando. */
    private void ouvi() {
        ouveDesde = seguidor == null && ouveDesde == Long.MIN_VALUE ? ultimaNoticia : ouveDesde;
    }

    /** O primário responde à nossa notícia, ou a um pedido do seguidor. */
    public void resposta(ObjectNode resposta) {
        if (funcao != Funcao.BACKUP) {
            return;
        }
        if (resposta.has("pulso")) {
            difundido(resposta);
        } else if (resposta.has("seguir")) {
            conferir(resposta);
        } else if (seguidor != null && Json.texto(resposta, "historia").equals(Long.toString(epoca))) {
            resposta.path("envelopes").forEach(envelope -> exigirAte(epoca, envelope.path("epoca").asLong()));
            Seguidor.Passo passo = seguidor.resposta(resposta);
            if (passo.foto() != null) {
                long tinha = ultimo;
                adotarEstado(passo.foto().posicao(), passo.foto().estado(), epoca);
                seguidor.adotou(passo.foto());
                saida.adotar(ultimo, estado()); // o que se entendeu, não o que veio
                saida.registrar("instantaneo", "seq", ultimo, "tinha", tinha);
            }
            entregar(passo.entregar());
        }
    }

    private void conferir(ObjectNode resposta) {
        long dele = Json.inteiro(resposta, "seguir");
        if (dele < epoca || (dele == epoca && seguidor != null) || Json.inteiro(resposta, "ultimo") != ultimo
                || gravado != ultimo) {
            return;
        }
        boolean confere = Json.logico(resposta, "confere");
        eraPrimario = false;
        subirPara(dele);
        if (!confere) {
            saida.registrar("descartar", "epoca", dele, "ate", ultimo, "porque",
                    "o primário não tem o fim do meu diário; adoto o estado dele");
        }
        seguidor = confere ? new Seguidor(Long.toString(epoca), ultimo) : Seguidor.pelaFoto(Long.toString(epoca));
    }

    private void subirPara(long maior) {
        Visao.exigirPlausivel("epoca", maior, epoca);
        if (maior > epoca) {
            epoca = maior;
            seguidor = seguidorInicial();
            rondaVista = 0;
            guardarMeta();
        }
    }

    private void entregar(List<Envelope> prontos) {
        for (Envelope envelope : prontos) {
            Resultado resultado = aplicar(envelope);
            saida.anexar(envelope);
            saida.aplicada(new Aplicada(envelope.seq(), envelope.op(), resultado), banco);
        }
    }

    private void noticia() {
        if (soEscuta) {
            return;
        }
        saida.aoPrimario(Json.MAPPER.createObjectNode().put("pedido", "NOTICIA").put("id", eu.id()).put("epoca", epoca)
                .put("conferido", seguidor != null && !seguidor.querFoto()).put("ultimo", gravado)
                .put("epoca_do_ultimo", epocaDe(gravado)).put("ronda", rondaVista).put("ronda_de", rondaDe));
    }

    // ───── Estado ─────

    private Resultado aplicar(Envelope envelope) {
        ultimo = envelope.seq();
        if (epocas.isEmpty() || epocas.lastEntry().getValue() != envelope.epoca()) {
            epocas.put(ultimo, envelope.epoca());
        }
        return Aplicada.de(envelope, banco).resultado();
    }

    private long epocaDe(long seq) {
        Map.Entry<Long, Long> entrada = epocas.floorEntry(seq);
        return entrada == null ? 0 : entrada.getValue();
    }

    /** O estado inteiro, para um instantâneo: o banco e em que seq começou cada época. */
    public ObjectNode estado() {
        ObjectNode estado = Json.MAPPER.createObjectNode();
        ObjectNode comecos = estado.putObject("epocas");
        epocas.forEach((seq, e) -> comecos.put(seq.toString(), e));
        estado.set("banco", EstadoDoBanco.de(banco));
        return estado;
    }

    /** Quem manda numa época não tem operações de outra maior. */
    private static void exigirAte(long maior, long daOperacao) {
        if (daOperacao > maior) {
            throw new MensagemInvalida("campo", "epoca: veio uma operação da " + daOperacao + ", e quem a manda é da " + maior);
        }
    }

    /** @param maior a época de quem o manda @throws MensagemInvalida se algo não serve, e nada muda */
    private void adotarEstado(long posicao, ObjectNode estado, long maior) {
        Banco outro = EstadoDoBanco.ler(Json.objeto(estado, "banco"));
        NavigableMap<Long, Long> outras = new TreeMap<>();
        Json.objeto(estado, "epocas").properties().forEach(e -> {
            if (!e.getKey().matches("\\d{1,15}")) {
                throw new MensagemInvalida("campo", "epocas: esperava um número de ordem, veio " + Json.citar(e.getKey()));
            }
            exigirAte(maior, Json.inteiro(e.getValue(), "epocas"));
            outras.put(Long.parseLong(e.getKey()), e.getValue().longValue());
        });
        banco = outro;
        epocas.clear();
        epocas.putAll(outras);
        ultimo = posicao;
        gravado = posicao;
    }

    public Banco banco() {
        return banco;
    }

    /** O último seq no diário. */
    public long ultimo() {
        return ultimo;
    }

    /** O último seq confirmado (só o primário sabe). */
    public long confirmado() {
        return confirmado;
    }

    public long epoca() {
        return epoca;
    }

    public boolean primario() {
        return funcao == Funcao.PRIMARIO;
    }

    /** A última visão conhecida; {@code null} se nenhuma. */
    public Visao visao() {
        return visao;
    }
}
