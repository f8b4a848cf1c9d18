package part3.regra.grupos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import shared.Operacao;
import shared.memoria.Lembradas;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import shared.texto.Texto;

/**
 * Uma transferência entre dois grupos: saiu da conta de origem, e tem de chegar à de destino uma vez só.
 *
 * @param de     o grupo de onde sai
 * @param para   aquele a que chega
 * @param numero o desta entre todas as que vão de um ao outro, de 1 em diante, sem buracos
 * @param seq    o número que o grupo de origem lhe deu: é o que se responde ao cliente
 * @param op     como o cliente a pediu
 */
public record Passagem(int de, int para, long numero, long seq, Operacao op) {

    /** O que se faz dela depois de aberta: tanto faz quantas vezes se peça, e quantos o peçam. LER não é de nenhuma. */
    public enum Passo { CREDITAR, FECHAR, LER }

    private static final String PASSAR = "PASSAR ";

    /** O que ela se chama nos dois grupos: {@code em trânsito 0>1 #17}. Nunca outra se chama assim. */
    String nome() {
        return Grupos.EM_TRANSITO + " " + de + ">" + para + " #" + numero;
    }

    /** A entrada que faz este passo: CREDITAR propõe-se ao grupo {@link #para}, e só depois FECHAR ao grupo {@link #de}. */
    public byte[] entrada(Passo passo) {
        return Json.escrever(json().put("passo", passo.name())).getBytes(StandardCharsets.UTF_8);
    }

    /** O que um grupo responde a quem pediu a operação: está em trânsito, e alguém tem de a levar. */
    String porPassar() {
        return PASSAR + Json.escrever(json());
    }

    /** @return a que um grupo disse que está por passar; {@code null} se não foi isso que respondeu */
    public static Passagem porPassar(String resposta) {
        return resposta.startsWith(PASSAR)
                ? ler(Json.ler(resposta.substring(PASSAR.length()).getBytes(StandardCharsets.UTF_8))) : null;
    }

    /** O que o cliente ouve quando o dinheiro chegou, seja a quem for que o peça, e quantas vezes. */
    public String feita() {
        return "OK seq=" + seq;
    }

    /** @return esta @throws MensagemInvalida se a operação que veio com o id_msg dela é outra */
    Passagem conferir(Operacao outra) {
        if (!op.conteudo().equals(outra.conteudo())) {
            throw new MensagemInvalida(Lembradas.ID_REPETIDO, ("o id_msg " + op.id_msg() + " já é de " + op.conteudo()
                    + ", e agora veio com " + outra.conteudo() + "; a uma operação nova dê um id_msg novo")
                    .replace(Lembradas.SEPARADOR, " "));
        }
        return this;
    }

    ObjectNode json() {
        return Json.MAPPER.createObjectNode().put("de", de).put("para", para).put("numero", numero).put("seq", seq)
                .put("op", op.json());
    }

    static Passagem ler(ObjectNode json) {
        return new Passagem((int) Json.inteiro(json, "de"), (int) Json.inteiro(json, "para"), Json.inteiro(json, "numero"),
                Json.inteiro(json, "seq"), Operacao.ler(Texto.bytes("op", Json.texto(json, "op"))));
    }
}
