//SOURCES QuemUsa.java
package shared.rede;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import shared.texto.Endereco;
import shared.texto.Falha;

/**
 * O que se sabe de endereços TCP: que IPs tem um nome, quais são desta máquina, e se uma conexão chegou a outro ou a si
 * mesma.
 */
public final class Tcp {

    private static final int POR_ACEITAR = 128;

    private Tcp() {
    }

    /** Os IPs de uma máquina, os IPv4 primeiro. @throws Falha se ninguém a conhece */
    public static List<InetAddress> ips(Endereco endereco) {
        try {
            return Stream.of(InetAddress.getAllByName(endereco.maquina()))
                    .sorted(Comparator.comparing(Inet6Address.class::isInstance)).toList();
        } catch (UnknownHostException e) {
            throw new Falha("não encontrei a máquina '" + endereco.maquina() + "'; confira o nome ou use o endereço IP");
        }
    }

    /** Se alguém conhece esta máquina. Perguntar pode demorar segundos. */
    public static boolean existe(Endereco endereco) {
        try {
            return !ips(endereco).isEmpty();
        } catch (Falha e) {
            return false;
        }
    }

    /** O IP em que escutar. @throws Falha se não se pode escutar neste endereço, por não ser desta máquina */
    public static InetAddress daqui(Endereco endereco) {
        if (existe(endereco)) {
            for (InetAddress ip : ips(endereco)) {
                if (ip.isAnyLocalAddress() || temos(ip)) {
                    return ip;
                }
            }
        }
        throw new Falha("não consegui escutar em " + endereco + ": '" + endereco.maquina()
                + "' não é um endereço desta máquina (veja --bind; 0.0.0.0 escuta em todos)");
    }

    /** Escuta neste endereço. @param opcao a que escolhe a porta @throws Falha se não se consegue */
    public static ServerSocketChannel escutar(Endereco onde, String opcao) {
        InetAddress ip = daqui(onde);
        try {
            return ServerSocketChannel.open().bind(new InetSocketAddress(ip, onde.porta()), POR_ACEITAR);
        } catch (BindException e) {
            throw new Falha(QuemUsa.ocupada(onde.porta(), opcao));
        } catch (IOException e) {
            throw new Falha("não consegui escutar em " + onde + " (" + e.getMessage() + ")");
        }
    }

    private static boolean temos(InetAddress ip) {
        try {
            return ip.isLoopbackAddress() || NetworkInterface.getByInetAddress(ip) != null; // 127.0.0.2 também
        } catch (SocketException e) {
            return false;
        }
    }

    /**
     * Conecta-se, por qualquer dos IPs da máquina.
     *
     * @param prazoMs para todos, em milissegundos
     * @throws IOException se nenhum atende, ou se só se atendeu a si mesma
     */
    public static Socket conectar(Endereco servidor, int prazoMs) throws IOException {
        IOException porque = new ConnectException("ninguém conhece " + servidor.maquina());
        List<InetAddress> ips = existe(servidor) ? ips(servidor) : List.of();
        for (InetAddress ip : ips) {
            Socket conexao = new Socket();
            try {
                conexao.connect(new InetSocketAddress(ip, servidor.porta()), prazoMs / ips.size());
                exigirOutro(conexao);
                conexao.setTcpNoDelay(true);
                return conexao;
            } catch (IOException e) {
                conexao.close();
                porque = e;
            }
        }
        throw porque;
    }

    /**
     * Uma conexão a uma porta desta máquina onde ninguém escuta, e que o sistema pode dar a quem se conecta, às vezes sai
     * dessa mesma porta: os dois pedidos cruzam-se, e ela fica ligada a si mesma, com a porta de quem devia escutar (RFC
     * 9293, 3.5).
     */
    public static boolean consigoMesma(Socket conexao) {
        return conexao.getLocalPort() == conexao.getPort() && conexao.getLocalAddress().equals(conexao.getInetAddress());
    }

    /** @throws ConnectException se está ligada a si mesma: já se pode fechar, que não deixa a porta à espera (TIME_WAIT) */
    static void exigirOutro(Socket conexao) throws IOException {
        if (consigoMesma(conexao)) {
            conexao.setSoLinger(true, 0);
            throw new ConnectException("ninguém atende: a conexão saiu da própria porta " + conexao.getPort());
        }
    }

    /** Fecha uma conexão, se há alguma; quem nela lia ou escrevia deixa de esperar. */
    public static void fechar(Socket conexao) {
        try {
            if (conexao != null) {
                conexao.close();
            }
        } catch (IOException e) {
            // já se foi
        }
    }
}
