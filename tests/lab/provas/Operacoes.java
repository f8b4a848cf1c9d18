package tests.lab.provas;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import shared.Operacao;
import shared.texto.Json;

/** As operações das provas, e como se fala delas. */
final class Operacoes {

    /** O que não é uma operação, e a que se há de sobreviver. O ' está por ". */
    static final List<byte[]> LIXO = Stream.concat(
            Stream.of("", "olá", "{", "[1, 2]", "null", "{'id_msg': 'a'}", "{'a': 1}",
                    "{'id_msg': 7, 'tipo': 7, 'conta_origem': 7, 'conta_destino': 7, 'valor': 'sete'}",
                    "{'id_msg': 'x', 'tipo': 'EMPRESTIMO', 'conta_origem': 'ana', 'conta_destino': null, 'valor': 1.0}",
                    "{'id_msg': 'x', 'tipo': 'SAQUE', 'conta_origem': 'ana', 'conta_destino': null, 'valor': -5.0}",
                    "{'id_msg': 'x', 'tipo': 'DEPOSITO', 'conta_origem': 'ana', 'conta_destino': null, 'valor': NaN}",
                    "x".repeat(64 * 1024))
                    .map(texto -> texto.replace('\'', '"').getBytes(StandardCharsets.UTF_8)),
            Stream.of(new byte[] {0, (byte) 0xff, (byte) 0xfe, 7})).toList();

    private Operacoes() {
    }

    static Operacao deposito(String conta, String valor) {
        return Operacao.deposito(conta, new BigDecimal(valor));
    }

    static Operacao saque(String conta, String valor) {
        return Operacao.saque(conta, new BigDecimal(valor));
    }

    static Operacao transferencia(String origem, String destino, String valor) {
        return Operacao.transferencia(origem, destino, new BigDecimal(valor));
    }

    /** Como se diz a uma pessoa: o depósito de 100.00 em ana. */
    static String dizer(Operacao op) {
        String valor = op.valor().toPlainString();
        return switch (op.tipo()) {
            case DEPOSITO -> "o depósito de " + valor + " em " + op.conta_origem();
            case SAQUE -> "o saque de " + valor + " de " + op.conta_origem();
            case TRANSFERENCIA -> "a transferência de " + valor + " de " + op.conta_origem() + " para " + op.conta_destino();
        };
    }

    /** O mesmo, depois de "a": ao depósito de 100.00 em ana. */
    static String ao(Operacao op) {
        return dizer(op).replaceFirst("^o ", "ao ").replaceFirst("^a ", "à ");
    }

    /** Um pedido ruim, em palavras. */
    static String dizer(byte[] lixo) {
        String texto = new String(lixo, StandardCharsets.UTF_8);
        return lixo.length == 0 ? "uma mensagem vazia" : lixo.length > 1_000 ? "uma mensagem de " + lixo.length + " bytes"
                : Json.citar(texto, 110);
    }
}
