package tests.lab;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** O que viaja num sentido de um enlace: as regras decidem, aqui se espera, e o {@link Rastro} lembra. */
final class Sentido {

    /** Uma cópia de uma mensagem a caminho. @param entregar diz se conseguiu; se não, tenta-se de novo */
    private record Viagem(double quando, long ordem, int n, int copia, ObjectNode sobre, Entrega entregar) {
    }

    /** Entrega a mensagem a quem a espera. */
    interface Entrega {
        boolean tentar();
    }

    private static final double TENTAR_MS = 5;

    private final String de;
    private final String para;
    private final Regras regras;
    private final Rastro rastro;
    private final PriorityQueue<Viagem> aCaminho = new PriorityQueue<>((a, b) -> a.quando() != b.quando()
            ? Double.compare(a.quando(), b.quando()) : Long.compare(a.ordem(), b.ordem()));
    private final List<Viagem> seguras = new ArrayList<>();
    private final AtomicInteger numeros;
    private long ordem;
    private double ultimaChegada;

    Sentido(String de, String para, Regras regras, Rastro rastro, AtomicInteger numeros) {
        this.de = de;
        this.para = para;
        this.regras = regras;
        this.rastro = rastro;
        this.numeros = numeros;
    }

    String nome() {
        return de + ">" + para;
    }

    Regras regras() {
        return regras;
    }

    /** Uma mensagem saiu. @param sobre o que se sabe dela: id_msg, seq, resumo…; @return false se se perdeu */
    synchronized boolean enviar(ObjectNode sobre, Entrega entregar) {
        int n = numeros.incrementAndGet();
        double agora = rastro.agora();
        anotar("enviada", n, 0, sobre);
        List<Regras.Copia> copias = regras.decidir();
        if (copias.isEmpty()) {
            anotar("perdida", n, 0, sobre);
        }
        for (Regras.Copia copia : copias) {
            if (copia.copia() > 0) {
                anotar("duplicada", n, copia.copia(), sobre);
            }
            double chega = agora + copia.atrasoMs();
            if (regras.emOrdem()) { // uma conexão não troca a ordem, por mais que o atraso varie
                chega = Math.max(chega, ultimaChegada);
                ultimaChegada = chega;
            }
            Viagem viagem = new Viagem(chega, ordem++, n, copia.copia(), sobre, entregar);
            if (regras.segurando()) {
                anotar("segura", n, copia.copia(), sobre);
                seguras.add(viagem);
            } else {
                aCaminho.add(viagem);
            }
        }
        return !copias.isEmpty();
    }

    /** Entrega o que já devia ter chegado. @return em quantos milissegundos chega a próxima; -1 se não há */
    synchronized double entregar() {
        double agora = rastro.agora();
        while (!aCaminho.isEmpty() && aCaminho.peek().quando() <= agora) {
            Viagem v = aCaminho.poll();
            ObjectNode chegou = evento("entregue", v.n(), v.copia(), v.sobre()); // a hora é a de antes de entregar
            if (v.entregar().tentar()) {
                rastro.anotar(chegou);
            } else {
                aCaminho.add(new Viagem(agora + TENTAR_MS, v.ordem(), v.n(), v.copia(), v.sobre(), v.entregar()));
                break;
            }
        }
        return aCaminho.isEmpty() ? -1 : Math.max(0, aCaminho.peek().quando() - agora);
    }

    synchronized List<ObjectNode> seguras() {
        return seguras.stream().map(Viagem::sobre).toList();
    }

    synchronized void perder(Predicate<ObjectNode> quais) {
        List<Viagem> perdidas = seguras.stream().filter(v -> quais.test(v.sobre())).toList();
        seguras.removeAll(perdidas);
        perdidas.forEach(v -> anotar("perdida", v.n(), v.copia(), v.sobre()));
    }

    synchronized void soltar(Predicate<ObjectNode> quais) {
        List<Viagem> soltas = seguras.stream().filter(v -> quais.test(v.sobre())).toList();
        seguras.removeAll(soltas);
        for (Viagem v : soltas) {
            anotar("solta", v.n(), v.copia(), v.sobre());
            aCaminho.add(new Viagem(rastro.agora(), ordem++, v.n(), v.copia(), v.sobre(), v.entregar()));
        }
    }

    private void anotar(String qual, int n, int copia, ObjectNode sobre) {
        rastro.anotar(evento(qual, n, copia, sobre));
    }

    private ObjectNode evento(String qual, int n, int copia, ObjectNode sobre) {
        ObjectNode evento = rastro.evento("mensagem").put("enlace", nome()).put("n", n).put("copia", copia)
                .put("de", de).put("para", para).put("evento", qual);
        return evento.setAll(sobre);
    }
}
