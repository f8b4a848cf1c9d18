//SOURCES Grupos.java
package part3.regra.grupos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import part3.regra.Numeracao;
import part3.regra.Regra;
import part3.regra.Replicado;
import shared.Envelope;
import shared.Operacao;
import shared.texto.Campos;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import shared.texto.Texto;

/**
 * O ordenador sem soquetes nem Raft, o seu <i>núcleo</i>: de cada grupo, o que se replica, e de cada pedido, a quem se
 * propõe. Com um grupo só, numera e mais nada, como o sequenciador; com mais, cada grupo tem as suas contas, e sabe os
 * saldos delas. Os soquetes são de part3/Ordenador.java, e o Raft, de part3/raft.
 */
public final class Ordens {

    /** O que ele diz. */
    public interface Saida {

        /** Propõe uma entrada ao Raft de um grupo. @param volta o que se respondeu, no laço; pode nunca vir */
        void propor(int grupo, byte[] entrada, Consumer<String> volta);

        /** Se este processo julga que lidera o grupo. */
        boolean lidera(int grupo);

        /** Como está um grupo, a quem pergunta ESTADO. */
        String estado(int grupo);

        /** A todas as réplicas que ouvem o grupo. */
        void difundir(int grupo, String envelope);

        /** O que se decidiu de uma operação: "ordenar" ou "repetida". */
        void decidiu(int grupo, String evento, Envelope envelope);

        /** @param pares chave, valor, chave, valor… */
        void registrar(int grupo, String evento, Object... pares);
    }

    private static final int CONTAS_POR_LEITURA = 100; // a resposta cabe numa mensagem

    private final Saida saida;
    private final String id;
    private final int quantos;
    private final Regra.Origem[] origens;
    private final Replicado[] replicados;
    private final List<Grupo> locais = new ArrayList<>(); // até onde este processo os aplicou
    private final String[] novasHistorias;
    private final Condutor<Consumer<String>> condutor;
    private final Leituras<Consumer<String>> leituras;

    /**
     * @param id       o nome deste processo, que vai com os saldos
     * @param historia dá um nome novo, de 8 letras, a uma sequência de números
     */
    public Ordens(Grupos grupos, String id, Supplier<String> historia, Saida saida) {
        this.saida = saida;
        this.id = id;
        quantos = grupos.quantos();
        IntStream.range(0, quantos).forEach(g -> locais.add(new Grupo(grupos, g, "", (envelope, resultado) -> { })));
        origens = todos().mapToObj(g -> quantos == 1 ? Numeracao.ORIGEM
                : Grupo.origem(grupos, g, novo -> locais.set(g, novo))).toArray(Regra.Origem[]::new);
        replicados = todos().mapToObj(g -> Replicado.vazio(origens[g], new DeUmGrupo(g))).toArray(Replicado[]::new);
        novasHistorias = todos().mapToObj(g -> historia.get()).toArray(String[]::new);
        condutor = new Condutor<>(grupos, new Propostas());
        leituras = new Leituras<>(grupos, new Propostas());
    }

    private IntStream todos() {
        return IntStream.range(0, quantos);
    }

    // ───── O que se pede ─────

    /** Propõe a cada grupo que comece, se ainda não começou: antes disso não há o que contar a quem o segue. */
    public void comecar() {
        todos().forEach(g -> propor(g, new byte[0], volta -> { }));
    }

    /**
     * Atende um pedido: uma operação, que pode ser de qualquer grupo, ou um de controle.
     *
     * @param cliente por onde volta a resposta que não vem já
     * @param grupo   o da porta por que veio: é dele que se conta
     * @return a resposta; {@code null} se vem mais tarde, ou nunca
     * @throws MensagemInvalida se não se entende
     */
    public String atender(Consumer<String> cliente, int grupo, byte[] pedido) {
        Campos campos = Campos.ler(pedido, Operacao.CHAVES);
        if (!campos.tem("pedido")) {
            pedir(cliente, Operacao.de(campos));
            return null;
        }
        ObjectNode controle = Json.ler(pedido);
        String qual = Json.texto(controle, "pedido");
        if (qual.equals("ESTADO")) {
            return saida.estado(grupo);
        }
        if (quantos > 1 && qual.equals("SALDO")) {
            String conta = Texto.exigir("conta", Json.texto(controle, "conta"));
            leituras.pedir(lida -> cliente.accept(saldo(conta, lida)), List.of(conta));
            return null;
        }
        if (quantos > 1 && qual.equals("SALDOS")) {
            leituras.pedir(cliente, contas(controle));
            return null;
        }
        return replicados[grupo].contar(controle);
    }

    private void pedir(Consumer<String> cliente, Operacao op) {
        if (quantos == 1) {
            propor(0, op.json().getBytes(StandardCharsets.UTF_8), cliente);
        } else {
            condutor.pedir(cliente, op);
        }
    }

    private void propor(int grupo, byte[] entrada, Consumer<String> volta) {
        saida.propor(grupo, Replicado.entrada(novasHistorias[grupo], entrada), volta);
    }

    private static List<String> contas(ObjectNode pedido) {
        JsonNode contas = pedido.get("contas");
        if (!(contas instanceof ArrayNode) || contas.isEmpty() || contas.size() > CONTAS_POR_LEITURA) {
            throw new MensagemInvalida("campo", "contas: esperava uma lista de 1 a " + CONTAS_POR_LEITURA + " nomes");
        }
        List<String> nomes = new ArrayList<>();
        for (JsonNode conta : contas) {
            if (!conta.isTextual()) {
                throw new MensagemInvalida("campo", "contas: esperava textos, veio " + Json.tipoDe(conta));
            }
            nomes.add(Texto.exigir("contas", conta.textValue()));
        }
        return nomes;
    }

    /** Como uma réplica o diria. @param lida o que respondeu uma leitura dessa conta só */
    private String saldo(String conta, String lida) {
        if (lida.startsWith("ERRO")) {
            return lida;
        }
        ObjectNode corte = Json.ler(lida.getBytes(StandardCharsets.UTF_8));
        return Json.escrever(Json.MAPPER.createObjectNode().put("conta", conta)
                .put("saldo", new BigDecimal(corte.get("saldos").get(conta).textValue())).put("id", id));
    }

    /** Uma volta do laço. @param agora em milissegundos, de um relógio que só avança */
    public void passo(long agora) {
        for (Replicado este : replicados) {
            este.passo(agora);
        }
        if (quantos > 1) {
            todos().forEach(g -> condutor.passo(g, locais.get(g), saida.lidera(g), agora));
            leituras.passo(locais, agora);
        }
    }

    // ───── O que o Raft confirma ─────

    /** Aplica uma entrada. @param nova se as réplicas ainda não a podem ter ouvido daqui @return o que responder */
    public String aplicar(int grupo, byte[] entrada, boolean nova) {
        return replicados[grupo].aplicar(entrada, nova);
    }

    /** Escreve tudo o que se sabe de um grupo. */
    public void guardar(int grupo, DataOutputStream ali) throws IOException {
        replicados[grupo].guardar(ali);
    }

    /** Troca tudo o que se sabe de um grupo pelo que se escreveu. @throws IOException se não serve */
    public void recomecar(int grupo, DataInputStream dali) throws IOException {
        Replicado outro = Replicado.ler(dali, origens[grupo], new DeUmGrupo(grupo));
        replicados[grupo].largar();
        replicados[grupo] = outro;
        saida.registrar(grupo, "instantaneo", "seq", outro.ultimo());
    }

    /** O último número dado neste grupo; 0 se nenhum. */
    public long ultimo(int grupo) {
        return replicados[grupo].ultimo();
    }

    /** O que um dos grupos diz. */
    private final class DeUmGrupo implements Replicado.Saida {
        private final int grupo;

        DeUmGrupo(int grupo) {
            this.grupo = grupo;
        }

        @Override
        public void difundir(String envelope) {
            saida.difundir(grupo, envelope);
        }

        @Override
        public void decidiu(String evento, Envelope envelope) {
            saida.decidiu(grupo, evento, envelope);
        }

        @Override
        public void registrar(String evento, Object... pares) {
            saida.registrar(grupo, evento, pares);
        }
    }

    /** O que propõem quem leva as operações e quem lê. */
    private final class Propostas implements Condutor.Saida<Consumer<String>> {

        @Override
        public void propor(int grupo, byte[] entrada, Consumer<String> volta) {
            Ordens.this.propor(grupo, entrada, volta);
        }

        @Override
        public void responder(Consumer<String> cliente, String texto) {
            cliente.accept(texto);
        }
    }
}
