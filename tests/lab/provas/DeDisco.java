package tests.lab.provas;

import static tests.lab.provas.Operacoes.deposito;
import static tests.lab.provas.Operacoes.saque;

import java.util.List;
import java.util.Map;
import java.util.Set;
import shared.Operacao;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * As provas em que o disco de quem confirma enche, de uma operação para a outra: o que então se confirma não está guardado,
 * e mostra-o um {@code kill -9}. Com lugar no disco, a quem confirma um instante antes de guardar só o acaso o apanhava.
 * Uma recusa, um silêncio ou um fim não reprovam: quem não tem onde guardar pode deixar de servir. De quem escreve e não
 * espera pelo disco (fsync), nada se vê: o que está no sistema sobrevive a um {@code kill -9}, e só um corte de energia o
 * levava.
 */
final class DeDisco {

    private DeDisco() {
    }

    static List<Prova> provas() {
        return List.of(prova(2, "servidor", DeDisco::servidor), prova(3, "sequenciador", DeDisco::sequenciador),
                prova(4, "primario", DeDisco::primario), prova(4, "backup", DeDisco::backup));
    }

    private static Prova prova(int parte, String papel, Corrida corrida) {
        return new Prova(papel + "/disco-cheio", "com o disco cheio, não confirma o que não guardou", Nivel.TOLERANTE, 2,
                parte, Set.of(papel), Garantia.CONFIRMADA, corrida);
    }

    /** Quem se cala mais do que isto não confirmou. */
    private static long responderMs(Bancada b) {
        return b.prazoMs() / 2;
    }

    private static void servidor(Bancada b) {
        try (ComServidor c = new ComServidor(b, 1, false)) {
            String antes = c.chamar(deposito("ana", "100"));
            c.esperar(1, antes);
            c.posto().encherDisco();
            String resposta;
            try {
                resposta = c.cliente().chamar("sacar", "ana", 30.0);
            } catch (MensagemInvalida | Reprovada e) {
                b.contar("o saque de 30 não foi enfileirado: " + e.getMessage());
                return;
            }
            b.contar("o saque de 30: " + Json.citar(resposta, 100));
            c.reiniciar();
            c.iniciarWorker(2);
            String depois = c.chamar(deposito("ana", "1"));
            c.esperar(2, depois);
            if (c.worker(2).recebidas().stream().noneMatch(lida -> resposta.contains(lida.id()))) {
                throw Reprovada.seguranca("com o disco cheio respondeu " + Json.citar(resposta, 60) + "; morreu, voltou, e"
                        + " não tem o saque de 30: o worker 2 recebeu só " + c.worker(2).recebidas());
            }
        }
    }

    private static void sequenciador(Bancada b) {
        try (ComSequenciador c = new ComSequenciador(b)) {
            c.pedir(deposito("ana", "100"));
            c.posto().encherDisco();
            Operacao saque = saque("ana", "30");
            String resposta = c.tentar(saque, responderMs(b));
            if (confirmou(b, resposta)) {
                c.numero(saque, resposta);
                c.reiniciar();
                c.pedir(deposito("bia", "1")); // quem esqueceu o saque dá-lhe o mesmo número
            }
        }
    }

    private static void primario(Bancada b) {
        try (ComPrimario c = new ComPrimario(b)) {
            c.pedir(deposito("ana", "100"));
            c.posto().encherDisco();
            c.cliente().enviar(saque("ana", "30").json());
            if (confirmou(b, c.cliente().receber(responderMs(b)))) {
                c.reiniciar();
                c.esperarTudo();
                Esperas.conferir(c.posto(), Map.of("ana", "70"), "com o disco cheio respondeu OK ao saque de 30; morreu, e"
                        + " voltou sem ele");
            }
        }
    }

    private static boolean confirmou(Bancada b, String resposta) {
        b.contar("o saque de 30: " + (resposta == null ? "nenhuma resposta" : Json.citar(resposta, 100)));
        return resposta != null && resposta.startsWith("OK");
    }

    private static void backup(Bancada b) {
        try (FazPrimario p = new FazPrimario(b, true)) {
            Posto backup = b.iniciar("backup");
            p.esperarAssinante(backup);
            p.difundir(deposito("ana", "100"));
            p.esperarQueTenha(b, 1, 0);
            backup.encherDisco();
            p.difundir(saque("ana", "30"));
            Par.dentroDe(responderMs(b), () -> p.disseQueTem() > 1 || !backup.aindaFala());
            DoBackup.voltarComOQueDisse(b, p, backup);
        }
    }
}
