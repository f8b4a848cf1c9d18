package tests.lab;

import static shared.Operacao.deposito;
import static shared.Operacao.saque;
import static tests.lab.palco.Montagem.clienteDaParte2;
import static tests.lab.palco.Montagem.clienteDaParte3;
import static tests.lab.palco.Montagem.clienteDaParte4;
import static tests.lab.palco.Montagem.difusao;
import static tests.lab.palco.Montagem.esperarAssinantes;
import static tests.lab.palco.Montagem.fila;
import static tests.lab.palco.Montagem.palcoDaParte4;
import static tests.lab.palco.Montagem.parte4;
import static tests.lab.palco.Montagem.replicaDaParte3;
import static tests.lab.palco.Montagem.sequenciador;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import shared.Operacao;
import shared.texto.ErroDeUso;
import tests.lab.palco.Palco;
import tests.lab.palco.Palco.Cliente;
import tests.lab.rede.Rede;
import tests.lab.vereditos.Rastro;
import tests.lab.vereditos.Vereditos.Valor;
import tests.lab.vereditos.Vereditos.Veredito;

/**
 * As lições, uma por cena: cada uma acontece sempre, porque a {@link Rede} manda na ordem em que as mensagens chegam. Todas
 * terminam com a história, em português, e com o veredito.
 */
public final class Cenas {

    /**
     * Como uma cena acabou.
     *
     * @param historia o que houve, por quê, e que mecanismo o cura
     * @param atos     o que se viu: um título, os vereditos e o rastro de cada execução
     * @param certa    se a cena mostrou o que devia mostrar
     */
    public record Fim(List<String> historia, List<Ato> atos, boolean certa) {
    }

    private record Cena(String titulo, Supplier<Fim> representar) {
    }

    /** Uma execução dentro de uma cena. */
    public record Ato(String titulo, Rastro rastro, List<Veredito> vereditos) {

        Valor valor(String nome) {
            return vereditos.stream().filter(v -> v.nome().equals(nome)).findFirst().orElseThrow().valor();
        }
    }

    private static final Map<String, Cena> TODAS = new LinkedHashMap<>();

    static {
        TODAS.put("multicast-diverge", new Cena("O multicast diverge", Cenas::multicastDiverge));
        TODAS.put("assinante-atrasado", new Cena("Quem chega tarde não sabe do que se disse", Cenas::assinanteAtrasado));
        TODAS.put("fila-segura-worker-morto", new Cena("A fila guarda o que o worker morto não ouviu", Cenas::filaSeguraWorkerMorto));
        TODAS.put("dois-servidores-rpc", new Cena("Duas filas em ordem não fazem uma ordem", Cenas::doisServidoresRpc));
        TODAS.put("ordem-total-converge", new Cena("A ordem total converge", Cenas::ordemTotalConverge));
        TODAS.put("buraco", new Cena("Um buraco na sequência", Cenas::buraco));
        TODAS.put("sequenciador-cai", new Cena("O sequenciador cai no meio de um pedido", Cenas::sequenciadorCai));
        TODAS.put("resposta-perdida", new Cena("A resposta perdeu-se: repetir ou não?", Cenas::respostaPerdida));
        TODAS.put("confirmada-e-perdida", new Cena("Confirmada e perdida", Cenas::confirmadaEPerdida));
        TODAS.put("failover", new Cena("O primário morre e o backup assume", Cenas::failover));
        TODAS.put("cerebro-dividido", new Cena("Cérebro dividido", Cenas::cerebroDividido));
        TODAS.put("replica-pausada", new Cena("Um primário que acorda tarde", Cenas::replicaPausada));
    }

    private Cenas() {
    }

    /** Os nomes, por ordem de leitura. */
    public static List<String> nomes() {
        return new ArrayList<>(TODAS.keySet());
    }

    /** O que a cena mostra, numa linha. */
    public static String titulo(String nome) {
        return cena(nome).titulo();
    }

    /** Representa uma cena. @throws ErroDeUso se não há nenhuma com este nome */
    public static Fim representar(String nome) {
        return cena(nome).representar().get();
    }

    private static Cena cena(String nome) {
        if (!TODAS.containsKey(nome)) {
            throw ErroDeUso.naoHa("a cena", nome, TODAS.keySet());
        }
        return TODAS.get(nome);
    }

    // ───── Parte 1 ─────

    private static Fim multicastDiverge() {
        Rastro rastro = new Rastro();
        try (Palco palco = new Palco(rastro, 1, "dois clientes que se cruzam", 1, "cliente-1", "cliente-2", "replica-1", "replica-2");
                Rede rede = new Rede(rastro, 1)) {
            for (String cliente : List.of("cliente-1", "cliente-2")) {
                for (String replica : List.of("replica-1", "replica-2")) {
                    difusao(rede, palco, cliente, replica);
                }
            }
            for (String replica : List.of("replica-1", "replica-2")) {
                palco.iniciar(replica, "part1.Replica", "--clientes",
                        palco.em("cliente-1>" + replica) + "," + palco.em("cliente-2>" + replica));
            }
            Cliente um = palco.cliente("cliente-1", "part1.Client", "--porta", palco.porta("cliente-1"), "--esperar", 2);
            Cliente outro = palco.cliente("cliente-2", "part1.Client", "--porta", palco.porta("cliente-2"), "--esperar", 2);
            um.fazer(deposito("ana", reais(100)));
            palco.esperarSeq(1, "replica-1", "replica-2");
            palco.nota("ana tem 100 nas duas réplicas; agora dois saques ao mesmo tempo");
            rede.segurar("cliente-2", "replica-1");
            rede.segurar("cliente-1", "replica-2");
            um.fazer(saque("ana", reais(80)));
            outro.fazer(saque("ana", reais(50)));
            rede.esperarSeguras("cliente-2", "replica-1", 1);
            rede.esperarSeguras("cliente-1", "replica-2", 1);
            palco.esperarSeq(2, "replica-1", "replica-2");
            rede.soltarTudo("cliente-2", "replica-1");
            rede.soltarTudo("cliente-1", "replica-2");
            palco.esperarSeq(3, "replica-1", "replica-2");
            Ato ato = new Ato("multicast", rastro, palco.julgar("replica-1", "replica-2"));
            return new Fim(List.of(
                    "A conta ana tinha 100. Dois clientes pediram saques ao mesmo tempo: um de 80, outro de 50. Só um cabe.",
                    "A réplica 1 ouviu primeiro o de 80, e recusou o de 50; a réplica 2, o contrário. Nenhuma errou: cada uma aplicou o"
                            + " que ouviu, na ordem em que ouviu. Mas agora uma diz 20 e a outra diz 50, e nada as fará concordar.",
                    "Cura: uma ordem só para todos. É o que faz o sequenciador da parte 3 (cena ordem-total-converge)."),
                    List.of(ato), ato.valor("replicas-iguais") == Valor.NAO && ato.valor("mesma-ordem") == Valor.NAO
                            && palco.saldo("replica-1", "ana").compareTo(reais(20)) == 0
                            && palco.saldo("replica-2", "ana").compareTo(reais(50)) == 0);
        }
    }

    private static Fim assinanteAtrasado() {
        Rastro rastro = new Rastro();
        try (Palco palco = new Palco(rastro, 1, "quem chega tarde", 1, "cliente-1", "cliente-2", "replica-1", "replica-2");
                Rede rede = new Rede(rastro, 1)) {
            for (String replica : List.of("replica-1", "replica-2")) {
                difusao(rede, palco, "cliente-1", replica);
                difusao(rede, palco, "cliente-2", replica);
            }
            palco.iniciar("replica-1", "part1.Replica", "--clientes",
                    palco.em("cliente-1>replica-1") + "," + palco.em("cliente-2>replica-1"));
            palco.cliente("cliente-1", "part1.Client", "--porta", palco.porta("cliente-1"), "--esperar", 1)
                    .fazer(deposito("ana", reais(100)));
            palco.esperarSeq(1, "replica-1");
            palco.nota("só agora a réplica 2 começa a ouvir");
            palco.iniciar("replica-2", "part1.Replica", "--clientes",
                    palco.em("cliente-1>replica-2") + "," + palco.em("cliente-2>replica-2"));
            palco.cliente("cliente-2", "part1.Client", "--porta", palco.porta("cliente-2"), "--esperar", 2)
                    .fazer(deposito("ana", reais(10)));
            palco.esperarSeq(2, "replica-1");
            palco.esperarSeq(1, "replica-2");
            Ato ato = new Ato("multicast", rastro, palco.julgar("replica-1", "replica-2"));
            return new Fim(List.of(
                    "O depósito de 100 foi difundido quando só a réplica 1 ouvia. A réplica 2 chegou depois: o multicast não guarda nada, e"
                            + " ninguém sabe o que lhe falta, nem ela.",
                    "Do depósito de 10 as duas souberam: uma tem 110, a outra 10.",
                    "Cura: numerar as mensagens, guardar a história, e pedi-la (partes 2 a 4)."),
                    List.of(ato), ato.valor("replicas-iguais") == Valor.NAO && ato.valor("mesma-ordem") == Valor.SIM
                            && palco.saldo("replica-2", "ana").compareTo(reais(10)) == 0);
        }
    }

    // ───── Parte 2 ─────

    private static Fim filaSeguraWorkerMorto() {
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
                    "O worker 2 morreu (kill -9). O servidor, que guarda cada operação no seu diário antes de responder, continuou a"
                            + " enfileirar, e o worker 1 a aplicar.",
                    "Ao voltar, o worker 2 leu o seu próprio diário, recebeu o que lhe faltava, na mesma ordem, e ficou igual ao outro. A"
                            + " recusa do saque de 90 também é igual nos dois.",
                    "Sem o diário do servidor, o que estava a caminho dele ter-se-ia perdido (--sem-recuperacao)."),
                    List.of(ato), todosSim(ato));
        }
    }

    private static Fim doisServidoresRpc() {
        Rastro rastro = new Rastro();
        try (Palco palco = new Palco(rastro, 2, "dois servidores", 1, "cliente-1", "cliente-2", "servidor", "servidor-2", "worker-1",
                "worker-2"); Rede rede = new Rede(rastro, 1)) {
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
                    "Cada servidor entrega as suas operações aos dois workers, por ordem, sem perder nenhuma. Mas são dois servidores.",
                    "O worker 1 ouviu primeiro o saque de 80, que veio de um; o worker 2, o de 50, que veio do outro. FIFO por servidor não"
                            + " é ordem total, e os workers divergiram como no multicast.",
                    "Cura: um servidor só, ou um sequenciador por trás deles (parte 3)."),
                    List.of(ato), ato.valor("replicas-iguais") == Valor.NAO && ato.valor("mesma-ordem") == Valor.NAO
                            && ato.valor("confirmado-nao-se-perde") == Valor.SIM);
        }
    }

    // ───── Parte 3 ─────

    private static Fim buraco() {
        Ato gelada = buraco("com --sem-recuperacao", "--sem-recuperacao");
        Ato curada = buraco("com recuperação");
        return new Fim(List.of(
                "A mensagem de número 2 perdeu-se a caminho da réplica 2. A de número 3 chegou: ela sabe que lhe falta uma, e por isso"
                        + " não a aplica.",
                "No sistema original (aqui, --sem-recuperacao) ela espera para sempre: a ordem está salva, a réplica não anda.",
                "Com a recuperação, pede ao sequenciador o que falta, que o tem no diário, e em instantes está em dia."),
                List.of(gelada, curada), gelada.valor("replicas-iguais") == Valor.NAO
                        && gelada.valor("mesma-ordem") == Valor.SIM && todosSim(curada));
    }

    private static Ato buraco(String titulo, Object... opcoes) {
        Rastro rastro = new Rastro();
        try (Palco palco = new Palco(rastro, 3, "buraco, " + titulo, 1, "cliente-1", "sequenciador", "replica-1", "replica-2");
                Rede rede = new Rede(rastro, 1)) {
            sequenciador(rede, palco);
            replicaDaParte3(rede, palco, "replica-1");
            replicaDaParte3(rede, palco, "replica-2", opcoes);
            Cliente cliente = clienteDaParte3(rede, palco, "cliente-1");
            esperarAssinantes(palco, 2);
            cliente.fazer(deposito("ana", reais(100)));
            palco.esperarSeq(1, "replica-1", "replica-2");
            rede.segurar("sequenciador", "replica-2");
            cliente.fazer(saque("ana", reais(30)));
            cliente.fazer(saque("ana", reais(50)));
            palco.esperarSeq(3, "replica-1");
            rede.esperarSeguras("sequenciador", "replica-2", 2);
            rede.perder("sequenciador", "replica-2", m -> m.path("seq").asInt() == 2);
            rede.soltarTudo("sequenciador", "replica-2");
            if (opcoes.length > 0) {
                palco.processo("replica-2").esperarNoRegistro("esperar seq=3 falta=2");
            } else {
                palco.esperarSeq(3, "replica-2");
            }
            return new Ato(titulo, rastro, palco.julgar("replica-1", "replica-2"));
        }
    }

    private static Fim sequenciadorCai() {
        Rastro rastro = new Rastro();
        try (Palco palco = new Palco(rastro, 3, "o sequenciador cai", 1, "cliente-1", "sequenciador", "replica-1", "replica-2");
                Rede rede = new Rede(rastro, 1)) {
            sequenciador(rede, palco, "replica-1", "replica-2");
            Cliente cliente = clienteDaParte3(rede, palco, "cliente-1");
            cliente.fazer(deposito("ana", reais(100)));
            palco.esperarSeq(1, "replica-1", "replica-2");
            rede.cortar("sequenciador", "cliente-1");
            cliente.pedir(saque("ana", reais(30)));
            palco.esperarSeq(2, "replica-1", "replica-2");
            palco.nota("o saque recebeu o número 2, mas a resposta perdeu-se; o sequenciador morre, e volta");
            palco.matar("sequenciador");
            rede.ligar("sequenciador", "cliente-1");
            palco.reiniciar("sequenciador");
            String resposta = cliente.esperar();
            cliente.fazer(saque("ana", reais(50)));
            palco.esperarSeq(3, "replica-1", "replica-2");
            Ato ato = new Ato("sequenciador", rastro, palco.julgar("replica-1", "replica-2"));
            return new Fim(List.of(
                    "O sequenciador numerou o saque de 30, guardou-o no diário e o difundiu; a resposta perdeu-se, e ele morreu (kill -9)."
                            + " Enquanto está morto ninguém avança: é o ponto fraco desta arquitetura.",
                    "O cliente não sabe se valeu. Repete o pedido com o mesmo id_msg até que alguém responda.",
                    "O sequenciador voltou, releu o diário, reconheceu o id_msg, e respondeu o mesmo número, 2. Nada se perdeu nem se"
                            + " repetiu, e o seguinte recebeu o 3."),
                    List.of(ato), todosSim(ato) && resposta.equals("OK seq=2"));
        }
    }

    private static Fim respostaPerdida() {
        Ato semTabela = respostaPerdida("repete com outro id_msg", false);
        Ato comTabela = respostaPerdida("repete com o mesmo id_msg", true);
        return new Fim(List.of(
                "O cliente pediu um depósito de 100, e a resposta não veio. Terá valido? Não há como saber.",
                "Quem pede outra vez como se fosse uma operação nova (outro id_msg) arrisca-se a valer duas vezes: a conta ficou com 200.",
                "Quem repete com o mesmo id_msg recebe a resposta da primeira vez: o sequenciador tem uma tabela dos que já numerou, e as"
                        + " réplicas, dos que já aplicaram. A conta ficou com 100."),
                List.of(semTabela, comTabela), semTabela.valor("uma-vontade-uma-vez") == Valor.NAO && todosSim(comTabela)
                        && semTabela.vereditos().stream().filter(v -> v.valor() != Valor.SIM).count() == 1
                        && saldoFinal(semTabela, "replica-1", "ana") == 200 && saldoFinal(comTabela, "replica-1", "ana") == 100);
    }

    private static Ato respostaPerdida(String titulo, boolean mesmoId) {
        Rastro rastro = new Rastro();
        try (Palco palco = new Palco(rastro, 3, "resposta perdida: " + titulo, 1, "cliente-1", "cliente-2", "sequenciador",
                "replica-1", "replica-2"); Rede rede = new Rede(rastro, 1)) {
            sequenciador(rede, palco, "replica-1", "replica-2");
            Cliente cliente = clienteDaParte3(rede, palco, "cliente-1");
            Operacao op = deposito("ana", reais(100));
            rede.cortar("sequenciador", "cliente-1");
            cliente.pedir(op, "o depósito");
            palco.esperarSeq(1, "replica-1", "replica-2");
            if (mesmoId) {
                rede.ligar("sequenciador", "cliente-1");
                cliente.esperar();
            } else {
                palco.matar("cliente-1");
                palco.nota("a pessoa desiste de esperar, e digita o depósito outra vez");
                clienteDaParte3(rede, palco, "cliente-2").pedir(deposito("ana", reais(100)), "o depósito").esperar();
                palco.esperarSeq(2, "replica-1", "replica-2");
            }
            return new Ato(titulo, rastro, palco.julgar("replica-1", "replica-2"));
        }
    }

    private static Fim ordemTotalConverge() {
        Rastro rastro = new Rastro();
        try (Palco palco = new Palco(rastro, 3, "o mesmo cruzamento, com sequenciador", 1, "cliente-1", "cliente-2", "sequenciador",
                "replica-1", "replica-2"); Rede rede = new Rede(rastro, 1)) {
            sequenciador(rede, palco, "replica-1", "replica-2");
            Cliente um = clienteDaParte3(rede, palco, "cliente-1");
            Cliente outro = clienteDaParte3(rede, palco, "cliente-2");
            um.fazer(deposito("ana", reais(100)));
            palco.esperarSeq(1, "replica-1", "replica-2");
            rede.segurar("sequenciador", "replica-2");
            um.pedir(saque("ana", reais(80)));
            outro.pedir(saque("ana", reais(50)));
            um.esperar();
            outro.esperar();
            palco.esperarSeq(3, "replica-1");
            rede.esperarSeguras("sequenciador", "replica-2", 2);
            palco.nota("as mensagens chegam à réplica 2 trocadas: a de número 3 antes da de número 2");
            rede.soltar("sequenciador", "replica-2", m -> m.path("seq").asInt() == 3);
            palco.processo("replica-2").esperarNoRegistro("esperar seq=3 falta=2");
            rede.soltarTudo("sequenciador", "replica-2");
            palco.esperarSeq(3, "replica-2");
            Ato ato = new Ato("ordem total", rastro, palco.julgar("replica-1", "replica-2"));
            return new Fim(List.of(
                    "Os mesmos dois saques que se cruzam na cena multicast-diverge. Quem chegou primeiro ao sequenciador recebeu o número 2;"
                            + " o outro, o 3.",
                    "À réplica 2 o 3 chegou antes do 2. Ela não o aplicou: esperou pelo que faltava. As duas ficaram iguais.",
                    "O preço: uma mensagem a mais por operação, e um sequenciador sem o qual ninguém avança (cena sequenciador-cai)."),
                    List.of(ato), ato.vereditos().stream().allMatch(v -> v.valor() == Valor.SIM));
        }
    }

    // ───── Parte 4 ─────

    private static Fim confirmadaEPerdida() {
        Ato perdida = confirmadaSemOBackup("assíncrona, sem testemunha", false);
        Ato guardada = confirmadaSemOBackup("síncrona, com testemunha", true);
        return new Fim(List.of(
                "O primário confirmou um depósito de 100 que ainda não tinha chegado ao backup (--confirmacao assincrona), e morreu. O"
                        + " backup, promovido à mão, nunca ouviu falar dele: o cliente tem um OK na mão, e o banco não tem o dinheiro.",
                "Com a confirmação síncrona e a testemunha, o primário só respondeu depois que a testemunha registrou que o backup já não"
                        + " estava em dia. Por isso, morto o primário, ninguém promove esse backup: espera-se que o primário volte.",
                "É a troca de sempre: responder depressa, ou não mentir."),
                List.of(perdida, guardada), perdida.valor("confirmado-nao-se-perde") == Valor.NAO && todosSim(guardada));
    }

    private static Ato confirmadaSemOBackup(String titulo, boolean comTestemunha) {
        Rastro rastro = new Rastro();
        try (Palco palco = palcoDaParte4(rastro, titulo); Rede rede = new Rede(rastro, 1)) {
            parte4(rede, palco, comTestemunha, comTestemunha ? "sincrona" : "assincrona");
            Cliente cliente = clienteDaParte4(rede, palco, "cliente-1", "primario", "backup");
            cliente.fazer(deposito("ana", reais(1)));
            palco.esperarSeq(1, "primario", "backup");
            rede.cortar("primario", "backup");
            cliente.fazer(deposito("ana", reais(100)));
            palco.matar("primario");
            rede.ligar("primario", "backup");
            if (comTestemunha) {
                palco.reiniciar("primario");
                palco.esperarSeq(2, "primario", "backup");
                return new Ato(titulo, rastro, palco.julgar("primario", "backup"));
            }
            palco.matar("backup");
            palco.reiniciar("backup", "--promover");
            return new Ato(titulo, rastro, palco.julgar("backup"));
        }
    }

    private static Fim failover() {
        Rastro rastro = new Rastro();
        try (Palco palco = palcoDaParte4(rastro, "o primário morre"); Rede rede = new Rede(rastro, 1)) {
            parte4(rede, palco, true, "sincrona");
            Cliente cliente = clienteDaParte4(rede, palco, "cliente-1", "primario", "backup");
            cliente.fazer(deposito("ana", reais(100)));
            palco.matar("primario");
            cliente.fazer(saque("ana", reais(30)));
            palco.nota("o backup já é o primário; o antigo volta, e vira backup dele");
            palco.reiniciar("primario");
            palco.esperarSeq(2, "primario", "backup");
            cliente.fazer(saque("ana", reais(90)));
            palco.esperarSeq(3, "primario", "backup");
            Ato ato = new Ato("primário-backup", rastro, palco.julgar("primario", "backup"));
            return new Fim(List.of(
                    "O primário morreu (kill -9). Um segundo depois a testemunha, sem notícias dele, promoveu o backup, que estava em dia:"
                            + " tinha no disco tudo o que se confirmou.",
                    "O cliente nada fez de especial: repetiu o saque, com o mesmo id_msg, até que um dos dois respondesse.",
                    "O antigo primário voltou, soube que já não é, e virou backup do novo."),
                    List.of(ato), todosSim(ato));
        }
    }

    private static Fim cerebroDividido() {
        Ato dividido = cerebroDividido("promoção à mão, sem testemunha", false);
        Ato curado = cerebroDividido("com testemunha", true);
        return new Fim(List.of(
                "A rede separou o primário do backup. Alguém, sem saber que o primário vivia, promoveu o backup: agora há dois. A conta tinha"
                        + " 100, e cada um dos dois confirmou um saque de 80.",
                "Quando a rede voltou, um deles teve de ceder: o que ele tinha confirmado foi descartado.",
                "Com a testemunha, o primário separado não pode tirar o backup da visão sem ela: não confirma nada. O backup, promovido por"
                        + " ela, confirma. O outro saque é recusado quando a rede volta: não há dinheiro para os dois."),
                List.of(dividido, curado), dividido.valor("confirmado-nao-se-perde") == Valor.NAO && todosSim(curado));
    }

    private static Ato cerebroDividido(String titulo, boolean comTestemunha) {
        Rastro rastro = new Rastro();
        try (Palco palco = palcoDaParte4(rastro, titulo); Rede rede = new Rede(rastro, 1)) {
            parte4(rede, palco, comTestemunha, "sincrona");
            Cliente um = clienteDaParte4(rede, palco, "cliente-1", "primario");
            Cliente outro = clienteDaParte4(rede, palco, "cliente-2", "backup");
            um.fazer(deposito("ana", reais(100)));
            palco.esperarSeq(1, "primario", "backup");
            List<String> separados = comTestemunha ? List.of("backup", "testemunha") : List.of("backup");
            for (String de : separados) {
                rede.cortar("primario", de);
                rede.cortar(de, "primario");
            }
            if (!comTestemunha) {
                palco.matar("backup");
                palco.reiniciar("backup", "--promover");
            } else {
                palco.processo("backup").esperarNoRegistro("assumir");
            }
            um.pedir(saque("ana", reais(80)));
            outro.fazer(saque("ana", reais(80)));
            if (!comTestemunha) {
                um.esperar();
            }
            palco.nota("a rede volta");
            for (String de : separados) {
                rede.ligar("primario", de);
                rede.ligar(de, "primario");
            }
            palco.processo("primario").esperarNoRegistro("descer");
            um.esperar();
            palco.esperarSeq(comTestemunha ? 3 : 2, "backup");
            palco.esperarIguais("primario", "backup");
            outro.fazer(deposito("ana", reais(1)));
            palco.esperarIguais("primario", "backup");
            return new Ato(titulo, rastro, palco.julgar("primario", "backup"));
        }
    }

    private static Fim replicaPausada() {
        Rastro rastro = new Rastro();
        try (Palco palco = palcoDaParte4(rastro, "um primário que acorda"); Rede rede = new Rede(rastro, 1)) {
            parte4(rede, palco, true, "sincrona");
            Cliente um = clienteDaParte4(rede, palco, "cliente-1", "primario", "backup");
            Cliente outro = clienteDaParte4(rede, palco, "cliente-2", "primario");
            um.fazer(deposito("ana", reais(100)));
            palco.esperarSeq(1, "primario", "backup");
            palco.parar("primario");
            um.fazer(saque("ana", reais(80)));
            palco.nota("o primário antigo acorda, sem saber que o tempo passou");
            outro.pedir(saque("ana", reais(80)));
            palco.continuar("primario");
            String resposta = outro.esperar();
            palco.esperarIguais("primario", "backup");
            um.fazer(deposito("ana", reais(1)));
            palco.esperarSeq(4, "primario", "backup");
            Ato ato = new Ato("primário-backup", rastro, palco.julgar("primario", "backup"));
            return new Fim(List.of(
                    "O primário parou (uma pausa do coletor de lixo, um notebook fechado). O backup foi promovido, e confirmou um saque de 80.",
                    "O antigo acordou, e tinha à porta um pedido de saque de outros 80. Para ele nada mudou; mas para confirmar precisa do backup"
                            + " em dia, que já obedece a uma época maior, e não o ouve.",
                    "Sem prazos nem relógios nisso: ele não confirma, descobre que já não é o primário, e o cliente vai ao novo, que recusa o"
                            + " saque: só há 20."),
                    List.of(ato), todosSim(ato) && resposta.contains("RECUSADA"));
        }
    }

    // ───── Ferramentas ─────

    private static boolean todosSim(Ato ato) {
        return ato.vereditos().stream().allMatch(v -> v.valor() == Valor.SIM);
    }

    private static int saldoFinal(Ato ato, String replica, String conta) {
        return ato.rastro().eventos().stream()
                .filter(e -> e.path("tipo").asText().equals("estado") && e.path("processo").asText().equals(replica))
                .mapToInt(e -> e.path("saldos").path(conta).intValue()).reduce((um, outro) -> outro).orElse(-1);
    }

    private static BigDecimal reais(int valor) {
        return BigDecimal.valueOf(valor);
    }
}
