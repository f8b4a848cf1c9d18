//SOURCES Cliente.java
package shared.papel;

import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.function.Consumer;
import shared.Operacao;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import shared.texto.Reais;

/** O menu de um cliente sem comando: o do sistema original, e o saldo. */
final class Menu {

    private final BufferedReader teclado;
    private final Cliente.Conexao conexao;
    private final Consumer<String> saldo;

    /** @param saldo mostra o de uma conta */
    Menu(BufferedReader teclado, Cliente.Conexao conexao, Consumer<String> saldo) {
        this.teclado = teclado;
        this.conexao = conexao;
        this.saldo = saldo;
    }

    /** Até que a pessoa saia, ou a entrada acabe. */
    void rodar() throws IOException {
        while (true) {
            System.out.println("\n1 Depósito\n2 Saque\n3 Transferência\n4 Saldo\n0 Sair");
            String escolha = perguntar("Opção: ");
            if (escolha == null || escolha.equals("0")) {
                return;
            }
            try {
                escolher(escolha);
            } catch (Falha | MensagemInvalida e) {
                System.out.println("erro: " + Json.limpar(e.getMessage()));
            }
        }
    }

    private void escolher(String escolha) throws IOException {
        switch (escolha) {
            case "1" -> repetirEEnviar(Operacao.deposito(perguntar("Conta: "), perguntarValor()));
            case "2" -> repetirEEnviar(Operacao.saque(perguntar("Conta: "), perguntarValor()));
            case "3" -> repetirEEnviar(Operacao.transferencia(perguntar("Conta de origem: "),
                    perguntar("Conta de destino: "), perguntarValor()));
            case "4" -> saldo.accept(perguntar("Conta: "));
            default -> System.out.println("'" + escolha + "' não está no menu");
        }
    }

    /** Diz o que entendeu, e envia: quem se enganou no valor ou na conta vê-o logo. */
    private void repetirEEnviar(Operacao op) {
        String valor = op.valor().toPlainString().replace('.', ',');
        System.out.println(Json.limpar(switch (op.tipo()) {
            case DEPOSITO -> "Depósito de " + valor + " em " + op.conta_origem();
            case SAQUE -> "Saque de " + valor + " de " + op.conta_origem();
            case TRANSFERENCIA -> "Transferência de " + valor + " de " + op.conta_origem() + " para " + op.conta_destino();
        }));
        conexao.enviar(op).mostrar();
    }

    private String perguntar(String pergunta) throws IOException {
        System.out.print(pergunta);
        System.out.flush();
        String linha = teclado.readLine();
        return linha == null ? null : linha.strip();
    }

    private BigDecimal perguntarValor() throws IOException {
        String linha = perguntar("Valor: ");
        return Reais.ler(linha == null ? "" : linha);
    }
}
