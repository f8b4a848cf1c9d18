//SOURCES Brine.java Servico.java
package part2.rpc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import shared.Operacao;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * O {@link Servico} como o Python o vê pelo RPyC: um objeto com três métodos, os argumentos deles e as exceções. Faz as
 * ações que um cliente pede, sem rede: quem a tem é {@link ServidorRpyc}.
 *
 * <p>Os objetos são quatro, o serviço e os métodos, e os mesmos para todos: não há o que guardar por conexão.
 */
final class ServicoRpyc {

    // As ações, com os números que têm no fio; há mais quatro, que aqui não servem.
    static final int PING = 1, CLOSE = 2, GETROOT = 3, GETATTR = 4, DELATTR = 5, SETATTR = 6, CALL = 7, CALLATTR = 8,
            REPR = 9, STR = 10, CMP = 11, HASH = 12, DIR = 13, PICKLE = 14, DEL = 15, INSPECT = 16;

    private static final int ARGUMENTOS_MAXIMOS = 4; // CALLATTR: objeto, nome, posicionais e nomeados

    private static final Pattern DECIMAL = Pattern.compile("[+-]?[0-9]{1,40}(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?");

    /** O que este lado oferece. O nome é o de uma classe do Python; a dos métodos já existe lá. */
    enum Objeto {
        SERVICO("part2.RpcServer", "o banco: depositar, sacar e transferir"),
        DEPOSITAR("builtins.method", "depositar(conta, valor, *, id_msg=None)", "conta", "valor"),
        SACAR("builtins.method", "sacar(conta, valor, *, id_msg=None)", "conta", "valor"),
        TRANSFERIR("builtins.method", "transferir(conta_origem, conta_destino, valor, *, id_msg=None)",
                "conta_origem", "conta_destino", "valor"),
        GET_SERVICE_NAME("builtins.method", "get_service_name()"),
        GET_SERVICE_ALIASES("builtins.method", "get_service_aliases()");

        /** O nome que o RPyC tira de uma classe BankService, como a do original. */
        private static final String NOME = "BANK";

        private static final List<String> COMPARACOES = List.of("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__");

        final List<Object> referencia; // classe, número dela, número do objeto (0 seria a própria classe)
        private final String doc;
        private final List<String> parametros;

        Objeto(String classe, String doc, String... parametros) {
            this.referencia = List.of(classe, ordinal() == 0 ? 1L : 2L, 10L + ordinal());
            this.doc = doc;
            this.parametros = List.of(parametros);
        }

        static Objeto de(Object referencia) {
            return Stream.of(values()).filter(objeto -> objeto.referencia.equals(referencia)).findFirst()
                    .orElseThrow(() -> new Excecao("KeyError", "este servidor não tem um objeto com essa referência"));
        }

        Object atributo(Object nome) {
            if (nome instanceof String texto && texto.equals("__doc__")) {
                return doc;
            }
            for (Objeto metodo : values()) {
                if (this == SERVICO && metodo != SERVICO && nome instanceof String texto
                        && texto.replaceFirst("^exposed_", "").equals(metodo.nome())) {
                    return metodo;
                }
            }
            throw nome instanceof String texto
                    ? new Excecao("AttributeError", Json.citar(texto) + " não existe aqui; há depositar, sacar e transferir")
                    : new Excecao("TypeError", "o nome de um atributo é um texto");
        }

        List<String> atributos() {
            Stream<String> metodos = Stream.of(values()).filter(objeto -> this == SERVICO && objeto != SERVICO)
                    .flatMap(metodo -> Stream.of(metodo.nome(), "exposed_" + metodo.nome()));
            return Stream.concat(Stream.of("__doc__"), metodos).toList();
        }

        private boolean aceita(String nome) {
            return parametros.contains(nome) || nome.equals("id_msg") && !parametros.isEmpty();
        }

        private String nome() {
            return name().toLowerCase(Locale.ROOT);
        }

        @Override
        public String toString() {
            return "<" + doc + ">";
        }
    }

    /** Um objeto do outro lado, de que aqui só se tem a referência. */
    record Alheio(List<?> referencia) {
        @Override
        public String toString() {
            return "um objeto por referência (" + Json.citar(String.valueOf(referencia.get(0))) + ")";
        }
    }

    /** Uma exceção do Python. */
    static final class Excecao extends RuntimeException {
        final String classe;

        Excecao(String classe, String mensagem) {
            super(mensagem, null, false, false);
            this.classe = classe;
        }
    }

    private final Servico servico;

    /** @param servico o que se oferece; {@code null}: nada */
    ServicoRpyc(Servico servico) {
        this.servico = servico;
    }

    // ───── Ações ─────

    /** Faz o que um pedido pede. @throws Excecao o que o Python deve ver */
    Object fazer(int acao, List<?> a) {
        if (servico == null && acao != PING) {
            throw new Excecao("AttributeError", "este lado é um cliente: não oferece nada");
        }
        if (a.size() > ARGUMENTOS_MAXIMOS) {
            throw new Excecao("TypeError", "argumentos demais no pedido");
        }
        return switch (acao) {
            case PING -> argumento(a, 0);
            case GETROOT -> Objeto.SERVICO;
            case GETATTR -> objeto(a).atributo(argumento(a, 1));
            case CALL -> chamar(objeto(a), argumento(a, 1), a.size() < 3 ? List.of() : a.get(2));
            case CALLATTR -> argumento(a, 1).equals("__format__") ? objeto(a).toString()
                    : chamar(objeto(a).atributo(a.get(1)), argumento(a, 2), a.size() < 4 ? List.of() : a.get(3));
            case REPR, STR -> objeto(a).toString();
            case HASH -> objeto(a).referencia.get(2);
            case DIR -> objeto(a).atributos();
            case CMP -> comparar(objeto(a), argumento(a, 1), argumento(a, 2));
            case DEL -> {
                objeto(a);
                yield null; // nada a esquecer: são os mesmos para todos, até o fim
            }
            case INSPECT -> Objeto.de(argumento(a, 0)).atributos().stream().filter(nome -> nome.startsWith("exposed_"))
                    .map(nome -> List.of(nome, ((Objeto) Objeto.SERVICO.atributo(nome)).doc)).toList();
            case SETATTR, DELATTR -> throw new Excecao("AttributeError", "aqui nenhum atributo se muda nem se apaga");
            case PICKLE -> throw new Excecao("ValueError", "aqui nada se copia com pickle");
            default -> throw new Excecao("TypeError", "os objetos deste servidor não fazem isso; há depositar, sacar e"
                    + " transferir");
        };
    }

    /** O que o Python faz com um objeto sem ordem: igual a si mesmo, e quanto ao resto não sabe. */
    private static Object comparar(Objeto um, Object outro, Object como) {
        if (!Objeto.COMPARACOES.contains(como)) {
            throw new Excecao("AttributeError", "só se compara com " + String.join(", ", Objeto.COMPARACOES));
        }
        boolean sabe = um == outro && (como.equals("__eq__") || como.equals("__ne__"));
        return sabe ? como.equals("__eq__") : Brine.Unico.NOT_IMPLEMENTED;
    }

    // ───── Argumentos ─────

    private Object chamar(Object metodo, Object posicionais, Object nomeados) {
        if (!(metodo instanceof Objeto objeto) || objeto == Objeto.SERVICO) {
            throw new Excecao("TypeError", "isto não se chama; chame depositar, sacar ou transferir");
        }
        Map<String, Object> a = argumentos(objeto, tupla(posicionais, -1), tupla(nomeados, -1));
        String idMsg = a.get("id_msg") == null ? Operacao.novoId() : texto(a, "id_msg");
        return switch (objeto) {
            case DEPOSITAR -> servico.depositar(texto(a, "conta"), valor(a), idMsg);
            case SACAR -> servico.sacar(texto(a, "conta"), valor(a), idMsg);
            case GET_SERVICE_NAME -> Objeto.NOME;
            case GET_SERVICE_ALIASES -> List.of(Objeto.NOME);
            default -> servico.transferir(texto(a, "conta_origem"), texto(a, "conta_destino"), valor(a), idMsg);
        };
    }

    /**
     * Cada argumento com o seu nome, como o Python faria: os posicionais por ordem, e depois os nomeados. O id_msg, que o
     * original não tem, só entra pelo nome: um argumento a mais é um erro, como lá.
     */
    private static Map<String, Object> argumentos(Objeto metodo, List<?> posicionais, List<?> nomeados) {
        Map<String, Object> juntos = new HashMap<>();
        boolean serve = posicionais.size() <= metodo.parametros.size();
        for (int i = 0; serve && i < posicionais.size(); i++) {
            juntos.put(metodo.parametros.get(i), posicionais.get(i));
        }
        for (Object nomeado : nomeados) {
            List<?> par = tupla(nomeado, 2);
            serve &= par.get(0) instanceof String nome && metodo.aceita(nome) && !juntos.containsKey(nome);
            juntos.put(String.valueOf(par.get(0)), par.get(1));
        }
        if (!serve || !juntos.keySet().containsAll(metodo.parametros)) {
            throw new Excecao("TypeError", "os argumentos são " + metodo.doc);
        }
        return juntos;
    }

    private static String texto(Map<String, Object> argumentos, String nome) {
        if (argumentos.get(nome) instanceof String texto) {
            return texto;
        }
        throw new Excecao("TypeError", nome + ": esperava um texto (str), veio " + descrever(argumentos.get(nome)));
    }

    /** Um int, um float ou um decimal escrito num texto. De um float vale o que o Python mostra: 10.1 é 10.1. */
    private static BigDecimal valor(Map<String, Object> argumentos) {
        Object valor = argumentos.get("valor");
        if (valor instanceof Long || valor instanceof BigInteger) {
            return new BigDecimal(valor.toString());
        }
        if (valor instanceof Double numero && Double.isFinite(numero)) {
            return new BigDecimal(numero.toString());
        }
        if (valor instanceof String texto && DECIMAL.matcher(texto).matches()) {
            return new BigDecimal(texto);
        }
        if (valor instanceof Double || valor instanceof String) {
            throw new MensagemInvalida("campo", "valor: não é um número que sirva");
        }
        throw new Excecao("TypeError", "valor: esperava um int, um float ou um decimal num texto, como str(valor); veio "
                + descrever(valor));
    }

    /** O nome em português do que veio, para mensagens de erro. */
    static String descrever(Object valor) {
        return valor == null ? "None" : valor instanceof Boolean ? "um bool" : valor instanceof byte[] ? "bytes"
                : valor instanceof String ? "um texto" : valor instanceof Number ? "um número"
                : valor instanceof List ? "uma tuple"
                : valor instanceof Alheio || valor instanceof Objeto ? valor.toString() : "outra coisa";
    }

    private static Objeto objeto(List<?> argumentos) {
        if (argumento(argumentos, 0) instanceof Objeto objeto) {
            return objeto;
        }
        throw new Excecao("TypeError", "isto só se pede a um objeto deste servidor");
    }

    private static Object argumento(List<?> argumentos, int qual) {
        if (qual < argumentos.size()) {
            return argumentos.get(qual);
        }
        throw new Excecao("TypeError", "falta um argumento no pedido");
    }

    /** @param tamanho quantos itens deve ter; -1 se tanto faz */
    static List<?> tupla(Object valor, int tamanho) {
        if (valor instanceof List<?> itens && (tamanho < 0 || itens.size() == tamanho)) {
            return itens;
        }
        throw new Excecao("TypeError", "o pedido não tem a forma de um pedido do RPyC");
    }
}
