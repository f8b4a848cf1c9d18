//SOURCES Disco.java Fotografo.java
package shared.disco;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import shared.memoria.Recentes;
import shared.texto.JsonGrande;

/**
 * Um diário que morre com o processo. Quem serve outros dobra-o como se fosse no disco, para que quem chega tarde tenha por
 * onde começar; quem não os serve esquece o que se fechou.
 */
final class Memoria implements Disco, Fotografo.Dono {

    private final int entreInstantaneos;
    private final NavigableMap<Long, Recentes> segmentos = new ConcurrentSkipListMap<>(); // por primeira posição
    private final Fotografo fotografo = new Fotografo(this);
    private volatile Foto foto;                             // null = nenhuma
    private volatile long precisaDesde = Long.MAX_VALUE;
    private boolean dobra;
    private ObjectNode meta;

    Memoria(int entreInstantaneos) {
        this.entreInstantaneos = entreInstantaneos;
        segmentos.put(1L, new Recentes());
    }

    @Override
    public void repetir(long depoisDe, Consumer<String> cada) {
        // nasceu agora
    }

    @Override
    public long primeira() {
        return segmentos.firstKey();
    }

    @Override
    public Future<?> gravar(long posicao, List<String> jsons, boolean esperar, boolean jaJa) {
        jsons.forEach(segmentos.lastEntry().getValue()::anexar);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public List<String> ler(long desde, int max, long ate) {
        List<String> lidas = new ArrayList<>();
        for (long posicao = desde; posicao <= ate && lidas.size() < max; posicao++) {
            Map.Entry<Long, Recentes> segmento = segmentos.floorEntry(posicao);
            if (segmento == null) {
                return List.of(); // um instantâneo acabou de o dispensar
            }
            lidas.add(segmento.getValue().ler(posicao - segmento.getKey() + 1));
        }
        return lidas;
    }

    @Override
    public boolean horaDeFechar(long ultima) {
        return segmentos.lastEntry().getValue().quantos() >= entreInstantaneos;
    }

    @Override
    public void fechar(long ultima) {
        segmentos.put(ultima + 1, new Recentes());
        if (dobra) {
            fotografo.acordar();
        } else {
            apagarAte(ultima);
        }
    }

    @Override
    public void recomecarDe(long posicao, ObjectNode estado) {
        fotografo.abandonar();
        foto = new Foto.NaMemoria(posicao, JsonGrande.bytes(estado));
        segmentos.clear();
        segmentos.put(posicao + 1, new Recentes());
    }

    // ───── Ao lado do laço, o instantâneo ─────

    @Override
    public Foto instantaneo() {
        return foto;
    }

    @Override
    public void dobrarCom(Dobra qual, Consumer<String> aoFalhar) {
        dobra = true;
        fotografo.comecar(qual, aoFalhar);
    }

    @Override
    public void precisaDesde(long posicao) {
        precisaDesde = posicao;
    }

    @Override
    public void forcar() {
        // aqui nada espera
    }

    @Override
    public Fotografo.PorDobrar porDobrar() {
        long posicao = foto == null ? 0 : foto.posicao();
        Long seguinte = segmentos.higherKey(posicao + 1);
        Recentes fechado = seguinte == null ? null : segmentos.get(posicao + 1);
        return fechado == null ? null : new Fotografo.PorDobrar(cada -> {
            for (long numero = 1; numero < seguinte - posicao; numero++) {
                cada.accept(fechado.ler(numero));
            }
        }, seguinte - 1);
    }

    @Override
    public Foto foto() {
        return foto;
    }

    @Override
    public void trocar(long posicao, Fotografo.Escrita estado) throws IOException {
        ByteArrayOutputStream texto = new ByteArrayOutputStream();
        estado.escrever(texto);
        foto = new Foto.NaMemoria(posicao, texto.toByteArray());
        apagarAte(posicao);
    }

    private void apagarAte(long posicao) {
        while (segmentos.size() > 2) {
            long seguinte = segmentos.higherKey(segmentos.firstKey());
            if (seguinte - 1 > posicao || seguinte > precisaDesde) {
                return;
            }
            segmentos.pollFirstEntry();
        }
    }

    // ───── O resto ─────

    @Override
    public void guardarMeta(ObjectNode nova) {
        meta = nova.deepCopy();
    }

    @Override
    public ObjectNode meta() {
        return meta == null ? null : meta.deepCopy();
    }

    @Override
    public String nome() {
        return "memória";
    }

    @Override
    public void close() {
        fotografo.abandonar();
    }
}
