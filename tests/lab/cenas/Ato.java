package tests.lab.cenas;

import java.math.BigDecimal;
import java.util.List;
import tests.lab.vereditos.Rastro;
import tests.lab.vereditos.Vereditos.Valor;
import tests.lab.vereditos.Vereditos.Veredito;

/** Uma execução dentro de uma cena. */
public record Ato(String titulo, Rastro rastro, List<Veredito> vereditos) {

    Valor valor(String nome) {
        return vereditos.stream().filter(v -> v.nome().equals(nome)).findFirst().orElseThrow().valor();
    }

    boolean todosSim() {
        return vereditos.stream().allMatch(v -> v.valor() == Valor.SIM);
    }

    /** Quanto uma réplica disse, no fim, que a conta tem; -1 se não o disse. */
    int saldoFinal(String replica, String conta) {
        return rastro.eventos().stream()
                .filter(e -> e.path("tipo").asText().equals("estado") && e.path("processo").asText().equals(replica))
                .mapToInt(e -> e.path("saldos").path(conta).intValue()).reduce((um, outro) -> outro).orElse(-1);
    }

    static BigDecimal reais(int valor) {
        return BigDecimal.valueOf(valor);
    }
}
