//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//DEPS org.junit.platform:junit-platform-console
package tests;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.platform.console.ConsoleLauncher;

/** O {@code main} de cada arquivo de testes: {@code jbang tests/banco/BancoTest.java} roda só os dele. */
public final class Testes {

    private Testes() {
    }

    /** Roda os testes da classe e termina: código 0 se passaram, 1 se algum falhou. */
    public static void rodar(Class<?> classe) {
        ConsoleLauncher.main("execute", "--disable-banner", "--details=tree", "--select-class=" + classe.getName());
    }

    /**
     * Se se pediram as campanhas longas: {@code ./run-all.sh test --longos}, ou {@code jbang -Dlongos=true
     * tests/rede/FuzzTest.java}.
     */
    public static boolean longos() {
        return Boolean.getBoolean("longos");
    }

    /** Quanto de uma campanha se faz: o de costume, que mostra que ela funciona, ou tudo, com as campanhas longas. */
    public static int quanto(int curto, int longo) {
        return longos() ? longo : curto;
    }

    /** A pasta de onde se roda, ou a mais próxima acima dela, que tem esta coleção. */
    public static Path raiz() {
        Path pasta = Path.of(System.getProperty("user.dir")).toAbsolutePath();
        while (pasta != null && !Files.exists(pasta.resolve("shared/Banco.java"))) {
            pasta = pasta.getParent();
        }
        if (pasta == null) {
            throw new IllegalStateException("rode este teste de dentro da pasta da coleção");
        }
        return pasta;
    }
}
