//SOURCES Cliente.java
package shared.papel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Supplier;
import shared.Operacao;
import shared.disco.Arquivos;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import shared.texto.Texto;

/**
 * O comando {@code lote}: as operações de um arquivo, uma por linha, enviadas pela ordem. Um erro diz a linha, e o que já
 * foi.
 */
final class EnvioDeLote {

    private final String arquivo;
    private int numero; // da linha que se leu
    private int enviadas;
    private int recusadas;

    /** @param arquivo - = a entrada padrão */
    EnvioDeLote(String arquivo) {
        this.arquivo = arquivo;
    }

    int enviadas() {
        return enviadas;
    }

    int recusadas() {
        return recusadas;
    }

    /** Envia tudo. @throws Falha se não se pode ler, ou se uma linha não é uma operação, ou não teve resposta */
    void enviar(Supplier<Cliente.Conexao> conectar) {
        try (BufferedReader linhas = abrir(); Cliente.Conexao conexao = conectar.get()) {
            for (String linha; (linha = linhas.readLine()) != null; ) {
                numero++;
                String json = numero == 1 && linha.startsWith("\uFEFF") ? linha.substring(1) : linha;
                if (!json.isBlank()) {
                    Cliente.Resposta resposta = Cliente.enviar(conexao, operacao(json));
                    enviadas++;
                    recusadas += resposta.aceita() ? 0 : 1;
                    resposta.mostrar();
                }
            }
        } catch (NoSuchFileException e) {
            throw new Falha("não encontrei o arquivo '" + arquivo + "'");
        } catch (AccessDeniedException e) {
            throw new Falha("sem permissão para ler o arquivo '" + arquivo + "'");
        } catch (CharacterCodingException e) {
            throw new Falha("linha " + (numero + 1) + " ou uma das seguintes: o texto não está em UTF-8; " + ate());
        } catch (IOException e) {
            throw new Falha("não consigo ler '" + arquivo + "': não é um arquivo de texto (" + e.getMessage() + ")");
        } catch (MensagemInvalida | Falha e) {
            throw new Falha(numero == 0 ? e.getMessage() : "linha " + numero + ": " + e.getMessage() + "; " + ate());
        }
    }

    private BufferedReader abrir() throws IOException {
        return arquivo.equals("-")
                ? new BufferedReader(new InputStreamReader(Arquivos.entrada(), StandardCharsets.UTF_8.newDecoder()))
                : Files.newBufferedReader(Path.of(arquivo));
    }

    /** No fio, id_msg é obrigatório; num lote escrito à mão, quem o põe é o cliente. */
    private static Operacao operacao(String json) {
        ObjectNode linha = Json.ler(json.getBytes(StandardCharsets.UTF_8));
        if (!linha.has("id_msg")) {
            linha.put("id_msg", Operacao.novoId());
        }
        return Operacao.de(linha);
    }

    private String ate() {
        return "antes dela " + (enviadas == 1 ? "foi enviada " : "foram enviadas ")
                + Texto.quantas(enviadas, "operação", "operações");
    }
}
