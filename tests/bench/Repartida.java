//SOURCES Gerador.java
package tests.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.zeromq.ZMQ;
import shared.defesa.Defesa;
import shared.rede.Soquetes;

/**
 * A carga de quem pode pedir a qualquer de vários servidores: as operações pendentes repartem-se por eles. As respostas não
 * vêm pela ordem dos pedidos: uma transferência entre grupos demora mais do que outra que fica no seu.
 */
final class Repartida {

    private Repartida() {
    }

    // ───── ZeroMQ ─────

    /** Um DEALER a cada um, que faz de tantos REQ quantas as vagas dele: o número da vaga vai no envelope, e volta. */
    static Sistema.Amostra zeromq(List<Integer> portas, Moldes moldes, int pendentes, Sistema.Ate ate) {
        try (Soquetes soquetes = new Soquetes(Defesa.doAmbiente())) {
            List<ZMQ.Socket> servidores = portas.stream().map(porta -> Gerador.conectar(soquetes, porta, moldes)).toList();
            ZMQ.Poller acordar = soquetes.vigiar(servidores.toArray(ZMQ.Socket[]::new));
            long[] enviadas = new long[pendentes];
            Gerador.Conta conta = new Gerador.Conta(ate);
            for (int vaga = 0; vaga < pendentes; vaga++) {
                pedir(servidores.get(vaga % servidores.size()), vaga, moldes, enviadas);
            }
            for (int faltam = pendentes; faltam > 0; ) {
                if (acordar.poll(Gerador.PRAZO_MS) <= 0) {
                    throw Gerador.semResposta(conta);
                }
                for (ZMQ.Socket servidor : servidores) {
                    for (int vaga; (vaga = respondida(servidor)) >= 0; ) {
                        conta.confirmada(enviadas[vaga]);
                        if (conta.continua()) {
                            pedir(servidor, vaga, moldes, enviadas);
                        } else {
                            faltam--;
                        }
                    }
                }
            }
            return conta.amostra();
        }
    }

    private static void pedir(ZMQ.Socket servidor, int vaga, Moldes moldes, long[] enviadas) {
        enviadas[vaga] = System.nanoTime();
        servidor.send(ByteBuffer.allocate(Integer.BYTES).putInt(vaga).array(), ZMQ.SNDMORE);
        Gerador.enviar(servidor, moldes.proxima());
    }

    /** @return de que vaga é a resposta que chegou; -1 se não chegou nenhuma */
    private static int respondida(ZMQ.Socket servidor) {
        byte[] vaga = servidor.recv(ZMQ.DONTWAIT);
        if (vaga == null) {
            return -1;
        }
        Gerador.receber(servidor);
        return ByteBuffer.wrap(vaga).getInt();
    }

    // ───── TCP, com mais do que uma ida e volta ─────

    /** O que um cliente faz para levar uma operação até ao fim, na sua conexão. */
    interface Cliente {
        void levar(Gerador.Conexao conexao, byte[] operacao) throws IOException;
    }

    /** Tantos clientes quantas as operações pendentes, cada um com a sua conexão e a sua linha de execução. */
    static Sistema.Amostra clientes(List<Integer> portas, Protocolo protocolo, Moldes moldes, int pendentes,
            Sistema.Ate ate, Cliente cliente) {
        Gerador.Conta conta = new Gerador.Conta(ate);
        List<Throwable> falhas = new ArrayList<>(); // também se guarda por ele o que é de todos
        List<Thread> linhas = IntStream.range(0, pendentes).mapToObj(i -> new Thread(() -> {
            try (Gerador.Conexao conexao = new Gerador.Conexao(portas.get(i % portas.size()), protocolo)) {
                for (byte[] operacao; (operacao = proxima(conta, moldes, falhas)) != null; ) {
                    long enviada = System.nanoTime();
                    cliente.levar(conexao, operacao);
                    synchronized (falhas) {
                        conta.confirmada(enviada);
                    }
                }
            } catch (IOException | RuntimeException e) {
                synchronized (falhas) {
                    falhas.add(e);
                }
            }
        }, "cliente-" + i)).toList();
        linhas.forEach(Thread::start);
        for (Thread linha : linhas) {
            try {
                linha.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        if (!falhas.isEmpty()) {
            throw new IllegalStateException(falhas.get(0).getMessage(), falhas.get(0));
        }
        return conta.amostra();
    }

    /** @return null quando já chega */
    private static byte[] proxima(Gerador.Conta conta, Moldes moldes, List<Throwable> falhas) {
        synchronized (falhas) {
            return conta.continua() && falhas.isEmpty() ? moldes.proxima() : null;
        }
    }
}
