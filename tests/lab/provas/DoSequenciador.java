package tests.lab.provas;

import static tests.lab.provas.Operacoes.deposito;
import static tests.lab.provas.Operacoes.dizer;
import static tests.lab.provas.Operacoes.saque;
import static tests.lab.provas.Operacoes.transferencia;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import shared.Operacao;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/** As provas do sequenciador da parte 3: o corretor é os clientes, e as réplicas que assinam a ordem. */
final class DoSequenciador {

    private static final Set<String> PAPEL = Set.of("sequenciador");

    private DoSequenciador() {
    }

    static List<Prova> provas() {
        return List.of(
                prova("formato", "responde OK seq=n, e difunde {\"seq\": n, \"op\": \"…\"}", Nivel.BASICO, 3,
                        Garantia.MESMA_ORDEM, DoSequenciador::formato),
                prova("de-um", "os números começam em 1 e não saltam", Nivel.BASICO, 2, Garantia.MESMA_ORDEM,
                        DoSequenciador::deUm),
                prova("acentos", "um nome com acentos chega às réplicas tal como veio", Nivel.BASICO, 1, Garantia.FORMATO,
                        DoSequenciador::acentos),
                prova("repetida", "um pedido repetido recebe o mesmo número, e vale uma vez", Nivel.BASICO, 3,
                        Garantia.UMA_VEZ, DoSequenciador::repetida),
                prova("mesma-ordem", "dois clientes ao mesmo tempo: uma ordem só, a mesma para todas as réplicas",
                        Nivel.BASICO, 3, Garantia.MESMA_ORDEM, DoSequenciador::mesmaOrdem),
                prova("reinicia", "morto (kill -9) e reiniciado, segue do número em que estava, e lembra-se dos pedidos",
                        Nivel.DURAVEL, 4, Garantia.CONFIRMADA, DoSequenciador::reinicia),
                prova("historico", "a quem perdeu números, conta-os: HISTORICO", Nivel.DURAVEL, 2, Garantia.CURA_SE,
                        DoSequenciador::historico),
                prova("historico-depois-de-morrer", "o que confirmou antes de morrer (kill -9), ainda o conta",
                        Nivel.DURAVEL, 3, Garantia.CONFIRMADA, DoSequenciador::historicoDepoisDeMorrer),
                prova("lixo", "a um pedido que não se entende responde um erro, e segue", Nivel.TOLERANTE, 3,
                        Garantia.NAO_MORRE, DoSequenciador::lixo),
                prova("id-repetido", "recusa outra operação com um id_msg já usado", Nivel.TOLERANTE, 2, Garantia.UMA_VEZ,
                        DoSequenciador::idRepetido),
                prova("repete-a-ultima", "quem perdeu a última mensagem fica a saber dela", Nivel.TOLERANTE, 1,
                        Garantia.CURA_SE, DoSequenciador::repeteAUltima),
                prova("pausa", "parado (kill -STOP) e acordado, responde ao que lhe pediram, uma vez", Nivel.TOLERANTE, 1,
                        Garantia.UMA_VEZ, DoSequenciador::pausa),
                prova("cliente-que-some", "clientes que pedem e se vão não prendem os outros", Nivel.TOLERANTE, 1,
                        Garantia.NAO_MORRE, DoSequenciador::clienteQueSome));
    }

    private static Prova prova(String nome, String titulo, Nivel nivel, int pontos, Garantia garantia, Corrida corrida) {
        return new Prova("sequenciador/" + nome, titulo, nivel, pontos, 3, PAPEL, garantia, corrida);
    }

    // ───── Básico: a arquitetura, e o formato da semente ─────

    private static void formato(Bancada b) {
        try (ComSequenciador c = new ComSequenciador(b)) {
            c.esperarDifundida(c.pedir(deposito("ana", "100")));
            c.esperarDifundida(c.pedir(transferencia("ana", "bia", "0.25")));
            c.esperarDifundida(c.pedir(saque("rui", "12.5"))); // sem saldo: quem recusa é o banco, em cada réplica
        }
    }

    private static void deUm(Bancada b) {
        try (ComSequenciador c = new ComSequenciador(b)) {
            if (c.primeiro() != 1) {
                throw Reprovada.seguranca("o primeiro número que deu foi " + c.primeiro() + "; uma réplica que acabe de"
                        + " começar espera pelo 1, e nunca aplicaria nada");
            }
            long antes = c.ultimo();
            for (int i = 1; i <= 5; i++) {
                long seq = c.pedir(deposito("ana", i + ".5"));
                if (seq != antes + i) {
                    throw Reprovada.seguranca("depois do " + (antes + i - 1) + " deu o " + seq + ": as réplicas esperariam"
                            + " para sempre pelo " + (antes + i));
                }
            }
        }
    }

    private static void acentos(Bancada b) {
        try (ComSequenciador c = new ComSequenciador(b)) {
            c.esperarDifundida(c.pedir(deposito("conta ção", "1.5")));
            Operacao joao = deposito("joão \ud83d\ude00", "2.5"); // como o json.dumps do Python o escreve
            c.esperarDifundida(c.pedir(joao, joao.json().replace("joão \ud83d\ude00", "jo\\u00e3o \\ud83d\\ude00")));
        }
    }

    private static void repetida(Bancada b) {
        try (ComSequenciador c = new ComSequenciador(b)) {
            c.pedir(deposito("ana", "100"));
            Operacao saque = saque("ana", "80");
            long seq = c.pedir(saque);
            b.contar("o cliente não ouviu a resposta, e repete o mesmo pedido, com o mesmo id_msg");
            long outra = c.pedir(saque);
            if (outra != seq) {
                throw Reprovada.seguranca("o mesmo id_msg recebeu seq=" + seq + " e depois seq=" + outra
                        + ": o saque de 80 valeu duas vezes");
            }
            long seguinte = c.pedir(deposito("ana", "1"));
            if (seguinte != seq + 1) {
                throw Reprovada.seguranca("depois do " + seq + ", repetido, deu o " + seguinte
                        + ": a repetição gastou um número");
            }
            c.esperarDifundida(seguinte); // e entre os dois não se difundiu o saque outra vez, com outro número
        }
    }

    private static void mesmaOrdem(Bancada b) {
        try (ComSequenciador c = new ComSequenciador(b); Pedinte outro = c.pedinte();
                ComSequenciador.Ordem outra = c.assinarEOuvir()) {
            c.semContar();
            List<Long> meus = new ArrayList<>();
            List<Long> dele = new ArrayList<>();
            for (int i = 1; i <= 20; i++) {
                Operacao minha = deposito("ana", i + ".1");
                Operacao sua = saque("ana", i + ".1");
                c.enviar(minha);
                outro.enviar(sua.json());
                meus.add(c.resposta(minha));
                dele.add(c.numero(sua, outro.receber(b.prazoMs())));
            }
            b.contar("dois clientes pediram 20 operações cada um, ao mesmo tempo; receberam " + meus + " e " + dele);
            exigirCrescente(meus);
            exigirCrescente(dele);
            for (long seq = c.ultimo() - 39; seq <= c.ultimo(); seq++) {
                Lida uma = c.esperarDifundida(seq);
                Lida dela = outra.esperar(seq);
                if (!uma.id().equals(dela.id())) {
                    throw Reprovada.seguranca("com o número " + seq + " uma réplica recebeu " + uma + ", e a outra " + dela
                            + ": já não têm o mesmo saldo");
                }
            }
        }
    }

    private static void exigirCrescente(List<Long> numeros) {
        for (int i = 1; i < numeros.size(); i++) {
            if (numeros.get(i) <= numeros.get(i - 1)) {
                throw Reprovada.seguranca("um cliente pediu uma operação depois da outra, e receberam " + numeros.get(i - 1)
                        + " e " + numeros.get(i) + ": valem fora da ordem em que as pediu");
            }
        }
    }

    // ───── Durável ─────

    private static void reinicia(Bancada b) {
        try (ComSequenciador c = new ComSequenciador(b)) {
            c.pedir(deposito("ana", "100"));
            Operacao saque = saque("ana", "80");
            long seq = c.pedir(saque);
            c.pedir(deposito("bia", "5"));
            long ultimo = c.ultimo();
            b.contar("kill -9 no sequenciador; começa outra vez, e o cliente do saque repete o pedido");
            c.reiniciar();
            long outra = c.pedir(saque);
            if (outra != seq) {
                throw Reprovada.seguranca("antes de morrer deu a este saque de 80 o número " + seq + ", e depois o " + outra
                        + ": esqueceu-se dele, e vale duas vezes");
            }
            long seguinte = c.pedir(deposito("ana", "1"));
            if (seguinte != ultimo + 1) {
                throw Reprovada.seguranca("tinha ido até ao número " + ultimo + ", e reiniciado deu o " + seguinte
                        + ": as réplicas " + (seguinte <= ultimo ? "ignoram-no, que já têm outra com esse número"
                        : "esperam para sempre pelo que falta"));
            }
            c.esperarDifundida(seguinte);
        }
    }

    private static void historico(Bancada b) {
        try (ComSequenciador c = new ComSequenciador(b)) {
            List<Operacao> pedidas = tres(c);
            conferirHistorico(c, pedidas);
        }
    }

    private static void historicoDepoisDeMorrer(Bancada b) {
        try (ComSequenciador c = new ComSequenciador(b)) {
            List<Operacao> pedidas = tres(c);
            b.contar("kill -9 no sequenciador, que começa outra vez; uma réplica pede-lhe o que perdeu");
            c.reiniciar();
            conferirHistorico(c, pedidas);
        }
    }

    private static List<Operacao> tres(ComSequenciador c) {
        List<Operacao> tres = List.of(deposito("ana", "100"), saque("ana", "80"), transferencia("ana", "bia", "5"));
        tres.forEach(c::pedir);
        return tres;
    }

    private static void conferirHistorico(ComSequenciador c, List<Operacao> pedidas) {
        long desde = c.ultimo() - pedidas.size() + 1;
        String texto = c.perguntar("{\"pedido\": \"HISTORICO\", \"desde\": " + desde + ", \"max\": 100}");
        JsonNode envelopes;
        try {
            ObjectNode resposta = Json.lerGrande(texto.getBytes(StandardCharsets.UTF_8));
            envelopes = resposta.path("envelopes");
        } catch (MensagemInvalida e) {
            throw Reprovada.seguranca("a HISTORICO respondeu " + Json.citar(texto, 120) + ", e não um objeto com os"
                    + " envelopes");
        }
        for (int i = 0; i < pedidas.size(); i++) {
            JsonNode envelope = envelopes.path(i);
            if (!envelope.isObject() || !Lida.numerada(envelope.toString()).e(pedidas.get(i))
                    || envelope.path("seq").longValue() != desde + i) {
                throw Reprovada.seguranca(dizer(pedidas.get(i)) + " foi confirmado com o número " + (desde + i)
                        + ", e em HISTORICO, no lugar dele, está " + (envelope.isMissingNode() ? "nada" : envelope));
            }
        }
    }

    // ───── Tolerante ─────

    private static void lixo(Bancada b) {
        try (ComSequenciador c = new ComSequenciador(b)) {
            long antes = c.pedir(deposito("ana", "100"));
            for (byte[] lixo : Operacoes.LIXO) {
                try (Pedinte outro = c.pedinte()) {
                    b.contar("um cliente com defeito pede " + dizer(lixo));
                    String resposta = outro.pedir(lixo, dizer(lixo));
                    if (resposta.startsWith("OK")) {
                        throw Reprovada.seguranca("respondeu " + Json.citar(resposta) + " a " + dizer(lixo));
                    }
                }
            }
            long depois = c.pedir(saque("ana", "80"));
            if (depois != antes + 1) {
                throw Reprovada.seguranca("entre o número " + antes + " e o " + depois + " só houve pedidos que não serviam:"
                        + " gastaram números, por que as réplicas esperam");
            }
            c.esperarDifundida(depois);
        }
    }

    private static void idRepetido(Bancada b) {
        try (ComSequenciador c = new ComSequenciador(b)) {
            Operacao deposito = deposito("ana", "100");
            c.pedir(deposito);
            Operacao outra = new Operacao(deposito.id_msg(), Operacao.Tipo.SAQUE, "ana", null, saque("ana", "30").valor());
            b.contar("outro cliente, com defeito, pede um saque de 30 com o id_msg daquele depósito");
            String resposta = c.perguntar(outra.json());
            if (resposta.startsWith("OK")) {
                throw Reprovada.seguranca("respondeu " + Json.citar(resposta) + " a um saque de 30 com o id_msg de um"
                        + " depósito: ou o saque não vale, e o cliente julga que sim, ou há duas operações com o mesmo"
                        + " nome");
            }
            c.esperarDifundida(c.pedir(deposito("ana", "1")));
        }
    }

    private static void repeteAUltima(Bancada b) {
        try (ComSequenciador c = new ComSequenciador(b)) {
            long seq = c.pedir(deposito("ana", "100"));
            c.esperarDifundida(seq);
            b.contar("outra réplica assina só agora, e ninguém pede mais nada");
            try (ComSequenciador.Ordem tardia = c.assinar()) {
                tardia.esperar(seq);
            }
        }
    }

    private static void pausa(Bancada b) {
        try (ComSequenciador c = new ComSequenciador(b)) {
            long antes = c.pedir(deposito("ana", "100"));
            Operacao saque = saque("ana", "80");
            b.contar("kill -STOP no sequenciador; um cliente pede o saque de 80, e só depois kill -CONT");
            c.posto().parar();
            c.enviar(saque);
            c.posto().continuar();
            long seq = c.resposta(saque);
            if (seq != antes + 1) {
                throw Reprovada.seguranca("depois do " + antes + " deu o " + seq);
            }
            c.esperarDifundida(seq);
        }
    }

    private static void clienteQueSome(Bancada b) {
        try (ComSequenciador c = new ComSequenciador(b)) {
            b.contar("cinco clientes pedem um depósito de 1 em bia, e desligam sem ouvir a resposta");
            for (int i = 0; i < 5; i++) {
                try (Pedinte outro = c.pedinte()) {
                    outro.enviar(deposito("bia", "1").json());
                }
            }
            c.esperarDifundida(c.pedir(deposito("ana", "100")));
        }
    }
}
