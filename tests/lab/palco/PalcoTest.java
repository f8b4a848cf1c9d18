///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION lab palco: uma parte de pé, num terminal só, que obedece ao teclado e não deixa nada para trás.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../Testes.java ../../Cena.java ../Lab.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.palco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Cena;
import tests.Processo;
import tests.Testes;

@DisplayName("O palco")
class PalcoTest {

    private static final Duration PRAZO = Duration.ofMinutes(2);

    private final Cena cena = new Cena();

    @AfterEach
    void encerrar() {
        cena.close();
    }

    @Test
    @DisplayName("parte 3: operações, kill, stop, seguram-se e soltam-se mensagens; um engano é uma linha; sair"
            + " acaba com tudo")
    void obedece() {
        Processo lab = palco(3);
        digitar(lab, "depositar ana 100", "replica-1 seq=1 DEPOSITO ana 100.00: APLICADA, saldo 100.00");
        digitar(lab, "matr replica-1", "não conheço 'matr'; há depositar, sacar,");
        digitar(lab, "matar lua", "matar quem? há sequenciador, replica-1, replica-2");
        digitar(lab, "continuar", "continuar quem? há sequenciador, replica-1, replica-2");
        digitar(lab, "iniciar replica-2", "replica-2 já está de pé");
        digitar(lab, "soltar", "nada está seguro; primeiro: segurar");
        digitar(lab, "cortar lua", "na rede não há 'lua'; há sequenciador>replica-1");
        digitar(lab, "perda", "perda quanto? como em perda 5%");
        digitar(lab, "parar replica-2", "replica-2 parado");
        digitar(lab, "estado", "replica-2     parado");
        digitar(lab, "continuar replica-2", "replica-2 continuado");
        digitar(lab, "segurar sequenciador>replica-1", "");
        digitar(lab, "cliente-2 depositar ana 5", "segura sequenciador>replica-1 DEPOSITO ana 5.00");
        esperar(lab, "replica-2 seq=2 DEPOSITO ana 5.00: APLICADA, saldo 105.00");
        assertFalse(tem(lab, "replica-1 seq=2"), "está segura");
        digitar(lab, "soltar", "replica-1 seq=2 DEPOSITO ana 5.00: APLICADA, saldo 105.00");
        digitar(lab, "matar replica-1", "replica-1 morto");
        digitar(lab, "parar replica-1", "replica-1 está morto: primeiro, iniciar replica-1");
        digitar(lab, "estado", "replica-1     morto");
        digitar(lab, "iniciar replica-1", "replica-1 iniciado");
        esperarVezes(lab, "replica-1 pronto", 2);
        digitar(lab, "saldo ana", "replica-1: ana tem 105.00");
        assertTrue(lab.saida().stream().noneMatch(linha -> linha.contains("Exception")), lab.saida()::toString);
        List<ProcessHandle> dela = filhos(lab);
        assertTrue(dela.size() >= 3);
        lab.digitar("parar replica-2\nsair\n");
        assertEquals(0, lab.esperarFim(PRAZO));
        Processo.esperar("que nada fique", PRAZO, () -> dela.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    @DisplayName("parte 4: os comandos que mostra para outro terminal servem como estão; a entrada que se fecha"
            + " acaba com tudo")
    void comandosParaColar() {
        Processo lab = palco(4);
        // o que se lê na saída pode vir depois do pronto:, que vem no registro
        esperar(lab, "jbang part4/Client.java --consultas");
        String mostra = String.join("\n", lab.saida());
        Matcher pedir = Pattern.compile("jbang part4/Client.java (--primario \\S+) depositar ana 100").matcher(mostra);
        Matcher consultar = Pattern.compile("jbang part4/Client.java (--consultas \\S+) estado").matcher(mostra);
        assertTrue(pedir.find() && consultar.find(), lab.saida()::toString);
        Cena.Fim deposito = cena.rodar("part4.Client", (Object[]) (pedir.group(1) + " depositar ana 100").split(" "));
        // repetida, se demorou
        assertTrue(deposito.texto().matches("OK (seq=1|repetida) resultado=APLICADA"), deposito.texto());
        Cena.Fim estado = cena.rodar("part4.Client", (Object[]) (consultar.group(1) + " estado").split(" "));
        assertEquals(2, estado.saida().size(), estado.texto());
        List<ProcessHandle> dela = filhos(lab);
        lab.fimDaEntrada();
        assertEquals(0, lab.esperarFim(PRAZO));
        Processo.esperar("que nada fique", PRAZO, () -> dela.stream().noneMatch(ProcessHandle::isAlive));
    }

    @ParameterizedTest(name = "palco {0}")
    @ValueSource(strings = {"5", "0", "três", "", "1 --clientes 0"})
    @DisplayName("uma parte que não há: código 2, e uma linha que diz as que há")
    void parteErrada(String parte) {
        Cena.Fim fim = cena.rodar("tests.lab.Lab", (Object[]) ("palco " + parte).strip().split(" "));
        assertEquals(2, fim.codigo());
        assertTrue(fim.registro().get(0).startsWith("erro de uso: "), fim.erros());
    }

    // ───── Ferramentas ─────

    private Processo palco(int parte) {
        Processo lab = cena.iniciar("tests.lab.Lab", "palco", parte);
        Processo.esperar("o palco de pé", PRAZO, () -> lab.temNoRegistro("pronto:") || !lab.vivo());
        assertTrue(lab.vivo(), () -> lab.registro().toString());
        return lab;
    }

    private static List<ProcessHandle> filhos(Processo lab) {
        return ProcessHandle.of(lab.pid()).orElseThrow().descendants().toList();
    }

    private static void digitar(Processo lab, String comando, String mostra) {
        lab.digitar(comando + "\n");
        esperar(lab, mostra);
    }

    private static void esperar(Processo lab, String mostra) {
        esperarVezes(lab, mostra, 1);
    }

    private static void esperarVezes(Processo lab, String mostra, int vezes) {
        try {
            Processo.esperar("'" + mostra + "' no palco", PRAZO,
                    () -> lab.saida().stream().filter(l -> l.contains(mostra)).count() >= vezes);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; o palco mostra " + lab.saida(), e);
        }
    }

    private static boolean tem(Processo lab, String mostra) {
        return lab.saida().stream().anyMatch(linha -> linha.contains(mostra));
    }

    public static void main(String[] args) {
        Testes.rodar(PalcoTest.class);
    }
}
