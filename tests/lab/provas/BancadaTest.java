///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A bancada de uma prova: os processos de quem se corrige ao lado dos nossos, e nada que fique.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../../part3/regra/grupos/Grupos.java ../../../shared/Banco.java ../../../shared/Envelope.java
//SOURCES ../../../shared/defesa/Defesa.java ../../../shared/disco/Arquivos.java
//SOURCES ../../../shared/memoria/Lembradas.java ../../../shared/memoria/Saldos.java
//SOURCES ../../../shared/rede/Requisicao.java ../../../shared/tempo/Lentidao.java ../../../shared/texto/Campos.java
//SOURCES ../../../shared/texto/Endereco.java ../../../shared/texto/Reais.java ../../../shared/texto/Registro.java
//SOURCES ../../Cena.java ../../Precisa.java ../../Testes.java ../cenas/Cenas.java ../palco/Elenco.java
//SOURCES ../rede/ComandosDaRede.java ../vereditos/Rastro.java ../vereditos/Vereditos.java Bancada.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.provas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tests.Cena;
import tests.Precisa;
import tests.Processo;
import tests.Testes;
import tests.lab.cenas.Ato;
import tests.lab.cenas.Cenas;
import tests.lab.palco.Alheios;
import tests.lab.palco.Entrega;

@DisplayName("A bancada")
class BancadaTest {

    private static final double SEM_PRESSA = 5;

    @TempDir
    Path pasta;

    @Test
    @DisplayName("os nossos papéis, entregues como se fossem de outro: pedem-se operações, morrem, voltam com o que tinham")
    void nossos() {
        try (Alheios alheios = Alheios.de(Entrega.nossa(3, List.of("sequenciador",
                "replica"))); Bancada b = new Bancada(3, alheios, SEM_PRESSA)) {
            Posto sequenciador = b.iniciar("sequenciador");
            Posto replica = b.iniciar("replica-1");
            assertTrue(b.alheio("replica-1") && !b.alheio("cliente-1"));
            Posto cliente = b.iniciar("cliente-1");
            cliente.pedir(Cena.deposito("m1", "ana", "10.50"));
            b.esperar("a réplica ter 10.50", () -> replica.saldo("ana").compareTo(new BigDecimal("10.5")) == 0);
            replica.matar();
            sequenciador.matar();
            assertFalse(replica.vivo());
            assertTrue(replica.aindaFala(), "o que disse por último pode vir a caminho");
            b.esperar("já nada vir dela", () -> !replica.aindaFala());
            sequenciador.reiniciar();
            replica.reiniciar();
            b.esperar("a réplica ter ainda 10.50", () -> replica.saldo("ana").compareTo(new BigDecimal("10.5")) == 0);
            assertTrue(b.historia().contains("cliente-1 pede DEPOSITO ana 10.50"), b.historia()::toString);
        }
    }

    @Test
    @Precisa(Precisa.De.PYZMQ)
    @DisplayName("um cliente em Python, na porta dele, e uma réplica em Python, que só escreve os saldos")
    void emPython() throws IOException {
        Path arquivo = pasta.resolve("e.json");
        Files.writeString(arquivo, """
                {"parte": 1, "pasta": "PASTA", "papeis": {
                  "replica": {"comando": ["{python}", "parte1_replica.py", "--clientes", "{clientes}"], "pronto": "pronto:",
                    "saldo": {"padrao": "\\"(?<conta>[^\\"]+)\\": (?<valor>-?[0-9.e-]+)"}},
                  "cliente": {"comando": ["{python}", "parte1_cliente.py", "--porta", "{porta}", "--esperar", "{esperar}"],
                    "entrada": {"DEPOSITO": "depositar {conta} {valor}\\n", "SAQUE": "sacar {conta} {valor}\\n",
                      "TRANSFERENCIA": "transferir {origem} {destino} {valor}\\n"}}}}
                """.replace("PASTA", Path.of("tests/interop").toAbsolutePath().toString()));
        try (Alheios alheios = Alheios.de(Entrega.ler(arquivo));
                Bancada b = new Bancada(1, alheios, SEM_PRESSA).com("cliente-1", "replica-1")) {
            Posto replica = b.iniciar("replica-1");
            b.iniciar("cliente-1").pedir(Cena.deposito("m1", "joão", "0.10"));
            b.esperar("joão ter 0.10", () -> replica.saldo("joão").compareTo(new BigDecimal("0.1")) == 0);
            assertEquals(0, replica.saldo("ninguém").signum());
        }
    }

    @Test
    @DisplayName("um que nunca fica pronto, e um que acaba logo: reprovam por isso, com o que disseram; nada fica")
    void naoComeca() throws IOException {
        Path arquivo = pasta.resolve("e.json");
        Files.writeString(arquivo, """
                {"parte": 3, "papeis": {
                  "sequenciador": {"comando": ["sh", "-c", "sleep 1000 & echo $! > {pasta}/filho; echo olá; wait"]},
                  "replica": {"comando": ["sh", "-c", "echo falta o zmq >&2; exit 3"]}}}
                """);
        try (Alheios alheios = Alheios.de(Entrega.ler(arquivo)); Bancada b = new Bancada(3, alheios, 0.1)) {
            Reprovada nunca = assertThrows(Reprovada.class, () -> b.iniciar("sequenciador"));
            assertTrue(nunca.getMessage().matches("sequenciador não ficou pronto em 0 s: esperei que escutasse nas portas"
                    + " \\[\\d+, \\d+]; disse: olá"), nunca.getMessage());
            Reprovada logo = assertThrows(Reprovada.class, () -> b.iniciar("replica-1"));
            assertEquals("replica-1 acabou antes de estar pronto, com o código 3; disse: falta o zmq", logo.getMessage());
        }
        Processo.esperar("que o filho dele acabe", Processo.PRAZO, () -> ProcessHandle.allProcesses()
                .noneMatch(p -> p.info().commandLine().orElse("").endsWith("sleep 1000")));
    }

    @Test
    @DisplayName("o que uma cena demora não é o que um papel demora a começar")
    void cenaDemorada() {
        try (Bancada b = new Bancada(1, Alheios.NENHUNS, 0.1)) {
            List<Ato> atos = b.representar(Cenas.doTexto("x.cena", """
                    cena Espera-se por quem não começa
                    historia É o que demora.
                    ato a espera
                    parte 1
                    processo cliente-1
                    processo replica-1 depois
                    esperar replica-1 dizer pronto
                    julgar replica-1
                    """));
            assertTrue(atos.get(0).porque().contains("esperei "), atos.get(0).porque());
            assertEquals(0, b.comecarMs());
        }
    }

    @Test
    @DisplayName("se várias bancadas começam ao mesmo tempo, espera-se mais por quem começa, e só por isso")
    void aoMesmoTempo() throws IOException {
        Path arquivo = pasta.resolve("e.json");
        Files.writeString(arquivo, """
                {"parte": 3, "papeis": {"sequenciador": {"pronto": "pronto", "comando": ["sh", "-c", "read nada"]}}}
                """);
        try (Alheios alheios = Alheios.de(Entrega.ler(arquivo)); Bancada b = new Bancada(3, alheios, 0.1)) {
            b.comecamAoMesmoTempo(3 * Runtime.getRuntime().availableProcessors());
            Reprovada nunca = assertThrows(Reprovada.class, () -> b.iniciar("sequenciador"));
            assertTrue(nunca.getMessage().startsWith("sequenciador não ficou pronto em 1 s"), nunca.getMessage());
            assertEquals(400, b.prazoMs());
        }
    }

    public static void main(String[] args) {
        Testes.rodar(BancadaTest.class);
    }
}
