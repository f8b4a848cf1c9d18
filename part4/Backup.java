///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 4, backup: repete o que o primário decidiu, na mesma ordem, e pode tomar o lugar dele.
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
import picocli.CommandLine.Option;
import shared.papel.Opcoes;
import shared.texto.Endereco;

/**
 * Assina as atualizações do primário, guarda-as no disco, avisa-o disso, e as aplica na ordem dele.
 *
 * <pre>
 *   Primary XPUB :6005 ──► Backup (SUB) ── diário ── Banco ── consultas (:7001)
 *   Primary      :6004 ◄── NOTICIA: o que tenho no disco; HISTORICO, INSTANTANEO: o que me falta
 * </pre>
 *
 * <b>Garante</b>: em dia, tem tudo o que o primário confirmou; promovido, segue de onde ele parou, numa época maior, e
 * quem fala da época velha já não é ouvido. Se o fim do seu diário não foi confirmado, descarta-o, e diz.<br>
 * <b>Não garante</b>: sem testemunha, assumir sozinho: alguém tem de mandar, com {@code --promover}.<br>
 * <b>Experimente</b>: kill -STOP nele: em um segundo o primário o tira da visão, em voz alta, e segue; kill -CONT: volta.
 */
@Command(name = "part4/Backup.java",
        description = "Parte 4, backup: repete o que o primário decidiu, e pode tomar o lugar dele.")
public final class Backup extends Servidor {

    // ───── Protocolo: está em regra/Nodo.java, que também é o do primário ─────

    // ───── Linha de comando ─────

    @Option(names = "--primario", paramLabel = "HOST", defaultValue = "127.0.0.1", order = 1,
            description = "a máquina do primário (padrão: ${DEFAULT-VALUE})")
    private String primario;

    @Option(names = "--pedidos-primario", paramLabel = "HOST:PORTA", order = 2,
            description = "onde falar com ele (padrão: porta 6004 do primário)")
    private Endereco pedidosPrimario;

    @Option(names = "--atualizacoes-primario", paramLabel = "HOST:PORTA", order = 3,
            description = "onde assinar as atualizações (padrão: porta 6005 do primário)")
    private Endereco atualizacoesPrimario;

    @Option(names = "--promover", order = 4,
            description = "assume como primário, sem testemunha: só se o antigo morreu de vez")
    private boolean promover;

    @Option(names = "--sem-recuperacao", order = 5,
            description = "só escuta, para se ver para que serve falar com o primário: o que se perdeu não se pede")
    private boolean semRecuperacao;

    @Override
    protected void conferir(Opcoes opcoes) {
        super.conferir(opcoes
                .nunca("--promover", "--testemunha", "com testemunha quem decide é ela, e assumir sem lhe perguntar daria"
                        + " dois primários; tire --promover, e ela promove este backup se ele está em dia")
                .nunca("--promover", "--do-zero", "esquecer tudo e assumir daria um banco vazio; para um banco novo,"
                        + " inicie um Primary")
                .nunca("--promover", "--memoria", "quem não guarda nada não tem o que assumir; para um banco novo,"
                        + " inicie um Primary")
                .nunca("--promover", "--sem-recuperacao", "quem assume já não segue ninguém")
                .nunca("--sem-recuperacao", "--testemunha", "quem só escuta nunca está em dia, e ela não o promoveria")
                .nuncaComAmbas("--primario", "--pedidos-primario", "--atualizacoes-primario")
                .soMaquina("--primario", primario, "--pedidos-primario e --atualizacoes-primario"));
    }

    @Override
    boolean primeiro() {
        return false;
    }

    @Override
    boolean promover() {
        return promover;
    }

    @Override
    boolean semRecuperacao() {
        return semRecuperacao;
    }

    @Override
    Endereco[] primarioInicial() {
        return new Endereco[] {
            pedidosPrimario != null ? pedidosPrimario : new Endereco(Endereco.ler(primario, 6004).maquina(), 6004),
            atualizacoesPrimario != null ? atualizacoesPrimario
                    : new Endereco(Endereco.ler(primario, 6005).maquina(), 6005)};
    }

    public static void main(String[] args) {
        System.exit(executar(new Backup(), args));
    }
}
