package tests.lab.provas;

import static tests.lab.provas.Operacoes.dizer;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import shared.Operacao;
import shared.texto.Json;

/** Um sequenciador de pé, um cliente que lhe pede, e uma réplica que assina a ordem e já a ouve. */
final class ComSequenciador implements AutoCloseable {

    private static final Pattern OK = Pattern.compile("\\s*OK seq=(\\d{1,15})(\\s.*)?", Pattern.DOTALL);
    private static final String SEQUENCIADOR = "sequenciador";
    private static final String CLIENTE = "cliente-1";
    private static final int UMA_MS = 100; // entre dois pedidos, enquanto não se ouve a ordem

    private final Bancada b;
    private final Posto posto;
    private final Map<Long, Operacao> numeradas = new HashMap<>(); // o que se pediu, pelo número que recebeu
    private final Set<String> aceitou = new LinkedHashSet<>();
    private Pedinte cliente;
    private Ordem ordem;
    private boolean morreu;
    private boolean calado;
    private long primeiro;
    private long ultimo;

    ComSequenciador(Bancada b) {
        this.b = b;
        posto = b.iniciar(SEQUENCIADOR);
        ordem = assinar();
        cliente = pedinte();
        primeiro = pedir(Operacoes.deposito("ouvido", "1"));
        ordem.ligar();
    }

    /** Quem assina a ordem, e o que ouviu. */
    final class Ordem implements AutoCloseable {

        private final Ouvinte ouvinte = new Ouvinte(b.endereco(SEQUENCIADOR, "ordem"));
        private final Map<Long, Lida> ouvidas = new HashMap<>();

        /** Um SUB que acaba de ligar perde o que se difunde até que o PUB saiba dele: pede-se até que ouça algo. */
        void ligar() {
            long fim = System.nanoTime() + b.prazoMs() * 1_000_000L;
            while (!ouvir(UMA_MS)) {
                if (System.nanoTime() > fim) {
                    throw Reprovada.vivacidade("respondeu OK a " + numeradas.size() + " pedidos, e em "
                            + b.prazoMs() / 1_000 + " s não difundiu nada a quem assina a ordem (PUB)");
                }
                pedir(Operacoes.deposito("ouvido", "1"));
            }
            numeradas.keySet().stream().filter(seq -> seq > ouvidas.keySet().iterator().next()).forEach(this::esperar);
        }

        private boolean ouvir(long ms) {
            String texto = ouvinte.proxima(ms);
            if (texto == null) {
                return false;
            }
            Lida lida = Lida.numerada(texto);
            lida.aceitou().stream().filter(aceitou::add).forEach(o -> b.contar("aceito, do que difundiu: " + o));
            Lida antes = ouvidas.putIfAbsent(lida.numero(), lida);
            if (antes == null) {
                b.seta(SEQUENCIADOR, "replica-1", "seq=" + lida.numero() + " " + lida, numeradas.get(lida.numero()));
            }
            if (antes != null && !antes.id().equals(lida.id())) {
                throw Reprovada.seguranca("difundiu com o número " + lida.numero() + " " + antes + ", e depois " + lida
                        + ": as réplicas que ouviram uma e as que ouviram a outra já não são iguais");
            }
            return true;
        }

        /** Espera pela que tem este número. */
        Lida esperar(long seq) {
            long fim = System.nanoTime() + b.prazoMs() * 1_000_000L;
            while (!ouvidas.containsKey(seq)) {
                long falta = (fim - System.nanoTime()) / 1_000_000;
                if (falta <= 0 || !ouvir(falta)) {
                    throw Reprovada.vivacidade("não difundiu a de número " + seq + (numeradas.containsKey(seq)
                            ? ", " + dizer(numeradas.get(seq)) : "") + ", em " + b.prazoMs() / 1_000 + " s");
                }
            }
            return ouvidas.get(seq);
        }

        @Override
        public void close() {
            ouvinte.close();
        }
    }

    Posto posto() {
        return posto;
    }

    /** O primeiro número que ele deu. */
    long primeiro() {
        return primeiro;
    }

    /** O último número que ele deu. */
    long ultimo() {
        return ultimo;
    }

    /** Outro cliente. */
    Pedinte pedinte() {
        return new Pedinte("o sequenciador", posto, b.endereco(SEQUENCIADOR, "pedidos"), b.prazoMs());
    }

    /** Outra réplica, que assina agora. */
    Ordem assinar() {
        return new Ordem();
    }

    /** Outra réplica, que já ouve. */
    Ordem assinarEOuvir() {
        Ordem outra = assinar();
        outra.ligar();
        return outra;
    }

    /** Não se contam uma a uma as que se seguem. */
    void semContar() {
        calado = true;
    }

    /** kill -9, e outra vez de pé, com o que guardou; o cliente e a réplica ligam-se de novo. */
    void reiniciar() {
        morreu = true;
        posto.matar();
        ordem.close();
        cliente.close();
        posto.reiniciar();
        ordem = assinar();
        cliente = pedinte();
    }

    /** O cliente pede-a, e recebe um número. */
    long pedir(Operacao op) {
        return pedir(op, op.json());
    }

    /** O mesmo, escrita assim. */
    long pedir(Operacao op, String json) {
        b.seta(CLIENTE, SEQUENCIADOR, dizer(op), op);
        return numero(op, cliente.pedir(json));
    }

    /** O cliente pede-a, e espera um pouco. @return a resposta, seja qual for; {@code null} se não vem */
    String tentar(Operacao op, long ms) {
        enviar(op);
        return cliente.receber(ms);
    }

    /** O cliente pede-a, e não espera. */
    void enviar(Operacao op) {
        b.seta(CLIENTE, SEQUENCIADOR, dizer(op), op);
        cliente.enviar(op.json());
    }

    /** A resposta à que se enviou. */
    long resposta(Operacao op) {
        return numero(op, cliente.receber(b.prazoMs()));
    }

    /** O número que está numa resposta a esta operação. */
    long numero(Operacao op, String resposta) {
        if (resposta == null && !posto.vivo()) {
            throw Reprovada.seguranca("o sequenciador morreu, sem responder " + Operacoes.ao(op));
        }
        if (resposta == null) {
            throw Reprovada.vivacidade("o sequenciador ficou sem responder, durante " + b.prazoMs() / 1_000 + " s, a "
                    + dizer(op));
        }
        Matcher ok = OK.matcher(resposta);
        if (!ok.matches()) {
            throw Reprovada.seguranca(Operacoes.ao(op) + " respondeu " + Json.citar(resposta, 100)
                    + "; esperava OK seq=n");
        }
        if (ok.group(2) != null && !ok.group(2).isBlank() && aceitou.add("OK")) {
            b.contar("aceito: palavras a mais depois de OK seq=n");
        }
        long seq = Long.parseLong(ok.group(1));
        Operacao antes = numeradas.putIfAbsent(seq, op);
        if (antes != null && !antes.id_msg().equals(op.id_msg())) {
            throw Reprovada.seguranca("deu o número " + seq + " a duas operações, " + dizer(antes) + " e "
                    + dizer(op) + (morreu ? ": ao morrer esqueceu a primeira" : ""));
        }
        ultimo = Math.max(ultimo, seq);
        b.seta(SEQUENCIADOR, CLIENTE, "OK seq=" + seq, op);
        if (!calado) {
            b.contar(dizer(op) + ": OK seq=" + seq);
        }
        return seq;
    }

    /** Pede isto, e devolve a resposta, seja qual for. */
    String perguntar(String texto) {
        return cliente.pedir(texto);
    }

    /** Espera que se difunda a que recebeu este número, e confere que é ela. */
    Lida esperarDifundida(long seq) {
        Lida lida = ordem.esperar(seq);
        Operacao pedida = numeradas.get(seq);
        if (!lida.e(pedida)) {
            throw Reprovada.seguranca("o número " + seq + " foi dado " + Operacoes.ao(pedida) + ", e com ele difundiu "
                    + lida
                    + (lida.id().equals(pedida.id_msg()) ? "" : ", com outro id_msg"));
        }
        return lida;
    }

    @Override
    public void close() {
        cliente.close();
        ordem.close();
    }
}
