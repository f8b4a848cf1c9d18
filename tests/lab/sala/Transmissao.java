package tests.lab.sala;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import shared.texto.Json;

/**
 * O que acontece, dito a quantos estiverem a ver (Server-Sent Events): os eventos da execução desde o primeiro, ou desde o
 * último que cada um ouviu, e o estado da sala quando muda. Cada um tem a sua linha de execução, e lê da mesma lista: quem
 * não lê só se prende a si, e passado um prazo larga-se.
 */
final class Transmissao {

    static final int LEITORES_MAXIMOS = 150;
    private static final int PULSO_MS = 10_000;      // uma linha vazia, para se saber de quem se foi
    private static final int PRESO_MS = 8_000;       // quem não lê em tanto tempo larga-se
    private static final int POR_VEZ = 500;
    private static final int CONTROLE_LEMBRADO = 3_000; // os pulsos são dezenas por segundo

    /** Quem está a ver. */
    private static final class Leitor {
        private final Thread linha = Thread.currentThread();
        private String ligacao;
        private int execucao = -1;
        private int proximo;
        private String estado = "";
        private volatile long escreveDesde; // 0 = não está a escrever

        Leitor(String ligacao) {
            this.ligacao = ligacao;
        }
    }

    private final List<String> eventos = new ArrayList<>(); // null = era de controle, e já não interessa a quem chega
    private final Deque<Integer> deControle = new ArrayDeque<>();
    private final Map<String, Leitor> leitores = new ConcurrentHashMap<>(); // pelo nome da ligação
    private final Runnable mudaramOsLeitores;
    private int execucao;
    private String estado = "";
    private boolean fechada;

    Transmissao(Runnable mudaramOsLeitores) {
        this.mudaramOsLeitores = mudaramOsLeitores;
        Thread guarda = new Thread(this::largarPresos, "largar quem não lê");
        guarda.setDaemon(true);
        guarda.start();
    }

    /** Começa outra execução: quem vê esquece a anterior. */
    synchronized void comecar(int qual) {
        execucao = qual;
        eventos.clear();
        deControle.clear();
        notifyAll();
    }

    /** Mais um evento desta execução; os de outra já não interessam. */
    synchronized void evento(int qual, ObjectNode e) {
        if (qual == execucao) {
            if (e.path("controle").asBoolean()) {
                deControle.add(eventos.size());
                if (deControle.size() > CONTROLE_LEMBRADO) {
                    eventos.set(deControle.remove(), null);
                }
            }
            eventos.add(e.toString());
            notifyAll();
        }
    }

    /** O estado da sala mudou. */
    synchronized void estado(String json) {
        estado = json;
        notifyAll();
    }

    int quantosVeem() {
        return leitores.size();
    }

    boolean temLeitor(String ligacao) {
        return leitores.containsKey(ligacao);
    }

    /**
     * Conta tudo a quem chegou, até que se vá.
     *
     * @param ligacao um nome novo, que ninguém adivinhe; quem se religa fica com o que tinha
     * @param desde   o último evento que ouviu, {@code EXECUCAO-N-LIGACAO}; {@code null} = nenhum
     */
    void contar(String ligacao, String desde, OutputStream saida) {
        Leitor leitor = new Leitor(ligacao);
        retomar(leitor, desde);
        leitores.put(leitor.ligacao, leitor);
        mudaramOsLeitores.run();
        try {
            for (String oQue; (oQue = proximo(leitor)) != null; ) {
                leitor.escreveDesde = System.nanoTime();
                saida.write(oQue.getBytes(StandardCharsets.UTF_8));
                saida.flush();
                leitor.escreveDesde = 0;
            }
        } catch (IOException | InterruptedException e) {
            // foi-se, ou largou-se
        } finally {
            leitores.remove(leitor.ligacao, leitor);
            mudaramOsLeitores.run();
        }
    }

    private synchronized void retomar(Leitor leitor, String desde) {
        if (desde != null && desde.matches("\\d{1,9}-\\d{1,9}-[0-9a-f]{16}")) {
            int qual = Integer.parseInt(desde.split("-")[0]);
            int n = Integer.parseInt(desde.split("-")[1]);
            leitor.ligacao = desde.split("-")[2];
            if (qual == execucao && n < eventos.size()) {
                leitor.execucao = qual;
                leitor.proximo = n + 1;
            }
        }
    }

    /** O que há de novo para este; espera que haja. @return {@code null} se a sala fechou */
    private synchronized String proximo(Leitor leitor) throws InterruptedException {
        if (!fechada && nadaDeNovo(leitor)) {
            wait(PULSO_MS);
        }
        if (fechada) {
            return null;
        }
        StringBuilder texto = new StringBuilder();
        if (leitor.execucao != execucao) {
            leitor.execucao = execucao;
            leitor.proximo = 0;
            texto.append("event: comeco\ndata: ").append(Json.MAPPER.createObjectNode().put("execucao", execucao)
                    .put("ligacao", leitor.ligacao)).append("\n\n");
        }
        int ate = Math.min(eventos.size(), leitor.proximo + POR_VEZ);
        for (; leitor.proximo < ate; leitor.proximo++) {
            if (eventos.get(leitor.proximo) == null) {
                continue;
            }
            texto.append("event: rastro\nid: ").append(execucao).append('-').append(leitor.proximo).append('-')
                    .append(leitor.ligacao).append("\ndata: ")
                    .append(eventos.get(leitor.proximo)).append("\n\n");
        }
        if (leitor.proximo == eventos.size() && !leitor.estado.equals(estado)) {
            leitor.estado = estado;
            texto.append("event: sala\ndata: ").append(estado).append("\n\n");
        }
        return texto.length() == 0 ? ":\n\n" : texto.toString();
    }

    private boolean nadaDeNovo(Leitor leitor) {
        return leitor.execucao == execucao && leitor.proximo == eventos.size() && leitor.estado.equals(estado);
    }

    /** Interrompida, a escrita acaba, e a conexão fecha-se. */
    private void largarPresos() {
        try {
            while (true) {
                Thread.sleep(1_000);
                long agora = System.nanoTime();
                leitores.values().stream().filter(leitor -> leitor.escreveDesde != 0
                        && agora - leitor.escreveDesde > PRESO_MS * 1_000_000L).forEach(leitor -> leitor.linha.interrupt());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized void fechar() {
        fechada = true;
        notifyAll();
    }
}
