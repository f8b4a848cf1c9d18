///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 4, testemunha: decide quem é o primário, e quem está em dia com ele.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//SOURCES regra/Visao.java ../shared/papel/Dados.java ../shared/papel/Papel.java ../shared/rede/Pedidos.java ../shared/rede/Soquetes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError -Xmn24m
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
//RUNTIME_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings
package part4;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import part4.regra.Visao;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import shared.disco.Diario;
import shared.papel.Dados;
import shared.papel.Opcoes;
import shared.papel.Papel;
import shared.rede.Pedidos;
import shared.rede.Soquetes;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * Guarda a visão: quem é o primário, em que época, e quem está em dia com ele. Fica fora do caminho das operações: se ela
 * para, tudo segue, menos as trocas.
 *
 * <pre>
 *   Primary ──► :6006 Witness ◄── Backup          a cada 100 ms: estou aqui; qual é a visão?
 * </pre>
 *
 * <b>Garante</b>: um primário por época; só quem está em dia é promovido; a visão está no disco antes de ser dita.<br>
 * <b>Não garante</b>: promover alguém, se quem está em dia também morreu: seria perder o que foi confirmado.<br>
 * <b>Experimente</b>: kill -9 no primário, com uma {@code carga} em curso: em menos de 2 segundos o backup assume.
 */
@Command(name = "part4/Witness.java", description = "Parte 4, testemunha: decide quem é o primário, e quem está em dia com ele.")
public final class Witness extends Papel {

    // ───── Protocolo ─────

    /** O serviço de visões (<i>view service</i>): muda a visão só por pedido do primário atual, ou porque ele se calou. */
    public static final class Visoes {

        /** Depois de quanto silêncio se dá alguém por morto. */
        public static final int SILENCIO_MS = 1_000;

        private static final int SERVIDORES_MAXIMOS = 64;

        private record Noticia(String pedidos, String atualizacoes, long em) {
        }

        private final Map<String, Noticia> noticias = new HashMap<>();
        private Visao atual;
        private long desde = Long.MIN_VALUE; // de quando conta o silêncio de quem ainda não deu notícia

        /** @param atual a última visão registrada; {@code null} se nenhuma */
        public Visoes(Visao atual) {
            this.atual = atual;
        }

        /**
         * Alguém dá notícia e pergunta pela visão.
         *
         * @param inicial se ele pode ser o primeiro primário de todos
         * @param propor  quem está em dia, se ele é o primário e quer mudar isso; {@code null} se não
         * @param epoca   a da visão que ele conhece, e a versão (0 se nenhuma): uma proposta sobre outra visão não vale
         * @return a visão que vale agora; {@code null} se ainda nenhuma
         */
        public Visao noticia(String id, String pedidos, String atualizacoes, boolean inicial, Set<String> propor, long epoca,
                long versao, long agora) {
            if (atual == null) { // se ele já teve outra testemunha, segue-se depois dela
                Visao.exigirPlausivel("epoca", epoca, 0);
                Visao.exigirPlausivel("versao", versao, 0);
            }
            if (noticias.size() >= SERVIDORES_MAXIMOS && !noticias.containsKey(id)) {
                throw new MensagemInvalida("pedido", "já dão notícia " + SERVIDORES_MAXIMOS + " servidores");
            }
            tique(agora);
            noticias.put(id, new Noticia(pedidos, atualizacoes, agora));
            if (atual == null) {
                atual = inicial ? new Visao(epoca + 1, versao + 1, id, pedidos, atualizacoes, Set.of(id)) : null;
            } else if (id.equals(atual.primario()) && !(pedidos + atualizacoes).equals(atual.pedidos() + atual.atualizacoes())) {
                atual = atual.em(pedidos, atualizacoes); // reiniciado em outras portas
            } else if (propor != null && id.equals(atual.primario()) && epoca == atual.epoca() && versao == atual.versao()
                    && propor.contains(id)) {
                atual = atual.comEmDia(propor);
            }
            return atual;
        }

        /** O mesmo, como vem pelo fio. @throws MensagemInvalida se algo não serve, e nada muda */
        public Visao noticia(ObjectNode p, long agora) {
            return noticia(Visao.nome(p, "id"), Visao.endereco(p, "pedidos"), Visao.endereco(p, "atualizacoes"),
                    Json.logico(p, "inicial"), p.has("propor") ? Visao.nomes(p.get("propor")) : null,
                    p.has("epoca") ? Json.inteiro(p, "epoca") : 0, p.has("versao") ? Json.inteiro(p, "versao") : 0, agora);
        }

        /** Passa o tempo: se o primário se calou e há quem esteja em dia, esse assume, sozinho, numa época nova. */
        public Visao tique(long agora) {
            desde = desde == Long.MIN_VALUE ? agora : desde;
            if (atual != null && !vivo(atual.primario(), agora) && agora - desde > SILENCIO_MS) {
                atual.emDia().stream().filter(id -> !id.equals(atual.primario()) && vivo(id, agora)).sorted().findFirst()
                        .ifPresent(novo -> {
                            Noticia n = noticias.get(novo);
                            atual = new Visao(atual.epoca() + 1, atual.versao() + 1, novo, n.pedidos(), n.atualizacoes(), Set.of(novo));
                        });
            }
            noticias.values().removeIf(n -> agora - n.em() > 60 * SILENCIO_MS);
            return atual;
        }

        private boolean vivo(String id, long agora) {
            Noticia noticia = noticias.get(id);
            return noticia != null && agora - noticia.em() <= SILENCIO_MS;
        }

        public Visao atual() {
            return atual;
        }
    }

    // ───── Linha de comando ─────

    @Option(names = "--porta", paramLabel = "PORTA", converter = Papel.Porta.class, defaultValue = "6006", order = 1,
            description = "porta onde os servidores perguntam (padrão: ${DEFAULT-VALUE})")
    private int porta;

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "${env:BANCO_BIND:-127.0.0.1}", order = 2,
            description = "onde escutar; 0.0.0.0 = em todos (padrão: ${DEFAULT-VALUE})")
    private String bind;

    @Mixin
    private Dados dados;

    @Override
    protected void conferir(Opcoes opcoes) {
        dados.conferir(opcoes)
                .exigir(!semente(), "--semente", "não serve à testemunha: o sistema original não tem uma, e com ele ninguém a consulta");
    }

    // ───── Rede ─────

    private Diario disco;
    private Visoes visoes;
    private Visao registrada;

    @Override
    public Integer call() {
        try (Diario aberto = dados.abrir(nomeDosDados()); Soquetes soquetes = new Soquetes(defesa())) {
            disco = aberto;
            registrada = recuperar();
            visoes = new Visoes(registrada);
            registro().linha("recuperado", "visao", registrada == null ? "nenhuma" : registrada.json());
            ZMQ.Socket entrada = soquetes.ligar(SocketType.ROUTER, bind, porta, "--porta");
            Pedidos pedidos = new Pedidos(entrada);
            ZMQ.Poller acordar = soquetes.vigiar(entrada);
            pronto("responde qual é a visão na porta " + porta);
            while (ativo()) {
                acordar.poll(pedidos.pausa(50));
                visoes.tique(agora());
                registrar();
                pedidos.atender(registro(), this::atender);
            }
        }
        return 0;
    }

    private Visao recuperar() {
        try {
            ObjectNode meta = disco.meta("visao");
            return meta.has("visao") ? Visao.de(Json.objeto(meta, "visao")) : null;
        } catch (MensagemInvalida e) { // uma versão anterior guardava o que lhe dissessem
            throw new Falha("a visão guardada não serve (" + e.getMessage() + "). Para recomeçar: encerre os servidores, inicie a testemunha"
                    + " com --do-zero, depois um Primary com os dados mais recentes (o seq de estado), e por fim o Backup");
        }
    }

    private String atender(Pedidos.Pedido pedido) {
        ObjectNode p = Json.ler(pedido.corpo());
        if (!Json.texto(p, "pedido").equals("VISAO")) {
            throw new MensagemInvalida("pedido", "a testemunha responde só a VISAO");
        }
        if (p.has("id")) {
            visoes.noticia(p, agora());
        }
        registrar();
        return Json.escrever(registrada == null ? Json.MAPPER.createObjectNode().put("visao", "nenhuma") : registrada.json());
    }

    /** Uma visão nova vai ao disco antes que alguém saiba dela. */
    private void registrar() {
        Visao nova = visoes.atual();
        if (nova == null || nova.equals(registrada)) {
            return;
        }
        try {
            disco.guardarMeta(Json.MAPPER.createObjectNode().set("visao", nova.json()));
            registro().linha("visao", "epoca", nova.epoca(), "versao", nova.versao(), "primario", nova.primario(),
                    "em_dia", nova.emDia());
            registrada = nova;
        } catch (Falha e) {
            registro().linha("erro", "disco", e.getMessage());
            throw e; // sem disco não há testemunha: é melhor que a vejam morta
        }
    }

    private static long agora() {
        return System.nanoTime() / 1_000_000;
    }

    public static void main(String[] args) {
        System.exit(executar(new Witness(), args));
    }
}
