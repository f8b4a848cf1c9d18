//SOURCES Grupos.java Passagens.java
package part3.regra.grupos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import part3.regra.Ordem;
import part3.regra.Regra;
import part3.regra.grupos.Passagem.Passo;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.Operacao.Tipo;
import shared.Resultado;
import shared.disco.Diario;
import shared.disco.EstadoDoBanco;
import shared.memoria.Lembradas;
import shared.texto.Campos;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * Um grupo: a {@link Ordem} das suas operações, o {@link Banco} das suas contas, e as passagens que o ligam aos outros. É
 * uma máquina de estados determinística: as mesmas entradas, pela mesma ordem, dão em todos o mesmo estado e as mesmas
 * respostas. O que publica são operações como as outras, que uma réplica de antes segue sem saber de grupos: quem transfere
 * a outro grupo transfere à conta «em trânsito»; no outro grupo, deposita-se; depois, saca-se da conta «em trânsito».
 */
public final class Grupo implements Regra {

    /** O que ele diz. */
    public interface Saida { // a da Regra não diz o resultado

        /** Uma operação tem um número novo, e passou pelo banco: publica-se. */
        void ordenada(Envelope envelope, Resultado resultado);
    }

    /** Uma entrada que não muda nada: a resposta diz quantas houve até ela; quem as aplicou sabe tudo o que se confirmou. */
    public static final byte[] LER = "{\"passo\": \"LER\"}".getBytes(StandardCharsets.UTF_8);

    private static final String LIDA = "LIDA ";

    private final Grupos grupos;
    private final int este;
    private final String historia;
    private final Saida saida;
    private final Ordem numeros;
    private final Banco banco;
    private final Passagens passagens;
    private long entradas;

    /** Um grupo em que nada se fez. @param este qual é, de 0 em diante @param historia o nome da sua sequência de números */
    public Grupo(Grupos grupos, int este, String historia, Saida saida) {
        this(grupos, este, historia, saida, new Banco(), new Passagens());
    }

    /** De onde vem um que se replica. @param agora recebe o que passa a valer */
    static Origem origem(Grupos grupos, int este, Consumer<Grupo> agora) {
        return new Origem() {
            @Override
            public Regra nova(String historia, Regra.Saida saida) {
                return valer(new Grupo(grupos, este, historia, (envelope, resultado) -> saida.ordenada(envelope, true)));
            }

            @Override
            public Regra ler(String historia, Diario diario, DataInputStream dali, Regra.Saida saida) throws IOException {
                byte[] foto = new byte[dali.readInt()];
                dali.readFully(foto);
                return valer(daFoto(grupos, Json.lerGrande(foto), (envelope, resultado) -> saida.ordenada(envelope, true)));
            }

            private Grupo valer(Grupo grupo) {
                agora.accept(grupo);
                return grupo;
            }
        };
    }

    private Grupo(Grupos grupos, int este, String historia, Saida saida, Banco banco, Passagens passagens) {
        this.grupos = grupos;
        this.este = este;
        this.historia = historia;
        this.saida = saida;
        this.numeros = new Ordem(historia);
        this.banco = banco;
        this.passagens = passagens;
    }

    /**
     * Aplica uma entrada: uma operação de um cliente (as cinco chaves), um passo de uma passagem, ou {@link #LER}.
     *
     * @return {@code OK seq=N}, se nada mais há a fazer; {@code ERRO …}; ou que está por passar: {@link Passagem#porPassar}
     */
    @Override
    public String aplicar(byte[] entrada) {
        entradas++;
        try {
            Campos campos = Campos.ler(entrada, Operacao.CHAVES);
            return campos.tem("passo") ? passo(entrada) : operacao(Operacao.de(campos));
        } catch (MensagemInvalida e) {
            return e.resposta();
        }
    }

    private String operacao(Operacao op) {
        exigirDaqui(grupos.de(Grupos.exigir(op)), op.conta_origem());
        Passagem aberta = passagens.aberta(op.id_msg());
        if (aberta != null) {
            return aberta.conferir(op).porPassar();
        }
        Long acabada = passagens.acabada(op);
        return acabada != null ? "OK seq=" + acabada : grupos.passa(op) ? preparar(op) : "OK seq=" + ordenar(op);
    }

    /** O dinheiro sai da conta, se lá está, e fica em trânsito. */
    private String preparar(Operacao op) {
        long seq = ordenar(new Operacao(op.id_msg(), Tipo.TRANSFERENCIA, op.conta_origem(), Grupos.EM_TRANSITO, op.valor()));
        if (banco.lembradas().valor(op.id_msg()).situacao() == Resultado.Situacao.RECUSADA) {
            passagens.acabar(op, seq);
            return "OK seq=" + seq;
        }
        return passagens.abrir(este, grupos.de(op.conta_destino()), seq, op).porPassar();
    }

    private String passo(byte[] entrada) {
        Passo passo = Campos.ler(entrada, List.of("passo")).palavra("passo", Passo.class);
        if (passo == Passo.LER) {
            return LIDA + entradas;
        }
        Passagem passagem = Passagem.ler(Json.ler(entrada));
        Operacao op = passagem.op();
        switch (passo) {
            case CREDITAR -> {
                exigirDaqui(passagem.para(), op.conta_destino());
                if (passagens.receber(passagem)) {
                    ordenar(new Operacao(passagem.nome(), Tipo.DEPOSITO, op.conta_destino(), null, op.valor()));
                }
            }
            case FECHAR -> {
                exigirDaqui(passagem.de(), op.conta_origem());
                if (passagens.fechar(passagem)) {
                    ordenar(new Operacao(passagem.nome(), Tipo.SAQUE, Grupos.EM_TRANSITO, null, op.valor()));
                }
            }
            default -> throw new AssertionError(passo);
        }
        return passagem.feita();
    }

    private void exigirDaqui(int grupo, String conta) {
        if (grupo != este || grupos.de(conta) != este) {
            throw new MensagemInvalida("campo", "a conta " + conta + " é do grupo " + grupos.de(conta) + " de "
                    + grupos.quantos() + ", e este é o " + este + "; confira que todos têm o mesmo --grupos");
        }
    }

    /** @return o número dela: o próximo, ou o que já tinha */
    private long ordenar(Operacao op) {
        long antes = numeros.ultimo();
        Envelope envelope = numeros.ordenar(op);
        if (envelope.seq() > antes) {
            saida.ordenada(envelope, banco.aplicar(op));
        }
        return envelope.seq();
    }

    // ───── O que se pode saber dele ─────

    /** As passagens que daqui saíram e ainda não se sabe que chegaram, das mais velhas em diante; só para leitura. */
    public Collection<Passagem> abertas() {
        return passagens.abertas();
    }

    /** O saldo de uma conta deste grupo. */
    public BigDecimal saldo(String conta) {
        return banco.saldo(conta);
    }

    /**
     * O que este grupo soma ao dinheiro que há: os saldos, mais o que dele saiu, menos o que de outros chegou. A soma disto
     * em todos é o que os clientes depositaram menos o que sacaram, <b>qualquer</b> que seja o ponto em que cada um está.
     */
    public BigDecimal total() {
        return EstadoDoBanco.total(banco).subtract(banco.saldo(Grupos.EM_TRANSITO)).add(passagens.saldo());
    }

    /** O banco, com a conta «em trânsito»: o que tem uma réplica deste grupo. */
    public Banco banco() {
        return banco;
    }

    Passagens passagens() {
        return passagens;
    }

    /** O último número dado; 0 se nenhum. */
    public long ultimo() {
        return numeros.ultimo();
    }

    /** Quantas entradas se aplicaram. */
    public long entradas() {
        return entradas;
    }

    /** Quantas havia quando se leu. @param resposta a que {@link #LER} teve; @return -1 se não se entende */
    static long entradas(String resposta) {
        return resposta.startsWith(LIDA) ? Long.parseLong(resposta.substring(LIDA.length())) : -1;
    }

    // ───── Instantâneos ─────

    @Override
    public void guardar(DataOutputStream ali) throws IOException {
        byte[] foto = Json.escrever(foto()).getBytes(StandardCharsets.UTF_8);
        ali.writeInt(foto.length);
        ali.write(foto);
    }

    /** O estado inteiro. */
    public ObjectNode foto() {
        ObjectNode foto = Json.MAPPER.createObjectNode().put("grupos", grupos.quantos()).put("grupo", este)
                .put("historia", historia).put("ultimo", numeros.ultimo()).put("entradas", entradas);
        foto.set("banco", EstadoDoBanco.de(banco));
        foto.set("passagens", passagens.json());
        return foto;
    }

    /** @throws MensagemInvalida se não é a de um grupo destes */
    public static Grupo daFoto(Grupos grupos, ObjectNode foto, Saida saida) {
        if (Json.inteiro(foto, "grupos") != grupos.quantos()) {
            throw new MensagemInvalida("campo", "grupos: estes dados são de " + Json.inteiro(foto, "grupos")
                    + ", e agora pede-se " + grupos.quantos() + "; use --grupos " + Json.inteiro(foto, "grupos"));
        }
        Grupo grupo = new Grupo(grupos, (int) Json.inteiro(foto, "grupo"), Json.texto(foto, "historia"), saida,
                EstadoDoBanco.ler(Json.objeto(foto, "banco")), Passagens.ler(Json.objeto(foto, "passagens")));
        grupo.numeros.refazer(grupo.banco.lembradas(), Json.inteiro(foto, "ultimo"));
        grupo.entradas = Json.inteiro(foto, "entradas");
        return grupo;
    }
}
