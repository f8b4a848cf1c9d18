//SOURCES Falhas.java Maquinas.java
package tests.lab.ensaio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import shared.Operacao;
import shared.papel.Carga;
import shared.texto.Texto;
import tests.Processo;
import tests.lab.ensaio.Falhas.Agenda;
import tests.lab.palco.Arquitetura;
import tests.lab.palco.Cliente;
import tests.lab.palco.Elenco;
import tests.lab.palco.Montagem;
import tests.lab.palco.Palco;
import tests.lab.palco.Parte;
import tests.lab.rede.Rede;
import tests.lab.vereditos.Rastro;
import tests.lab.vereditos.Vereditos.Valor;
import tests.lab.vereditos.Vereditos.Veredito;

/** Uma parte inteira, com a {@link Rede} no meio e falhas a horas certas; e a conta do que custou e do que se cumpriu. */
public final class Ensaio {

    /**
     * O que se mediu.
     *
     * @param mensagensPorOp as que passaram na rede, com as de controle, por operação
     * @param naoPedidas     as que ficaram por pedir, porque o cliente já tinha desistido de uma, ou passou o tempo
     * @param semServico     o maior intervalo, em segundos, em que nenhum cliente teve resposta
     */
    public record Resultado(Montagem montagem, Falhas falhas, Rastro rastro, List<Veredito> vereditos,
            double mensagensPorOp, double p50,
            double p99, double opsPorSegundo, int recusadas, int indeterminadas, int naoPedidas, double semServico) {

        public Valor valor(String nome) {
            return vereditos.stream().filter(v -> v.nome().equals(nome)).findFirst().orElseThrow().valor();
        }

        /**
         * Se nada do que a parte promete se viu falhar (a 1 só promete que o dinheiro se conserva), e todas as réplicas
         * disseram como ficaram: de uma calada não se sabe. O que não houve ocasião de ver, porque nada se confirmou, não é
         * uma falta.
         */
        public boolean cumpriu() {
            return valor("dinheiro-conservado") == Valor.SIM
                    && (montagem.parte() == 1 || vereditos.stream().noneMatch(v -> v.valor() == Valor.NAO));
        }
    }

    /** @param contas quantas se usam; @param ops quantas operações cada cliente pede */
    public record Trabalho(int clientes, int ops, int contas, long semente, Falhas falhas) {
    }

    private static final Set<String> DESFAZEM = Set.of("iniciar", "continuar", "ligar");
    private static final int SEM_PROGRESSO_MS = 5_000;
    private static final int MUDO_MS = 12_000; // dar por uma conexão muda, e pedir o que se perdeu nela, demora mais
    private static final int OLHAR_MS = 10;
    private static final Duration POR_OPERACAO = Duration.ofSeconds(60); // um cliente desiste antes, e di-lo
    private static final int TRABALHO_MAXIMO_MS = 120_000; // o que até aí não se pediu, não se pede
    private static final Duration RECOMECO = Duration.ofSeconds(5); // para quem recomeça, antes de se pedir mais

    /** O que se faz à rede de um processo. */
    private interface Enlaces {
        /** Corta-o dos outros, ou volta a ligá-lo. */
        void isolar(String nome, boolean sim);

        /** As conexões que tem ficam abertas e mudas. */
        void emudecer(String nome);

        /** Faz a rede voltar a funcionar. */
        void sanar();
    }

    private final Trabalho trabalho;
    private final Consumer<String> andamento;
    private final Rastro rastro = new Rastro();
    private final AtomicInteger acabadas = new AtomicInteger(); // com resposta ou sem ela, ou que já ninguém vai pedir
    private final AtomicInteger naoPedidas = new AtomicInteger();
    private String lider; // a quem se fez algo por último; null = a nenhum
    private volatile CompletableFuture<Void> podePedir = CompletableFuture.completedFuture(null);

    /** @param andamento quem ouve cada falha à medida que acontece */
    public Ensaio(Trabalho trabalho, Consumer<String> andamento) {
        this.trabalho = trabalho;
        this.andamento = andamento;
    }

    public Resultado rodar(Arquitetura parte) {
        try (Rede rede = new Rede(rastro, trabalho.semente());
                Montagem m = Montagem.de(parte, rastro, rede, trabalho.clientes())) {
            rede.mudarTodas(regras -> trabalho.falhas().regras().forEach(regra -> regra.em(regras)));
            return rodar(m, new Enlaces() {
                @Override
                public void isolar(String nome, boolean sim) {
                    rede.isolar(nome, sim);
                }

                @Override
                public void emudecer(String nome) {
                    rede.emudecer(nome);
                }

                @Override
                public void sanar() {
                    rede.sanar();
                }
            });
        }
    }

    /** O mesmo, em três máquinas, e com a rede que há entre elas. */
    public Resultado rodar(Parte parte, Maquinas maquinas) {
        try (Montagem m = Montagem.de(parte, rastro, maquinas)) {
            return rodar(m, new Enlaces() {
                @Override
                public void isolar(String nome, boolean sim) {
                    rastro.anotar(rastro.evento("falta").put("evento", sim ? "cortar" : "ligar").put("alvo", nome));
                    maquinas.isolar(parte.onde(nome), sim);
                }

                @Override
                public void emudecer(String nome) {
                    throw new IllegalStateException(nome); // não se pode pedir entre três máquinas
                }

                @Override
                public void sanar() {
                    maquinas.religar();
                }
            });
        }
    }

    /** Aconteça o que acontecer aos papéis, o ensaio chega ao fim, e julga-se o que se viu. */
    private Resultado rodar(Montagem m, Enlaces enlaces) {
        int total = trabalho.clientes() * trabalho.ops();
        andamento.accept("Parte " + m.parte() + ", " + m.nome() + ": de pé; " + total + " operações…");
        Agenda agenda = new Agenda(trabalho.falhas().acoes(), total, rastro.agora());
        agir(agenda, m, enlaces);
        CompletableFuture<Void> clientes = CompletableFuture.allOf(IntStream.range(0, m.clientes().size())
                .mapToObj(i -> CompletableFuture.runAsync(() -> pedirTudo(m.clientes().get(i),
                        Carga.operacoes(trabalho.semente() + i, trabalho.contas(), trabalho.ops())), Ensaio::iniciar))
                .toArray(CompletableFuture[]::new));
        for (boolean trabalham = true; trabalham || !agenda.acabou(); ) {
            trabalham = trabalham && !acabaram(clientes);
            agir(agenda, m, enlaces);
        }
        double fim = rastro.agora();
        andamento.accept("  fim do trabalho: tudo volta a funcionar, e espera-se que as réplicas sosseguem…");
        enlaces.sanar();
        curar(m);
        esperarQuieto(m, trabalho.falhas().emudece() ? MUDO_MS : SEM_PROGRESSO_MS);
        return medir(m, m.palco().julgar(m.replicas().toArray(String[]::new)), fim);
    }

    private static void iniciar(Runnable tarefa) {
        Thread linha = new Thread(tarefa, "ensaio");
        linha.setDaemon(true);
        linha.start();
    }

    /** Espera um pouco por eles. */
    private static boolean acabaram(CompletableFuture<Void> clientes) {
        try {
            clientes.get(OLHAR_MS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Uma a uma, até que não haja mais, ou que o cliente desista de uma. */
    private void pedirTudo(Cliente cliente, Iterator<Operacao> carga) {
        double limite = rastro.agora() + TRABALHO_MAXIMO_MS;
        while (carga.hasNext() && cliente.pede() && rastro.agora() < limite) {
            podePedir.join();
            cliente.tentar(carga.next(), POR_OPERACAO);
            acabadas.incrementAndGet();
        }
        for (; carga.hasNext(); carga.next()) {
            naoPedidas.incrementAndGet();
            acabadas.incrementAndGet();
        }
    }

    private void agir(Agenda agenda, Montagem m, Enlaces enlaces) {
        for (Falhas.Acao acao : agenda.devidas(acabadas.get(), rastro.agora())) {
            agir(acao, m, enlaces);
            agenda.feita(rastro.agora());
        }
    }

    private void agir(Falhas.Acao acao, Montagem m, Enlaces enlaces) {
        String alvo = acao.alvo().equals("central") ? central(acao, m) : m.replicas().get(1);
        andamento.accept(Texto.formatar("  %.1f s  %.0f%% %s %s", rastro.agora() / 1e3, acao.quando() * 100,
                acao.qual(), acao.alvo())
                + (alvo == null ? ": esta parte não tem um" : " (" + alvo + ")"));
        if (alvo != null) {
            fazer(acao.qual(), alvo, m, enlaces);
        }
    }

    /** Dos ordenadores, o líder; o que se desfaz, desfaz-se ao mesmo a quem se fez. */
    private String central(Falhas.Acao acao, Montagem m) {
        if (!Elenco.LIDER.equals(m.central())) {
            return m.central();
        }
        if (lider == null || !DESFAZEM.contains(acao.qual())) {
            String agora = m.palco().lider();
            lider = agora == null ? "ordenador-1" : agora; // numa eleição, um qualquer
        }
        return lider;
    }

    /** A quem já está como se quer não se faz nada: matar um morto, iniciar um vivo. */
    private void fazer(String qual, String alvo, Montagem m, Enlaces enlaces) {
        boolean vivo = m.palco().processo(alvo).vivo();
        switch (qual) {
            case "iniciar" -> {
                if (!vivo) {
                    recomecar(alvo, m.palco());
                }
            }
            case "matar", "parar", "continuar" -> {
                if (vivo) {
                    sinalizar(qual, alvo, m.palco());
                }
            }
            case "emudecer" -> enlaces.emudecer(alvo);
            default -> enlaces.isolar(alvo, qual.equals("cortar"));
        }
    }

    /**
     * Quem recomeça tem algum tempo para ficar pronto sem que se peça mais: na parte 1, o que se pedisse antes ele nunca o
     * saberia.
     */
    private void recomecar(String nome, Palco palco) {
        CompletableFuture<Void> pronto = new CompletableFuture<>();
        podePedir = pronto;
        Processo processo = palco.recomecar(nome);
        Processo.aguardar(RECOMECO, () -> processo.temNoRegistro("pronto:") || !processo.vivo());
        pronto.complete(null);
    }

    private static void sinalizar(String qual, String alvo, Palco palco) {
        switch (qual) {
            case "matar" -> palco.matar(alvo);
            case "parar" -> palco.parar(alvo);
            default -> palco.continuar(alvo);
        }
    }

    /** Tudo volta a funcionar: o que ainda faltar depois disto falta para sempre. Quem não volta fica por responder. */
    private static void curar(Montagem m) {
        for (String nome : m.palco().nomes()) {
            if (m.palco().processo(nome).vivo()) {
                m.palco().processo(nome).sinal("CONT");
            } else {
                m.palco().recomecar(nome);
            }
        }
        for (String nome : m.palco().nomes()) {
            Processo processo = m.palco().processo(nome);
            Processo.aguardar(processo.prazo(), () -> processo.temNoRegistro("pronto:") || !processo.vivo());
        }
    }

    /**
     * Espera até que as réplicas estejam iguais e tenham tudo, ou que nenhuma avance mais durante tanto tempo; no máximo o
     * prazo.
     */
    private void esperarQuieto(Montagem m, int semProgressoMs) {
        long confirmadas = rastro.eventos().stream().filter(e -> e.path("tipo").asText().equals("cliente")
                && e.path("evento").asText().equals("resposta") && !e.path("texto").asText().startsWith("ERRO")).count();
        long[] avanco = {-1, System.nanoTime()};
        Processo.aguardar(Processo.PRAZO, () -> {
            List<ObjectNode> estados = m.replicas().stream().filter(replica -> m.palco().processo(replica).vivo())
                    .map(m.palco()::estadoDe).toList();
            if (estados.contains(null)) {
                return false;
            }
            long aplicadas = estados.stream().mapToLong(e -> e.path("seq").longValue()).sum();
            avanco[1] = aplicadas == avanco[0] ? avanco[1] : System.nanoTime();
            avanco[0] = aplicadas;
            // as que nada ouvem são iguais
            boolean temTudo = estados.stream().allMatch(e -> e.path("seq").longValue() >= confirmadas);
            boolean iguais = temTudo && estados.stream().map(e -> e.path("seq") + " " + e.path("resumo"))
                    .distinct().count() == 1;
            return iguais && System.nanoTime() - avanco[1] > 500_000_000L
                    || System.nanoTime() - avanco[1] > semProgressoMs * 1_000_000L;
        });
    }

    // ───── Medidas ─────

    private Resultado medir(Montagem m, List<Veredito> vereditos, double fim) {
        Histogram latencias = new Histogram(3);
        Map<String, Double> pediu = new HashMap<>();
        List<Double> respostas = new ArrayList<>();
        int recusadas = 0;
        int indeterminadas = 0;
        int mensagens = 0;
        for (ObjectNode e : rastro.eventos()) {
            String id = e.path("id_msg").asText();
            double t = e.path("t").asDouble();
            switch (e.path("tipo").asText() + " " + e.path("evento").asText()) {
                case "cliente pede" -> pediu.put(id, t);
                case "cliente resposta" -> {
                    latencias.recordValue(Math.max(1, (long) ((t - pediu.get(id)) * 1_000)));
                    respostas.add(t);
                }
                case "cliente indeterminada" -> indeterminadas++;
                case "mensagem enviada" -> mensagens++;
                case "aplicar " -> recusadas += e.path("resultado").asText().equals("RECUSADA")
                        && e.path("processo").asText().equals(m.replicas().get(0)) ? 1 : 0;
                default -> { }
            }
        }
        respostas.sort(Comparator.naturalOrder());
        double inicio = pediu.values().stream().min(Comparator.naturalOrder()).orElse(0.0);
        double duracao = Math.max(1, fim - inicio);
        respostas.add(fim); // até aí, também se esperou
        double parado = 0;
        double antes = inicio;
        for (double resposta : respostas) {
            parado = Math.max(parado, resposta - antes);
            antes = resposta;
        }
        return new Resultado(m, trabalho.falhas(), rastro, vereditos, mensagens / (double) Math.max(1, pediu.size()),
                latencias.getValueAtPercentile(50) / 1e3, latencias.getValueAtPercentile(99) / 1e3,
                latencias.getTotalCount() / (duracao / 1e3), recusadas, indeterminadas, naoPedidas.get(), parado / 1e3);
    }
}
