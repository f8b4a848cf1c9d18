///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A página da sala, num navegador de verdade, com processos de verdade: cada botão, e o mesmo pelo teclado.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//DEPS org.seleniumhq.selenium:selenium-chrome-driver:4.52.0
//DEPS org.seleniumhq.selenium:selenium-support:4.52.0
//DEPS org.webjars.npm:axe-core:4.6.3
//SOURCES ../../Chromium.java ../../Precisa.java ../../Processo.java ../../Testes.java ../Lab.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.sala;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.ElementNotInteractableException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.Select;
import shared.texto.Texto;
import tests.Chromium;
import tests.Precisa;
import tests.Processo;
import tests.Testes;

@Precisa(Precisa.De.NAVEGADOR)
@DisplayName("A página da sala")
class SalaPaginaTest {

    private static final Duration PRAZO = Duration.ofMinutes(2);
    private static final long QUADRO_MS = 200; // generoso: a máquina dos testes não tem placa de vídeo e pode estar ocupada
    private static final String ORDEM = "return [...document.querySelectorAll("
            + "'[data-sentido=\"cliente-1>replica-2\"] .o-que')].map(e => e.textContent)";

    @TempDir
    static Path pasta;
    private static Processo lab;
    private static String endereco;
    private static ChromeDriver navegador;
    private int acoes;
    private int vezes;

    @BeforeEach
    void abrir() throws IOException {
        if (navegador == null) {
            lab = Processo.iniciar("tests.lab.Lab", "sala", "1", "--lentidao", "3", "--porta",
                    Integer.toString(Processo.portaLivre()));
            lab.esperarNoRegistro("sala em http", PRAZO);
            endereco = lab.registro().stream().filter(linha -> linha.contains("sala em http")).findFirst().orElseThrow()
                    .replaceFirst(".*sala em (\\S+).*", "$1");
            navegador = Chromium.iniciar(Files.createDirectory(pasta.resolve("perfil")));
        }
        Chromium.tamanho(navegador, 1280, 720);
        Chromium.aspecto(navegador, "screen", "light");
        navegador.get("about:blank"); // só o fragmento não recarrega
        navegador.get(endereco);
        esperar("a sala aparece", "return document.querySelectorAll('.cabeca-de-faixa').length > 2 && sala.age()");
    }

    @AfterEach
    void consoleCalado() {
        assertEquals(List.of(), Chromium.queixas(navegador));
        assertEquals(List.of(), lab.registro().stream().filter(linha -> linha.contains("Exception")).toList());
    }

    @AfterAll
    static void fechar() {
        if (navegador != null) {
            navegador.quit();
            navegador = null;
            lab.close();
        }
    }

    // ───── À mão ─────

    @Test
    @DisplayName("o multicast diverge à mão em menos de dez cliques; no momento em que diverge marca-se, com o porquê")
    void diverge() throws IOException {
        comecar(1);
        depositar100();
        acoes = 0;
        clicar("[data-sentido='cliente-1>replica-2'] .chave");
        clicar("[data-sentido='cliente-2>replica-1'] .chave");
        clicar(".pedido input[value=SAQUE]");
        escrever("valor", "80");
        clicar(".pedido [type=submit]");
        ficha("cliente-1>replica-2", "SAQUE ana 80");
        clicar(".pedido input[value=cliente-2]");
        escrever("valor", "50");
        clicar(".pedido [type=submit]");
        ficha("cliente-2>replica-1", "SAQUE ana 50");
        fotografar();
        clicar("[data-sentido='cliente-1>replica-2'] .chave");
        clicar("[data-sentido='cliente-2>replica-1'] .chave");
        esperarTexto("as duas aplicaram as duas", ".saldos-da-sala .difere", "≠ ana 20.00 50.00");
        assertTrue(acoes < 10, acoes + " ações");
        assertTrue((Boolean) js("const e = sala.diagrama.eixo;"
                + " return e.ts.length > 5 && e.ts.every(t => Math.abs(e.t(e.u(t)) - t) < 0.001)"), "o eixo vai e volta");
        esperar("o veredito", "return document.querySelector('[data-nome=replicas-iguais]').dataset.valor === 'NÃO'");
        assertEquals("esperado", um("[data-nome=replicas-iguais]").getAttribute("class"), "esta parte não o promete");
        esperar("o porquê, em termos de banco, quando as duas já ouviram as duas",
                "const porque = document.querySelector('.garantias').innerText;"
                + " return porque.includes('a diferença começa no SAQUE de') && (porque.includes("
                + "'replica-1 APLICADA, replica-2 RECUSADA') || porque.includes('replica-1 RECUSADA, replica-2 APLICADA'))");
        assertTrue(um(".diferem").getText().contains("As réplicas discordam sobre ana"));
        clicar(".perguntar summary");
        new Select(um("[name=onde]")).selectByValue("replica-2");
        clicar(".perguntar [type=submit]");
        esperarTexto("pergunta-se à turma", ".texto-da-pergunta", "Que saldo terá ana em replica-2?");
        clicar("[data-acao=saber]");
        esperar("e diz-se o que houve", "return document.querySelector('.pergunta [role=status]').textContent"
                + ".startsWith('Foi 50.00')");
    }

    @Test
    @DisplayName("um processo de outro diz-se que o é, que tem os seus relógios, e se não diz saldos")
    void deOutro() {
        comecar(1);
        depositar100();
        List<?> visto = (List<?>) js("const e = structuredClone(sala.estado), p = e.processos.find(p => p.nome ==="
                + " 'replica-2'); p.alheio = {nome: 'grupo <b>7</b>', diz_saldos: false, passou: null}; p.saldos = {};"
                + " sala.mudou(e); document.querySelector('[data-nome=replica-2]').click();"
                + " return ['[data-nome=replica-2] .papel', '.por-dentro p', '.menu [data-acao=do-zero] small',"
                + " '.saldos-da-sala tbody tr'].map(s => document.querySelector(s).innerText)");
        assertEquals("de outro", visto.get(0));
        String dentro = visto.get(1).toString();
        assertTrue(dentro.contains("grupo <b>7</b>") && dentro.contains("a lentidão não o abranda")
                && dentro.contains("Os saldos, não os diz."), dentro);
        assertTrue(visto.get(2).toString().contains("só quem o fez sabe"), visto::toString);
        assertTrue(visto.get(3).toString().contains("não diz"), visto::toString);
    }

    @Test
    @DisplayName("o mesmo só com o teclado, do começo até divergir")
    void divergePeloTeclado() {
        comecar(1);
        ir("[name=conta]");
        teclas(Keys.ENTER);
        esperarTexto("o depósito chegou", ".saldos-da-sala tbody tr", "ana 100.00 100.00");
        ir("[data-sentido='cliente-1>replica-2'] .chave");
        teclas("s");
        ir("[data-sentido='cliente-2>replica-1'] .chave");
        teclas(Keys.SPACE);
        ir(".pedido [name=o-que]");
        teclas(Keys.ARROW_RIGHT);
        ir("[name=valor]");
        teclas("80", Keys.ENTER); // quem chega com Tab escreve por cima
        ficha("cliente-1>replica-2", "SAQUE ana 80");
        ir(".pedido [name=quem]");
        teclas(Keys.ARROW_RIGHT);
        ir("[name=valor]");
        teclas("50", Keys.ENTER);
        ficha("cliente-2>replica-1", "SAQUE ana 50");
        ir("[data-sentido='cliente-1>replica-2'] .corpo");
        teclas("e");
        ir("[data-sentido='cliente-2>replica-1'] .corpo");
        teclas(Keys.ENTER);
        esperar("o menu", "return document.querySelector('dialog.menu').open");
        teclas(Keys.ENTER);
        esperarTexto("divergem", ".saldos-da-sala .difere", "≠ ana 20.00 50.00");
    }

    @Test
    @DisplayName("uma ficha muda de lugar com o rato, com botões e com o teclado; duplica-se, perde-se e entrega-se; o que"
            + " não se pode, diz porquê")
    void fichas() {
        comecar(1);
        depositar100();
        clicar("[data-sentido='cliente-1>replica-2'] .chave");
        clicar(".pedido input[value=DEPOSITO]");
        for (String valor : List.of("1", "2", "3")) {
            escrever("valor", valor);
            clicar(".pedido [type=submit]");
            ficha("cliente-1>replica-2", "DEPOSITO ana " + valor);
        }
        new Actions(navegador).moveToElement(daOperacao("DEPOSITO ana 3")).clickAndHold()
                .moveByOffset(-8, -4).moveToElement(daOperacao("DEPOSITO ana 1"), -40, 0).release().perform();
        esperarOrdem("DEPOSITO ana 3", "DEPOSITO ana 1", "DEPOSITO ana 2");
        daOperacao("DEPOSITO ana 2").sendKeys(Keys.chord(Keys.SHIFT, Keys.ARROW_LEFT));
        esperarOrdem("DEPOSITO ana 3", "DEPOSITO ana 2", "DEPOSITO ana 1");
        daOperacao("DEPOSITO ana 3").click();
        List<WebElement> passar = navegador.findElements(By.cssSelector(".menu [data-acao=mover]"));
        assertTrue(passar.get(0).getText().contains("já é a primeira"), passar.get(0)::getText);
        passar.get(1).click();
        esperarOrdem("DEPOSITO ana 2", "DEPOSITO ana 3", "DEPOSITO ana 1");
        daOperacao("DEPOSITO ana 1").sendKeys("d");
        esperarOrdem("DEPOSITO ana 2", "DEPOSITO ana 3", "DEPOSITO ana 1", "cópia: DEPOSITO ana 1");
        daOperacao("DEPOSITO ana 3").sendKeys(Keys.DELETE);
        esperarOrdem("DEPOSITO ana 2", "DEPOSITO ana 1", "cópia: DEPOSITO ana 1");
        clicar("[data-sentido='cliente-1>replica-2'] .ficha .ja");
        esperarOrdem("DEPOSITO ana 1", "cópia: DEPOSITO ana 1");
        esperarTexto("só a que se entregou", ".saldos-da-sala tbody tr", "≠ ana 106.00 102.00");
        clicar("[data-sentido='cliente-1>replica-2'] .mais");
        clicar(".menu [data-acao=soltar]");
        esperarTexto("a cópia não vale duas vezes", ".saldos-da-sala tbody tr", "≠ ana 106.00 103.00");
    }

    @Test
    @DisplayName("segura-se a do sequenciador até que se veja a fila de espera da réplica; dentro dela, o que guarda")
    void filaDeEspera() {
        comecar(3);
        depositar100();
        clicar("[data-sentido='sequenciador>replica-1'] .mais");
        clicar(".menu [data-acao=segurar-tudo]");
        for (String valor : List.of("2", "3")) {
            escrever("valor", valor);
            clicar(".pedido [type=submit]");
            ficha("sequenciador>replica-1", "DEPOSITO ana " + valor);
        }
        clicar(fichaDe("sequenciador>replica-1", "DEPOSITO ana 3") + " .ja");
        esperarTexto("guarda a 3, que chegou antes da 2", "[data-nome=replica-1] .fila-de-espera", "guarda à espera: 3");
        clicar("[data-nome=replica-1]");
        assertTrue(um(".por-dentro").getText().contains("seq 3: DEPOSITO ana 3"), um(".por-dentro")::getText);
        clicar(".menu .cabeca button");
        clicar("[data-sentido='sequenciador>replica-1'] .chave");
        esperarTexto("chegou a 2, e com ela a 3", ".saldos-da-sala tbody tr", "ana 105.00 105.00");
    }

    @Test
    @DisplayName("mata-se o primário, e vê-se o backup assumir; o cliente nada fez de especial")
    void troca() {
        comecar(4);
        depositar100();
        clicar("[data-sentido='primario>backup'] .mais");
        clicar(".menu [data-acao=segurar-tudo]");
        esperar("de todos os pulsos, espera um", "return document.querySelectorAll("
                + "\"[data-sentido='primario>backup'] .ficha\").length === 1");
        insistir("entregá-lo, pela tecla", () -> um("[data-sentido='primario>backup'] .ficha .corpo").sendKeys("e"));
        esperar("entregou-se, e ficou gravado", "return sala.estado.gravado.includes("
                + "'soltar primario>backup controle pulso')");
        clicar("[data-sentido='primario>backup'] .chave");
        clicar("[data-nome=primario]");
        clicar(".menu [data-acao=matar]");
        esperar("está morto", "return document.querySelector('[data-nome=primario]').dataset.estado === 'morto'");
        esperar("o backup assume", "return document.querySelector('[data-nome=backup] .papel').textContent"
                + ".startsWith('primário')");
        escrever("valor", "7");
        clicar(".pedido [type=submit]");
        esperar("o que responde é o backup", "return /^OK/.test(document.querySelector('.respostas li span').textContent) &&"
                + " document.querySelector('.saldos-da-sala tbody tr').innerText.includes('107.00')");
        um("[data-nome=primario]").sendKeys("i");
        esperarTexto("o antigo volta, e aprende", ".saldos-da-sala tbody tr", "ana 107.00 107.00");
    }

    @Test
    @DisplayName("passo a passo: tudo espera, e cada tecla entrega uma; a pausa não perde nada; desfazer refaz tudo menos o"
            + " último passo")
    void passoAPasso() {
        comecar(1);
        depositar100();
        clicar("[title*='(tecla B)']");
        esperar("passo a passo", "return sala.estado.modo === 'passo'");
        clicar(".pedido [type=submit]");
        esperar("duas à espera", "return document.querySelectorAll('.ficha').length === 2");
        boolean aoPrimeiro = (Boolean) js("return sala.estado.seguras[0].enlace.endsWith('replica-1')"); // qual saiu antes
        String depoisDeUma = aoPrimeiro ? "≠ ana 200.00 100.00" : "≠ ana 100.00 200.00";
        um("body").sendKeys("g");
        esperar("uma", "return document.querySelectorAll('.ficha').length === 1");
        esperarTexto("vê-se a consequência antes da seguinte", ".saldos-da-sala tbody tr", depoisDeUma);
        um("body").sendKeys("k");
        esperar("pausa", "return sala.estado.pausada");
        um("body").sendKeys("k");
        esperar("continua", "return !sala.estado.pausada && !sala.porqueNao()");
        clicar("[title*='(tecla G)']");
        esperarTexto("a segunda", ".saldos-da-sala tbody tr", "ana 200.00 200.00");
        um("body").sendKeys("u");
        esperarTexto("desfez-se a segunda entrega", ".saldos-da-sala tbody tr", depoisDeUma);
        assertEquals(1, navegador.findElements(By.cssSelector(".ficha")).size());
    }

    // ───── Cenas e perguntas ─────

    @Test
    @DisplayName("uma cena abre-se, anda passo a passo, pergunta antes do que decide, conta as respostas, e diz o que houve")
    void cena() {
        new Select(um(".cenas")).selectByValue("multicast-diverge");
        esperar("abriu", "return sala.estado.cena && !sala.estado.ocupada && sala.estado.cena.passo === 0");
        clicar("[data-acao=cena-passo]");
        esperar("deu um passo", "return sala.estado.cena.passo > 0 && !sala.estado.cena.anda");
        clicar("[data-acao=cena-seguir]");
        esperar("a pergunta", "return document.querySelector('.pergunta').offsetParent !== null");
        assertEquals("Que saldo terá ana na réplica 2?", um(".texto-da-pergunta").getText());
        um(".pergunta input").sendKeys("50", Keys.ENTER);
        esperar("conta", "return document.querySelector('.pergunta [role=status]').textContent.startsWith('1 resposta')");
        esperar("parada", "return !sala.estado.cena.anda");
        clicar("[data-acao=cena-seguir]");
        esperar("o facto", "return document.querySelector('.pergunta [role=status]').textContent.startsWith('Foi 50.00')");
        assertEquals("✓ 50.00 1", texto(".contagem-da-turma .certa"));
        esperar("acabou", "return sala.estado.cena.acabou && document.querySelectorAll('.gravado li').length > 8");
    }

    // ───── Quem chega, quem volta, quem só vê ─────

    @Test
    @DisplayName("quem fecha o portátil e volta encontra tudo, e ainda age; a chave não fica no endereço, que todos veem")
    void recarregar() {
        comecar(1);
        depositar100();
        clicar("[data-sentido='cliente-1>replica-2'] .chave");
        clicar(".pedido [type=submit]");
        ficha("cliente-1>replica-2", "DEPOSITO ana 100");
        Object mensagens = js("return sala.diagrama.m.mensagens.length");
        assertFalse(navegador.getCurrentUrl().contains("agir"), navegador.getCurrentUrl());
        navegador.navigate().refresh();
        esperarTexto("os saldos", ".saldos-da-sala tbody tr", "≠ ana 200.00 100.00");
        assertEquals(mensagens, js("return sala.diagrama.m.mensagens.length"));
        clicar("[data-sentido='cliente-1>replica-2'] .ficha .ja");
        esperarTexto("age", ".saldos-da-sala tbody tr", "ana 200.00 200.00");
    }

    @Test
    @DisplayName("dois navegadores veem o mesmo; quem não tem a chave só vê, e nada do que lá há o deixa agir")
    void doisNavegadores() throws IOException {
        comecar(1);
        depositar100();
        ChromeDriver outro = Chromium.iniciar(Files.createDirectory(pasta.resolve("outro")));
        try {
            Chromium.tamanho(outro, 390, 844);
            outro.get(endereco.replaceFirst("#.*", ""));
            Processo.esperar("vê os saldos", PRAZO, () -> outro.findElements(By.cssSelector(".saldos-da-sala tbody tr"))
                    .stream().anyMatch(linha -> linha.getText().contains("100.00")));
            assertTrue((Long) outro.executeScript("return document.documentElement.scrollWidth") <= 390, "num telefone");
            clicar("[data-sentido='cliente-1>replica-2'] .chave");
            clicar(".pedido [type=submit]");
            Processo.esperar("vê a ficha", PRAZO, () -> !outro.findElements(By.cssSelector(".ficha")).isEmpty());
            assertFalse(outro.findElement(By.cssSelector(".ficha .ja")).isEnabled());
            assertFalse(outro.findElement(By.cssSelector(".pedido [type=submit]")).isEnabled());
            assertFalse(outro.findElement(By.cssSelector("[data-parte='1']")).isDisplayed());
            outro.executeScript("document.querySelector('.ficha .corpo').click()");
            assertEquals(0, outro.findElements(By.cssSelector(".menu button[data-acao]:not([aria-disabled])")).size()
                    - outro.findElements(By.cssSelector(".menu [data-acao=ver]")).size());
            assertTrue(outro.findElement(By.cssSelector(".menu small")).getText().startsWith("só age quem"));
            assertEquals(403L, outro.executeAsyncScript("const f = arguments[0]; fetch('/agir', {method: 'POST', body:"
                    + " '{\"acao\":\"pausa\",\"pausada\":true}'}).then(r => f(r.status))"));
            esperarTexto("são dois", ".topo .ao-fundo .suave", "2 a ver");
        } finally {
            outro.quit();
        }
    }

    @Test
    @DisplayName("o que um processo diz é sempre texto")
    void hostil() {
        String mau = "<img src=x onerror=window.invadido=1>";
        comecar(1);
        clicar("[data-sentido='cliente-1>replica-2'] .chave");
        escrever("conta", mau);
        clicar(".pedido [type=submit]");
        esperar("a ficha, tal e qual", "return [...document.querySelectorAll('.o-que')].some(e =>"
                + " e.textContent.includes('<img src=x'))");
        clicar("[data-sentido='cliente-1>replica-2'] .ficha .ja");
        esperar("nos saldos", "return [...document.querySelectorAll('.saldos-da-sala tbody th')].some(e =>"
                + " e.textContent === arguments[0])", mau);
        clicar("[data-nome=replica-1]");
        assertEquals(0L, js("return document.querySelectorAll('img').length"));
        assertEquals(null, js("return window.invadido || null"));
    }

    // ───── O aspecto ─────

    @Test
    @DisplayName("no claro, no escuro e no projetor, com o menu aberto e sem ele, nada impede ninguém de a usar")
    void semBarreiras() throws IOException {
        comecar(1);
        depositar100();
        clicar("[data-sentido='cliente-1>replica-2'] .chave");
        clicar(".pedido [type=submit]");
        ficha("cliente-1>replica-2", "DEPOSITO ana 100");
        esperar("a ficha já chegou", "return document.querySelector('.ficha').getAnimations().length === 0");
        List<String> todos = List.of("light", "dark projetor", "dark", "light projetor");
        for (String como : todos.subList(0, Testes.quanto(2, 4))) {
            Chromium.aspecto(navegador, "screen", como.split(" ")[0]);
            js("sala.aspecto.mudar({projetor: arguments[0]})", como.endsWith("projetor"));
            Chromium.quadro(navegador);
            assertEquals(List.of(), Chromium.barreiras(navegador), como);
            assertTrue((Long) js("return document.documentElement.scrollWidth") <= 1280, "nada sai para o lado");
        }
        js("sala.aspecto.mudar({projetor: false})");
        clicar("[data-sentido='cliente-1>replica-2'] .mais");
        assertEquals(List.of(), Chromium.barreiras(navegador));
    }

    @Test
    @DisplayName("5 000 mensagens continuam fluidas, enquanto chegam e depois")
    void cincoMil(TestReporter relator) {
        Object[] medidas = ((List<?>) navegador.executeAsyncScript("""
                const pronto = arguments[0], quadros = [], nomes = ['cliente-1', 'cliente-2', 'replica-1', 'replica-2'];
                sala.comecou();
                sala.diagrama.relogio = null;
                const eventos = [];
                for (let i = 0; i < 5000; i++) {
                  const [de, para] = [nomes[(i >> 1) % 2], nomes[2 + (i % 2)]];
                  const e = { tipo: 'mensagem', enlace: de + '>' + para, n: i, copia: 0, de, para,
                    resumo: 'DEPOSITO ana 1.00', id_msg: 'op-' + (i >> 1) };
                  const t = 10 + i * 3;
                  eventos.push({ ...e, t, evento: 'enviada' }, { ...e, t: t + 1, evento: 'entregue' },
                    { t: t + 1.5, tipo: 'aplicar', processo: para, seq: i, id_msg: e.id_msg, operacao: 'DEPOSITO',
                      contas: ['ana'], valor: 1, resultado: 'APLICADA', saldos: [i] });
                }
                const quadro = (i, antes) => requestAnimationFrame(agora => {
                  if (antes) { quadros.push(agora - antes); }
                  if (i * 150 >= eventos.length + 3000) {
                    const q = quadros.sort((a, b) => a - b), tudo = [];
                    sala.diagrama.ver(-10, sala.diagrama.eixo.fim);
                    for (let k = 0; k < 30; k++) {
                      const inicio = performance.now();
                      sala.diagrama.desenhar();
                      sala.diagrama.ctx.getImageData(0, 0, 1, 1);
                      tudo.push(performance.now() - inicio);
                    }
                    pronto([q[q.length >> 2], q[q.length >> 1], q[Math.floor(q.length * 0.95)], Math.min(...tudo)]);
                    return;
                  }
                  const estes = eventos.slice(i * 150, i * 150 + 150);
                  if (estes.length > 0) { sala.chegaram(estes); }
                  quadro(i + 1, agora);
                });
                quadro(0, 0);
                """)).toArray();
        String figura = Texto.formatar("enquanto chegam 50 mensagens por quadro: um quarto dos quadros até %.0f ms,"
                + " metade até %.0f ms, 95 %% até %.0f ms; tudo à vista: %.0f ms",
                Stream.of(medidas).map(m -> ((Number) m).doubleValue()).toArray());
        relator.publishEntry("5 000 mensagens", figura);
        assertEquals(5000L, js("return sala.diagrama.m.mensagens.length"));
        assertTrue(((Number) medidas[0]).doubleValue() < QUADRO_MS
                && ((Number) medidas[3]).doubleValue() < QUADRO_MS, figura);
    }

    // ───── Cada botão ─────

    @ParameterizedTest(name = "parte {0}")
    @ValueSource(ints = {1, 2, 3, 4})
    @Precisa(Precisa.De.CAMPANHAS_LONGAS)
    @DisplayName("cada botão de cada processo e de cada enlace faz o que diz, ou diz por que não; as teclas, o mesmo")
    void cadaBotao(int parte) {
        comecar(parte);
        depositar100();
        for (Object nome : (List<?>) js("return sala.estado.sentidos.map(s => s.nome)")) {
            String enlace = "[data-sentido='" + nome + "']";
            String regra = "const s = sala.estado.sentidos.find(s => s.nome === '" + nome + "'); return ";
            cadaUm(enlace + " .mais", "segurar", "s", regra + "s.segura === 'operacoes'");
            cadaUm(enlace + " .mais", "segurar-tudo", "t", regra + "s.segura === 'tudo'");
            cadaUm(enlace + " .mais", "soltar", "o", regra + "s.segura === 'nao'");
            cadaUm(enlace + " .mais", "perda", "p", regra + "s.perda === 30");
            cadaUm(enlace + " .mais", "atraso", "a", regra + "s.atraso[1] === 2000");
            cadaUm(enlace + " .mais", "sanar", "n", regra + "s.perda === 0 && s.atraso[1] === 0");
            cadaUm(enlace + " .mais", "cortar", "x", regra + "s.cortado");
            cadaUm(enlace + " .mais", "ligar", "l", regra + "!s.cortado");
            vezes++;
        }
        for (Object nome : (List<?>) js("return sala.estado.processos.filter(p => p.papel !== 'cliente')"
                + ".map(p => p.nome)")) {
            String cabeca = "[data-nome='" + nome + "']";
            String estado = "return sala.estado.processos.find(p => p.nome === '" + nome + "').estado === ";
            cadaUm(cabeca, "parar", "p", estado + "'parado'");
            cadaUm(cabeca, "continuar", "c", estado + "'vivo'");
            cadaUm(cabeca, "matar", "m", estado + "'morto'");
            cadaUm(cabeca, "iniciar", "i", estado + "'vivo'");
            vezes++;
        }
        assertFalse(um("#recado").isDisplayed(), um("#recado")::getText);
    }

    /** Pelo menu, e, se o que fez ainda se pode fazer outra vez, pela tecla; no fim é como se disse. */
    private void cadaUm(String de, String acao, String tecla, String fica) {
        boolean peloMenu = vezes++ % 2 == 0; // uns com o rato e outros com o teclado, que de enlace em enlace se trocam
        if (peloMenu) {
            abrirMenu(de);
            clicar(".menu [data-acao=" + acao + "]");
        } else {
            insistir("tecla " + tecla + " em " + de, () -> um(de).sendKeys(tecla));
        }
        esperar(de + " " + acao + (peloMenu ? "" : " pela tecla " + tecla), fica);
    }

    // ───── Ferramentas ─────

    /** A figura do README, se se pediu. */
    private static void fotografar() throws IOException {
        String onde = System.getenv("SALA_PNG");
        if (onde != null) {
            esperar("vê-se que diferem", "return document.querySelector('.difere') && document.querySelector("
                    + "'[data-nome=replicas-iguais] details[open]') && performance.now() > sala.diagrama.vivoAte + 500");
            Files.write(Testes.raiz().resolve(onde), navegador.getScreenshotAs(OutputType.BYTES));
        }
    }

    /** Uma parte, de novo; o que dela se espera já se vê. */
    private void comecar(int parte) {
        esperar("pode-se", "return sala.estado && sala.porqueNao() === null");
        Object antes = js("return sala.estado.execucao");
        clicar("[data-parte='" + parte + "']");
        esperar("a parte " + parte, "return sala.estado.execucao > arguments[0] && sala.estado.parte === " + parte
                + " && sala.porqueNao() === null && sala.estado.sentidos.length > 0", antes);
    }

    private void depositar100() {
        clicar(".pedido [type=submit]");
        esperarTexto("o depósito chegou a todas", ".saldos-da-sala tbody tr", "ana 100.00 100.00");
    }

    /** Se o que se quer mudou de lugar ou se refez nesse instante, outra vez, como faria uma pessoa. */
    private void clicar(String seletor) {
        acoes++;
        insistir("clicar em " + seletor, () -> um(seletor).click());
    }

    private static void insistir(String oQue, Runnable faz) {
        Processo.esperar(oQue, PRAZO, () -> {
            try {
                faz.run();
                return true;
            } catch (StaleElementReferenceException | ElementNotInteractableException e) {
                return false;
            }
        });
    }

    private void abrirMenu(String de) {
        Processo.esperar("o menu de " + de, PRAZO, () -> {
            clicar(de);
            return (Boolean) js("return document.querySelector('.menu').open");
        });
    }

    private void escrever(String campo, String valor) {
        WebElement entrada = um("[name=" + campo + "]");
        entrada.sendKeys(Keys.chord(Keys.CONTROL, "a"), valor);
    }

    /** Com a tecla Tab, até lá. */
    private void ir(String seletor) {
        for (int i = 0; i < 150; i++) {
            if ((Boolean) js("return document.activeElement.matches(arguments[0])", seletor)) {
                return;
            }
            teclas(Keys.TAB);
        }
        throw new AssertionError("com Tab não se chega a " + seletor);
    }

    private void teclas(CharSequence... quais) {
        new Actions(navegador).sendKeys(String.join("", quais)).perform();
    }

    private static String fichaDe(String sentido, String operacao) {
        return "[data-sentido='" + sentido + "'] .ficha:has([aria-label^='" + operacao + " '])";
    }

    private static void ficha(String sentido, String operacao) {
        Processo.esperar(operacao + " espera em " + sentido, PRAZO,
                () -> !navegador.findElements(By.cssSelector(fichaDe(sentido, operacao))).isEmpty());
    }

    private static WebElement daOperacao(String operacao) {
        return um(fichaDe("cliente-1>replica-2", operacao) + " .corpo");
    }

    private static void esperarOrdem(String... operacoes) {
        Processo.esperar(List.of(operacoes).toString(), PRAZO, () -> List.of(operacoes).equals(js(ORDEM)));
    }

    private static void esperarTexto(String oQue, String seletor, String igual) {
        Processo.esperar(oQue + ": " + igual, PRAZO, () -> igual.equals(texto(seletor)));
    }

    private static void esperar(String oQue, String condicao, Object... argumentos) {
        Processo.esperar(oQue, PRAZO, () -> Boolean.TRUE.equals(js(condicao, argumentos)));
    }

    private static String texto(String seletor) {
        return String.valueOf(js("const e = document.querySelector(arguments[0]);"
                + " return e ? e.innerText.replace(/\\s+/g, ' ').trim() : ''", seletor));
    }

    private static WebElement um(String seletor) {
        return navegador.findElement(By.cssSelector(seletor));
    }

    private static Object js(String programa, Object... argumentos) {
        return navegador.executeScript(programa, argumentos);
    }

    public static void main(String[] args) {
        Testes.rodar(SalaPaginaTest.class);
    }
}
