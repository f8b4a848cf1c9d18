package tests.lab.vereditos;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Em que contas as réplicas acabaram diferentes, e em que operação começou cada diferença.
 *
 * <p>A regra: uma operação muda um saldo numa réplica pelo <em>efeito</em> que lá teve (o valor, com o seu sinal, se foi
 * aplicada; nada, se foi recusada, não chegou ou foi esquecida). Como os saldos são somas de efeitos, só faz diferença a
 * operação que teve efeitos diferentes em duas réplicas. As operações percorrem-se na ordem da primeira das duas; o que só a
 * segunda tem entra logo antes da seguinte que ambas têm. A causa é a primeira a partir da qual os saldos da conta diferem e
 * <em>não voltam a ser iguais</em>. Por isso nunca é uma operação que não mudou saldo nenhum (recusada nas duas, ou de uma
 * conta para ela própria).
 *
 * <p>Só se acusa quando se sabe a história toda: se os efeitos registrados não somam o saldo final, a conta é diferente e a
 * causa fica por dizer.
 *
 * @param conta  a conta
 * @param finais o saldo final em cada réplica de que se sabe o estado
 * @param id     o id_msg da causa; {@code null} se não se sabe
 * @param t      quando passou a fazer diferença, em milissegundos desde o começo; {@code null} se não se sabe
 * @param fins   o que foi feito dela em cada réplica, como {@code APLICADA} ou {@code não aplicou}
 */
public record Divergencia(String conta, Map<String, BigDecimal> finais, String id, Double t, Map<String, String> fins) {

    /** O que uma réplica decidiu sobre uma operação. @param efeitos por conta; sem zeros */
    private record Feito(String id, long seq, double t, String resultado, Map<String, BigDecimal> efeitos) {

        BigDecimal efeito(String conta) {
            return efeitos.getOrDefault(conta, BigDecimal.ZERO);
        }
    }

    /** O que uma réplica fez, por ordem, e o que depois esqueceu. */
    private static final class Historia {
        private final List<Feito> feitos = new ArrayList<>();
        private final Map<String, Feito> esquecidos = new HashMap<>();
        private boolean adotou;       // o estado de outra: o que aplicou não é tudo o que tem
        private boolean reiniciou;    // desde a última que aplicou
        private boolean morta;        // e não aplicou nada depois
        private double desde;         // quando morreu
        private JsonNode estado;      // o último que disse; null se não se perguntou

        void aplicar(JsonNode e) {
            long seq = e.path("seq").asLong();
            if (reiniciou && seq > 0) {
                esquecer(seq);
            }
            reiniciou = false;
            morta = false;
            String resultado = e.path("resultado").asText();
            feitos.add(new Feito(e.path("id_msg").asText(), seq, e.path("t").asDouble(), resultado, efeitos(e)));
        }

        /** Reiniciada, conta outra vez a partir deste número: o que tinha daí em diante perdeu-se com ela. */
        private void esquecer(long seq) {
            for (Feito f : feitos) {
                if (f.seq >= seq) {
                    esquecidos.put(f.id, new Feito(f.id, f.seq, desde, f.resultado, Map.of()));
                }
            }
            feitos.removeIf(f -> f.seq >= seq);
        }

        void disse(JsonNode oQue) {
            estado = oQue.has("saldos") ? oQue : null;
            if (reiniciou && estado != null) {
                esquecer(oQue.path("seq").asLong() + 1);
            }
        }

        BigDecimal soma(String conta) {
            return feitos.stream().map(f -> f.efeito(conta)).reduce(BigDecimal.ZERO, BigDecimal::add);
        }

        BigDecimal saldo(String conta) {
            return estado == null ? soma(conta) : estado.path("saldos").path(conta).decimalValue();
        }

        boolean conhecida(String conta) {
            return !adotou && soma(conta).compareTo(saldo(conta)) == 0;
        }

        /** O que fez cada operação, somado se valeu mais de uma vez. */
        Map<String, BigDecimal> efeitosEm(String conta) {
            Map<String, BigDecimal> soma = new LinkedHashMap<>();
            feitos.forEach(f -> soma.merge(f.id, f.efeito(conta), BigDecimal::add));
            return soma;
        }

        Feito primeiro(String id) {
            return feitos.stream().filter(f -> f.id.equals(id)).findFirst().orElse(esquecidos.get(id));
        }

        String fim(String id) {
            Feito f = primeiro(id);
            boolean esqueceu = f != null && esquecidos.get(id) == f;
            return f == null ? "não aplicou" : esqueceu ? f.resultado + ", e esqueceu ao morrer" : f.resultado;
        }
    }

    /** As contas que acabaram diferentes; primeiro a que diferiu primeiro, e no fim as de causa desconhecida. */
    public static List<Divergencia> de(List<? extends JsonNode> rastro) {
        Map<String, Historia> historias = ler(rastro);
        Map<String, Divergencia> achadas = new TreeMap<>();
        Map<String, Integer> lugares = new HashMap<>();
        List<String> replicas = List.copyOf(historias.keySet());
        for (String conta : contas(historias)) {
            Map<String, BigDecimal> finais = new TreeMap<>();
            historias.forEach((replica, h) -> finais.put(replica, h.saldo(conta)));
            String primeira = replicas.get(0);
            for (String outra : replicas.subList(1, replicas.size())) {
                boolean diferem = finais.get(primeira).compareTo(finais.get(outra)) != 0;
                if (diferem && (!achadas.containsKey(conta) || achadas.get(conta).id == null)) {
                    List<String> ordem = juntar(historias.get(primeira), historias.get(outra));
                    String causa = causa(historias.get(primeira), historias.get(outra), conta, ordem);
                    achadas.put(conta, acusar(historias, conta, finais, causa));
                    lugares.put(conta, causa == null ? Integer.MAX_VALUE : ordem.indexOf(causa));
                }
            }
        }
        return achadas.values().stream().sorted(Comparator.comparing(d -> lugares.get(d.conta))).toList();
    }

    private static Map<String, Historia> ler(List<? extends JsonNode> rastro) {
        Map<String, Historia> historias = new TreeMap<>();
        for (JsonNode e : rastro.stream().sorted(Comparator.comparingDouble(e -> e.path("t").asDouble())).toList()) {
            String quem = e.path("processo").asText(e.path("nome").asText());
            switch (e.path("tipo").asText()) {
                case "aplicar" -> {
                    if (!e.path("resultado").asText().equals("DUPLICADA")) {
                        historias.computeIfAbsent(quem, q -> new Historia()).aplicar(e);
                    }
                }
                case "adotar" -> {
                    Historia h = historias.computeIfAbsent(quem, q -> new Historia());
                    h.adotou = true;
                    h.feitos.clear();
                }
                case "estado" -> historias.computeIfAbsent(quem, q -> new Historia()).disse(e);
                case "processo" -> {
                    Historia h = historias.get(quem);
                    if (h != null && e.path("evento").asText().equals("morto")) {
                        h.morta = true;
                        h.desde = e.path("t").asDouble();
                    } else if (h != null && e.path("evento").asText().equals("iniciado") && h.morta) {
                        h.reiniciou = true;
                    }
                }
                default -> { }
            }
        }
        boolean perguntou = historias.values().stream().anyMatch(h -> h.estado != null);
        historias.values().removeIf(h -> perguntou ? h.estado == null : h.adotou || h.morta); // de quem não se sabe o estado
        return historias;
    }

    private static Map<String, BigDecimal> efeitos(JsonNode e) {
        Map<String, BigDecimal> efeitos = new HashMap<>();
        JsonNode contas = e.path("contas");
        BigDecimal valor = e.path("valor").decimalValue();
        boolean razoavel = valor.precision() < 20 && Math.abs(valor.scale()) < 20; // um rastro pode vir de qualquer lado
        if (e.path("resultado").asText().equals("APLICADA") && razoavel && contas.isArray() && !contas.isEmpty()) {
            boolean entra = e.path("operacao").asText().equals("DEPOSITO");
            efeitos.put(contas.path(0).asText(), entra ? valor : valor.negate());
            if (contas.size() > 1) {
                efeitos.merge(contas.path(1).asText(), valor, BigDecimal::add);
            }
            efeitos.values().removeIf(efeito -> efeito.signum() == 0);
        }
        return efeitos;
    }

    private static Set<String> contas(Map<String, Historia> historias) {
        Set<String> contas = new TreeSet<>();
        for (Historia h : historias.values()) {
            h.feitos.forEach(f -> contas.addAll(f.efeitos.keySet()));
            if (h.estado != null) {
                h.estado.path("saldos").fieldNames().forEachRemaining(contas::add);
            }
        }
        return contas;
    }

    /** A ordem da primeira, com o que só a outra tem logo antes da seguinte que ambas têm. */
    private static List<String> juntar(Historia uma, Historia outra) {
        Set<String> daUma = new HashSet<>();
        uma.feitos.forEach(f -> daUma.add(f.id));
        Map<String, List<String>> antesDe = new HashMap<>();
        List<String> so = new ArrayList<>();
        for (Feito f : outra.feitos) {
            if (daUma.contains(f.id)) {
                antesDe.putIfAbsent(f.id, so);
                so = new ArrayList<>();
            } else {
                so.add(f.id);
            }
        }
        Set<String> ordem = new LinkedHashSet<>();
        for (Feito f : uma.feitos) {
            ordem.addAll(antesDe.getOrDefault(f.id, List.of()));
            ordem.add(f.id);
        }
        ordem.addAll(so);
        return List.copyOf(ordem);
    }

    /** A primeira operação a partir da qual os saldos não voltam a ser iguais; null se não se sabe tudo o que fizeram. */
    private static String causa(Historia uma, Historia outra, String conta, List<String> ordem) {
        if (!uma.conhecida(conta) || !outra.conhecida(conta)) {
            return null;
        }
        Map<String, BigDecimal> naUma = uma.efeitosEm(conta);
        Map<String, BigDecimal> naOutra = outra.efeitosEm(conta);
        BigDecimal diferenca = BigDecimal.ZERO;
        String causa = null;
        for (String id : ordem) {
            boolean iguais = diferenca.signum() == 0;
            diferenca = diferenca.add(naUma.getOrDefault(id, BigDecimal.ZERO))
                    .subtract(naOutra.getOrDefault(id, BigDecimal.ZERO));
            causa = diferenca.signum() == 0 ? null : iguais ? id : causa;
        }
        return causa;
    }

    private static Divergencia acusar(Map<String, Historia> historias, String conta, Map<String, BigDecimal> finais,
            String causa) {
        if (causa == null) {
            return new Divergencia(conta, finais, null, null, Map.of());
        }
        Map<String, String> fins = new TreeMap<>();
        historias.forEach((replica, h) -> fins.put(replica, h.adotou ? "não se sabe" : h.fim(causa)));
        double t = historias.values().stream().map(h -> h.primeiro(causa)).filter(Objects::nonNull).mapToDouble(Feito::t)
                .max().orElse(0);
        return new Divergencia(conta, finais, causa, t, fins);
    }
}
