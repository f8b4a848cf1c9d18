///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 4, cliente: pede cada operação ao primário, que responde o resultado.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//DEPS org.hdrhistogram:HdrHistogram:2.2.2
//DEPS me.tongfei:progressbar:0.10.1
//SOURCES ../shared/Banco.java ../shared/Envelope.java ../shared/defesa/Defesa.java ../shared/disco/Arquivos.java
//SOURCES ../shared/memoria/Lembradas.java ../shared/memoria/Saldos.java ../shared/ordem/Aplicada.java
//SOURCES ../shared/papel/Cliente.java ../shared/rede/Requisicao.java ../shared/rede/zmq/Mailbox.java
//SOURCES ../shared/rede/zmq/io/Decifrada.java ../shared/rede/zmq/io/mechanism/Mechanisms.java
//SOURCES ../shared/tempo/Lentidao.java ../shared/texto/Campos.java ../shared/texto/Endereco.java
//SOURCES ../shared/texto/Reais.java ../shared/texto/Registro.java regra/Respostas.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError -Xmn24m
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
//RUNTIME_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings
package part4;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiFunction;
import part4.regra.Respostas;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import shared.Operacao;
import shared.papel.Cliente;
import shared.papel.Replicas;
import shared.rede.Requisicao;
import shared.rede.SemResposta;
import shared.rede.Tcp;
import shared.tempo.Lentidao;
import shared.texto.Endereco;
import shared.texto.ErroDeUso;
import shared.texto.Falha;

/**
 * Manda cada operação ao primário e espera o resultado dela; se ele não responde, tenta os outros servidores da lista.
 *
 * <pre>
 *   Client (REQ) ──► :6004 Primary          responde  OK seq=7 resultado=APLICADA
 *               └──► :6004 Backup           responde  ERRO nao-primario: o primário é …
 * </pre>
 *
 * <b>Garante</b>: o cliente sabe o resultado; uma operação repetida, mesmo em outro servidor, vale uma vez, porque leva o
 * mesmo id_msg; {@code saldo} nunca é velho.<br>
 * <b>Não garante</b>: resposta, se ninguém pode assumir: a operação fica indeterminada.<br>
 * <b>Experimente</b>: um {@code sacar} maior que o saldo: a recusa vem na resposta (compare com a parte 3).
 */
@Command(name = "part4/Client.java",
        description = "Parte 4, cliente: pede cada operação ao primário, que responde o resultado.",
        footer = {"Sem COMANDO, abre o menu.",
            "O primário original não diz saldos: com --semente, saldo lê das réplicas (--consultas)."})
public final class Client extends Cliente {

    // ───── Linha de comando ─────

    @Option(names = "--primario", paramLabel = "HOST[:PORTA][,…]", defaultValue = "127.0.0.1:6004", order = 1,
            scope = ScopeType.INHERIT,
            description = "os servidores: o primário e quem pode vir a ser (padrão: ${DEFAULT-VALUE})")
    private String primario;

    // ───── Rede ─────

    /** Por tentativa: depois disso, o próximo servidor; e ao fim de quanto se desiste. */
    public static final int PRAZO_MS = Lentidao.vezes(500);
    public static final int PRAZO_TOTAL_MS = Lentidao.vezes(10_000);

    private static final int ENTRE_MS = 50; // a troca de primário leva algum tempo: não insiste sem parar

    @Override
    protected Conexao conectar() {
        Servidores servidores = new Servidores();
        return new Conexao() {
            @Override
            public Resposta enviar(Operacao op) {
                return Resposta.de(servidores.pedir(op.json()));
            }

            @Override
            public void close() {
                servidores.close();
            }
        };
    }

    /** O saldo que vale: o do primário, quando ele se certifica de que ainda é. */
    @Override
    protected int saldo(String conta) {
        if (semente()) {
            return super.saldo(conta);
        }
        try (Servidores servidores = new Servidores()) {
            Replicas.mostrarSaldo(conta, servidores.perguntar(Replicas.pedidoDeSaldo(conta)));
        }
        return 0;
    }

    /** Os servidores, com um à frente: quem respondeu por último como primário. */
    private final class Servidores implements AutoCloseable {

        private final Deque<Endereco> lista = new ArrayDeque<>(Endereco.lerLista(primario, 6004));
        private Requisicao atual;

        /**
         * Pergunta a um depois do outro, até que um decida. Um que se calou, ou que deixou de ser primário, pode ter
         * repassado a operação: depois dele, só um OK é resposta.
         */
        String pedir(String pedido) {
            return pedir(pedido, Requisicao::pedir);
        }

        /** O mesmo, com o que só os nossos entendem. */
        String perguntar(String pedido) {
            return pedir(pedido, Requisicao::perguntar);
        }

        private String pedir(String pedido, BiFunction<Requisicao, String, String> como) {
            long limite = System.nanoTime() + PRAZO_TOTAL_MS * 1_000_000L;
            String ultima = null;
            boolean recusada = true; // por todos a quem se perguntou
            int semInsistir = 0;     // quantos, seguidos, pararam à espera de uma pessoa, ou não atendem: não adianta
            String parado = null;
            while (System.nanoTime() < limite) {
                String resposta = null;
                try {
                    atual = atual == null ? new Requisicao(defesa(), lista.peekFirst(), PRAZO_MS, 1, semente()) : atual;
                    resposta = como.apply(atual, pedido);
                    ultima = resposta;
                    boolean semDisco = Respostas.eSemDisco(resposta);
                    boolean parou = Respostas.eParado(resposta);
                    boolean doPrimario = !semDisco && !parou && !Respostas.eNaoPrimario(resposta);
                    if (doPrimario || semDisco && recusada && lista.size() == 1) {
                        return resposta;
                    }
                    parado = parou ? resposta : parado;
                    semInsistir = parou ? semInsistir + 1 : 0;
                    recusada &= semDisco || parou;
                    Thread.sleep(ENTRE_MS);
                } catch (SemResposta e) {
                    if (atual.pediuAoOriginal()) {
                        throw e;
                    }
                    recusada &= !atual.pediu();
                    semInsistir = atual.pediu() ? 0 : semInsistir + 1;
                } catch (InterruptedException e) {
                    throw new Falha("interrompido");
                }
                if (parado != null && recusada && semInsistir >= lista.size()) {
                    return parado;
                }
                passarAdiante(resposta);
            }
            if (ultima != null && recusada) {
                return ultima;
            }
            if (ultima == null) {
                throw new SemResposta(lista.peekFirst(), PRAZO_TOTAL_MS, defesa().desacordos().dica(lista.peekFirst()));
            }
            throw new SemResposta("ninguém respondeu como primário em " + PRAZO_TOTAL_MS / 1000 + " s; a última resposta"
                    + " foi: " + ultima + ". Confira se há um primário de pé e se ele está em --primario");
        }

        private void passarAdiante(String resposta) {
            close();
            lista.addLast(lista.removeFirst());
            String onde = Respostas.ondeEstaOPrimario(resposta);
            if (onde != null) {
                seguir(onde);
            }
        }

        /** Alguém diz onde está o primário; o que não se entende, ou ninguém conhece, não conta. */
        private void seguir(String onde) {
            try {
                Endereco dito = Endereco.ler(onde);
                if (Tcp.existe(dito)) {
                    lista.remove(dito);
                    lista.addFirst(dito);
                }
            } catch (ErroDeUso e) {
                registro().linha("dica-recusada", "erro", e.getMessage());
            }
        }

        @Override
        public void close() {
            if (atual != null) {
                atual.close();
            }
            atual = null;
        }
    }

    public static void main(String[] args) {
        System.exit(executar(new Client(), args));
    }
}
