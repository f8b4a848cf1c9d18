//DEPS com.fasterxml.jackson.core:jackson-databind:2.23.0
//DEPS org.apache.ratis:ratis-server:3.3.0
//DEPS org.apache.ratis:ratis-grpc:3.3.0
//DEPS org.apache.ratis:ratis-metrics-default:3.3.0
//DEPS org.slf4j:slf4j-nop:2.0.20
//SOURCES Afinacao.java CanalRaft.java Maquina.java Morada.java Pares.java Presenca.java
//SOURCES Segredo.java Situacao.java Sondagem.java Traducao.java
package part3.raft;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.ExitUtils;
import part3.regra.Proponente;
import shared.texto.Endereco;
import shared.texto.Falha;

/**
 * Um dos pares de um ou mais grupos Raft, com o Apache Ratis: propõe entradas, e sabe quem é o líder de cada um. Os grupos
 * chamam-se 0, 1, 2…, têm os mesmos pares, e nada mais em comum. É a porta deste quarto, o único em que se fala com o Ratis.
 */
public final class Par {

    /** De quem é o estado. Tudo isto se chama no laço dele, menos {@link #noLaco}, que é de qualquer linha de execução. */
    public interface Dono {

        /** Faça-se isto no laço, por ordem. */
        void noLaco(Runnable oQue);

        /**
         * Aplica uma entrada que o Raft confirmou, das que {@link Par#propor} propôs.
         *
         * @param nova se não estava já no log quando este processo começou
         * @return o que responder a quem a propôs
         */
        String aplicar(int grupo, byte[] entrada, boolean nova);

        /** Escreve o estado inteiro de um grupo. */
        void guardar(int grupo, DataOutputStream ali) throws IOException;

        /** Troca o estado de um grupo por um que se escreveu. */
        void recomecar(int grupo, DataInputStream dali) throws IOException;

        /** @param pares chave, valor, chave, valor… */
        void registrar(int grupo, String evento, Object... pares);
    }

    private static final int OLHAR_MS = 500;
    private static final int INSISTIR_MS = 100;
    private static final int VEZES_DE_MUDAR = 100;

    private final Pares pares;
    private final boolean entra;
    private final int grupos;
    private final Morada morada;
    private final Dono dono;
    private final Presenca presenca;
    private final RaftServer servidor;
    private final List<Proponente> proponentes;
    private boolean comecou;
    private long olhou;

    /**
     * @param id     o deste
     * @param pares  todos, este incluído
     * @param entra  se é um novo, em grupos que já existem: espera que o ponham neles
     * @param grupos quantos
     * @param escuta onde este escuta os outros
     * @param morada onde o Raft guarda o log e os instantâneos
     * @throws IOException se não pode usar a pasta
     */
    public Par(String id, Pares pares, boolean entra, int grupos, Endereco escuta, Morada morada, Afinacao afinacao,
            Dono dono) throws IOException {
        ExitUtils.disableSystemExit(); // quem acaba é o papel, e diz porquê
        this.pares = pares;
        this.entra = entra;
        this.grupos = grupos;
        this.morada = morada;
        this.dono = dono;
        presenca = new Presenca(id, pares, entra, grupos, morada, dono);
        RaftProperties opcoes = afinacao.opcoes(escuta, morada.doMotor());
        Sondagem sondagem = new Sondagem(id, pares, afinacao.segredo());
        List<RaftGroupId> nomes = IntStream.range(0, grupos).mapToObj(g -> Traducao.nome(g, grupos)).toList();
        proponentes = IntStream.range(0, grupos)
                .mapToObj(g -> new Proponente(dono::noLaco, () -> canal(g, afinacao))).toList();
        servidor = RaftServer.newBuilder().setServerId(RaftPeerId.valueOf(id)).setGroup(aoComecar(0))
                .setStateMachineRegistry(nome -> maquina(nomes.indexOf(nome), afinacao, sondagem))
                .setProperties(opcoes).setParameters(afinacao.parametros())
                .setOption(RaftStorage.StartupOption.RECOVER).build();
    }

    private Maquina maquina(int grupo, Afinacao afinacao, Sondagem sondagem) {
        return new Maquina(grupo, afinacao.entreInstantaneos(), dono, presenca, sondagem,
                mandato -> aplicouDe(grupo, mandato));
    }

    private RaftGroup aoComecar(int grupo) {
        return entra ? RaftGroup.valueOf(Traducao.nome(grupo, grupos)) : Traducao.grupo(grupo, grupos, pares);
    }

    /**
     * Com o líder que o grupo agora tem, onde {@code --pares} diz que ele está: o log pode lembrar outro endereço, de antes.
     * {@code null} se ainda não se está no grupo, ou se o Raft se encerrou.
     */
    private Proponente.Canal canal(int grupo, Afinacao afinacao) {
        try {
            RaftServer.Division esta = divisao(grupo);
            Pares agora = Traducao.pares(esta.getGroup().getPeers()).onde(pares);
            return agora.enderecos().isEmpty() ? null : new CanalRaft(afinacao.cliente(
                    Traducao.grupo(grupo, grupos, agora), esta.getInfo().getLeaderId(),
                    RetryPolicies.retryForeverWithSleep(Afinacao.ms(INSISTIR_MS))));
        } catch (IOException e) {
            return null;
        }
    }

    /** Aplicou-se uma entrada. A primeira de um mandato diz que há um líder, e que ele já atende. */
    private void aplicouDe(int grupo, long mandato) {
        if (proponentes.get(grupo).ePosterior(mandato) && temLider(grupo, mandato)) {
            proponentes.get(grupo).falarCom(mandato);
        }
    }

    private boolean temLider(int grupo, long mandato) {
        try {
            DivisionInfo info = divisao(grupo).getInfo();
            return info.getCurrentTerm() == mandato && info.getLeaderId() != null;
        } catch (IOException e) {
            return false; // encerrou-se: já se vai saber
        }
    }

    /**
     * Começa a ouvir os outros, noutra linha de execução, que espera pelo laço.
     *
     * @param pronto o que então se faz no laço; se não pode, {@link #segue} dirá que não
     */
    public void comecar(Runnable pronto) {
        new Thread(() -> {
            try {
                comecar();
                dono.noLaco(() -> {
                    comecou = true;
                    pronto.run();
                });
            } catch (IOException | RuntimeException e) {
                dono.noLaco(() -> presenca.caiu(naoComeca(e)));
            }
        }, "raft").start();
    }

    private void comecar() throws IOException {
        divisao(0);
        for (int g = 1; g < grupos; g++) { // antes de se ouvir alguém: quem perguntasse por um que ainda não há, desistia
            juntar(g);
        }
        servidor.start();
    }

    private String naoComeca(Throwable causa) {
        if (causa.getCause() != null) {
            return naoComeca(causa.getCause());
        }
        return "não consigo usar o que o Raft guardou em " + morada.doMotor() + " (" + causa.getMessage() + "). "
                + Morada.O_QUE_FAZER;
    }

    /**
     * Os grupos além do primeiro têm cada um uma pasta: as que o Ratis acha na dele, ao começar, toma-as por grupos de que
     * não sabe os pares, e quem morreu antes de haver um líder não voltava.
     */
    private void juntar(int grupo) throws IOException {
        RaftProperties opcoes = servidor.getProperties();
        RaftServerConfigKeys.setStorageDir(opcoes, List.of(morada.doMotor().resolve("grupo-" + grupo).toFile()));
        RaftClientReply volta = servidor.groupManagement(GroupManagementRequest.newAdd(ClientId.randomId(),
                servidor.getId(), grupo, aoComecar(grupo), false));
        RaftServerConfigKeys.setStorageDir(opcoes, List.of(morada.doMotor().toFile()));
        if (!volta.isSuccess()) {
            throw volta.getException();
        }
    }

    private RaftServer.Division divisao(int grupo) throws IOException {
        return servidor.getDivision(Traducao.nome(grupo, grupos));
    }

    /**
     * Se ainda há o que fazer: os outros ainda têm este par, e o Raft funciona. No laço, a cada volta.
     *
     * @throws Falha se já não funciona, que diz porquê
     */
    public boolean segue() {
        if (comecou && System.nanoTime() - olhou > OLHAR_MS * 1_000_000L) {
            olhou = System.nanoTime();
            olhar();
        }
        if (presenca.caiu() != null) {
            throw new Falha(presenca.caiu());
        }
        return !presenca.saiu();
    }

    /** O Ratis às vezes encerra-se sozinho, e não o diz. */
    private void olhar() {
        IntStream.range(0, grupos).filter(g -> !presenca.saiu(g) && !vivo(g)).forEach(this::sairDe);
        if (IntStream.range(0, grupos).anyMatch(g -> !presenca.saiu(g) && !vivo(g))) {
            presenca.caiu("o Raft encerrou-se neste ordenador: ou os outros já não o têm no grupo, ou o que está em "
                    + morada + " não serve. Veja --pares nos outros; se é a pasta, tire-o do grupo (comando mudar) e ponha"
                    + " outro, com outro nome");
        }
    }

    /**
     * Quem se tirou do grupo fecha-se logo: um líder, meio segundo depois, e podia não ter tido tempo de aplicar essa
     * entrada; outro, quando se candidata, e já ninguém lhe disse que a mudança, que viu começar, acabou.
     */
    private void sairDe(int grupo) {
        try {
            RaftConfiguration agora = divisao(grupo).getRaftConf();
            boolean semNos = agora.getCurrentPeers().stream().noneMatch(par -> par.getId().equals(servidor.getId()));
            if (semNos && !agora.getCurrentPeers().isEmpty()) {
                presenca.mudaram(grupo, Traducao.pares(agora.getCurrentPeers()));
            }
        } catch (IOException e) {
            // já não há nada a perguntar
        }
    }

    private boolean vivo(int grupo) {
        try {
            return divisao(grupo).getInfo().isAlive() && ExitUtils.getFirstExitException() == null;
        } catch (IOException e) {
            return false;
        }
    }

    /** Se este julga que é o líder do grupo. */
    public boolean lidera(int grupo) {
        try {
            return comecou && divisao(grupo).getInfo().isLeader();
        } catch (IOException e) {
            return false;
        }
    }

    /** {@link Proponente#propor Propõe} uma entrada a um grupo. Sem maioria, espera por ela. */
    public boolean propor(int grupo, byte[] entrada, Consumer<String> resposta) {
        return proponentes.get(grupo).propor(entrada, resposta);
    }

    /** Quantas propostas esperam resposta de um grupo. */
    public int aCaminho(int grupo) {
        return proponentes.get(grupo).aCaminho();
    }

    /** Junta a este objeto como está o Raft de um grupo aqui. */
    public void situacao(int grupo, ObjectNode como) {
        if (!comecou) {
            return;
        }
        try {
            Situacao.de(divisao(grupo)).juntar(como);
        } catch (IOException e) {
            // encerrou-se: já se vai saber
        }
    }

    /**
     * Pede a um grupo que passe a ter outros pares, de quem não é nenhum deles. Outra vez o mesmo não faz mal.
     *
     * @param grupos quantos há
     * @throws Falha se não o fez, ou não se sabe
     */
    public static void mudar(int grupo, int grupos, Pares de, Pares para, Afinacao afinacao) {
        try (RaftClient cliente = afinacao.cliente(Traducao.grupo(grupo, grupos, de), null,
                RetryPolicies.retryUpToMaximumCountWithFixedSleep(VEZES_DE_MUDAR, Afinacao.ms(INSISTIR_MS)))) {
            RaftClientReply volta = cliente.admin()
                    .setConfiguration(List.copyOf(Traducao.grupo(grupo, grupos, para).getPeers()));
            if (!volta.isSuccess()) {
                throw new Falha("o grupo não mudou (" + volta.getException().getMessage() + ")");
            }
        } catch (IOException e) {
            throw new Falha("o grupo não respondeu a tempo (" + e.getMessage() + "): pode ter mudado ou não. Confira se "
                    + de.podemFaltar() + " deles, no máximo, estão parados, e se os novos estão de pé, com --entrar");
        }
    }

    /** Acaba, noutra linha de execução: o Ratis ainda espera pelo laço. O que se confirmou já está no disco. */
    public Thread acabar() {
        proponentes.forEach(Proponente::close);
        Thread fim = new Thread(() -> {
            try {
                servidor.close();
            } catch (IOException e) {
                // o que se confirmou está no disco
            }
        }, "fim");
        fim.setDaemon(true);
        fim.start();
        return fim;
    }
}
