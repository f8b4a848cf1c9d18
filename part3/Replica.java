///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 3, réplica: aplica as operações na ordem dos números do sequenciador, sem buracos.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//SOURCES ../shared/Banco.java ../shared/Envelope.java ../shared/defesa/Defesa.java ../shared/disco/Diarios.java
//SOURCES ../shared/disco/DobraDoBanco.java ../shared/disco/Lote.java ../shared/memoria/Lembradas.java
//SOURCES ../shared/memoria/Saldos.java ../shared/ordem/Seguidor.java ../shared/papel/Dados.java
//SOURCES ../shared/papel/Papel.java ../shared/rede/Pedidos.java ../shared/rede/zmq/Mailbox.java
//SOURCES ../shared/rede/zmq/io/Decifrada.java ../shared/rede/zmq/io/mechanism/Mechanisms.java
//SOURCES ../shared/tempo/Lentidao.java ../shared/texto/Campos.java ../shared/texto/Endereco.java
//SOURCES ../shared/texto/JsonGrande.java ../shared/texto/Reais.java ../shared/texto/Registro.java Seguida.java
//SOURCES regra/grupos/Grupos.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError -Xmn24m
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
//RUNTIME_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings
package part3;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import part3.regra.grupos.Grupos;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import shared.disco.Diarios;
import shared.papel.Consulta;
import shared.papel.Dados;
import shared.papel.Opcoes;
import shared.papel.Papel;
import shared.rede.Feixe;
import shared.rede.Ligacao;
import shared.rede.Soquetes;
import shared.texto.Endereco;

/**
 * Assina o sequenciador e aplica as operações por ordem de número; o que lhe falta, pede.
 *
 * <pre>
 *   Sequencer XPUB :6003 ──► Replica (SUB) ── fila de espera ── diário ── Banco ── consultas (:7001)
 *   Sequencer      :6002 ◄── o que falta: HISTORICO, INSTANTANEO (DEALER)
 * </pre>
 *
 * <b>Garante</b>: aplica 1, 2, 3… sem pular nem repetir; por isso fica igual às outras réplicas. Um buraco, um atraso ou uma
 * parada se curam sozinhos, enquanto o sequenciador lembra ou tem um instantâneo.<br>
 * <b>Não garante</b>: estar em dia a cada momento (o que está na rede ainda não foi aplicado).<br>
 * <b>Experimente</b>: inicie uma réplica depois de algumas operações: com {@code --sem-recuperacao} ela espera para sempre
 * pelo número 1, como no sistema original; sem essa opção, fica em dia.<br>
 * <b>Leia depois</b>: a regra, em part3/regra/Entrega.java; o núcleo, que a junta ao diário, em part3/regra/Copia.java; e o
 * que os liga à rede, em part3/Seguida.java. Com as contas em grupos (part3/GRUPOS.md), segue um deles ou todos.
 */
@Command(name = "part3/Replica.java",
        description = "Parte 3, réplica: aplica as operações por ordem de número, sem buracos.")
public final class Replica extends Papel {

    // ───── Linha de comando ─────

    @Option(names = "--sequenciador", paramLabel = "HOST[,…]", defaultValue = "127.0.0.1", order = 1,
            description = "a máquina do sequenciador, ou as dos ordenadores (padrão: ${DEFAULT-VALUE})")
    private String sequenciador;

    @Option(names = "--pedidos", paramLabel = "HOST:PORTA[,…]", order = 2,
            description = "onde pedir o que falta (padrão: porta 6002 do sequenciador)")
    private String pedidos;

    @Option(names = "--ordem", paramLabel = "HOST:PORTA[,…]", order = 2,
            description = "onde assinar a ordem (padrão: porta 6003 do sequenciador)")
    private String ordem;

    @Option(names = "--grupos", paramLabel = "G", defaultValue = "1", order = 3, description = "quantos grupos"
            + " de contas segue: o segundo está 100 portas acima, o terceiro 200… (padrão: ${DEFAULT-VALUE})")
    private int grupos;

    @Option(names = "--consulta", paramLabel = "PORTA", converter = Papel.PortaOuNenhuma.class, defaultValue = "7001",
            order = 4, description = "porta de consultas; 0 = nenhuma (padrão: ${DEFAULT-VALUE})")
    private int consulta;

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "${env:BANCO_BIND:-127.0.0.1}", order = 5,
            description = "onde escutar consultas (padrão: ${DEFAULT-VALUE})")
    private String bind;

    @Option(names = "--sem-recuperacao", order = 6,
            description = "não pede o que falta, para se ver para que serve: um buraco para tudo")
    private boolean semRecuperacao;

    @Option(names = "--mostrar-banco", order = 7,
            description = "depois de cada operação, escreve também o banco inteiro, como o sistema original")
    private boolean mostrarBanco;

    @Mixin
    private Dados dados;

    @Override
    protected void conferir(Opcoes opcoes) {
        mostrarBanco(dados.conferir(opcoes).nuncaComAmbas("--sequenciador", "--pedidos", "--ordem")
                .soMaquina("--sequenciador", sequenciador, "--pedidos e --ordem"), mostrarBanco);
    }

    // ───── Rede ─────

    @Override
    public Integer call() {
        List<Endereco> origem = ordem != null ? Endereco.lerLista(ordem, 0) : Endereco.lerLista(sequenciador, 6003);
        List<Endereco> fonte = pedidos != null ? Endereco.lerLista(pedidos, 0) : Endereco.lerLista(sequenciador, 6002);
        Grupos.exigirPortas(grupos, Stream.concat(origem.stream(), fonte.stream()).mapToInt(Endereco::porta).toArray());
        try (Diarios diarios = dados.abrir(nomeDosDados(), grupos); Soquetes soquetes = new Soquetes(defesa())) {
            List<Ligacao> ligacoes = new ArrayList<>();
            List<Seguida> seguidas = new ArrayList<>(); // uma por grupo
            for (int g = 0; g < grupos; g++) {
                Feixe numeradas = new Feixe(soquetes, SocketType.SUB, Grupos.portas(origem, g), registro());
                Feixe recuperacao = new Feixe(soquetes, SocketType.DEALER, Grupos.portas(fonte, g), registro());
                ligacoes.addAll(Feixe.ligacoes(numeradas, recuperacao));
                seguidas.add(new Seguida(numeradas, recuperacao, semRecuperacao || semente(), diarios.de(g),
                        registro().doGrupo(g, grupos)));
            }
            Consulta consultas = new Consulta(soquetes, bind, consulta, id(), registro());
            ZMQ.Poller acordar = soquetes.vigiar(ligacoes);
            consultas.vigiar(acordar);
            pronto("assina " + seguidas.stream().map(Seguida::toString).collect(Collectors.joining(", "))
                    + ", responde consultas na porta " + consulta);
            while (ativo()) {
                soquetes.religar();
                acordar.poll(100);
                seguidas.forEach(uma -> uma.volta(System.nanoTime() / 1_000_000));
                consultas.responder(seguidas.stream().map(Seguida::parte).toList());
            }
        }
        return 0;
    }

    public static void main(String[] args) {
        System.exit(executar(new Replica(), args));
    }
}
