//SOURCES Entrega.java
package part2.regra;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import shared.ordem.Seguidor;
import shared.tempo.Lentidao;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import shared.texto.Texto;

/** A quem um worker pede o que lhe falta: que fila é a de cada servidor, e se já se pode falar com ele. Regra pura. */
public final class Recuperacao {

    /** Entre duas perguntas a todos, se ninguém é dono de uma fila. */
    private static final int PERGUNTAR_MS = Lentidao.vezes(1_000);

    /** Um servidor a quem pedir: um pedido de cada vez. */
    private static final class Servidor {
        private final Seguidor apresentacao = new Seguidor(null, 0); // pergunta, de quando em quando, que fila é a dele
        private String historia; // null = ainda não disse
        private boolean esperando;
    }

    private final Entrega entrega;
    private final List<Servidor> servidores = new ArrayList<>();
    private final Set<String> ouvidas = new LinkedHashSet<>(); // as filas que se disseram, e de que não se sabe o servidor
    private long perguntouEm = Long.MIN_VALUE;

    public Recuperacao(Entrega entrega, int quantosServidores) {
        this.entrega = entrega;
        for (int i = 0; i < quantosServidores; i++) {
            servidores.add(new Servidor());
        }
    }

    /** Quem numera e diz o nome da sua fila é dos nossos, e entende perguntas; o servidor original nem numera. */
    public void ouvir(String historia) {
        if (historia != null && ouvidas.size() < Entrega.HISTORIAS_MAXIMAS && !conhecidas().contains(historia)) {
            ouvidas.add(historia);
        }
    }

    private Set<String> conhecidas() {
        return servidores.stream().map(servidor -> servidor.historia).collect(Collectors.toSet());
    }

    /** Um servidor que recomeçou do zero tem uma fila nova, cujo começo talvez se perdeu: pergunta a todos qual é a sua. */
    public void procurarServidorNovo(long agora) {
        boolean haMuito = perguntouEm == Long.MIN_VALUE || agora - perguntouEm > PERGUNTAR_MS;
        if (haMuito && entrega.faltaDeOutra(conhecidas())) {
            perguntouEm = agora;
            servidores.forEach(servidor -> servidor.historia = null);
        }
    }

    /** O que pedir agora a este servidor. @return {@code null} se nada */
    public ObjectNode pedido(int qual, long agora) {
        Servidor servidor = servidores.get(qual);
        Seguidor seguidor = servidor.historia == null ? servidor.apresentacao : entrega.seguidor(servidor.historia);
        boolean calado = servidor.historia == null && ouvidas.isEmpty(); // pode ser o servidor original, que não entenderia
        ObjectNode pedido = calado || servidor.esperando || semSaida(seguidor) ? null : seguidor.pedido(agora);
        servidor.esperando |= pedido != null;
        return pedido;
    }

    private boolean semSaida(Seguidor seguidor) {
        return seguidor.querFoto() && !entrega.podeAdotar(seguidor);
    }

    /** Este servidor respondeu. @return o que se pode fazer agora. @throws MensagemInvalida se não se entende */
    public Seguidor.Passo respondido(int qual, ObjectNode resposta) {
        Servidor servidor = servidores.get(qual);
        servidor.esperando = false;
        servidor.historia = Texto.exigirNome("historia", Json.texto(resposta, "historia"));
        ouvidas.remove(servidor.historia);
        return entrega.seguidor(servidor.historia).resposta(resposta);
    }

    /** Não está de pé, ou no lugar dele está outro: só se torna a perguntar quando se ouvir alguém. */
    public void semResposta(int qual) {
        servidores.get(qual).esperando = false;
        servidores.get(qual).historia = null;
        ouvidas.clear();
    }

    public int quantosServidores() {
        return servidores.size();
    }

    /** Se algum ainda não respondeu. */
    public boolean esperando() {
        return servidores.stream().anyMatch(servidor -> servidor.esperando);
    }

    /** A história da fila deste servidor; {@code null} se ainda não a disse. */
    public String historia(int qual) {
        return servidores.get(qual).historia;
    }
}
