package tests.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Consumer;
import part3.regra.Copia;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.disco.EstadoDoBanco;
import shared.ordem.Aplicada;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * A parte 3 com o sequenciador do sistema original e réplicas nossas: os envelopes vêm sem história, o mesmo pedido feito
 * duas vezes tem dois números, e entre o que serve vem o que ele numera e nós recusamos. Não há a quem pedir o que falta:
 * quem perde um número para antes dele, e é só isso que se lhe perdoa. O sequenciador, que nada guarda, não morre.
 */
final class Parte3Alheia extends Cenario {

    private static final String FONTE = "orig";

    /** O que está no lugar do valor de uma operação; 0.125 é o que alguém poderia arredondar. */
    private static final List<String> VALORES =
            List.of("0.125", "-5", "0", "NaN", "-Infinity", "1e13", "\"7\"", "true", "null");

    /** Um número dado. @param boa a operação, se serve; @param depois o estado de quem aplicou até aqui, inclusive */
    private record Numerada(String envelope, String texto, Operacao boa, ObjectNode depois) {
    }

    private final Original original = new Original();
    private final List<Replica> replicas = new ArrayList<>();
    private final boolean emSossego; // se só se pede algo com todas as réplicas de pé: reiniciar não faz perder nada
    private boolean recusou;

    Parte3Alheia(Mundo mundo, Defeito defeito) {
        super(mundo, defeito, null);
        int entreInstantaneos = entreInstantaneos();
        emSossego = sorte.nextInt(4) > 0;
        processos.put(FONTE, original);
        for (int i = 1; i <= dois(); i++) {
            Replica replica = new Replica("r" + i, entreInstantaneos);
            replicas.add(replica);
            processos.put(replica.nome, replica);
        }
        for (int i = 1; i <= 1 + sorte.nextInt(2); i++) {
            clientes.add(new Cliente("c" + i, mundo, List.of(FONTE), false, false, this::pedir));
        }
    }

    private void pedir(Cliente cliente, String nome, Cliente.Pedido pedido, int tentativa, Consumer<String> resposta) {
        if (emSossego && !replicas.stream().allMatch(Replica::assina)) {
            resposta.accept("ERRO espera");
            return;
        }
        String canal = cliente.nome + "-" + tentativa;
        rede.enviar(cliente.nome, nome, canal, "", () -> original.chegou(0, () -> original.atender(pedido.op,
                texto -> rede.enviar(nome, cliente.nome, canal, texto, () -> resposta.accept(texto)))));
    }

    // ───── O sequenciador original ─────

    private final class Original extends Processo {

        private final Random alheias = Parte3Alheia.this.mundo.sorte("alheias");
        private final List<Numerada> numeradas = new ArrayList<>();
        private final Map<String, Long> assinaturas = new HashMap<>();
        private final Banco modelo = new Banco();

        Original() {
            super(FONTE, Parte3Alheia.this, 100, Integer.MAX_VALUE);
        }

        @Override
        void iniciar() {
            replicas.forEach(Replica::assinar);
        }

        @Override
        void passo() {
        }

        private void atender(Operacao op, Consumer<String> responder) {
            while (alheias.nextInt(3) == 0) { // outros clientes Python também pedem
                numerar(alheia(op), null);
            }
            numerar(op.json(), op);
            responder.accept("OK seq=" + numeradas.size());
        }

        private String alheia(Operacao op) {
            String id = "alheia-" + numeradas.size();
            String texto = op.json().replace(op.id_msg(), id);
            return switch (alheias.nextInt(6)) {
                case 0 -> texto.replace(id, id + "x".repeat(64));
                case 1 -> texto.replace(op.conta_origem(), "z".repeat(66));
                case 2 -> texto.replace("{", "{\"a_mais\": 1, ");
                default -> {
                    List<Operacao> usadas = numeradas.stream().map(Numerada::boa).filter(boa -> boa != null).toList();
                    if (usadas.isEmpty() || alheias.nextInt(3) > 0) {
                        yield texto.replaceFirst("[0-9.]+}$", VALORES.get(alheias.nextInt(VALORES.size())) + "}");
                    }
                    Operacao usada = usadas.get(alheias.nextInt(usadas.size())); // um id_msg já usado, noutra operação
                    yield usada.json().replaceFirst("[0-9.]+}$", "777}");
                }
            };
        }

        private void numerar(String texto, Operacao boa) {
            if (boa != null) {
                modelo.aplicar(boa);
            }
            long seq = numeradas.size() + 1;
            String envelope = Json.escrever(Json.MAPPER.createObjectNode().put("seq", seq).put("op", texto));
            numeradas.add(new Numerada(envelope, texto, boa, EstadoDoBanco.de(modelo)));
            mundo.dizer(nome, "numera", seq, texto);
            for (Replica replica : replicas) {
                if (mundo.agora() >= assinaturas.getOrDefault(replica.nome, Long.MAX_VALUE)) {
                    int dela = replica.vida();
                    rede.enviar(nome, replica.nome, replica.ordem.canal(), "", () -> {
                        if (replica.vida() == dela) {
                            replica.chegou(0, () -> replica.receber(seq, envelope));
                        }
                    });
                }
            }
        }

        /** Quantas operações os números até este fizeram, ou recusaram por falta de saldo. */
        private long feitas(long ate) {
            ObjectNode estado = estado(ate);
            return estado.get("aplicadas").longValue() + estado.get("recusadas").longValue();
        }

        private ObjectNode estado(long ate) {
            return ate == 0 ? EstadoDoBanco.de(new Banco()) : numeradas.get((int) ate - 1).depois();
        }
    }

    // ───── Uma réplica, sem o que só se faz com os nossos ─────

    private final class Replica extends Processo implements Copia.Saida {

        private final TreeSet<Long> recebeu = new TreeSet<>(); // o que tem de saber: o do disco, e o que chegou depois
        private Copia nucleo;
        private Ligacao ordem;

        Replica(String nome, int entreInstantaneos) {
            super(nome, Parte3Alheia.this, 100, entreInstantaneos);
        }

        void assinar() {
            if (vivo()) {
                original.assinaturas.put(nome, mundo.agora() + sorte.nextInt(300) * Mundo.MS);
            }
        }

        private boolean assina() {
            return vivo() && mundo.agora() >= original.assinaturas.getOrDefault(nome, Long.MAX_VALUE);
        }

        @Override
        void iniciar() {
            nucleo = new Copia(diario, this);
            ordem = new Ligacao(this, original, "ordem-" + vida(), this::assinar);
            recebeu.clear();
            for (long seq = 1; seq <= nucleo.ultimo(); seq++) {
                recebeu.add(seq);
            }
            conferirEstado();
            original.assinaturas.remove(nome);
            assinar();
        }

        private void receber(long seq, String envelope) {
            recebeu.add(seq);
            nucleo.difundido(envelope.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        void passo() {
            cuidar(ordem);
            nucleo.passo(relogio(), true);
            conferirConsulta(this, nucleo.banco(), nucleo.ultimo(), original.feitas(nucleo.ultimo()));
        }

        @Override
        public void pedir(ObjectNode pedido) {
            throw new Violacao("%s pede %s ao original, que não o entende", nome, pedido);
        }

        @Override
        public void aplicada(Aplicada aplicada, Banco banco) {
            recusou |= aplicada.op() == null;
            exigirNoDisco(this, aplicada.seq());
            mundo.dizer(nome, "aplica", aplicada.seq(), aplicada.resultado());
        }

        @Override
        public void adiantada(Envelope envelope, long falta) {
            mundo.dizer(nome, "espera", envelope.seq(), "falta", falta);
        }

        @Override
        public void recusada(MensagemInvalida erro) {
            throw new Violacao("%s não gasta um número: %s", nome, erro.getMessage());
        }

        @Override
        public void registrar(String evento, Object... pares) {
            registrada(this, evento, pares);
        }

        /** O último número de que recebeu todos os anteriores. */
        private long sabe() {
            long ate = 0;
            while (recebeu.contains(ate + 1)) {
                ate++;
            }
            return ate;
        }

        /** O estado é o que dão os números até aqui, nem mais nem menos; e do que se recusou guarda-se o texto. */
        private void conferirEstado() {
            long ultimo = nucleo.ultimo();
            ObjectNode tem = EstadoDoBanco.de(nucleo.banco());
            ObjectNode certo = original.estado(ultimo);
            exigir(tem.toString().equals(certo.toString()),
                    "%s no número %d tem %s, com %s aplicadas, e a ordem dá %s, com %s", nome, ultimo,
                    tem.get("saldos"), tem.get("aplicadas"), certo.get("saldos"), certo.get("aplicadas"));
            disco.repetir(diario.doInstantaneo(), json -> {
                Envelope envelope = Envelope.ler(json);
                String texto = envelope.recusada() == null ? envelope.op().json() : envelope.recusada().texto();
                String veio = original.numeradas.get((int) envelope.seq() - 1).texto();
                exigir(envelope.recusada() == null || texto.equals(veio), "%s guardou %s por %s", nome, texto, veio);
            });
        }
    }

    // ───── Faltas ─────

    @Override
    Processo quem(String alvo) {
        return processos.get(alvo);
    }

    @Override
    List<String> alvos() {
        return List.of("r1", "r2", replicas.get(replicas.size() - 1).nome);
    }

    /** O original não se lembra de nada: por ele, um id_msg serve as vezes que se quiser. */
    @Override
    boolean lembraOConfirmado() {
        return false;
    }

    // ───── O que se exige ─────

    @Override
    String falta() {
        for (Replica replica : replicas) {
            if (replica.nucleo.ultimo() != replica.sabe() || replica.nucleo.seguidor().ultimo() != replica.sabe()) {
                return replica.nome + " recebeu até " + replica.sabe() + ", está em " + replica.nucleo.seguidor().ultimo()
                        + " e tem guardado até " + replica.nucleo.ultimo();
            }
        }
        return null;
    }

    @Override
    void conferir() {
        replicas.forEach(Replica::conferirEstado);
        for (Cliente.Pedido pedido : pedidos().values()) {
            if (pedido.confirmado()) {
                int seq = Integer.parseInt(pedido.resposta.substring("OK seq=".length()));
                Operacao numerada = original.numeradas.get(seq - 1).boa();
                exigir(numerada.equals(pedido.op), "'%s' não é de %s", pedido.resposta, pedido.op);
            }
        }
    }

    /** O que não se garante sem recuperação: alguém ficou para trás. Só conta se se recusou algo e outra tem tudo. */
    @Override
    String fraqueza() {
        long fim = original.numeradas.size();
        boolean mostrou = recusou && replicas.stream().anyMatch(r -> r.sabe() == fim)
                && replicas.stream().anyMatch(r -> r.sabe() < fim);
        return mostrou ? "uma réplica não recupera um número do original" : null;
    }

    /** Aqui não se procura. */
    @Override
    Map<String, Banco> bancos() {
        return Map.of();
    }
}
