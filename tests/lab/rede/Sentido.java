//SOURCES Regras.java Segura.java
package tests.lab.rede;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tests.lab.vereditos.Rastro;

/** O que viaja num sentido de um enlace: as {@link Regras} decidem, aqui se espera, e o {@link Rastro} lembra. */
final class Sentido {

    /** O que pode acontecer a uma mensagem; são também os nomes no rastro. */
    enum Evento { enviada, entregue, perdida, duplicada, segura, solta }

    /** Como acabou uma tentativa de entrega. */
    enum Chegada { ENTREGUE, AINDA_NAO, NINGUEM, ESTRAGADA }

    /** Entrega uma cópia a quem a espera. Não pode demorar. */
    interface Entrega {
        Chegada tentar(int copia);

        /** Vai chegar só um começo dela. */
        default void estragar() {
        }

        /** Estava segura, e não virá. */
        default void desistir() {
        }
    }

    /** Uma cópia de uma mensagem a caminho. @param destino as que vão ao mesmo não se ultrapassam à porta dele */
    private record Viagem(double quando, long ordem, int n, int copia, ObjectNode sobre, Object destino, Entrega entrega) {

        Viagem para(double outraHora, long outraOrdem) {
            return new Viagem(outraHora, outraOrdem, n, copia, sobre, destino, entrega);
        }

        /** A mesma, levada por quem a pediu outra vez: quem a tinha pedido já se cansou de esperar. */
        Viagem por(Object outroDestino, Entrega outra) {
            return new Viagem(quando, ordem, n, copia, sobre, outroDestino, outra);
        }

        Viagem repetida(int qual) {
            return new Viagem(quando, ordem, n, qual, sobre.deepCopy(), destino, entrega);
        }
    }

    private static final int CABEM = 10_000;      // com tantas à espera, quem envia que espere também
    private static final double TENTAR_MS = 5;

    private final Rede.Tipo tipo;
    private final String de;
    private final String para;
    private final String naoRepete;
    private final Regras regras;
    private final Rastro rastro;
    private final AtomicInteger numeros;
    private final PriorityQueue<Viagem> aCaminho = new PriorityQueue<>((a, b) -> a.quando() != b.quando()
            ? Double.compare(a.quando(), b.quando()) : Long.compare(a.ordem(), b.ordem()));
    private final List<Viagem> seguras = new ArrayList<>();
    private final List<Viagem> cedendo = new ArrayList<>();
    private final Map<Evento, Integer> contas = new EnumMap<>(Evento.class);
    private long ordem;
    private long seqEntregue;
    private boolean pausado;

    /** @param naoRepete por que uma mensagem aqui não pode chegar duas vezes; {@code null} se pode */
    Sentido(Rede.Tipo tipo, String de, String para, String naoRepete, Regras regras, Rastro rastro, AtomicInteger numeros) {
        this.tipo = tipo;
        this.de = de;
        this.para = para;
        this.naoRepete = naoRepete;
        this.regras = regras;
        this.rastro = rastro;
        this.numeros = numeros;
    }

    String nome() {
        return de + ">" + para;
    }

    String de() {
        return de;
    }

    String para() {
        return para;
    }

    Rede.Tipo tipo() {
        return tipo;
    }

    String naoRepete() {
        return naoRepete;
    }

    Regras regras() {
        return regras;
    }

    /** Se já esperam tantas que convém não ler mais nenhuma. */
    synchronized boolean cheio() {
        return aCaminho.size() + seguras.size() >= CABEM;
    }

    /**
     * Uma mensagem saiu.
     *
     * @param sobre   o que se sabe dela: id_msg, seq, resumo…
     * @return false se se perdeu
     */
    synchronized boolean enviar(ObjectNode sobre, Object destino, Entrega entrega) {
        int n = numeros.incrementAndGet();
        double agora = rastro.agora();
        if (seqEntregue > 0 && sobre.path("seq").asLong() == seqEntregue) {
            sobre.put("controle", true); // o que já chegou, repetido por quem não tem nada de novo
        }
        anotar(Evento.enviada, n, 0, sobre);
        boolean operacao = !sobre.path("controle").asBoolean();
        List<Regras.Copia> copias = regras.decidir(agora, operacao);
        if (operacao && regras.estraga()) {
            entrega.estragar();
        }
        if (copias.isEmpty()) {
            anotar(Evento.perdida, n, 0, sobre);
        }
        for (Regras.Copia copia : naoRepete == null ? copias : copias.subList(0, Math.min(1, copias.size()))) {
            if (copia.copia() > 0) {
                anotar(Evento.duplicada, n, copia.copia(), sobre);
            }
            Viagem viagem = new Viagem(copia.quando(), ordem++, n, copia.copia(), sobre.deepCopy(), destino, entrega);
            if (copia.segura() && trocar(viagem)) {
                anotar(Evento.perdida, n, copia.copia(), sobre.deepCopy().put("controle", true)
                        .put("motivo", "repete a que já está segura"));
                continue;
            }
            if (copia.segura()) {
                anotar(Evento.segura, n, copia.copia(), sobre);
                seguras.add(viagem);
                continue;
            }
            aCaminho.add(viagem);
            if (copia.cede()) {
                cedendo.add(viagem);
            } else if (copia.copia() == 0) {
                passarNaFrente(copia.quando());
            }
        }
        notifyAll();
        return !copias.isEmpty();
    }

    /**
     * Quem difunde repete a última enquanto não tem outra, quem pede insiste, e os pulsos não param: seguras todas,
     * encheriam a lista. Fica a primeira, no seu lugar, e chega o que dizia a última, por onde ela veio, que é de onde ainda
     * se espera a resposta. Das de controle só se juntam as que vêm a seguir uma à outra: a nenhuma outra passam à frente.
     *
     * @return se já lá estava
     */
    private boolean trocar(Viagem repete) {
        boolean operacao = repete.sobre().has("id_msg");
        boolean junta = operacao || !tipo.bytes(); // um pedaço de uma conexão TCP faz falta
        for (int i = junta ? operacao ? 0 : Math.max(0, seguras.size() - 1) : seguras.size(); i < seguras.size(); i++) {
            Viagem antes = seguras.get(i);
            if (antes.n() != repete.n() && antes.copia() == 0 && Stream.of("id_msg", "seq", "resumo")
                    .allMatch(oQue -> antes.sobre().path(oQue).equals(repete.sobre().path(oQue)))) {
                seguras.set(i, antes.por(repete.destino(), repete.entrega()));
                if (antes.destino() != repete.destino()) {
                    antes.entrega().desistir();
                }
                return true;
            }
        }
        return false;
    }

    /** As que cediam chegam logo depois desta. */
    private void passarNaFrente(double desta) {
        for (Viagem cedeu : cedendo) {
            if (aCaminho.remove(cedeu)) {
                aCaminho.add(cedeu.para(Math.min(desta, cedeu.quando()), ordem++));
            }
        }
        cedendo.clear();
    }

    /** Uma mensagem saiu para quem já não a espera. */
    synchronized void semDestino(ObjectNode sobre, String motivo) {
        int n = numeros.incrementAndGet();
        anotar(Evento.enviada, n, 0, sobre);
        anotar(Evento.perdida, n, 0, sobre.put("motivo", motivo));
    }

    /** Entrega o que já devia ter chegado. @return em quantos milissegundos convém voltar; -1 se não há nada a caminho */
    synchronized double entregar() {
        if (pausado) {
            return -1;
        }
        double agora = rastro.agora();
        Set<Object> presos = new HashSet<>();
        List<Viagem> depois = new ArrayList<>();
        try {
            while (!aCaminho.isEmpty() && aCaminho.peek().quando() <= agora) {
                Viagem v = aCaminho.poll();
                if (presos.contains(v.destino()) || !tentar(v)) {
                    presos.add(v.destino());
                    depois.add(v);
                }
            }
        } finally {
            aCaminho.addAll(depois);
        }
        if (!depois.isEmpty()) {
            return TENTAR_MS;
        }
        return aCaminho.isEmpty() ? -1 : Math.max(0, aCaminho.peek().quando() - agora);
    }

    private boolean tentar(Viagem v) {
        ObjectNode chegou = evento(Evento.entregue, v.n(), v.copia(), v.sobre()); // a hora é a de antes de entregar
        switch (v.entrega().tentar(v.copia())) {
            case ENTREGUE -> {
                seqEntregue = Math.max(seqEntregue, v.sobre().path("seq").asLong());
                contas.merge(Evento.entregue, 1, Integer::sum);
                rastro.anotar(chegou);
                return true;
            }
            case ESTRAGADA -> {
                anotar(Evento.perdida, v.n(), v.copia(),
                        v.sobre().put("motivo", "chegou só um começo, que quem recebe recusa"));
                return true;
            }
            case NINGUEM -> {
                anotar(Evento.perdida, v.n(), v.copia(), v.sobre().put("motivo", "já não há quem a receba"));
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    /** O mesmo, e depois espera até que haja o que fazer, no máximo tantos milissegundos. */
    synchronized void entregarEEsperar(long maximoMs) throws InterruptedException {
        double falta = entregar();
        wait(falta < 0 ? maximoMs : Math.max(1, Math.min(maximoMs, (long) Math.ceil(falta))));
    }

    /** Enquanto está pausado nada chega, nem se perde: espera onde está. */
    synchronized void pausar(boolean sim) {
        pausado = sim;
        notifyAll();
    }

    // ───── As que estão seguras ─────

    synchronized List<ObjectNode> seguras() {
        return seguras.stream().map(Viagem::sobre).toList();
    }

    synchronized void perder(Predicate<ObjectNode> quais) {
        perder(tirar(v -> quais.test(v.sobre())));
    }

    private boolean perder(List<Viagem> estas) {
        for (Viagem v : estas) {
            anotar(Evento.perdida, v.n(), v.copia(), v.sobre());
            if (v.copia() == 0) {
                v.entrega().desistir();
            }
        }
        return !estas.isEmpty();
    }

    synchronized void soltar(Predicate<ObjectNode> quais) {
        soltar(tirar(v -> quais.test(v.sobre())));
    }

    private boolean soltar(List<Viagem> estas) {
        for (Viagem v : estas) {
            anotar(Evento.solta, v.n(), v.copia(), v.sobre());
            aCaminho.add(v.para(rastro.agora(), ordem++));
        }
        notifyAll();
        return !estas.isEmpty();
    }

    /** As que esperam, uma a uma, pela ordem em que chegariam. */
    synchronized List<Segura> esperam() {
        return seguras.stream().map(v -> new Segura(v.n(), v.copia(), de, para, naoRepete, v.quando(), v.sobre().deepCopy()))
                .toList();
    }

    private Predicate<Viagem> esta(int n, int copia) {
        return v -> v.n() == n && v.copia() == copia;
    }

    /** Solta só esta. @return false se já não espera */
    synchronized boolean soltar(int n, int copia) {
        return soltar(tirar(esta(n, copia)));
    }

    /** Perde só esta. @return false se já não espera */
    synchronized boolean perder(int n, int copia) {
        return perder(tirar(esta(n, copia)));
    }

    /** Outra cópia desta, à espera logo a seguir. @return false se já não espera */
    synchronized boolean duplicar(int n, int copia) {
        Viagem original = seguras.stream().filter(esta(n, copia)).findFirst().orElse(null);
        if (original == null) {
            return false;
        }
        int nova = seguras.stream().filter(v -> v.n() == n).mapToInt(Viagem::copia).max().orElse(0) + 1;
        anotar(Evento.duplicada, n, nova, original.sobre());
        anotar(Evento.segura, n, nova, original.sobre());
        seguras.add(seguras.indexOf(original) + 1, original.repetida(nova));
        return true;
    }

    /** Põe esta antes daquela, ou no fim. @param antes {@code null} = no fim @return false se uma já não espera */
    synchronized boolean mover(int n, int copia, Segura antes) {
        Viagem esta = seguras.stream().filter(esta(n, copia)).findFirst().orElse(null);
        Viagem aquela = antes == null ? null
                : seguras.stream().filter(esta(antes.n(), antes.copia())).findFirst().orElse(null);
        if (esta == null || antes != null && aquela == null) {
            return false;
        }
        if (esta != aquela) {
            seguras.remove(esta);
            seguras.add(aquela == null ? seguras.size() : seguras.indexOf(aquela), esta);
        }
        return true;
    }

    /** Deixa de segurar, sem que nenhuma nova passe à frente das que esperavam. */
    synchronized void soltarTudo() {
        regras.segurar(false);
        soltar(todas -> true);
    }

    /** O que vai a caminho chega já, pela ordem em que chegaria. */
    synchronized void apressar() {
        regras.esquecerAtrasos();
        List<Viagem> todas = new ArrayList<>();
        while (!aCaminho.isEmpty()) {
            todas.add(aCaminho.poll());
        }
        todas.forEach(v -> aCaminho.add(v.para(rastro.agora(), ordem++)));
        cedendo.clear();
        notifyAll();
    }

    private List<Viagem> tirar(Predicate<Viagem> quais) {
        List<Viagem> tiradas = seguras.stream().filter(quais).toList();
        seguras.removeAll(tiradas);
        return tiradas;
    }

    /** Quantas já: {@code enviadas=12 entregues=11 perdidas=1 duplicadas=0 seguras=0}. */
    synchronized String contas() {
        return "enviadas=" + quantas(Evento.enviada) + " entregues=" + quantas(Evento.entregue) + " perdidas="
                + quantas(Evento.perdida)
                + " duplicadas=" + quantas(Evento.duplicada) + " seguras=" + seguras.size();
    }

    private int quantas(Evento qual) {
        return contas.getOrDefault(qual, 0);
    }

    private void anotar(Evento qual, int n, int copia, ObjectNode sobre) {
        contas.merge(qual, 1, Integer::sum);
        rastro.anotar(evento(qual, n, copia, sobre));
    }

    private ObjectNode evento(Evento qual, int n, int copia, ObjectNode sobre) {
        ObjectNode evento = rastro.evento("mensagem").put("enlace", nome()).put("n", n).put("copia", copia)
                .put("de", de).put("para", para).put("evento", qual.name());
        return evento.setAll(sobre);
    }
}
