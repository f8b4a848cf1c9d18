package tests;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** O navegador de verdade dos testes: sem janela, sem falar com ninguém, e com o que o console diz. */
public final class Chromium {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path CHROMEDRIVER = Path.of("/usr/bin/chromedriver");

    private Chromium() {
    }

    /** @param perfil uma pasta nova, só dele */
    public static ChromeDriver iniciar(Path perfil) {
        LoggingPreferences registros = new LoggingPreferences();
        registros.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions opcoes = new ChromeOptions();
        opcoes.setBinary(CHROMIUM.toFile());
        opcoes.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--user-data-dir=" + perfil);
        opcoes.setCapability("goog:loggingPrefs", registros);
        ChromeDriver iniciado = new ChromeDriver(
                new ChromeDriverService.Builder().usingDriverExecutable(CHROMEDRIVER.toFile()).usingAnyFreePort().build(),
                opcoes);
        iniciado.manage().timeouts().scriptTimeout(Duration.ofMinutes(2));
        return iniciado;
    }

    /** O que o console disse desde a última vez, fora o que ele acha de um teste ler tantos pixels. */
    public static List<String> queixas(ChromeDriver navegador) {
        return navegador.manage().logs().get(LogType.BROWSER).getAll().stream().map(LogEntry::getMessage)
                .filter(queixa -> !queixa.contains("Multiple readback operations")).toList();
    }

    /** Em pixels. */
    public static void tamanho(ChromeDriver navegador, int largura, int altura) {
        navegador.executeCdpCommand("Emulation.setDeviceMetricsOverride",
                Map.of("width", largura, "height", altura, "deviceScaleFactor", 1, "mobile", false));
    }

    /** @param meio screen ou print @param tema light ou dark */
    public static void aspecto(ChromeDriver navegador, String meio, String tema) {
        navegador.executeCdpCommand("Emulation.setEmulatedMedia",
                Map.of("media", meio, "features", List.of(Map.of("name", "prefers-color-scheme", "value", tema))));
        quadro(navegador);
    }

    /** Espera que o que se pediu esteja desenhado. */
    public static void quadro(ChromeDriver navegador) {
        navegador.executeAsyncScript("const f = arguments[0];"
                + "requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(f, 0)))");
    }

    /** O que na página impede alguém de a usar, segundo o axe; nada, se está bem. */
    public static Object barreiras(ChromeDriver navegador) throws IOException {
        try (InputStream axe = Chromium.class.getResourceAsStream(
                "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js")) {
            navegador.executeScript(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
        }
        return navegador.executeAsyncScript("const pronto = arguments[arguments.length - 1];"
                + " axe.run().then(r => pronto(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0,"
                + " 120)).join(' | '))))");
    }
}
