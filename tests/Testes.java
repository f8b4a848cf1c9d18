//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//DEPS org.junit.platform:junit-platform-console
package tests;

import org.junit.platform.console.ConsoleLauncher;

/** O {@code main} de cada arquivo de testes: {@code jbang tests/BancoTest.java} roda só os dele. */
final class Testes {

    private Testes() {
    }

    /** Roda os testes da classe e termina: código 0 se passaram, 1 se algum falhou. */
    static void rodar(Class<?> classe) {
        ConsoleLauncher.main("execute", "--disable-banner", "--details=tree", "--select-class=" + classe.getName());
    }
}
