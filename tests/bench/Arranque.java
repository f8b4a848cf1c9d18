//SOURCES LadoALado.java Medidas.java Sistemas.java
package tests.bench;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tests.Processo;
import tests.bench.Medidas.Grupo;

/** Quanto demora uma réplica a estar pronta, e o que as opções da máquina virtual mudam nisso, na memória e na vazão. */
final class Arranque {

    /** O que a pessoa digita, com tudo já compilado. */
    static final String COM_JBANG = "jbang part3/Replica.java";

    private static final String SO_JAVA = "java, opções do cabeçalho";

    private Arranque() {
    }

    /** Do comando à linha {@code pronto:}, e a memória da réplica em repouso. @param opcoes se também se comparam opções */
    static void medir(Medidas medidas, int rodadas, boolean opcoes) {
        LadoALado.dizer("o arranque");
        DeProcessos central = Sistemas.parte3(false, 0);
        Path arquivo = central.pasta().resolve("classes.jsa");
        try {
            central.iniciar();
            Map<String, List<String>> variantes = opcoes ? variantes(arquivo) : Map.of(SO_JAVA, Processo.OPCOES_DA_JVM);
            if (opcoes) { // o arquivo de classes faz-se ao terminar uma primeira vez
                try (Processo primeira = iniciar(central, e("-XX:ArchiveClassesAtExit=" + arquivo))) {
                    primeira.esperarPronto().encerrar();
                    primeira.esperarFim();
                }
            }
            String jbang = jbang(medidas);
            for (int rodada = 0; rodada <= rodadas; rodada++) {
                boolean conta = rodada > 0; // a primeira traz os arquivos do disco
                if (jbang != null) {
                    long inicio = System.nanoTime();
                    medir(medidas, conta, COM_JBANG, inicio, Processo.comando(Stream.concat(Stream.of(jbang,
                            DeProcessos.raiz().resolve("part3/Replica.java").toString()), Stream.of(argumentos(central)))
                            .toArray(String[]::new)));
                }
                variantes.forEach((nome, daJvm) -> {
                    long inicio = System.nanoTime();
                    medir(medidas, conta, nome, inicio, iniciar(central, daJvm));
                });
            }
        } finally {
            central.close();
        }
    }

    private static Map<String, List<String>> variantes(Path arquivo) {
        Map<String, List<String>> variantes = new LinkedHashMap<>();
        variantes.put(SO_JAVA, Processo.OPCOES_DA_JVM);
        variantes.put("java, e -XX:TieredStopAtLevel=1", e("-XX:TieredStopAtLevel=1"));
        variantes.put("java, e -XX:SharedArchiveFile (AppCDS)", e("-XX:SharedArchiveFile=" + arquivo));
        variantes.put("java -XX:+UseG1GC", e("-XX:+UseG1GC"));
        variantes.put("java -XX:+UseSerialGC, sem -Xmn", List.of("-XX:+UseSerialGC"));
        variantes.put("java -XX:+UseG1GC, sem -Xmn", List.of("-XX:+UseG1GC"));
        return variantes;
    }

    /** As do cabeçalho, e mais esta. */
    private static List<String> e(String opcao) {
        return Stream.concat(Processo.OPCOES_DA_JVM.stream(), Stream.of(opcao)).toList();
    }

    private static Processo iniciar(DeProcessos central, List<String> daJvm) {
        return Processo.iniciarSoCom(daJvm, "part3.Replica", argumentos(central));
    }

    private static String[] argumentos(DeProcessos central) {
        return new String[] {"--pedidos", DeProcessos.local(central.porta(0)), "--ordem",
                DeProcessos.local(central.porta(1)),
            "--memoria", "--consulta", "0"};
    }

    private static void medir(Medidas medidas, boolean conta, String nome, long inicio, Processo iniciado) {
        try (Processo processo = iniciado.esperarPronto()) {
            double segundos = (System.nanoTime() - inicio) / 1e9;
            double noProcessador = DeProcessos.processador(List.of(processo)) / 1e3;
            DeProcessos.assentar(List.of(processo));
            if (conta) {
                medidas.anotar(Grupo.ARRANQUE, "", nome, 0, segundos);
                if (!nome.equals(COM_JBANG)) { // o jbang gasta-o em outro processo, que já terminou
                    medidas.anotar(Grupo.ARRANQUE_CPU, "", nome, 0, noProcessador);
                }
                DeProcessos.residente(processo).ifPresent(mb -> medidas.anotar(Grupo.PARADA, "", nome, 0, mb));
            }
        } catch (AssertionError e) {
            iniciado.close();
            medidas.ausente(nome, e);
        }
    }

    /** O jbang do PATH, ou o que o run-all.sh instalou; {@code null}, e a falta anotada, se não há. */
    private static String jbang(Medidas medidas) {
        String casa = System.getenv().getOrDefault("JBANG_DIR", System.getProperty("user.home") + "/.jbang");
        return Stream.concat(Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)),
                Stream.of(casa + "/bin"))
                .map(dir -> Path.of(dir, "jbang")).filter(Files::isExecutable).map(Path::toString).findFirst()
                .orElseGet(() -> {
                    medidas.ausente(COM_JBANG, new Sistema.Ausente("falta o jbang: rode antes ./run-all.sh preparar"));
                    return null;
                });
    }

    /** O que cada escolha de opções faz à vazão da parte 3 em memória. */
    static void vazao(Medidas medidas, int rodadas, Duration quanto, Duration aquecer) {
        try (LadoALado lado = new LadoALado(medidas, rodadas, quanto, aquecer)) {
            variantes(Path.of("/nenhum")).forEach((nome, daJvm) -> {
                if (!nome.contains("AppCDS")) { // só muda o arranque
                    lado.juntar(Sistemas.parte3(false, 2).como(nome, daJvm));
                }
            });
            lado.rodar(64, (prova, amostra, processador) ->
                    medidas.anotar(Grupo.OPCOES, "", prova.sistema().nome(), 0, amostra.vazao()));
        }
    }
}
