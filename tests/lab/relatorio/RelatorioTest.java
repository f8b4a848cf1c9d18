///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION O relatório, num navegador de verdade: abre, responde ao clique, mostra onde divergiu, e nada o engana.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//DEPS org.seleniumhq.selenium:selenium-chrome-driver:4.52.0
//DEPS org.seleniumhq.selenium:selenium-support:4.52.0
//DEPS org.webjars.npm:axe-core:4.6.3
//SOURCES RastroGerado.java Relatorio.java ../../../shared/disco/Arquivos.java ../../../shared/texto/ErroDeUso.java
//SOURCES ../../../shared/texto/Json.java ../../Chromium.java ../../Precisa.java ../../Testes.java
//SOURCES ../vereditos/Divergencia.java ../vereditos/Propriedade.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.relatorio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.print.PrintOptions;
import org.openqa.selenium.support.ui.Select;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.Texto;
import tests.Chromium;
import tests.Precisa;
import tests.Testes;
import tests.lab.relatorio.Relatorio.Secao;
import tests.lab.relatorio.Relatorio.Tabela;

@DisplayName("Relatório")
class RelatorioTest {

    private static final long QUADRO_MS = 200; // generoso: a máquina dos testes não tem placa de vídeo e pode estar ocupada

    @TempDir
    static Path pasta;
    private static ChromeDriver navegador;
    private static int paginas;

    @Test
    @DisplayName("um arquivo de rastro basta; a última linha pode estar cortada, uma do meio não")
    void arquivo() throws IOException {
        String bom =
                "{\"t\":0.0,\"tipo\":\"inicio\",\"titulo\":\"buraco\"}\n{\"t\":1.0,\"tipo\":\"nota\",\"texto\":\"a\"}\n";
        Path cortado = Files.writeString(pasta.resolve("cortado.jsonl"), bom + "{\"t\":2.0,\"ti");
        assertEquals("buraco", Secao.doArquivo(cortado).titulo());
        assertEquals(2, Secao.doArquivo(cortado).rastro().size());
        Path ruim = Files.writeString(pasta.resolve("ruim.jsonl"), "{\"t\":0.0}\nisto não\n{\"t\":1.0}\n");
        assertTrue(assertThrows(Falha.class, () -> Secao.doArquivo(ruim)).getMessage().contains("linha 2"));
    }

    @Nested
    @Precisa(Precisa.De.NAVEGADOR)
    @DisplayName("no navegador")
    class NoNavegador {

        @BeforeEach
        void abrirNavegador() throws IOException {
            if (navegador == null) {
                navegador = Chromium.iniciar(Files.createDirectory(pasta.resolve("perfil")));
            }
            tamanho(1280, 900);
            emular("screen", "light");
        }

        @AfterEach
        void consoleCalado() {
            assertEquals(List.of(), navegador == null ? List.of() : queixas());
        }

        @Test
        @DisplayName("abre do disco, sem erros e sem rede, com título, tabela, história e vereditos")
        void abre() throws IOException {
            Tabela tabela = new Tabela("As partes", List.of("parte", "p50", "réplicas iguais"),
                    List.of(List.of("1 multicast", "0.1 ms", "NÃO como promete"),
                            List.of("3 sequenciador", "12.4 ms", "sim como promete"),
                            List.of("4 primário-backup", "-", "NÃO mas prometia")));
            abrir(List.of(new Secao("Cruzadas", List.of("Era uma vez."), RastroGerado.divergencia().eventos()),
                    secao("Perdida", RastroGerado.perdida()), secao("Failover", RastroGerado.failover())), tabela);
            assertEquals("Relatório do laboratório", navegador.getTitle());
            assertEquals(List.of("As partes", "Cruzadas", "Perdida", "Failover"), textos("h2"));
            assertEquals(List.of("– NÃO", "✓ sim", "✕ NÃO"), textos(".tabela .selo"));
            assertEquals(List.of("✕ NÃO"), textos(".tabela .selo.nao"), "um NÃO que se prometia não é uma falha");
            assertAlinhada();
            assertTrue(textos(".historia p").contains("Era uma vez."));
            assertTrue(textos("#secao-0 .vereditos .selo").contains("? confirmado-nao-se-perde: desconhecido"));
            assertTrue(textos("#secao-0 .detalhes").get(0)
                    .contains("a conta ana tem 50.00 na replica-1 e 100.00 na replica-2"));
            assertEquals(3L, js("return document.querySelectorAll('.diagrama canvas[data-mensagens]').length"));
            assertEquals(0L, js("return performance.getEntriesByType('resource').length"),
                    "a página não pede nada a ninguém");
        }

        @Test
        @DisplayName("o clique num ponto mostra a viagem da operação e os saldos de cada réplica antes e depois")
        void cliqueNoPonto() throws IOException {
            abrir(RastroGerado.divergencia());
            assertFalse(um(".painel").isDisplayed());
            clicar("(d => { const a = d.m.aplicacoes.find(a => a.resultado === 'RECUSADA');"
                    + " return [d.x(a.t), d.y(a.faixa)]; })(d)");
            assertEquals("SAQUE ana 50.00", textos(".painel h4").get(0));
            assertEquals(List.of("replica-1 APLICADA ana 100.00 50.00", "replica-2 RECUSADA ana 0.00 0.00"),
                    textos(".painel tbody tr"));
            assertTrue(painel().contains("saq-ana-3")
                    && painel().contains("A conta ana começa a diferir nesta operação"), painel());
            assertTrue(painel().contains("cliente-2 → replica-2"), painel());
            assertEquals("saq-ana-3", js("return relatorio.secoes[0].diagrama.escolhida"));
            navegador.findElement(By.cssSelector(".diagrama canvas")).sendKeys(Keys.ESCAPE);
            assertFalse(um(".painel").isDisplayed());
        }

        @Test
        @DisplayName("o clique numa seta faz o mesmo, e diz o que o cliente ouviu")
        void cliqueNaSeta() throws IOException {
            abrir(RastroGerado.perdida());
            clicar("(d => { const p = d.pontos(d.m.mensagens.find(m => m.destino === 'perdida'));"
                    + " return [(p[0][0] + p[1][0]) / 2, (p[0][1] + p[1][1]) / 2]; })(d)");
            assertEquals("DEPOSITO ana 20.00", textos(".painel h4").get(0));
            assertTrue(painel().contains("OK seq=2") && painel().contains("PERDIDA"), painel());
            assertEquals(List.of("replica-1 APLICADA ana 10.00 30.00", "replica-2 APLICADA ana 10.00 30.00"),
                    textos(".painel tbody tr"));
            assertEquals(List.of("operações de cliente-1", "perdida", "cópia", "retida até soltar", "aplicada",
                            "enlace cortado"),
                    textos(".cartao .lado-a-lado .legenda li"));
        }

        @Test
        @DisplayName("a conta que diverge vem escolhida, com o momento marcado no gráfico e no diagrama")
        void divergencia() throws IOException {
            abrir(RastroGerado.divergencia());
            assertTrue(textos(".divergencia").get(0).startsWith(
                    "A conta ana diverge a partir de 32.3 ms: replica-1 termina com 50.00, replica-2 termina com 100.00."));
            assertEquals("ana (diverge)", new Select(um("select.conta")).getFirstSelectedOption().getText());
            assertEquals("32.3", um(".grafico").getAttribute("data-divergencia"));
            assertTrue((Long) js("const c = document.querySelector('.grafico canvas'),"
                    + " n = getComputedStyle(document.documentElement).getPropertyValue('--nao').trim(),"
                    + " p = c.getContext('2d').getImageData(0, 0, c.width, c.height).data,"
                    + " v = [1, 3, 5].map(i => parseInt(n.slice(i, i + 2), 16)); let q = 0;"
                    + " for (let i = 0; i < p.length; i += 4)"
                    + " q += v.every((x, k) => Math.abs(p[i + k] - x) < 4) ? 1 : 0; return q") > 100,
                    "a marca tem a cor dela no gráfico");
            new Select(um("select.conta")).selectByVisibleText("bia");
            assertEquals("Não se viu divergência na conta bia.", um(".legenda-aviso").getText());
            um(".divergencia button").click();
            assertEquals("SAQUE ana 50.00", textos(".painel h4").get(0));
        }

        @Test
        @DisplayName("onde as réplicas acabam iguais, ou uma morreu, não se fala em divergência")
        void semDivergencia() throws IOException {
            abrir(List.of(secao("a", RastroGerado.perdida()), secao("b", RastroGerado.failover())), null);
            assertEquals(List.of(), textos(".divergencia"));
        }

        @Test
        @DisplayName("o filtro deixa só as operações com aquele pedaço no id_msg; o que é de rotina começa escondido")
        void filtroEControle() throws IOException {
            abrir(RastroGerado.divergencia());
            assertEquals("8", desenhadas());
            um("input.controle").click();
            assertEquals("10", desenhadas());
            um("input.filtro").sendKeys("SAQ-");
            assertEquals("2", desenhadas());
            assertEquals(2, new Select(um("select.operacao")).getOptions().size());
            um("input.filtro").sendKeys(" nenhuma");
            assertEquals("0", desenhadas());
        }

        @Test
        @DisplayName("pelo teclado se aproxima, se move e se passa de operação em operação; a lista diz o mesmo em texto")
        void teclado() throws IOException {
            abrir(RastroGerado.divergencia());
            WebElement canvas = um(".diagrama canvas");
            double vao = vao();
            canvas.sendKeys("+");
            assertTrue(vao() < vao * 0.8);
            canvas.sendKeys("0");
            assertEquals(vao, vao(), 1e-9);
            canvas.sendKeys("nn");
            assertEquals("DEPOSITO ana 100.00", textos(".painel h4").get(0));
            canvas.sendKeys("p");
            assertEquals("DEPOSITO bia 40.00", textos(".painel h4").get(0));
            um(".lista summary").click();
            quadro();
            assertTrue(textos(".eventos li").stream().anyMatch(linha ->
                    linha.contains("replica-2 · RECUSADA · SAQUE · ana = 0.00")));
        }

        @Test
        @DisplayName("a roda aproxima no ponteiro, e arrastar move")
        void roda() throws IOException {
            abrir(RastroGerado.divergencia());
            WebElement canvas = um(".diagrama canvas");
            new Actions(navegador).moveToElement(canvas).click().perform();
            double vao = vao();
            js("arguments[0].dispatchEvent(new WheelEvent('wheel', {deltaY: -300, clientX: 600, cancelable: true}))",
                    canvas);
            assertTrue(vao() < vao * 0.8);
            double antes = ((Number) js("return relatorio.secoes[0].diagrama.vista.u0")).doubleValue();
            new Actions(navegador).moveToElement(canvas).clickAndHold().moveByOffset(-80, 0).release().perform();
            assertTrue(((Number) js("return relatorio.secoes[0].diagrama.vista.u0")).doubleValue() > antes);
        }

        @Test
        @DisplayName("nada do que um rastro diz vira marcação ou programa")
        void hostil() throws IOException {
            String mau = "</script><script>window.invadido=1</script><!--"
                    + "<img src=x onerror=\"window.invadido=2\">\u2028{{dados}}&lt;";
            RastroGerado r = new RastroGerado().inicio(3, mau, "cliente-1", mau, "replica-1", "replica-2");
            r.pede(1, "cliente-1", mau, mau, mau, "1.00").resposta(2, "cliente-1", mau, "resposta", mau);
            r.mensagem(1, 2, "cliente-1", mau, mau, mau);
            r.aplicar(3, "replica-1", mau, 1, "DEPOSITO", mau, "1.00").aplicar(4, "replica-2", mau, 1, "SAQUE", mau, "1.00");
            r.falta(1, mau, mau, null).nota(2, mau).nota(3, "meio caractere: \ud800");
            r.veredito(mau, mau, mau).veredito("replicas-iguais", "NÃO", mau);
            List<ObjectNode> eventos = r.eventos();
            eventos.add(Json.MAPPER.createObjectNode().put("t", 5).put("tipo", "aplicar").put("contas", 3).put("saldos", "x")
                    .put("id_msg", 7));
            eventos.add(Json.MAPPER.createObjectNode().put("t", "agora").put("tipo", "mensagem"));
            eventos.add(Json.MAPPER.createObjectNode().put("t", 6).put("tipo", "mensagem").put("de", "__proto__")
                    .put("para", "constructor"));
            abrir(List.of(new Secao(mau, List.of(mau), eventos)),
                    new Tabela(mau, List.of(mau), List.of(List.of(mau))));
            js("relatorio.secoes[0].diagrama.escolherVizinha(1)");
            um(".lista summary").click();
            quadro();
            assertEquals(null, js("return window.invadido || null"));
            assertEquals(0L, js("return document.querySelectorAll('img, #conteudo script').length"));
            assertTrue(textos("h2").get(1).startsWith("</script><script>window.invadido=1</script><!--<img"),
                    "o texto aparece tal e qual");
            assertEquals(2, textos(".painel tbody tr").size());
        }

        @Test
        @DisplayName("10 000 mensagens continuam fluidas")
        void dezMil(TestReporter relator) throws IOException {
            abrir(RastroGerado.grande(10_000));
            js("relatorio.secoes[0].diagrama.ajustar()");
            assertEquals("10000", desenhadas());
            Object[] medidas = ((List<?>) navegador.executeAsyncScript("""
                    const [limite, pronto] = arguments, d = relatorio.secoes[0].diagrama, quadros = [];
                    const quadro = (i, antes) => requestAnimationFrame(agora => {
                      if (antes) { quadros.push(agora - antes); }
                      if (i === 40) {
                        const q = quadros.sort((a, b) => a - b), tudo = [];
                        d.ajustar();
                        for (let k = 0; k < 40 && !(Math.min(...tudo) < limite); k++) { // quem mais usa a máquina não conta
                          const inicio = performance.now();
                          d.desenhar();
                          d.ctx.getImageData(0, 0, 1, 1);
                          tudo.push(performance.now() - inicio);
                        }
                        pronto([q[q.length >> 2], q[Math.floor(q.length * 0.95)], Math.min(...tudo)]);
                        return;
                      }
                      d.aproximar(i < 20 ? 1.2 : 1 / 1.2);
                      quadro(i + 1, agora);
                    });
                    d.ajustar();
                    quadro(0, 0);
                    """, QUADRO_MS)).toArray();
            String figura = Texto.formatar(
                    "quadro ao aproximar: um quarto até %.0f ms, 95 %% até %.0f ms; tudo à vista: %.0f ms",
                    Stream.of(medidas).map(m -> ((Number) m).doubleValue()).toArray());
            relator.publishEntry("10 000 mensagens", figura);
            assertTrue(((Number) medidas[0]).doubleValue() < QUADRO_MS
                    && ((Number) medidas[2]).doubleValue() < QUADRO_MS, figura);
        }

        @Test
        @DisplayName("ver a operação: abre-se aproximado, na primeira que mudou um saldo numa réplica só; o botão volta lá,"
                + " de onde se estiver")
        void verAOperacao() throws IOException {
            tamanho(1280, 720);
            abrir(RastroGerado.longa());
            for (boolean peloBotao : new boolean[] {false, true}) {
                if (peloBotao) {
                    js("relatorio.secoes[0].diagrama.escolher(null); relatorio.secoes[0].diagrama.ajustar();"
                            + " window.scrollTo(0, document.body.scrollHeight)");
                    quadro();
                    assertEquals("399", desenhadas().replace("800", "399"));
                    js("document.querySelector('.divergencia button').click()");
                    quadro();
                }
                assertEquals("op-151", js("return relatorio.secoes[0].diagrama.escolhida"),
                        "a 51 também se perdeu, mas não mudou saldo nenhum");
                assertEquals(true, js("const d = relatorio.secoes[0].diagrama, r = d.caixa.getBoundingClientRect();"
                        + " return d.eixo.comprimido && d.m.operacoes.get('op-151').aplicacoes.every(a => d.x(a.t) >"
                        + " d.esquerda && d.x(a.t) < d.largura) && r.top >= 0 && r.bottom <= innerHeight"), "está à vista");
                assertTrue(Integer.parseInt(desenhadas()) < 80, "e lê-se: " + desenhadas());
                assertTrue(escritos().contains("perdida: DEPOSITO conta-1 1.00"), escritos().toString());
                assertTrue(textos(".painel tbody tr").contains("replica-2 conta-1 não aplicou"), painel());
                assertTrue(
                        painel().contains("A conta conta-1 começa a diferir nesta operação: replica-1 APLICADA; replica-2"
                                + " não aplicou."), painel());
            }
        }

        @Test
        @DisplayName("as palavras ficam ao pé da sua marca, e nunca tapam o ✕ de uma mensagem perdida")
        void rotulos() throws IOException {
            for (int largura : new int[] {1280, 700, 360}) {
                tamanho(largura, 720);
                abrir(List.of(secao("a", RastroGerado.perdida()), secao("b", RastroGerado.longa()),
                        secao("c", RastroGerado.buraco())), null);
                assertEquals(List.of(), js("""
                        return relatorio.secoes.flatMap(({ diagrama: d }) => {
                          const perdidas = d.desenhadas.filter(x => x.msg.destino === 'perdida').map(x => x.p.at(-1));
                          const tapa = ({ r }, [x, y]) => r[0] < x + 8 && r[2] > x - 8 && r[1] < y + 8 && r[3] > y - 8;
                          const fora = (v, a, b) => Math.max(a - v, v - b, 0);
                          const perto = ({ r }, [x, y]) => Math.hypot(fora(x, r[0], r[2]), fora(y, r[1], r[3])) < 40;
                          return d.escritos.filter(e => perdidas.some(p => tapa(e, p))
                              || e.palavras.startsWith('perdida') && !perdidas.some(p => perto(e, p))
                              || /[{}]/.test(e.palavras)).map(e => e.palavras);
                        });"""), largura + " px");
            }
        }

        @Test
        @DisplayName("o que a cena conta vê-se sem pedir: a réplica que pede o que lhe falta; o arranque e os pulsos, não")
        void assunto() throws IOException {
            abrir(RastroGerado.buraco());
            List<String> escritos = escritos();
            assertTrue(escritos.containsAll(List.of("HISTORICO desde 2", "história: seq 2", "perdida: DEPOSITO ana 10.00")),
                    escritos.toString());
            assertFalse(escritos.stream().anyMatch(e -> e.contains("desde 1") || e.contains("nada a mais")
                    || e.contains("pulso")), escritos.toString());
            int poucas = Integer.parseInt(desenhadas());
            um("input.controle").click();
            assertEquals(poucas + 6, Integer.parseInt(desenhadas()));
        }

        @Test
        @DisplayName("no multicast não se fala em latência: ninguém responde; e não cumprir o que não se promete"
                + " não é uma falha")
        void multicast() throws IOException {
            abrir(List.of(secao("a", RastroGerado.longa()), secao("b", RastroGerado.buraco())), null);
            assertEquals(List.of("Saldos"), textos("#secao-0 .duas h3"));
            assertTrue(um("#secao-0").getText().contains("No multicast o cliente só envia, e ninguém lhe responde"));
            assertFalse(painel().contains("resposta veio"), painel());
            assertEquals(List.of("Saldos", "Latência"), textos("#secao-1 .duas h3"));
            assertEquals("– as réplicas acabam iguais: NÃO não promete", textos("#secao-0 .vereditos li").get(0));
            assertEquals(List.of(), textos("#secao-0 .vereditos .nao"));
        }

        @ParameterizedTest(name = "{0}x{1}")
        @CsvSource({"1280, 720", "1024, 768", "1920, 1080"})
        @DisplayName("a história e o diagrama estão no ecrã ao mesmo tempo, com os vereditos e os passos")
        void noMesmoEcra(int largura, int altura) throws IOException {
            tamanho(largura, altura);
            abrir(List.of(new Secao("Um buraco", List.of("Era uma vez.".repeat(20)), RastroGerado.buraco().eventos())),
                    null);
            for (String qual : List.of(".vereditos", ".diagrama", ".passos", ".historia p")) {
                assertTrue(naVista(qual, largura, altura), qual);
            }
            assertTrue((Boolean) js("const a = document.querySelector('.diagrama').getBoundingClientRect(),"
                    + " b = document.querySelector('.historia').getBoundingClientRect(); return b.left >= a.right"),
                    "lado a lado");
        }

        @Test
        @DisplayName("passo a passo, com as setas ou os botões: a frase do que acontece, a nota acesa, e nada do que ainda"
                + " não aconteceu")
        void passos() throws IOException {
            abrir(RastroGerado.buraco());
            int todas = Integer.parseInt(desenhadas());
            WebElement canvas = um(".diagrama canvas");
            canvas.sendKeys(Keys.ARROW_RIGHT);
            assertTrue(um(".frase").getText().endsWith("cliente-1 pede: DEPOSITO ana 10.00"), um(".frase").getText());
            assertEquals("0", desenhadas());
            canvas.sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
            assertTrue(um(".frase").getText().contains("replica-1 recebe de sequenciador: DEPOSITO ana 10.00"),
                    um(".frase").getText());
            assertEquals("3", desenhadas());
            assertEquals(List.of(), textos(".notas .agora"));
            for (int i = 0; i < 60 && textos(".notas .agora").isEmpty(); i++) {
                um(".passos button[title^='passo seguinte']").click();
            }
            assertTrue(um(".notas .agora").getText().contains("ela pede-a"));
            assertTrue(um(".frase").getText().contains("1. À réplica 2 falta"), um(".frase").getText());
            assertFalse(escritos().contains("HISTORICO desde 2"), "ainda não aconteceu");
            canvas.sendKeys(Keys.ARROW_LEFT);
            assertEquals(List.of(), textos(".notas .agora"));
            canvas.sendKeys(Keys.ESCAPE);
            assertEquals(todas, Integer.parseInt(desenhadas()));
            um(".notas button").click();
            assertTrue(um(".frase").getText().contains("1. À réplica 2 falta"), "o número da nota leva lá");
        }

        @Test
        @DisplayName("aproximar não perde de vista a operação escolhida; a dica some com o que dizia")
        void aproximar() throws IOException {
            abrir(RastroGerado.divergencia());
            clicar("(d => { const a = d.m.aplicacoes.at(-1); return [d.x(a.t), d.y(a.faixa)]; })(d)");
            assertTrue(um(".dica").isDisplayed());
            String dica = um(".dica").getText();
            um(".diagrama canvas").sendKeys("++++");
            quadro();
            assertFalse(um(".dica").isDisplayed() && um(".dica").getText().equals(dica), dica);
            String aVista = "const d = relatorio.secoes[0].diagrama, x = d.xDe(d.meioDaEscolhida()); return x > d.esquerda"
                    + " && x < d.largura";
            assertEquals(true, js(aVista));
            for (int i = 0; i < 5; i++) {
                js("arguments[0].dispatchEvent(new WheelEvent('wheel', {deltaY: -400, clientX: 250, cancelable: true}))",
                        um(".diagrama canvas"));
            }
            assertEquals(true, js(aVista));
        }

        @ParameterizedTest(name = "{0}, {1} px")
        @CsvSource({"light, 1280", "dark, 1280", "light, 360"})
        @DisplayName("o axe-core não encontra nada que exclua alguém")
        void acessivel(String tema, int largura) throws IOException {
            tamanho(largura, 720);
            emular("screen", tema);
            abrir(List.of(new Secao("a", List.of("Era uma vez."), RastroGerado.divergencia().eventos()),
                    secao("b", RastroGerado.buraco())),
                    new Tabela("As partes", List.of("parte", "p50", "iguais"),
                            List.of(List.of("1", "3.2", "NÃO como promete"),
                            List.of("3", "4.1", "sim por sorte"), List.of("4", "4", "NÃO mas prometia"),
                            List.of("2", "4", "desconhecido"))));
            um(".diagrama canvas").sendKeys("n", Keys.ARROW_RIGHT);
            um(".lista summary").click();
            assertEquals(
                    List.of(),
                    js("return [...document.querySelectorAll('button[aria-label]')].filter(b =>"
                    + " /\\p{L}/u.test(b.textContent) &&"
                    + " !b.getAttribute('aria-label').includes(b.textContent.replace(/[^\\p{L}]+/gu, ''))).map(b =>"
                    + " b.textContent)"),
                    "o nome de um botão é o que nele se lê");
            assertEquals(List.of(), Chromium.barreiras(navegador));
        }

        @ParameterizedTest(name = "{0} px")
        @CsvSource({"375, 1, \"nível: \"", "1280, 6, none"})
        @DisplayName("uma tabela larga lê-se num telefone sem a empurrar para o lado: cada célula diz de que coluna é")
        void tabelaEstreita(int largura, long colunas, String antes) throws IOException {
            tamanho(largura, 720);
            abrir(List.of(secao("a", RastroGerado.buraco())), new Tabela("Nota: 91,9 de 100", List.of("prova",
                    "o que devia acontecer", "nível", "", "pontos", "por quê"), List.of(List.of("sequenciador/repetida",
                    "um pedido repetido recebe o mesmo número, e vale uma vez", "básico", "NÃO", "0 de 8,1",
                    "o mesmo id_msg recebeu seq=3 e depois seq=4: o saque de 80 valeu duas vezes"))));
            assertEquals(true, js("const r = document.querySelector('.rolar'); return r.scrollWidth <= r.clientWidth"));
            assertEquals(colunas, js("return new Set([...document.querySelector('.tabela tbody tr').children]"
                    + ".map(celula => celula.getBoundingClientRect().left)).size"));
            assertEquals(antes, js("return getComputedStyle(document.querySelector('.tabela td:nth-child(3)'), '::before')"
                    + ".content"));
        }

        @ParameterizedTest(name = "{0}, {1} px")
        @CsvSource({"light, 1280", "dark, 1280", "light, 360", "dark, 1920"})
        @DisplayName("lê-se no claro e no escuro, no estreito e no largo")
        void aparencia(String tema, int largura) throws IOException {
            tamanho(largura, 900);
            emular("screen", tema);
            abrir(RastroGerado.divergencia());
            um(".diagrama canvas").sendKeys("n");
            BufferedImage imagem = fotografar();
            assertTrue(cores(imagem) > 60, "há o que ver");
            int fundo = imagem.getRGB(2, imagem.getHeight() - 3) & 0xff;
            assertEquals("dark".equals(tema), fundo < 100, "o fundo é o do tema");
            assertTrue((Long) js("return document.documentElement.scrollWidth") <= largura, "nada sai para o lado");
        }

        @Test
        @DisplayName("imprime-se em claro, sem botões, mesmo com o tema escuro")
        void impressao() throws IOException {
            emular("screen", "dark");
            abrir(RastroGerado.failover());
            byte[] pdf = Base64.getDecoder().decode(navegador.print(new PrintOptions()).getContent());
            assertTrue(new String(pdf, 0, 5).startsWith("%PDF") && pdf.length > 20_000, () -> pdf.length + " bytes");
            emular("print", "dark");
            BufferedImage papel = fotografar();
            assertTrue(cores(papel) > 60 && (papel.getRGB(2, papel.getHeight() - 3) & 0xff) == 255);
            assertFalse(um(".barra").isDisplayed() || um(".passos").isDisplayed());
            assertNotEquals(0L, js("const c = document.querySelector('.diagrama canvas');"
                    + " return c.getContext('2d').getImageData(5, 5, 1, 1).data[0]"));
        }
    }

    // ───── Ferramentas ─────

    @AfterAll
    static void fecharNavegador() {
        if (navegador != null) {
            navegador.quit();
            navegador = null;
        }
    }

    private static Secao secao(String titulo, RastroGerado rastro) {
        return new Secao(titulo, List.of(), rastro.eventos());
    }

    private static void abrir(RastroGerado rastro) throws IOException {
        abrir(List.of(secao("Um rastro", rastro)), null);
    }

    /** Escreve o relatório, abre-o e confere que o console não se queixou de nada. */
    private static void abrir(List<Secao> secoes, Tabela tabela) throws IOException {
        Path html = pasta.resolve("r" + ++paginas + ".html");
        Relatorio.escrever(html, secoes, tabela);
        navegador.get(html.toUri().toString());
        quadro();
        assertEquals(List.of(), queixas());
    }

    private static List<String> queixas() {
        return Chromium.queixas(navegador);
    }

    private static void quadro() {
        Chromium.quadro(navegador);
    }

    private static Object js(String programa, Object... argumentos) {
        return navegador.executeScript(programa, argumentos);
    }

    private static WebElement um(String seletor) {
        return navegador.findElement(By.cssSelector(seletor));
    }

    private static List<String> textos(String seletor) {
        return navegador.findElements(By.cssSelector(seletor)).stream()
                .map(e -> e.getText().replaceAll("\\s+", " ")).toList();
    }

    private static String painel() {
        return um(".painel").getText();
    }

    /** As palavras que se leem no diagrama. */
    private static List<String> escritos() {
        quadro();
        return ((List<?>) js("return relatorio.secoes[0].diagrama.escritos.map(e => e.palavras)")).stream()
                .map(Object::toString).toList();
    }

    /** O nome de cada coluna, e tudo o que está nela, alinham-se pelo mesmo lado. */
    private static void assertAlinhada() {
        assertEquals(List.of(List.of("left"), List.of("right"), List.of("left")), js("""
                const linhas = [...document.querySelectorAll('.tabela tr')].map(tr => [...tr.cells]);
                const lado = celula => getComputedStyle(celula).textAlign.replace('start', 'left');
                return linhas[0].map((c, i) => [...new Set(linhas.map(l => lado(l[i])))]);"""));
        assertEquals(1L, js("return new Set([...document.querySelectorAll('.tabela .selo b')]"
                + ".map(b => Math.round(b.getBoundingClientRect().left / 8))).size"),
                "os vereditos, uns por baixo dos outros");
    }

    private static boolean naVista(String seletor, int largura, int altura) {
        return (Boolean) js("const r = document.querySelector(arguments[0]).getBoundingClientRect();"
                + " return r.top >= 0 && r.left >= 0 && r.bottom <= arguments[2] && r.right <= arguments[1] &&"
                + " r.height > 10",
                seletor, largura, altura);
    }

    private static String desenhadas() {
        quadro();
        return um(".diagrama canvas").getAttribute("data-mensagens");
    }

    private static double vao() {
        return ((Number) js("const v = relatorio.secoes[0].diagrama.vista; return v.u1 - v.u0")).doubleValue();
    }

    /** Clica com o rato no ponto do diagrama {@code d} que a expressão dá. */
    private static void clicar(String expressao) {
        WebElement canvas = um(".diagrama canvas");
        js("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", canvas);
        List<?> ponto = (List<?>) js("const d = relatorio.secoes[0].diagrama; return " + expressao + ".map(Math.round)");
        Dimension tamanho = canvas.getSize();
        new Actions(navegador).moveToElement(canvas, ((Number) ponto.get(0)).intValue() - tamanho.getWidth() / 2,
                ((Number) ponto.get(1)).intValue() - tamanho.getHeight() / 2).click().perform();
        quadro();
    }

    private static void tamanho(int largura, int altura) {
        Chromium.tamanho(navegador, largura, altura);
    }

    private static void emular(String meio, String tema) {
        Chromium.aspecto(navegador, meio, tema);
    }

    private static BufferedImage fotografar() throws IOException {
        quadro();
        return ImageIO.read(new ByteArrayInputStream(navegador.getScreenshotAs(OutputType.BYTES)));
    }

    private static int cores(BufferedImage imagem) {
        return IntStream.range(0, imagem.getHeight()).boxed()
                .flatMap(y -> IntStream.range(0, imagem.getWidth()).mapToObj(x -> imagem.getRGB(x, y)))
                .collect(Collectors.toSet()).size();
    }

    public static void main(String[] args) {
        Testes.rodar(RelatorioTest.class);
    }
}
