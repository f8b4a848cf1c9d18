package part2.rpc;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import shared.texto.MensagemInvalida;

/**
 * Brine, a codificação do RPyC para os valores que não mudam. Cada valor é uma etiqueta de um byte e o que vem depois dela:
 *
 * <pre>
 *   Python            Java                         no fio
 *   None              null                         00
 *   True, False       Boolean                      03, 04
 *   -48 a 159         Long                         20 a ef: o próprio número, mais 50
 *   outro int         Long; BigInteger se não cabe 16 ou 17, o tamanho, e os algarismos em ASCII
 *   float             Double                       18 e 8 bytes
 *   bytes             byte[]                       01 (vazio), 0a a 0d (1 a 4 bytes), 0e ou 0f e o tamanho
 *   str               String                       08 e os bytes dela em UTF-8, como bytes
 *   tuple             List                         02 (vazia), 10 a 13 (1 a 4 itens), 14 ou 15 e quantos são
 *   slice, frozenset  {@link Fatia}, {@link Conjunto}    19 ou 1a, e uma tuple
 *   complex           {@link Complexo}                   1b e dois floats
 *   NotImplemented, … {@link Unico}                      05, 06
 * </pre>
 */
public final class Brine {

    /** {@code NotImplemented} e {@code Ellipsis} (as reticências). */
    public enum Unico { NOT_IMPLEMENTED, ELLIPSIS }

    /** {@code slice(inicio, fim, passo)}. */
    public record Fatia(Object inicio, Object fim, Object passo) { }

    /** {@code frozenset(itens)}, na ordem em que veio. */
    public record Conjunto(List<?> itens) { }

    /** {@code complex(real, imaginario)}. */
    public record Complexo(double real, double imaginario) { }

    /** Um valor dentro de outro dentro de outro…: até aqui. */
    public static final int PROFUNDIDADE = 32;

    /** Os algarismos de um int; o Python também não lê mais do que isto. */
    public static final int ALGARISMOS = 4_300;

    private static final int NONE = 0x00, BYTES_0 = 0x01, TUPLE_0 = 0x02, TRUE = 0x03, FALSE = 0x04, NOT_IMPLEMENTED = 0x05,
            ELLIPSIS = 0x06, STR = 0x08, BYTES_1 = 0x0a, BYTES_4 = 0x0d, BYTES_CURTO = 0x0e, BYTES_LONGO = 0x0f,
            TUPLE_1 = 0x10, TUPLE_4 = 0x13, TUPLE_CURTA = 0x14, TUPLE_LONGA = 0x15, INT_CURTO = 0x16, INT_LONGO = 0x17,
            FLOAT = 0x18, SLICE = 0x19, FROZENSET = 0x1a, COMPLEX = 0x1b;
    private static final int ZERO = 0x50;           // o int 0 numa etiqueta só; de -48 a 159 é ela mais o número
    private static final int MENOR = -0x30, MAIOR = 0x9f;

    private Brine() {
    }

    // ───── Escrever ─────

    /** @throws IllegalArgumentException se há nele algo que o Brine não leva */
    public static byte[] escrever(Object valor) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            escrever(valor, new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void escrever(Object valor, DataOutputStream saida) throws IOException {
        if (valor == null) {
            saida.write(NONE);
        } else if (valor instanceof Boolean b) {
            saida.write(b ? TRUE : FALSE);
        } else if (valor instanceof Unico unico) {
            saida.write(unico == Unico.ELLIPSIS ? ELLIPSIS : NOT_IMPLEMENTED);
        } else if (valor instanceof Integer || valor instanceof Long || valor instanceof BigInteger) {
            escreverInt((Number) valor, saida);
        } else if (valor instanceof Double d) {
            saida.write(FLOAT);
            saida.writeDouble(d);
        } else if (valor instanceof Complexo c) {
            saida.write(COMPLEX);
            saida.writeDouble(c.real());
            saida.writeDouble(c.imaginario());
        } else if (valor instanceof byte[] bytes) {
            etiqueta(bytes.length, BYTES_0, BYTES_1, BYTES_CURTO, saida);
            saida.write(bytes);
        } else if (valor instanceof String texto) {
            saida.write(STR);
            escrever(texto.getBytes(StandardCharsets.UTF_8), saida);
        } else if (valor instanceof List<?> itens) {
            etiqueta(itens.size(), TUPLE_0, TUPLE_1, TUPLE_CURTA, saida);
            for (Object item : itens) {
                escrever(item, saida);
            }
        } else if (valor instanceof Conjunto conjunto) {
            saida.write(FROZENSET);
            escrever(conjunto.itens(), saida);
        } else if (valor instanceof Fatia f) {
            saida.write(SLICE);
            etiqueta(3, TUPLE_0, TUPLE_1, TUPLE_CURTA, saida);
            escrever(f.inicio(), saida);
            escrever(f.fim(), saida);
            escrever(f.passo(), saida);
        } else {
            throw new IllegalArgumentException("o Brine não leva " + valor.getClass());
        }
    }

    private static void escreverInt(Number numero, DataOutputStream saida) throws IOException {
        if (!(numero instanceof BigInteger) && numero.longValue() >= MENOR && numero.longValue() <= MAIOR) {
            saida.write(ZERO + numero.intValue());
        } else {
            byte[] algarismos = numero.toString().getBytes(StandardCharsets.US_ASCII);
            tamanho(algarismos.length, INT_CURTO, saida);
            saida.write(algarismos);
        }
    }

    /** A etiqueta de algo com este tamanho: uma para 0, uma para cada um de 1 a 4, e duas seguidas do tamanho. */
    private static void etiqueta(int tamanho, int vazia, int deUm, int curta, DataOutputStream saida) throws IOException {
        if (tamanho == 0) {
            saida.write(vazia);
        } else if (tamanho <= 4) {
            saida.write(deUm + tamanho - 1);
        } else {
            tamanho(tamanho, curta, saida);
        }
    }

    private static void tamanho(int tamanho, int curta, DataOutputStream saida) throws IOException {
        if (tamanho < 256) {
            saida.write(curta);
            saida.write(tamanho);
        } else {
            saida.write(curta + 1);
            saida.writeInt(tamanho);
        }
    }

    // ───── Ler ─────

    /** Lê exatamente um valor. @throws MensagemInvalida se não é um, se sobra algo, ou se passa dos limites */
    public static Object ler(byte[] bytes) {
        ByteBuffer entrada = ByteBuffer.wrap(bytes);
        try {
            Object valor = ler(entrada, 0);
            if (entrada.hasRemaining()) {
                throw invalida("sobram " + entrada.remaining() + " bytes depois do fim");
            }
            return valor;
        } catch (BufferUnderflowException e) {
            throw invalida("acaba antes do fim");
        }
    }

    private static Object ler(ByteBuffer entrada, int fundo) {
        if (fundo > PROFUNDIDADE) {
            throw invalida("valores uns dentro dos outros demais; o máximo é " + PROFUNDIDADE);
        }
        int etiqueta = entrada.get() & 0xff;
        if (etiqueta >= ZERO + MENOR && etiqueta <= ZERO + MAIOR) {
            return (long) etiqueta - ZERO;
        }
        return switch (etiqueta) {
            case NONE -> null;
            case TRUE -> true;
            case FALSE -> false;
            case NOT_IMPLEMENTED -> Unico.NOT_IMPLEMENTED;
            case ELLIPSIS -> Unico.ELLIPSIS;
            case FLOAT -> entrada.getDouble();
            case COMPLEX -> new Complexo(entrada.getDouble(), entrada.getDouble());
            case INT_CURTO, INT_LONGO -> lerInt(bytes(tamanho(etiqueta == INT_LONGO, entrada), entrada));
            case BYTES_0 -> new byte[0];
            case BYTES_1, BYTES_1 + 1, BYTES_1 + 2, BYTES_4 -> bytes(etiqueta - BYTES_1 + 1, entrada);
            case BYTES_CURTO, BYTES_LONGO -> bytes(tamanho(etiqueta == BYTES_LONGO, entrada), entrada);
            case STR -> texto(ler(entrada, fundo + 1));
            case TUPLE_0 -> List.of();
            case TUPLE_1, TUPLE_1 + 1, TUPLE_1 + 2, TUPLE_4 -> tupla(etiqueta - TUPLE_1 + 1, entrada, fundo);
            case TUPLE_CURTA, TUPLE_LONGA -> tupla(tamanho(etiqueta == TUPLE_LONGA, entrada), entrada, fundo);
            case SLICE -> ler(entrada, fundo + 1) instanceof List<?> f && f.size() == 3
                    ? new Fatia(f.get(0), f.get(1), f.get(2))
                    : recusar("um slice que não é uma tuple de 3");
            case FROZENSET -> ler(entrada, fundo + 1) instanceof List<?> itens ? new Conjunto(itens)
                    : recusar("um frozenset que não é uma tuple");
            default -> recusar("a etiqueta " + etiqueta + " não existe");
        };
    }

    /** O tamanho que vem a seguir. Cada byte ou item ocupa pelo menos um byte: não pode ser mais do que falta ler. */
    private static int tamanho(boolean longo, ByteBuffer entrada) {
        long tamanho = longo ? entrada.getInt() & 0xffff_ffffL : entrada.get() & 0xff;
        if (tamanho > entrada.remaining()) {
            throw new BufferUnderflowException();
        }
        return (int) tamanho;
    }

    private static byte[] bytes(int tamanho, ByteBuffer entrada) {
        if (tamanho > entrada.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[tamanho];
        entrada.get(bytes);
        return bytes;
    }

    private static List<Object> tupla(int quantos, ByteBuffer entrada, int fundo) {
        List<Object> itens = new ArrayList<>();
        for (int i = 0; i < quantos; i++) {
            itens.add(ler(entrada, fundo + 1));
        }
        return Collections.unmodifiableList(itens);
    }

    private static Object lerInt(byte[] bytes) {
        String texto = new String(bytes, StandardCharsets.ISO_8859_1);
        if (texto.length() > ALGARISMOS || !texto.matches("-?[0-9]+")) {
            throw invalida("um int que não é um número de até " + ALGARISMOS + " algarismos");
        }
        BigInteger numero = new BigInteger(texto);
        return numero.bitLength() < Long.SIZE ? (Object) numero.longValue() : numero;
    }

    private static String texto(Object valor) {
        try {
            if (valor instanceof byte[] bytes) {
                return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            }
        } catch (CharacterCodingException e) {
            // cai no erro abaixo
        }
        throw invalida("um str que não está em UTF-8");
    }

    private static Object recusar(String razao) {
        throw invalida(razao);
    }

    private static MensagemInvalida invalida(String razao) {
        return new MensagemInvalida("rpyc", "mensagem RPyC malformada: " + razao);
    }
}
