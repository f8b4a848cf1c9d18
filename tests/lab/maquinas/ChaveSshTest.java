///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Uma chave do ssh que não serve: o que ela tem, e o que fazer.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../Testes.java ../../Cena.java ../../Precisa.java ../Lab.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.maquinas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Cena;
import tests.Cena.Fim;
import tests.Precisa;
import tests.Testes;

@Precisa(Precisa.De.SSH)
@DisplayName("A chave do ssh")
class ChaveSshTest {

    @TempDir
    private static Path pasta;

    private final Cena cena = new Cena();

    @BeforeAll
    static void gerar() {
        try (Cena cena = new Cena()) {
            for (String como : List.of("boa ed25519 RFC4716", "pem rsa PEM", "senha ed25519 RFC4716", "senha-pem rsa PEM",
                    "senha-pkcs8 rsa PKCS8")) {
                String[] palavras = como.split(" ");
                Fim fim = Cena.fim(cena.iniciarPrograma("ssh-keygen", "-q", "-f", pasta.resolve(palavras[0]).toString(),
                        "-t", palavras[1], "-m", palavras[2], "-N", palavras[0].startsWith("senha") ? "segredo" : ""));
                assertEquals(0, fim.codigo(), fim.toString());
            }
        }
    }

    @AfterEach
    void encerrar() {
        cena.close();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"boa", "pem"})
    @DisplayName("uma que serve não tem defeito; nem com CRLF, se o ssh a aceita assim")
    void boa(String nome) throws IOException {
        assertEquals(Optional.empty(), ChaveSsh.defeito(pasta.resolve(nome)));
        assertEquals(Optional.empty(), ChaveSsh.defeito(gravar("pem-crlf", ler("pem").replace("\n", "\r\n"))));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"senha", "senha-pem", "senha-pkcs8"})
    @DisplayName("com frase-senha e sem agente, manda dá-la ao agente; com ela no agente, serve")
    void comSenha(String nome) throws IOException {
        Path chave = pasta.resolve(nome);
        assertDefeito("pede uma frase-senha, e aqui não há quem a digite: dê-a ao agente, eval $(ssh-agent) e ssh-add ",
                chave);
        Path frase = gravar("frase", "#!/bin/sh\necho segredo\n");
        Files.setPosixFilePermissions(frase, PosixFilePermissions.fromString("rwx------"));
        Fim fim = Cena.fim(cena.iniciarPrograma("ssh-agent", "sh", "-c",
                "SSH_ASKPASS=\"$1\" SSH_ASKPASS_REQUIRE=force DISPLAY=:0 ssh-add -q \"$2\" </dev/null && shift 2 && \"$@\"",
                "sh", frase.toString(), chave.toString(), System.getProperty("java.home") + "/bin/java",
                "-cp", System.getProperty("java.class.path"), "tests.lab.maquinas.ChaveSshTest$Defeito", chave.toString()));
        assertEquals("Optional.empty", fim.texto(), fim.toString());
    }

    /** O que se diria neste ambiente. */
    static final class Defeito {
        public static void main(String[] args) {
            System.out.println(ChaveSsh.defeito(Path.of(args[0])));
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
        "pública             | é a chave pública: use a privada, que está ao lado dela, ",
        "pública SSH2        | é a chave pública: use a privada, que está ao lado dela",
        "do PuTTY            | é uma chave do PuTTY (.ppk): converta-a, puttygen ",
        "CRLF                | tem fins de linha do Windows (CRLF): corrija, tr -d '\\r' <",
        "CRLF e frase-senha  | tem fins de linha do Windows (CRLF): corrija, tr -d '\\r' <",
        "cortada             | está cortada, falta-lhe o fim (-----END … PRIVATE KEY-----): copie-a de novo, inteira",
        "cortada no fim      | está cortada, falta-lhe o fim (-----END … PRIVATE KEY-----): copie-a de novo, inteira",
        "PEM cortado         | está cortada, falta-lhe o fim (-----END … PRIVATE KEY-----): copie-a de novo, inteira",
        "sem última mudança  | não tem o último fim de linha: corrija, echo >>",
        "sem uma linha       | está estragada, falta-lhe um pedaço ou tem letras a mais: copie-a de novo, inteira",
        "numa linha só       | está estragada, falta-lhe um pedaço ou tem letras a mais: copie-a de novo, inteira",
        "com BOM             | foi guardada como Unicode (começa por uma marca, BOM): copie-a de novo, sem a abrir num",
        "em UTF-16           | foi guardada como Unicode (começa por uma marca, BOM): copie-a de novo, sem a abrir num",
        "vazia               | não é uma chave privada do ssh: a da AWS é o .pem que se baixa ao criar o par de chaves",
        "certificado         | não é uma chave privada do ssh: a da AWS é o .pem que se baixa ao criar o par de chaves",
        "aberta              | pode ser lida por outros, e o ssh não a usa assim: chmod 600 "})
    @DisplayName("uma que não serve: o defeito verdadeiro, e o remédio, numa linha")
    void defeitos(String qual, String dito) throws IOException {
        String boa = ler("boa");
        assertDefeito(dito, switch (qual) {
            case "pública" -> pasta.resolve("boa.pub");
            case "pública SSH2" -> gravar(qual, "---- BEGIN SSH2 PUBLIC KEY ----\n" + ler("boa.pub").split(" ")[1] + "\n");
            case "do PuTTY" -> gravar("x.ppk", "PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: none\r\n");
            case "CRLF" -> gravar(qual, boa.replace("\n", "\r\n"));
            case "CRLF e frase-senha" -> gravar(qual, ler("senha").replace("\n", "\r\n"));
            case "cortada" -> gravar(qual, boa.substring(0, 200));
            case "cortada no fim" -> gravar(qual, boa.substring(0, boa.length() - 10));
            case "PEM cortado" -> gravar(qual, ler("pem").substring(0, 500));
            case "sem última mudança" -> gravar(qual, boa.stripTrailing());
            case "sem uma linha" -> gravar(qual, boa.replaceFirst("\n.*\n", "\n"));
            case "numa linha só" -> gravar(qual, boa.replace("\n", " ") + "\n");
            case "com BOM" -> gravar(qual, "\u00ef\u00bb\u00bf" + boa);
            case "em UTF-16" -> gravar(qual, new String(boa.getBytes(StandardCharsets.UTF_16), StandardCharsets.ISO_8859_1));
            case "vazia" -> gravar(qual, "");
            case "certificado" -> gravar(qual, "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
            case "aberta" -> Files.setPosixFilePermissions(gravar(qual, boa), PosixFilePermissions.fromString("rw-r--r--"));
            default -> throw new AssertionError(qual);
        });
    }

    @Test
    @DisplayName("uma que não existe, ou uma pasta; e o comando di-lo como erro de uso, antes de ligar seja a quem for")
    void semArquivo() throws IOException {
        assertEquals(Optional.of("não existe '" + pasta.resolve("nada") + "': confira o nome e a pasta"),
                ChaveSsh.defeito(pasta.resolve("nada")));
        assertEquals(Optional.of("'" + pasta + "' é uma pasta: diga o arquivo da chave que está dentro dela"),
                ChaveSsh.defeito(pasta));
        Fim fim = cena.rodar("tests.lab.Lab", "ec2", "--client", "a.invalid", "--replica01", "b.invalid",
                "--replica02", "c.invalid", "--chave", gravar("x y.ppk", "PuTTY-User-Key-File-2: ssh-rsa\n"));
        assertEquals(2, fim.codigo());
        assertTrue(fim.erros().matches(
                "erro de uso: --chave: '.*x y.ppk' é uma chave do PuTTY .*: converta-a, puttygen '.*x y.ppk' .*"),
                fim.erros());
    }

    private static void assertDefeito(String dito, Path chave) {
        String defeito = ChaveSsh.defeito(chave).orElseThrow();
        assertTrue(defeito.startsWith("'" + chave + "' " + dito), defeito);
        assertEquals(1, defeito.lines().count(), defeito);
    }

    private static String ler(String nome) throws IOException {
        return Files.readString(pasta.resolve(nome), StandardCharsets.ISO_8859_1);
    }

    private static Path gravar(String nome, String bytes) throws IOException {
        Path arquivo = Files.writeString(pasta.resolve(nome), bytes, StandardCharsets.ISO_8859_1);
        return Files.setPosixFilePermissions(arquivo, PosixFilePermissions.fromString("rw-------"));
    }

    public static void main(String[] args) {
        Testes.rodar(ChaveSshTest.class);
    }
}
