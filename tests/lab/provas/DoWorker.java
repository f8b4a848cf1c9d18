package tests.lab.provas;

import static tests.lab.provas.Operacoes.deposito;
import static tests.lab.provas.Operacoes.dizer;
import static tests.lab.provas.Operacoes.saque;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** As provas do worker da parte 2: o corretor é o servidor que lhe enche a fila. */
final class DoWorker {

    private static final Set<String> PAPEL = Set.of("worker");
    private static final String FIM = "fim";

    private DoWorker() {
    }

    static List<Prova> provas() {
        return List.of(
                prova("formato", "recebe a fila na porta dele (PULL), e aplica o que lá vem", Nivel.BASICO, 3,
                        Garantia.FORMATO, b -> Regras.formato(b, mesa(b))),
                prova("regras", "recusa o que não tem saldo, e o dinheiro conserva-se", Nivel.BASICO, 3, Garantia.DINHEIRO,
                        b -> Regras.regras(b, mesa(b))),
                prova("acentos", "contas com espaços e acentos, escritas como o Python as escreve", Nivel.BASICO, 1,
                        Garantia.FORMATO, b -> Regras.acentos(b, mesa(b))),
                prova("por-ordem", "aplica pela ordem da fila", Nivel.BASICO, 3, Garantia.MESMA_ORDEM,
                        b -> Regras.porOrdem(b, mesa(b))),
                prova("exato", "o dinheiro é exato: 0.1 + 0.7 são 0.8", Nivel.DURAVEL, 2, Garantia.DINHEIRO,
                        b -> Regras.exato(b, mesa(b))),
                prova("repetida", "a mesma operação, que chega outra vez, não vale outra vez", Nivel.DURAVEL, 2,
                        Garantia.UMA_VEZ, b -> Regras.repetida(b, mesa(b))),
                prova("numeradas", "aplica também as numeradas, {\"seq\": n, \"op\": \"…\"}, e uma vez cada número",
                        Nivel.DURAVEL, 2, Garantia.UMA_VEZ, DoWorker::numeradas),
                prova("reinicia", "morto (kill -9) e reiniciado, tem o que tinha, e segue", Nivel.DURAVEL, 4,
                        Garantia.CONFIRMADA, DoWorker::reinicia),
                prova("pede-o-que-falta", "um buraco: não o salta, pede-o ao servidor (historico), e põe-se em dia",
                        Nivel.TOLERANTE, 4, Garantia.CURA_SE, DoWorker::pedeOQueFalta),
                prova("lixo", "o que não se entende não o mata", Nivel.TOLERANTE, 2, Garantia.NAO_MORRE, DoWorker::lixo),
                prova("pausa", "parado (kill -STOP) e acordado, aplica o que houve, uma vez", Nivel.TOLERANTE, 1,
                        Garantia.CURA_SE, DoWorker::pausa));
    }

    private static Prova prova(String nome, String titulo, Nivel nivel, int pontos, Garantia garantia, Corrida corrida) {
        return new Prova("worker/" + nome, titulo, nivel, pontos, 2, PAPEL, garantia, corrida);
    }

    /** O worker, e um servidor que lhe põe na fila operações simples. */
    private static Regras.Mesa mesa(Bancada b) {
        FazServidor s = new FazServidor(b);
        Posto worker = b.iniciar("worker-1");
        return new Regras.Mesa(s, worker, () -> s.esperarWorker(b, worker), (op, json) -> s.enviar(b, json));
    }

    private static void numeradas(Bancada b) {
        try (FazServidor s = new FazServidor(b)) {
            Posto worker = b.iniciar("worker-1");
            s.esperarWorker(b, worker);
            s.enfileirar(b, deposito("ana", "100"));
            String saque = s.numerar(saque("ana", "30")).json();
            b.contar("o número 2, um saque de 30, chega duas vezes");
            s.enviar(b, saque);
            s.enviar(b, saque);
            s.enfileirar(b, deposito(FIM, "1"));
            Esperas.saldo(b, worker, FIM, "1", "não aplicou as três operações numeradas");
            Esperas.conferir(worker, Map.of("ana", "70"), "depois de um depósito de 100, e de um saque de 30 que chegou duas"
                    + " vezes com o mesmo número");
        }
    }

    private static void reinicia(Bancada b) {
        try (FazServidor s = new FazServidor(b)) {
            Posto worker = b.iniciar("worker-1");
            s.esperarWorker(b, worker);
            s.enviar(b, deposito("ana", "100").json());
            s.enviar(b, saque("ana", "30").json());
            Esperas.saldo(b, worker, "ana", "70", "não aplicou um depósito de 100 e um saque de 30");
            worker.matar();
            worker.reiniciar();
            s.esperarWorker(b, worker);
            s.enviar(b, saque("ana", "20").json());
            Esperas.saldo(b, worker, "ana", "50", "morreu com 70 em ana, voltou, e chegou um saque de 20");
        }
    }

    private static void pedeOQueFalta(Bancada b) {
        try (FazServidor s = new FazServidor(b)) {
            Posto worker = b.iniciar("worker-1");
            s.esperarWorker(b, worker);
            s.enfileirar(b, deposito("ana", "100"));
            Esperas.saldo(b, worker, "ana", "100", "não aplicou o número 1");
            s.numerar(saque("ana", "50"));
            b.contar("o número 2, o saque de 50, perde-se a caminho; o 3, o saque de 80, chega");
            s.enfileirar(b, saque("ana", "80"));
            s.enfileirar(b, deposito(FIM, "1"));
            Esperas.saldo(b, worker, FIM, "1", s.pediram().isEmpty() ? "faltava-lhe o número 2, e não se pôs em dia"
                    : "pediu ao servidor o número 2, e não se pôs em dia");
            Esperas.conferir(worker, Map.of("ana", "50"), "aplicou o número 3 sem o 2");
        }
    }

    private static void lixo(Bancada b) {
        try (FazServidor s = new FazServidor(b)) {
            Posto worker = b.iniciar("worker-1");
            s.esperarWorker(b, worker);
            s.enviar(b, deposito("ana", "100").json());
            for (byte[] lixo : Operacoes.LIXO) {
                b.contar("chega pela fila " + dizer(lixo));
                s.enviar(b, new String(lixo, StandardCharsets.UTF_8));
            }
            s.enviar(b, saque("ana", "30").json());
            Esperas.saldo(b, worker, "ana", "70", "depois de chegar o que não se entende, não aplicou o saque de 30");
        }
    }

    private static void pausa(Bancada b) {
        try (FazServidor s = new FazServidor(b)) {
            Posto worker = b.iniciar("worker-1");
            s.esperarWorker(b, worker);
            s.enviar(b, deposito("ana", "100").json());
            Esperas.saldo(b, worker, "ana", "100", "não aplicou um depósito de 100");
            worker.parar();
            s.enviar(b, saque("ana", "30").json());
            s.enviar(b, saque("ana", "80").json());
            s.enviar(b, deposito(FIM, "1").json());
            worker.continuar();
            Esperas.saldo(b, worker, FIM, "1", "acordou, e não aplicou o que tinha na fila");
            Esperas.conferir(worker, Map.of("ana", "70"), "acordou, e o que tinha na fila não valeu uma vez, por ordem");
        }
    }
}
