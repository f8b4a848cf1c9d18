package tests.lab.provas;

import static tests.lab.provas.Operacoes.deposito;
import static tests.lab.provas.Operacoes.dizer;
import static tests.lab.provas.Operacoes.saque;
import static tests.lab.provas.Operacoes.transferencia;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import shared.Operacao;
import shared.texto.Json;

/** As provas do primário da parte 4: o corretor é os clientes, e os backups. */
final class DoPrimario {

    private static final Set<String> PAPEL = Set.of("primario");
    private static final String ESTADO = "{\"pedido\": \"ESTADO\"}";
    private static final int SEGURO_MS = 500;   // metade do silêncio ao fim do qual um primário pode seguir sem o backup
    private static final int TENTATIVAS = 5;

    private DoPrimario() {
    }

    static List<Prova> provas() {
        return List.of(
                prova("formato", "responde OK, e difunde a operação aos backups", Nivel.BASICO, 3, Garantia.FORMATO,
                        DoPrimario::formato),
                prova("regras", "recusa o que não tem saldo, e o dinheiro conserva-se", Nivel.BASICO, 3, Garantia.DINHEIRO,
                        b -> Regras.regras(b, mesa(b))),
                prova("acentos", "contas com espaços e acentos, escritas como o Python as escreve", Nivel.BASICO, 1,
                        Garantia.FORMATO, b -> Regras.acentos(b, mesa(b))),
                prova("repetida", "um pedido repetido vale uma vez", Nivel.BASICO, 3, Garantia.UMA_VEZ,
                        DoPrimario::repetida),
                prova("mesma-ordem", "dois clientes ao mesmo tempo: uma ordem só, a mesma para todos os backups",
                        Nivel.BASICO, 3, Garantia.MESMA_ORDEM, DoPrimario::mesmaOrdem),
                prova("exato", "o dinheiro é exato: 0.1 + 0.7 são 0.8", Nivel.DURAVEL, 2, Garantia.DINHEIRO,
                        b -> Regras.exato(b, mesa(b))),
                prova("reinicia", "morto (kill -9) e reiniciado, tem o que confirmou, e lembra-se dos pedidos",
                        Nivel.DURAVEL, 4, Garantia.CONFIRMADA, DoPrimario::reinicia),
                prova("sincrono", "não responde OK antes de o backup em dia o ter no disco", Nivel.TOLERANTE, 5,
                        Garantia.CONFIRMADA, b -> sincrono(b, false)),
                prova("repetida-por-confirmar", "ao pedido repetido não responde OK antes de poder responder ao primeiro",
                        Nivel.TOLERANTE, 2, Garantia.CONFIRMADA, b -> sincrono(b, true)),
                prova("conta-o-que-houve", "a um backup que chega tarde, conta o que houve: HISTORICO", Nivel.TOLERANTE, 2,
                        Garantia.CURA_SE, DoPrimario::contaOQueHouve),
                prova("sem-o-backup", "se o backup morre, segue sem ele", Nivel.TOLERANTE, 2, Garantia.SEGUE,
                        DoPrimario::semOBackup),
                prova("lixo", "a um pedido que não se entende responde um erro, e segue", Nivel.TOLERANTE, 3,
                        Garantia.NAO_MORRE, DoPrimario::lixo),
                prova("id-repetido", "recusa outra operação com um id_msg já usado", Nivel.TOLERANTE, 2, Garantia.UMA_VEZ,
                        DoPrimario::idRepetido),
                prova("pausa", "parado (kill -STOP) e acordado, responde ao que lhe pediram, uma vez", Nivel.TOLERANTE, 1,
                        Garantia.UMA_VEZ, DoPrimario::pausa));
    }

    private static Prova prova(String nome, String titulo, Nivel nivel, int pontos, Garantia garantia, Corrida corrida) {
        return new Prova("primario/" + nome, titulo, nivel, pontos, 4, PAPEL, garantia, corrida);
    }

    private static Regras.Mesa mesa(Bancada b) {
        ComPrimario c = new ComPrimario(b);
        return new Regras.Mesa(c, c.posto(), () -> { }, c::tentar);
    }

    // ───── Básico ─────

    private static void formato(Bancada b) {
        try (ComPrimario c = new ComPrimario(b)) {
            for (Operacao op : List.of(deposito("ana", "100"), transferencia("ana", "bia", "0.25"), saque("ana", "12.5"))) {
                c.pedir(op);
                c.difusao().ouvirAte(op);
            }
        }
    }

    private static void repetida(Bancada b) {
        try (ComPrimario c = new ComPrimario(b)) {
            c.pedir(deposito("ana", "100"));
            Operacao saque = saque("ana", "30");
            c.pedir(saque);
            b.contar("o cliente não ouviu a resposta, e repete o mesmo pedido, com o mesmo id_msg");
            c.pedir(saque);
            Operacao seguinte = deposito("ana", "1");
            c.pedir(seguinte);
            c.difusao().ouvirAte(seguinte); // e antes dela não se difundiu o saque outra vez
            c.esperarTudo();
            Esperas.conferir(c.posto(), Map.of("ana", "71"), "o saque de 30, repetido com o mesmo id_msg, devia valer"
                    + " uma vez");
        }
    }

    private static void mesmaOrdem(Bancada b) {
        try (ComPrimario c = new ComPrimario(b); Pedinte outro = c.pedinte();
                ComPrimario.Difusao outra = c.assinarEOuvir()) {
            List<Operacao> todas = new ArrayList<>();
            b.contar("dois clientes pedem 20 operações cada um, ao mesmo tempo");
            for (int i = 1; i <= 20; i++) {
                List<Operacao> duas = List.of(deposito("ana", i + ".1"), saque("ana", i + ".1"));
                c.cliente().enviar(duas.get(0).json());
                outro.enviar(duas.get(1).json());
                exigirResposta(b, duas.get(0), c.cliente());
                exigirResposta(b, duas.get(1), outro);
                todas.addAll(duas);
            }
            todas.forEach(c.difusao()::ouvirAte);
            todas.forEach(outra::ouvirAte);
            List<String> umas = c.difusao().ids();
            List<String> outras = outra.ids();
            if (!umas.subList(umas.size() - 40, umas.size()).equals(outras.subList(outras.size() - 40, outras.size()))) {
                throw Reprovada.seguranca("dois backups ouviram as mesmas 40 operações por ordens diferentes: já não têm o"
                        + " mesmo saldo");
            }
            conferirFifo(todas, umas);
        }
    }

    private static void exigirResposta(Bancada b, Operacao op, Pedinte cliente) {
        if (cliente.receber(b.prazoMs()) == null) {
            cliente.exigirVivo();
            throw Reprovada.vivacidade("ficou sem responder, durante " + b.prazoMs() / 1_000 + " s, " + Operacoes.ao(op));
        }
    }

    private static void conferirFifo(List<Operacao> pedidas, List<String> ouvidas) {
        for (int i = 2; i < pedidas.size(); i++) { // cada cliente pediu uma sim, outra não
            if (ouvidas.indexOf(pedidas.get(i).id_msg()) < ouvidas.indexOf(pedidas.get(i - 2).id_msg())) {
                throw Reprovada.seguranca("difundiu " + dizer(pedidas.get(i)) + " antes de "
                        + dizer(pedidas.get(i - 2)) + ", que o mesmo cliente pediu primeiro");
            }
        }
    }

    // ───── Durável ─────

    private static void reinicia(Bancada b) {
        try (ComPrimario c = new ComPrimario(b)) {
            c.pedir(deposito("ana", "100"));
            Operacao saque = saque("ana", "30");
            c.pedir(saque);
            b.contar("kill -9 no primário; começa outra vez, e o cliente do saque repete o pedido");
            c.reiniciar();
            c.pedir(saque);
            c.pedir(deposito("ana", "1"));
            c.esperarTudo();
            Esperas.conferir(c.posto(), Map.of("ana", "71"), "respondeu OK a um depósito de 100 e a um saque de 30, morreu,"
                    + " e o saque repetiu-se com o mesmo id_msg");
        }
    }

    // ───── Tolerante ─────

    /** @param repete se se ouve o que ele diz a quem repete o pedido, ou ao primeiro */
    private static void sincrono(Bancada b, boolean repete) {
        try (ComPrimario c = new ComPrimario(b); Pedinte outro = repete ? c.pedinte() : c.cliente();
                FazBackup backup = new FazBackup(b, c.posto())) {
            esperarEmDia(b, c);
            c.pedir(deposito("ana", "1000"));
            for (int i = 1; i <= TENTATIVAS; i++) {
                if (segurou(b, c, outro, backup, saque("ana", "8" + i))) {
                    return;
                }
                esperarEmDia(b, c); // a máquina estava lenta, e o primário podia seguir sem ele
            }
            throw Reprovada.vivacidade("não se conseguiu ver o que o primário faz enquanto o backup não confirma");
        }
    }

    /**
     * O backup ouve a operação e não diz que a tem. Que o OK não veio prova-o o que vem depois dele: pela mesma conexão,
     * a resposta a um ESTADO que se pediu depois. A quem só atende um pedido de cada vez essa não vem; espera-se um pouco,
     * e o pior que daí vem é aprovar quem não devia.
     *
     * @return false se demorou tanto que o primário já podia tê-lo tirado dos que estão em dia
     */
    private static boolean segurou(Bancada b, ComPrimario c, Pedinte cliente, FazBackup backup, Operacao saque) {
        long desde = System.nanoTime();
        backup.segurar(true);
        b.contar("o backup, em dia, ouve " + dizer(saque) + ", e ainda não o tem no disco");
        c.cliente().enviar(saque.json());
        backup.esperarOuvir(b, saque);
        if (cliente != c.cliente()) {
            b.contar("o cliente não ouviu resposta, liga-se outra vez, e repete o pedido, com o mesmo id_msg");
            cliente.enviar(saque.json());
        }
        cliente.enviar(ESTADO);
        String veio = cliente.receber(SEGURO_MS);
        boolean aTempo = System.nanoTime() - desde < 2L * SEGURO_MS * 1_000_000;
        if (veio != null && veio.startsWith("OK") && aTempo) {
            throw Reprovada.seguranca("respondeu OK " + Operacoes.ao(saque) + " antes de o backup, que está em dia, o ter"
                    + " no disco:"
                    + " se morresse agora, o backup promovido não saberia dele");
        }
        backup.segurar(false);
        for (String resposta = veio; resposta == null || !resposta.startsWith("OK"); ) {
            resposta = cliente.receber(b.prazoMs());
            if (resposta == null) {
                throw Reprovada.vivacidade("o backup já tem " + dizer(saque) + ", e o primário não respondeu OK em "
                        + b.prazoMs() / 1_000 + " s");
            }
        }
        if (veio == null || veio.startsWith("OK")) {
            cliente.receber(SEGURO_MS); // a outra resposta
        }
        return aTempo;
    }

    private static void esperarEmDia(Bancada b, ComPrimario c) {
        try (Pedinte outro = c.pedinte()) {
            Esperas.ate(b, "um backup dá-lhe notícia (NOTICIA) de que tem tudo, e o primário não o conta entre os que"
                    + " estão em"
                    + " dia (ESTADO, em_dia)", () -> outro.pedir(ESTADO).matches("(?s).*\"em_dia\": ?2\\D.*"));
        }
    }

    private static void contaOQueHouve(Bancada b) {
        try (ComPrimario c = new ComPrimario(b)) {
            List<Operacao> houve = List.of(deposito("ana", "100"), saque("ana", "30"), transferencia("ana", "bia", "5"));
            houve.forEach(c::pedir);
            b.contar("só agora chega um backup, que não tem nada, e pede o que houve");
            try (FazBackup backup = new FazBackup(b, c.posto())) {
                houve.forEach(op -> backup.esperarTer(b, op));
            }
        }
    }

    private static void semOBackup(Bancada b) {
        try (ComPrimario c = new ComPrimario(b)) {
            try (FazBackup backup = new FazBackup(b, c.posto())) {
                esperarEmDia(b, c);
                c.pedir(deposito("ana", "100"));
            }
            b.contar("o backup, que estava em dia, morre");
            c.pedir(saque("ana", "30"));
            Esperas.saldo(b, c.posto(), "ana", "70", "respondeu OK ao saque de 30");
        }
    }

    private static void lixo(Bancada b) {
        try (ComPrimario c = new ComPrimario(b)) {
            c.pedir(deposito("ana", "100"));
            for (byte[] lixo : Operacoes.LIXO) {
                try (Pedinte outro = c.pedinte()) {
                    b.contar("um cliente com defeito pede " + dizer(lixo));
                    String resposta = outro.pedir(lixo, dizer(lixo));
                    if (resposta.startsWith("OK")) {
                        throw Reprovada.seguranca("respondeu " + Json.citar(resposta) + " a " + dizer(lixo));
                    }
                }
            }
            Operacao saque = saque("ana", "30");
            c.pedir(saque);
            c.difusao().ouvirAte(saque);
            c.esperarTudo();
            Esperas.conferir(c.posto(), Map.of("ana", "70"), "entre um depósito de 100 e um saque de 30 só houve pedidos que"
                    + " não serviam");
        }
    }

    private static void idRepetido(Bancada b) {
        try (ComPrimario c = new ComPrimario(b)) {
            Operacao deposito = deposito("ana", "100");
            c.pedir(deposito);
            Operacao outra = new Operacao(deposito.id_msg(), Operacao.Tipo.SAQUE, "ana", null, saque("ana", "30").valor());
            b.contar("outro cliente, com defeito, pede um saque de 30 com o id_msg daquele depósito");
            String resposta = c.tentar(outra, outra.json());
            if (resposta.startsWith("OK")) {
                throw Reprovada.seguranca("respondeu " + Json.citar(resposta) + " a um saque de 30 com o id_msg de um"
                        + " depósito: ou o saque não vale, e o cliente julga que sim, ou há duas operações com o mesmo"
                        + " nome");
            }
        }
    }

    private static void pausa(Bancada b) {
        try (ComPrimario c = new ComPrimario(b)) {
            c.pedir(deposito("ana", "100"));
            Operacao saque = saque("ana", "30");
            b.contar("kill -STOP no primário; um cliente pede o saque de 30, e só depois kill -CONT");
            c.posto().parar();
            c.cliente().enviar(saque.json());
            c.posto().continuar();
            exigirResposta(b, saque, c.cliente());
            c.difusao().ouvirAte(saque);
            c.esperarTudo();
            Esperas.conferir(c.posto(), Map.of("ana", "70"), "o saque de 30, pedido enquanto estava parado");
        }
    }
}
