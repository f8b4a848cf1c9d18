package tests.lab.provas;

import static tests.lab.provas.Operacoes.deposito;
import static tests.lab.provas.Operacoes.dizer;
import static tests.lab.provas.Operacoes.saque;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** As provas da réplica da parte 1: o corretor é os dois clientes que ela assina. */
final class DaReplica1 {

    private static final Set<String> PAPEL = Set.of("replica");
    private static final String FIM = "fim";

    private DaReplica1() {
    }

    static List<Prova> provas() {
        return List.of(
                prova("formato", "assina os clientes, e aplica as operações que chegam", Nivel.BASICO, 3, Garantia.FORMATO,
                        b -> Regras.formato(b, mesa(b))),
                prova("regras", "recusa o que não tem saldo, e o dinheiro conserva-se", Nivel.BASICO, 3, Garantia.DINHEIRO,
                        b -> Regras.regras(b, mesa(b))),
                prova("acentos", "contas com espaços e acentos, escritas como o Python as escreve", Nivel.BASICO, 1,
                        Garantia.FORMATO, b -> Regras.acentos(b, mesa(b))),
                prova("fifo", "o que um cliente envia aplica-se pela ordem em que o enviou", Nivel.BASICO, 3, Garantia.FIFO,
                        b -> Regras.porOrdem(b, mesa(b))),
                prova("dois-clientes", "ouve os dois clientes, e de cada um por ordem", Nivel.BASICO, 3, Garantia.FIFO,
                        DaReplica1::doisClientes),
                prova("cliente-que-acaba", "um cliente acaba: segue a ouvir o outro, e a ele quando volta", Nivel.BASICO, 2,
                        Garantia.SEGUE, DaReplica1::clienteQueAcaba),
                prova("exato", "o dinheiro é exato: 0.1 + 0.7 são 0.8", Nivel.DURAVEL, 2, Garantia.DINHEIRO,
                        b -> Regras.exato(b, mesa(b))),
                prova("repetida", "a mesma operação, que chega outra vez, não vale outra vez", Nivel.TOLERANTE, 2,
                        Garantia.UMA_VEZ, b -> Regras.repetida(b, mesa(b))),
                prova("lixo", "o que não se entende não a mata", Nivel.TOLERANTE, 3, Garantia.NAO_MORRE, DaReplica1::lixo),
                prova("pausa", "parada (kill -STOP) e acordada, aplica o que houve, uma vez", Nivel.TOLERANTE, 1,
                        Garantia.SEGUE, DaReplica1::pausa));
    }

    private static Prova prova(String nome, String titulo, Nivel nivel, int pontos, Garantia garantia, Corrida corrida) {
        return new Prova("replica/" + nome, titulo, nivel, pontos, 1, PAPEL, garantia, corrida);
    }

    private static Regras.Mesa mesa(Bancada b) {
        FazClientes c = new FazClientes(b);
        Posto replica = b.iniciar("replica-1");
        return new Regras.Mesa(c, replica, () -> c.esperarReplica(b, replica), (op, json) -> c.difundir(1, json));
    }

    private static void doisClientes(Bancada b) {
        try (FazClientes c = new FazClientes(b)) {
            Posto replica = b.iniciar("replica-1");
            c.esperarReplica(b, replica);
            b.contar("cada cliente faz 15 depósitos numa conta sua, cada um seguido do saque do mesmo valor");
            for (int i = 1; i <= 15; i++) {
                for (int cliente = 1; cliente <= 2; cliente++) {
                    c.difundir(cliente, deposito("conta " + cliente, i + ".5").json());
                    c.difundir(cliente, saque("conta " + cliente, i + ".5").json());
                }
            }
            for (int cliente = 1; cliente <= 2; cliente++) {
                c.difundir(cliente, deposito(FIM + cliente, "1").json());
                Esperas.saldo(b, replica, FIM + cliente, "1", "não aplicou a última operação do cliente " + cliente);
            }
            Esperas.conferir(replica, Map.of("conta 1", "0", "conta 2", "0"),
                    "aplicado pela ordem de cada cliente, cada saque leva o que ele acabou de depositar");
        }
    }

    private static void clienteQueAcaba(Bancada b) {
        try (FazClientes c = new FazClientes(b)) {
            Posto replica = b.iniciar("replica-1");
            c.esperarReplica(b, replica);
            c.difundir(1, deposito("ana", "100").json());
            Esperas.saldo(b, replica, "ana", "100", "não aplicou um depósito de 100");
            b.contar("o cliente 1 acaba; o cliente 2 saca 30");
            c.acabar(1);
            c.difundir(2, saque("ana", "30").json());
            Esperas.saldo(b, replica, "ana", "70", "o cliente 1 acabou, e o que o 2 envia já não vale");
            b.contar("o cliente 1 volta, na mesma porta, e saca 20");
            c.voltar(1);
            c.esperarReplica(b, replica);
            c.difundir(1, saque("ana", "20").json());
            Esperas.saldo(b, replica, "ana", "50", "o cliente 1 voltou, e o que ele envia não vale");
        }
    }

    private static void lixo(Bancada b) {
        try (FazClientes c = new FazClientes(b)) {
            Posto replica = b.iniciar("replica-1");
            c.esperarReplica(b, replica);
            c.difundir(1, deposito("ana", "100").json());
            for (byte[] lixo : Operacoes.LIXO) {
                b.contar("um cliente com defeito difunde " + dizer(lixo));
                c.difundir(2, new String(lixo, StandardCharsets.UTF_8));
            }
            c.difundir(2, deposito("bia", "1").json());
            Esperas.saldo(b, replica, "bia", "1", "depois do que não se entende, já não ouve esse cliente");
            c.difundir(1, saque("ana", "30").json());
            Esperas.saldo(b, replica, "ana", "70", "depois de chegar o que não se entende, não aplicou o saque de 30");
        }
    }

    private static void pausa(Bancada b) {
        try (FazClientes c = new FazClientes(b)) {
            Posto replica = b.iniciar("replica-1");
            c.esperarReplica(b, replica);
            c.difundir(1, deposito("ana", "100").json());
            Esperas.saldo(b, replica, "ana", "100", "não aplicou um depósito de 100");
            replica.parar();
            c.difundir(1, saque("ana", "30").json());
            c.difundir(1, saque("ana", "80").json());
            c.difundir(1, deposito(FIM, "1").json());
            replica.continuar();
            Esperas.saldo(b, replica, FIM, "1", "acordou, e não aplicou o que houve");
            Esperas.conferir(replica, Map.of("ana", "70"), "acordou, e o que houve não valeu uma vez, por ordem");
        }
    }
}
