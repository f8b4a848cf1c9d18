//DEPS org.zeromq:jeromq:0.6.0
//SOURCES Chaves.java DesacordoAoConectar.java Desacordos.java LimiteDeQuadros.java PortaAberta.java SinalDeVida.java
package shared.defesa;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import shared.texto.Endereco;
import shared.texto.Registro;

/**
 * A defesa de um processo: protege as portas em que ele escuta e as conexões que faz. É a porta deste quarto: cria-se
 * uma, com as chaves e o registro do processo, e dá-se a quem abre soquetes. Nada mais se guarda fora dela.
 */
public final class Defesa {

    private final Chaves chaves; // null = em claro
    private final Desacordos desacordos;
    private final SinalDeVida sinalDeVida = new SinalDeVida();

    /** @param chaves null = fala em claro @param registro onde se diz quem não se entendeu; null = em lugar nenhum */
    public Defesa(Chaves chaves, Registro registro) {
        this.chaves = chaves;
        this.desacordos = new Desacordos(registro);
    }

    /** Sem chaves, e sem dizer nada a ninguém. */
    public static Defesa emClaro() {
        return new Defesa(null, null);
    }

    /**
     * A de quem não é um papel: com as chaves de BANCO_CHAVES, se há, como os processos que inicia.
     *
     * @throws Falha se nelas algo falta
     */
    public static Defesa doAmbiente() {
        String pasta = System.getenv("BANCO_CHAVES");
        return new Defesa(pasta == null || pasta.isBlank() ? null : Chaves.ler(Path.of(pasta)), null);
    }

    /** As chaves deste processo; vazio = fala em claro. */
    public Optional<Chaves> chaves() {
        return Optional.ofNullable(chaves);
    }

    /** Quem não se entendeu com quem, e o que se diz disso. */
    public Desacordos desacordos() {
        return desacordos;
    }

    /** O que protege uma porta que ainda não está aberta. @param ip aquele em que se vai escutar */
    public PortaAberta porta(InetAddress ip, int porta) {
        return new PortaAberta(this, sinalDeVida.porta(ip, porta), porta);
    }

    /**
     * O que protege um soquete ZeroMQ do que lhe chega.
     *
     * @param aoOriginal numa difusão que serve a dois públicos, o começo das únicas mensagens que o sistema original
     *                   entende; senão, null
     */
    public LimiteDeQuadros limite(SocketType tipo, byte[] aoOriginal) {
        return new LimiteDeQuadros(LimiteDeQuadros.Forma.de(tipo), chaves != null, aoOriginal);
    }

    /**
     * Prepara um soquete que se vai conectar.
     *
     * @return quem nota se os dois lados não se entendem: dê-lhe o que o JeroMQ contar
     */
    public DesacordoAoConectar conectar(ZMQ.Socket soquete, SocketType tipo, Endereco com) {
        if (chaves != null) {
            chaves.conectar(soquete);
        }
        return new DesacordoAoConectar(desacordos, tipo, com);
    }

    /** Com que a porta de RPC se cifra; null = em claro. @param servidor se escuta, ou se conecta */
    public SSLContext tls(boolean servidor) {
        return chaves == null ? null : chaves.tls(servidor);
    }

    /** Encerra uma conexão do JeroMQ, na linha de execução de rede dele: para ele é o fim dela, e fecha-a. */
    public static void encerrar(SocketChannel conexao) {
        try {
            conexao.shutdownInput();
        } catch (IOException e) {
            // já se foi
        }
    }

    /** Acaba com este processo já: o fim limpo esperaria por quem não responde, e o que foi confirmado está no disco. */
    public static void acabar(String porque) {
        System.err.println("erro: " + porque + "; este processo acaba aqui, porque já não serviria a ninguém. Inicie-o outra"
                + " vez: o que está no diário não se perdeu");
        Runtime.getRuntime().halt(1);
    }
}
