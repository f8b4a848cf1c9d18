package tests.lab.provas;

import static tests.lab.provas.Operacoes.deposito;
import static tests.lab.provas.Operacoes.dizer;
import static tests.lab.provas.Operacoes.saque;
import static tests.lab.provas.Operacoes.transferencia;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import shared.Envelope;
import shared.Operacao;

/** As provas da réplica da parte 3: o corretor é o sequenciador, e manda na ordem em que as mensagens lhe chegam. */
final class DaReplica3 {

    private static final Set<String> PAPEL = Set.of("replica");
    private static final String FIM = "fim"; // uma conta só para o que vem por último: aplicado, o resto já o foi

    private DaReplica3() {
    }

    static List<Prova> provas() {
        return List.of(
                prova("formato", "assina a ordem, e aplica o que está em {\"seq\": n, \"op\": \"…\"}", Nivel.BASICO, 3,
                        Garantia.FORMATO, b -> Regras.formato(b, comOriginal(b))),
                prova("regras", "recusa o que não tem saldo, e o dinheiro conserva-se", Nivel.BASICO, 3, Garantia.DINHEIRO,
                        b -> Regras.regras(b, comOriginal(b))),
                prova("acentos", "contas com espaços e acentos, escritas como o Python as escreve", Nivel.BASICO, 1,
                        Garantia.FORMATO, b -> Regras.acentos(b, comOriginal(b))),
                prova("fora-de-ordem", "o que chega antes da vez espera por ela", Nivel.BASICO, 4, Garantia.MESMA_ORDEM,
                        DaReplica3::foraDeOrdem),
                prova("varias-adiantadas", "esperam as que chegarem antes da vez, e não uma só", Nivel.BASICO, 2,
                        Garantia.MESMA_ORDEM, DaReplica3::variasAdiantadas),
                prova("numero-repetido", "um número que já aplicou não vale outra vez", Nivel.BASICO, 3, Garantia.UMA_VEZ,
                        DaReplica3::numeroRepetido),
                prova("exato", "o dinheiro é exato: 0.1 + 0.7 são 0.8", Nivel.DURAVEL, 2, Garantia.DINHEIRO,
                        b -> Regras.exato(b, comOriginal(b))),
                prova("mesmo-id", "a mesma operação, com outro número, não vale outra vez", Nivel.DURAVEL, 1,
                        Garantia.UMA_VEZ, DaReplica3::mesmoId),
                prova("reinicia", "morta (kill -9) e reiniciada, tem o que tinha, e segue", Nivel.DURAVEL, 4,
                        Garantia.CONFIRMADA, DaReplica3::reinicia),
                prova("pede-o-que-falta", "um buraco: não o salta, pede-o ao sequenciador, e põe-se em dia",
                        Nivel.TOLERANTE, 4, Garantia.CURA_SE, DaReplica3::pedeOQueFalta),
                prova("pede-outra-vez", "se a resposta ao que pediu se perde, pede outra vez", Nivel.TOLERANTE, 2,
                        Garantia.CURA_SE, DaReplica3::pedeOutraVez),
                prova("outra-historia", "não junta aos seus números os de um sequenciador que recomeçou do zero",
                        Nivel.TOLERANTE, 2, Garantia.MESMA_ORDEM, DaReplica3::outraHistoria),
                prova("chega-tarde", "chega depois de tudo: pede o que houve, e põe-se em dia", Nivel.TOLERANTE, 3,
                        Garantia.CURA_SE, DaReplica3::chegaTarde),
                prova("instantaneo", "se o sequenciador já não lembra o começo, toma o instantâneo", Nivel.TOLERANTE, 2,
                        Garantia.CURA_SE, DaReplica3::instantaneo),
                prova("lixo", "o que não se entende não a mata, nem a faz saltar um número", Nivel.TOLERANTE, 2,
                        Garantia.NAO_MORRE, DaReplica3::lixo),
                prova("pausa", "parada (kill -STOP) e acordada, aplica o que houve, uma vez", Nivel.TOLERANTE, 1,
                        Garantia.CURA_SE, DaReplica3::pausa));
    }

    private static Prova prova(String nome, String titulo, Nivel nivel, int pontos, Garantia garantia, Corrida corrida) {
        return new Prova("replica/" + nome, titulo, nivel, pontos, 3, PAPEL, garantia, corrida);
    }

    /** A réplica e um sequenciador como o do sistema original: as operações chegam-lhe por ordem. */
    private static Regras.Mesa comOriginal(Bancada b) {
        FazSequenciador s = new FazSequenciador(b, false);
        Posto replica = b.iniciar("replica-1");
        return new Regras.Mesa(s, replica, () -> s.esperarAssinante(replica),
                (op, json) -> s.difundir(s.numerar(op).json().replace(escapado(op.json()), escapado(json))));
    }

    private static String escapado(String json) {
        return json.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private static void foraDeOrdem(Bancada b) {
        try (FazSequenciador s = new FazSequenciador(b, false)) {
            Posto replica = b.iniciar("replica-1");
            s.esperarAssinante(replica);
            s.difundir(deposito("ana", "100"));
            Envelope segunda = s.numerar(saque("ana", "50"));
            Envelope terceira = s.numerar(saque("ana", "80"));
            b.contar("chega o número 3 (saque de 80) antes do 2 (saque de 50); ana tem 100");
            s.difundir(terceira.json());
            s.difundir(segunda.json());
            s.difundir(deposito(FIM, "1"));
            Esperas.saldo(b, replica, FIM, "1", "depois do número 3 chegou o 2, e a réplica não foi além: não aplicou o 4");
            Esperas.conferir(replica, Map.of("ana", "50"),
                    "aplicou o número 3 antes do 2: o saque de 80 devia ser recusado, e o de 50 aceito");
        }
    }

    private static void variasAdiantadas(Bancada b) {
        try (FazSequenciador s = new FazSequenciador(b, false)) {
            Posto replica = b.iniciar("replica-1");
            s.esperarAssinante(replica);
            s.difundir(deposito("ana", "100"));
            List<Envelope> atrasadas = Stream.of(saque("ana", "50"), saque("ana", "80"), deposito("ana", "30"),
                    saque("ana", "80")).map(s::numerar).toList();
            b.contar("ana tem 100; os números 2 (saque de 50), 3 (saque de 80), 4 (depósito de 30) e 5 (saque de 80) chegam"
                    + " ao contrário: 5, 4, 3, 2");
            for (int i = atrasadas.size() - 1; i >= 0; i--) {
                s.difundir(atrasadas.get(i).json());
            }
            s.difundir(deposito(FIM, "1"));
            Esperas.saldo(b, replica, FIM, "1", "chegaram 5, 4, 3 e por fim o 2, que faltava, e a réplica não foi até ao 6:"
                    + " não guardou todas as que esperavam");
            Esperas.conferir(replica, Map.of("ana", "0"), "por ordem, o primeiro saque de 80 recusa-se, e o segundo não");
        }
    }

    private static void numeroRepetido(Bancada b) {
        try (FazSequenciador s = new FazSequenciador(b, false)) {
            Posto replica = b.iniciar("replica-1");
            s.esperarAssinante(replica);
            s.difundir(deposito("ana", "100"));
            Envelope saque = s.difundir(saque("ana", "30"));
            b.contar("o número 2, o saque de 30, chega duas vezes");
            s.difundir(saque.json());
            s.difundir(deposito(FIM, "1"));
            Esperas.saldo(b, replica, FIM, "1", "o número 2 chegou duas vezes, e a réplica não aplicou o 3");
            Esperas.conferir(replica, Map.of("ana", "70"), "o número 2, que chegou duas vezes, valeu duas vezes");
        }
    }

    private static void mesmoId(Bancada b) {
        try (FazSequenciador s = new FazSequenciador(b, false)) {
            Posto replica = b.iniciar("replica-1");
            s.esperarAssinante(replica);
            s.difundir(deposito("ana", "100"));
            Operacao saque = saque("ana", "30");
            s.difundir(saque);
            b.contar("o sequenciador, que se esqueceu, dá ao mesmo saque de 30 também o número 3");
            s.difundir(saque);
            s.difundir(deposito(FIM, "1"));
            Esperas.saldo(b, replica, FIM, "1", "a réplica não aplicou o número 4");
            Esperas.conferir(replica, Map.of("ana", "70"), "o mesmo id_msg veio com dois números, e valeu duas vezes");
        }
    }

    // ───── Durável ─────

    private static void reinicia(Bancada b) {
        try (FazSequenciador s = new FazSequenciador(b, true)) {
            Posto replica = b.iniciar("replica-1");
            s.esperarAssinante(replica);
            s.difundir(deposito("ana", "100"));
            s.difundir(saque("ana", "30"));
            s.difundir(deposito(FIM, "1"));
            Esperas.saldo(b, replica, FIM, "1", "a réplica não aplicou o número 3");
            b.contar("ana tem 70; a réplica morre (kill -9), e volta; chega um saque de 20, e o sequenciador não conta"
                    + " o resto");
            s.responder(false);
            replica.matar();
            Esperas.ate(b, "a réplica morta ainda está ligada", () -> !s.temAssinante());
            replica.reiniciar();
            s.esperarAssinante(replica);
            s.difundir(saque("ana", "20"));
            Esperas.saldo(b, replica, "ana", "50", "morreu depois do número 3, com 70 em ana; voltou, e chegou o"
                    + " número 4, um"
                    + " saque de 20");
        }
    }

    // ───── Tolerante ─────

    private static void pedeOQueFalta(Bancada b) {
        try (FazSequenciador s = new FazSequenciador(b, true)) {
            Posto replica = b.iniciar("replica-1");
            s.esperarAssinante(replica);
            s.difundir(deposito("ana", "100"));
            Esperas.saldo(b, replica, "ana", "100", "a réplica não aplicou o número 1");
            perderO2(b, s, () -> s.guardarPerguntas(true));
            Esperas.conferir(replica, Map.of("ana", "100"), "faltava-lhe o número 2, e aplicou o 3 sem ele");
            s.guardarPerguntas(false);
            s.difundir(deposito(FIM, "1"));
            Esperas.saldo(b, replica, FIM, "1", "o sequenciador contou-lhe o número 2, e a réplica não se pôs em dia");
            Esperas.conferir(replica, Map.of("ana", "50"), "aplicou o número 3 antes do 2");
        }
    }

    /** Até que a réplica o peça. @param quandoPerguntar o que então se faz às perguntas dela */
    private static void perderO2(Bancada b, FazSequenciador s, Runnable quandoPerguntar) {
        b.contar("o número 2, o saque de 50, perde-se a caminho; o 3, o saque de 80, chega");
        int antes = s.perguntas("HISTORICO").size(); // pode já ter perguntado se há mais
        quandoPerguntar.run();
        s.perderEDifundir(saque("ana", "50"), saque("ana", "80"));
        Esperas.ate(b, "chegou o número 3, falta o 2, e a réplica não o pediu ao sequenciador (HISTORICO, desde 2)",
                () -> s.perguntas("HISTORICO").stream().skip(antes).anyMatch(p -> p.matches("(?s).*\"desde\": ?2\\D.*")));
    }

    private static void pedeOutraVez(Bancada b) {
        try (FazSequenciador s = new FazSequenciador(b, true)) {
            Posto replica = b.iniciar("replica-1");
            s.esperarAssinante(replica);
            s.difundir(deposito("ana", "100"));
            Esperas.saldo(b, replica, "ana", "100", "a réplica não aplicou o número 1");
            perderO2(b, s, s::perderResposta);
            b.contar("a réplica pediu o que lhe falta, e a resposta perde-se; não há mais operações");
            Esperas.saldo(b, replica, "ana", "50", "pediu o número 2, a resposta perdeu-se, e não o pediu outra vez");
        }
    }

    /**
     * O que ela faz então é com ela: parar, acabar, perguntar outra vez, ou trocar tudo pelo que o novo conta. Só não pode
     * ter um saldo de cada um.
     */
    private static void outraHistoria(Bancada b) {
        try (FazSequenciador s = new FazSequenciador(b, true)) {
            Posto replica = b.iniciar("replica-1");
            s.esperarAssinante(replica);
            s.difundir(deposito("ana", "100"));
            Esperas.saldo(b, replica, "ana", "100", "a réplica não aplicou o número 1");
            perderO2(b, s, () -> s.guardarPerguntas(true));
            b.contar("antes de responder, o sequenciador recomeça do zero: é outra a história, e nela os números 1, 2 e 3"
                    + " são depósitos em bia");
            s.recomecar("outra", deposito("bia", "50"), deposito("bia", "7"), deposito("bia", "1"));
            int perguntou = s.perguntas("").size();
            s.guardarPerguntas(false);
            Par.dentroDe(b.prazoMs() / 4, () -> !replica.vivo() || s.perguntas("").size() > perguntou + 2
                    || misturou(replica));
            if (replica.vivo() && misturou(replica)) {
                throw Reprovada.seguranca("misturou duas histórias: ana tem 100, do depósito que houve numa, e bia tem "
                        + Esperas.saldo(replica, "bia") + ", dos que houve na outra");
            }
        }
    }

    private static boolean misturou(Posto replica) {
        return Esperas.saldo(replica, "bia").signum() > 0 && Esperas.saldo(replica, "ana").signum() > 0;
    }

    private static void chegaTarde(Bancada b) {
        try (FazSequenciador s = new FazSequenciador(b, true)) {
            s.numerar(deposito("ana", "100"));
            s.numerar(saque("ana", "30"));
            s.numerar(transferencia("ana", "bia", "20"));
            b.contar("houve três operações antes de a réplica começar");
            Posto replica = b.iniciar("replica-1");
            Esperas.saldo(b, replica, "bia", "20", "começou depois de três operações, e não as tem");
            Esperas.conferir(replica, Map.of("ana", "50"), "começou depois de três operações");
            s.esperarAssinante(replica);
            s.difundir(deposito(FIM, "1"));
            Esperas.saldo(b, replica, FIM, "1", "posta em dia, não aplicou a seguinte");
        }
    }

    private static void instantaneo(Bancada b) {
        try (FazSequenciador s = new FazSequenciador(b, true)) {
            s.numerar(deposito("ana", "100"));
            s.numerar(saque("ana", "30"));
            s.apagar();
            s.numerar(transferencia("ana", "bia", "20"));
            b.contar("o sequenciador já só lembra do número 3 em diante; do que houve antes tem um instantâneo");
            Posto replica = b.iniciar("replica-1");
            Esperas.saldo(b, replica, "bia", "20", "não tomou o instantâneo, ou não o que veio depois dele");
            Esperas.conferir(replica, Map.of("ana", "50"), "depois do instantâneo");
        }
    }

    private static void lixo(Bancada b) {
        try (FazSequenciador s = new FazSequenciador(b, true)) {
            Posto replica = b.iniciar("replica-1");
            s.esperarAssinante(replica);
            s.difundir(deposito("ana", "100"));
            for (byte[] lixo : Operacoes.LIXO) {
                b.contar("chega pela ordem " + dizer(lixo));
                s.difundir(new String(lixo, StandardCharsets.UTF_8));
            }
            s.difundir("{\"seq\": \"dois\", \"op\": 7}");
            s.difundir(saque("ana", "30"));
            Esperas.saldo(b, replica, "ana", "70", replica.vivo() ? "entre o número 1 e o 2 chegou o que não se entende, e"
                    + " a réplica não aplicou o 2" : "morreu do que não se entende");
        }
    }

    private static void pausa(Bancada b) {
        try (FazSequenciador s = new FazSequenciador(b, true)) {
            Posto replica = b.iniciar("replica-1");
            s.esperarAssinante(replica);
            s.difundir(deposito("ana", "100"));
            Esperas.saldo(b, replica, "ana", "100", "a réplica não aplicou o número 1");
            b.contar("kill -STOP na réplica; há dois saques, de 30 e de 80; kill -CONT");
            replica.parar();
            s.difundir(saque("ana", "30"));
            s.difundir(saque("ana", "80"));
            s.difundir(deposito(FIM, "1"));
            replica.continuar();
            Esperas.saldo(b, replica, FIM, "1", "acordou, e não se pôs em dia");
            Esperas.conferir(replica, Map.of("ana", "70"), "acordou, e o que houve não valeu uma vez, por ordem");
        }
    }
}
