//SOURCES Ato.java Cenas.java
package tests.lab.cenas;

import static shared.Operacao.deposito;
import static shared.Operacao.saque;
import static tests.lab.cenas.Ato.reais;
import static tests.lab.palco.Montagem.clienteDaParte2;
import static tests.lab.palco.Montagem.fila;
import static tests.lab.palco.Montagem.sequenciador;

import java.util.List;
import tests.lab.cenas.Cenas.Fim;
import tests.lab.palco.Cliente;
import tests.lab.palco.Palco;
import tests.lab.rede.Rede;
import tests.lab.vereditos.Rastro;
import tests.lab.vereditos.Vereditos.Valor;

/** A parte 2: a fila guarda; mas duas filas não fazem uma ordem. */
final class CenasDaParte2 {

    private CenasDaParte2() {
    }

    static Fim filaSeguraWorkerMorto() {
        Rastro rastro = new Rastro();
        try (Palco palco = new Palco(rastro, 2, "um worker morre", 1, "cliente-1", "servidor", "worker-1", "worker-2");
                Rede rede = new Rede(rastro, 1)) {
            fila(rede, palco, "servidor", "worker-1");
            fila(rede, palco, "servidor", "worker-2");
            for (String worker : List.of("worker-1", "worker-2")) {
                palco.iniciar(worker, "part2.Worker", "--porta", palco.porta(worker), "--rpc", palco.em("servidor"));
            }
            palco.iniciar("servidor", "part2.RpcServer", "--porta", palco.porta("servidor"), "--workers",
                    palco.em("servidor>worker-1") + "," + palco.em("servidor>worker-2"));
            Cliente cliente = clienteDaParte2(rede, palco, "cliente-1", "servidor");
            cliente.fazer(deposito("ana", reais(100)));
            palco.esperarSeq(1, "worker-1", "worker-2");
            palco.matar("worker-2");
            cliente.fazer(saque("ana", reais(30)));
            cliente.fazer(saque("ana", reais(90)));
            palco.esperarSeq(3, "worker-1");
            palco.nota("o servidor e o worker 1 seguiram; o worker 2 volta");
            palco.reiniciar("worker-2");
            palco.esperarSeq(3, "worker-2");
            Ato ato = new Ato("RPC + fila", rastro, palco.julgar("worker-1", "worker-2"));
            return new Fim(List.of(
                    "O worker 2 morreu (kill -9). O servidor, que guarda cada operação no seu diário antes de"
                            + " responder, continuou a enfileirar, e o worker 1 a aplicar.",
                    "Ao voltar, o worker 2 leu o seu próprio diário, recebeu o que lhe faltava, na mesma ordem, e ficou"
                            + " igual ao outro. A recusa do saque de 90 também é igual nos dois.",
                    "Sem o diário do servidor, o que estava a caminho dele ter-se-ia perdido (--sem-recuperacao)."),
                    List.of(ato), ato.todosSim());
        }
    }

    static Fim doisServidoresRpc() {
        Rastro rastro = new Rastro();
        try (Palco palco = new Palco(rastro, 2, "dois servidores", 1, "cliente-1", "cliente-2", "servidor",
                "servidor-2", "worker-1", "worker-2"); Rede rede = new Rede(rastro, 1)) {
            for (String worker : List.of("worker-1", "worker-2")) {
                fila(rede, palco, "servidor", worker);
                fila(rede, palco, "servidor-2", worker);
                palco.iniciar(worker, "part2.Worker", "--porta", palco.porta(worker), "--sem-recuperacao");
            }
            for (String servidor : List.of("servidor", "servidor-2")) {
                palco.iniciar(servidor, "part2.RpcServer", "--porta", palco.porta(servidor), "--workers",
                        palco.em(servidor + ">worker-1") + "," + palco.em(servidor + ">worker-2"));
            }
            Cliente um = clienteDaParte2(rede, palco, "cliente-1", "servidor");
            Cliente outro = clienteDaParte2(rede, palco, "cliente-2", "servidor-2");
            um.fazer(deposito("ana", reais(100)));
            palco.esperarSeq(1, "worker-1", "worker-2");
            rede.segurar("servidor-2", "worker-1");
            rede.segurar("servidor", "worker-2");
            um.fazer(saque("ana", reais(80)));
            outro.fazer(saque("ana", reais(50)));
            palco.esperarSeq(2, "worker-1", "worker-2");
            rede.esperarSeguras("servidor-2", "worker-1", 1);
            rede.esperarSeguras("servidor", "worker-2", 1);
            rede.soltarTudo("servidor-2", "worker-1");
            rede.soltarTudo("servidor", "worker-2");
            palco.esperarSeq(3, "worker-1", "worker-2");
            Ato ato = new Ato("dois servidores RPC", rastro, palco.julgar("worker-1", "worker-2"));
            return new Fim(List.of(
                    "Cada servidor entrega as suas operações aos dois workers, por ordem, sem perder nenhuma. Mas são"
                            + " dois servidores.",
                    "O worker 1 ouviu primeiro o saque de 80, que veio de um; o worker 2, o de 50, que veio do outro. FIFO"
                            + " por servidor não é ordem total, e os workers divergiram como no multicast.",
                    "Cura: um servidor só, ou um sequenciador por trás deles (parte 3)."),
                    List.of(ato), ato.valor("replicas-iguais") == Valor.NAO && ato.valor("mesma-ordem") == Valor.NAO
                            && ato.valor("confirmado-nao-se-perde") == Valor.SIM);
        }
    }
}
