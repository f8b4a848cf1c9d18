package tests.lab.sala;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.Texto;

/** Operações ao acaso, mas as mesmas com a mesma semente, a um ritmo que se muda: são linhas como as que se fazem à mão. */
final class Carga {

    private static final List<String> CONTAS = List.of("ana", "bia", "caio");
    private static final int PENDENTES_MAXIMAS = 3; // de cada cliente: com tantas sem resposta, espera-se por ele

    private final AoVivo viva;
    private final long semente;
    private final Thread linha = new Thread(this::pedir, "carga");
    private volatile double porSegundo;
    private volatile boolean parada;
    private volatile int feitas;

    Carga(AoVivo viva, double porSegundo, long semente) {
        this.viva = viva;
        this.porSegundo = porSegundo;
        this.semente = semente;
        linha.setDaemon(true);
        linha.start();
    }

    long semente() {
        return semente;
    }

    void ritmo(double novo) {
        porSegundo = novo;
    }

    private void pedir() {
        Random sorte = new Random(semente);
        List<String> clientes = viva.clientes();
        try {
            for (int i = 0; !parada; i++) {
                String cliente = clientes.get(i % clientes.size());
                String operacao = operacao(sorte);
                while (!parada && viva.visto().cliente(cliente).pendentes() >= PENDENTES_MAXIMAS) {
                    TimeUnit.MILLISECONDS.sleep(20);
                }
                if (!parada) {
                    viva.fazer(cliente + " pede " + operacao);
                    feitas++;
                }
                TimeUnit.MILLISECONDS.sleep((long) (1_000 / porSegundo));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Falha e) {
            parada = true; // a execução acabou
        }
    }

    private static String operacao(Random sorte) {
        String conta = CONTAS.get(sorte.nextInt(CONTAS.size()));
        String outra = CONTAS.get(sorte.nextInt(CONTAS.size()));
        int valor = 1 + sorte.nextInt(100);
        return switch (sorte.nextInt(4)) {
            case 0 -> Texto.formatar("SAQUE %s %d", conta, valor);
            case 1 -> Texto.formatar("TRANSFERENCIA %s %s %d", conta, outra, valor);
            default -> Texto.formatar("DEPOSITO %s %d", conta, valor);
        };
    }

    /** Para, e já não pede mais nada. */
    void parar() {
        parada = true;
        linha.interrupt();
    }

    ObjectNode json() {
        return Json.MAPPER.createObjectNode().put("por_segundo", parada ? 0 : porSegundo).put("semente", semente)
                .put("feitas", feitas);
    }
}
