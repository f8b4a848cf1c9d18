package tests.lab.provas;

import static tests.lab.provas.Operacoes.deposito;
import static tests.lab.provas.Operacoes.dizer;
import static tests.lab.provas.Operacoes.saque;
import static tests.lab.provas.Operacoes.transferencia;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import shared.Operacao;

/** As provas dos clientes: o corretor pede-lhes operações, como uma pessoa, e é quem as recebe. */
final class DoCliente {

    private static final Set<String> PAPEL = Set.of("cliente");
    private static final String CLIENTE = "cliente-1";
    private static final int UMA_MS = 300;       // entre dois pedidos, enquanto não se ouve o cliente da parte 1
    private static final int MARCA = 70_000;     // os números das respostas: que não se confundam com outra coisa

    private DoCliente() {
    }

    static List<Prova> provas() {
        return IntStream.rangeClosed(1, 4).boxed().flatMap(DoCliente::daParte).toList();
    }

    private static Stream<Prova> daParte(int parte) {
        List<Prova> provas = new ArrayList<>(List.of(
                prova(parte, "formato", "o que se lhe pede, envia-o com as cinco chaves", Nivel.BASICO, 3, Garantia.FORMATO,
                        b -> pedirEReceber(b, parte, List.of(deposito("ana", "100.5"), transferencia("ana", "bia", "0.25"),
                                saque("ana", "12")))),
                prova(parte, "acentos", "contas com acentos chegam como se escreveram", Nivel.BASICO, 1, Garantia.FORMATO,
                        b -> pedirEReceber(b, parte, List.of(deposito("joão", "1.5"), deposito("ção", "2.5"))))));
        if (parte != 2) {
            provas.add(prova(parte, "um-nome-cada", "duas operações iguais têm id_msg diferentes", Nivel.BASICO, 2,
                    Garantia.UMA_VEZ,
                    b -> umNomeCada(b, parte)));
        }
        if (parte == 1) {
            provas.add(prova(parte, "fifo", "envia pela ordem em que se lhe pediu", Nivel.BASICO, 2, Garantia.FIFO, b ->
                    pedirEReceber(b, parte, IntStream.rangeClosed(1, 10).mapToObj(i -> deposito("ana", i
                            + ".5")).toList())));
            return provas.stream();
        }
        provas.add(prova(parte, "mostra", "mostra a resposta que recebeu", Nivel.BASICO, 1, Garantia.FORMATO, b -> mostra(b,
                parte)));
        provas.add(prova(parte, "repete", "sem resposta, pede outra vez, com o mesmo id_msg", Nivel.TOLERANTE, 3,
                Garantia.UMA_VEZ, b -> repete(b, parte)));
        if (parte != 2) {
            provas.add(prova(parte, "recusa", "mostra uma recusa, e segue", Nivel.TOLERANTE, 1, Garantia.NAO_MORRE,
                    b -> recusa(b, parte)));
        }
        return provas.stream();
    }

    private static Prova prova(int parte, String nome, String titulo, Nivel nivel, int pontos, Garantia garantia,
            Corrida corrida) {
        return new Prova("cliente/" + nome, titulo, nivel, pontos, parte, PAPEL, garantia, corrida);
    }

    /** Um cliente de pé, e quem recebe o que ele envia. */
    private static final class Mesa implements AutoCloseable {

        private final Bancada b;
        private final int parte;
        private final Posto cliente;
        private final List<Lida> ouvidas = new ArrayList<>();
        private Ouvinte ouvinte;
        private FazServidor servidor;
        private FazBalcao balcao;
        private int antes; // as que não contam: pediram-se só para se ouvir

        /** @param nosso se quem recebe se apresenta como um dos nossos @param resposta {@code null} = a de costume */
        Mesa(Bancada b, int parte, boolean nosso, String resposta) {
            this.b = b;
            this.parte = parte;
            switch (parte) {
                case 1 -> ouvinte = new Ouvinte(b.com(CLIENTE, "replica-1").endereco(CLIENTE, "porta"));
                case 2 -> servidor = new FazServidor(b);
                default -> balcao = new FazBalcao(b.endereco(parte == 3 ? "sequenciador" : "primario", "pedidos"), nosso,
                        n -> resposta != null && n == 1 ? resposta
                                : "OK seq=" + (MARCA + n) + (parte == 4 ? " resultado=APLICADA" : ""));
            }
            cliente = b.iniciar(CLIENTE);
            if (parte == 1) {
                ligar();
            }
        }

        /** Um SUB que acaba de ligar perde o que se difunde até que o PUB saiba dele: pede-se até que ouça algo. */
        private void ligar() {
            long fim = System.nanoTime() + b.prazoMs() * 1_000_000L;
            int pedidas = 0;
            do {
                if (System.nanoTime() > fim) {
                    throw Reprovada.vivacidade("pediram-se-lhe " + pedidas + " depósitos, e em " + b.prazoMs() / 1_000
                            + " s não difundiu nada a quem o assina (PUB)");
                }
                cliente.pedir(deposito("ouvido", ++pedidas + ".25"));
                ouvir(UMA_MS);
            } while (ouvidas.isEmpty());
            BigDecimal ultima = new BigDecimal(pedidas + ".25");
            Esperas.ate(b, "pediu-se-lhe um depósito, e não o difundiu", () -> {
                ouvir(1);
                return ouvidas.stream().anyMatch(lida -> lida.valor().compareTo(ultima) == 0);
            });
            antes = ouvidas.size();
        }

        private void ouvir(long ms) {
            for (String texto = ouvinte.proxima(ms); texto != null; texto = ouvinte.proxima(1)) {
                ouvidas.add(contada(Lida.simples(texto)));
            }
        }

        private Lida contada(Lida lida) {
            lida.aceitou().forEach(o -> b.contar("aceito, do que enviou: " + o));
            return lida;
        }

        /** As operações que enviou até agora, por ordem, também as repetidas. */
        List<Lida> chegaram() {
            if (parte == 1) {
                ouvir(1);
                return List.copyOf(ouvidas.subList(antes, ouvidas.size()));
            }
            return parte == 2 ? servidor.chamadas().stream().map(op -> Lida.simples(op.json())).toList()
                    : balcao.pedidos().stream().map(Lida::simples).map(this::contada).toList();
        }

        /** Pede-lhe, e espera que chegue a que faz isto. */
        Lida pedirEReceber(Operacao op, int qual) {
            cliente.pedir(op);
            Esperas.ate(b, "pediu-se ao cliente " + dizer(op) + ", e nada chegou", () -> chegaram().size() >= qual);
            Lida lida = chegaram().get(qual - 1);
            if (!lida.eComo(op)) {
                throw Reprovada.seguranca("pediu-se ao cliente " + dizer(op) + ", e enviou " + lida);
            }
            b.seta(CLIENTE, parte == 1 ? "replica-1" : parte == 2 ? "servidor" : parte == 3 ? "sequenciador" : "primario",
                    lida.toString(), op);
            b.contar("chegou " + lida + ", com o id_msg " + lida.id());
            return lida;
        }

        boolean mostrou(String texto) {
            return cliente.saida().stream().anyMatch(linha -> linha.contains(texto));
        }

        @Override
        public void close() {
            Stream.of(ouvinte, servidor, balcao).filter(um -> um != null).forEach(um -> {
                try {
                    um.close();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    private static void pedirEReceber(Bancada b, int parte, List<Operacao> operacoes) {
        try (Mesa m = new Mesa(b, parte, false, null)) {
            for (int i = 0; i < operacoes.size(); i++) {
                m.pedirEReceber(operacoes.get(i), i + 1);
            }
        }
    }

    private static void umNomeCada(Bancada b, int parte) {
        try (Mesa m = new Mesa(b, parte, false, null)) {
            Set<String> nomes = new HashSet<>();
            for (int i = 1; i <= 3; i++) {
                Lida lida = m.pedirEReceber(deposito("ana", "100"), i);
                if (!nomes.add(lida.id())) {
                    throw Reprovada.seguranca("pediram-se-lhe depósitos iguais, de 100 em ana, e deu-lhes o mesmo id_msg, "
                            + lida.id() + ": quem recebe toma o segundo por uma repetição, e não o aplica");
                }
            }
        }
    }

    private static void mostra(Bancada b, int parte) {
        try (Mesa m = new Mesa(b, parte, false, null)) {
            Lida lida = m.pedirEReceber(deposito("ana", "100"), 1);
            String resposta = parte == 2 ? m.servidor.chamadas().get(0).id_msg() : "" + (MARCA + 1);
            Esperas.ate(b, "enviou " + lida + ", e não mostrou a resposta, que tem " + resposta, () -> m.mostrou(resposta));
        }
    }

    private static void repete(Bancada b, int parte) {
        try (Mesa m = new Mesa(b, parte, true, null)) {
            if (parte == 2) {
                m.servidor.calar(true);
            } else {
                m.balcao.calar(1);
            }
            Lida primeira = m.pedirEReceber(saque("ana", "80"), 1);
            b.contar("a resposta perde-se");
            Esperas.ate(b, "o cliente não ouviu a resposta, e não repetiu o pedido: a pessoa não sabe se o saque valeu",
                    () -> m.chegaram().size() >= 2);
            Lida segunda = m.chegaram().get(1);
            if (!segunda.id().equals(primeira.id())) {
                throw Reprovada.seguranca("repetiu o saque de 80 com outro id_msg, " + segunda.id() + " em vez de "
                        + primeira.id() + ": vale duas vezes");
            }
            if (parte == 2) {
                m.servidor.calar(false);
            } else {
                Esperas.ate(b, "repetiu o pedido, e não mostrou a resposta", () -> m.mostrou("" + (MARCA + 2)));
            }
        }
    }

    private static void recusa(Bancada b, int parte) {
        String erro = "ERRO campo: valor: isto é uma prova";
        try (Mesa m = new Mesa(b, parte, false, erro)) {
            m.pedirEReceber(saque("ana", "80"), 1);
            Esperas.ate(b, "a resposta foi uma recusa, " + erro + ", e não a mostrou", () -> m.mostrou("isto é uma prova"));
            m.pedirEReceber(deposito("ana", "1"), 2);
        }
    }
}
