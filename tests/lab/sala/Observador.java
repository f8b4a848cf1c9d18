package tests.lab.sala;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import shared.rede.Requisicao;
import shared.rede.SemResposta;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import tests.Pergunta;
import tests.lab.palco.Alheios;
import tests.lab.palco.Elenco;
import tests.lab.palco.Palco;

/**
 * Pergunta a cada processo como está, muitas vezes, como um cliente perguntaria: uma linha de execução por processo, para
 * que um que não responde não atrase os outros, nem quem age.
 */
final class Observador implements AutoCloseable {

    private static final int PRAZO_MS = 500;
    private static final int DE_NOVO_MS = 1_000;  // se nada acontece
    private static final int CALADO_MS = 200;
    private static final int PERGUNTAS_DE_UMA_VEZ = 300;
    private static final String DESCONHECIDA = "DESCONHECIDA";

    /**
     * O que um processo disse.
     *
     * @param estado  de quem tem um banco, como num evento {@code estado} do rastro; senão, só o que ele responde
     * @param pedidos o que se responde na porta dos pedidos; {@code null} se nada
     */
    record Disse(ObjectNode estado, JsonNode pedidos, long vez) {
    }

    /** O que se pergunta a um, e o que já se sabe dele. */
    private final class Um implements Runnable {
        private final String nome;
        private final boolean temBanco;
        private final boolean alheio;
        private final Map<String, String> resultados = new HashMap<>();
        private final Requisicao consulta;
        private final Requisicao pedidos; // null = não tem, ou não se lhe pergunta
        private int esqueceu;             // quantas vezes, quando se souberam os resultados
        private ObjectNode antes;         // o ESTADO da última vez; null = pergunta-se tudo outra vez
        private ObjectNode saldos;        // de então

        Um(String nome, boolean temBanco, boolean recebePedidos) {
            this.nome = nome;
            this.temBanco = temBanco;
            this.alheio = alheios.tem(nome);
            this.consulta = temBanco && !alheio ? palco.perguntas(nome + ".consulta", PRAZO_MS) : null;
            this.pedidos = recebePedidos ? palco.perguntas(nome, PRAZO_MS) : null;
        }

        @Override
        public void run() {
            while (!fechado) {
                long antes = vez;
                Visto.Processo dele = visto.processo(nome);
                boolean responde = dele != null && dele.estado().equals("vivo") && palco.processo(nome).vivo();
                Disse disse = responde ? perguntar(antes) : null;
                if (disse == null) {
                    ultimos.remove(nome);
                } else {
                    ultimos.put(nome, disse);
                }
                mudou.run();
                esperar(antes, responde && disse == null ? CALADO_MS : DE_NOVO_MS);
            }
            fechar(consulta);
            fechar(pedidos);
        }

        private Disse perguntar(long esta) {
            try {
                ObjectNode estado = alheio ? saldosDoAlheio() : temBanco ? banco() : Json.MAPPER.createObjectNode();
                JsonNode oQueDiz = pedidos == null ? null : aosPedidos();
                return temBanco || oQueDiz != null ? new Disse(estado, oQueDiz, esta) : null;
            } catch (SemResposta | MensagemInvalida | AssertionError e) { // não responde, ou diz que parou
                antes = null;
                return null;
            }
        }

        private JsonNode aosPedidos() {
            try {
                return Pergunta.fazer(pedidos, "ESTADO");
            } catch (SemResposta | MensagemInvalida e) {
                return null; // um backup sem testemunha não recebe pedidos
            }
        }

        /** De um processo de outro, só os saldos das contas de que se falou, se os diz. */
        private ObjectNode saldosDoAlheio() {
            ObjectNode evento = Json.MAPPER.createObjectNode().put("tipo", "estado").put("processo", nome);
            ObjectNode quanto = evento.putObject("saldos");
            if (alheios.entrega().papel(nome).saldo().diz()) {
                palco.contas().stream().sorted().forEach(conta ->
                        quanto.put(conta, palco.saldo(nome, conta).setScale(2, RoundingMode.HALF_EVEN)));
            }
            return evento;
        }

        private ObjectNode banco() {
            int agora = visto.processo(nome).esqueceu(); // antes de perguntar: se entretanto esquecer, pergunta-se de novo
            ObjectNode estado = Pergunta.fazer(consulta, "ESTADO");
            boolean mudou = !estado.equals(antes) || esqueceu != agora;
            antes = estado;
            if (esqueceu != agora) {
                resultados.clear();
                esqueceu = agora;
            }
            if (mudou) {
                saldos = Json.MAPPER.createObjectNode();
                Pergunta.fazer(consulta, "CONTAS").path("contas").properties()
                        .forEach(conta -> saldos.put(conta.getKey(), conta.getValue().decimalValue().setScale(2)));
            }
            ObjectNode evento = Json.MAPPER.createObjectNode().put("tipo", "estado").put("processo", nome);
            evento.setAll(estado);
            ObjectNode deTodas = evento.putObject("saldos").setAll(saldos);
            palco.contas().stream().filter(conta -> !deTodas.has(conta))
                    .forEach(conta -> deTodas.put(conta, BigDecimal.ZERO.setScale(2)));
            ObjectNode quais = evento.putObject("resultados");
            int perguntas = mudou ? PERGUNTAS_DE_UMA_VEZ : 0;
            List<String> ids = visto.ids();
            for (int i = ids.size() - 1; i >= 0; i--) { // primeiro as novas
                String id = ids.get(i);
                if (!resultados.containsKey(id) && perguntas-- > 0) {
                    String resultado = Pergunta.fazer(consulta, "RESULTADO", "id_msg", id).path("resultado").asText();
                    if (!resultado.equals(DESCONHECIDA)) {
                        resultados.put(id, resultado);
                    }
                }
                quais.put(id, resultados.getOrDefault(id, DESCONHECIDA));
            }
            if (mudou && perguntas <= 0) {
                antes = null; // as outras, da próxima
            }
            return evento;
        }
    }

    private final Palco palco;
    private final Alheios alheios;
    private final Visto visto;
    private final Runnable mudou;
    private final Map<String, Disse> ultimos = new ConcurrentHashMap<>();
    private final Object porta = new Object();
    private volatile long vez;
    private volatile boolean fechado;

    /** @param mudou chama-se quando se sabe mais alguma coisa */
    Observador(int parte, List<String> nomes, Palco palco, Alheios alheios, Visto visto, Runnable mudou) {
        this.palco = palco;
        this.alheios = alheios;
        this.visto = visto;
        this.mudou = mudou;
        List<String> comBanco = Elenco.comBanco(parte, nomes);
        for (String nome : nomes) {
            boolean recebe = !alheios.tem(nome)
                    && List.of("sequenciador", "primario", "backup").contains(Elenco.papel(nome));
            if (comBanco.contains(nome) || recebe) {
                Thread linha = new Thread(new Um(nome, comBanco.contains(nome), recebe), "observar " + nome);
                linha.setDaemon(true);
                linha.start();
            }
        }
    }

    /** Algo aconteceu: pergunta-se já. */
    void acordar() {
        synchronized (porta) {
            vez++;
            porta.notifyAll();
        }
    }

    private void esperar(long antes, int maximoMs) {
        try {
            synchronized (porta) {
                if (vez == antes && !fechado) {
                    porta.wait(maximoMs);
                }
            }
            Thread.sleep(20); // o que acontece junto pergunta-se junto
        } catch (InterruptedException e) {
            fechado = true;
        }
    }

    /** O que cada um disse da última vez; quem não respondeu não está. */
    Map<String, Disse> ultimos() {
        return new TreeMap<>(ultimos);
    }

    long vez() {
        return vez;
    }

    private static void fechar(Requisicao requisicao) {
        if (requisicao != null) {
            requisicao.close();
        }
    }

    @Override
    public void close() {
        fechado = true;
        acordar();
    }
}
