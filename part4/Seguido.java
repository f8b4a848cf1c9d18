//SOURCES regra/Nucleo.java ../shared/rede/Ligacao.java ../shared/rede/Soquetes.java
//SOURCES ../shared/rede/Tcp.java ../shared/texto/Registro.java
package part4;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.stream.Stream;
import org.zeromq.SocketType;
import part4.regra.Mensagens.Difundida;
import part4.regra.Nucleo;
import shared.Operacao;
import shared.rede.Ligacao;
import shared.rede.Soquetes;
import shared.rede.Tcp;
import shared.texto.Endereco;
import shared.texto.MensagemInvalida;
import shared.texto.Registro;

/** As conexões com o primário que se segue: muda com ele, e só lhe fala depois de saber que é dos nossos. */
final class Seguido {

    private static final int POR_SABER = 10_000;
    private static final int PROCURAR_MS = 10_000;

    private final Soquetes soquetes;
    private final Registro registro;
    private final boolean soEscuta;
    private Endereco[] onde;            // onde ele recebe pedidos, e onde difunde; null = ninguém
    private Ligacao assinatura;
    private Ligacao pedidos;
    private final Deque<Operacao> porSaber = new ArrayDeque<>(); // sem número, e ainda não se sabe de quem
    private boolean numera;             // já difundiu algo numerado
    private long procurarEm = Long.MIN_VALUE; // não antes disto

    /** @param soEscuta se nunca se lhe fala, seja ele quem for */
    Seguido(Soquetes soquetes, Registro registro, boolean soEscuta) {
        this.soquetes = soquetes;
        this.registro = registro;
        this.soEscuta = soEscuta;
    }

    /**
     * Passa a seguir quem está ali.
     *
     * @param novo       onde recebe pedidos, e onde difunde; {@code null} = ninguém
     * @param porConferir se foi outro quem disse onde é, e daqui pode não se alcançar
     * @return se mudou
     */
    boolean seguir(Endereco[] novo, boolean porConferir, long agora) {
        if (Arrays.equals(novo, onde) || porConferir && !achado(novo, agora)) {
            return false;
        }
        numera = false;
        porSaber.clear();
        if (onde != null) {
            soquetes.fechar(assinatura);
            soquetes.fechar(pedidos);
        }
        onde = novo;
        assinatura = onde == null ? null : soquetes.manter(SocketType.SUB, onde[1], registro);
        pedidos = onde == null ? null : soquetes.manter(SocketType.DEALER, onde[0], registro);
        registro.linha("seguir", "primario", onde == null ? "ninguém" : onde[0]);
        return true;
    }

    /** Uma visão pode dizer uma máquina que aqui ninguém conhece, ou ainda não: pergunta-se outra vez, de vez em quando. */
    private boolean achado(Endereco[] novo, long agora) {
        if (agora < procurarEm) {
            return false;
        }
        boolean achado = Tcp.existe(novo[0]) && Tcp.existe(novo[1]);
        if (!achado) {
            procurarEm = agora + PROCURAR_MS;
            registro.linha("aviso", "porque", "o primário diz estar em " + novo[0]
                    + ", e daqui não encontro essa máquina: confira o --anuncio dele");
        }
        return achado;
    }

    /** Entrega o que chegou dele. */
    void receber(Nucleo<?> nucleo) {
        if (onde == null) {
            return;
        }
        assinatura.receber(bytes -> ler(() -> {
            Difundida difundida = Difundida.ler(bytes);
            if (difundida.simples() == null) {
                numera = true;
                nucleo.numerada(difundida);
            } else if (porSaber.size() < POR_SABER) {
                porSaber.add(difundida.simples());
            }
        }));
        saberQuemE(nucleo);
        pedidos.receber(bytes -> ler(() -> nucleo.doPrimario(bytes)));
    }

    private void ler(Runnable leitura) {
        try {
            leitura.run();
        } catch (MensagemInvalida e) {
            registro.recusada("primario", e);
        }
    }

    /** O que vem sem número espera até se saber de quem: do sistema original, aplica-se; de um dos nossos, pede-se. */
    private void saberQuemE(Nucleo<?> nucleo) {
        Soquetes.Quem quem = soEscuta ? Soquetes.Quem.ORIGINAL : pedidos.quem();
        if (quem != null) {
            nucleo.soEscutar(quem == Soquetes.Quem.ORIGINAL);
            if (quem == Soquetes.Quem.ORIGINAL || !numera) { // senão, as numeradas chegam também
                porSaber.forEach(nucleo::simples);
            }
            porSaber.clear();
        }
    }

    void enviar(byte[] mensagem) {
        if (pedidos != null && pedidos.nossa()) {
            pedidos.enviar(mensagem);
        }
    }

    Stream<Ligacao> ligacoes() {
        return onde == null ? Stream.empty() : Stream.of(assinatura, pedidos);
    }
}
