///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 4, primário: aplica as operações, espera os backups em dia, e responde o resultado.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//SOURCES ../shared/Banco.java ../shared/Envelope.java ../shared/defesa/Defesa.java ../shared/disco/Diarios.java
//SOURCES ../shared/disco/DobraDoBanco.java ../shared/disco/Lote.java ../shared/memoria/Lembradas.java
//SOURCES ../shared/memoria/Saldos.java ../shared/ordem/Aplicada.java ../shared/ordem/Historico.java
//SOURCES ../shared/ordem/Seguidor.java ../shared/rede/zmq/Mailbox.java ../shared/rede/zmq/io/Decifrada.java
//SOURCES ../shared/rede/zmq/io/mechanism/Mechanisms.java ../shared/tempo/Lentidao.java ../shared/texto/Campos.java
//SOURCES ../shared/texto/Endereco.java ../shared/texto/JsonGrande.java ../shared/texto/Reais.java Servidor.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError -Xmn24m
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
//RUNTIME_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings
package part4;

import picocli.CommandLine.Command;
import shared.texto.Endereco;

/**
 * Decide sozinho a ordem e o resultado, repassa cada operação aos backups e, quando os que estão em dia a têm no disco,
 * responde ao cliente.
 *
 * <pre>
 *   Client (REQ) ──►┐                             ┌──► Backup 1 (SUB) ─┐
 *                   ├─ :6004 Primary XPUB :6005 ──┤                    ├─ NOTICIA (o que tenho no disco)
 *   Client (REQ) ──►┘ ▲    diário, Banco          └──► Backup 2 (SUB) ─┤
 *                     └────────────────────────────────────────────────┘
 *                        Primary, Backup ──► :6006 Witness (fora do caminho das operações)
 * </pre>
 *
 * <b>Garante</b>: a mesma ordem em todos; o cliente sabe o resultado; o que recebeu OK está no disco do primário e dos
 * backups em dia; um pedido repetido vale uma vez e recebe o mesmo resultado. Deposto, desce e vira backup.<br>
 * <b>Não garante</b>: com {@code --confirmacao assincrona}, que o confirmado sobreviva à morte do primário; sem
 * testemunha, a troca automática.<br>
 * <b>Experimente</b>: kill -9 nele com {@code --testemunha} e um backup em dia; depois sem; depois com
 * {@code --confirmacao assincrona}.
 */
@Command(name = "part4/Primary.java",
        description = "Parte 4, primário: aplica, espera os backups em dia, responde o resultado.")
public final class Primary extends Servidor {

    // ───── Protocolo: está em regra/Nodo.java, que também é o do backup ─────

    @Override
    boolean primeiro() {
        return true;
    }

    @Override
    boolean promover() {
        return false;
    }

    @Override
    boolean semRecuperacao() {
        return false;
    }

    @Override
    Endereco[] primarioInicial() {
        return null;
    }

    public static void main(String[] args) {
        System.exit(executar(new Primary(), args));
    }
}
