///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Procura a história mais curta que mostra o que uma parte faz sem um mecanismo, ou que nada falha.
//JAVA 17+
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//SOURCES ../../part1/Replica.java ../../part2/regra/Consumidor.java ../../part2/regra/Enfileirador.java
//SOURCES ../../part3/regra/Copia.java ../../part3/regra/Regra.java ../../part3/regra/Sequenciador.java
//SOURCES ../../part3/regra/grupos/Leituras.java ../../part4/Witness.java ../../part4/regra/Nucleo.java
//SOURCES ../../shared/disco/DobraDoBanco.java ../../shared/disco/Lote.java ../../shared/ordem/Historico.java
//SOURCES ../../shared/ordem/Seguidor.java Alcance.java Cenario.java Cliente.java Defeito.java Disco.java
//SOURCES DiscoEstragado.java Estados.java Falta.java FioEstragado4.java Historia.java Impressao.java Ligacao.java
//SOURCES Linearizavel.java Mecanismo.java Menos.java Mundo.java Parte1.java Parte2.java Parte3.java Parte3Alheia.java
//SOURCES Parte3Grupos.java Parte4.java Passo.java Perdas.java Processo.java Procurado.java Rede.java Reducao.java
//SOURCES Roteiro.java Servidor4.java Simulador.java Testemunha4.java Verificador.java Violacao.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError -Xmn24m
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
//RUNTIME_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings
package tests.sim;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import shared.Operacao;
import shared.texto.ErroDeUso;
import shared.texto.Texto;
import tests.sim.Roteiro.Pedida;

/**
 * Em vez de sementes ao acaso, todas as execuções com 0 desvios do costume, depois todas com 1, com 2…: por isso o que se
 * acha é o mais curto, até aos desvios que se viram. Um estado não se copia: cada execução faz-se outra vez desde o começo,
 * com uma lista de desvios (<i>iterative deepening</i>, Korf 1985; os desvios como em CHESS, Musuvathi e Qadeer 2007), e
 * larga-se quando chega a um estado que já se viu. Com os mesmos desvios, primeiro menos pedidos.
 */
public final class Procura {

    private static final int MAIS = 200; // depois da primeira que falha, quantas ainda se veem, para a mais simples
    // uma execução leva milissegundos: mais do que isto, a trabalhar ou à espera, não volta
    private static final long TRABALHO_NS = 4_000_000_000L;
    private static final long ESPERA_NS = 20_000_000_000L;
    private static final ThreadMXBean LINHAS = ManagementFactory.getThreadMXBean();

    /**
     * A mais curta que se achou.
     *
     * @param desvios quantos
     * @param pedidas o que se pediu, por ordem, depois do depósito de 100
     * @param motivo  o que não se cumpriu
     * @param saldos  de ana, no fim, em cada um que tem um banco
     */
    public record Achado(Alcance alcance, int desvios, List<Operacao> pedidas, String motivo, List<Passo> passos,
            Map<String, String> saldos) {
    }

    /**
     * @param achado   {@code null} se nada
     * @param ate      até quantos desvios se viram todas as execuções; -1 se nem com nenhum
     * @param segundos de processador
     */
    public record Resultado(Achado achado, int ate, long estados, long execucoes, double segundos) {
    }

    /** Uma execução em que nada falhou. @param abertos de cada ponto depois do último desvio, quantos são possíveis */
    private record No(int[] pontos, byte[] quais, byte[] abertos, int primeiro, int peso) {
    }

    private record Falha(int pedidos, int[] pontos, byte[] quais, int peso) {
    }

    private final Alcance alcance;
    private final int maximo;
    private final long fim; // em tempo de processador desta linha: uma máquina ocupada demora, e vê o mesmo
    private final List<Estados> estados = new ArrayList<>();
    private final List<Falha> falhas = new ArrayList<>();
    private final Set<String> motivos = new TreeSet<>();
    private boolean todas; // se se quer tudo o que falha, e não só o mais simples
    private long execucoes;
    private int completos = -1;
    private int restam = MAIS;
    private volatile long trabalhou; // tempo de processador, em nanossegundos
    private volatile Falha emCurso;
    private volatile long desde;
    private volatile long desdeCpu; // o que a linha dela já trabalhara

    private Procura(Alcance alcance, int maximo, double segundos) {
        this.alcance = alcance;
        this.maximo = maximo;
        this.fim = (long) (segundos * 1e9);
        pedidos().forEach(p -> estados.add(new Estados()));
    }

    /**
     * Procura.
     *
     * @param ate      quantos desvios, no máximo
     * @param segundos o tempo de processador que há; o último conjunto pode ficar a meio
     */
    public static Resultado procurar(Alcance alcance, int ate, double segundos) {
        Procura esta = new Procura(alcance, ate, segundos);
        Thread linha = new Thread(esta::tudo, "procura");
        linha.setDaemon(true); // se o que corre nela não volta, acaba com o programa
        esta.desde = System.nanoTime();
        linha.start();
        while (linha.isAlive() && !esta.naoVolta(linha)) {
            esperar(linha, 50);
        }
        return esta.resultado(linha.isAlive() ? esta.travada(linha) : esta.achado());
    }

    /** Os motivos de tudo o que falha até tantos desvios: para conferir que as reduções nada escondem. */
    static Set<String> motivos(Alcance alcance, int ate) {
        Procura esta = new Procura(alcance, ate, Integer.MAX_VALUE);
        esta.todas = true;
        esta.tudo();
        return esta.motivos;
    }

    /** Trabalhou de mais; ou espera de mais, e não é pela vez de usar o processador. */
    private boolean naoVolta(Thread linha) {
        return LINHAS.getThreadCpuTime(linha.getId()) - desdeCpu > TRABALHO_NS
                || System.nanoTime() - desde > ESPERA_NS && linha.getState() != Thread.State.RUNNABLE
                || System.nanoTime() - desde > 20 * ESPERA_NS;
    }

    private static void esperar(Thread linha, long ms) {
        try {
            linha.join(ms);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Resultado resultado(Achado achado) {
        return new Resultado(achado, completos, estados.stream().mapToInt(Estados::quantos).sum(), execucoes,
                trabalhou / 1e9);
    }

    // ───── As execuções, por ordem ─────

    private void tudo() {
        List<List<No>> fronteiras = new ArrayList<>();
        pedidos().forEach(p -> fronteiras.add(List.of(new No(new int[0], new byte[0], new byte[0], 0, 0))));
        for (int k = 0; k <= maximo; k++) {
            for (int i = 0; i < fronteiras.size(); i++) {
                List<No> nova = new ArrayList<>();
                for (No no : fronteiras.get(i)) {
                    if (!(k == 0 ? uma(i, no.pontos(), no.quais(), nova) : filhas(i, no, nova))) {
                        return;
                    }
                }
                if (!falhas.isEmpty() && !todas) {
                    return;
                }
                nova.sort(Comparator.comparingInt(No::peso)); // o que é simples de contar vê-se primeiro
                fronteiras.set(i, nova);
            }
            completos = k;
        }
    }

    /** As que têm mais um desvio. @return se se continua */
    private boolean filhas(int pedidos, No no, List<No> nova) {
        int k = no.pontos().length + 1;
        for (int p = 0; p < no.abertos().length; p++) {
            for (byte q = 1; q <= no.abertos()[p]; q++) {
                int[] pontos = Arrays.copyOf(no.pontos(), k);
                byte[] quais = Arrays.copyOf(no.quais(), k);
                pontos[k - 1] = no.primeiro() + p;
                quais[k - 1] = q;
                if (!uma(pedidos, pontos, quais, nova)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean uma(int pedidos, int[] pontos, byte[] quais, List<No> nova) {
        Roteiro roteiro = new Roteiro(alcance, pedidos().get(pedidos), pontos, quais);
        estados.get(pedidos).nova();
        execucoes++;
        emCurso = new Falha(pedidos, pontos, quais, 0);
        desde = System.nanoTime();
        desdeCpu = LINHAS.getCurrentThreadCpuTime();
        String motivo = cenario(roteiro, false).procurar(estados.get(pedidos));
        if (motivo != null) {
            motivos.add(motivo);
            falhas.add(new Falha(pedidos, pontos, quais, roteiro.peso()));
        }
        int abertos = roteiro.abertos.size();
        if (abertos > 0) {
            byte[] quantos = new byte[abertos];
            for (int j = 0; j < abertos; j++) {
                quantos[j] = roteiro.abertos.get(j);
            }
            nova.add(new No(pontos, quais, quantos, roteiro.primeiroAberto(), roteiro.peso()));
        }
        restam -= falhas.isEmpty() || todas ? 0 : 1;
        trabalhou = LINHAS.getCurrentThreadCpuTime();
        return restam > 0 && trabalhou < fim;
    }

    private List<Roteiro.Pedidos> pedidos() {
        return Roteiro.pedidos(alcance);
    }

    private Cenario cenario(Roteiro roteiro, boolean rastro) {
        return Simulador.cenario(alcance.parte(), new Mundo(roteiro, rastro), alcance.defeito(), alcance);
    }

    // ───── O que se achou ─────

    private Achado achado() {
        return falhas.stream().min(Comparator.comparingInt(Falha::peso)).map(falha -> {
            Cenario outraVez = outraVez(falha);
            return achado(falha, outraVez, outraVez.procurar(new Estados()));
        }).orElse(null);
    }

    private Cenario outraVez(Falha falha) {
        return cenario(new Roteiro(alcance, pedidos().get(falha.pedidos()), falha.pontos(), falha.quais()), true);
    }

    private Achado achado(Falha falha, Cenario cenario, String motivo) {
        Map<String, String> saldos = new LinkedHashMap<>();
        try {
            cenario.bancos().forEach((nome, banco) -> saldos.put(nome, banco.saldo("ana").toPlainString()));
        } catch (RuntimeException e) {
            saldos.clear(); // o programa nem tem um banco que se leia
        }
        return new Achado(alcance, falha.pontos().length, pedidas(falha), motivo, List.copyOf(cenario.mundo.passos()),
                saldos);
    }

    private List<Operacao> pedidas(Falha falha) {
        return pedidos().get(falha.pedidos()).pedidas().stream().map(Pedida::op).toList();
    }

    /** Uma execução não volta: o programa não sai de onde está. */
    private Achado travada(Thread linha) {
        Falha falha = emCurso;
        Cenario outraVez = outraVez(falha);
        Thread tambem = new Thread(() -> outraVez.procurar(new Estados()), "procura outra vez");
        tambem.setDaemon(true);
        tambem.start();
        esperar(tambem, 2_000);
        return new Achado(alcance, falha.pontos().length, pedidas(falha),
                "o programa não volta" + onde(linha.getStackTrace()), List.copyOf(outraVez.mundo.passos()), Map.of());
    }

    /** Onde, no programa que se experimenta. */
    static String onde(StackTraceElement[] pilha) {
        return Stream.of(pilha).filter(e -> e.getClassName().matches("(part\\d|shared)\\..*")).findFirst()
                .or(() -> Stream.of(pilha).findFirst())
                .map(e -> " (" + e.getFileName() + ", linha " + e.getLineNumber() + ", em " + e.getMethodName() + ")")
                .orElse("");
    }

    // ───── Linha de comando ─────

    /** O que se diz de um resultado: a história, ou até onde se viu. */
    public static List<String> dizer(Resultado r) {
        List<String> linhas = new ArrayList<>();
        if (r.achado() != null) {
            linhas.addAll(Historia.de(r.achado()));
            linhas.add(Texto.formatar("(%s; com menos nada falha: %d execuções, %d estados, %.1f s de processador)",
                    Texto.quantas(r.achado().desvios(), "desvio", "desvios"), r.execucoes(), r.estados(), r.segundos()));
        } else {
            linhas.add(Texto.formatar("%s: %d execuções, %d estados, nada violado (%.1f s, %.0f estados por segundo)",
                    r.ate() < 0 ? "não houve tempo para ver tudo, nem sem desvios"
                            : "todos os caminhos até " + Texto.quantas(r.ate(), "desvio", "desvios"),
                    r.execucoes(), r.estados(), r.segundos(), r.estados() / r.segundos()));
        }
        return linhas;
    }

    /** @return o código com que sair */
    static int correr(String... args) {
        Resultado resultado;
        PrintStream saida = System.out;
        try {
            Procurado pedido = Procurado.ler(List.of(args));
            System.setOut(System.err); // o que o programa escreva não se mistura com a resposta
            resultado = procurar(pedido.alcance(), pedido.ate(), pedido.segundos());
        } catch (ErroDeUso e) {
            System.err.println("erro de uso: " + e.getMessage() + "\n" + Procurado.USO);
            return 2;
        } finally {
            System.setOut(saida);
        }
        dizer(resultado).forEach(System.out::println);
        return resultado.achado() == null ? 0 : 1;
    }

    public static void main(String[] args) {
        int codigo = correr(args);
        System.out.flush();
        Runtime.getRuntime().halt(codigo); // o que se experimenta pode ter deixado algo a correr
    }
}
