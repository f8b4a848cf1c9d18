package part2.regra;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import shared.Banco;
import shared.Envelope;
import shared.ordem.Aplicada;
import shared.ordem.Seguidor;
import shared.texto.Json;

/** A regra do worker: por ordem de número em cada fila de origem; as operações simples, por ordem de chegada. */
public final class Entrega {

    static final int HISTORIAS_MAXIMAS = 64;

    private final Map<String, Seguidor> porHistoria = new LinkedHashMap<>(16, 0.75f, true) { // por ordem de uso
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Seguidor> maisParada) {
            return size() > HISTORIAS_MAXIMAS; // alguém inventa servidores: esquece-se o que está parado há mais tempo
        }
    };
    private Banco banco;

    /** @param banco o estado depois das operações já aplicadas */
    public Entrega(Banco banco) {
        this.banco = banco;
    }

    /** O que já se sabe de uma fila: até onde foi aplicada. @param historia null = a de quem não diz o nome */
    public void lembrar(String historia, long ultimo) {
        porHistoria.put(nome(historia), new Seguidor(nome(historia), ultimo));
    }

    /** Quem segue esta fila; nova, começa do 1. @param historia o mesmo */
    public Seguidor seguidor(String historia) {
        return porHistoria.computeIfAbsent(nome(historia), nova -> new Seguidor(nova, 0));
    }

    static String nome(String historia) {
        return historia == null ? "" : historia;
    }

    /** Se há envelopes à espera do que falta, numa fila que não é de nenhum destes servidores. */
    public boolean faltaDeOutra(Set<String> conhecidas) {
        return porHistoria.entrySet().stream()
                .anyMatch(fila -> fila.getValue().esperando() > 0 && !conhecidas.contains(fila.getKey()));
    }

    /** @return o que este envelope permite aplicar, por ordem */
    public List<Envelope> receber(Envelope envelope) {
        return seguidor(envelope.historia()).receber(envelope);
    }

    public Aplicada aplicar(Envelope envelope) {
        return Aplicada.de(envelope, banco);
    }

    public Banco banco() {
        return banco;
    }

    /** A fila que não anda: o que lhe falta ninguém tem, ou ({@code calado}) não se pede. @return {@code null} se nenhuma */
    public Seguidor parada(boolean calado) {
        return porHistoria.values().stream()
                .filter(fila -> fila.querFoto() && !podeAdotar(fila) || calado && fila.esperando() > 0)
                .findFirst().orElse(null);
    }

    /**
     * Se o banco que as operações desta fila dão pode tomar o lugar do que se tem: se neste não há mais nada. O de um
     * servidor não tem as operações dos outros, e as de dois não se juntam depois de feitas.
     */
    public boolean podeAdotar(Seguidor fila) {
        return porHistoria.values().stream().allMatch(outra -> outra == fila || outra.ultimo() == 0)
                && banco.aplicadas() + banco.recusadas() == fila.ultimo();
    }

    /** Troca o banco pelo que as operações desta fila dão. */
    public void adotar(Seguidor fila, Seguidor.Foto foto, Banco daFoto) {
        banco = daFoto;
        fila.adotou(foto);
    }

    /** Até onde cada fila foi entregue. */
    public ObjectNode historias() {
        ObjectNode historias = Json.MAPPER.createObjectNode();
        porHistoria.forEach((historia, seguidor) -> historias.put(historia, seguidor.ultimo()));
        return historias;
    }
}
