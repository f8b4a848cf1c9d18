package tests.lab.relatorio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import shared.texto.Json;
import shared.texto.Texto;
import tests.lab.vereditos.Propriedade;

/** Rastros como os que o laboratório grava, feitos à mão para os testes do relatório. */
final class RastroGerado {

    private final List<ObjectNode> eventos = new ArrayList<>();
    private final Map<String, Integer> numeros = new LinkedHashMap<>();
    private final Map<String, Map<String, BigDecimal>> saldos = new TreeMap<>();
    private final List<Aplicacao> porAplicar = new ArrayList<>();

    private record Aplicacao(double t, Runnable fazer) {
    }

    /** Os eventos; as réplicas aplicam na ordem do tempo. */
    List<ObjectNode> eventos() {
        porAplicar.stream().sorted(Comparator.comparingDouble(Aplicacao::t)).forEach(aplicacao -> aplicacao.fazer().run());
        porAplicar.clear();
        return eventos;
    }

    RastroGerado inicio(int parte, String titulo, String... processos) {
        evento(0, "inicio").put("parte", parte).put("titulo", titulo).put("semente", 1)
                .set("processos", Json.MAPPER.valueToTree(processos));
        for (String processo : processos) {
            evento(0.1, "processo").put("nome", processo).put("evento", "iniciado");
        }
        return this;
    }

    RastroGerado processo(double t, String nome, String evento) {
        evento(t, "processo").put("nome", nome).put("evento", evento);
        return this;
    }

    RastroGerado falta(double t, String evento, String alvo, Double ate) {
        ObjectNode falta = evento(t, "falta").put("evento", evento).put("alvo", alvo);
        if (ate != null) {
            falta.put("ate", ate);
        }
        return this;
    }

    RastroGerado nota(double t, String texto) {
        evento(t, "nota").put("texto", texto);
        return this;
    }

    RastroGerado veredito(String nome, String valor, String... detalhes) {
        evento(ultimo(), "veredito").put("nome", nome).put("valor", valor)
                .set("detalhes", Json.MAPPER.valueToTree(detalhes));
        return this;
    }

    /** Os vereditos que o laboratório escreve, com o nome que se lê e o que a parte promete. */
    RastroGerado vereditos(int parte, String... valores) {
        for (int i = 0; i < valores.length; i++) {
            Propriedade qual = Propriedade.values()[i];
            veredito(qual.id(), valores[i]);
            eventos.get(eventos.size() - 1).put("titulo", qual.nome()).put("promessa", qual.promessa(parte));
        }
        return this;
    }

    RastroGerado pede(double t, String cliente, String id, String operacao, String conta, String valor) {
        evento(t, "cliente").put("cliente", cliente).put("evento", "pede").put("id_msg", id).put("operacao", operacao)
                .put("valor", new BigDecimal(valor)).set("contas", Json.MAPPER.valueToTree(List.of(conta)));
        return this;
    }

    RastroGerado resposta(double t, String cliente, String id, String evento, String texto) {
        evento(t, "cliente").put("cliente", cliente).put("evento", evento).put("id_msg", id).put("texto", texto);
        return this;
    }

    /** Uma mensagem que chega em {@code t1}; devolve o número dela no enlace. */
    int mensagem(double t0, double t1, String de, String para, String id, String resumo) {
        int n = envio(t0, de, para, id, resumo, false);
        passo(t1, "entregue", de, para, n, 0, id, resumo);
        return n;
    }

    int envio(double t, String de, String para, String id, String resumo, boolean controle) {
        int n = numeros.merge(de + ">" + para, 1, Integer::sum);
        ObjectNode enviada = passo(t, "enviada", de, para, n, 0, id, resumo);
        if (controle) {
            enviada.put("controle", true);
        }
        return n;
    }

    ObjectNode passo(double t, String evento, String de, String para, int n, int copia, String id, String resumo) {
        ObjectNode e = evento(t, "mensagem").put("enlace", de + ">" + para).put("n", n).put("copia", copia).put("de", de)
                .put("para", para).put("evento", evento);
        if (id != null) {
            e.put("id_msg", id);
        }
        return e.put("resumo", resumo);
    }

    /** Um pulso: mensagem de controle, sem identificador. */
    void pulso(double t, String de, String para) {
        int n = envio(t, de, para, null, "pulso", true);
        passo(t + 2, "entregue", de, para, n, 0, null, "pulso").put("controle", true);
    }

    /** A réplica aplica, com o saldo que ela tem: um SAQUE sem saldo é recusado. */
    RastroGerado aplicar(double t, String processo, String id, int seq, String operacao, String conta, String valor) {
        porAplicar.add(new Aplicacao(t, () -> aplicarJa(t, processo, id, seq, operacao, conta, valor)));
        return this;
    }

    private void aplicarJa(double t, String processo, String id, int seq, String operacao, String conta, String valor) {
        Map<String, BigDecimal> banco = saldos.computeIfAbsent(processo, p -> new TreeMap<>());
        BigDecimal antes = banco.getOrDefault(conta, BigDecimal.ZERO);
        BigDecimal quanto = new BigDecimal(valor);
        BigDecimal depois = "SAQUE".equals(operacao) ? antes.subtract(quanto) : antes.add(quanto);
        boolean aplicada = depois.signum() >= 0;
        banco.put(conta, aplicada ? depois : antes);
        ObjectNode e = evento(t, "aplicar").put("processo", processo).put("id_msg", id);
        if (seq > 0) {
            e.put("seq", seq);
        }
        e.put("resultado", aplicada ? "APLICADA" : "RECUSADA").put("operacao", operacao);
        e.set("contas", Json.MAPPER.valueToTree(List.of(conta)));
        e.put("valor", quanto);
        e.set("saldos", Json.MAPPER.valueToTree(List.of(banco.get(conta).setScale(2))));
    }

    private ObjectNode evento(double t, String tipo) {
        ObjectNode e = Json.MAPPER.createObjectNode()
                .put("t", BigDecimal.valueOf(t).setScale(3, RoundingMode.HALF_UP)).put("tipo", tipo);
        eventos.add(e);
        return e;
    }

    private double ultimo() {
        return eventos.stream().mapToDouble(e -> e.get("t").doubleValue()).max().orElse(0);
    }

    // ───── As execuções ─────

    /** Dois clientes do multicast: o depósito e o saque cruzam-se a caminho da segunda réplica, que recusa o saque. */
    static RastroGerado divergencia() {
        RastroGerado r = new RastroGerado().inicio(1, "Duas operações que se cruzam",
                "cliente-1", "cliente-2", "replica-1", "replica-2");
        r.nota(4, "Dois clientes falam com as mesmas réplicas, e ninguém decide a ordem.");
        multicast(r, 5, "dep-bia-1", "cliente-1", "DEPOSITO", "bia", "40.00", 3, 3.6);
        r.nota(20, "O depósito de 100.00 e o saque de 50.00 saem quase juntos e cruzam-se a caminho da replica-2.");
        multicast(r, 20, "dep-ana-2", "cliente-1", "DEPOSITO", "ana", "100.00", 4, 22);
        multicast(r, 23, "saq-ana-3", "cliente-2", "SAQUE", "ana", "50.00", 9, 8);
        r.pulso(28, "cliente-1", "replica-1");
        r.pulso(29, "cliente-2", "replica-2");
        multicast(r, 52, "dep-bia-4", "cliente-2", "DEPOSITO", "bia", "5.00", 5, 6);
        r.nota(45, "A replica-1 pagou o saque; a replica-2 viu-o antes do depósito e recusou-o.");
        r.veredito("replicas-iguais", "NÃO", "a conta ana tem 50.00 na replica-1 e 100.00 na replica-2",
                "SAQUE ana 50.00 foi aplicado na replica-1 e recusado na replica-2");
        r.veredito("saldo-nunca-negativo", "sim").veredito("cada-id-uma-vez", "sim").veredito("mesma-ordem", "NÃO");
        return r.veredito("confirmado-nao-se-perde", "desconhecido", "o multicast não confirma nada");
    }

    private static void multicast(RastroGerado r, double t, String id, String cliente, String operacao, String conta,
            String valor, double atraso1, double atraso2) {
        String resumo = operacao + " " + conta + " " + valor;
        r.pede(t, cliente, id, operacao, conta, valor);
        r.mensagem(t + 0.2, t + atraso1, cliente, "replica-1", id, resumo);
        r.mensagem(t + 0.4, t + atraso2, cliente, "replica-2", id, resumo);
        r.aplicar(t + atraso1 + 0.3, "replica-1", id, 0, operacao, conta, valor);
        r.aplicar(t + atraso2 + 0.3, "replica-2", id, 0, operacao, conta, valor);
    }

    /** O sequenciador: uma mensagem perdida e pedida de novo, uma duplicada, uma que espera na rede, e um enlace cortado. */
    static RastroGerado perdida() {
        RastroGerado r = new RastroGerado().inicio(3, "Uma mensagem perdida, e a recuperação",
                "cliente-1", "sequenciador", "replica-1", "replica-2");
        r.falta(14, "perda", "sequenciador>replica-2", 22.0).falta(55, "cortar", "replica-2>sequenciador", 68.0);
        for (int i = 1; i <= 4; i++) {
            double t = i * 16 - 10;
            String id = "op-" + i;
            String valor = i + "0.00";
            String resumo = "DEPOSITO ana " + valor;
            r.pede(t, "cliente-1", id, "DEPOSITO", "ana", valor);
            r.mensagem(t + 0.3, t + 2.5, "cliente-1", "sequenciador", id, resumo);
            r.mensagem(t + 3, t + 5, "sequenciador", "cliente-1", id, "OK seq=" + i);
            r.resposta(t + 5, "cliente-1", id, "resposta", "OK seq=" + i);
            r.mensagem(t + 3, t + 5.5, "sequenciador", "replica-1", id, resumo);
            r.aplicar(t + 5.8, "replica-1", id, i, "DEPOSITO", "ana", valor);
            int n = r.envio(t + 3.2, "sequenciador", "replica-2", id, resumo, false);
            switch (i) {
                case 2 -> {
                    r.passo(t + 3.2, "perdida", "sequenciador", "replica-2", n, 0, id, resumo);
                    r.mensagem(t + 18, t + 20, "replica-2", "sequenciador", id, "HISTORICO desde 2");
                    r.mensagem(t + 20.5, t + 23, "sequenciador", "replica-2", id, "historico: " + resumo);
                    r.aplicar(t + 23.3, "replica-2", id, 2, "DEPOSITO", "ana", valor);
                }
                case 3 -> {
                    r.passo(t + 3.2, "segura", "sequenciador", "replica-2", n, 0, id, resumo);
                    r.passo(t + 11, "solta", "sequenciador", "replica-2", n, 0, id, resumo);
                    r.passo(t + 12.5, "entregue", "sequenciador", "replica-2", n, 0, id, resumo);
                    r.aplicar(t + 12.8, "replica-2", id, 3, "DEPOSITO", "ana", valor);
                }
                default -> {
                    r.passo(t + 3.2, "duplicada", "sequenciador", "replica-2", n, 1, id, resumo);
                    r.passo(t + 6, "entregue", "sequenciador", "replica-2", n, 0, id, resumo);
                    r.passo(t + 8, "entregue", "sequenciador", "replica-2", n, 1, id, resumo);
                    r.aplicar(t + 6.2, "replica-2", id, i, "DEPOSITO", "ana", valor);
                }
            }
        }
        r.nota(18, "O seq 2 não chega à replica-2.").nota(40, "Ela nota o buraco, pede o que falta e acaba igual.");
        return r.veredito("replicas-iguais", "sim").veredito("mesma-ordem", "sim").veredito("ordem-de-tempo-real", "sim");
    }

    /** O primário morre com um pedido por responder; a testemunha promove o backup, e o cliente repete o pedido. */
    static RastroGerado failover() {
        RastroGerado r = new RastroGerado().inicio(4, "O primário cai", "cliente-1", "primario", "backup", "testemunha");
        for (int i = 0; i < 16; i++) {
            double t = 4 + i * 18;
            if (t < 88) {
                r.pulso(t, "primario", "testemunha");
            }
            r.pulso(t + 3, "backup", "testemunha");
        }
        for (int i = 1; i <= 3; i++) {
            confirmada(r, 10 + 25 * (i - 1), "op-" + i, i, "primario", true);
        }
        r.pede(88, "cliente-1", "op-4", "SAQUE", "ana", "30.00");
        r.envio(88.4, "cliente-1", "primario", "op-4", "SAQUE ana 30.00", false);
        r.falta(90, "matar", "primario", null).processo(90, "primario", "morto");
        r.resposta(150, "cliente-1", "op-4", "indeterminada", "prazo de 60 ms");
        int n = r.envio(170, "testemunha", "backup", null, "visão 2: backup é o primário", true);
        r.passo(172, "entregue", "testemunha", "backup", n, 0, null, "visão 2: backup é o primário").put("controle", true);
        confirmada(r, 190, "op-4", 4, "backup", false);
        r.falta(215, "parar", "testemunha", null).processo(215, "testemunha", "parado");
        r.falta(250, "continuar", "testemunha", null).processo(250, "testemunha", "continuado");
        r.falta(260, "iniciar", "primario", null).processo(260, "primario", "iniciado").processo(268, "primario", "pronto");
        r.nota(90, "O primário morre com o saque a caminho.").nota(172, "A testemunha promove o backup.");
        return r.nota(190, "O cliente repete o mesmo id_msg: o saque vale uma vez só.")
                .veredito("confirmado-nao-se-perde", "sim").veredito("cada-id-uma-vez", "sim");
    }

    private static void confirmada(RastroGerado r, double t, String id, int seq, String primario, boolean comBackup) {
        String operacao = id.equals("op-4") ? "SAQUE" : "DEPOSITO";
        String valor = id.equals("op-4") ? "30.00" : "20.00";
        String resumo = operacao + " ana " + valor;
        r.pede(t, "cliente-1", id, operacao, "ana", valor);
        r.mensagem(t + 0.3, t + 2, "cliente-1", primario, id, resumo);
        r.aplicar(t + 2.6, primario, id, seq, operacao, "ana", valor);
        if (comBackup) {
            r.mensagem(t + 3, t + 5, primario, "backup", id, resumo);
            r.aplicar(t + 5.4, "backup", id, seq, operacao, "ana", valor);
            r.mensagem(t + 6, t + 8, "backup", primario, id, "CONFIRMO seq=" + seq);
        }
        r.mensagem(t + 9, t + 11, primario, "cliente-1", id, "OK seq=" + seq);
        r.resposta(t + 11, "cliente-1", id, "resposta", "OK seq=" + seq);
    }

    /** O que uma cena mostra entre o que é de rotina: uma réplica a quem falta uma operação pede-a, e recebe-a. */
    static RastroGerado buraco() {
        RastroGerado r = new RastroGerado().inicio(3, "Um buraco", "cliente-1", "sequenciador", "replica-1", "replica-2");
        for (String replica : List.of("replica-1", "replica-2")) { // ao arrancar, pedem sempre
            r.controle(1, replica, "sequenciador", "HISTORICO desde 1")
            .controle(4, "sequenciador", replica, "história: nada a mais");
        }
        for (int i = 1; i <= 2; i++) {
            double t = 30 * i;
            String id = "op-" + i;
            r.pede(t, "cliente-1", id, "DEPOSITO", "ana", "10.00")
                    .resposta(t + 6, "cliente-1", id, "resposta", "OK seq=" + i);
            r.mensagem(t + 1, t + 2, "cliente-1", "sequenciador", id, "DEPOSITO ana 10.00");
            r.mensagem(t + 3, t + 5, "sequenciador", "replica-1", id, "DEPOSITO ana 10.00");
            r.aplicar(t + 6, "replica-1", id, i, "DEPOSITO", "ana", "10.00");
            int n = r.envio(t + 3, "sequenciador", "replica-2", id, "DEPOSITO ana 10.00", false);
            r.passo(t + 5, i == 2 ? "perdida" : "entregue", "sequenciador", "replica-2", n, 0, id, "DEPOSITO ana 10.00");
            r.aplicar(i == 2 ? t + 20 : t + 6, "replica-2", id, i, "DEPOSITO", "ana", "10.00");
            r.pulso(t + 8, "sequenciador", "replica-1");
        }
        r.controle(74, "replica-2", "sequenciador", "HISTORICO desde 2")
                .controle(77, "sequenciador", "replica-2", "história: seq 2");
        return r.nota(66, "À réplica 2 falta a operação 2: ela pede-a.")
                .vereditos(3, "sim", "sim", "sim", "sim", "sim", "sim", "sim", "sim");
    }

    private RastroGerado controle(double t, String de, String para, String resumo) {
        int n = envio(t, de, para, null, resumo, true);
        passo(t + 2, "entregue", de, para, n, 0, null, resumo).put("controle", true);
        return this;
    }

    /**
     * O multicast por muito tempo: uma mensagem em cem perde-se a caminho da replica-2; a primeira de que isso muda um
     * saldo, op-151.
     */
    static RastroGerado longa() {
        RastroGerado r = new RastroGerado()
                .inicio(1, "Uma execução longa", "cliente-1", "cliente-2", "replica-1", "replica-2");
        for (int i = 1; i <= 400; i++) {
            double t = 1_000 + i * 9.0;
            String id = "op-" + i;
            String cliente = "cliente-" + (1 + i % 2);
            String operacao = i == 51 ? "SAQUE" : "DEPOSITO"; // de uma conta sem saldo: recusada onde chega
            String conta = i == 51 ? "vazia" : "conta-" + i % 10;
            String resumo = operacao + " " + conta + " 1.00";
            r.pede(t, cliente, id, operacao, conta, "1.00").resposta(t + 1, cliente, id, "resposta", "enviada: " + id);
            r.mensagem(t + 0.2, t + 4, cliente, "replica-1", id, resumo);
            r.aplicar(t + 4.3, "replica-1", id, i, operacao, conta, "1.00");
            int n = r.envio(t + 0.4, cliente, "replica-2", id, resumo, false);
            boolean perdida = i % 100 == 51;
            r.passo(t + (perdida ? 0.4 : 5), perdida ? "perdida" : "entregue", cliente, "replica-2", n, 0, id, resumo);
            if (!perdida) {
                r.aplicar(t + 5.3, "replica-2", id, i, operacao, conta, "1.00");
            }
        }
        return r.vereditos(1, "NÃO", "sim", "sim", "sim", "sim", "sim", "desconhecido", "desconhecido");
    }

    /** Uma execução grande: tantas mensagens, duas por operação entre cliente, sequenciador e três réplicas. */
    static RastroGerado grande(int mensagens) {
        RastroGerado r = new RastroGerado().inicio(3, "Uma execução grande", "cliente-1", "cliente-2", "sequenciador",
                "replica-1", "replica-2", "replica-3");
        Random acaso = new Random(7);
        for (int i = 0; i < mensagens / 5; i++) {
            double t = i * 4.0;
            String id = Texto.formatar("%08x-%d", acaso.nextInt(), i);
            String cliente = "cliente-" + (1 + i % 2);
            String conta = "conta-" + acaso.nextInt(10);
            r.pede(t, cliente, id, "DEPOSITO", conta, "1.00");
            r.mensagem(t + 0.1, t + 1, cliente, "sequenciador", id, "DEPOSITO " + conta + " 1.00");
            for (int replica = 1; replica <= 3; replica++) {
                double chega = t + 1.5 + acaso.nextDouble() * 8;
                r.mensagem(t + 1.2, chega, "sequenciador", "replica-" + replica, id, "seq " + (i + 1));
                r.aplicar(chega + 0.1, "replica-" + replica, id, i + 1, "DEPOSITO", conta, "1.00");
            }
            r.mensagem(t + 1.3, t + 2.2, "sequenciador", cliente, id, "OK seq=" + (i + 1));
            r.resposta(t + 2.3, cliente, id, "resposta", "OK seq=" + (i + 1));
        }
        return r.veredito("replicas-iguais", "sim");
    }
}
