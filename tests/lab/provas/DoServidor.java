package tests.lab.provas;

import static tests.lab.provas.Operacoes.deposito;
import static tests.lab.provas.Operacoes.dizer;
import static tests.lab.provas.Operacoes.saque;
import static tests.lab.provas.Operacoes.transferencia;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import shared.Operacao;
import shared.texto.Endereco;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/** As provas do servidor RPC da parte 2: o corretor é os clientes que o chamam, e os workers para que ele enfileira. */
final class DoServidor {

    private static final Set<String> PAPEL = Set.of("servidor");
    private static final int MUITAS = 1_100; // um PUSH guarda mil, se não se diz outra coisa

    private DoServidor() {
    }

    static List<Prova> provas() {
        return List.of(
                prova("formato", "responde 'DEPOSITO enfileirado: <id_msg>', e põe a operação na fila", Nivel.BASICO, 3,
                        Garantia.FORMATO, DoServidor::formato),
                prova("acentos", "um nome com acentos chega aos workers tal como veio", Nivel.BASICO, 1, Garantia.FORMATO,
                        DoServidor::acentos),
                prova("todos-os-workers", "cada operação vai a todos os workers, e não a um deles", Nivel.BASICO, 4,
                        Garantia.MESMA_ORDEM, DoServidor::todosOsWorkers),
                prova("mesma-ordem", "dois clientes ao mesmo tempo: cada worker recebe tudo, e pela mesma ordem",
                        Nivel.BASICO, 3, Garantia.MESMA_ORDEM, DoServidor::mesmaOrdem),
                prova("a-fila-guarda", "sem nenhum worker de pé, responde, e a fila guarda", Nivel.BASICO, 2, Garantia.SEGUE,
                        DoServidor::aFilaGuarda),
                prova("reinicia", "morto (kill -9) e reiniciado, ainda tem o que um worker não recebeu", Nivel.DURAVEL, 4,
                        Garantia.CONFIRMADA, DoServidor::reinicia),
                prova("historico", "a um worker que perdeu algo, conta-o: historico", Nivel.DURAVEL, 2, Garantia.CURA_SE,
                        DoServidor::historico),
                prova("repetida", "a mesma chamada outra vez, com o mesmo id_msg, enfileira uma vez", Nivel.DURAVEL, 2,
                        Garantia.UMA_VEZ, DoServidor::repetida),
                prova("repetida-depois-de-morrer", "morto (kill -9) e reiniciado, reconhece a chamada repetida",
                        Nivel.DURAVEL, 2, Garantia.UMA_VEZ, DoServidor::repetidaDepoisDeMorrer),
                prova("id-repetido", "recusa outra operação com um id_msg já usado", Nivel.TOLERANTE, 2, Garantia.UMA_VEZ,
                        DoServidor::idRepetido),
                prova("worker-parado", "um worker parado (kill -STOP) não para as chamadas, nem o outro worker",
                        Nivel.TOLERANTE, 2, Garantia.SEGUE, DoServidor::workerParado),
                prova("worker-morto", "com um worker morto, responde, e serve o outro", Nivel.TOLERANTE, 2, Garantia.SEGUE,
                        DoServidor::workerMorto),
                prova("lixo", "o que não se entende recusa-se, não entra na fila, e o servidor segue", Nivel.TOLERANTE, 3,
                        Garantia.NAO_MORRE, DoServidor::lixo),
                prova("pausa", "parado (kill -STOP) e acordado, responde ao que lhe chamaram", Nivel.TOLERANTE, 1,
                        Garantia.SEGUE, DoServidor::pausa));
    }

    private static Prova prova(String nome, String titulo, Nivel nivel, int pontos, Garantia garantia, Corrida corrida) {
        return new Prova("servidor/" + nome, titulo, nivel, pontos, 2, PAPEL, garantia, corrida);
    }

    // ───── Básico ─────

    private static void formato(Bancada b) {
        try (ComServidor c = new ComServidor(b, 2, false)) {
            for (Operacao op : List.of(deposito("ana", "100"), saque("ana", "12.5"), transferencia("ana", "bia", "0.25"))) {
                c.esperar(1, c.chamar(op));
            }
        }
    }

    private static void acentos(Bancada b) {
        try (ComServidor c = new ComServidor(b, 2, false)) {
            c.esperar(1, c.chamar(deposito("conta ção", "1.5")));
            c.esperar(1, c.chamar(deposito("joão \ud83d\ude00", "2.5")));
        }
    }

    private static void todosOsWorkers(Bancada b) {
        try (ComServidor c = new ComServidor(b, 2, false)) {
            List<String> ids = new ArrayList<>();
            for (int i = 1; i <= 6; i++) {
                ids.add(c.chamar(deposito("ana", i + ".5")));
            }
            for (String id : ids) {
                c.esperar(1, id);
                c.esperar(2, id);
            }
        }
    }

    private static void mesmaOrdem(Bancada b) {
        try (ComServidor c = new ComServidor(b, 2, false); Chamador outro = c.outroCliente()) {
            List<String> meus = new ArrayList<>();
            List<String> dele = new ArrayList<>();
            for (int i = 1; i <= 10; i++) {
                meus.add(c.chamar(deposito("ana", i + ".1")));
                Operacao saque = saque("ana", i + ".1");
                dele.add(c.anotar(saque, outro.chamar(saque)));
            }
            for (int i = 0; i < 10; i++) {
                c.esperar(1, meus.get(i));
                c.esperar(2, dele.get(i));
            }
            c.esperar(1, dele.get(9));
            c.esperar(2, meus.get(9));
            List<String> umas = ids(c.worker(1));
            if (!umas.equals(ids(c.worker(2)))) {
                throw Reprovada.seguranca("os dois workers receberam as mesmas operações por ordens diferentes: já não têm o"
                        + " mesmo saldo");
            }
            for (List<String> deUm : List.of(meus, dele)) {
                for (int i = 1; i < deUm.size(); i++) {
                    if (umas.indexOf(deUm.get(i)) < umas.indexOf(deUm.get(i - 1))) {
                        throw Reprovada.seguranca("um cliente fez uma chamada depois da outra, e na fila estão ao"
                                + " contrário");
                    }
                }
            }
        }
    }

    private static List<String> ids(FazWorker worker) {
        return worker.recebidas().stream().map(Lida::id).toList();
    }

    private static void aFilaGuarda(Bancada b) {
        try (ComServidor c = new ComServidor(b, 0, false)) {
            List<String> ids = List.of(c.chamar(deposito("ana", "100")), c.chamar(saque("ana", "30")));
            b.contar("só agora começam os workers");
            c.iniciarWorker(1);
            c.iniciarWorker(2);
            for (String id : ids) {
                c.esperar(1, id);
                c.esperar(2, id);
            }
        }
    }

    // ───── Durável ─────

    private static void reinicia(Bancada b) {
        try (ComServidor c = new ComServidor(b, 1, false)) {
            String deposito = c.chamar(deposito("ana", "100"));
            String saque = c.chamar(saque("ana", "30"));
            c.esperar(1, saque);
            b.contar("o worker 2 ainda não começou; o servidor morre, volta, e só então ele começa");
            c.reiniciar();
            c.iniciarWorker(2);
            String depois = c.chamar(deposito("ana", "1"));
            c.esperar(2, depois);
            if (!ids(c.worker(2)).equals(List.of(deposito, saque, depois))) {
                throw Reprovada.seguranca("respondeu que enfileirou um depósito de 100 e um saque de 30, morreu, e o"
                        + " worker 2"
                        + " recebeu só " + c.worker(2).recebidas());
            }
        }
    }

    private static void historico(Bancada b) {
        try (ComServidor c = new ComServidor(b, 1, true)) {
            List<Operacao> houve = List.of(deposito("ana", "100"), saque("ana", "30"), transferencia("ana", "bia", "5"));
            List<String> ids = houve.stream().map(c::chamar).toList();
            b.contar("um worker que perdeu tudo pergunta o que houve na fila");
            JsonNode envelopes = c.cliente().historico(1).path("envelopes");
            for (int i = 0; i < ids.size(); i++) {
                Lida lida = envelopes.path(i).isObject() ? Lida.numerada(envelopes.path(i).toString()) : null;
                if (lida == null || !lida.id().equals(ids.get(i)) || !lida.eComo(houve.get(i))) {
                    throw Reprovada.seguranca(dizer(houve.get(i)) + " foi a " + (i + 1) + "ª que enfileirou, e em"
                            + " historico, no"
                            + " lugar dela, está " + (lida == null ? "nada" : lida));
                }
            }
        }
    }

    private static void repetida(Bancada b) {
        try (ComServidor c = new ComServidor(b, 2, false)) {
            Operacao saque = saque("ana", "30");
            b.contar("o cliente diz ele mesmo o id_msg do saque de 30, não ouve a resposta, e chama outra vez");
            sacar(c, saque);
            sacar(c, saque);
            conferirUmaVez(c, "");
        }
    }

    private static void repetidaDepoisDeMorrer(Bancada b) {
        try (ComServidor c = new ComServidor(b, 2, false)) {
            Operacao saque = saque("ana", "30");
            sacar(c, saque);
            c.esperar(1, saque.id_msg());
            b.contar("kill -9 no servidor, que começa outra vez; o cliente não ouviu a resposta, e chama outra vez o saque"
                    + " de 30, com o mesmo id_msg");
            c.reiniciar();
            sacar(c, saque);
            conferirUmaVez(c, ": ao morrer esqueceu-se dele");
        }
    }

    private static void sacar(ComServidor c, Operacao saque) {
        String resposta;
        try {
            resposta = c.cliente().sacarComId(saque);
        } catch (MensagemInvalida e) {
            throw Reprovada.seguranca("recusou a chamada que traz o id_msg: sem ele, um cliente que não ouve a resposta não"
                    + " pode repetir (" + e.getMessage() + ")");
        }
        if (!resposta.contains(saque.id_msg())) {
            throw Reprovada.seguranca("o cliente disse o id_msg, e o servidor respondeu " + Json.citar(resposta, 100));
        }
        c.anotarSeNova(saque, saque.id_msg());
    }

    private static void conferirUmaVez(ComServidor c, String porque) {
        c.esperar(1, c.chamar(deposito("ana", "1")));
        if (ids(c.worker(1)).size() != 2) {
            throw Reprovada.seguranca("o saque de 30, chamado duas vezes com o mesmo id_msg, está duas vezes na fila"
                    + porque);
        }
    }

    // ───── Tolerante ─────

    private static void idRepetido(Bancada b) {
        try (ComServidor c = new ComServidor(b, 2, false)) {
            Operacao saque = saque("ana", "30");
            sacar(c, saque);
            b.contar("outro cliente, com defeito, chama um saque de 80 com o id_msg daquele");
            try {
                String resposta = c.cliente().sacarComId(new Operacao(saque.id_msg(), saque.tipo(), "ana", null,
                        saque("ana", "80").valor()));
                throw Reprovada.seguranca("respondeu " + Json.citar(resposta, 80) + " a um saque de 80 com o id_msg de um"
                        + " saque de 30: ou o de 80 não vale, e o cliente julga que sim, ou há duas operações com o mesmo"
                        + " nome");
            } catch (MensagemInvalida e) {
                b.contar("recusada: " + e.getMessage());
            }
        }
    }

    /** De um processo parado, o sistema aceita as conexões, e ele nada diz. Chama-se mais do que cabe num PUSH. */
    private static void workerParado(Bancada b) {
        Endereco onde = b.endereco("worker-2", "porta");
        try (ServerSocket parado = new ServerSocket(onde.porta(), 50, InetAddress.getByName(onde.maquina()));
                ComServidor c = new ComServidor(b, 1, false)) {
            c.esperar(1, c.chamar(deposito("ana", "100")));
            b.contar("o worker 2 está parado (kill -STOP): aceita a conexão, e não recebe; oito clientes fazem " + MUITAS
                    + " depósitos");
            c.cliente().muitas(MUITAS, "depositar", "bia", 0.5);
            c.esperar(1, c.chamar(saque("ana", "30")));
            int recebeu = c.worker(1).recebidas().size();
            if (recebeu < MUITAS + 2) {
                throw Reprovada.seguranca("por causa do worker parado, ao worker 1 faltam " + (MUITAS + 2 - recebeu)
                        + " operações, e as seguintes já lhe chegaram");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void workerMorto(Bancada b) {
        try (ComServidor c = new ComServidor(b, 2, false)) {
            c.esperar(2, c.chamar(deposito("ana", "100")));
            b.contar("o worker 2 morre");
            c.matarWorker(2);
            for (int i = 1; i <= 5; i++) {
                c.esperar(1, c.chamar(saque("ana", i + ".5")));
            }
        }
    }

    private static void lixo(Bancada b) {
        try (ComServidor c = new ComServidor(b, 2, false)) {
            recusa(b, c, "depositar", "ana", -5.0);
            recusa(b, c, "depositar", "ana", "cinco");
            recusa(b, c, "depositar", "ana");
            recusa(b, c, "emprestar", "ana", 5.0);
            recusa(b, c, "transferir", "ana", 7L, 5.0);
            Endereco onde = b.endereco("servidor", "porta");
            for (byte[] lixo : Operacoes.LIXO) {
                b.contar("alguém escreve na porta das chamadas " + dizer(lixo));
                try (Socket conexao = new Socket(onde.maquina(), onde.porta())) {
                    conexao.getOutputStream().write(lixo);
                } catch (IOException e) {
                    b.contar("e ele desliga");
                }
            }
            try (Chamador depois = c.outroCliente()) { // por outra conexão: as de antes já foram lidas
                Operacao saque = saque("ana", "30");
                c.esperar(1, c.anotar(saque, depois.chamar(saque)));
            }
            if (ids(c.worker(1)).size() != 1) {
                throw Reprovada.seguranca("só uma chamada servia, e na fila estão " + c.worker(1).recebidas());
            }
        }
    }

    private static void recusa(Bancada b, ComServidor c, String metodo, Object... argumentos) {
        b.contar("um cliente com defeito chama " + metodo + List.of(argumentos));
        try {
            String resposta = c.cliente().chamar(metodo, argumentos);
            throw Reprovada.seguranca("a " + metodo + List.of(argumentos) + " respondeu " + Json.citar(resposta, 80));
        } catch (MensagemInvalida e) {
            b.contar("recusada: " + e.getMessage());
        }
    }

    private static void pausa(Bancada b) {
        try (ComServidor c = new ComServidor(b, 2, false)) {
            c.chamar(deposito("ana", "100"));
            c.posto().parar();
            Thread acorda = new Thread(c.posto()::continuar);
            acorda.start();
            c.esperar(1, c.chamar(saque("ana", "30")));
        }
    }
}
