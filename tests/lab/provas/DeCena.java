//FILES prova-confirmado-sem-o-backup.cena
//FILES prova-buraco.cena
//FILES prova-failover.cena
//FILES prova-primario-que-acorda.cena
//FILES prova-saques-que-se-cruzam.cena
//FILES prova-sequenciador-cai.cena
//FILES prova-worker-morto.cena
package tests.lab.provas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tests.lab.cenas.Ato;
import tests.lab.cenas.Cena;
import tests.lab.cenas.Cenas;
import tests.lab.vereditos.Vereditos.Valor;
import tests.lab.vereditos.Vereditos.Veredito;

/**
 * As provas do sistema inteiro, com faltas: cada uma é uma cena, em que a rede e os processos fazem sempre o mesmo. Uma
 * espera que não se cumpre é falta de vivacidade; um veredito contra, ou um saldo que não é esse, de segurança.
 */
final class DeCena {

    private DeCena() {
    }

    static List<Prova> provas() {
        return List.of(
                prova(2, "worker-morto", "um worker morre e volta: a fila guardou-lhe o que não ouviu", Nivel.TOLERANTE, 4,
                        Garantia.CURA_SE, "servidor", "worker"),
                prova(3, "saques-que-se-cruzam", "dois saques que se cruzam: as réplicas ficam iguais", Nivel.BASICO, 4,
                        Garantia.MESMA_ORDEM, "sequenciador", "replica"),
                prova(3, "buraco", "uma mensagem da ordem perde-se: a réplica põe-se em dia", Nivel.TOLERANTE, 4,
                        Garantia.CURA_SE, "sequenciador", "replica"),
                prova(3, "sequenciador-cai", "o sequenciador cai a meio de um pedido: nada se perde nem se repete",
                        Nivel.TOLERANTE, 4, Garantia.CONFIRMADA, "sequenciador", "replica"),
                prova(4, "failover", "o primário morre, o backup assume, e nada confirmado se perde", Nivel.TOLERANTE, 5,
                        Garantia.CONFIRMADA, "primario", "backup", "testemunha"),
                prova(4, "confirmado-sem-o-backup", "o que se confirmou sem o backup não se perde", Nivel.TOLERANTE, 4,
                        Garantia.CONFIRMADA, "primario", "backup", "testemunha"),
                prova(4, "primario-que-acorda", "um primário que acorda tarde não confirma o que já não pode",
                        Nivel.TOLERANTE, 4, Garantia.EPOCAS, "primario", "backup", "testemunha"));
    }

    private static Prova prova(int parte, String nome, String titulo, Nivel nivel, int pontos, Garantia garantia,
            String... papeis) {
        return new Prova("sistema/" + nome, titulo, nivel, pontos, parte, Set.of(papeis), garantia,
                b -> representar(b, "prova-" + nome + Cenas.EXTENSAO));
    }

    private static void representar(Bancada b, String arquivo) {
        Cena cena = Cenas.doTexto(arquivo, ler(arquivo));
        cena.historia().forEach(b::contar);
        List<Ato> atos;
        try {
            atos = b.representar(cena);
        } catch (AssertionError e) { // antes da primeira linha
            throw Reprovada.vivacidade("os processos da cena não chegaram a ouvir-se: " + e.getMessage());
        }
        for (Ato ato : atos) {
            Optional<Veredito> contra = ato.vereditos().stream().filter(v -> v.valor() == Valor.NAO).findFirst();
            if (contra.isPresent()) {
                throw Reprovada.seguranca("não se cumpriu: " + contra.get().qual().nome() + "; "
                        + String.join("; ", contra.get().detalhes()));
            }
            if (ato.porque() != null) {
                boolean esperava = ato.porque().contains("esperei ");
                throw ato.porque().contains("«conferir ") && !esperava ? Reprovada.seguranca(ato.porque())
                        : Reprovada.vivacidade(ato.porque());
            }
        }
    }

    private static String ler(String arquivo) {
        try (InputStream aberto = DeCena.class.getResourceAsStream("/" + arquivo)) {
            return new String(aberto.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
