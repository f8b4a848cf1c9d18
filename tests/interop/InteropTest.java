///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Grupos mistos: nossos papéis e os programas em Python de tests/interop, que falam como o sistema original.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../part1/Client.java ../../part1/Replica.java ../../part2/Client.java ../../part2/RpcServer.java
//SOURCES ../../part2/Worker.java ../../part3/Client.java ../../part3/Ordenador.java ../../part3/Replica.java
//SOURCES ../../part3/Sequencer.java ../../part4/Backup.java ../../part4/Client.java ../../part4/Primary.java
//SOURCES ../../part4/Witness.java ../Ordenadores.java ../Precisa.java ../Testes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.deposito;
import static tests.Cena.esperarAssinantes;
import static tests.Cena.esperarEstado;
import static tests.Cena.fim;
import static tests.Cena.local;
import static tests.Cena.pares;
import static tests.Cena.resumo;
import static tests.Cena.saldo;
import static tests.Cena.saque;
import static tests.Cena.transferencia;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shared.Banco;
import shared.Operacao;
import shared.defesa.Defesa;
import shared.texto.Json;
import shared.texto.Texto;
import tests.Cena;
import tests.Ordenadores;
import tests.Precisa;
import tests.Processo;
import tests.Testes;

/**
 * Cada teste põe um papel nosso e um em Python na mesma ponta, com o mesmo trabalho: todos devem terminar com os mesmos
 * saldos, e nenhum Python pode ter visto o que não conhece. Eles são rigorosos de propósito: quebram com uma chave a mais.
 */
@Precisa(Precisa.De.PYZMQ)
@DisplayName("Interoperação com o sistema original")
class InteropTest {

    /** Recusas, transferências, acentos, 0.1 + 0.2, o maior valor; e pares, que fora de ordem dariam outro saldo. */
    private static final List<Operacao> TRABALHO = Stream.concat(Stream.of(
            deposito("i1", "ana", "0.1"),
            deposito("i2", "ana", "0.2"),
            deposito("i3", "conta ção", "100.0"),
            saque("i4", "joão", "5"),
            transferencia("i5", "ana", "bia", "0.3"),
            transferencia("i6", "conta ção", "joão", "30.5"),
            transferencia("i7", "rui", "eva", "1"),
            saque("i8", "bia", "0.1"),
            saque("i9", "conta ção", "1000"),
            deposito("i10", "cofre 😀", "1000000000000"),
            saque("i11", "cofre 😀", "999999999999.99")), Stream.of(pares("par", 20))).toList();

    private static final int TOTAL = TRABALHO.size();
    private static final int RECUSADAS = 3;
    private static final Map<String, String> SALDOS = Map.of("ana", "0", "bia", "0.20", "conta ção", "69.50",
            "joão", "30.50", "rui", "0", "eva", "0", "cofre 😀", "0.01", "par", "0");

    private final Cena cena = new Cena();
    private final List<Processo> pythons = new ArrayList<>();
    private final int porta = Processo.portaLivre();
    private final int outra = Processo.portaLivre();
    private final int consulta = Processo.portaLivre();
    private final int consulta2 = Processo.portaLivre();

    @AfterEach
    void nenhumPythonFalhou() {
        try {
            for (Processo python : pythons) {
                python.encerrar();
                assertEquals(0, python.esperarFim(), () -> String.join("\n", python.registro()));
                assertEquals(List.of(), python.registro().stream().filter(linha -> !linha.startsWith("pronto:")).toList());
            }
        } finally {
            cena.close();
        }
    }

    // ───── Parte 1 ─────

    @Test
    @DisplayName("parte 1: um cliente Python difunde a uma réplica nossa e a uma Python, e elas ficam iguais")
    void cliente1Python() {
        Processo cliente = python("parte1_cliente.py", "--porta", porta, "--esperar", 2);
        Processo replica = python("parte1_replica.py", "--clientes", local(porta));
        cena.iniciar("part1.Replica", "--clientes", local(porta), "--consulta", consulta);
        digitar(cliente.esperarPronto());
        assertEquals(TOTAL, quantas("enviada: ", cliente));
        assertIguais(replica, consulta);
    }

    @Test
    @DisplayName("parte 1: um cliente nosso difunde a uma réplica nossa e a uma Python, e elas ficam iguais")
    void cliente1Nosso() {
        Processo replica = python("parte1_replica.py", "--clientes", local(porta));
        cena.iniciar("part1.Replica", "--clientes", local(porta), "--consulta", consulta);
        lote(0, "part1.Client", "--porta", porta, "--esperar", 2);
        assertIguais(replica, consulta);
    }

    @Test
    @DisplayName("um float não é dinheiro: 0.1 + 0.7 não chega a 0.8, e só a réplica Python recusa o saque")
    void floatsDivergem() {
        Processo replica = python("parte1_replica.py", "--clientes", local(porta));
        cena.iniciar("part1.Replica", "--clientes", local(porta), "--consulta", consulta);
        Operacao[] operacoes = {deposito("f1", "ana", "0.1"), deposito("f2", "ana", "0.7"), saque("f3", "ana", "0.8")};
        assertEquals(0, cena.rodar("part1.Client", "--porta", porta, "--esperar", 2, "lote", cena.lote(operacoes)).codigo());
        esperarAplicadas(3, consulta);
        esperarLinhas(3, replica);
        assertEquals("0.00", saldo(consulta, "ana"));
        assertEquals("RECUSADA {\"ana\": 0.7999999999999999}", replica.saida().get(2));
    }

    // ───── Parte 2 ─────

    @Test
    @DisplayName("parte 2: com --semente, um worker nosso e um Python recebem a fila e ficam iguais")
    void workerPython() {
        Processo worker = python("parte2_worker.py", "--porta", outra);
        int doNosso = Processo.portaLivre();
        cena.iniciar("part2.RpcServer", "--porta", porta, "--workers", local(doNosso) + "," + local(outra),
                "--semente").esperarPronto();
        cena.iniciar("part2.Worker", "--porta", doNosso, "--rpc", local(porta), "--consulta", consulta).esperarPronto();
        lote(0, "part2.Client", "--rpc", local(porta));
        assertIguais(worker, consulta);
    }

    // ───── Parte 3 ─────

    @Test
    @DisplayName("parte 3: um cliente Python pede ao nosso sequenciador; a réplica nossa e a Python ficam iguais")
    void cliente3Python() {
        Processo replica = sequenciadorNosso();
        Processo cliente = python("parte3_cliente.py", "--sequenciador", local(porta));
        cliente.digitar("depositar ana 0.30000000000000004\n"); // o 0.1 + 0.2 de um float: recusado, e sem número
        digitar(cliente);
        assertEquals("ERRO campo: valor: tem mais de 2 casas decimais", cliente.saida().get(0));
        assertEquals("OK seq=" + TOTAL, cliente.saida().get(TOTAL));
        assertIguais(replica, consulta);
    }

    @Test
    @DisplayName("parte 3: um cliente nosso pede ao nosso sequenciador; a réplica nossa e a Python ficam iguais")
    void cliente3Nosso() {
        Processo replica = sequenciadorNosso();
        lote(0, "part3.Client", "--sequenciador", local(porta));
        assertIguais(replica, consulta);
    }

    @Test
    @DisplayName("parte 3: um sequenciador Python e dois clientes, um nosso; a réplica nossa e a Python ficam iguais")
    void sequenciadorPython() {
        Processo sequenciador = python("parte3_sequenciador.py", "--pedidos", porta, "--ordem", outra, "--esperar", 2);
        Processo replica = python("parte3_replica.py", "--ordem", local(outra));
        cena.iniciar("part3.Replica", "--pedidos", local(porta), "--ordem", local(outra),
                "--consulta", consulta, "--semente");
        sequenciador.esperarPronto();
        lote(0, "part3.Client", "--sequenciador", local(porta));
        assertIguais(replica, consulta);
        Processo cliente = python("parte3_cliente.py", "--sequenciador", local(porta));
        cliente.digitar("depositar ana 1\n").fimDaEntrada();
        assertEquals(List.of("OK seq=" + (TOTAL + 1)), fim(cliente).saida());
        esperarAplicadas(TOTAL + 1, consulta);
        esperarLinhas(TOTAL + 1, replica);
        assertEquals(resumo(consulta), banco(replica).resumo());
    }

    @Test
    @DisplayName("parte 3: uma réplica Python atrasada guarda o que chega e espera pelo que perdeu")
    void replicaPythonAtrasada() {
        cena.iniciar("part3.Sequencer", "--pedidos", porta, "--ordem", outra).esperarPronto();
        lote(0, "part3.Client", "--sequenciador", local(porta));
        Processo replica = iniciarPython("parte3_replica.py", "--ordem", local(outra));
        replica.esperarNoRegistro("esperar: chegou " + TOTAL + ", falta 1"); // a última, que o sequenciador repete
        assertEquals(List.of(), replica.saida());
        replica.encerrar();
        assertEquals(0, replica.esperarFim());
    }

    @Test
    @DisplayName("parte 3 com três ordenadores: um cliente e uma réplica Python usam um deles, e os líderes vão caindo;"
            + " nada do que se confirmou se perde, e a réplica nossa e a Python ficam iguais")
    void tresOrdenadores(@TempDir Path dados) {
        Ordenadores tres = new Ordenadores(cena, dados, 1, Defesa.emClaro()).iniciar();
        Processo replica = python("parte3_replica.py", "--ordem", local(tres.ordem(0)));
        cena.iniciar("part3.Replica", "--pedidos", tres.todosOsPedidos(0), "--ordem", tres.todasAsOrdens(0), "--consulta",
                consulta);
        esperarAssinantes(2, tres.pedidos(0));
        Processo cliente = python("parte3_cliente.py", "--sequenciador", local(tres.pedidos(0)));
        int terco = TOTAL / 3;
        for (int i = 0; i < 3; i++) {
            cliente.digitar(TRABALHO.subList(i * terco, i == 2 ? TOTAL : (i + 1) * terco).stream()
                    .map(InteropTest::comando).collect(Collectors.joining()));
            derrubarOLider(tres); // as respostas ainda estão a vir
        }
        cliente.fimDaEntrada();
        assertEquals(0, cliente.esperarFim(), () -> String.join("\n", cliente.registro()));
        assertEquals(IntStream.rangeClosed(1, TOTAL).mapToObj(n -> "OK seq=" + n).toList(), cliente.saida());
        assertIguais(replica, consulta);
    }

    /** O que os Python usam, que não sabem de outro, só para até que haja outro líder; os outros morrem, e voltam. */
    private static void derrubarOLider(Ordenadores tres) {
        int este = tres.lider(0);
        if (este == 0) {
            tres.processo(0).sinal("STOP");
            tres.lider(0, 0);
            tres.processo(0).sinal("CONT");
        } else {
            tres.processo(este).matar();
            tres.lider(0, este);
            tres.iniciar(este);
            tres.esperarPronto(este);
        }
    }

    // ───── Parte 4 ─────

    @Test
    @DisplayName("parte 4: um cliente Python e o nosso primário (--semente); o backup nosso e o Python ficam iguais")
    void cliente4Python() {
        Processo backup = primarioNosso();
        Processo cliente = python("parte4_cliente.py", "--primario", local(porta));
        cliente.digitar("depositar ana 0.30000000000000004\n");
        digitar(cliente);
        assertEquals("ERRO campo: valor: tem mais de 2 casas decimais", cliente.saida().get(0));
        assertEquals("OK seq=" + TOTAL + " resultado=APLICADA", cliente.saida().get(TOTAL));
        assertEquals(RECUSADAS, quantas("resultado=RECUSADA (saldo", cliente));
        assertIguais(backup, consulta, consulta2);
    }

    @Test
    @DisplayName("parte 4: um cliente nosso pede ao nosso primário, com os mesmos backups; o saldo também responde")
    void cliente4Nosso() {
        Processo backup = primarioNosso();
        lote(1, "part4.Client", "--primario", local(porta));
        assertIguais(backup, consulta, consulta2);
        Cena.Fim leitura = cena.rodar("part4.Client", "--primario", local(porta), "saldo", "bia");
        assertEquals("primario: bia tem 0.20", leitura.texto(), leitura.erros());
        esperarEstado(porta, "o backup, que ouviu a leitura, ainda em dia", estado -> estado.get("em_dia").asInt() == 2);
    }

    @Test
    @DisplayName("parte 4: um primário Python e dois clientes, um nosso; o backup nosso e o Python ficam iguais")
    void primarioPython() {
        Processo primario = python("parte4_primario.py", "--pedidos", porta, "--atualizacoes", outra, "--esperar", 2);
        Processo backup = python("parte4_backup.py", "--atualizacoes-primario", local(outra));
        cena.iniciar("part4.Backup", "--pedidos-primario", local(porta), "--atualizacoes-primario", local(outra),
                "--consulta", consulta, "--semente");
        primario.esperarPronto();
        lote(0, "part4.Client", "--primario", local(porta)); // "OK RECUSADA" não é uma recusa para o nosso cliente
        assertIguais(backup, consulta);
        assertIguais(primario);
        Processo cliente = python("parte4_cliente.py", "--primario", local(porta));
        cliente.digitar("sacar \"conta ção\" 69.5\n").fimDaEntrada();
        assertEquals(List.of("OK APLICADA"), fim(cliente).saida());
        esperarAplicadas(TOTAL + 1, consulta);
        esperarLinhas(TOTAL + 1, backup);
        assertEquals(resumo(consulta), banco(backup).resumo());
        assertEquals(new BigDecimal("0.00"), banco(backup).saldo("conta ção"));
    }

    // ───── Sem nenhuma opção: os nossos conhecem os seus, e aos outros não dizem o que não entenderiam ─────

    @Test
    @DisplayName("esquecida a opção, um worker Python recebe as operações simples, ao lado de um nosso, que"
            + " recebe numeradas")
    void servidorSemOpcao() {
        Processo worker = python("parte2_worker.py", "--porta", outra);
        int doNosso = Processo.portaLivre();
        Processo servidor = cena.iniciar("part2.RpcServer", "--porta", porta, "--workers", local(doNosso) + ","
                + local(outra));
        Processo nosso = cena.iniciar("part2.Worker", "--porta", doNosso, "--rpc", local(porta), "--consulta", consulta);
        servidor.esperarPronto();
        nosso.esperarPronto();
        lote(0, "part2.Client", "--rpc", local(porta));
        assertIguais(worker, consulta);
        servidor.esperarNoRegistro("encontrei o sistema original em " + local(outra));
        assertFalse(servidor.temNoRegistro("encontrei o sistema original em " + local(doNosso)));
    }

    @Test
    @DisplayName("esquecida a opção, uma réplica e um cliente nossos seguem um sequenciador Python, e ele não para")
    void sequenciadorPythonSemOpcao() {
        Processo sequenciador = python("parte3_sequenciador.py", "--pedidos", porta, "--ordem", outra, "--esperar", 2);
        Processo python = python("parte3_replica.py", "--ordem", local(outra));
        Processo replica = cena.iniciar("part3.Replica", "--pedidos", local(porta), "--ordem", local(outra),
                "--consulta", consulta);
        replica.esperarNoRegistro("encontrei o sistema original em " + local(porta));
        sequenciador.esperarPronto();
        lote(0, "part3.Client", "--sequenciador", local(porta));
        assertIguais(python, consulta);
        Processo cliente = python("parte3_cliente.py", "--sequenciador", local(porta)); // o que ele aceita e nós não
        cliente.digitar("depositar ana 0.125\ndepositar ana -5\ndepositar ana nan\ndepositar " + "a".repeat(66) + " 1\n")
        .fimDaEntrada();
        assertEquals("OK seq=" + (TOTAL + 4), fim(cliente).saida().get(3));
        replica.esperarNoRegistro("seq=" + (TOTAL + 4) + " nao_aplicada=\"conta_origem: tem mais de 64 caracteres\"");
        assertFala(sequenciador, porta);
        esperarEstado(consulta, "o que veio depois", estado -> estado.get("seq").asLong() == TOTAL + 5);
        assertEquals("1.00", saldo(consulta, "viva"));
    }

    @Test
    @DisplayName("esquecida a opção, um backup e um cliente nossos seguem um primário Python, e ele não para, nem"
            + " por um saldo")
    void primarioPythonSemOpcao() {
        Processo primario = python("parte4_primario.py", "--pedidos", porta, "--atualizacoes", outra);
        Processo backup = cena.iniciar("part4.Backup", "--pedidos-primario", local(porta),
                "--atualizacoes-primario", local(outra), "--consulta", consulta);
        backup.esperarNoRegistro("encontrei o sistema original em " + local(porta));
        backup.esperarPronto();
        lote(0, "part4.Client", "--primario", local(porta));
        assertIguais(primario, consulta);
        Cena.Fim saldo = cena.rodar("part4.Client", "--primario", local(porta), "saldo", "ana");
        assertEquals(1, saldo.codigo());
        assertTrue(saldo.erros().contains("é o sistema original, ou um proxy"), saldo.erros());
        // a porta errada também não o para
        Cena.Fim errada = cena.rodar("part4.Client", "--consultas", local(porta), "estado");
        assertEquals(1, errada.codigo());
        Cena.Fim local = cena.rodar("part4.Client", "--semente", "--consultas", local(consulta), "saldo", "bia");
        assertEquals("backup: bia tem 0.20", local.texto(), local.erros());
        assertFala(primario, porta);
    }

    @Test
    @DisplayName("esquecida a opção, um backup Python ouve do nosso primário só operações, e um nosso ao lado fica em dia")
    void backupPythonSemOpcao() {
        cena.iniciar("part4.Primary", "--pedidos", porta, "--atualizacoes", outra, "--consulta", consulta,
                "--id", "primario")
                .esperarPronto();
        Processo python = python("parte4_backup.py", "--atualizacoes-primario", local(outra));
        cena.iniciar("part4.Backup", "--pedidos-primario", local(porta), "--atualizacoes-primario", local(outra),
                "--consulta", consulta2, "--id", "backup");
        esperarAssinantes(2, porta);
        esperarEstado(porta, "o backup em dia", estado -> estado.get("em_dia").asInt() == 2);
        lote(1, "part4.Client", "--primario", local(porta));
        assertIguais(python, consulta, consulta2);
    }

    /** O Python ainda atende, e responde a uma operação nova. */
    private void assertFala(Processo python, int porta) {
        boolean ordena = python.temNoRegistro("ordem");
        Processo cliente = ordena ? python("parte3_cliente.py", "--sequenciador", local(porta))
                : python("parte4_cliente.py", "--primario", local(porta));
        cliente.digitar("depositar viva 1\n").fimDaEntrada();
        assertTrue(fim(cliente).texto().startsWith("OK"), () -> String.join("\n", python.registro()));
    }

    // ───── A cena ─────

    /** Um programa Python que não pode falhar. */
    // ───── Envelopes ─────

    @Test
    @DisplayName("REQ_CORRELATE e dois zmq.proxy: o sequenciador, o primário, a testemunha e as consultas respondem")
    void porProxies() {
        int testemunha = Processo.portaLivre();
        cena.iniciar("part3.Sequencer", "--pedidos", porta, "--ordem", Processo.portaLivre());
        cena.iniciar("part4.Witness", "--porta", testemunha);
        cena.iniciar("part4.Primary", "--pedidos", outra, "--atualizacoes", Processo.portaLivre(), "--consulta", consulta)
                .esperarPronto();
        Operacao op = deposito("p1", "ana", "1");
        Map<Integer, String> esperadas = Map.of(porta, "OK seq=1", outra, "OK .*APLICADA", consulta, "\\{.*\"seq\": .*",
                testemunha, "\\{\"visao\": \"nenhuma\"}");
        Map<Integer, String> pedidos = Map.of(consulta, "{\"pedido\": \"ESTADO\"}", testemunha, "{\"pedido\": \"VISAO\"}");
        Map<Integer, Processo> perguntas = new HashMap<>();
        esperadas.keySet().forEach(qual ->
                perguntas.put(qual, python("por_proxies.py", qual, pedidos.getOrDefault(qual, op.json()))));
        perguntas.forEach((qual, python) -> {
            List<String> respostas = fim(python).saida();
            assertEquals(2, respostas.size(), qual + ": " + respostas + python.registro());
            assertTrue(respostas.stream().allMatch(r -> r.matches(esperadas.get(qual))), qual + ": " + respostas);
        });
    }

    private Processo python(String programa, Object... argumentos) {
        pythons.add(iniciarPython(programa, argumentos));
        return pythons.get(pythons.size() - 1);
    }

    private Processo iniciarPython(String programa, Object... argumentos) {
        List<String> comando = new ArrayList<>(List.of(Precisa.PYTHON, "-B", "-X", "utf8"));
        comando.add(Testes.raiz().resolve("tests/interop").resolve(programa).toString());
        Stream.of(argumentos).map(String::valueOf).forEach(comando::add);
        return cena.iniciarPrograma(comando.toArray(String[]::new));
    }

    /** O nosso sequenciador, já assinado por uma réplica nossa e por uma Python. @return a Python */
    private Processo sequenciadorNosso() {
        cena.iniciar("part3.Sequencer", "--pedidos", porta, "--ordem", outra).esperarPronto();
        Processo replica = python("parte3_replica.py", "--ordem", local(outra));
        cena.iniciar("part3.Replica", "--pedidos", local(porta), "--ordem", local(outra), "--consulta", consulta);
        esperarAssinantes(2, porta);
        return replica;
    }

    /** O nosso primário, com um backup nosso em dia, na segunda consulta, e um Python. @return o Python */
    private Processo primarioNosso() {
        cena.iniciar("part4.Primary", "--pedidos", porta, "--atualizacoes", outra, "--consulta", consulta,
                "--id", "primario", "--semente").esperarPronto();
        Processo backup = python("parte4_backup.py", "--atualizacoes-primario", local(outra));
        cena.iniciar("part4.Backup", "--pedidos-primario", local(porta), "--atualizacoes-primario", local(outra),
                "--consulta", consulta2, "--id", "backup");
        esperarAssinantes(2, porta);
        esperarEstado(porta, "o backup em dia", estado -> estado.get("em_dia").asInt() == 2);
        return backup;
    }

    /** Um cliente nosso faz o trabalho. */
    private void lote(int codigo, Object... papel) {
        Object[] argumentos = Stream.concat(Stream.of(papel).skip(1),
                Stream.of("lote", cena.lote(TRABALHO.toArray(Operacao[]::new)))).toArray();
        Cena.Fim fim = cena.rodar(papel[0].toString(), argumentos);
        assertEquals(codigo, fim.codigo(), fim.erros());
        assertEquals(TOTAL, fim.saida().size());
    }

    /** Um cliente Python faz o trabalho, dado em comandos. */
    private static void digitar(Processo cliente) {
        cliente.digitar(TRABALHO.stream().map(InteropTest::comando).collect(Collectors.joining())).fimDaEntrada();
        assertEquals(0, cliente.esperarFim(), () -> String.join("\n", cliente.registro()));
    }

    private static String comando(Operacao op) {
        return switch (op.tipo()) {
            case DEPOSITO -> Texto.formatar("depositar \"%s\" %s\n", op.conta_origem(), op.valor());
            case SAQUE -> Texto.formatar("sacar \"%s\" %s\n", op.conta_origem(), op.valor());
            case TRANSFERENCIA ->
                    Texto.formatar("transferir \"%s\" \"%s\" %s\n", op.conta_origem(), op.conta_destino(), op.valor());
        };
    }

    /** O Python e os nossos chegam ao fim do trabalho, e têm os saldos que ele dá. */
    private static void assertIguais(Processo python, int... consultas) {
        Banco certo = new Banco();
        SALDOS.forEach((conta, saldo) -> por(certo, conta, new BigDecimal(saldo)));
        esperarLinhas(TOTAL, python);
        assertEquals(certo.saldos(), banco(python).saldos());
        assertEquals(RECUSADAS, quantas("RECUSADA {", python));
        for (int porta : consultas) {
            esperarAplicadas(TOTAL, porta);
            assertEquals(certo.resumo(), resumo(porta));
        }
    }

    private static void esperarAplicadas(int quantas, int consulta) {
        esperarEstado(consulta, quantas + " operações",
                estado -> estado.get("aplicadas").asInt() + estado.get("recusadas").asInt() == quantas);
    }

    private static void esperarLinhas(int quantas, Processo python) {
        Processo.esperar(quantas + " operações no Python", Processo.PRAZO,
                () -> python.saida().size() >= quantas || !python.vivo());
        assertEquals(quantas, python.saida().size(), () -> String.join("\n", python.registro()));
    }

    /** Quantas linhas da saída têm este trecho. */
    private static long quantas(String trecho, Processo python) {
        return python.saida().stream().filter(linha -> linha.contains(trecho)).count();
    }

    /** O banco que a última linha do Python descreve; os floats dele só se comparam arredondados a centavos. */
    private static Banco banco(Processo python) {
        String ultima = python.saida().get(python.saida().size() - 1);
        ObjectNode saldos = Json.ler(ultima.substring(ultima.indexOf('{')).getBytes(StandardCharsets.UTF_8));
        Banco banco = new Banco();
        saldos.properties().forEach(conta -> por(banco, conta.getKey(), conta.getValue().decimalValue()));
        return banco;
    }

    private static void por(Banco banco, String conta, BigDecimal saldo) {
        banco.depositar(conta, saldo.setScale(2, RoundingMode.HALF_EVEN));
    }

    public static void main(String[] args) {
        Testes.rodar(InteropTest.class);
    }
}
