//SOURCES Maquina.java
package tests.lab.maquinas;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import shared.texto.Falha;

/**
 * Se o {@code ssh} consegue usar um arquivo como chave privada e, se não, porquê e o que fazer. Ele só diria que não o
 * deixam entrar. Quem decide se serve é o {@code ssh-keygen}; olha-se o conteúdo apenas para dar nome ao defeito.
 */
public final class ChaveSsh {

    private static final long MAIOR_BYTES = 64 * 1024; // nenhuma chave é tão comprida
    private static final int PRAZO_S = 30;

    private ChaveSsh() {
    }

    /**
     * O defeito do arquivo e o remédio, numa linha sem ponto final; vazio se serve, ou se não há um ssh-keygen que o diga.
     */
    public static Optional<String> defeito(Path chave) {
        String nome = "'" + chave + "'";
        if (!Files.exists(chave)) {
            return Optional.of("não existe " + nome + ": confira o nome e a pasta");
        }
        if (Files.isDirectory(chave)) {
            return Optional.of(nome + " é uma pasta: diga o arquivo da chave que está dentro dela");
        }
        String texto;
        try {
            texto = Files.size(chave) > MAIOR_BYTES ? "" : Files.readString(chave, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return Optional.of("não consigo ler " + nome + ": é de outro usuário? (ls -l " + aspas(chave) + ")");
        }
        return outraCoisa(chave, texto).or(() -> recusada(chave, texto)).map(porque -> nome + " " + porque);
    }

    /** O que nunca é uma chave privada para o ssh. */
    private static Optional<String> outraCoisa(Path chave, String texto) {
        if (texto.startsWith("PuTTY-User-Key-File")) {
            return Optional.of("é uma chave do PuTTY (.ppk): converta-a, puttygen " + aspas(chave) + " -O private-openssh"
                    + " -o banco.pem, ou no PuTTYgen, Conversions, Export OpenSSH key");
        }
        if (texto.matches("(?s)(ssh-|ecdsa-|sk-|---- BEGIN SSH2 PUBLIC|-----BEGIN (RSA |)PUBLIC ).*")) {
            String privada = chave.toString().replaceFirst("\\.pub$", "");
            return Optional.of("é a chave pública: use a privada, que está ao lado dela"
                    + (privada.equals(chave.toString()) ? "" : ", " + aspas(Path.of(privada))));
        }
        return Optional.empty();
    }

    /** O que o ssh-keygen não aceita. */
    private static Optional<String> recusada(Path chave, String texto) {
        Optional<Maquina.Fim> fim = rodar("ssh-keygen", "-y", "-P", "", "-f", chave.toString());
        if (fim.isEmpty() || fim.get().codigo() == 0) {
            return Optional.empty();
        }
        if (fim.get().texto().contains("bad permissions")) {
            return Optional.of("pode ser lida por outros, e o ssh não a usa assim: chmod 600 " + aspas(chave));
        }
        if (fim.get().texto().contains("passphrase")) {
            return noAgente(chave) ? Optional.empty()
                    : Optional.of("pede uma frase-senha, e aqui não há quem a digite: dê-a ao"
                    + " agente, eval $(ssh-agent) e ssh-add " + aspas(chave) + ", e repita neste terminal");
        }
        return Optional.of(estragada(chave, texto));
    }

    private static String estragada(Path chave, String texto) {
        if (texto.startsWith("\u00ef\u00bb\u00bf") || texto.startsWith("\u00ff\u00fe") || texto.startsWith("\u00fe\u00ff")) {
            return "foi guardada como Unicode (começa por uma marca, BOM): copie-a de novo, sem a abrir num editor";
        }
        if (!texto.matches("(?s).*-----BEGIN [A-Z ]*PRIVATE KEY-----.*")) {
            return "não é uma chave privada do ssh: a da AWS é o .pem que se baixa ao criar o par de chaves";
        }
        if (texto.contains("\r")) {
            return "tem fins de linha do Windows (CRLF): corrija, tr -d '\\r' <" + aspas(chave)
                    + " >banco.pem && chmod 600 banco.pem";
        }
        if (!texto.matches("(?s).*-----END [A-Z ]*PRIVATE KEY-----.*")) {
            return "está cortada, falta-lhe o fim (-----END … PRIVATE KEY-----): copie-a de novo, inteira";
        }
        if (!texto.endsWith("\n")) {
            return "não tem o último fim de linha: corrija, echo >>" + aspas(chave);
        }
        return "está estragada, falta-lhe um pedaço ou tem letras a mais: copie-a de novo, inteira";
    }

    /** Se o agente tem esta chave: o ssh pede-lha, e não a frase-senha. */
    private static boolean noAgente(Path chave) {
        Optional<String> impressao = rodar("ssh-keygen", "-l", "-f", chave.toString()).filter(fim -> fim.codigo() == 0)
                .map(fim -> fim.texto().split(" ")[1]); // 256 SHA256:… comentário (ED25519)
        return impressao.flatMap(esta -> rodar("ssh-add", "-l").filter(fim -> fim.texto().contains(esta))).isPresent();
    }

    private static String aspas(Path arquivo) {
        return Maquina.citar(List.of(arquivo.toString()));
    }

    private static Optional<Maquina.Fim> rodar(String... comando) {
        try {
            return Optional.of(Maquina.executar(List.of(comando), PRAZO_S));
        } catch (Falha e) {
            return Optional.empty(); // não há tal programa
        }
    }
}
