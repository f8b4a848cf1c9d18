///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Um endereço se lê como a pessoa o escreve, e o erro diz como devia ser.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java ../../shared/texto/Endereco.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.banco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shared.texto.Endereco;
import shared.texto.Falha;
import tests.Testes;

@DisplayName("Endereco")
class EnderecoTest {

    @ParameterizedTest(name = "{0}")
    @DisplayName("lê nome ou IP, com porta ou com a porta de costume")
    @CsvSource(textBlock = """
            127.0.0.1:6002,      127.0.0.1, 6002
            replica01:1,         replica01, 1
            localhost:65535,     localhost, 65535
            10.0.0.7,            10.0.0.7,  6002
            ' replica01 : 7001', replica01, 7001
            [::1]:7001,          ::1,       7001
            [::1],               ::1,       6002
            [fe80::1%eth0]:7001, fe80::1%eth0, 7001
            """)
    void le(String texto, String maquina, int porta) {
        assertEquals(new Endereco(maquina, porta), Endereco.ler(texto, 6002));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:6002", "replica01:1", "[::1]:6002"})
    @DisplayName("escreve-se como se lê")
    void idaEVolta(String texto) {
        assertEquals(texto, Endereco.ler(texto).toString());
    }

    @ParameterizedTest(name = "''{0}'' → {1}")
    @DisplayName("o que não serve é recusado com uma frase que diz como devia ser")
    @CsvSource(delimiter = '|', textBlock = """
            ''            | esperava MAQUINA:PORTA
            ' '           | esperava MAQUINA:PORTA
            :6002         | esperava MAQUINA:PORTA
            []:6002       | esperava MAQUINA:PORTA
            a b:6002      | esperava MAQUINA:PORTA
            a/b:6002      | esperava MAQUINA:PORTA
            replica01     | falta a porta, como em replica01:6002
            [::1]         | falta a porta, como em [::1]:6002
            ::1           | entre colchetes, como em [::1]:6002
            ::1:6002      | entre colchetes
            [::1:6002     | entre colchetes
            replica01:    | de 1 a 65535
            replica01:0   | de 1 a 65535
            replica01:-1  | de 1 a 65535
            a:65536       | de 1 a 65535
            a:99999999999 | de 1 a 65535
            a:http        | de 1 a 65535
            a:60.2        | de 1 a 65535
            """)
    void recusa(String texto, String razao) {
        String erro = assertThrows(Falha.class, () -> Endereco.ler(texto)).getMessage();
        assertTrue(erro.startsWith("'") && erro.contains(razao), erro);
    }

    @Test
    @DisplayName("lê uma lista separada por vírgulas, na ordem, com a porta de costume onde falta")
    void lista() {
        assertEquals(List.of(new Endereco("a", 1), new Endereco("b", 6001), new Endereco("::1", 2)),
                Endereco.lerLista("a:1, b,[::1]:2", 6001));
        assertEquals(List.of(new Endereco("a", 6001)), Endereco.lerLista("a", 6001));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a:1,", ",a:1", "a:1,,b:2", "a:1;b:2", "a:1,b"})
    @DisplayName("uma lista com um que não serve é recusada inteira")
    void listaRecusada(String texto) {
        assertThrows(Falha.class, () -> Endereco.lerLista(texto, 0));
    }

    public static void main(String[] args) {
        Testes.rodar(EnderecoTest.class);
    }
}
