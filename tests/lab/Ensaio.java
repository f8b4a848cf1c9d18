package tests.lab;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.HdrHistogram.Histogram;
import shared.Carga;
import shared.Operacao;
import tests.lab.Palco.Cliente;
import tests.lab.Vereditos.Valor;
import tests.lab.Vereditos.Veredito;

/** Uma parte inteira, com a {@link Rede} no meio e falhas a horas certas; e a conta do que custou e do que se cumpriu. */
final class Ensaio {

    /**
     * O que se mediu.
     *
     * @param mensagensPorOp as que passaram na rede, com as de controle, por operação
     * @param semServico     o maior intervalo, em segundos, em que nenhum cliente teve resposta
     */
    record Resultado(Montagem montagem, Rastro rastro, List<Veredito> vereditos, double mensagensPorOp, double p50, double p99,
            double opsPorSegundo, int recusadas, int indeterminadas, double semServico) {

        Valor valor(String nome) {
            return vereditos.stream().filter(v -> v.nome().equals(nome)).findFirst().orElseThrow().valor();
        }

        /** Se se viu o que a parte promete: a 1, que o dinheiro se conserva; as outras, tudo. */
        boolean cumpriu() {
            return vereditos.stream().filter(v -> montagem.parte() > 1 || v.nome().startsWith("dinheiro"))
                    .allMatch(v -> v.valor() == Valor.SIM);
        }
    }

    /** @param contas quantas se usam; @param ops quantas operações cada cliente pede */
    record Trabalho(int clientes, int ops, int contas, long semente, Falhas falhas) {
    }

    private static final int SEM_PROGRESSO_MS = 5_000;
    private static final int MUDO_MS = 12_000; // dar por uma conexão muda, e pedir o que se perdeu nela, demora mais

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
    private final Rastro rastro = new Rastro();
    private int pedidas;
    private int acoesFeitas;

    Ensaio(Trabalho trabalho) {
        this.trabalho = trabalho;
    }

    Resultado rodar(int parte) {
        try (Rede rede = new Rede(rastro, trabalho.semente()); Montagem m = Montagem.de(parte, rastro, rede, trabalho.clientes())) {
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
                    rede.mudarTodas(regras -> regras.perda(0).duplicacao(0).reordenacao(0).estrago(0).cortar(false).atraso(0, 0));
                }
            });
        }
    }

    /** O mesmo, em três máquinas, e com a rede que há entre elas. */
    Resultado rodar(Parte parte, TresMaquinas maquinas) {
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

    private Resultado rodar(Montagem m, Enlaces enlaces) {
        List<CompletableFuture<Void>> linhas = new ArrayList<>();
        for (int i = 0; i < m.clientes().size(); i++) {
            Cliente cliente = m.clientes().get(i);
            Iterator<Operacao> carga = Carga.operacoes(trabalho.semente() + i, trabalho.contas(), trabalho.ops());
            linhas.add(CompletableFuture.runAsync(() -> pedirTudo(m, enlaces, cliente, carga), tarefa -> new Thread(tarefa).start()));
        }
        try {
            linhas.forEach(CompletableFuture::join);
        } catch (CompletionException e) { // uma falta que não se conseguiu fazer
            throw e.getCause() instanceof RuntimeException causa ? causa : e;
        }
        enlaces.sanar();
        curar(m);
        esperarQuieto(m, trabalho.falhas().emudece() ? MUDO_MS : SEM_PROGRESSO_MS);
        return medir(m, m.palco().julgar(m.replicas().toArray(String[]::new)));
    }

    private void pedirTudo(Montagem m, Enlaces enlaces, Cliente cliente, Iterator<Operacao> carga) {
        while (carga.hasNext() && cliente.processo().vivo()) {
            agir(m, enlaces);
            cliente.fazer(carga.next());
        }
    }

    /** As ações cuja hora chegou, por quem chegar primeiro. */
    private synchronized void agir(Montagem m, Enlaces enlaces) {
        double feito = pedidas++ / (double) (trabalho.clientes() * trabalho.ops());
        List<Falhas.Acao> acoes = trabalho.falhas().acoes();
        while (acoesFeitas < acoes.size() && acoes.get(acoesFeitas).quando() <= feito) {
            Falhas.Acao acao = acoes.get(acoesFeitas++);
            fazer(acao.qual(), acao.alvo().equals("central") ? m.central() : m.replicas().get(1), m, enlaces);
        }
    }

    private static void fazer(String qual, String alvo, Montagem m, Enlaces enlaces) {
        if (alvo == null) {
            return; // o multicast não tem centro
        }
        boolean vivo = m.palco().processo(alvo).vivo();
        switch (qual) {
            case "matar" -> m.palco().matar(alvo);
            case "iniciar" -> {
                if (!vivo) {
                    m.palco().reiniciar(alvo);
                }
            }
            case "parar" -> m.palco().parar(alvo);
            case "continuar" -> m.palco().continuar(alvo);
            case "emudecer" -> enlaces.emudecer(alvo);
            default -> enlaces.isolar(alvo, qual.equals("cortar"));
        }
    }

    /** Tudo volta a funcionar: o que ainda faltar depois disto falta para sempre. */
    private static void curar(Montagem m) {
        for (String nome : m.palco().nomes()) {
            if (!m.palco().processo(nome).vivo()) {
                m.palco().reiniciar(nome);
            } else {
                m.palco().processo(nome).sinal("CONT");
            }
        }
    }

    /** Espera até que as réplicas estejam iguais, ou que nenhuma avance mais durante tanto tempo. */
    private static void esperarQuieto(Montagem m, int semProgressoMs) {
        long[] avanco = {-1, System.nanoTime()};
        Processo.esperar("fim da entrega", Processo.PRAZO, () -> {
            List<ObjectNode> estados = m.replicas().stream().map(m.palco()::estadoDe).toList();
            if (estados.contains(null)) {
                return false;
            }
            long aplicadas = estados.stream().mapToLong(e -> e.path("seq").longValue()).sum();
            avanco[1] = aplicadas == avanco[0] ? avanco[1] : System.nanoTime();
            avanco[0] = aplicadas;
            boolean iguais = estados.stream().map(e -> e.path("seq") + " " + e.path("resumo")).distinct().count() == 1;
            return iguais && System.nanoTime() - avanco[1] > 500_000_000L
                    || System.nanoTime() - avanco[1] > semProgressoMs * 1_000_000L;
        });
    }

    // ───── Medidas ─────

    private Resultado medir(Montagem m, List<Veredito> vereditos) {
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
        double duracao = respostas.isEmpty() ? 1 : respostas.get(respostas.size() - 1) - inicio;
        double parado = 0;
        double antes = inicio;
        for (double resposta : respostas) {
            parado = Math.max(parado, resposta - antes);
            antes = resposta;
        }
        return new Resultado(m, rastro, vereditos, mensagens / (double) Math.max(1, pediu.size()),
                latencias.getValueAtPercentile(50) / 1e3, latencias.getValueAtPercentile(99) / 1e3,
                respostas.size() / (duracao / 1e3), recusadas, indeterminadas, parado / 1e3);
    }
}
