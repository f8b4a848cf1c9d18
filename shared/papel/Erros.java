//DEPS info.picocli:picocli:4.7.7
package shared.papel;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;
import shared.disco.Arquivos;
import shared.texto.Endereco;
import shared.texto.ErroDeUso;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import shared.texto.Reais;
import shared.texto.Texto;

/** Os erros da linha de comando, em português e sem pilhas: de uso, código 2; de execução, código 1. */
final class Erros {

    /** As opções que já houve, e o que se diz hoje no lugar delas. */
    private static final Map<String, String> DE_ONTEM = Map.of(
            "--formato", "agora é --semente, sem valor, em vez de --formato semente",
            "--protocolo", "agora é --semente, sem valor e antes do comando, em vez de --protocolo rpyc",
            "--local", "agora é --semente, antes do comando: saldo lê das réplicas (--consultas)",
            "--semente", "nos clientes vem antes do comando (em carga, depois dele, é a das operações ao acaso)");

    /** A propriedade em que o run-all.sh diz como o chamaram. */
    static final String NOME = "banco.comando";

    private Erros() {
    }

    static void instalar(CommandLine linha) {
        converter(linha, Integer.class, Erros::inteiro);
        converter(linha, int.class, Erros::inteiro);
        converter(linha, Long.class, texto -> (long) inteiro(texto));
        converter(linha, long.class, texto -> (long) inteiro(texto));
        converter(linha, Double.class, Erros::numero);
        converter(linha, Boolean.class, Erros::booleano);
        converter(linha, boolean.class, Erros::booleano);
        converter(linha, BigDecimal.class, Reais::ler);
        converter(linha, Endereco.class, Endereco::ler);
        linha.setParameterExceptionHandler((erro, argumentos) -> deUso(erro));
        linha.setExecutionExceptionHandler((erro, comando, resultado) -> deExecucao(erro, comando.getErr()));
    }

    private static int deUso(ParameterException erro) {
        PrintWriter saida = erro.getCommandLine().getErr();
        String comando = erro.getCommandLine().getCommandSpec().qualifiedName(" ");
        saida.println("erro de uso: " + explicar(erro));
        saida.println("(" + antes() + comando + " --help mostra o uso)");
        return 2;
    }

    private static int deExecucao(Exception erro, PrintWriter saida) {
        if (erro instanceof ErroDeUso) {
            saida.println("erro de uso: " + erro.getMessage());
            return 2;
        }
        if (erro instanceof Falha || erro instanceof MensagemInvalida) {
            saida.println("erro: " + Json.limpar(erro.getMessage()));
        } else if (causa(erro) instanceof IOException io) { // um arquivo, o disco: quem o pode resolver é a pessoa
            saida.println("erro: " + Json.limpar(Arquivos.motivo(io)));
        } else if (erro instanceof UnsupportedOperationException && erro.getMessage() != null) { // falta num exercício
            saida.println(Json.limpar(erro.getMessage()));
        } else if (erro.getCause() instanceof AssertionError prazo) { // no laboratório, um prazo que acabou
            String qual = String.valueOf(prazo.getMessage()).lines().findFirst().orElse("");
            saida.println("erro: " + Json.limpar(qual) + " (a máquina está muito ocupada? tente outra vez)");
        } else {
            saida.println("erro interno: " + erro + " (por favor relate; com BANCO_DEPURAR=1 sai também a pilha)");
            if (System.getenv("BANCO_DEPURAR") != null) {
                erro.printStackTrace(saida);
            }
        }
        return 1;
    }

    /** Como se chama este programa: pelo run-all.sh, que lhe diz o nome ({@link Papel#executar}), ou pelo JBang. */
    static String antes() {
        return System.getProperty(NOME) == null ? "jbang " : "";
    }

    private static Throwable causa(Throwable erro) {
        return erro instanceof UncheckedIOException ? erro.getCause() : erro;
    }

    private static <T> void converter(CommandLine linha, Class<T> tipo, Function<String, T> ler) {
        linha.registerConverter(tipo, texto -> traduzindo(() -> ler.apply(texto)));
    }

    /** Faz uma leitura cujo erro o picocli deve atribuir à opção. */
    static <T> T traduzindo(Supplier<T> ler) {
        try {
            return ler.get();
        } catch (Falha e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    private static boolean booleano(String texto) {
        if (texto.equals("true") || texto.equals("false")) {
            return texto.equals("true");
        }
        throw new Falha("'" + texto + "': esta opção não tem valor");
    }

    private static int inteiro(String texto) {
        try {
            return Texto.inteiro(texto.strip());
        } catch (NumberFormatException e) {
            boolean grande = texto.strip().matches("[+-]?[0-9]+");
            throw new Falha("'" + texto + "' "
                    + (grande ? "passa do máximo, que é " + Integer.MAX_VALUE : "não é um número inteiro"));
        }
    }

    private static double numero(String texto) {
        if (!texto.strip().matches("-?[0-9]{1,9}([.,][0-9]{1,9})?")) {
            throw new Falha("'" + texto + "' não é um número; use algo como 2 ou 0,5");
        }
        return Double.parseDouble(texto.strip().replace(',', '.'));
    }

    private static String explicar(ParameterException erro) {
        if (erro instanceof UnmatchedArgumentException sobra) {
            String primeiro = sobra.getUnmatched().get(0);
            if (primeiro.matches("-[\\d.,]+")) {
                return "'" + primeiro + "': o valor deve ser maior que zero";
            }
            String agora = DE_ONTEM.get(primeiro.replaceFirst("=.*", ""));
            if (agora != null) {
                return "opção desconhecida: '" + primeiro + "'; " + agora;
            }
            List<String> sugestoes = sobra.getSuggestions();
            String tipo = primeiro.startsWith("-") ? "opção desconhecida" : "argumento inesperado";
            return tipo + ": '" + primeiro + "'"
                    + (sugestoes.isEmpty() ? "" : "; você quis dizer " + String.join(" ou ", sugestoes) + "?");
        }
        if (erro instanceof MissingParameterException falta) {
            return "falta " + falta.getMissing().stream().map(Erros::nome).collect(Collectors.joining(" e "));
        }
        if (erro instanceof OverwrittenOptionException repetida) {
            return nome(repetida.getOverwritten()) + ": a opção aparece duas vezes";
        }
        if (erro.getArgSpec() != null && erro.getArgSpec().type().isEnum()) {
            Stream<String> todos = Stream.of(erro.getArgSpec().type().getEnumConstants()).map(Object::toString);
            return nome(erro.getArgSpec()) + ": '" + erro.getValue() + "' não serve; use um de "
                    + todos.collect(Collectors.joining(", "));
        }
        if (erro.getCause() instanceof TypeConversionException causa) {
            return nome(erro.getArgSpec()) + ": " + causa.getMessage();
        }
        return erro.getArgSpec() == null ? erro.getMessage() : nome(erro.getArgSpec()) + ": valor que não serve";
    }

    private static String nome(ArgSpec argumento) {
        if (argumento instanceof OptionSpec opcao) {
            return opcao.longestName() + (opcao.arity().max() == 0 ? "" : " " + opcao.paramLabel());
        }
        return ((PositionalParamSpec) argumento).paramLabel();
    }
}
