package tests.lab.sala;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
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
    private final List<String> passaram;     // os atos de antes deste, escritos como se fizeram
    private volatile int proxima;            // a linha por fazer
    private volatile boolean aAndar;
    private volatile String porque;          // não saiu como está escrita; null = até aqui, sim

    /** O ato a seguir a estes, parado antes da primeira linha. */
    Encenacao(Sala sala, String nome, Cena cena, List<String> passaram) {
        this.sala = sala;
        this.nome = nome;
        this.cena = cena;
        this.passaram = passaram;
    }

    /** O mesmo ato, com estas linhas já feitas. */
    Encenacao em(int feitas) {
        Encenacao outra = new Encenacao(sala, nome, cena, passaram);
        outra.proxima = feitas;
        return outra;
    }

    AtoEscrito escrito() {
        return cena.atos().get(passaram.size());
    }

    private List<Linha> linhas() {
        return escrito().linhas();
    }

    private boolean acabou() {
        return proxima >= linhas().size();
    }

    private boolean haOutroAto() {
        return passaram.size() + 1 < cena.atos().size();
    }

    /** A cena toda, com o que nela se fez. */
    String gravada(AoVivo viva) {
        return Guardada.cena(cena, passaram, viva);
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
            if (!haOutroAto()) {
                throw new ErroDeUso("a cena acabou");
            }
            List<String> comEste = new ArrayList<>(passaram);
            comEste.add(Guardada.ato(sala.aQueEsta()));
            sala.abrir(new Encenacao(sala, nome, cena, comEste));
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
                proxima++;
                sala.mudou();
                if (linha.passo() instanceof Passo.Perguntar) {
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
        json.put("ato", passaram.size() + 1).put("atos", cena.atos().size()).put("passo", proxima)
                .put("passos", linhas().size());
        ArrayNode linhas = json.putArray("linhas");
        linhas().forEach(linha -> linhas.add(linha.texto()));
        return json.put("anda", aAndar).put("acabou", acabou() && !haOutroAto()).put("porque", porque);
    }
}
