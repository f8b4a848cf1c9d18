package tests.lab;

import static shared.Operacao.deposito;
import static shared.Operacao.saque;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import shared.Endereco;
import shared.Operacao;
import tests.lab.Palco.Cliente;
import tests.lab.Rede.Tipo;
import tests.lab.Vereditos.Valor;
import tests.lab.Vereditos.Veredito;

/**
 * As lições, uma por cena: cada uma acontece sempre, porque a {@link Rede} manda na ordem em que as mensagens chegam. Todas
 * terminam com a história, em português, e com o veredito.
 */
public final class Cenas {

    /**
     * Como uma cena acabou.
     *
     * @param historia o que houve, por quê, e que mecanismo o cura
     * @param atos     o que se viu: um título, os vereditos e o rastro de cada execução
     * @param certa    se a cena mostrou o que devia mostrar
     */
    public record Fim(String nome, String titulo, List<String> historia, List<Ato> atos, boolean certa) {
    }

    /** Uma execução dentro de uma cena. */
    public record Ato(String titulo, Rastro rastro, List<Veredito> vereditos) {

        Valor valor(String nome) {
            return vereditos.stream().filter(v -> v.nome().equals(nome)).findFirst().orElseThrow().valor();
        }
    }

    private static final Map<String, Supplier<Fim>> TODAS = new LinkedHashMap<>();

    static {
        TODAS.put("multicast-diverge", Cenas::multicastDiverge);
        TODAS.put("ordem-total-converge", Cenas::ordemTotalConverge);
    }

    private Cenas() {
    }

    /** Os nomes, por ordem de leitura. */
    public static List<String> nomes() {
        return new ArrayList<>(TODAS.keySet());
    }

    /** Representa uma cena. @return null se não há nenhuma com este nome */
    public static Fim representar(String nome) {
        Supplier<Fim> cena = TODAS.get(nome);
        return cena == null ? null : cena.get();
    }

    // ───── Parte 1 ─────

    private static Fim multicastDiverge() {
        Rastro rastro = new Rastro();
        try (Palco palco = new Palco(rastro, 1, "dois clientes que se cruzam", 1, "cliente-1", "cliente-2", "replica-1", "replica-2");
                Rede rede = new Rede(rastro, 1)) {
            for (String cliente : List.of("cliente-1", "cliente-2")) {
                for (String replica : List.of("replica-1", "replica-2")) {
                    difusao(rede, palco, cliente, replica);
                }
            }
            for (String replica : List.of("replica-1", "replica-2")) {
                palco.iniciar(replica, "part1.Replica", "--clientes",
                        palco.em("cliente-1>" + replica) + "," + palco.em("cliente-2>" + replica));
            }
            Cliente um = palco.cliente("cliente-1", "part1.Client", "--porta", palco.porta("cliente-1"), "--esperar", 2);
            Cliente outro = palco.cliente("cliente-2", "part1.Client", "--porta", palco.porta("cliente-2"), "--esperar", 2);
            um.fazer(deposito("ana", reais(100)));
            palco.esperarSeq(1, "replica-1", "replica-2");
            palco.nota("ana tem 100 nas duas réplicas; agora dois saques ao mesmo tempo");
            rede.segurar("cliente-2", "replica-1");
            rede.segurar("cliente-1", "replica-2");
            um.fazer(saque("ana", reais(80)));
            outro.fazer(saque("ana", reais(50)));
            rede.esperarSeguras("cliente-2", "replica-1", 1);
            rede.esperarSeguras("cliente-1", "replica-2", 1);
            palco.esperarSeq(2, "replica-1", "replica-2");
            rede.soltarTudo("cliente-2", "replica-1");
            rede.soltarTudo("cliente-1", "replica-2");
            palco.esperarSeq(3, "replica-1", "replica-2");
            Ato ato = new Ato("multicast", rastro, palco.julgar("replica-1", "replica-2"));
            return new Fim("multicast-diverge", "O multicast diverge", List.of(
                    "A conta ana tinha 100. Dois clientes pediram saques ao mesmo tempo: um de 80, outro de 50. Só um cabe.",
                    "A réplica 1 ouviu primeiro o de 80, e recusou o de 50; a réplica 2, o contrário. Nenhuma errou: cada uma aplicou o"
                            + " que ouviu, na ordem em que ouviu. Mas agora uma diz 20 e a outra diz 50, e nada as fará concordar.",
                    "Cura: uma ordem só para todos. É o que faz o sequenciador da parte 3 (cena ordem-total-converge)."),
                    List.of(ato), ato.valor("replicas-iguais") == Valor.NAO && ato.valor("mesma-ordem") == Valor.NAO
                            && palco.saldo("replica-1", "ana").compareTo(reais(20)) == 0
                            && palco.saldo("replica-2", "ana").compareTo(reais(50)) == 0);
        }
    }

    // ───── Parte 3 ─────

    private static Fim ordemTotalConverge() {
        Rastro rastro = new Rastro();
        try (Palco palco = new Palco(rastro, 3, "o mesmo cruzamento, com sequenciador", 1, "cliente-1", "cliente-2", "sequenciador",
                "replica-1", "replica-2"); Rede rede = new Rede(rastro, 1)) {
            sequenciador(rede, palco, "replica-1", "replica-2");
            Cliente um = clienteDaParte3(rede, palco, "cliente-1");
            Cliente outro = clienteDaParte3(rede, palco, "cliente-2");
            um.fazer(deposito("ana", reais(100)));
            palco.esperarSeq(1, "replica-1", "replica-2");
            rede.segurar("sequenciador", "replica-2");
            um.pedir(saque("ana", reais(80)));
            outro.pedir(saque("ana", reais(50)));
            um.esperar();
            outro.esperar();
            palco.esperarSeq(3, "replica-1");
            rede.esperarSeguras("sequenciador", "replica-2", 2);
            palco.nota("as mensagens chegam à réplica 2 trocadas: a de número 3 antes da de número 2");
            rede.soltar("sequenciador", "replica-2", m -> m.path("seq").asInt() == 3);
            palco.processo("replica-2").esperarNoRegistro("esperar seq=3 falta=2");
            rede.soltarTudo("sequenciador", "replica-2");
            palco.esperarSeq(3, "replica-2");
            Ato ato = new Ato("ordem total", rastro, palco.julgar("replica-1", "replica-2"));
            return new Fim("ordem-total-converge", "A ordem total converge", List.of(
                    "Os mesmos dois saques que se cruzam na cena multicast-diverge. Quem chegou primeiro ao sequenciador recebeu o número 2;"
                            + " o outro, o 3.",
                    "À réplica 2 o 3 chegou antes do 2. Ela não o aplicou: esperou pelo que faltava. As duas ficaram iguais.",
                    "O preço: uma mensagem a mais por operação, e um sequenciador sem o qual ninguém avança (cena sequenciador-cai)."),
                    List.of(ato), ato.vereditos().stream().allMatch(v -> v.valor() == Valor.SIM));
        }
    }

    // ───── Ferramentas ─────

    private static BigDecimal reais(int valor) {
        return BigDecimal.valueOf(valor);
    }

    private static Endereco local(int porta) {
        return new Endereco("127.0.0.1", porta);
    }

    /** Um enlace de um cliente da parte 1 a uma réplica: ela o assina em {@code porta("cliente>replica")}. */
    private static void difusao(Rede rede, Palco palco, String de, String para) {
        rede.enlace(Tipo.difusao, de, para, local(palco.porta(de + ">" + para)), local(palco.porta(de)));
    }

    private static void sequenciador(Rede rede, Palco palco, String... replicas) {
        palco.iniciar("sequenciador", "part3.Sequencer", "--pedidos", palco.porta("sequenciador"), "--ordem", palco.porta("ordem"));
        for (String replica : replicas) {
            rede.enlace(Tipo.difusao, "sequenciador", replica, local(palco.porta("sequenciador>" + replica)), local(palco.porta("ordem")));
            palco.iniciar(replica, "part3.Replica", "--ordem", palco.em("sequenciador>" + replica), "--pedidos", palco.em("sequenciador"));
        }
    }

    private static Cliente clienteDaParte3(Rede rede, Palco palco, String nome) {
        rede.enlace(Tipo.pedidos, nome, "sequenciador", local(palco.porta(nome)), local(palco.porta("sequenciador")));
        return palco.cliente(nome, "part3.Client", "--sequenciador", palco.em(nome));
    }
}
