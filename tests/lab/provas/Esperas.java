package tests.lab.provas;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import tests.Processo;

/** O que se espera, sempre por uma condição e com o prazo da bancada; e o que então se confere. */
final class Esperas {

    private Esperas() {
    }

    /** @throws Reprovada por vivacidade, com o motivo, se o prazo acaba antes */
    static void ate(Bancada b, String motivo, BooleanSupplier condicao) {
        ate(b, null, motivo, condicao);
    }

    /** O mesmo, se este está de pé: se acaba, já não se espera. @param posto {@code null} = nenhum */
    static void ate(Bancada b, Posto posto, String motivo, BooleanSupplier condicao) {
        boolean[] veio = new boolean[1];
        Processo.aguardar(Duration.ofMillis(b.prazoMs()), () -> (veio[0] = condicao.getAsBoolean()) || acabou(posto));
        if (!veio[0] && acabou(posto)) {
            throw Reprovada.seguranca(posto.nome() + " acabou sozinho; " + motivo);
        }
        if (!veio[0]) {
            throw Reprovada.vivacidade(motivo + ", em " + b.prazoMs() / 1_000 + " s");
        }
    }

    /** Do que já acabou ainda pode chegar algo. */
    private static boolean acabou(Posto posto) {
        return posto != null && !posto.aindaFala();
    }

    /** O saldo, em centavos: um float, que o sistema original usa, pode trazer uma sobra. */
    static BigDecimal saldo(Posto posto, String conta) {
        if (!posto.dizSaldos()) {
            throw Reprovada.vivacidade("não se sabe que saldos tem " + posto.nome()
                    + ": diga na entrega, em saldo, como ele os diz");
        }
        return posto.saldo(conta).setScale(2, RoundingMode.HALF_EVEN);
    }

    /** Espera que uma conta tenha este saldo. */
    static void saldo(Bancada b, Posto posto, String conta, String valor, String motivo) {
        BigDecimal[] tem = new BigDecimal[1];
        boolean tinha = Processo.aguardar(Duration.ofMillis(b.prazoMs()), () -> !posto.vivo()
                || (tem[0] = saldo(posto, conta)).compareTo(new BigDecimal(valor)) == 0);
        if (!posto.vivo()) {
            throw Reprovada.seguranca(posto.nome() + " acabou sozinho; " + motivo);
        }
        if (!tinha) {
            throw Reprovada.vivacidade(motivo + ": " + conta + " devia ter " + valor + ", e ao fim de "
                    + b.prazoMs() / 1_000 + " s tem " + tem[0]);
        }
    }

    /** Agora, com tudo aplicado, estas contas têm estes saldos. @throws Reprovada por segurança, se não */
    static void conferir(Posto posto, Map<String, String> saldos, String motivo) {
        saldos.forEach((conta, valor) -> {
            BigDecimal tem = saldo(posto, conta);
            if (tem.compareTo(new BigDecimal(valor)) != 0) {
                throw Reprovada.seguranca(motivo + ": " + conta + " tem " + tem + ", e devia ter " + valor);
            }
        });
    }
}
