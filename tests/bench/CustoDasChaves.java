//SOURCES Medidas.java
package tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import shared.texto.Falha;
import tests.Coveiro;
import tests.Processo;
import tests.bench.Medidas.Grupo;
import tests.bench.Medidas.Medida;

/**
 * Quanto custa cifrar: o cliente da parte 3 contra um sequenciador em claro e outro com {@code --chaves}, uma rodada de
 * cada.
 */
final class CustoDasChaves {

    private static final Duration PRAZO = Duration.ofMinutes(5);

    private CustoDasChaves() {
    }

    /** Mede e escreve a tabela. @param ops operações por rodada @param concorrencia quantas de cada vez */
    static void medir(int rodadas, int ops, int concorrencia) throws IOException {
        Path pasta = Files.createTempDirectory("banco-bench-");
        String[][] formas = {{}, {"--chaves", pasta.resolve("chaves").toString()}};
        List<Medida> vazao = List.of(medida(Grupo.VAZAO), medida(Grupo.VAZAO));
        List<Medida> p50 = List.of(medida(Grupo.P50), medida(Grupo.P50));
        String[] pedidos = {porta(), porta()};
        try (Processo gerador = Processo.iniciar("shared.papel.GerarChaves", formas[1][1])) {
            gerador.esperarFim(PRAZO);
            try (Processo claro = sequenciador(pedidos[0], formas[0]);
                    Processo cifrado = sequenciador(pedidos[1], formas[1])) {
                for (int i = -1; i < rodadas; i++) { // a primeira de todas é para aquecer
                    for (int f = 0; f < 2; f++) {
                        String medida = carga(pedidos[f], ops, concorrencia, formas[f]);
                        if (i >= 0) {
                            vazao.get(f).rodadas().add(numero(medida, "ops_s"));
                            p50.get(f).rodadas().add(numero(medida, "p50_ms"));
                        }
                    }
                }
            }
        } finally {
            Coveiro.apagar(pasta);
        }
        System.out.printf(Locale.ROOT, "%-12s %10s %10s%n", "", "ops/s", "p50 ms");
        for (int f = 0; f < 2; f++) {
            System.out.printf(Locale.ROOT, "%-12s %10.0f %10.2f%n", f == 0 ? "em claro" : "com chaves",
                    vazao.get(f).mediana(), p50.get(f).mediana());
        }
        System.out.printf(Locale.ROOT, "%-12s %10.2f %10.2f%n", "razão", vazao.get(1).mediana() / vazao.get(0).mediana(),
                p50.get(1).mediana() / p50.get(0).mediana());
    }

    private static Processo sequenciador(String pedidos, String... forma) {
        return Processo.iniciar("part3.Sequencer",
                com(forma, "--memoria", "--silencioso", "--pedidos", pedidos, "--ordem", porta()))
                .esperarPronto();
    }

    private static String carga(String pedidos, int ops, int concorrencia, String... forma) {
        try (Processo cliente = Processo.iniciar(
                "part3.Client", com(forma, "--sequenciador", "127.0.0.1:" + pedidos, "carga",
                "--ops", "" + ops, "--concorrencia", "" + concorrencia))) {
            cliente.esperarFim(PRAZO);
            return String.join(" ", cliente.saida());
        }
    }

    private static double numero(String medida, String chave) {
        return Stream.of(medida.split(" ")).filter(par -> par.startsWith(chave))
                .map(par -> par.replaceAll("^[^=]*=|[^0-9.]+$", ""))
                .mapToDouble(Double::parseDouble).findFirst().orElseThrow(() -> new Falha("não medi: " + medida));
    }

    private static String porta() {
        return Integer.toString(Processo.portaLivre());
    }

    private static String[] com(String[] opcoes, String... mais) {
        return Stream.concat(Stream.of(opcoes), Stream.of(mais)).toArray(String[]::new);
    }

    private static Medida medida(Grupo grupo) {
        return new Medida(grupo, "", "", 0, new ArrayList<>());
    }
}
