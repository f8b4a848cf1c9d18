//SOURCES Medidas.java
package tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import tests.bench.Medidas.Grupo;
import tests.bench.Medidas.Medida;

/** A tabela curta "quanto custa", em Markdown: o que se paga por operação, ao lado do que se mediu. */
final class Resumo {

    /**
     * O que uma operação paga com duas réplicas, contado no protocolo.
     *
     * @param mensagens do pedido do cliente à resposta, e as que levam a operação às réplicas
     * @param fsyncs    esperas pelo disco antes da resposta, uma depois da outra; cada uma serve a todo um lote
     * @param voltas    idas e voltas na rede antes da resposta
     */
    private record Custo(int mensagens, String fsyncs, int voltas) {
    }

    private static final Map<String, Custo> CUSTOS = new LinkedHashMap<>();

    static {
        CUSTOS.put("parte 2, em memória", new Custo(4, "0", 1));
        CUSTOS.put("parte 2, em disco", new Custo(4, "1", 1));
        CUSTOS.put("Python (RPyC), em memória", new Custo(4, "0", 1));
        CUSTOS.put("NATS JetStream, em disco", new Custo(4, "0 (um a cada 2 min)", 1));
        CUSTOS.put("JeroMQ puro (3)", new Custo(4, "0", 1));
        CUSTOS.put("JeroMQ com shared/zmq (3)", new Custo(4, "0", 1));
        CUSTOS.put("parte 3, em memória", new Custo(4, "0", 1));
        CUSTOS.put("parte 3, em disco", new Custo(4, "1", 1));
        CUSTOS.put("parte 3 com Raft", new Custo(12, "1 (de 2 em 3, ao mesmo tempo)", 2));
        CUSTOS.put("Python (3), em memória", new Custo(4, "0", 1));
        CUSTOS.put("etcd (3 membros)", new Custo(6, "1 (de 2 em 3, ao mesmo tempo)", 2));
        CUSTOS.put("JeroMQ puro (4)", new Custo(4, "0", 2));
        CUSTOS.put("parte 4, em memória", new Custo(4, "0", 2));
        CUSTOS.put("parte 4, em disco", new Custo(4, "1 (primário e backup, ao mesmo tempo)", 2));
        CUSTOS.put("Python (4), em memória", new Custo(3, "0", 1));
        CUSTOS.put("Redis (AOF always, WAIT 1)", new Custo(4, "2 (mestre, depois réplica)", 2));
    }

    private Resumo() {
    }

    static void escrever(Path arquivo, Medidas medidas) throws IOException {
        StringBuilder texto = new StringBuilder("| sistema | mensagens | esperas pelo disco | idas e voltas |"
                + " uma de cada vez, ops/s (p50) | 64 pendentes, ops/s |\n|---|---|---|---|---|---|\n");
        CUSTOS.forEach((sistema, custo) -> texto.append("| ")
                .append(String.join(" | ", List.of(sistema, "" + custo.mensagens(),
                custo.fsyncs(), "" + custo.voltas(), comLatencia(medidas, sistema),
                vazao(medidas.uma(Grupo.VAZAO, sistema, 64)))))
                .append(" |\n"));
        texto.append("\n(").append(medidas.maquina()).append(")\n");
        Files.createDirectories(arquivo.toAbsolutePath().getParent());
        Files.writeString(arquivo, texto);
    }

    /** A tabela de part3/GRUPOS.md: até onde se chega, com mais grupos. */
    static void escreverEscala(Path arquivo, Medidas medidas) throws IOException {
        List<Medida> porGrupos = medidas.de(Grupo.ESCALA_GRUPOS);
        double[] grupos = porGrupos.stream().mapToDouble(Medida::x).distinct().sorted().toArray();
        StringBuilder texto = new StringBuilder("| 30 máquinas, ops/s |" + emColunas(grupos, g ->
                " " + Medidas.numero(g) + " |") + "\n|---|" + emColunas(grupos, g -> "---|") + "\n");
        porGrupos.stream().map(Medida::sistema).distinct().forEach(parte -> texto.append("| ").append(parte).append(" |")
                .append(emColunas(grupos, g -> " " + vazao(medidas.uma(Grupo.ESCALA_GRUPOS, parte, g)) + " |"))
                .append("\n"));
        Files.createDirectories(arquivo.toAbsolutePath().getParent());
        Files.writeString(arquivo, texto + "\n(" + medidas.maquina() + ")\n");
    }

    private static String emColunas(double[] valores, DoubleFunction<String> texto) {
        return DoubleStream.of(valores).mapToObj(texto).collect(Collectors.joining());
    }

    private static String comLatencia(Medidas medidas, String sistema) {
        Medida p50 = medidas.uma(Grupo.P50, sistema, 1);
        return vazao(medidas.uma(Grupo.VAZAO, sistema, 1))
                + (p50 == null ? "" : " (" + Medidas.numero(p50.mediana()) + " ms)");
    }

    private static String vazao(Medida medida) {
        return medida == null ? "—" : Medidas.numero(medida.mediana());
    }
}
