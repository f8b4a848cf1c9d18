//SOURCES Montagem.java Palco.java
package tests.lab.palco;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import shared.texto.ErroDeUso;
import shared.texto.Texto;
import tests.Processo;
import tests.lab.rede.ComandosDaRede;
import tests.lab.rede.Rede;
import tests.lab.rede.Teclado;
import tests.lab.vereditos.Rastro;

/** Uma parte que fica de pé, num terminal só: quem está nela, a rede no meio, e os clientes, tudo ao alcance do teclado. */
public final class PalcoComando {

    private static final List<String> DE_PROCESSO = List.of("matar", "parar", "continuar", "iniciar");
    private static final List<String> DE_CLIENTE = List.of("depositar", "sacar", "transferir", "saldo", "carga");
    private static final List<String> COMANDOS = Stream.of(DE_CLIENTE, DE_PROCESSO, ComandosDaRede.VERBOS,
            List.of("estado", "ajuda", "sair")).flatMap(List::stream).toList();
    private static final String AJUDA = """
            depositar CONTA VALOR, sacar CONTA VALOR, transferir ORIGEM DESTINO VALOR, saldo CONTA, carga --ops N
                                 pede-o um cliente, sem que se espere por ele; cliente-2 sacar ana 5: esse cliente
            matar NOME           kill -9                 iniciar NOME         de novo, com o que guardou
            parar NOME           kill -STOP              continuar NOME       kill -CONT
            """ + ComandosDaRede.AJUDA + """

            estado               quem está de pé, em que ponto está cada réplica, e a rede
            sair                 acaba tudo (também Ctrl-C, ou Ctrl-D)""";

    private final Set<String> parados = new HashSet<>();
    private final List<Processo> pedintes = new ArrayList<>();
    private volatile boolean sair;

    /** Roda até que se peça o fim. */
    public int rodar(Arquitetura parte, int clientes, Consumer<String> pronto, BooleanSupplier ativo) {
        Rastro rastro = new Rastro().soDizer(PalcoComando::contar);
        System.out.println("Pondo a parte " + parte + " de pé…");
        try (Rede rede = new Rede(rastro, 1); Montagem m = Montagem.semClientes(parte, rastro, rede, clientes)) {
            apresentar(m);
            pronto.accept("parte " + parte + ", " + m.nome());
            Teclado.ler(palavras -> comando(m, rede, palavras), () -> sair = true);
            while (ativo.getAsBoolean() && !sair) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        } finally {
            synchronized (pedintes) {
                pedintes.forEach(Processo::close);
            }
        }
    }

    private static void apresentar(Montagem m) {
        System.out.println("\nParte " + m.parte() + ", " + m.nome() + ": " + String.join(", ", m.palco().nomes())
                + ", com a rede do laboratório no meio. Aqui: depositar ana 100, estado, matar, cortar… (ajuda"
                + " mostra tudo).");
        System.out.println("De outro terminal, pela mesma rede:");
        m.vagas().forEach(vaga -> System.out.println("  " + comandoDe(m, vaga) + " depositar ana 100"));
        System.out.println("  jbang " + m.vagas().get(0).classe().replace('.', '/') + ".java --consultas " + consultas(m)
                + " estado\n");
    }

    private static String comandoDe(Montagem m, Vaga vaga) {
        return "jbang " + vaga.classe().replace('.', '/') + ".java "
                + vaga.opcoes().stream().map(Object::toString).collect(Collectors.joining(" "));
    }

    private static String consultas(Montagem m) {
        return m.replicas().stream().map(replica -> m.palco().em(replica + ".consulta")).collect(Collectors.joining(","));
    }

    // ───── O que se digita ─────

    private void comando(Montagem m, Rede rede, List<String> palavras) {
        String verbo = palavras.get(0);
        List<Vaga> chamada = m.vagas().stream().filter(vaga -> vaga.nome().equals(verbo)).toList();
        if (!chamada.isEmpty() && palavras.size() > 1 && DE_CLIENTE.contains(palavras.get(1))) {
            pedir(m, chamada.get(0), palavras.subList(1, palavras.size()));
        } else if (DE_CLIENTE.contains(verbo)) {
            pedir(m, m.vagas().get(0), palavras);
        } else if (DE_PROCESSO.contains(verbo)) {
            processo(m.palco(), verbo, palavras);
        } else if (ComandosDaRede.VERBOS.contains(verbo)) {
            ComandosDaRede.fazer(rede, palavras);
        } else {
            switch (verbo) {
                case "estado" -> estado(m, rede);
                case "ajuda" -> System.out.println(AJUDA);
                case "sair" -> sair = true;
                default -> throw ComandosDaRede.naoConheco(verbo, COMANDOS);
            }
        }
    }

    /** Um cliente de verdade, que pede isto e acaba; a resposta mostra-se quando vier. */
    private void pedir(Montagem m, Vaga vaga, List<String> oQue) {
        List<String> argumentos = new ArrayList<>(List.of("--id", vaga.nome(), "--silencioso", "--consultas", consultas(m)));
        vaga.opcoes().forEach(opcao -> argumentos.add(opcao.toString()));
        argumentos.addAll(oQue);
        Processo cliente = Processo.iniciarSoCom(Processo.DEPRESSA, vaga.classe(), argumentos.toArray(String[]::new));
        synchronized (pedintes) {
            pedintes.removeIf(antigo -> !antigo.vivo());
            pedintes.add(cliente);
        }
        String margem = "  " + vaga.nome() + ": ";
        cliente.aoResponder(linha -> System.out.println(margem + linha));
        cliente.aoRegistrar(linha -> {
            if (linha.startsWith("erro")) {
                System.out.println(margem + linha);
            }
        });
    }

    private void processo(Palco palco, String verbo, List<String> palavras) {
        String nome = palavras.size() == 2 ? palavras.get(1) : "";
        if (!palco.nomes().contains(nome)) {
            throw new ErroDeUso(verbo + " quem? há " + String.join(", ", palco.nomes()));
        }
        boolean vivo = palco.processo(nome).vivo();
        if (vivo == verbo.equals("iniciar")) {
            throw new ErroDeUso(nome + (vivo ? " já está de pé" : " está morto: primeiro, iniciar " + nome));
        }
        switch (verbo) {
            case "matar" -> palco.matar(nome);
            case "parar" -> palco.parar(nome);
            case "continuar" -> palco.continuar(nome);
            default -> palco.recomecar(nome);
        }
        parados.remove(nome);
        if (verbo.equals("parar")) {
            parados.add(nome);
        }
    }

    private void estado(Montagem m, Rede rede) {
        for (String nome : m.palco().nomes()) {
            Processo processo = m.palco().processo(nome);
            String como = !processo.vivo() ? "morto" : parados.contains(nome) ? "parado" : "de pé";
            ObjectNode dela = m.replicas().contains(nome) && como.equals("de pé") ? m.palco().estadoDe(nome) : null;
            System.out.println(Texto.formatar("%-13s %-7s pid=%d%s", nome, como, processo.pid(), dela == null ? ""
                    : " seq=" + dela.path("seq").asText() + " resumo=" + dela.path("resumo").asText()
                    .replaceFirst("(.{8}).*", "$1")));
        }
        rede.estado().forEach(System.out::println);
    }

    // ───── O que acontece ─────

    /**
     * Uma linha por processo que começa ou acaba, por decisão e por operação aplicada; as mensagens, só as que se perdem.
     */
    private static void contar(ObjectNode e) {
        String linha = switch (e.path("tipo").asText()) {
            case "processo" -> e.path("nome").asText() + " " + e.path("evento").asText();
            case "decisao" -> e.path("processo").asText() + " " + e.path("texto").asText();
            case "aplicar" -> e.path("processo").asText() + " seq=" + e.path("seq").asText() + " "
                    + e.path("operacao").asText() + " "
                    + juntar(e.path("contas")) + " " + e.path("valor").asText() + ": " + e.path("resultado").asText()
                    + ", saldo " + juntar(e.path("saldos"));
            case "mensagem" -> e.path("controle").asBoolean() || !Set.of("perdida", "segura", "solta")
                    .contains(e.path("evento").asText())
                    ? "" : e.path("evento").asText() + " " + e.path("enlace").asText() + " " + e.path("resumo").asText();
            default -> "";
        };
        if (!linha.isEmpty()) {
            System.out.println("  " + linha);
        }
    }

    private static String juntar(JsonNode lista) {
        return StreamSupport.stream(lista.spliterator(), false).map(JsonNode::asText).collect(Collectors.joining(" > "));
    }
}
