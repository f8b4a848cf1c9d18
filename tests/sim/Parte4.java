package tests.sim;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import part4.regra.Nodo;
import part4.regra.Visao;
import shared.Banco;
import shared.Operacao;
import shared.texto.Endereco;
import tests.sim.Falta.Tipo;

/** A parte 4: dois ou três servidores, uma testemunha ou uma pessoa que manda promover, e clientes. */
final class Parte4 extends Cenario {

    /** O que muda de uma execução para outra. */
    enum Arranjo {
        /** Como se deve. */
        TESTEMUNHA,
        /** Com {@code --confirmacao assincrona}: o que se confirmou pode perder-se, se outro assume. */
        ASSINCRONA,
        /** Sem testemunha, quem manda promover sabe que o primário está morto, e escolhe um backup em dia. */
        MANUAL,
        /** Sem testemunha, promove-se o backup sem saber do primário, que talvez viva: o cérebro dividido. */
        DIVIDIDO
    }

    private static final String JUIZ = "w";
    private static final int SEM_CONFIRMAR_MS = 3_000; // o mais que um pedido espera, se só um sentido de uma ligação falta

    private final Arranjo arranjo;
    private final List<Servidor4> servidores = new ArrayList<>();
    private final Testemunha4 testemunha;
    private Servidor4 promovido;    // sem testemunha, quem se quer que mande
    private String perdida;         // o que se confirmou e se perdeu; null = nada

    Parte4(Mundo mundo, Defeito defeito, Alcance alcance, Arranjo arranjo) {
        super(mundo, defeito, alcance);
        this.arranjo = arranjo;
        int quantos = mundo.sortear(sorte, 3, 0) == 0 ? 2 : 3;
        int entreInstantaneos = entreInstantaneos();
        boolean comprido = mundo.sortear(sorte, 4, 1) == 0;
        testemunha = new Testemunha4(JUIZ, this, entreInstantaneos);
        for (int i = 1; i <= quantos; i++) {
            servidores.add(new Servidor4("s" + i, this, i == 1 ? null : "s1", entreInstantaneos));
        }
        promovido = servidores.get(0);
        servidores.forEach(s -> processos.put(s.nome, s));
        servidores.forEach(s -> s.aPromover = () -> mundo.daquiA(0, this::promoverSemSaber));
        if (temTestemunha()) {
            processos.put(JUIZ, testemunha); // a última: uns planos cortam sobretudo as ligações com ela
        }
        List<String> nomes = servidores.stream().map(s -> s.nome).toList();
        for (int i = 1; i <= dois(); i++) {
            boolean soUm = i == 2 && enchemDiscos(); // um que não tem a quem mais pedir pode ser recusado
            if (mundo.roteiro() != null && i == 2 && (mundo.roteiro().peloBackup || arranjo == Arranjo.DIVIDIDO)) {
                nomes = List.of("s2", "s1"); // de dois primários, cada cliente pede a um
            }
            clientes.add(new Cliente("c" + i, mundo, soUm ? nomes.subList(0, 1) : nomes, true, comprido, this::pedir));
        }
    }

    boolean temTestemunha() {
        return arranjo == Arranjo.TESTEMUNHA || arranjo == Arranjo.ASSINCRONA;
    }

    boolean assincrona() {
        return arranjo == Arranjo.ASSINCRONA;
    }

    List<Servidor4> servidores() {
        return servidores;
    }

    Servidor4 servidor(String nome) {
        return (Servidor4) processos.get(nome);
    }

    Testemunha4 testemunha() {
        return testemunha;
    }

    private void pedir(Cliente cliente, String nome, Cliente.Pedido pedido, int tentativa, Consumer<String> resposta) {
        Servidor4 servidor = servidor(nome);
        String canal = cliente.nome + "-" + tentativa;
        Operacao op = comEstrago(pedido, tentativa);
        rede.enviar(cliente.nome, nome, canal, op == null ? "" : op.json(), () -> servidor.pedir(pedido, op, texto -> {
            long epoca = servidor.nodo().epoca();
            rede.enviar(nome, cliente.nome, canal, texto, () -> {
                pedido.epoca = pedido.confirmado() ? pedido.epoca : epoca;
                resposta.accept(texto);
            });
        }));
    }

    /** Na procura, alguém manda promover o backup: uma vez só. */
    private void promoverSemSaber() {
        if (promovido == servidores.get(0)) {
            mundo.contar(Passo.Tipo.PROMOVE, "s2", null, null);
            promover(new Falta(0, Tipo.PROMOVE, null, null, 0, 0, false));
        }
    }

    /** Quem deve ser o primário: segundo a testemunha, ou quem manda. */
    private Servidor4 primario() {
        Visao visao = testemunha.registrada();
        return !temTestemunha() ? promovido : visao == null ? servidores.get(0)
                : servidor(Endereco.ler(visao.pedidos()).maquina());
    }

    // ───── Faltas ─────

    @Override
    Processo quem(String alvo) {
        return switch (alvo) {
            case "primario" -> primario();
            case "backup" -> servidores.stream().filter(s -> s != primario()).findFirst().orElseThrow();
            default -> processos.get(alvo);
        };
    }

    @Override
    List<String> alvos() {
        List<String> alvos = new ArrayList<>(List.of("primario", "primario", "primario", "backup", "backup"));
        alvos.addAll(temTestemunha() ? List.of(JUIZ) : List.of());
        servidores.forEach(s -> alvos.add(s.nome));
        return alvos;
    }

    @Override
    void consertada(String de, String para) {
        if (processos.get(para) instanceof Servidor4 assinante) {
            assinante.reassinar(de);
        }
        if (processos.get(de) instanceof Servidor4 assinante) {
            assinante.reassinar(para);
        }
    }

    @Override
    void planejar(List<Falta> plano, int espalhadas) {
        Random mandos = mundo.sorte("mandos");
        int quantos = arranjo == Arranjo.MANUAL ? 1 + mandos.nextInt(4) : arranjo == Arranjo.DIVIDIDO ? 1 : 0;
        for (int i = 0; i < quantos; i++) {
            int em = 1_000 + mandos.nextInt(espalhadas);
            plano.add(new Falta(em, Tipo.PROMOVE, null, null, mandos.nextInt(5_000), 0, false));
        }
    }

    /** Reinicia um backup com {@code --promover}, e os outros para que o sigam; o antigo, só quem é prudente. */
    @Override
    void promover(Falta falta) {
        boolean prudente = arranjo == Arranjo.MANUAL;
        Servidor4 antigo = promovido;
        if (prudente && !assumiu(antigo)) {
            return; // ainda não se sabe quem está em dia com ele: espera-se
        }
        if (prudente) {
            antigo.reiniciar(falta.dura() * Mundo.MS); // morto: encerra-se o que houver, antes de promover outro
        }
        Set<String> emDia = emDia(antigo);
        List<Servidor4> servem = servidores.stream()
                .filter(s -> s != antigo && s.diario.meta().path("epoca").asLong() > 0) // já seguiu alguém
                .filter(s -> !prudente || defeito == Defeito.PROMOVER_ATRASADO || emDia.contains(s.id())).toList();
        if (servem.isEmpty()) {
            return;
        }
        promovido = servem.get(mundo.sortear(mundo.sorte("mandos"), servem.size(), 0));
        for (Servidor4 s : servidores) {
            if (s == promovido) {
                s.comoBackup(antigo.nome, true);
                s.reiniciar(0);
            } else if (s != antigo || prudente) {
                s.comoBackup(promovido.nome, false);
                s.reiniciar(falta.dura() * Mundo.MS);
            }
        }
    }

    /** Se este chegou a assumir na época que conhece: sem disco, por exemplo, nem começa. */
    private static boolean assumiu(Servidor4 primario) {
        JsonNode visao = primario.diario.meta().path("visao");
        return visao.path("primario").asText().equals(primario.id())
                && visao.path("epoca").asLong() == primario.diario.meta().path("epoca").asLong();
    }

    /** Quem estava em dia na última visão que o primário registrou: lê-se no que ele escreveu. */
    private static Set<String> emDia(Servidor4 primario) {
        return Visao.nomes(primario.diario.meta().path("visao").path("em_dia"));
    }

    // ───── O que se exige ─────

    @Override
    String falta() {
        Nodo<?> manda = primario().nodo();
        Visao visao = temTestemunha() ? testemunha.registrada() : manda.visao();
        if (visao == null) {
            return "não há visão";
        }
        boolean quieto = manda.primario() && manda.epoca() == visao.epoca() && visao.emDia().size() == servidores.size()
                && visao.equals(manda.visao()) && manda.confirmado() == manda.ultimo();
        for (Servidor4 s : servidores) {
            Nodo<?> nodo = s.nodo();
            boolean segue = !nodo.primario() && nodo.epoca() == visao.epoca() && nodo.ultimo() == manda.ultimo();
            quieto &= nodo == manda || segue;
        }
        return quieto ? null : "visão " + visao + "; " + servidores.stream().map(Servidor4::situacao).toList();
    }

    /** Se só falta o sentido do primário para os backups, cujas notícias chegam, eles saem da visão e o serviço segue. */
    @Override
    void provar() {
        Random prova = mundo.sorte("prova");
        if (prova.nextInt(4) > 0) {
            return;
        }
        Servidor4 primario = primario();
        boolean segura = prova.nextBoolean();
        List<Servidor4> surdos = servidores.stream().filter(s -> s != primario).toList();
        mundo.dizer("----", "corta só", primario.nome, "→", surdos.stream().map(s -> s.nome).toList());
        surdos.forEach(s -> rede.cortar(primario.nome, s.nome, segura));
        Cliente cliente = clientes.get(0);
        int antes = cliente.historia.size();
        cliente.pedirAte(mundo.agora() + SEM_CONFIRMAR_MS * Mundo.MS);
        mundo.rodarAte(mundo.agora() + 3 * SEM_CONFIRMAR_MS * Mundo.MS, cliente::quieto);
        for (Cliente.Pedido pedido : cliente.historia.subList(antes, cliente.historia.size())) {
            exigir(pedido.fim - pedido.inicio <= SEM_CONFIRMAR_MS * Mundo.MS,
                    "só porque o primário não chega aos backups, %s espera mais de %d ms", pedido.id, SEM_CONFIRMAR_MS);
        }
        surdos.forEach(s -> {
            rede.consertar(primario.nome, s.nome);
            consertada(primario.nome, s.nome);
        });
        aquietar();
    }

    @Override
    void conferir() {
        Nodo<?> manda = primario().nodo();
        Banco banco = manda.banco();
        List<String> ordem = List.copyOf(banco.lembradas().todas().keySet());
        for (Servidor4 s : servidores) {
            List<String> dele = List.copyOf(s.nodo().banco().lembradas().todas().keySet());
            exigir(dele.equals(ordem), "%s aplicou outra ordem: %s, e %s %s", s.nome, dele, primario().nome,
                    ordem);
            exigir(s.nodo().banco().resumo().equals(banco.resumo()), "%s não convergiu", s.nome);
            exigir(s.nodo().ultimo() == ordem.size(), "%s tem %d entradas e %d operações", s.nome, s.nodo().ultimo(),
                    ordem.size());
        }
        List<Ponto> pontos = refazer(ordem, banco, "o primário");
        if (arranjo == Arranjo.TESTEMUNHA || arranjo == Arranjo.MANUAL) {
            new Linearizavel(ordem, pontos).conferir(pedidos().values());
        } else {
            Perdas perdas = new Perdas(ordem, manda.estado().get("epocas"));
            perdas.conferir(pedidos().values(), manda.epoca());
            perdida = perdas.primeira();
        }
        exigirQueRecusadasNaoValham(id -> ordem.stream().anyMatch(aplicada -> original(aplicada).equals(id)));
    }

    @Override
    boolean lembraOConfirmado() {
        return arranjo == Arranjo.TESTEMUNHA || arranjo == Arranjo.MANUAL;
    }

    /** Se algo confirmado se perdeu: o que se paga por não esperar, ou por promover sem saber. */
    @Override
    String fraqueza() {
        return perdida;
    }

    @Override
    Map<String, Banco> bancos() {
        Map<String, Banco> bancos = new TreeMap<>();
        servidores.forEach(s -> bancos.put(s.nome, s.nodo().banco()));
        return bancos;
    }
}
