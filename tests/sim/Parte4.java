package tests.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import part4.Nodo;
import part4.Visao;
import part4.Witness.Visoes;
import shared.Aplicada;
import shared.Banco;
import shared.Envelope;
import shared.Historico;
import shared.Json;
import shared.Operacao;

/** A parte 4: dois ou três servidores, uma testemunha e clientes. O laço é o de part4/Servidor.java; a regra é {@link Nodo}. */
final class Parte4 extends Cenario {

    private static final String JUIZ = "w";

    private final List<Servidor> servidores = new ArrayList<>();
    private final Testemunha testemunha;

    Parte4(long semente, Defeito defeito, boolean rastro) {
        super(semente, defeito, rastro);
        int quantos = sorte.nextInt(3) == 0 ? 2 : 3;
        int entreFotos = 1 + sorte.nextInt(sorte.nextInt(4) == 0 ? 3 : 40);
        boolean comprido = sorte.nextInt(4) == 0;
        testemunha = new Testemunha(entreFotos);
        for (int i = 1; i <= quantos; i++) {
            servidores.add(new Servidor("s" + i, i == 1, entreFotos));
        }
        servidores.forEach(s -> processos.put(s.nome, s));
        processos.put(JUIZ, testemunha); // a última: uns planos cortam sobretudo as ligações com ela
        List<String> nomes = servidores.stream().map(s -> s.nome).toList();
        for (int i = 1; i <= 2 + sorte.nextInt(2); i++) {
            clientes.add(new Cliente("c" + i, mundo, nomes, true, comprido, this::pedir));
        }
    }

    // ───── Os clientes ─────

    /** A resposta a uma leitura, com a posição em que se leu, para a conferência. */
    private static final String LEITURA = "saldo ";

    private void pedir(Cliente cliente, String nome, Cliente.Pedido pedido, int tentativa, Consumer<String> resposta) {
        Servidor servidor = (Servidor) processos.get(nome);
        String canal = cliente.nome + "-" + tentativa;
        rede.enviar(cliente.nome, nome, canal, () -> servidor.chegou(1, () -> {
            Consumer<String> voltar = texto -> rede.enviar(nome, cliente.nome, canal, () -> resposta.accept(texto));
            if (pedido.op == null) {
                Nodo nodo = servidor.nodo;
                nodo.saldo(voltar, pedido.conta, banco -> LEITURA + nodo.ultimo() + " " + banco.saldo(pedido.conta).toPlainString());
            } else {
                Operacao op = pedido.op;
                servidor.nodo.operacao(voltar, defeito != Defeito.SEM_DEDUPLICAR ? op : new Operacao(op.id_msg() + "~" + tentativa,
                        op.tipo(), op.conta_origem(), op.conta_destino(), op.valor()));
            }
        }));
    }

    // ───── Um servidor ─────

    private final class Servidor extends Processo implements Nodo.Saida {

        private final boolean primeiro;
        private final List<Runnable> depoisDeGravar = new ArrayList<>();
        private final Map<String, Long> assinaturas = new HashMap<>(); // quem me assina -> desde quando
        private Nodo nodo;
        private Historico historico;
        private String seguido;
        private int conexao;
        private boolean anexou;
        private long anunciado;
        private Visao dita;             // a última que a testemunha disse

        Servidor(String nome, boolean primeiro, int entreFotos) {
            super(nome, Parte4.this.mundo, Parte4.this.rede, 20, entreFotos);
            this.primeiro = primeiro;
        }

        private String id() {
            return nome + "#1";
        }

        @Override
        void iniciar() {
            depoisDeGravar.clear();
            assinaturas.clear();
            anexou = false;
            anunciado = 0;
            seguido = null;
            conexao++;
            nodo = new Nodo(new Nodo.Identidade(id(), nome, nome, true, false, false), this);
            nodo.lembrar(disco.meta(), disco.foto(), disco.daFoto());
            disco.repetir(json -> nodo.refazer(Envelope.ler(json)));
            historico = new Historico(disco.diario(), () -> Long.toString(nodo.epoca()), this::estado);
            nodo.comecar(primeiro);
            seguirQuemManda();
            servidores.forEach(outro -> outro.reassinar(nome));
        }

        @Override
        void passo() {
            nodo.tique(relogio());
            gravar();
            seguirQuemManda();
        }

        private void gravar() {
            if (anexou) {
                anexou = false;
                if (defeito == Defeito.RESPONDER_ANTES_DO_DIARIO) {
                    nodo.gravado();
                }
                disco.confirmar(true);
                nodo.gravado();
            }
            depoisDeGravar.forEach(Runnable::run);
            depoisDeGravar.clear();
            if (disco.horaDeFotografar()) {
                disco.fotografar(estado());
            }
        }

        private ObjectNode estado() {
            ObjectNode estado = nodo.estado();
            if (defeito == Defeito.FOTO_SEM_TABELA) {
                ((ObjectNode) estado.get("banco")).putArray("resultados");
            }
            return estado;
        }

        private void seguirQuemManda() {
            Visao visao = nodo.visao();
            boolean outro = visao != null && !visao.primario().equals(id());
            String novo = outro ? visao.pedidos() : nodo.primario() || primeiro ? null : "s1";
            if (novo == null ? seguido != null : !novo.equals(seguido)) {
                seguido = novo;
                conexao++;
                if (novo != null) {
                    reassinar(novo);
                }
            }
        }

        /** A assinatura leva algum tempo a chegar a quem difunde; até lá, perde-se. */
        void reassinar(String quem) {
            if (vivo() && quem.equals(seguido)) {
                ((Servidor) processos.get(quem)).assinaturas.put(nome, mundo.agora() + sorte.nextInt(300) * Mundo.MS);
            }
        }

        // ───── Nodo.Saida ─────

        @Override
        public void anexar(Envelope envelope) {
            disco.anexar(envelope.json());
            anexou = true;
        }

        @Override
        public void guardarMeta(ObjectNode meta) {
            disco.guardarMeta(meta);
        }

        @Override
        public void adotar(long posicao, ObjectNode estado) {
            disco.recomecarDe(posicao, estado);
        }

        @Override
        public void difundir(ObjectNode mensagem) {
            acao();
            for (Servidor outro : servidores) {
                boolean segue = nome.equals(outro.seguido) || (!rede.ordenada && outro != this); // ou uma ligação velha que resta
                if (segue && mundo.agora() >= assinaturas.getOrDefault(outro.nome, Long.MAX_VALUE)) {
                    int dele = outro.conexao;
                    rede.enviar(nome, outro.nome, "atualizacoes-" + dele, () -> {
                        if (outro.conexao == dele || !rede.ordenada) {
                            outro.chegou(2, () -> outro.difundido(mensagem.deepCopy()));
                        }
                    });
                }
            }
        }

        private void difundido(ObjectNode mensagem) {
            anunciado = Math.max(anunciado, mensagem.path("seq").asLong());
            if (defeito == Defeito.SEM_EPOCA) {
                mensagem.put("epoca", nodo.epoca());
            }
            if (defeito == Defeito.IGNORAR_BURACO && mensagem.path("seq").asLong() > nodo.ultimo()) {
                mensagem.put("seq", nodo.ultimo() + 1);
            }
            nodo.difundido(mensagem);
        }

        @Override
        @SuppressWarnings("unchecked")
        public void responder(Object cliente, String texto) {
            acao();
            ((Consumer<String>) cliente).accept(texto);
        }

        @Override
        public void aoPrimario(ObjectNode mensagem) {
            acao();
            if (seguido == null) {
                return;
            }
            if (defeito == Defeito.CONFIRMAR_ANTES_DE_GRAVAR && mensagem.path("conferido").asBoolean()) {
                mensagem.put("ultimo", Math.max(anunciado, nodo.ultimo()));
            }
            int minha = conexao;
            Servidor dele = (Servidor) processos.get(seguido);
            String canal = "pedidos-" + minha;
            rede.enviar(nome, seguido, canal, () -> dele.chegou(1, () -> dele.atender(mensagem.deepCopy(),
                    resposta -> rede.enviar(dele.nome, nome, canal, () -> {
                        if (conexao == minha) {
                            chegou(3, () -> respondida(Json.lerGrande(resposta.getBytes(StandardCharsets.UTF_8))));
                        }
                    }))));
        }

        private void atender(ObjectNode m, Consumer<String> responder) {
            if (defeito == Defeito.SEM_EPOCA) {
                m.put("epoca", nodo.epoca());
            }
            switch (Json.texto(m, "pedido")) {
                case "NOTICIA" -> {
                    ObjectNode resposta = nodo.noticiaDe(m, relogio());
                    if (resposta != null) {
                        acao();
                        responder.accept(Json.escrever(resposta));
                    }
                }
                case "HISTORICO" -> depois(m, responder, () -> historico.historico(m));
                case "INSTANTANEO" -> depois(m, responder, () -> historico.instantaneo(m));
                default -> throw new IllegalStateException(m.toString());
            }
        }

        private void respondida(ObjectNode resposta) {
            if (defeito == Defeito.SEM_EPOCA && resposta.has("seguir")) {
                resposta.put("seguir", nodo.epoca());
            } else if (defeito == Defeito.SEM_EPOCA) {
                resposta.put("historia", Long.toString(nodo.epoca()));
            }
            nodo.resposta(resposta);
        }

        private void depois(ObjectNode m, Consumer<String> responder, Supplier<String> resposta) {
            depoisDeGravar.add(() -> {
                if (nodo.primario() && m.path("epoca").asLong() == nodo.epoca()) {
                    acao();
                    responder.accept(resposta.get());
                }
            });
        }

        @Override
        public void aTestemunha(ObjectNode mensagem) {
            acao();
            mensagem.put("inicial", primeiro);
            if (defeito == Defeito.TIRAR_ANTES_DA_TESTEMUNHA) {
                tirarAntes(mensagem);
            }
            int esta = vida();
            String canal = "juiz-" + esta;
            rede.enviar(nome, JUIZ, canal, () -> testemunha.chegou(0, () -> testemunha.atender(mensagem, visao ->
                    rede.enviar(JUIZ, nome, canal, () -> {
                        if (vida() == esta) {
                            chegou(0, () -> {
                                dita = visao;
                                nodo.visao(visao);
                            });
                        }
                    }))));
        }

        /** Adota já a visão que propõe, se ela é menor, e insiste com a testemunha sobre a que ela conhece. */
        private void tirarAntes(ObjectNode mensagem) {
            if (mensagem.has("propor")) {
                Set<String> proposta = Visao.nomes(mensagem.get("propor"));
                if (nodo.visao().emDia().size() > proposta.size()) {
                    chegou(0, () -> nodo.visao(nodo.visao().comEmDia(proposta)));
                }
            } else if (dita != null && nodo.visao() != null && nodo.visao().maisNovaQue(dita)) {
                nodo.visao().emDia().forEach(mensagem.putArray("propor")::add);
                mensagem.put("versao", dita.versao());
            }
        }

        @Override
        public void registrar(String evento, Object... pares) {
            if (mundo.comRastro()) {
                mundo.dizer(nome, evento, java.util.Arrays.toString(pares));
            }
        }

        @Override
        public void aplicada(Aplicada aplicada, Banco banco) {
            if (mundo.comRastro()) {
                mundo.dizer(nome, "aplica", aplicada.seq(), aplicada.op().id_msg(), aplicada.resultado().situacao());
            }
        }

        String situacao() {
            return nome + (nodo.primario() ? " primário" : " backup") + " época " + nodo.epoca() + " último " + nodo.ultimo()
                    + " visão " + nodo.visao();
        }
    }

    // ───── A testemunha ─────

    private final class Testemunha extends Processo {

        private Visoes visoes;
        private Visao registrada;

        Testemunha(int entreFotos) {
            super(JUIZ, Parte4.this.mundo, Parte4.this.rede, 50, entreFotos);
        }

        @Override
        void iniciar() {
            registrada = disco.meta().path("visao") instanceof ObjectNode v ? Visao.de(v) : null;
            visoes = new Visoes(registrada);
        }

        @Override
        void passo() {
            visoes.tique(relogio());
            registrar();
        }

        private void atender(ObjectNode p, Consumer<Visao> responder) {
            if (defeito == Defeito.PROMOVER_ATRASADO && registrada != null) {
                Set<String> todos = new TreeSet<>(registrada.emDia());
                todos.add(Json.texto(p, "id"));
                visoes = trocar(registrada, todos, p);
            } else {
                noticia(visoes, p);
            }
            registrar();
            if (registrada != null) {
                acao();
                Visao dita = Visao.de(registrada.json());
                responder.accept(dita);
            }
        }

        private final Map<String, ObjectNode> ultimas = new HashMap<>();
        private final Map<String, Long> quando = new HashMap<>();

        /** As notícias de todos, refeitas em cima de uma visão que finge que todos estão em dia. */
        private Visoes trocar(Visao atual, Set<String> todos, ObjectNode p) {
            ultimas.put(Json.texto(p, "id"), p);
            quando.put(Json.texto(p, "id"), relogio());
            boolean mudo = relogio() - quando.getOrDefault(atual.primario(), 0L) > Visoes.SILENCIO_MS;
            if (!mudo || atual.primario().equals(Json.texto(p, "id"))) {
                noticia(visoes, p);
                return visoes;
            }
            Visoes fingida = new Visoes(atual.comEmDia(todos));
            fingida.tique(relogio() - 2 * Visoes.SILENCIO_MS);
            noticia(fingida, p);
            fingida.tique(relogio());
            return fingida;
        }

        private void noticia(Visoes a, ObjectNode p) {
            if (defeito == Defeito.SEM_EPOCA && a.atual() != null) {
                p.put("epoca", a.atual().epoca()).put("versao", a.atual().versao());
            }
            a.noticia(Json.texto(p, "id"), Json.texto(p, "pedidos"), Json.texto(p, "atualizacoes"), p.path("inicial").asBoolean(),
                    p.has("propor") ? Visao.nomes(p.get("propor")) : null, p.path("epoca").asLong(), p.path("versao").asLong(),
                    relogio());
        }

        private void registrar() {
            Visao nova = visoes.atual();
            if (nova != null && !nova.equals(registrada)) {
                disco.guardarMeta(Json.MAPPER.createObjectNode().set("visao", nova.json()));
                registrada = nova;
                mundo.dizer(nome, "registra", nova.epoca(), nova.versao(), nova.primario(), nova.emDia());
            }
        }
    }

    // ───── Faltas ─────

    @Override
    Processo quem(String alvo) {
        if (!alvo.equals("primario") && !alvo.equals("backup")) {
            return processos.get(alvo);
        }
        Visao visao = testemunha.registrada;
        Servidor primario = visao == null ? servidores.get(0) : (Servidor) processos.get(visao.pedidos());
        return alvo.equals("primario") ? primario
                : servidores.stream().filter(s -> s != primario).findFirst().orElseThrow();
    }

    @Override
    List<String> alvos() {
        List<String> alvos = new ArrayList<>(List.of("primario", "primario", "primario", "backup", "backup", JUIZ));
        servidores.forEach(s -> alvos.add(s.nome));
        return alvos;
    }

    @Override
    void consertada(String de, String para) {
        if (processos.get(para) instanceof Servidor assinante) {
            assinante.reassinar(de);
        }
        if (processos.get(de) instanceof Servidor assinante) {
            assinante.reassinar(para);
        }
    }

    // ───── O que se exige ─────

    @Override
    String falta() {
        Visao visao = testemunha.registrada;
        if (visao == null) {
            return "não há visão";
        }
        Servidor primario = (Servidor) processos.get(visao.pedidos());
        Nodo manda = primario.nodo;
        boolean quieto = manda.primario() && manda.epoca() == visao.epoca() && visao.emDia().size() == servidores.size()
                && visao.equals(manda.visao()) && manda.confirmado() == manda.ultimo();
        for (Servidor s : servidores) {
            quieto &= s == primario || (!s.nodo.primario() && s.nodo.epoca() == visao.epoca() && s.nodo.ultimo() == manda.ultimo());
        }
        return quieto ? null : "visão " + visao + "; " + servidores.stream().map(Servidor::situacao).toList();
    }

    @Override
    void conferir() {
        Banco banco = ((Servidor) processos.get(testemunha.registrada.pedidos())).nodo.banco();
        List<String> ordem = banco.lembrados();
        for (Servidor s : servidores) {
            exigir(s.nodo.banco().lembrados().equals(ordem), "%s aplicou outra ordem: %s, e o primário %s", s.nome,
                    s.nodo.banco().lembrados(), ordem);
            exigir(s.nodo.banco().resumo().equals(banco.resumo()), "%s não convergiu", s.nome);
            exigir(s.nodo.ultimo() == ordem.size(), "%s tem %d entradas e %d operações", s.nome, s.nodo.ultimo(), ordem.size());
        }
        linearizavel(ordem, refazer(ordem, banco, "o primário"));
    }

    /** Cada resposta tem um lugar na ordem, e a ordem respeita o tempo: o que acabou antes de outro começar vem antes dele. */
    private void linearizavel(List<String> ordem, List<Ponto> pontos) {
        Map<String, Integer> lugares = new HashMap<>();
        for (int i = 0; i < ordem.size(); i++) {
            lugares.put(original(ordem.get(i)), i + 1);
        }
        List<Marca> marcas = new ArrayList<>();
        for (Cliente.Pedido pedido : pedidos().values()) {
            if (pedido.op == null && pedido.confirmado()) {
                marcas.add(leitura(pedido, pontos));
            } else if (pedido.op != null) {
                Integer lugar = lugares.get(pedido.id);
                exigir(lugar != null || !pedido.confirmado(), "perdeu-se %s, que foi confirmado (%s)", pedido.id, pedido.resposta);
                if (lugar != null) {
                    escrita(pedido, lugar, pontos);
                    marcas.add(new Marca(pedido, lugar, lugar));
                }
            }
        }
        marcas.sort(Comparator.comparingLong(m -> m.pedido().inicio));
        TreeMap<Long, Marca> fins = new TreeMap<>(); // fim -> a de maior lugar que acabou até então
        List<Marca> porFim = new ArrayList<>(marcas);
        porFim.removeIf(m -> !m.pedido().confirmado());
        porFim.sort(Comparator.comparingLong(m -> m.pedido().fim));
        Marca maior = null;
        for (Marca m : porFim) {
            maior = maior == null || m.depois() > maior.depois() ? m : maior;
            fins.put(m.pedido().fim, maior);
        }
        for (Marca m : marcas) {
            Map.Entry<Long, Marca> antes = fins.lowerEntry(m.pedido().inicio);
            if (antes != null) {
                Marca a = antes.getValue();
                boolean ok = m.pedido().op == null ? m.antes() >= a.depois() : m.antes() > a.depois();
                exigir(ok, "%s (%s) vem no lugar %d, e %s, que acabou antes de ele começar, no %d (%s)", m.pedido().id,
                        m.pedido().resposta, m.antes(), a.pedido().id, a.depois(), a.pedido().resposta);
            }
        }
    }

    /** O lugar de um pedido na ordem; o de uma leitura é depois da operação com esse número. */
    private record Marca(Cliente.Pedido pedido, long antes, long depois) {
    }

    private static Marca leitura(Cliente.Pedido pedido, List<Ponto> pontos) {
        String[] partes = pedido.resposta.split(" ");
        int lugar = Integer.parseInt(partes[1]);
        exigir(lugar < pontos.size(), "a leitura %s viu a operação %d, que já não existe", pedido.id, lugar);
        BigDecimal saldo = pontos.get(lugar).saldos().getOrDefault(pedido.conta, new BigDecimal("0.00"));
        exigir(saldo.toPlainString().equals(partes[2]), "a leitura %s viu %s em %s depois de %d, e era %s", pedido.id, partes[2],
                pedido.conta, lugar, saldo);
        return new Marca(pedido, lugar, lugar);
    }

    private static void escrita(Cliente.Pedido pedido, int lugar, List<Ponto> pontos) {
        if (!pedido.confirmado()) {
            return;
        }
        String esperado = "resultado=" + pontos.get(lugar).resultado().situacao();
        exigir(pedido.resposta.contains(esperado), "ao cliente de %s disse-se '%s', e a ordem dá %s", pedido.id, pedido.resposta,
                esperado);
        exigir(!pedido.resposta.startsWith("OK seq=") || pedido.resposta.startsWith("OK seq=" + lugar + " "),
                "ao cliente de %s disse-se '%s', e ficou no lugar %d", pedido.id, pedido.resposta, lugar);
    }
}
