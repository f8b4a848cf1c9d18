//SOURCES Entrega.java Lugares.java
package tests.lab.palco;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import shared.disco.Arquivos;
import shared.texto.ErroDeUso;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import shared.texto.Texto;
import tests.lab.palco.Entrega.Papel;
import tests.lab.palco.Entrega.Saldo;
import tests.lab.palco.Entrega.Troca;

/** Lê uma {@link Entrega}. Um erro diz em que arquivo e em que chave está, o que devia estar lá, e o nome parecido. */
final class LeitorDeEntrega {

    private static final List<String> CHAVES = List.of("parte", "nome", "pasta", "preparar", "procurar", "substituir",
            "pesos", "papeis");
    private static final List<String> DE_PAPEL = List.of("comando", "pronto", "ambiente", "guarda", "semente", "entrada",
            "saldo", "portas");
    private static final List<String> ENTRADAS = List.of("inicio", "DEPOSITO", "SAQUE", "TRANSFERENCIA");
    private static final List<String> NIVEIS = List.of("basico", "duravel", "tolerante");
    private static final int PESO_MAXIMO = 10_000;

    private final String arquivo;
    private int parte;

    private LeitorDeEntrega(Path arquivo) {
        this.arquivo = arquivo.toString();
    }

    static Entrega ler(Path arquivo, Path pasta) {
        return new LeitorDeEntrega(arquivo).entrega(arquivo, pasta);
    }

    private Entrega entrega(Path caminho, Path dada) {
        ObjectNode raiz = raiz(caminho);
        chaves("", raiz, CHAVES);
        parte = inteiro("parte", raiz.path("parte"), 1, 4);
        Path daqui = caminho.toAbsolutePath().getParent();
        Path pasta = dada != null ? dada.toAbsolutePath() : pasta(daqui, raiz.path("pasta"));
        List<List<String>> preparar = new ArrayList<>();
        itens("preparar", raiz.path("preparar")).forEach((onde, no) -> preparar.add(comando(onde, no, Set.of())));
        List<String> procurar = raiz.has("procurar") ? comando("procurar", raiz.path("procurar"), Set.of()) : List.of();
        Map<String, Papel> papeis = papeis(raiz.path("papeis"));
        Set<String> lugares = new TreeSet<>();
        papeis.keySet().forEach(papel -> lugares.addAll(Lugares.de(parte, Elenco.papel(papel))));
        List<Troca> trocas = new ArrayList<>();
        itens("substituir", raiz.path("substituir")).forEach((onde, no) -> trocas.add(troca(onde, no, lugares)));
        Map<String, Integer> pesos = new LinkedHashMap<>();
        campos("pesos", raiz.path("pesos"), NIVEIS)
                .forEach((nivel, no) -> pesos.put(nivel, inteiro("pesos." + nivel, no, 0, PESO_MAXIMO)));
        String nome = raiz.has("nome") ? texto("nome", raiz.path("nome")) : pasta.getFileName().toString();
        return new Entrega(pasta, parte, nome, preparar, procurar, trocas, pesos, papeis);
    }

    private ObjectNode raiz(Path caminho) {
        try {
            return Json.lerGrande(Files.readAllBytes(caminho));
        } catch (NoSuchFileException e) {
            throw new ErroDeUso("não há o arquivo " + arquivo);
        } catch (IOException e) {
            throw new ErroDeUso("não consigo ler " + arquivo + " (" + Arquivos.motivo(e) + ")");
        } catch (MensagemInvalida e) {
            throw new ErroDeUso(arquivo + ": " + e.getMessage());
        }
    }

    private Path pasta(Path daqui, JsonNode no) {
        try {
            Path pasta = no.isMissingNode() ? daqui : daqui.resolve(texto("pasta", no)).normalize();
            if (!Files.isDirectory(pasta)) {
                throw erro("pasta", "não há a pasta " + pasta);
            }
            return pasta;
        } catch (InvalidPathException e) {
            throw erro("pasta", "isto não pode ser o nome de uma pasta");
        }
    }

    // ───── Os papéis ─────

    private Map<String, Papel> papeis(JsonNode no) {
        Map<String, Papel> papeis = new LinkedHashMap<>();
        List<String> quais = Elenco.papeis(parte);
        campos("papeis", no, null).forEach((nome, papel) -> {
            if (!quais.contains(Elenco.papel(nome))) {
                throw erro("papeis", ErroDeUso.naoHa("na parte " + parte + " o papel", nome, quais).getMessage()
                        + "; de um processo só, como replica-2");
            }
            papeis.put(nome, papel("papeis." + nome, Elenco.papel(nome), papel));
        });
        if (papeis.isEmpty()) {
            throw erro("papeis", "falta: diga pelo menos um papel, com o seu comando. Há: " + String.join(", ", quais));
        }
        return papeis;
    }

    private Papel papel(String onde, String papel, JsonNode no) {
        chaves(onde, objeto(onde, no), DE_PAPEL);
        Set<String> lugares = Lugares.de(parte, papel);
        if (!no.has("comando")) {
            throw erro(onde, "falta o comando: como se inicia, em palavras, como em [\"python3\", \"seq.py\"]");
        }
        List<String> comando = comando(onde + ".comando", no.path("comando"), lugares);
        Map<String, String> ambiente = new LinkedHashMap<>();
        campos(onde + ".ambiente", no.path("ambiente"), null).forEach((nome, valor) -> {
            String em = onde + ".ambiente." + nome;
            if (nome.isEmpty() || nome.contains("=")) {
                throw erro(em, "uma variável não se pode chamar assim");
            }
            ambiente.put(nome, comLugares(em, texto(em, valor), lugares));
        });
        Map<String, Integer> portas = new LinkedHashMap<>();
        campos(onde + ".portas", no.path("portas"), Lugares.portas(parte, papel))
                .forEach((nome, porta) -> portas.put(nome, inteiro(onde + ".portas." + nome, porta, 1, 65_535)));
        Map<String, String> entrada = entrada(onde + ".entrada", papel, no.path("entrada"));
        JsonNode pronto = no.path("pronto");
        return new Papel(comando, pronto.isMissingNode() || pronto.isNull() ? null : texto(onde + ".pronto", pronto),
                ambiente, logico(onde + ".guarda", no.path("guarda")), logico(onde + ".semente", no.path("semente")),
                entrada, saldo(onde + ".saldo", papel, no.path("saldo")), portas);
    }

    private Map<String, String> entrada(String onde, String papel, JsonNode no) {
        Map<String, String> entrada = new LinkedHashMap<>();
        campos(onde, no, ENTRADAS).forEach((qual, texto) -> {
            if (!papel.equals("cliente")) {
                throw erro(onde, "só de um cliente se diz o que digitar");
            }
            entrada.put(qual, comLugares(onde + "." + qual, texto(onde + "." + qual, texto),
                    qual.equals("inicio") ? Set.of() : qual.equals("TRANSFERENCIA") ? Set.of("origem", "destino", "valor")
                    : Set.of("conta", "valor")));
        });
        ENTRADAS.stream().skip(1).filter(qual -> !entrada.isEmpty() && !entrada.containsKey(qual)).findFirst()
                .ifPresent(falta -> {
                    throw erro(onde, "falta o que se digita para " + falta);
                });
        return entrada;
    }

    private Saldo saldo(String onde, String papel, JsonNode no) {
        Map<String, JsonNode> campos = campos(onde, no, List.of("consulta", "padrao"));
        if (campos.isEmpty()) {
            return Saldo.NAO_DIZ;
        }
        if (!Palco.TEM_BANCO.contains(Elenco.classe(parte, papel))) {
            throw erro(onde, "um processo destes não tem banco: não diz saldos");
        }
        if (campos.size() == 2) {
            throw erro(onde, "ou consulta, ou padrao: não os dois");
        }
        if (campos.containsKey("consulta")) {
            return new Saldo(logico(onde + ".consulta", campos.get("consulta")), null);
        }
        String padrao = texto(onde + ".padrao", campos.get("padrao"));
        if (!padrao.contains("(?<conta>") || !padrao.contains("(?<valor>")) {
            throw erro(onde + ".padrao", "tem de ter (?<conta>…) e (?<valor>…), como em"
                    + " \"(?<conta>\\\\w+): (?<valor>[\\\\d.]+)\"");
        }
        try {
            return new Saldo(false, Pattern.compile(padrao));
        } catch (PatternSyntaxException e) {
            throw erro(onde + ".padrao", "não é uma expressão regular: " + e.getDescription() + " na posição "
                    + e.getIndex());
        }
    }

    private Troca troca(String onde, JsonNode no, Set<String> lugares) {
        List<String> todas = List.of("arquivo", "de", "por");
        chaves(onde, objeto(onde, no), todas);
        todas.stream().filter(chave -> !no.has(chave)).findFirst().ifPresent(falta -> {
            throw erro(onde, "falta " + falta);
        });
        String de = texto(onde + ".de", no.path("de"));
        if (de.isEmpty()) {
            throw erro(onde + ".de", "está vazio");
        }
        return new Troca(texto(onde + ".arquivo", no.path("arquivo")), de,
                comLugares(onde + ".por", texto(onde + ".por", no.path("por")), lugares));
    }

    private List<String> comando(String onde, JsonNode no, Set<String> lugares) {
        List<String> palavras = new ArrayList<>();
        itens(onde, no).forEach((em, palavra) -> palavras.add(comLugares(em, texto(em, palavra), lugares)));
        if (palavras.isEmpty() || palavras.get(0).isBlank()) {
            throw erro(onde, "está vazio: esperava as palavras do comando, como em [\"python3\", \"seq.py\"]");
        }
        return palavras;
    }

    private String comLugares(String onde, String texto, Collection<String> lugares) {
        Set<String> todos = new TreeSet<>(lugares);
        todos.addAll(Lugares.DE_TODOS);
        Lugares.em(texto).filter(lugar -> !Lugares.conhece(lugar, todos)).findFirst().ifPresent(lugar -> {
            String parecido = Texto.parecido(lugar, todos);
            throw erro(onde, "não conheço o lugar {" + lugar + "}; "
                    + (parecido == null ? "" : "você quis dizer {" + parecido + "}? ")
                    + "Há: {" + String.join("}, {", todos) + "}. Uma chaveta que não é um lugar escreve-se {{");
        });
        return texto;
    }

    // ───── JSON ─────

    private ErroDeUso erro(String onde, String porque) {
        return new ErroDeUso(arquivo + ", " + onde + ": " + porque);
    }

    private ObjectNode objeto(String onde, JsonNode no) {
        if (no instanceof ObjectNode objeto) {
            return objeto;
        }
        throw erro(onde, "esperava um objeto {…}, veio " + Json.tipoDe(no));
    }

    private void chaves(String onde, ObjectNode no, Collection<String> quais) {
        no.fieldNames().forEachRemaining(chave -> {
            if (!quais.contains(chave)) {
                throw new ErroDeUso(arquivo + (onde.isEmpty() ? "" : ", " + onde) + ": "
                        + ErroDeUso.naoHa("a chave", chave, quais).getMessage());
            }
        });
    }

    /** As chaves e os valores de um objeto, que pode faltar. @param quais {@code null} = quaisquer */
    private Map<String, JsonNode> campos(String onde, JsonNode no, Collection<String> quais) {
        Map<String, JsonNode> campos = new LinkedHashMap<>();
        if (!no.isMissingNode()) {
            if (quais != null) {
                chaves(onde, objeto(onde, no), quais);
            }
            objeto(onde, no).properties().forEach(campo -> campos.put(campo.getKey(), campo.getValue()));
        }
        return campos;
    }

    /** Os itens de uma lista, que pode faltar, cada um com o seu lugar: {@code preparar[1]}. */
    private Map<String, JsonNode> itens(String onde, JsonNode no) {
        if (!no.isMissingNode() && !no.isArray()) {
            throw erro(onde, "esperava uma lista […], veio " + Json.tipoDe(no));
        }
        Map<String, JsonNode> itens = new LinkedHashMap<>();
        for (int i = 0; i < no.size(); i++) {
            itens.put(onde + "[" + i + "]", no.get(i));
        }
        return itens;
    }

    private String texto(String onde, JsonNode no) {
        if (no.isTextual() && no.textValue().indexOf('\0') < 0) {
            return no.textValue();
        }
        throw erro(onde, no.isTextual() ? "tem um caractere de controle" : "esperava um texto, veio " + Json.tipoDe(no));
    }

    private boolean logico(String onde, JsonNode no) {
        if (no.isMissingNode() || no.isBoolean()) {
            return no.asBoolean();
        }
        throw erro(onde, "esperava true ou false, veio " + Json.tipoDe(no));
    }

    private int inteiro(String onde, JsonNode no, int de, int ate) {
        if (no.isIntegralNumber() && no.canConvertToInt() && no.intValue() >= de && no.intValue() <= ate) {
            return no.intValue();
        }
        String veio = no.isMissingNode() ? "falta" : no.isNumber() ? "veio " + no.asText() : "veio " + Json.tipoDe(no);
        throw erro(onde, "esperava um número de " + de + " a " + ate + "; " + veio);
    }
}
