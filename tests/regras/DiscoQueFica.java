package tests.regras;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import shared.disco.Disco;
import shared.disco.Dobra;
import shared.disco.Foto;
import shared.texto.Json;
import shared.texto.JsonGrande;

/** Um disco de mentira, para o {@link shared.disco.Diario} de verdade: sobrevive a quem o usa, e pode encher-se. */
public class DiscoQueFica implements Disco {

    public ObjectNode meta = Json.MAPPER.createObjectNode();
    public final List<String> entradas = new ArrayList<>(); // depois do instantâneo
    public int entreInstantaneos = Integer.MAX_VALUE;
    public boolean cheio;
    public boolean lento;           // só grava quando se manda…
    public Runnable porGravar;      // …correndo isto
    private final String nome;
    private Foto instantaneo;
    private Dobra dobra;

    /** @param instancia qual das encarnações de um servidor da parte 4 é esta; {@code null} num disco em branco */
    public DiscoQueFica(String nome, String instancia) {
        this.nome = nome;
        if (instancia != null) {
            meta.put("instancia", instancia);
        }
    }

    /** A posição da última entrada do instantâneo; 0 se não há. */
    public long posicao() {
        return instantaneo == null ? 0 : instantaneo.posicao();
    }

    private void gastar() throws IOException {
        if (cheio) {
            throw new IOException("cheio");
        }
    }

    @Override
    public Foto instantaneo() {
        return instantaneo;
    }

    @Override
    public void repetir(long depoisDe, Consumer<String> cada) {
        entradas.forEach(cada);
    }

    @Override
    public long primeira() {
        return entradas.isEmpty() ? 0 : posicao() + 1;
    }

    @Override
    public Future<?> gravar(long posicao, List<String> jsons, boolean esperar, boolean jaJa) {
        FutureTask<Void> gravacao = new FutureTask<>(() -> {
            gastar();
            entradas.addAll(jsons);
            return null;
        });
        porGravar = gravacao;
        if (!lento) {
            porGravar.run();
        }
        return gravacao;
    }

    @Override
    public List<String> ler(long desde, int max, long ate) {
        return entradas.stream().skip(desde - posicao() - 1).limit(max).toList();
    }

    @Override
    public void dobrarCom(Dobra qual, Consumer<String> aoFalhar) {
        dobra = qual;
    }

    @Override
    public boolean horaDeFechar(long ultima) {
        return ultima - posicao() >= entreInstantaneos;
    }

    /** O instantâneo faz-se já. */
    @Override
    public void fechar(long ultima) throws IOException {
        gastar();
        ByteArrayOutputStream texto = new ByteArrayOutputStream();
        dobra.dobrar(instantaneo, entradas::forEach, texto);
        instantaneo = new Foto.NaMemoria(ultima, texto.toByteArray());
        dobra.guardou(instantaneo);
        entradas.clear();
    }

    @Override
    public void precisaDesde(long posicao) {
        // aqui nada se guarda depois de estar no instantâneo
    }

    @Override
    public void recomecarDe(long posicao, ObjectNode estado) throws IOException {
        gastar();
        instantaneo = new Foto.NaMemoria(posicao, JsonGrande.bytes(estado));
        entradas.clear();
    }

    @Override
    public void guardarMeta(ObjectNode nova) throws IOException {
        gastar();
        meta = copia(nova);
    }

    @Override
    public ObjectNode meta() {
        return meta.deepCopy();
    }

    /** Como volta o que se escreveu e se leu. */
    private static ObjectNode copia(ObjectNode objeto) {
        return Json.lerGrande(Json.escrever(objeto).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String nome() {
        return nome;
    }

    @Override
    public void close() {
        // nada fica aberto
    }
}
