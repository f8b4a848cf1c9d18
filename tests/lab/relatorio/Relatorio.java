//DEPS org.webjars.npm:uplot:1.6.30
//FILES relatorio.html
//FILES relatorio.css
//FILES relatorio.js
//FILES visor-base.js
//FILES visor-tabela.js
//FILES visor-grafico.js
//FILES visor-palavras.js
//FILES visor-rastro.js
//FILES visor-ruido.js
//FILES visor-vista.js
//FILES visor-fundo.js
//FILES visor-mensagens.js
//FILES visor-rotulos.js
//FILES visor-mao.js
//FILES visor-painel.js
//FILES visor-passos.js
//FILES visor-saldos.js
//FILES visor-latencia.js
//FILES visor-vereditos.js
//FILES visor-eventos.js
package tests.lab.relatorio;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import shared.disco.Arquivos;
import shared.texto.Falha;
import shared.texto.Json;
import tests.lab.vereditos.Divergencia;

/**
 * O relatório de uma execução: uma página HTML que se abre do disco, sem rede. O que se vê e se clica nela está em
 * {@code visor-*.js} e {@code relatorio.js}; aqui só se põem os dados dentro dela, de modo que nada que um rastro diga vire
 * marcação ou programa.
 */
public final class Relatorio {

    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/";
    /** O que todas as páginas têm, por ordem: cada um usa o que os de antes dizem. */
    private static final List<String> COMUNS = List.of("visor-base", "visor-tabela", "visor-grafico");
    private static final List<String> VISOR = List.of("visor-palavras", "visor-rastro", "visor-ruido", "visor-vista",
            "visor-fundo", "visor-mensagens", "visor-rotulos", "visor-mao", "visor-painel", "visor-passos", "visor-saldos",
            "visor-latencia", "visor-vereditos", "visor-eventos", "relatorio");
    private static final ObjectWriter ASCII = Json.MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

    private static final String UM_RASTRO =
            "faz um: jbang tests/lab/Lab.java cena NOME --rastro PASTA, ou rede --rastro ARQUIVO";

    /**
     * Uma execução.
     *
     * @param titulo   o da seção
     * @param historia parágrafos; sem nenhum, a página mostra só as notas do rastro
     * @param rastro   os eventos, um objeto cada um, como o laboratório os grava, com os vereditos
     */
    public record Secao(String titulo, List<String> historia, List<? extends JsonNode> rastro) {

        /**
         * A seção que um arquivo de rastro (JSON Lines) descreve sozinho; a última linha pode estar cortada.
         *
         * @throws Falha se não se lê, ou não é um rastro
         */
        public static Secao doArquivo(Path arquivo) {
            List<String> linhas = ler(arquivo);
            List<JsonNode> rastro = new ArrayList<>();
            for (int i = 0; i < linhas.size(); i++) {
                try {
                    rastro.add(Json.MAPPER.readTree(linhas.get(i)));
                } catch (JsonProcessingException e) {
                    if (i < linhas.size() - 1) {
                        throw new Falha(arquivo + ", linha " + (i + 1) + ": não é JSON; " + UM_RASTRO);
                    }
                }
            }
            if (rastro.isEmpty() || !rastro.stream().allMatch(evento -> evento.path("tipo").isTextual())) {
                throw new Falha(arquivo + " não é um rastro do laboratório; " + UM_RASTRO);
            }
            String titulo = rastro.stream().map(evento -> evento.path("titulo")).filter(JsonNode::isTextual).findFirst()
                    .map(JsonNode::textValue).orElse(String.valueOf(arquivo.getFileName()));
            return new Secao(titulo, List.of(), rastro);
        }

        private static List<String> ler(Path arquivo) {
            try {
                return Files.readAllLines(arquivo);
            } catch (NoSuchFileException e) {
                throw new Falha("não encontrei o rastro '" + arquivo + "'");
            } catch (IOException e) {
                throw new Falha("não consigo ler o rastro '" + arquivo + "' (" + Arquivos.motivo(e) + "); " + UM_RASTRO);
            }
        }
    }

    /**
     * Uma tabela. Uma célula que começa por {@code sim}, {@code NÃO} ou {@code desconhecido} aparece como um veredito, com o
     * que vier depois em letra menor.
     *
     * @param titulo  o que ela compara
     * @param colunas os nomes no alto
     * @param linhas  as células, tantas quantas as colunas; a primeira é o nome da linha
     */
    public record Tabela(String titulo, List<String> colunas, List<List<String>> linhas) {
    }

    private Relatorio() {
    }

    /** Escreve o relatório com no máximo uma tabela; {@code null} = nenhuma. */
    public static void escrever(Path html, List<Secao> secoes, Tabela tabela) throws IOException {
        escrever(html, "Relatório do laboratório", secoes, Optional.ofNullable(tabela).stream().toList());
    }

    /**
     * Escreve o relatório, no lugar do que lá estiver.
     *
     * @param html    o arquivo; a pasta dele é criada
     * @param titulo  o da página
     * @param secoes  na ordem em que aparecem
     * @param tabelas aparecem antes das seções
     */
    public static void escrever(Path html, String titulo, List<Secao> secoes, List<Tabela> tabelas) throws IOException {
        List<Map<String, Object>> todas = secoes.stream().map(Relatorio::dados).toList();
        escrever(html, VISOR, Map.of("titulo", titulo, "secoes", todas, "tabelas", tabelas));
    }

    private static Map<String, Object> dados(Secao s) {
        return Map.of("titulo", s.titulo(), "historia", s.historia(), "rastro", s.rastro(),
                "divergencias", Divergencia.de(s.rastro()));
    }

    /**
     * Escreve uma página com o mesmo aspecto, as mesmas tabelas e os mesmos gráficos, e outro conteúdo.
     *
     * @param programas os nomes, sem o {@code .js}, dos recursos que, juntos aos comuns por esta ordem, mostram os dados
     * @param oQue      os dados; {@code titulo} é o da página
     */
    public static void escrever(Path html, List<String> programas, Map<String, ?> oQue) throws IOException {
        String grafico = recurso(UPLOT + "dist/uPlot.iife.min.js");
        String visor = Stream.concat(COMUNS.stream(), programas.stream()).map(nome -> recurso("/" + nome + ".js"))
                .collect(Collectors.joining("\n"));
        String dados = ASCII.writeValueAsString(oQue);
        Map<String, String> partes = Map.of(
                "politica",
                "default-src 'none'; style-src 'unsafe-inline'; script-src " + sha256(grafico) + " " + sha256(visor),
                "licenca", recurso(UPLOT + "LICENSE").strip(),
                "estilo", recurso(UPLOT + "dist/uPlot.min.css") + recurso("/relatorio.css"),
                "grafico", grafico,
                "visor", visor,
                "dados", dados.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"));
        StringBuilder pagina = new StringBuilder();
        for (String pedaco : recurso("/relatorio.html").split("(?<=\\}\\})|(?=\\{\\{)")) {
            boolean lugar = pedaco.startsWith("{{") && pedaco.endsWith("}}");
            pagina.append(lugar ? partes.get(pedaco.substring(2, pedaco.length() - 2)) : pedaco);
        }
        Files.createDirectories(html.toAbsolutePath().getParent());
        Files.writeString(html, pagina);
    }

    private static String recurso(String nome) {
        try (InputStream aberto = Relatorio.class.getResourceAsStream(nome)) {
            if (aberto == null) {
                throw new IllegalStateException(
                        nome + " não está no classpath: falta o //FILES ou o //DEPS de Relatorio.java");
            }
            // o navegador também troca os fins de linha, e a política confere o que ele lê
            return new String(aberto.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Como a política de conteúdo nomeia um programa: nenhum outro roda na página. */
    private static String sha256(String programa) {
        try {
            byte[] resumo = MessageDigest.getInstance("SHA-256").digest(programa.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(resumo) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
