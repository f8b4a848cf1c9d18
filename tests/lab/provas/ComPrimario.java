package tests.lab.provas;

import static tests.lab.provas.Operacoes.dizer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import shared.Operacao;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/** Um primário de pé, um cliente que lhe pede, e quem assina o que ele difunde, como um backup do sistema original. */
final class ComPrimario implements AutoCloseable {

    private static final String PRIMARIO = "primario";
    private static final String CLIENTE = "cliente-1";
    private static final int UMA_MS = 100; // entre dois pedidos, enquanto não se ouve o que ele difunde

    private final Bancada b;
    private final Posto posto;
    private final boolean testemunha;
    private final List<Operacao> pedidas = new ArrayList<>();
    private final Set<String> aceitou = new LinkedHashSet<>();
    private Pedinte cliente;
    private Difusao difusao;

    ComPrimario(Bancada b) {
        this(b, false);
    }

    private ComPrimario(Bancada b, boolean testemunha) {
        this.b = b;
        this.testemunha = testemunha;
        posto = b.iniciar(PRIMARIO);
        ligar();
    }

    /** Um primário que só o é depois de a testemunha lho dizer. */
    static ComPrimario comTestemunha(Bancada b) {
        return new ComPrimario(b, true);
    }

    private void ligar() {
        difusao = new Difusao();
        cliente = pedinte();
        if (testemunha) {
            Operacao primeira = Operacoes.deposito("ouvido", "1");
            Esperas.ate(b, posto, "a testemunha disse-lhe que é o primário, e a um pedido não respondeu OK",
                    () -> cliente.pedir(primeira.json()).startsWith("OK"));
        }
        difusao.ligar();
    }

    /** Quem assina o que se difunde, e o que ouviu, pela ordem em que ouviu. */
    final class Difusao implements AutoCloseable {

        private final Ouvinte ouvinte = new Ouvinte(b.endereco(PRIMARIO, "atualizacoes"));
        private final Map<String, Lida> ouvidas = new LinkedHashMap<>(); // pelo id_msg

        /** Um SUB que acaba de ligar perde o que se difunde até que o PUB saiba dele: pede-se até que ouça algo. */
        void ligar() {
            long fim = System.nanoTime() + b.prazoMs() * 1_000_000L;
            do {
                if (System.nanoTime() > fim) {
                    throw Reprovada.vivacidade("respondeu OK a " + pedidas.size() + " pedidos, e em "
                            + b.prazoMs() / 1_000 + " s não difundiu nada a quem assina as atualizações (PUB)");
                }
                pedir(Operacoes.deposito("ouvido", "1"));
            } while (!ouvir(UMA_MS) || ouvidas.isEmpty());
            ouvirAte(pedidas.get(pedidas.size() - 1));
        }

        private boolean ouvir(long ms) {
            String texto = ouvinte.proxima(ms);
            if (texto == null) {
                return false;
            }
            if (!eOperacao(texto)) {
                aceitar("mensagens que não são operações: " + Json.citar(texto, 80));
                return true;
            }
            Lida lida = Lida.qualquer(texto);
            lida.aceitou().forEach(this::aceitar);
            b.seta(PRIMARIO, "backup", lida.toString(), pedidas.stream().filter(op -> op.id_msg().equals(lida.id()))
                    .findFirst().orElse(null));
            if (ouvidas.putIfAbsent(lida.id(), lida) != null) {
                throw Reprovada.seguranca("difundiu duas vezes " + lida + ", com o mesmo id_msg: um backup como o original"
                        + " aplica-a duas vezes");
            }
            return true;
        }

        private void aceitar(String oQue) {
            if (aceitou.add(oQue)) {
                b.contar("aceito, do que difundiu: " + oQue);
            }
        }

        private boolean eOperacao(String texto) {
            try {
                ObjectNode objeto = Json.ler(texto.getBytes(StandardCharsets.UTF_8));
                return objeto.has("id_msg") || objeto.has("op");
            } catch (MensagemInvalida e) {
                return true; // e ao lê-la diz-se porquê
            }
        }

        /** Espera ouvir esta, tal como se pediu. */
        void ouvirAte(Operacao op) {
            long fim = System.nanoTime() + b.prazoMs() * 1_000_000L;
            while (!ouvidas.containsKey(op.id_msg())) {
                long falta = (fim - System.nanoTime()) / 1_000_000;
                if (falta <= 0 || !ouvir(falta)) {
                    throw Reprovada.vivacidade("respondeu " + Operacoes.ao(op) + ", e em "
                            + b.prazoMs() / 1_000 + " s não a difundiu aos backups, com o id_msg com que veio");
                }
            }
            Lida lida = ouvidas.get(op.id_msg());
            if (!lida.e(op)) {
                throw Reprovada.seguranca("pediram-lhe " + dizer(op) + ", e difundiu " + lida);
            }
        }

        /** Os id_msg do que se ouviu, por ordem. */
        List<String> ids() {
            return List.copyOf(ouvidas.keySet());
        }

        @Override
        public void close() {
            ouvinte.close();
        }
    }

    Posto posto() {
        return posto;
    }

    Difusao difusao() {
        return difusao;
    }

    Difusao assinarEOuvir() {
        Difusao outra = new Difusao();
        outra.ligar();
        return outra;
    }

    Pedinte pedinte() {
        return new Pedinte("o primário", posto, b.endereco(PRIMARIO, "pedidos"), b.prazoMs());
    }

    /** kill -9, e outra vez de pé, com o que guardou. */
    void reiniciar() {
        posto.matar();
        close();
        posto.reiniciar();
        ligar();
    }

    /** O cliente pede-a, e ouve OK. */
    void pedir(Operacao op) {
        pedir(op, op.json());
    }

    /** O mesmo, escrita assim. */
    void pedir(Operacao op, String json) {
        conferirOk(op, tentar(op, json));
    }

    /** O cliente pede uma que pode ser recusada: serve qualquer resposta. */
    String tentar(Operacao op, String json) {
        pedidas.add(op);
        b.seta(CLIENTE, PRIMARIO, dizer(op), op);
        String resposta = cliente.pedir(json);
        b.seta(PRIMARIO, CLIENTE, Json.citar(resposta, 40), op);
        b.contar(dizer(op) + ": " + Json.citar(resposta, 100));
        return resposta;
    }

    /** A resposta é um texto que começa por OK. */
    void conferirOk(Operacao op, String resposta) {
        if (!resposta.startsWith("OK")) {
            throw Reprovada.seguranca(Operacoes.ao(op) + " respondeu " + Json.citar(resposta, 100)
                    + "; esperava um texto que começa por OK");
        }
    }

    /** Espera que os saldos digam tudo o que se pediu: o que ele escreve pode ler-se depois do que ele responde. */
    void esperarTudo() {
        pedir(Operacoes.deposito("fim", "1"));
        Esperas.saldo(b, posto, "fim", "1", "respondeu OK a um depósito de 1 em fim");
    }

    /** O cliente, que também pode pedir sem esperar. */
    Pedinte cliente() {
        return cliente;
    }

    @Override
    public void close() {
        cliente.close();
        difusao.close();
    }
}
