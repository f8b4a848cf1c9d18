package tests.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import part3.regra.grupos.Condutor;
import part3.regra.grupos.Grupo;
import part3.regra.grupos.Grupos;
import part3.regra.grupos.Leituras;
import part3.regra.grupos.Passagem;
import part3.regra.grupos.Passagem.Passo;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.Resultado;
import shared.texto.Json;

/**
 * A parte 3 com as contas em grupos: três ordenadores, que têm uma cópia de cada grupo e levam as passagens de um a outro.
 * Cada grupo é aqui um log que não perde nada do que confirmou, mas que se pode calar por uns tempos, ou morrer entre
 * confirmar e responder: é o que o Raft promete, sem o Raft.
 */
final class Parte3Grupos extends Cenario {

    static final List<String> CONTAS = List.of("ana", "bia", "caio");

    private static final int LIDERA_MS = 700; // de quanto em quanto muda quem lidera cada grupo
    private static final int POR_VEZ = 5;     // entradas que se contam de uma vez a quem está atrás

    final Grupos grupos;
    final List<Log> logs = new ArrayList<>();
    private final List<Ordenador> ordenadores = new ArrayList<>();
    private final int entreInstantaneos;
    private long canais;
    private final Set<String> creditadas = new HashSet<>(); // os créditos que já se propuseram
    private long repetidos;

    Parte3Grupos(Mundo mundo, Defeito defeito, Alcance alcance) {
        super(mundo, defeito, alcance);
        entreInstantaneos = entreInstantaneos();
        grupos = new Grupos(2 + mundo.sortear(sorte, 3, 2)); // com 4, cada conta tem um grupo
        for (int i = 1; i <= 3; i++) {
            ordenadores.add(new Ordenador("n" + i));
        }
        for (int grupo = 0; grupo < grupos.quantos(); grupo++) {
            logs.add(new Log(grupo));
        }
        Stream.concat(ordenadores.stream(), logs.stream()).forEach(p -> processos.put(p.nome, p));
        List<String> nomes = ordenadores.stream().map(n -> n.nome).toList();
        for (int i = 1; i <= dois(); i++) {
            clientes.add(new Cliente("c" + i, mundo, nomes, mundo.roteiro() == null, false, this::pedir));
        }
    }

    private void pedir(Cliente cliente, String nome, Cliente.Pedido pedido, int tentativa, Consumer<String> resposta) {
        Ordenador este = (Ordenador) processos.get(nome);
        String canal = cliente.nome + "-" + tentativa;
        Operacao op = comEstrago(pedido, tentativa);
        rede.enviar(cliente.nome, nome, canal, op == null ? "saldos" : op.json(), () -> este.chegou(0, () ->
                este.receber(op, texto -> rede.enviar(nome, cliente.nome, canal, texto, () -> resposta.accept(texto)))));
    }

    private boolean fotografa() {
        return mundo.roteiro() == null ? sorte.nextInt(entreInstantaneos) == 0 : entreInstantaneos == 1;
    }

    private String canal() {
        return "p" + ++canais;
    }

    private static byte[] bytes(String texto) {
        return texto.getBytes(StandardCharsets.UTF_8);
    }

    private static Grupo recomecar(Grupos grupos, int este, String foto, Grupo.Saida saida) {
        return foto == null ? new Grupo(grupos, este, "h" + este, saida)
                : Grupo.daFoto(grupos, Json.lerGrande(bytes(foto)), saida);
    }

    /** Um instantâneo, com o estrago que houver. */
    private String fotografar(Grupo grupo) {
        ObjectNode foto = grupo.foto();
        if (defeito == Defeito.FOTO_SEM_TABELA) {
            ((ObjectNode) foto.get("passagens")).putArray("recebidas");
        }
        return Json.escrever(foto);
    }

    // ───── Um grupo ─────

    /** O que um grupo publicou. @param em quando, em microssegundos */
    record Publicada(Envelope envelope, Resultado resultado, long em) {
    }

    /** O log de um grupo, e o estado de quem o lidera. */
    final class Log extends Processo {

        final List<String> entradas = new ArrayList<>();
        final List<String> respostas = new ArrayList<>();
        final List<Publicada> publicadas = new ArrayList<>();
        final Set<String> nomes = new HashSet<>();  // os id_msg destas
        private final List<BigDecimal> liquido = new ArrayList<>(List.of(new BigDecimal("0.00")));
        private final int grupo;
        private Grupo estado;
        private String foto;

        Log(int grupo) {
            super("g" + grupo, Parte3Grupos.this, 100, 1_000);
            this.grupo = grupo;
            iniciar();
        }

        @Override
        void iniciar() {
            estado = recomecar(grupos, grupo, foto, this::ordenada);
            for (int i = (int) estado.entradas(); i < entradas.size(); i++) {
                estado.aplicar(bytes(entradas.get(i)));
            }
        }

        private void ordenada(Envelope envelope, Resultado resultado) {
            if (envelope.seq() > publicadas.size()) {
                Publicada nova = new Publicada(envelope, resultado, mundo.agora());
                publicadas.add(nova);
                nomes.add(envelope.op().id_msg());
                liquido.add(liquido.get(liquido.size() - 1).add(Verificador.liquido(nova)));
            }
        }

        private void propor(byte[] entrada, Consumer<String> responder) {
            acao(); // o que morre aqui não se confirmou…
            entradas.add(new String(entrada, StandardCharsets.UTF_8));
            respostas.add(estado.aplicar(entrada));
            Verificador.agora(Parte3Grupos.this, logs.stream().map(log -> log.estado).toList());
            if (fotografa()) {
                foto = fotografar(estado);
            }
            acao(); // …e o que morre aqui, sim, e ninguém sabe
            responder.accept(respostas.get(respostas.size() - 1));
            ordenadores.forEach(n -> rede.enviar(nome, n.nome, "ordem", "entradas", () -> n.chegou(0, () -> n.pedir(this))));
        }

        @Override
        void passo() { // espera que lhe proponham
        }

        /** Quanto dinheiro os clientes tinham posto, menos o que tinham tirado, até este número. */
        BigDecimal liquidoAte(long ate) {
            return liquido.get((int) ate);
        }

        Grupo estado() {
            return estado;
        }
    }

    // ───── Um ordenador ─────

    final class Ordenador extends Processo implements Condutor.Saida<Consumer<String>> {

        private final Map<Integer, String> fotos = new LinkedHashMap<>();
        private final List<Grupo> locais = new ArrayList<>();
        private Condutor<Consumer<String>> condutor;
        private Leituras<Consumer<String>> leituras;

        Ordenador(String nome) {
            super(nome, Parte3Grupos.this, 100, 1_000);
        }

        @Override
        void iniciar() {
            condutor = new Condutor<>(grupos, this);
            leituras = new Leituras<>(grupos, this);
            locais.clear();
            for (int grupo = 0; grupo < grupos.quantos(); grupo++) {
                locais.add(recomecar(grupos, grupo, fotos.get(grupo), ordenadaEm(logs.get(grupo))));
            }
        }

        /** O que aqui se numera é o mesmo que o grupo numerou. */
        private Grupo.Saida ordenadaEm(Log log) {
            return (envelope, resultado) -> {
                Publicada outra = log.publicadas.get((int) envelope.seq() - 1);
                exigir(outra.envelope().equals(envelope) && outra.resultado().equals(resultado),
                        "%s tem %s (%s), e o grupo %s (%s)", nome, envelope.json(), resultado, outra.envelope().json(),
                        outra.resultado());
                mundo.dizer(nome, "aplica", log.nome, envelope.seq(), envelope.op().id_msg(), resultado.situacao());
            };
        }

        private void receber(Operacao op, Consumer<String> cliente) {
            atender(() -> {
                if (op != null) {
                    pedirOperacao(op, cliente);
                } else if (defeito == Defeito.LER_SEM_CORTE) {
                    return Verificador.semCorte(locais, grupos);
                } else {
                    leituras.pedir(cliente, CONTAS);
                }
                return null;
            }, cliente);
        }

        private void pedirOperacao(Operacao op, Consumer<String> cliente) {
            condutor.pedir(cliente, op);
            if (defeito == Defeito.RESPONDER_ANTES_DO_CREDITO) {
                propor(grupos.de(op), bytes(op.json()), resposta -> {
                    Passagem passagem = Passagem.porPassar(resposta);
                    if (passagem != null) {
                        responder(cliente, passagem.feita());
                    }
                });
            }
        }

        @Override
        public void responder(Consumer<String> cliente, String texto) {
            acao();
            cliente.accept(texto);
        }

        @Override
        public void propor(int grupo, byte[] entrada, Consumer<String> volta) {
            acao();
            int esta = vida();
            String canal = canal();
            Log log = logs.get(grupo);
            byte[] vai = comEstrago(entrada);
            rede.enviar(nome, log.nome, canal, "proposta", () -> log.chegou(0, () -> log.propor(vai,
                    resposta -> rede.enviar(log.nome, nome, canal, resposta, () -> {
                        if (vida() == esta) {
                            chegou(1, () -> volta.accept(resposta));
                        }
                    }))));
        }

        private byte[] comEstrago(byte[] entrada) {
            ObjectNode json = Json.ler(entrada);
            if (!json.path("passo").asText().equals(Passo.CREDITAR.name())) {
                return entrada;
            }
            if (defeito == Defeito.FECHAR_ANTES_DO_CREDITO) {
                ObjectNode fechar = json.deepCopy().put("passo", Passo.FECHAR.name());
                propor((int) Json.inteiro(json, "de"), bytes(Json.escrever(fechar)), resposta -> { });
            }
            boolean outraVez = !creditadas.add(Json.escrever(json));
            return defeito != Defeito.CREDITO_SEM_NUMERO || !outraVez ? entrada
                    : bytes(Json.escrever(json.put("numero", Json.inteiro(json, "numero") + 1_000 * ++repetidos)));
        }

        /** Pede a um grupo o que ainda não tem dele. */
        private void pedir(Log log) {
            if (mundo.roteiro() == null && sorte.nextInt(3) == 0) {
                return; // de uns grupos sabe-se logo, de outros mais tarde
            }
            int esta = vida();
            String canal = canal();
            int desde = (int) locais.get(log.grupo).entradas();
            rede.enviar(nome, log.nome, canal, "desde", () -> log.chegou(2, () -> {
                int fim = Math.min(desde + POR_VEZ, log.entradas.size());
                List<String> estas = desde < fim ? List.copyOf(log.entradas.subList(desde, fim)) : List.of();
                rede.enviar(log.nome, nome, canal, "entradas", () -> {
                    if (vida() == esta) {
                        chegou(2, () -> aplicar(log, desde, estas));
                    }
                });
            }));
        }

        private void aplicar(Log log, int desde, List<String> estas) {
            for (int i = (int) locais.get(log.grupo).entradas() - desde; i >= 0 && i < estas.size(); i++) {
                Grupo local = locais.get(log.grupo);
                String resposta = local.aplicar(bytes(estas.get(i)));
                exigir(resposta.equals(log.respostas.get(desde + i)), "%s responde '%s' à entrada %d de %s, e o grupo '%s'",
                        nome, resposta, desde + i + 1, log.nome, log.respostas.get(desde + i));
                Verificador.local(Parte3Grupos.this, nome, locais);
                if (fotografa()) {
                    fotos.put(log.grupo, fotografar(local));
                    acao();
                }
            }
            leituras.passo(locais, relogio());
            if (!estas.isEmpty()) {
                pedir(log);
            }
        }

        @Override
        void passo() {
            for (Log log : logs) {
                condutor.passo(log.grupo, locais.get(log.grupo), lidera(log) && defeito != Defeito.SEM_QUEM_LEVE, relogio());
                if (locais.get(log.grupo).entradas() < log.entradas.size()) {
                    pedir(log);
                }
            }
            leituras.passo(locais, relogio());
        }

        /** Um dos três, e por vezes outro que também o julga; na procura, sempre o mesmo. */
        private boolean lidera(Log log) {
            long vez = mundo.roteiro() == null ? mundo.agora() / (LIDERA_MS * Mundo.MS) : 0;
            return (vez + log.grupo) % 3 == ordenadores.indexOf(this) || mundo.roteiro() == null && sorte.nextInt(8) == 0;
        }
    }

    // ───── Faltas ─────

    @Override
    Processo quem(String alvo) {
        return processos.get(alvo);
    }

    @Override
    List<String> alvos() {
        return Stream.concat(Stream.of("n1", "n2", "n3"), logs.stream().map(log -> log.nome)).toList();
    }

    @Override
    Map<String, Banco> bancos() {
        Log deAna = logs.get(grupos.de("ana")); // só dela se contam saldos
        return Map.of(deAna.nome, deAna.estado.banco());
    }

    // ───── O que se exige ─────

    @Override
    String falta() {
        for (Log log : logs) {
            for (Passagem aberta : log.estado.abertas()) {
                return log.nome + " tem aberta a passagem de " + aberta.op().id_msg();
            }
            for (Ordenador n : ordenadores) {
                if (n.locais.get(log.grupo).entradas() < log.entradas.size()) {
                    return n.nome + " está em " + n.locais.get(log.grupo).entradas() + " de " + log.entradas.size();
                }
            }
        }
        return null;
    }

    @Override
    void conferir() {
        new Verificador(this).tudo();
        for (Ordenador n : ordenadores) {
            for (Log log : logs) {
                exigir(n.locais.get(log.grupo).foto().equals(log.estado.foto()), "%s não tem o estado de %s",
                        n.nome, log.nome);
            }
        }
    }
}
