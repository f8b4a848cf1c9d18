package tests.lab.provas;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import part4.regra.Mensagens;
import part4.regra.Mensagens.Pergunta;
import part4.regra.Visao;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/** As provas da testemunha da parte 4: o corretor é os servidores, que lhe dão notícia e perguntam pela visão. */
final class DaTestemunha {

    private static final Set<String> PAPEL = Set.of("testemunha");
    private static final String P = "p#1";
    private static final String A = "a#1";
    private static final String B = "b#1";
    private static final int NOTICIA_MS = 50;
    private static final int PARADA_MS = 1_500; // o silêncio é de um segundo

    private DaTestemunha() {
    }

    static List<Prova> provas() {
        return List.of(
                prova("primeira-visao", "o primeiro que pode ser primário é-o, na época 1, sozinho", Nivel.TOLERANTE, 2,
                        Garantia.EPOCAS, DaTestemunha::primeiraVisao),
                prova("so-o-primario-muda", "quem está em dia, só o primário o muda, e só sobre a visão de agora",
                        Nivel.TOLERANTE, 2, Garantia.EPOCAS, DaTestemunha::soOPrimarioMuda),
                prova("promove-quem-esta-em-dia", "cala-se o primário: promove quem está em dia, numa época maior",
                        Nivel.TOLERANTE, 4, Garantia.CONFIRMADA, DaTestemunha::promoveQuemEstaEmDia),
                prova("depoe", "o antigo primário, que volta, fica a saber que já não é", Nivel.TOLERANTE, 2,
                        Garantia.EPOCAS, DaTestemunha::depoe),
                prova("acorda", "parada (kill -STOP) e acordada, não toma por calado quem ela é que não ouviu",
                        Nivel.TOLERANTE, 2, Garantia.SEGUE, DaTestemunha::acorda),
                prova("reinicia", "morta (kill -9) e reiniciada, diz a mesma visão", Nivel.DURAVEL, 3, Garantia.EPOCAS,
                        DaTestemunha::reinicia),
                prova("lixo", "ao que não se entende responde um erro, e segue", Nivel.TOLERANTE, 1, Garantia.NAO_MORRE,
                        DaTestemunha::lixo));
    }

    private static Prova prova(String nome, String titulo, Nivel nivel, int pontos, Garantia garantia, Corrida corrida) {
        return new Prova("testemunha/" + nome, titulo, nivel, pontos, 4, PAPEL, garantia, corrida);
    }

    /** Uma testemunha de pé, e quem lhe pergunta. */
    private static final class Roda implements AutoCloseable {

        private final Bancada b;
        private final Posto posto;
        private Pedinte servidores;

        Roda(Bancada b) {
            this.b = b;
            posto = b.com("testemunha").iniciar("testemunha");
            servidores = ligar();
        }

        private Pedinte ligar() {
            return new Pedinte("a testemunha", posto, b.endereco("testemunha", "porta"), b.prazoMs());
        }

        void reiniciar() {
            posto.matar();
            servidores.close();
            posto.reiniciar();
            servidores = ligar();
        }

        /** Um servidor dá notícia, e não espera. */
        void enviar(String id) {
            servidores.enviar(pergunta(id, null, null, false));
        }

        /** A resposta a quem primeiro a espera. */
        Visao resposta() {
            String veio = servidores.receber(b.prazoMs());
            if (veio == null) {
                servidores.exigirVivo();
                throw Reprovada.vivacidade("acordou, e não respondeu a VISAO, em " + b.prazoMs() / 1_000 + " s");
            }
            return ler(veio);
        }

        /** Um servidor dá notícia. @param sobre a visão que ele conhece @param propor quem quer em dia; null = nada muda */
        Visao noticia(String id, Visao sobre, Set<String> propor, boolean inicial) {
            return ler(servidores.pedir(pergunta(id, sobre, propor, inicial)));
        }

        private static String pergunta(String id, Visao sobre, Set<String> propor, boolean inicial) {
            String onde = "127.0.0.1:" + (1_000 + id.charAt(0));
            return new Pergunta(id, onde, onde, sobre == null ? 0 : sobre.epoca(), sobre == null ? 0 : sobre.versao(),
                    propor, false, inicial).json();
        }

        private Visao ler(String resposta) {
            try {
                return Mensagens.DaTestemunha.ler(resposta.getBytes(StandardCharsets.UTF_8)).visao();
            } catch (MensagemInvalida e) {
                throw Reprovada.seguranca("a VISAO respondeu " + Json.citar(resposta, 150) + ", que não é uma visão ("
                        + e.getMessage() + ")");
            }
        }

        /** O primeiro primário, p, com os outros em dia que se diz. */
        Visao comecar(String... emDia) {
            Visao primeira = noticia(P, null, null, true);
            for (String id : List.of(A, B)) {
                noticia(id, null, null, false);
            }
            Set<String> todos = new TreeSet<>(Set.of(emDia));
            todos.add(P);
            Visao visao = noticia(P, primeira, todos, true);
            exigir(visao.primario().equals(P) && visao.emDia().equals(todos), "o primário p propôs em dia " + todos, visao);
            b.contar("o primário é p, e em dia estão " + todos);
            return visao;
        }

        /** Estes dão notícia, até que a visão seja outra; p está calado. */
        Visao calarP(Predicate<Visao> ate, String... vivos) {
            Visao[] ultima = new Visao[1];
            b.contar("p cala-se; " + String.join(" e ", vivos) + " dão notícia");
            long[] disse = new long[1];
            Esperas.ate(b, "p calou-se, e a testemunha não promoveu ninguém", () -> {
                if (System.nanoTime() - disse[0] > NOTICIA_MS * 1_000_000L) {
                    disse[0] = System.nanoTime();
                    for (String id : vivos) {
                        ultima[0] = noticia(id, null, null, false);
                    }
                }
                return ate.test(ultima[0]);
            });
            return ultima[0];
        }

        @Override
        public void close() {
            servidores.close();
        }
    }

    private static void exigir(boolean vale, String oQueHouve, Visao visao) {
        if (!vale) {
            throw Reprovada.seguranca(oQueHouve + ", e a visão é " + (visao == null ? "nenhuma" : visao.json()));
        }
    }

    private static void primeiraVisao(Bancada b) {
        try (Roda r = new Roda(b)) {
            exigir(r.noticia(B, null, null, false) == null, "só deu notícia um backup, que não pode ser o primeiro", null);
            Visao visao = r.noticia(P, null, null, true);
            exigir(visao != null && visao.epoca() == 1 && visao.primario().equals(P) && visao.emDia().equals(Set.of(P)),
                    "p é o primeiro que pode ser primário", visao);
        }
    }

    private static void soOPrimarioMuda(Bancada b) {
        try (Roda r = new Roda(b)) {
            Visao visao = r.comecar(B);
            Visao depois = r.noticia(B, visao, Set.of(B), false);
            exigir(visao.equals(depois), "b, que não é o primário, propôs-se sozinho em dia", depois);
            Visao nova = r.noticia(P, visao, Set.of(P), true);
            exigir(nova.emDia().equals(Set.of(P)) && nova.versao() > visao.versao(), "p tirou b dos que estão em dia", nova);
            Visao outra = r.noticia(P, visao, Set.of(P, B), true);
            exigir(nova.equals(outra), "p propôs b em dia, mas a falar de uma visão que já mudara", outra);
        }
    }

    private static void promoveQuemEstaEmDia(Bancada b) {
        try (Roda r = new Roda(b)) {
            Visao antes = r.comecar(B);
            Visao visao = r.calarP(v -> v.epoca() > antes.epoca(), A, B);
            exigir(visao.primario().equals(B), "p calou-se; b estava em dia, e a não: a não tem o que se confirmou", visao);
            exigir(visao.emDia().equals(Set.of(B)), "b foi promovido, e só ele se sabe que tem tudo", visao);
        }
    }

    private static void depoe(Bancada b) {
        try (Roda r = new Roda(b)) {
            Visao antes = r.comecar(B);
            Visao nova = r.calarP(v -> v.epoca() > antes.epoca(), B);
            b.contar("p acorda, e propõe-se outra vez como estava");
            Visao dita = r.noticia(P, antes, Set.of(P, B), true);
            exigir(nova.equals(dita), "b já é o primário, da época " + nova.epoca(), dita);
        }
    }

    /** Parada mais do que o silêncio que ela espera; à porta tem, por esta ordem, uma notícia de b e outra de p. */
    private static void acorda(Bancada b) {
        try (Roda r = new Roda(b)) {
            Visao antes = r.comecar(B);
            r.posto.parar();
            b.contar("passa segundo e meio, e p e b, que estão vivos, dão notícia");
            r.enviar(B);
            r.enviar(P);
            Par.dentroDe(PARADA_MS, () -> false);
            r.posto.continuar();
            for (int i = 0; i < 2; i++) {
                Visao dita = r.resposta();
                exigir(antes.equals(dita), "esteve parada, e ao acordar tomou por morto p, que nunca se calou", dita);
            }
        }
    }

    private static void reinicia(Bancada b) {
        try (Roda r = new Roda(b)) {
            Visao visao = r.comecar(B);
            b.contar("kill -9 na testemunha, que começa outra vez");
            r.reiniciar();
            Visao dita = r.noticia(A, null, null, false);
            exigir(visao.equals(dita), "antes de morrer disse a visão " + visao.json(), dita);
        }
    }

    private static void lixo(Bancada b) {
        try (Roda r = new Roda(b)) {
            Visao visao = r.comecar(B);
            for (byte[] lixo : Operacoes.LIXO) {
                try (Pedinte outro = r.ligar()) {
                    outro.pedir(lixo, Operacoes.dizer(lixo));
                }
            }
            exigir(visao.equals(r.noticia(A, null, null, false)), "só houve pedidos que não serviam", visao);
        }
    }
}
