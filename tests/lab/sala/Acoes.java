package tests.lab.sala;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import shared.texto.ErroDeUso;
import shared.texto.Json;
import shared.texto.Texto;
import tests.Processo;
import tests.lab.cenas.Cena.Mensagem;
import tests.lab.cenas.Cena.Pedida;
import tests.lab.cenas.Cenas;
import tests.lab.rede.Segura;

/** O que a página manda fazer, em linhas da língua das cenas: a página não sabe fazer nada que ela não diga. */
final class Acoes {

    private static final List<String> HA = List.of("parte", "cena", "cena-passo", "cena-seguir", "cena-parar", "pedir",
            "saldo", "repetir", "carga", "matar", "parar", "continuar", "iniciar", "do-zero", "segurar", "segurar-tudo",
            "soltar", "cortar", "ligar", "emudecer", "perda", "atraso", "entregar", "perder", "duplicar", "mover", "modo",
            "pausa", "desfazer", "nota", "perguntar", "saber", "linha");

    private Acoes() {
    }

    /** @return as linhas que fazem isto @throws ErroDeUso se não se entende, ou agora não se pode */
    static List<String> linhas(ObjectNode pedido, AoVivo viva) {
        String acao = Json.texto(pedido, "acao");
        return switch (acao) {
            case "linha" -> List.of(texto(pedido, "linha"));
            case "nota" -> List.of("nota " + texto(pedido, "texto"));
            case "perguntar" -> List.of("perguntar saldo " + texto(pedido, "processo") + " "
                    + Cenas.entreAspas(texto(pedido, "conta")) + " " + texto(pedido, "texto"));
            case "saber" -> List.of("julgar " + String.join(" ", exigir(viva.bancos().keySet())));
            case "pedir" -> List.of(texto(pedido, "cliente") + " pede " + texto(pedido, "operacao"));
            case "saldo" -> List.of(texto(pedido, "cliente") + " consulta " + Cenas.entreAspas(texto(pedido, "conta")));
            case "repetir" -> List.of(repetir(texto(pedido, "cliente"), viva));
            case "matar", "parar", "continuar", "iniciar" -> {
                exigirEstado(acao, texto(pedido, "nome"), viva);
                yield List.of(acao + " " + texto(pedido, "nome"));
            }
            case "do-zero" -> doZero(texto(pedido, "nome"), viva);
            case "segurar", "soltar", "cortar", "ligar", "emudecer" -> List.of((acao + " " + onde(pedido)).strip());
            case "segurar-tudo" -> List.of(("segurar tudo " + onde(pedido)).strip());
            case "perda" -> List.of(("perda " + texto(pedido, "porcento") + "% " + onde(pedido)).strip());
            case "atraso" -> List.of(("atraso " + texto(pedido, "de") + ".." + texto(pedido, "ate") + " " + onde(pedido))
                    .strip());
            case "entregar" -> List.of(daMensagem("soltar", pedido, viva));
            case "perder", "duplicar" -> List.of(daMensagem(acao, pedido, viva));
            case "mover" -> List.of(daMensagem(acao, pedido, viva) + (pedido.path("antes").isObject()
                    ? " antes " + mensagem(segura(pedido.get("antes"), viva), viva) : " fim"));
            case "modo" -> List.of(texto(pedido, "modo").equals("passo") ? "segurar" : "soltar");
            default -> throw ErroDeUso.naoHa("a ação", acao, HA);
        };
    }

    private static Set<String> exigir(Set<String> respondem) {
        if (respondem.isEmpty()) {
            throw new ErroDeUso("ninguém que tenha um banco responde");
        }
        return respondem;
    }

    private static String texto(JsonNode pedido, String chave) {
        JsonNode valor = pedido.path(chave);
        if (!valor.isValueNode() || valor.asText().isBlank()) {
            throw new ErroDeUso("falta dizer " + chave);
        }
        return valor.asText().strip();
    }

    /** Um sentido, ou um processo; nada = tudo. */
    private static String onde(ObjectNode pedido) {
        return pedido.path("sentido").asText(pedido.path("nome").asText("")).strip();
    }

    // ───── Processos ─────

    private static void exigirEstado(String acao, String nome, AoVivo viva) {
        if (!viva.escrito().elenco().containsKey(nome)) {
            throw ErroDeUso.naoHa("o processo", nome, List.copyOf(viva.escrito().elenco().keySet()));
        }
        Processo processo = viva.cena().palco().processo(nome);
        boolean vivo = processo != null && processo.vivo();
        Visto.Processo como = viva.visto().processo(nome);
        boolean parado = vivo && como != null && como.estado().equals("parado");
        String porque = switch (acao) {
            case "iniciar" -> vivo ? "já está de pé" : null;
            case "continuar" -> parado ? null : "não está parado";
            case "parar" -> !vivo ? "não está de pé" : parado ? "já está parado" : null;
            default -> vivo ? null : "não está de pé";
        };
        if (porque != null) {
            throw new ErroDeUso(nome + " " + porque);
        }
    }

    /** Na parte 1 uma réplica não guarda nada: começa sempre do zero. */
    private static List<String> doZero(String nome, AoVivo viva) {
        Processo processo = viva.cena().palco().processo(nome);
        if (viva.alheios().tem(nome)) {
            throw new ErroDeUso("como " + nome + " recomeça do zero, só o sabe quem o fez: mate-o, e inicie-o outra vez");
        }
        String iniciar = "iniciar " + nome + (viva.escrito().parte() == 1 ? "" : " com --do-zero");
        return processo != null && processo.vivo() ? List.of("matar " + nome, iniciar) : List.of(iniciar);
    }

    private static String repetir(String cliente, AoVivo viva) {
        String id = viva.visto().cliente(cliente).indeterminada();
        Pedida qual = id == null ? null : viva.cena().pedida(id);
        if (qual == null) {
            throw new ErroDeUso(cliente + " não tem nenhuma indeterminada que repetir");
        }
        return cliente + " repete " + qual;
    }

    // ───── Mensagens ─────

    private static Segura segura(JsonNode qual, AoVivo viva) {
        if (!qual.path("n").isIntegralNumber()) {
            throw new ErroDeUso("falta dizer que mensagem: o número n dela");
        }
        return viva.cena().rede().esperam().uma(qual.path("n").asInt(), qual.path("copia").asInt());
    }

    private static String daMensagem(String verbo, ObjectNode pedido, AoVivo viva) {
        Segura esta = segura(pedido, viva);
        if (verbo.equals("duplicar") && esta.naoRepete() != null) {
            throw new ErroDeUso("em " + esta.enlace() + " não se duplica: " + esta.naoRepete());
        }
        if (verbo.equals("mover") && pedido.path("antes").isObject()
                && !segura(pedido.get("antes"), viva).enlace().equals(esta.enlace())) {
            throw new ErroDeUso("só trocam de ordem as que vão pelo mesmo enlace, " + esta.enlace());
        }
        return verbo + " " + esta.enlace() + " " + mensagem(esta, viva);
    }

    private static Mensagem mensagem(Segura esta, AoVivo viva) {
        Mensagem qual = viva.cena().mensagem(esta);
        if (qual == null) {
            throw new ErroDeUso(Texto.formatar("a mensagem %d não é de nenhuma operação que se pediu aqui", esta.n()));
        }
        return qual;
    }
}
