package tests.lab.sala;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import shared.texto.ErroDeUso;
import shared.texto.Falha;
import shared.texto.Json;
import tests.lab.cenas.Cena;
import tests.lab.cenas.Cena.AtoEscrito;
import tests.lab.cenas.Cenas;
import tests.lab.cenas.Passo;
import tests.lab.palco.Alheios;
import tests.lab.palco.Elenco;
import tests.lab.sala.Gravador.Feito;

/**
 * A sala de aula: uma parte de pé, ou uma cena a meio, que muitos veem e um só move. O que se faz são linhas da língua das
 * cenas, e o que se fez é uma cena.
 */
final class Sala implements AutoCloseable {

    private static final int RETRATO_MS = 100;
    private static final List<String> MODOS = List.of("livre", "passo");
    private static final int PRAZOS_MS = 250;
    private static final Duration SEM_PRESSA = Duration.ofHours(1); // numa cena que alguém vai passando
    private static final String SEM_NADA = "a sala ainda não tem nada de pé";

    private final int lentidao;
    private final Alheios alheios;
    private final Transmissao transmissao;
    private final Enquete enquete = new Enquete();
    private final Object mudanca = new Object();
    private final Object troca = new Object();       // começar, desfazer e acabar, um de cada vez
    private volatile AoVivo viva;                    // null = nada de pé
    private volatile Encenacao encenacao;            // null = não é uma cena
    private volatile Carga carga;                    // null = nenhuma
    private volatile String ocupada;
    private volatile boolean fechada;
    private int execucoes;
    private boolean mudou;

    /**
     * @param lentidao quantas vezes mais esperam os nossos papéis; 1 = o de costume
     * @param alheios  os processos de outro, que se usam na parte de que são
     */
    Sala(int lentidao, Alheios alheios) {
        this.lentidao = lentidao;
        this.alheios = alheios;
        transmissao = new Transmissao(this::mudou);
        Thread retratos = new Thread(this::retratar, "retratos");
        retratos.setDaemon(true);
        retratos.start();
    }

    Transmissao transmissao() {
        return transmissao;
    }

    // ───── Começar ─────

    /** @throws ErroDeUso se não há esta parte, ou os clientes são demais */
    static void conferir(int parte, int clientes) {
        if (parte < 1 || parte > 4 || clientes < 1 || clientes > 9) {
            throw new ErroDeUso("as partes vão de 1 a 4, e os clientes de 1 a 9");
        }
    }

    /** Uma parte, com quem é costume, e nada feito. */
    void comecar(int parte, int clientes) {
        conferir(parte, clientes);
        List<String> cabecalho = Stream.concat(Stream.of("parte " + parte),
                Elenco.deCostume(parte, clientes).stream().map(nome -> "processo " + nome)).toList();
        trocar("pondo a parte " + parte + " de pé", Cenas.ato("parte " + parte, cabecalho), null, List.of());
    }

    /** Uma cena, parada antes do primeiro passo. */
    void abrir(String nome, Cena cena) {
        abrir(new Encenacao(this, nome, cena, List.of()));
    }

    void abrir(Encenacao qual) {
        trocar("pondo a cena de pé", qual.escrito(), qual, List.of());
    }

    /** Acaba a execução que houver, começa outra, e nela faz outra vez o que se diz. */
    private void trocar(String porque, AtoEscrito escrito, Encenacao nova, List<Feito> feitos) {
        pararCena();
        pararCarga();
        synchronized (troca) {
            if (fechada) {
                throw new Falha("a sala está a fechar");
            }
            AoVivo antes = viva;
            viva = null;
            encenacao = null;
            enquete.calar();
            ocupada = porque + "…";
            mudou();
            if (antes != null) {
                antes.close();
            }
            try {
                int numero = ++execucoes;
                transmissao.comecar(numero);
                boolean deOutro = alheios.entrega() != null && alheios.entrega().parte() == escrito.parte();
                AoVivo esta = new AoVivo(numero, escrito, lentidao, deOutro ? alheios : Alheios.NENHUNS,
                        e -> transmissao.evento(numero, e), enquete::fez, this::mudou);
                encenacao = nova;
                viva = esta;
                if (nova == null) {
                    esta.chamarClientes();
                }
                esta.refazer(feitos);
            } catch (AssertionError e) {
                throw new Falha("não consegui: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            } finally {
                ocupada = null;
                mudou();
            }
        }
    }

    private AoVivo viva() {
        AoVivo esta = viva;
        if (esta == null) {
            throw new ErroDeUso(ocupada == null ? SEM_NADA : "espere: " + ocupada);
        }
        return esta;
    }

    // ───── O que se manda fazer ─────

    /** @throws ErroDeUso se não se entende, ou agora não se pode; Falha se não se conseguiu */
    void agir(ObjectNode pedido) {
        switch (Json.texto(pedido, "acao")) {
            case "parte" -> comecar(pedido.path("parte").asInt(), pedido.path("clientes").asInt(2));
            case "cena" -> {
                String nome = pedido.path("nome").asText("minha");
                abrir(nome, pedido.has("texto") ? Cenas.doTexto(nome, Json.texto(pedido, "texto")) : daColecao(nome));
            }
            case "posso" -> { } // quem chegou aqui, pode
            case "cena-passo" -> cena().seguir(false);
            case "cena-seguir" -> cena().seguir(true);
            case "cena-parar" -> pararCena();
            case "desfazer" -> desfazer();
            case "pausa" -> viva().pausar(pedido.path("pausada").asBoolean());
            case "carga" -> carregar(pedido.path("por_segundo").asDouble(-1), pedido.path("semente").asLong(1));
            case "modo" -> {
                String modo = Json.texto(pedido, "modo");
                if (!MODOS.contains(modo)) {
                    throw ErroDeUso.naoHa("o modo", modo, MODOS);
                }
                boolean passo = modo.equals("passo");
                boolean segura = viva().cena().rede().sentidos().stream().anyMatch(s -> !s.regras().segura().equals("nao"))
                        || !viva().cena().rede().esperam().todas().isEmpty();
                if (passo || segura) { // livre, já está
                    fazer(pedido);
                }
            }
            default -> fazer(pedido);
        }
        mudou();
    }

    /** Uma das que há: um nome de arquivo seria desta máquina, e quem age pode estar noutra. */
    private static Cena daColecao(String nome) {
        if (!Cenas.nomes().contains(nome)) {
            throw ErroDeUso.naoHa("a cena", nome, Cenas.nomes());
        }
        return Cenas.ler(nome);
    }

    private void fazer(ObjectNode pedido) {
        AoVivo esta = viva();
        esta.fazer(Acoes.linhas(pedido, esta));
    }

    private void desfazer() {
        AoVivo esta = viva();
        List<Feito> feitos = esta.gravador().feitos();
        if (feitos.isEmpty()) {
            throw new ErroDeUso("não há nada que desfazer");
        }
        int quantos = feitos.size() - 1;
        while (feitos.get(quantos).segue()) {
            quantos--;
        }
        List<Feito> menos = feitos.subList(0, quantos);
        Encenacao antes = encenacao;
        trocar("desfazendo: " + feitos.get(menos.size()).linha(), esta.escrito(),
                antes == null ? null : antes.em((int) menos.stream().filter(Feito::daCena).count()), menos);
    }

    void responder(String ligacao, String resposta) {
        if (!transmissao.temLeitor(ligacao)) {
            throw new ErroDeUso("só responde quem está a ver a sala: recarregue a página");
        }
        enquete.responder(ligacao, resposta);
        mudou();
    }

    // ───── Cenas ─────

    private Encenacao cena() {
        Encenacao esta = encenacao;
        viva();
        if (esta == null) {
            throw new ErroDeUso("não está aberta nenhuma cena");
        }
        return esta;
    }

    AoVivo aQueEsta() {
        return viva;
    }

    Duration semPressa() {
        return SEM_PRESSA;
    }

    private void pararCena() {
        Encenacao esta = encenacao;
        if (esta != null) {
            esta.parar();
        }
    }

    private void pararCarga() {
        Carga esta = carga;
        carga = null;
        if (esta != null) {
            esta.parar();
        }
    }

    private void carregar(double porSegundo, long semente) {
        if (!(porSegundo >= 0 && porSegundo <= 50)) {
            throw new ErroDeUso("a carga vai de 0 a 50 operações por segundo");
        }
        AoVivo esta = viva();
        Carga antes = carga;
        if (antes != null && antes.semente() == semente && porSegundo > 0) {
            antes.ritmo(porSegundo);
        } else {
            pararCarga();
            carga = porSegundo == 0 ? null : new Carga(esta, porSegundo, semente);
        }
    }

    /** As que há, para se escolher. */
    ArrayNode cenas() {
        ArrayNode json = Json.MAPPER.createArrayNode();
        for (String nome : Cenas.nomes()) {
            Cena cena = Cenas.ler(nome);
            json.addObject().put("nome", nome).put("titulo", cena.titulo()).put("parte", cena.atos().get(0).parte());
        }
        return json;
    }

    // ───── O que se fez ─────

    /** Uma cena que faz outra vez o que se fez, e confere que acaba como agora. */
    String gravada() {
        Encenacao cena = encenacao;
        AoVivo esta = viva();
        return cena == null ? Guardada.parte(esta) : cena.gravada(esta);
    }

    // ───── O que se vê ─────

    /** O que se vê mudou, ou pode ter mudado. */
    void mudou() {
        synchronized (mudanca) {
            mudou = true;
            mudanca.notifyAll();
        }
    }

    private void retratar() {
        JsonNode ultimo = null;
        try {
            while (!fechada) {
                synchronized (mudanca) {
                    if (!mudou) { // os prazos que correm mudam só porque o tempo passa
                        mudanca.wait(PRAZOS_MS);
                    }
                    mudou = false;
                }
                try {
                    ObjectNode este = retrato();
                    if (!este.equals(ultimo)) {
                        ultimo = este.deepCopy();
                        AoVivo esta = viva;
                        transmissao.estado(este.put("agora", esta == null ? 0 : esta.cena().palco().rastro().agora())
                                .toString());
                    }
                } catch (RuntimeException e) {
                    mudou(); // a execução acabou a meio do retrato: o seguinte é de outra
                }
                TimeUnit.MILLISECONDS.sleep(RETRATO_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ObjectNode retrato() {
        AoVivo esta = viva;
        Encenacao cena = encenacao;
        Carga daVez = carga;
        ObjectNode json = esta == null ? Json.MAPPER.createObjectNode() : Retrato.de(esta);
        json.put("execucao", esta == null ? 0 : esta.numero()).put("ocupada", ocupada).put("lentidao", lentidao)
                .put("assistem", transmissao.quantosVeem());
        json.set("cena", cena == null ? null : cena.json());
        if (esta != null) {
            saberResposta(esta);
        }
        json.set("pergunta", enquete.json());
        json.set("carga", daVez == null ? null : daVez.json());
        return json;
    }

    /** Julgado o que houve, o facto responde à pergunta. */
    private void saberResposta(AoVivo esta) {
        Passo.Perguntar qual = enquete.porSaber();
        Observador.Disse disse = qual == null ? null : esta.bancos().get(qual.processo());
        if (disse != null) {
            enquete.saber(disse.estado().path("saldos").path(qual.conta()).decimalValue().setScale(2));
        }
    }

    @Override
    public void close() {
        fechada = true;
        pararCena();
        pararCarga();
        AoVivo esta = viva;
        viva = null;
        if (esta != null) {
            esta.close();
        }
        transmissao.fechar();
    }
}
