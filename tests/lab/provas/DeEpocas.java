package tests.lab.provas;

import static tests.lab.provas.Operacoes.deposito;
import static tests.lab.provas.Operacoes.saque;

import java.util.List;
import java.util.Map;
import java.util.Set;
import part4.regra.Mensagens.Pergunta;
import part4.regra.Visao;
import shared.Operacao;

/** As provas das épocas e das visões, nos servidores da parte 4: o corretor é a testemunha, e o outro servidor. */
final class DeEpocas {

    private static final String ESTADO = "{\"pedido\": \"ESTADO\"}";
    private static final String FIM = "fim";
    private static final String PRIMARIO = "prova#1";
    private static final int OLHAR_MS = 50;
    private static final double CALADO = 0.375; // do prazo, 1,5 s: um backup pode dar por morto quem se cala um segundo
    private static final double UM_PEDIDO = 0.125;

    private DeEpocas() {
    }

    static List<Prova> provas() {
        return List.of(
                prova("primario", "outra-epoca", "morto e reiniciado, não volta a mandar na época em que mandava", 3,
                        Garantia.EPOCAS, DeEpocas::outraEpoca),
                prova("primario", "so-com-outra-visao", "sem o backup, só confirma depois de a testemunha o saber", 3,
                        Garantia.CONFIRMADA, DeEpocas::soComOutraVisao),
                prova("backup", "assume-se-lho-dizem", "não assume porque o primário se calou; assume se a testemunha o diz",
                        4, Garantia.EPOCAS, DeEpocas::assumeSeLhoDizem),
                prova("backup", "larga-o-fim", "o fim do diário que o primário novo não tem, larga-o", 4,
                        Garantia.MESMA_ORDEM, DeEpocas::largaOFim));
    }

    private static Prova prova(String papel, String nome, String titulo, int pontos, Garantia garantia, Corrida corrida) {
        return new Prova(papel + "/" + nome, titulo, Nivel.TOLERANTE, pontos, 4, Set.of(papel), garantia, corrida);
    }

    private static FazTestemunha testemunha(Bancada b) {
        return new FazTestemunha(b.com("cliente-1", "testemunha", "primario", "backup"));
    }

    private static void outraEpoca(Bancada b) {
        try (FazTestemunha t = testemunha(b); ComPrimario c = ComPrimario.comTestemunha(b);
                FazBackup backup = new FazBackup(b, c.posto())) {
            Operacao deposito = deposito("ana", "100");
            c.pedir(deposito);
            backup.esperarTer(b, deposito);
            long antes = backup.epocaDe(deposito);
            b.contar("o primário, da época " + antes + ", morre (kill -9), e volta");
            c.reiniciar();
            Operacao saque = saque("ana", "30");
            c.pedir(saque);
            backup.esperarTer(b, saque);
            if (backup.epocaDe(saque) <= antes) {
                throw Reprovada.seguranca("mandava na época " + antes + ", morreu, e voltou a mandar na "
                        + backup.epocaDe(saque) + ": o que difundiu e o seu disco não chegou a ter, um backup pode tê-lo, e"
                        + " o mesmo número da mesma época fica com duas operações; devia pedir outra à testemunha"
                        + " (renovar)");
            }
        }
    }

    /**
     * O backup cala-se, e a testemunha ainda não registra a visão sem ele: se o primário agora morresse, era o backup o
     * promovido. Que o OK não veio prova-o a resposta a um ESTADO que se pediu depois, como em {@link DoPrimario}.
     */
    private static void soComOutraVisao(Bancada b) {
        try (FazTestemunha t = testemunha(b); ComPrimario c = ComPrimario.comTestemunha(b)) {
            String nome;
            try (FazBackup backup = new FazBackup(b, c.posto())) {
                c.pedir(deposito("ana", "100"));
                Esperas.ate(b, c.posto(), "um backup tem tudo, e o primário não propôs à testemunha que ele está em dia",
                        () -> t.visao().emDia().size() == 2);
                nome = backup.nome();
                t.segurar(true);
            }
            Operacao saque = saque("ana", "30");
            b.contar("o backup, em dia, morre; o cliente pede o saque de 30, e a testemunha ainda não registrou a visão"
                    + " sem o backup");
            c.cliente().enviar(saque.json());
            String[] veio = new String[1];
            Esperas.ate(b, c.posto(), "o backup morreu, e o primário não propôs à testemunha a visão sem ele", () -> {
                veio[0] = c.cliente().receber(OLHAR_MS);
                return veio[0] != null || t.proposta() != null && !t.proposta().contains(nome);
            });
            c.cliente().enviar(ESTADO);
            veio[0] = veio[0] != null ? veio[0] : c.cliente().receber(b.prazoMs());
            if (veio[0] != null && veio[0].startsWith("OK")) {
                throw Reprovada.seguranca("respondeu OK ao saque de 30 sem o backup, e a testemunha ainda o tem em dia: se o"
                        + " primário morresse agora, ela promovia o backup, que não sabe do saque");
            }
            t.segurar(false);
            Esperas.ate(b, c.posto(), "a testemunha registrou a visão sem o backup, e não respondeu OK ao saque de 30",
                    () -> String.valueOf(c.cliente().receber(OLHAR_MS)).startsWith("OK"));
        }
    }

    private static void assumeSeLhoDizem(Bancada b) {
        try (FazTestemunha t = testemunha(b)) {
            String pedidos = b.endereco("primario", "pedidos").toString();
            String atualizacoes = b.endereco("primario", "atualizacoes").toString();
            t.dizer(new Visao(1, 1, PRIMARIO, pedidos, atualizacoes, Set.of(PRIMARIO)));
            Posto backup;
            Pergunta eu;
            try (FazPrimario p = new FazPrimario(b, true)) {
                backup = b.iniciar("backup");
                t.diante(backup);
                eu = t.esperarNoticia(b);
                t.dizer(new Visao(1, 2, PRIMARIO, pedidos, atualizacoes, Set.of(PRIMARIO, eu.id())));
                p.esperarAssinante(backup);
                p.difundir(deposito("ana", "100"));
                Esperas.saldo(b, backup, "ana", "100", "não aplicou o depósito de 100 que o primário difundiu");
            }
            Operacao deposito = deposito("ana", "1");
            b.contar("o backup está em dia, e deixa de ouvir o primário; passa segundo e meio; para a testemunha, ainda é"
                    + " ele o primário");
            long calado = Math.round(CALADO * b.prazoMs());
            if (Par.dentroDe(calado, () -> pedir(b, backup, deposito, UM_PEDIDO).startsWith("OK"))
                    || pedir(b, backup, deposito, CALADO).startsWith("OK")) { // este já depois desse tempo
                throw Reprovada.seguranca("deixou de ouvir o primário, e passou a responder OK sem que a testemunha lho"
                        + " dissesse: se o primário vive, há dois");
            }
            t.dizer(new Visao(2, 3, eu.id(), eu.pedidos(), eu.atualizacoes(), Set.of(eu.id())));
            Esperas.ate(b, backup, "a testemunha diz que é ele o primário, na época 2, e a um pedido não respondeu OK",
                    () -> pedir(b, backup, deposito, UM_PEDIDO).startsWith("OK"));
            Esperas.saldo(b, backup, "ana", "101", "promovido, respondeu OK a um depósito de 1");
        }
    }

    /** A resposta do backup, nesta parte do prazo; vazia se nem atende, que é o que pode fazer quem não é o primário. */
    private static String pedir(Bancada b, Posto backup, Operacao op, double doPrazo) {
        try (Pedinte cliente = new Pedinte("o backup", backup, b.endereco("backup", "pedidos"),
                Math.round(doPrazo * b.prazoMs()))) {
            return cliente.pedir(op.json());
        } catch (Reprovada e) {
            return "";
        }
    }

    private static void largaOFim(Bancada b) {
        try (FazPrimario p = new FazPrimario(b, true)) {
            Posto backup = b.iniciar("backup");
            p.esperarAssinante(backup);
            p.difundir(deposito("ana", "100"));
            p.difundir(saque("ana", "80"));
            p.esperarQueTenha(b, 2, 0);
            b.contar("o primário da época 1 morre antes de confirmar o número 2, o saque de 80; outro, que não o ouviu,"
                    + " assume na época 2, e dá o número 2 a um saque de 50");
            p.assumir(2, 1);
            p.difundir(saque("ana", "50"));
            p.difundir(deposito(FIM, "1"));
            Esperas.saldo(b, backup, FIM, "1", "o número 2 do seu diário é de uma época que acabou, e o primário não o tem:"
                    + " não o largou, e não segue");
            Esperas.conferir(backup, Map.of("ana", "50"), "ficou com o saque de 80, que ninguém confirmou, em vez do de 50");
        }
    }
}
