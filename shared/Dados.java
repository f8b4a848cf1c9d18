//DEPS info.picocli:picocli:4.7.7
//SOURCES Diario.java Registro.java
package shared;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** As opções de quem guarda estado. Um papel as inclui com {@code @Mixin}. */
public final class Dados {

    @Option(names = "--dados", paramLabel = "PASTA", order = 60,
            description = "onde guardar o diário (padrão: dados/PAPEL-NOME)")
    private Path pasta;

    @Option(names = "--do-zero", order = 61, description = "esquece o que está em --dados e começa do zero")
    private boolean doZero;

    @Option(names = "--memoria", order = 62, description = "não guarda nada em disco: o que se sabe morre com o processo")
    private boolean memoria;

    /** Abre o diário. @param nome o do papel e o do processo, que dão a pasta padrão */
    public Diario abrir(String nome) {
        return memoria ? Diario.naMemoria() : Diario.abrir(pasta == null ? Path.of("dados", nome) : pasta, doZero);
    }
}
