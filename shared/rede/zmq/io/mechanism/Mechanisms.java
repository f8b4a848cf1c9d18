//DEPS org.zeromq:jeromq:0.6.0
package zmq.io.mechanism;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import zmq.Msg;
import zmq.Options;
import zmq.io.Decifrada;
import zmq.io.SessionBase;
import zmq.io.mechanism.curve.CurveClientMechanism;
import zmq.io.mechanism.curve.CurveServerMechanism;
import zmq.io.net.Address;

/**
 * Como uma conexão do JeroMQ 0.6.0 se protege, em lugar da lista dele: está antes dela no classpath. A diferença é que o
 * CURVE não perde mensagens quando a fila de quem recebe se enche (veja {@link Decifrada}), e que só há o que se usa
 * aqui.
 */
public enum Mechanisms {

    /** Em claro. */
    NULL {
        @Override
        public Mechanism create(SessionBase sessao, Address par, Options opcoes) {
            return new NullMechanism(sessao, par, opcoes);
        }

        @Override
        public void check(Options opcoes) {
            // nada a conferir
        }
    },

    /** Usuário e senha em claro: o JeroMQ nomeia-o, e aqui não há. */
    PLAIN,

    /** Cifra e prova de quem se é: RFC 26 do ZeroMQ. */
    CURVE {
        @Override
        public Mechanism create(SessionBase sessao, Address par, Options opcoes) {
            Decifrada decifrada = new Decifrada(sessao);
            return opcoes.asServer ? new CurveServerMechanism(sessao, par, opcoes) {
                @Override
                public Msg decode(Msg cifrada) {
                    return decifrada.entregar(cifrada, super::decode);
                }
            } : new CurveClientMechanism(sessao, opcoes) {
                @Override
                public Msg decode(Msg cifrada) {
                    return decifrada.entregar(cifrada, super::decode);
                }
            };
        }

        @Override
        public void check(Options opcoes) {
            byte[] doServidor = opcoes.asServer ? opcoes.curvePublicKey : opcoes.curveServerKey;
            if (!Stream.of(opcoes.curvePublicKey, opcoes.curveSecretKey, doServidor)
                    .allMatch(chave -> chave != null && chave.length == Options.CURVE_KEYSIZE)) {
                throw new IllegalStateException("CURVE: falta uma das chaves, ou não tem "
                        + Options.CURVE_KEYSIZE + " bytes");
            }
        }
    },

    /** Kerberos: idem. */
    GSSAPI;

    private static final int NOME_BYTES = 20; // o campo da saudação, completado com zeros

    /** O que guarda uma conexão. @param par o outro lado */
    public Mechanism create(SessionBase sessao, Address par, Options opcoes) {
        throw new UnsupportedOperationException(name());
    }

    /** @throws IllegalStateException se às opções de um soquete falta o que é preciso */
    public void check(Options opcoes) {
        throw new UnsupportedOperationException(name());
    }

    /** Se a saudação do outro lado, que está aberta no campo do nome, nomeia este. */
    public boolean isMechanism(ByteBuffer saudacao) {
        byte[] nome = new byte[NOME_BYTES];
        saudacao.get(nome);
        return Arrays.equals(nome, Arrays.copyOf(name().getBytes(StandardCharsets.US_ASCII), NOME_BYTES));
    }
}
