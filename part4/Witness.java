///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 4, testemunha: decide quem é o primário, e quem está em dia com ele.
//JAVA 17+
//DEPS org.zeromq:jeromq:0.6.0
//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS info.picocli:picocli:4.7.7
//SOURCES ../shared/Banco.java ../shared/Envelope.java ../shared/defesa/Defesa.java ../shared/disco/Diarios.java
//SOURCES ../shared/memoria/Lembradas.java ../shared/memoria/Saldos.java ../shared/ordem/Aplicada.java
//SOURCES ../shared/papel/Dados.java ../shared/papel/Papel.java ../shared/rede/Pedidos.java
//SOURCES ../shared/rede/zmq/Mailbox.java ../shared/rede/zmq/io/Decifrada.java
//SOURCES ../shared/rede/zmq/io/mechanism/Mechanisms.java ../shared/tempo/Lentidao.java ../shared/texto/Campos.java
//SOURCES ../shared/texto/Endereco.java ../shared/texto/JsonGrande.java ../shared/texto/Reais.java
//SOURCES ../shared/texto/Registro.java regra/Visoes.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -XX:+ExitOnOutOfMemoryError -Xmn24m
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine -XX:+TieredCompilation
//RUNTIME_OPTIONS -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings
package part4;

import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import part4.regra.Mensagens.DaTestemunha;
import part4.regra.Mensagens.Lembranca;
import part4.regra.Mensagens.Pergunta;
import part4.regra.Visao;
import part4.regra.Visoes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import shared.disco.Diario;
import shared.papel.Dados;
import shared.papel.Opcoes;
import shared.papel.Papel;
import shared.rede.Pedidos;
import shared.rede.Soquetes;
import shared.texto.Falha;
import shared.texto.MensagemInvalida;

/**
 * Guarda a visão: quem é o primário, em que época, e quem está em dia com ele. Fica fora do caminho das operações: se ela
 * para, tudo segue, menos as trocas.
 *
 * <pre>
 *   Primary ──► :6006 Witness ◄── Backup          a cada 100 ms: estou aqui; qual é a visão?
 * </pre>
 *
 * <b>Garante</b>: um primário por época; só quem está em dia é promovido; a visão está no disco antes de ser dita.<br>
 * <b>Não garante</b>: promover alguém, se quem está em dia também morreu: seria perder o que foi confirmado.<br>
 * <b>Experimente</b>: kill -9 no primário, com uma {@code carga} em curso: em menos de 2 segundos o backup assume.
 */
@Command(name = "part4/Witness.java",
        description = "Parte 4, testemunha: decide quem é o primário, e quem está em dia com ele.")
public final class Witness extends Papel {

    // ───── Protocolo: a regra está em Visoes ─────

    /** A testemunha, menos os soquetes: a regra e o disco. <b>Uma visão vai ao disco antes que alguém saiba dela.</b> */
    public static final class Nucleo {

        /** Onde se registra o que se decide. */
        public interface Rol {
            void linha(String evento, Object... pares);
        }

        private final Diario disco;
        private final Rol rol;
        private final Visoes visoes;
        private Visao registrada;   // a última que está no disco; null = nenhuma

        public Nucleo(Diario disco, Rol rol) {
            this.disco = disco;
            this.rol = rol;
            registrada = recuperar();
            visoes = new Visoes(registrada);
            rol.linha("recuperado", "visao", registrada == null ? "nenhuma" : registrada.json());
        }

        private Visao recuperar() {
            Lembranca lembranca = Lembranca.de(disco.meta("visao"));
            if (lembranca.ruim() != null) {
                throw new Falha("a visão guardada não serve (" + lembranca.ruim() + "). Para recomeçar: encerre os"
                        + " servidores, inicie a testemunha com --do-zero, depois um Primary com os dados mais recentes"
                        + " (o seq de estado), e por fim o Backup");
            }
            return lembranca.visao();
        }

        /** Alguém dá notícia, ou só pergunta. @return o que lhe responder @throws MensagemInvalida se não se entende */
        public String pergunta(byte[] corpo, long agora) {
            Pergunta pergunta = Pergunta.ler(corpo);
            if (pergunta.id() != null) {
                visoes.noticia(pergunta, agora);
            }
            registrar();
            return new DaTestemunha(registrada).json();
        }

        /** Passa o tempo. @throws Falha sem disco não há testemunha: é melhor que a vejam morta */
        public void passar(long agora) {
            visoes.tique(agora);
            registrar();
        }

        private void registrar() {
            // exercício visoes: pôr a visão nova no disco, e só então a dizer
            Visao nova = visoes.atual();
            if (nova != null && !nova.equals(registrada)) {
                disco.guardarMeta(new Lembranca(0, nova, null).json());
                registrada = nova;
                rol.linha("visao", "epoca", nova.epoca(), "versao", nova.versao(), "primario", nova.primario(),
                        "em_dia", nova.emDia());
            }
            // fim
        }

        /** A última visão que está no disco; {@code null} se nenhuma. */
        public Visao registrada() {
            return registrada;
        }
    }

    // ───── Linha de comando ─────

    @Option(names = "--porta", paramLabel = "PORTA", converter = Papel.Porta.class, defaultValue = "6006", order = 1,
            description = "porta onde os servidores perguntam (padrão: ${DEFAULT-VALUE})")
    private int porta;

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "${env:BANCO_BIND:-127.0.0.1}", order = 2,
            description = "onde escutar; 0.0.0.0 = em todos (padrão: ${DEFAULT-VALUE})")
    private String bind;

    @Mixin
    private Dados dados;

    @Override
    protected void conferir(Opcoes opcoes) {
        dados.conferir(opcoes)
                .exigir(!semente(), "--semente", "não serve à testemunha: o sistema original não tem uma, e com ele"
                        + " ninguém a consulta");
    }

    // ───── Rede ─────

    @Override
    public Integer call() {
        try (Diario disco = dados.abrir(nomeDosDados()); Soquetes soquetes = new Soquetes(defesa())) {
            Nucleo nucleo = new Nucleo(disco, registro()::linha);
            ZMQ.Socket entrada = soquetes.ligar(SocketType.ROUTER, bind, porta, "--porta");
            Pedidos pedidos = new Pedidos(entrada);
            ZMQ.Poller acordar = soquetes.vigiar(entrada);
            pronto("responde qual é a visão na porta " + porta);
            while (ativo()) {
                acordar.poll(pedidos.pausa(50));
                nucleo.passar(agora());
                pedidos.atender(registro(), pedido -> nucleo.pergunta(pedido.corpo(), agora()));
            }
        }
        return 0;
    }

    private static long agora() {
        return System.nanoTime() / 1_000_000;
    }

    public static void main(String[] args) {
        System.exit(executar(new Witness(), args));
    }
}
