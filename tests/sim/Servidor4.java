package tests.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import part4.regra.Nodo;
import part4.regra.Visao;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.ordem.Aplicada;
import shared.ordem.Historico;
import shared.texto.Endereco;
import shared.texto.Falha;
import shared.texto.Json;

/** Um servidor da parte 4. O laço é o de part4/Servidor.java; a regra é {@link Nodo}. */
final class Servidor4 extends Processo implements Nodo.Saida {

    /** A resposta a uma leitura, com a posição em que se leu, para a conferência. */
    static final String LEITURA = "saldo ";

    private static final int DEPOR_MS = 1_000;

    private final Parte4 cena;
    private final Defeito defeito;
    private final List<Runnable> depoisDeGravar = new ArrayList<>();
    private final Map<String, Long> assinaturas = new HashMap<>(); // quem me assina -> desde quando
    private String primarioInicial;     // --primario; null = é um Primary
    private boolean promover;           // --promover
    private Nodo nodo;
    private Historico historico;
    private String seguido;
    private int conexao;
    private Ligacao assinatura;
    private Ligacao pedidos;
    private Ligacao juiz;               // a testemunha; sem ela, o antigo primário
    private boolean anexou;
    private long anunciado;
    private long deporEm;
    private boolean depos;
    private Visao dita;                 // a última que a testemunha disse

    /** @param primarioInicial quem um Backup segue de começo; {@code null} num Primary */
    Servidor4(String nome, Parte4 cena, String primarioInicial, int entreFotos) {
        super(nome, cena.mundo, cena.rede, 20, entreFotos);
        this.cena = cena;
        this.defeito = cena.defeito;
        this.primarioInicial = primarioInicial;
    }

    String id() {
        return nome + "#1";
    }

    Nodo nodo() {
        return nodo;
    }

    /** As opções com que será iniciado da próxima vez: um Backup, que segue outro ou que assume. */
    void comoBackup(String dePrimario, boolean paraPromover) {
        primarioInicial = dePrimario;
        promover = paraPromover;
    }

    @Override
    void iniciar() {
        depoisDeGravar.clear();
        assinaturas.clear();
        anexou = false;
        depos = false;
        anunciado = 0;
        seguido = null;
        conexao++;
        assinatura = new Ligacao(this, null, "atualizacoes-" + conexao, () -> reassinar(seguido));
        pedidos = new Ligacao(this, null, "pedidos-" + conexao, () -> { });
        juiz = new Ligacao(this, cena.temTestemunha() ? cena.testemunha() : primarioInicial == null ? null : cena.servidor(primarioInicial),
                "juiz-" + conexao, () -> { });
        nodo = new Nodo(new Nodo.Identidade(id(), nome + ":1", nome + ":2", cena.temTestemunha(), cena.assincrona(), false), this);
        nodo.lembrar(diario.meta(), diario.instantaneo(), diario.doInstantaneo());
        diario.repetir(json -> nodo.refazer(Envelope.ler(json)));
        diario.guardarMeta(diario.meta());
        historico = new Historico(diario, () -> Long.toString(nodo.epoca()), this::estado);
        if (promover) {
            nodo.promover();
        } else {
            nodo.comecar(primarioInicial == null);
        }
        seguirQuemManda();
        cena.servidores().forEach(outro -> outro.reassinar(nome));
    }

    @Override
    void passo() {
        List.of(assinatura, pedidos, juiz).forEach(cena::cuidar);
        nodo.tique(relogio());
        gravar();
        seguirQuemManda();
        deporOAntigo();
    }

    @Override
    void semDisco(Falha e) {
        mundo.dizer(nome, "falha", e.getMessage());
        nodo.falhar(e.getMessage());
    }

    private void gravar() {
        if (anexou) {
            anexou = false;
            if (defeito == Defeito.RESPONDER_ANTES_DO_DIARIO) {
                nodo.gravado();
            }
            try {
                diario.gravar(true);
            } catch (Falha e) {
                if (defeito != Defeito.IGNORAR_O_DISCO) {
                    throw e;
                }
            }
            nodo.gravado();
        }
        depoisDeGravar.forEach(Runnable::run);
        depoisDeGravar.clear();
        if (diario.horaDeFotografar()) {
            diario.fotografar(estado());
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
        String novo = outro ? Endereco.ler(visao.pedidos()).maquina() : nodo.primario() ? null : primarioInicial;
        if (novo == null ? seguido != null : !novo.equals(seguido)) {
            seguido = novo;
            conexao++;
            List.of(assinatura, pedidos).forEach(ligacao -> ligacao.ligarA(novo == null ? null : cena.servidor(novo)));
            if (novo != null) {
                reassinar(novo);
            }
        }
    }

    /** A assinatura leva algum tempo a chegar a quem difunde; até lá, perde-se. */
    void reassinar(String quem) {
        if (vivo() && quem.equals(seguido)) {
            cena.servidor(quem).assinaturas.put(nome, mundo.agora() + sorte.nextInt(300) * Mundo.MS);
        }
    }

    /** Sem testemunha, quem foi promovido à mão avisa o antigo primário. */
    private void deporOAntigo() {
        if (cena.temTestemunha() || depos || primarioInicial == null || !nodo.primario() || relogio() - deporEm < DEPOR_MS
                || defeito == Defeito.SEM_DEPOR) {
            return;
        }
        deporEm = relogio();
        ObjectNode visao = nodo.visao().json();
        Servidor4 antigo = cena.servidor(primarioInicial);
        int minha = vida();
        String canal = juiz.canal();
        rede.enviar(nome, antigo.nome, canal, () -> antigo.receber(() -> {
            if (antigo.nodo.depor(Visao.de(visao))) {
                rede.enviar(antigo.nome, nome, canal, () -> depos |= vida() == minha);
            }
        }));
    }

    /** Algo chegou à porta dos pedidos; sem testemunha, um backup não a abre. */
    private void receber(Runnable acao) {
        if (cena.temTestemunha() || primarioInicial == null || promover) {
            chegou(1, acao);
        }
    }

    // ───── Clientes ─────

    /** Um cliente pede algo. */
    void pedir(Cliente.Pedido pedido, Operacao op, Consumer<String> voltar) {
        receber(() -> {
            if (op == null) {
                nodo.saldo(voltar, pedido.conta,
                        banco -> LEITURA + nodo.ultimo() + " " + banco.saldo(pedido.conta).toPlainString());
            } else {
                nodo.operacao(voltar, op);
            }
        });
    }

    @Override
    @SuppressWarnings("unchecked")
    public void responder(Object cliente, String texto) {
        acao();
        boolean recusar = defeito == Defeito.RECUSAR_O_DIFUNDIDO && texto.endsWith("o disco deste servidor falhou");
        ((Consumer<String>) cliente).accept(recusar ? "ERRO disco" : texto);
    }

    // ───── Disco ─────

    @Override
    public void anexar(Envelope envelope) {
        acao();
        diario.anexar(envelope.json());
        anexou = true;
    }

    @Override
    public void guardarMeta(ObjectNode meta) {
        diario.guardarMeta(meta);
    }

    @Override
    public void adotar(long posicao, ObjectNode estado) {
        diario.recomecarDe(posicao, estado);
    }

    // ───── O primário e os backups ─────

    @Override
    public void difundir(ObjectNode mensagem) {
        acao();
        for (Servidor4 outro : cena.servidores()) {
            boolean segue = segue(outro) || (!rede.ordenada && outro != this); // ou por uma ligação velha
            if (segue && mundo.agora() >= assinaturas.getOrDefault(outro.nome, Long.MAX_VALUE)) {
                int dele = outro.conexao;
                String canal = segue(outro) ? outro.assinatura.canal() : "velha-" + dele;
                rede.enviar(nome, outro.nome, canal, () -> {
                    if (outro.conexao == dele || !rede.ordenada) {
                        outro.chegou(2, () -> outro.difundido(mensagem.deepCopy()));
                    }
                });
            }
        }
    }

    private boolean segue(Servidor4 outro) {
        return nome.equals(outro.seguido);
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
    public void aoPrimario(ObjectNode mensagem) {
        acao();
        if (seguido == null) {
            return;
        }
        if (defeito == Defeito.CONFIRMAR_ANTES_DE_GRAVAR && mensagem.path("conferido").asBoolean()) {
            mensagem.put("ultimo", Math.max(anunciado, nodo.ultimo()));
        }
        int minha = conexao;
        Servidor4 dele = cena.servidor(seguido);
        String canal = pedidos.canal();
        rede.enviar(nome, seguido, canal, () -> dele.receber(() -> dele.atender(mensagem.deepCopy(),
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

    private void depois(ObjectNode m, Consumer<String> responder, Supplier<String> resposta) {
        depoisDeGravar.add(() -> {
            if (nodo.primario() && m.path("epoca").asLong() == nodo.epoca()) {
                acao();
                responder.accept(resposta.get());
            }
        });
    }

    private void respondida(ObjectNode resposta) {
        if (defeito == Defeito.SEM_EPOCA && resposta.has("seguir")) {
            resposta.put("seguir", nodo.epoca());
        } else if (defeito == Defeito.SEM_EPOCA) {
            resposta.put("historia", Long.toString(nodo.epoca()));
        }
        nodo.resposta(resposta);
    }

    // ───── A testemunha ─────

    @Override
    public void aTestemunha(ObjectNode mensagem) {
        acao();
        mensagem.put("inicial", primarioInicial == null);
        if (defeito == Defeito.TIRAR_ANTES_DA_TESTEMUNHA) {
            tirarAntes(mensagem);
        }
        int esta = vida();
        Testemunha4 testemunha = cena.testemunha();
        String canal = juiz.canal();
        rede.enviar(nome, testemunha.nome, canal, () -> testemunha.chegou(0, () -> testemunha.atender(mensagem, visao ->
                rede.enviar(testemunha.nome, nome, canal, () -> {
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

    // ───── O rastro ─────

    @Override
    public void registrar(String evento, Object... pares) {
        if (mundo.comRastro()) {
            mundo.dizer(nome, evento, Arrays.toString(pares));
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
