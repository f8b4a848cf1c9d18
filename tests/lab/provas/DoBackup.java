package tests.lab.provas;

import static tests.lab.provas.Operacoes.deposito;
import static tests.lab.provas.Operacoes.dizer;
import static tests.lab.provas.Operacoes.saque;
import static tests.lab.provas.Operacoes.transferencia;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import shared.Envelope;
import shared.Operacao;

/** As provas do backup da parte 4: o corretor é o primário. */
final class DoBackup {

    private static final Set<String> PAPEL = Set.of("backup");
    private static final String FIM = "fim";

    private DoBackup() {
    }

    static List<Prova> provas() {
        return List.of(
                prova("formato", "assina as atualizações, e aplica as operações que chegam", Nivel.BASICO, 3,
                        Garantia.FORMATO, b -> Regras.formato(b, comOriginal(b))),
                prova("regras", "recusa o que não tem saldo, e o dinheiro conserva-se", Nivel.BASICO, 3, Garantia.DINHEIRO,
                        b -> Regras.regras(b, comOriginal(b))),
                prova("acentos", "contas com espaços e acentos, escritas como o Python as escreve", Nivel.BASICO, 1,
                        Garantia.FORMATO, b -> Regras.acentos(b, comOriginal(b))),
                prova("por-ordem", "aplica pela ordem em que o primário difunde", Nivel.BASICO, 3, Garantia.MESMA_ORDEM,
                        b -> Regras.porOrdem(b, comOriginal(b))),
                prova("exato", "o dinheiro é exato: 0.1 + 0.7 são 0.8", Nivel.DURAVEL, 2, Garantia.DINHEIRO,
                        b -> Regras.exato(b, comOriginal(b))),
                prova("repetida", "a mesma operação, difundida outra vez, não vale outra vez", Nivel.DURAVEL, 2,
                        Garantia.UMA_VEZ, b -> Regras.repetida(b, comOriginal(b))),
                prova("numeradas", "aplica também as numeradas, {\"seq\": n, \"op\": \"…\"}", Nivel.DURAVEL, 2,
                        Garantia.FORMATO, DoBackup::numeradas),
                prova("reinicia", "morto (kill -9) e reiniciado, tem o que tinha, e segue", Nivel.DURAVEL, 4,
                        Garantia.CONFIRMADA, DoBackup::reinicia),
                prova("confirma", "diz ao primário o que tem no disco, e depois de kill -9 ainda o tem", Nivel.TOLERANTE, 4,
                        Garantia.CONFIRMADA, DoBackup::confirma),
                prova("pede-o-que-falta", "um buraco: não o salta, pede-o ao primário, e põe-se em dia", Nivel.TOLERANTE, 3,
                        Garantia.CURA_SE, DoBackup::pedeOQueFalta),
                prova("chega-tarde", "chega depois de tudo: pede o que houve, e põe-se em dia", Nivel.TOLERANTE, 2,
                        Garantia.CURA_SE, DoBackup::chegaTarde),
                prova("epoca-velha", "quem fala de uma época que acabou já não é ouvido", Nivel.TOLERANTE, 3,
                        Garantia.EPOCAS, DoBackup::epocaVelha),
                prova("lixo", "o que não se entende não o mata", Nivel.TOLERANTE, 2, Garantia.NAO_MORRE, DoBackup::lixo));
    }

    private static Prova prova(String nome, String titulo, Nivel nivel, int pontos, Garantia garantia, Corrida corrida) {
        return new Prova("backup/" + nome, titulo, nivel, pontos, 4, PAPEL, garantia, corrida);
    }

    /** O backup e um primário como o do sistema original, que difunde operações simples. */
    private static Regras.Mesa comOriginal(Bancada b) {
        FazPrimario p = new FazPrimario(b, false);
        Posto backup = b.iniciar("backup");
        return new Regras.Mesa(p, backup, () -> p.esperarAssinante(backup), (op, json) -> p.difundir(json));
    }

    /** O backup e um primário como os nossos. */
    private static Posto seguir(Bancada b, FazPrimario p) {
        Posto backup = b.iniciar("backup");
        p.esperarAssinante(backup);
        return backup;
    }

    // ───── Durável ─────

    private static void numeradas(Bancada b) {
        try (FazPrimario p = new FazPrimario(b, true)) {
            Posto backup = seguir(b, p);
            p.difundir(deposito("ana", "100"));
            p.difundir(saque("ana", "30"));
            p.difundir(deposito(FIM, "1"));
            Esperas.saldo(b, backup, FIM, "1", "não aplicou as três operações numeradas");
            Esperas.conferir(backup, Map.of("ana", "70"), "depois de um depósito de 100 e de um saque de 30");
        }
    }

    private static void reinicia(Bancada b) {
        try (FazPrimario p = new FazPrimario(b, false)) {
            Posto backup = seguir(b, p);
            p.difundir(deposito("ana", "100").json());
            p.difundir(saque("ana", "30").json());
            Esperas.saldo(b, backup, "ana", "70", "não aplicou um depósito de 100 e um saque de 30");
            b.contar("ana tem 70; o backup morre (kill -9), e volta; chega um saque de 20");
            backup.matar();
            Esperas.ate(b, "o backup morto ainda está ligado", () -> !p.temAssinante());
            backup.reiniciar();
            p.esperarAssinante(backup);
            p.difundir(saque("ana", "20").json());
            Esperas.saldo(b, backup, "ana", "50", "morreu com 70 em ana, voltou, e chegou um saque de 20");
        }
    }

    // ───── Tolerante ─────

    private static void confirma(Bancada b) {
        try (FazPrimario p = new FazPrimario(b, true)) {
            Posto backup = seguir(b, p);
            p.difundir(deposito("ana", "100"));
            p.difundir(saque("ana", "30"));
            p.esperarQueTenha(b, 2, 0);
            voltarComOQueDisse(b, p, backup);
        }
    }

    /** kill -9, e outra vez de pé: tem tudo o que disse ao primário que tinha no disco. */
    static void voltarComOQueDisse(Bancada b, FazPrimario p, Posto backup) {
        long disse = p.disseQueTem();
        b.contar("o backup disse que tem no disco até ao número " + disse + "; morre (kill -9), e volta");
        backup.matar();
        b.esperar("chegar tudo o que disse antes", () -> !backup.aindaFala());
        p.responder(false);
        int antes = p.noticias().size();
        backup.reiniciar();
        Esperas.ate(b, "reiniciado, não deu notícia ao primário", () -> p.noticias().size() > antes);
        long tem = p.noticias().get(antes).path("ultimo").asLong();
        if (tem < disse) {
            throw Reprovada.seguranca("disse ao primário que tinha no disco até ao número " + disse + ", morreu, e ao voltar"
                    + " tem só até ao " + tem + ": o primário já respondera OK ao saque de 30");
        }
    }

    private static void pedeOQueFalta(Bancada b) {
        try (FazPrimario p = new FazPrimario(b, true)) {
            Posto backup = seguir(b, p);
            p.difundir(deposito("ana", "100"));
            Esperas.saldo(b, backup, "ana", "100", "não aplicou o número 1");
            b.contar("o número 2, o saque de 50, perde-se a caminho; o 3, o saque de 80, chega");
            p.perderEDifundir(saque("ana", "50"), saque("ana", "80"));
            p.difundir(deposito(FIM, "1"));
            Esperas.saldo(b, backup, FIM, "1", "faltava-lhe o número 2, e não se pôs em dia");
            Esperas.conferir(backup, Map.of("ana", "50"), "aplicou o número 3 sem o 2");
        }
    }

    private static void chegaTarde(Bancada b) {
        try (FazPrimario p = new FazPrimario(b, true)) {
            p.numerar(deposito("ana", "100"));
            p.numerar(saque("ana", "30"));
            p.numerar(transferencia("ana", "bia", "20"));
            b.contar("houve três operações antes de o backup começar");
            Posto backup = b.iniciar("backup");
            Esperas.saldo(b, backup, "bia", "20", "começou depois de três operações, e não as tem");
            Esperas.conferir(backup, Map.of("ana", "50"), "começou depois de três operações");
        }
    }

    private static void epocaVelha(Bancada b) {
        try (FazPrimario p = new FazPrimario(b, true)) {
            Posto backup = seguir(b, p);
            p.epoca(2);
            p.difundir(deposito("ana", "100"));
            Esperas.saldo(b, backup, "ana", "100", "não aplicou o número 1, da época 2");
            Operacao velha = saque("ana", "80");
            b.contar("o primário da época 1, que acabou, acorda, e difunde o número 2: um saque de 80");
            p.difundir(new Envelope(2, velha, null, 1).json());
            p.difundir(saque("ana", "50"));
            p.difundir(deposito(FIM, "1"));
            Esperas.saldo(b, backup, FIM, "1", "ouviu quem fala da época 1, e já não segue o da época 2");
            Esperas.conferir(backup, Map.of("ana", "50"), "aplicou o saque de 80 de um primário deposto, que ninguém"
                    + " confirmou");
        }
    }

    private static void lixo(Bancada b) {
        try (FazPrimario p = new FazPrimario(b, true)) {
            Posto backup = seguir(b, p);
            p.difundir(deposito("ana", "100"));
            for (byte[] lixo : Operacoes.LIXO) {
                b.contar("difunde-se " + dizer(lixo));
                p.difundir(new String(lixo, StandardCharsets.UTF_8));
            }
            p.difundir(saque("ana", "30"));
            Esperas.saldo(b, backup, "ana", "70", "depois de chegar o que não se entende, não aplicou o saque de 30");
        }
    }
}
