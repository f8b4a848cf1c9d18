package tests.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import tests.sim.Parte4.Arranjo;

/** Roda sementes de uma parte, em duas linhas de execução, até à primeira que falha. */
public final class Simulador {

    /** Uma semente que falhou; o que dela basta procura-se quando se mostra. */
    public record Falha(String parte, long semente, Defeito defeito) {
        @Override
        public String toString() {
            return "parte " + parte + ", semente " + semente + ": " + new Reducao(parte, semente, defeito)
                    + "\n  para repetir: jbang tests/sim/SimulacaoTest.java " + parte + " " + semente
                    + (defeito == Defeito.NENHUM ? "" : " " + defeito);
        }
    }

    private Simulador() {
    }

    private static Cenario cenario(String parte, long semente, Defeito defeito, boolean rastro) {
        return cenario(parte, new Mundo(semente, rastro), defeito, null);
    }

    /** @param alcance na procura, o que pode correr mal; {@code null} se manda a sorte */
    static Cenario cenario(String parte, Mundo mundo, Defeito defeito, Alcance alcance) {
        return switch (parte) {
            case "1" -> new Parte1(mundo, defeito, alcance);
            case "2" -> new Parte2(mundo, defeito, alcance, 1, false);
            case "2-original" -> new Parte2(mundo, defeito, alcance, 1, true);
            case "2-dois" -> new Parte2(mundo, defeito, alcance, 2, false);
            case "3" -> new Parte3(mundo, defeito, alcance);
            case "3-grupos" -> new Parte3Grupos(mundo, defeito, alcance);
            case "3-alheia" -> new Parte3Alheia(mundo, defeito);
            case "4" -> new Parte4(mundo, defeito, alcance, Arranjo.TESTEMUNHA);
            case "4-assincrona" -> new Parte4(mundo, defeito, alcance, Arranjo.ASSINCRONA);
            case "4-manual" -> new Parte4(mundo, defeito, alcance, Arranjo.MANUAL);
            case "4-dividido" -> new Parte4(mundo, defeito, alcance, Arranjo.DIVIDIDO);
            default -> throw new IllegalArgumentException("parte " + parte);
        };
    }

    /** Roda estas sementes até que uma falhe. @return a que falhou; {@code null} se nenhuma */
    public static Falha rodar(String parte, long primeira, long quantas, Defeito defeito) {
        AtomicLong proxima = new AtomicLong(primeira);
        AtomicReference<Long> falhou = new AtomicReference<>();
        Runnable trabalho = () -> {
            long semente;
            while (falhou.get() == null && (semente = proxima.getAndIncrement()) < primeira + quantas) {
                if (uma(parte, semente, defeito) != null) {
                    long esta = semente;
                    falhou.updateAndGet(outra -> outra == null || esta < outra ? esta : outra);
                }
            }
        };
        List<Thread> linhas = List.of(new Thread(trabalho), new Thread(trabalho));
        linhas.forEach(Thread::start);
        try {
            for (Thread linha : linhas) {
                linha.join();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return falhou.get() == null ? null : new Falha(parte, falhou.get(), defeito);
    }

    /** @return o que não se cumpriu com esta semente; {@code null} se tudo */
    public static String uma(String parte, long semente, Defeito defeito) {
        Cenario cenario = cenario(parte, semente, defeito, false);
        return cenario.rodar(cenario.plano());
    }

    /** @return se alguma destas sementes mostra o que esta parte, assim, não garante */
    public static boolean mostraFraqueza(String parte, long primeira, long quantas) {
        for (long semente = primeira; semente < primeira + quantas; semente++) {
            Cenario cenario = cenario(parte, semente, Defeito.NENHUM, false);
            if (cenario.rodar(cenario.plano()) == null && cenario.fraqueza() != null) {
                return true;
            }
        }
        return false;
    }

    /** A execução inteira, passo a passo. */
    public static List<String> rastro(String parte, long semente, Defeito defeito) {
        Cenario cenario = cenario(parte, semente, defeito, true);
        String motivo = cenario.rodar(cenario.plano());
        List<String> linhas = new ArrayList<>(cenario.mundo.rastro());
        linhas.add(motivo == null ? "tudo se cumpriu" : motivo);
        return linhas;
    }
}
