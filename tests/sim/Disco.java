package tests.sim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import shared.disco.Diario;
import shared.texto.Falha;
import shared.texto.Json;

/**
 * Um disco de mentira com a forma do {@link Diario}: o que se anexou e não se confirmou morre com o processo; o que se
 * confirmou sem esperar o disco pode morrer com a energia; cheio, falha. Espelha num {@link Diario#naMemoria} o que se lê.
 */
final class Disco {

    private final Processo dono;
    private final int entreFotos;

    // o que sobrevive ao processo
    private ObjectNode meta = Json.MAPPER.createObjectNode();
    private ObjectNode foto;
    private long daFoto;
    private final Deque<Long> segmentos = new ArrayDeque<>(List.of(0L)); // a última posição antes de cada um
    private final List<String> entradas = new ArrayList<>();            // depois de segmentos.peekFirst()
    private int seguras;                                                // quantas delas o disco garante
    private int cabem = Integer.MAX_VALUE;                              // quantas gravações, até que encha

    // o que é do processo
    private final List<String> pendentes = new ArrayList<>();
    private Diario diario;
    private boolean quebrado;       // uma gravação falhou: este processo não tenta outra
    private long fotografado;

    Disco(Processo dono, int entreFotos) {
        this.dono = dono;
        this.entreFotos = entreFotos;
    }

    void abrir() {
        pendentes.clear();
        quebrado = false;
        fotografado = daFoto;
        diario = Diario.naMemoria();
        espelhar();
    }

    /** Daqui a tantas gravações, enche-se. */
    void encher(int gravacoes) {
        cabem = gravacoes;
    }

    void esvaziar() {
        cabem = Integer.MAX_VALUE;
    }

    /** Se uma gravação falhou. */
    boolean quebrado() {
        return quebrado;
    }

    /** Grava algo, se cabe. */
    private void gastar() {
        if (cabem == 0) {
            quebrado = true;
            pendentes.clear();
            throw new Falha("o disco encheu");
        }
        cabem -= cabem == Integer.MAX_VALUE ? 0 : 1;
    }

    private void espelhar() {
        diario.recomecarDe(segmentos.peekFirst(), null);
        entradas.forEach(diario::anexar);
        diario.gravar();
    }

    void cair(boolean semEnergia) {
        pendentes.clear();
        if (semEnergia) {
            int ficam = seguras + dono.sorte.nextInt(entradas.size() - seguras + 1);
            entradas.subList(ficam, entradas.size()).clear();
        }
        seguras = entradas.size();
    }

    /** O diário como os pedidos de histórico o veem. */
    Diario diario() {
        return diario;
    }

    void anexar(String json) {
        dono.acao();
        pendentes.add(json);
    }

    void gravar(boolean esperar) {
        if (pendentes.isEmpty()) {
            return;
        }
        if (quebrado) {
            pendentes.clear();
            throw new Falha("o disco falhou antes");
        }
        gastar();
        if (dono.morreAgora()) { // morre escrevendo: no disco fica um começo do lote
            entradas.addAll(pendentes.subList(0, dono.sorte.nextInt(pendentes.size() + 1)));
        }
        dono.acao();
        entradas.addAll(pendentes);
        pendentes.forEach(diario::anexar);
        diario.gravar();
        pendentes.clear();
        if (esperar) {
            seguras = entradas.size();
        }
        dono.acao();
    }

    boolean horaDeFotografar() {
        return ultima() - fotografado >= entreFotos;
    }

    void fotografar(ObjectNode estado) {
        dono.acao();
        fotografado = ultima();
        if (quebrado) {
            return;
        }
        gastar();
        foto = Json.lerGrande(Json.escrever(estado).getBytes(StandardCharsets.UTF_8));
        daFoto = ultima();
        segmentos.addLast(ultima());
        while (segmentos.size() > 2) {
            long antes = segmentos.pollFirst();
            int sobram = (int) (segmentos.peekFirst() - antes);
            entradas.subList(0, sobram).clear();
        }
        seguras = entradas.size();
        espelhar();
    }

    void recomecarDe(long posicao, ObjectNode estado) {
        dono.acao();
        gastar();
        pendentes.clear();
        entradas.clear();
        seguras = 0;
        segmentos.clear();
        segmentos.add(posicao);
        foto = estado;
        daFoto = posicao;
        fotografado = posicao;
        espelhar();
    }

    void guardarMeta(ObjectNode nova) {
        dono.acao();
        gastar();
        meta = nova.deepCopy();
        dono.acao();
    }

    ObjectNode meta() {
        return meta.deepCopy();
    }

    ObjectNode foto() {
        return foto;
    }

    long daFoto() {
        return daFoto;
    }

    long ultima() {
        return diario.ultima();
    }

    /** As entradas depois da foto. */
    void repetir(Consumer<String> cada) {
        entradas.subList((int) (daFoto - segmentos.peekFirst()), entradas.size()).forEach(cada);
    }
}
