package tests.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import part4.regra.Identidade;
import part4.regra.Identidade.Modo;
import part4.regra.Mensagens.Difundida;
import part4.regra.Mensagens.Lembranca;
import part4.regra.Nodo;
import part4.regra.Nucleo;
import part4.regra.Visao;
import shared.Banco;
import shared.Operacao;
import shared.ordem.Aplicada;
import shared.texto.Endereco;
import shared.texto.Json;

/** Um servidor da parte 4: o {@link Nucleo} de verdade, com ligações de mentira. Quem espera uma resposta é quem a leva. */
final class Servidor4 extends Processo implements Nucleo.Rede<Consumer<String>> {

    /** A resposta a uma leitura, com a posição em que se leu, para a conferência. */
    static final String LEITURA = "saldo ";

    private static final String ENCARNACAO = "1"; // há uma só: nenhum esquece tudo

    private final Parte4 cena;
    private final Map<String, Long> assinaturas = new HashMap<>(); // quem me assina -> desde quando
    private final FioEstragado4 fio;
    private String primarioInicial;     // --primario; null = é um Primary
    private boolean promover;           // --promover
    private Nucleo<Consumer<String>> nucleo;
    private Visao conferida;            // a última que se viu estar no disco
    private String seguido;
    private int conexao;
    private Ligacao assinatura;
    private Ligacao pedidos;
    private Ligacao juiz;               // a testemunha; sem ela, o antigo primário

    /** @param primarioInicial quem um Backup segue de começo; {@code null} num Primary */
    Servidor4(String nome, Parte4 cena, String primarioInicial, int entreInstantaneos) {
        super(nome, cena, 20, entreInstantaneos);
        this.cena = cena;
        this.primarioInicial = primarioInicial;
        this.fio = new FioEstragado4(this, cena.defeito);
    }

    String id() {
        return nome + "#" + ENCARNACAO;
    }

    Nodo<Consumer<String>> nodo() {
        return nucleo.nodo();
    }

    /** As opções com que será iniciado da próxima vez: um Backup, que segue outro ou que assume. */
    void comoBackup(String dePrimario, boolean paraPromover) {
        primarioInicial = dePrimario;
        promover = paraPromover;
    }

    @Override
    void iniciar() {
        assinaturas.clear();
        fio.reiniciar();
        seguido = null;
        conferida = null;
        conexao++;
        assinatura = new Ligacao(this, null, "atualizacoes-" + conexao, () -> reassinar(seguido));
        pedidos = new Ligacao(this, null, "pedidos-" + conexao, () -> { });
        Processo antigo = primarioInicial == null ? null : cena.servidor(primarioInicial);
        juiz = new Ligacao(this, cena.temTestemunha() ? cena.testemunha() : antigo, "juiz-" + conexao, () -> { });
        if (diario.meta().isEmpty()) { // a de verdade sorteia-se, e a execução não seria a mesma
            diario.guardarMeta(Json.MAPPER.createObjectNode().put("instancia", ENCARNACAO));
        }
        nucleo = new Nucleo<>(diario,
                encarnacao -> new Identidade(nome + "#" + encarnacao, nome + ":1", nome + ":2", modos()), this);
        nucleo.comecar(promover);
        seguirQuemManda();
        cena.servidores().forEach(outro -> outro.reassinar(nome));
    }

    private Set<Modo> modos() {
        return Modo.os(Map.of(Modo.TESTEMUNHA, cena.temTestemunha(), Modo.PRIMEIRO, primarioInicial == null,
                Modo.ASSINCRONA, cena.assincrona()));
    }

    @Override
    void passo() {
        List.of(assinatura, pedidos, juiz).forEach(cena::cuidar);
        nucleo.passar(relogio());
        conferirVisao();
        seguirQuemManda();
    }

    /** Age pela visão que tem no disco. */
    private void conferirVisao() {
        if (nodo().visao() != conferida) {
            conferida = nodo().visao();
            Visao guardada = Lembranca.de(diario.meta()).visao();
            Cenario.exigir(Objects.equals(guardada, conferida), "%s age pela visão %s, e no disco tem %s", nome, conferida,
                    guardada);
        }
    }

    // ───── Ligações ─────

    private void seguirQuemManda() {
        Visao visao = nodo().visaoDeOutro();
        String novo = visao != null ? Endereco.ler(visao.pedidos()).maquina() : nodo().primario() ? null : primarioInicial;
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
            cena.servidor(quem).assinaturas.put(nome, mundo.agora() + mundo.sortear(sorte, 300, 1) * Mundo.MS);
        }
    }

    private boolean segue(Servidor4 outro) {
        return nome.equals(outro.seguido);
    }

    // ───── A porta dos pedidos ─────

    /** Um cliente pede algo. */
    void pedir(Cliente.Pedido pedido, Operacao op, Consumer<String> voltar) {
        receber(op != null ? op.json() : "{\"pedido\": \"SALDO\", \"conta\": \"" + pedido.conta + "\"}", voltar);
    }

    /** Algo chegou à porta dos pedidos; sem testemunha, um backup não a abre. */
    private void receber(String mensagem, Consumer<String> voltar) {
        if (cena.temTestemunha() || primarioInicial == null || promover) {
            chegou(1, () -> nucleo.pedido(voltar, fio.pedido(mensagem).getBytes(UTF_8), relogio()));
        }
    }

    @Override
    public void responder(Consumer<String> cliente, String texto) {
        acao();
        cliente.accept(fio.resposta(texto));
    }

    /** Um pedido a outro servidor, e o que fazer da resposta, se esta conexão ainda for a mesma. */
    private void pedirA(Servidor4 outro, String mensagem, String canal, Consumer<String> resposta) {
        int minha = conexao;
        rede.enviar(nome, outro.nome, canal, mensagem, () -> outro.receber(mensagem, texto ->
                rede.enviar(outro.nome, nome, canal, texto, () -> {
                    if (conexao == minha) {
                        resposta.accept(texto);
                    }
                })));
    }

    // ───── O primário e os backups ─────

    @Override
    public void difundir(String mensagem, Operacao simples) {
        acao();
        for (Servidor4 outro : cena.servidores()) {
            boolean segue = segue(outro) || (!rede.ordenada && outro != this); // ou por uma ligação velha
            if (segue && mundo.agora() >= assinaturas.getOrDefault(outro.nome, Long.MAX_VALUE)) {
                int dele = outro.conexao;
                String canal = segue(outro) ? outro.assinatura.canal() : "velha-" + dele;
                rede.enviar(nome, outro.nome, canal, mensagem, () -> {
                    if (outro.conexao == dele || !rede.ordenada) {
                        outro.chegou(2, () -> outro.numerada(mensagem));
                    }
                });
            }
        }
    }

    private void numerada(String mensagem) {
        nucleo.numerada(Difundida.ler(fio.difundida(mensagem).getBytes(UTF_8)));
    }

    @Override
    public void aoPrimario(String mensagem) {
        acao();
        if (seguido != null) {
            pedirA(cena.servidor(seguido), fio.aoPrimario(mensagem), pedidos.canal(),
                    texto -> chegou(3, () -> nucleo.doPrimario(fio.doPrimario(texto).getBytes(UTF_8))));
        }
    }

    // ───── A testemunha; sem ela, o antigo primário ─────

    @Override
    public void aoJuiz(String mensagem) {
        acao();
        if (!cena.temTestemunha()) {
            if (fio.passaADeposicao()) {
                pedirA(cena.servidor(primarioInicial), mensagem, juiz.canal(), this::doJuiz);
            }
            return;
        }
        int esta = vida();
        Testemunha4 testemunha = cena.testemunha();
        String canal = juiz.canal();
        String dita = fio.aTestemunha(mensagem);
        rede.enviar(nome, testemunha.nome, canal, dita, () -> testemunha.receber(dita, texto ->
                rede.enviar(testemunha.nome, nome, canal, texto, () -> {
                    if (vida() == esta) {
                        doJuiz(fio.daTestemunha(texto));
                    }
                })));
    }

    /** Chegou uma resposta do juiz. */
    void doJuiz(String texto) {
        chegou(0, () -> nucleo.doJuiz(texto.getBytes(UTF_8)));
    }

    // ───── O rastro ─────

    @Override
    public String saldo(String conta, Banco banco) {
        return LEITURA + nodo().ultimo() + " " + banco.saldo(conta).toPlainString();
    }

    @Override
    public int assinantes() {
        return assinaturas.size();
    }

    @Override
    public void registrar(String evento, Object... pares) {
        cena.registrada(this, evento, pares);
    }

    @Override
    public Runnable aplicada(Aplicada aplicada, Banco banco) {
        String saldo = banco.saldo(aplicada.op().conta_origem()).toPlainString();
        return () -> cena.aplicou(this, aplicada, saldo);
    }

    String situacao() {
        return nome + (nodo().primario() ? " primário" : " backup") + " época " + nodo().epoca()
                + " último " + nodo().ultimo() + " visão " + nodo().visao();
    }
}
