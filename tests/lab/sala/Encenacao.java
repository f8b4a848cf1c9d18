package tests.lab.sala;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import shared.texto.ErroDeUso;
import shared.texto.Falha;
import shared.texto.Json;
import tests.Processo;
import tests.lab.cenas.Cena;
import tests.lab.cenas.Cena.AtoEscrito;
import tests.lab.cenas.Cena.Linha;
import tests.lab.cenas.Passo;

/** Uma cena escrita que alguém vai passando: o que já se fez do ato em que está, e até onde ir. */
final class Encenacao {

    private final Sala sala;
    private final String nome;
    private final Cena cena;
    private final int ato;
    private volatile int proxima;            // a linha por fazer
    private volatile boolean aAndar;
    private volatile boolean julgada;
    private volatile String porque;          // não saiu como está escrita; null = até aqui, sim
    private volatile Passo.Perguntar perguntada;

    Encenacao(Sala sala, String nome, Cena cena, int ato) {
        this.sala = sala;
        this.nome = nome;
        this.cena = cena;
        this.ato = ato;
    }

    /** O mesmo ato, com estas linhas já feitas. */
    Encenacao em(int feitas) {
        Encenacao outra = new Encenacao(sala, nome, cena, ato);
        outra.proxima = feitas;
        return outra;
    }

    AtoEscrito escrito() {
        return cena.atos().get(ato);
    }

    private List<Linha> linhas() {
        return escrito().linhas();
    }

    private boolean acabou() {
        return proxima >= linhas().size();
    }

    /** Se o ato já se julgou, ou acabou: o que se perguntou tem resposta. */
    boolean jaSeSabe() {
        return julgada || acabou();
    }

    Passo.Perguntar perguntada() {
        return perguntada;
    }

    // ───── Andar ─────

    /**
     * Faz o passo seguinte: uma linha que faz acontecer, e as esperas até à seguinte. Acabado um ato, começa o outro.
     *
     * @param todos se segue até ao fim do ato, ou até uma pergunta
     */
    synchronized void seguir(boolean todos) {
        if (aAndar) {
            throw new ErroDeUso("a cena ainda espera por isto: " + linhas().get(proxima).texto());
        }
        if (acabou()) {
            if (ato + 1 == cena.atos().size()) {
                throw new ErroDeUso("a cena acabou");
            }
            sala.abrir(new Encenacao(sala, nome, cena, ato + 1));
            return;
        }
        porque = null;
        aAndar = true;
        sala.aQueEsta().cena().insistir();
        Thread linha = new Thread(() -> andar(sala.aQueEsta(), todos), "cena");
        linha.setDaemon(true);
        linha.start();
    }

    private void andar(AoVivo viva, boolean todos) {
        try {
            viva.cena().prazo(sala.semPressa());
            boolean fez = false;
            while (!acabou()) {
                Linha linha = linhas().get(proxima);
                if (fez && !todos && !linha.soVe()) {
                    break;
                }
                try {
                    viva.daCena(linha.texto());
                } catch (Falha e) {
                    proxima += linha.passo() instanceof Passo.Pedir ? 1 : 0; // já está pedido
                    throw e;
                }
                fez |= !linha.soVe();
                julgada |= linha.texto().startsWith("julgar ");
                proxima++;
                sala.mudou();
                if (linha.passo() instanceof Passo.Perguntar esta) {
                    perguntada = esta;
                    sala.enquete().perguntar(esta.texto());
                    break;
                }
            }
        } catch (Falha e) {
            porque = e.getMessage();
        } finally {
            viva.cena().prazo(null);
            aAndar = false;
            sala.mudou();
        }
    }

    /** Já não se espera: daqui em diante é à mão, ou passa-se outra vez. */
    void parar() {
        AoVivo viva = sala.aQueEsta();
        if (aAndar && viva != null) {
            viva.cena().desistir();
            Processo.aguardar(Processo.PRAZO, () -> !aAndar);
            viva.cena().insistir();
        }
    }

    ObjectNode json() {
        ObjectNode json = Json.MAPPER.createObjectNode().put("nome", nome).put("titulo", cena.titulo());
        ArrayNode historia = json.putArray("historia");
        cena.historia().forEach(historia::add);
        json.put("ato", ato + 1).put("atos", cena.atos().size()).put("passo", proxima).put("passos", linhas().size());
        ArrayNode linhas = json.putArray("linhas");
        linhas().forEach(linha -> linhas.add(linha.texto()));
        return json.put("anda", aAndar).put("acabou", acabou() && ato + 1 == cena.atos().size()).put("porque", porque);
    }
}
