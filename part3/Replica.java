///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 3, réplica: aplica as operações na ordem dos números do sequenciador, sem buracos.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//SOURCES ../shared/Banco.java ../shared/Envelope.java ../shared/defesa/Defesa.java ../shared/disco/DobraDoBanco.java
//SOURCES ../shared/disco/Lote.java ../shared/memoria/Lembradas.java ../shared/memoria/Saldos.java
//SOURCES ../shared/ordem/Aplicada.java ../shared/ordem/Seguidor.java ../shared/papel/Consulta.java
//SOURCES ../shared/papel/Dados.java ../shared/papel/Papel.java ../shared/rede/Feixe.java ../shared/rede/Pedidos.java
//SOURCES ../shared/rede/zmq/Mailbox.java ../shared/rede/zmq/io/Decifrada.java
//SOURCES ../shared/rede/zmq/io/mechanism/Mechanisms.java ../shared/tempo/Lentidao.java ../shared/texto/Campos.java
//SOURCES ../shared/texto/Endereco.java ../shared/texto/JsonGrande.java ../shared/texto/Reais.java
//SOURCES ../shared/texto/Registro.java regra/Copia.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError -Xmn24m
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
//RUNTIME_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings
package part3;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import part3.regra.Copia;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import shared.Banco;
import shared.Envelope;
import shared.disco.Diario;
import shared.ordem.Aplicada;
import shared.papel.Consulta;
import shared.papel.Dados;
import shared.papel.Opcoes;
import shared.papel.Papel;
import shared.rede.Feixe;
import shared.rede.Soquetes;
import shared.texto.Endereco;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

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
 * <b>Leia depois</b>: a regra, em part3/regra/Entrega.java, e o núcleo, que a junta ao diário, em part3/regra/Copia.java.
 */
@Command(name = "part3/Replica.java",
        description = "Parte 3, réplica: aplica as operações por ordem de número, sem buracos.")
public final class Replica extends Papel implements Copia.Saida {

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

    @Option(names = "--consulta", paramLabel = "PORTA", converter = Papel.PortaOuNenhuma.class, defaultValue = "7001",
            order = 3, description = "porta de consultas; 0 = nenhuma (padrão: ${DEFAULT-VALUE})")
    private int consulta;

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "${env:BANCO_BIND:-127.0.0.1}", order = 4,
            description = "onde escutar consultas (padrão: ${DEFAULT-VALUE})")
    private String bind;

    @Option(names = "--sem-recuperacao", order = 5,
            description = "não pede o que falta, para se ver para que serve: um buraco para tudo")
    private boolean semRecuperacao;

    @Option(names = "--mostrar-banco", order = 6,
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

    private Feixe recuperacao;

    @Override
    public Integer call() {
        List<Endereco> origem = ordem != null ? Endereco.lerLista(ordem, 0) : Endereco.lerLista(sequenciador, 6003);
        List<Endereco> fonte = pedidos != null ? Endereco.lerLista(pedidos, 0) : Endereco.lerLista(sequenciador, 6002);
        try (Diario diario = dados.abrir(nomeDosDados()); Soquetes soquetes = new Soquetes(defesa())) {
            Copia nucleo = new Copia(diario, this);
            Feixe numeradas = new Feixe(soquetes, SocketType.SUB, origem, registro());
            recuperacao = new Feixe(soquetes, SocketType.DEALER, fonte, registro());
            Consulta consultas = new Consulta(soquetes, bind, consulta, id(), registro());
            ZMQ.Poller acordar = soquetes.vigiar(Feixe.ligacoes(numeradas, recuperacao));
            consultas.vigiar(acordar);
            pronto("assina " + numeradas + ", responde consultas na porta " + consulta);
            while (ativo()) {
                soquetes.religar();
                acordar.poll(100);
                numeradas.receber(nucleo::difundido);
                recuperacao.receber(nucleo::respondido);
                nucleo.passo(System.nanoTime() / 1_000_000, calada());
                consultas.responder(nucleo.banco(), nucleo.ultimo(), nucleo.parada(calada()));
            }
        }
        return 0;
    }

    /** O sequenciador original não entenderia um pedido. */
    private boolean calada() {
        return semRecuperacao || semente() || !recuperacao.nossa();
    }

    @Override
    public void pedir(ObjectNode pedido) {
        recuperacao.enviar(Json.escrever(pedido).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void aplicada(Aplicada aplicada, Banco banco) {
        registro().aplicada(aplicada, banco);
    }

    @Override
    public void adiantada(Envelope envelope, long falta) {
        registro().adiantada(envelope, falta);
    }

    @Override
    public void recusada(MensagemInvalida erro) {
        registro().recusada("sequenciador", erro);
    }

    @Override
    public void registrar(String evento, Object... pares) {
        registro().linha(evento, pares);
    }

    public static void main(String[] args) {
        System.exit(executar(new Replica(), args));
    }
}
