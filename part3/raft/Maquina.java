//DEPS org.apache.ratis:ratis-server:3.3.0
package part3.raft;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.MD5FileUtil;
import org.apache.ratis.util.ProtoUtils;
import part3.regra.Entradas;

/**
 * A máquina de estados de um grupo, que o Ratis chama, das linhas de execução dele, com cada entrada que o Raft confirmou.
 * Não decide nada: leva cada chamada ao laço do papel, a quem pertence o estado, e espera onde o Ratis espera.
 */
final class Maquina extends BaseStateMachine {

    private static final long PRAZO_DO_INSTANTANEO_MS = 60_000; // o Ratis não espera mais; se falha, há o próximo

    private final SimpleStateMachineStorage guardado = new SimpleStateMachineStorage();
    private final int grupo;
    private final Par.Dono dono;
    private final Presenca presenca;
    private final Sondagem sondagem;
    private final LongConsumer aplicouDe;
    private final AtomicBoolean sonda = new AtomicBoolean();
    private final int entreInstantaneos;
    private int semInstantaneo;            // entradas aplicadas desde o último
    private volatile long jaTinha = Long.MAX_VALUE; // o índice da última entrada do log, quando este processo começou

    /**
     * @param entreInstantaneos depois de quantas entradas se faz um instantâneo; as que vieram juntas contam cada uma
     * @param aplicouDe         recebe, no laço, o mandato de cada uma que se aplicou
     */
    Maquina(int grupo, int entreInstantaneos, Par.Dono dono, Presenca presenca, Sondagem sondagem, LongConsumer aplicouDe) {
        this.grupo = grupo;
        this.entreInstantaneos = entreInstantaneos;
        this.dono = dono;
        this.presenca = presenca;
        this.sondagem = sondagem;
        this.aplicouDe = aplicouDe;
    }

    // ───── Começar, e recomeçar do que outro mandou ─────

    @Override
    public void initialize(RaftServer servidor, RaftGroupId qual, RaftStorage onde) throws IOException {
        super.initialize(servidor, qual, onde);
        guardado.init(onde);
        getLifeCycle().startAndTransition(this::carregar);
    }

    /** Vai chegar o instantâneo de outro: o de base não muda nada, e o servidor que o instala depois cala-se. */
    @Override
    public void pause() {
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    @Override
    public void reinitialize() throws IOException {
        guardado.loadLatestSnapshot();
        carregar();
        if (getLifeCycleState() == LifeCycle.State.PAUSED) {
            getLifeCycle().transition(LifeCycle.State.STARTING);
            getLifeCycle().transition(LifeCycle.State.RUNNING);
        }
    }

    private void carregar() throws IOException {
        SingleFileSnapshotInfo ultimo = guardado.getLatestSnapshot();
        if (ultimo == null || !ultimo.getFile().getPath().toFile().exists()) {
            return;
        }
        Path arquivo = ultimo.getFile().getPath();
        if (!MD5FileUtil.computeMd5ForFile(arquivo.toFile()).equals(ultimo.getFile().getFileDigest())) {
            throw new IOException("estrago no instantâneo " + arquivo);
        }
        noLaco(() -> {
            try (DataInputStream dali = new DataInputStream(new BufferedInputStream(Files.newInputStream(arquivo)))) {
                dono.recomecar(grupo, dali);
                setLastAppliedTermIndex(ultimo.getTermIndex());
                aplicouDe.accept(ultimo.getTermIndex().getTerm());
                return null;
            }
        });
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return guardado;
    }

    // ───── As entradas ─────

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transacao) {
        var entrada = transacao.getLogEntry();
        List<byte[]> estas = Entradas.separar(entrada.getStateMachineLogEntry().getLogData().toByteArray());
        long mandato = entrada.getTerm();
        long indice = entrada.getIndex();
        CompletableFuture<Message> resposta = new CompletableFuture<>();
        dono.noLaco(() -> {
            List<byte[]> textos = new ArrayList<>();
            estas.forEach(esta ->
                    textos.add(dono.aplicar(grupo, esta, indice > jaTinha).getBytes(StandardCharsets.UTF_8)));
            aplicada(mandato, indice);
            resposta.complete(Message.valueOf(ByteString.copyFrom(Entradas.juntar(textos))));
            contar(estas.size());
        });
        return resposta;
    }

    /** O Ratis sabe contar, mas as que vieram juntas são para ele uma só. */
    private void contar(int aplicadas) {
        semInstantaneo += aplicadas;
        if (semInstantaneo >= entreInstantaneos) {
            semInstantaneo = 0;
            getServer().thenComposeAsync(servidor -> servidor.snapshotManagementAsync(SnapshotManagementRequest.newCreate(
                    ClientId.randomId(), servidor.getId(), getGroupId(), grupo, PRAZO_DO_INSTANTANEO_MS, 1)));
        }
    }

    /** Uma entrada que é só do Raft: também ela na sua vez. */
    @Override
    public void notifyTermIndexUpdated(long mandato, long indice) {
        dono.noLaco(() -> aplicada(mandato, indice));
    }

    private void aplicada(long mandato, long indice) {
        updateLastAppliedTermIndex(mandato, indice);
        aplicouDe.accept(mandato);
    }

    @Override
    public long takeSnapshot() throws IOException {
        return noLaco(() -> {
            TermIndex ate = getLastAppliedTermIndex();
            File arquivo = guardado.getSnapshotFile(ate.getTerm(), ate.getIndex());
            File meio = new File(arquivo.getPath() + ".novo");
            try (FileOutputStream disco = new FileOutputStream(meio);
                    DataOutputStream ali = new DataOutputStream(new BufferedOutputStream(disco, 1 << 16))) {
                dono.guardar(grupo, ali);
                ali.flush();
                disco.getFD().sync();
            }
            MD5Hash soma = MD5FileUtil.computeMd5ForFile(meio);
            MD5FileUtil.saveMD5File(arquivo, soma); // antes dele: um sem soma seria um estrago
            Files.move(meio.toPath(), arquivo.toPath(), StandardCopyOption.ATOMIC_MOVE);
            guardado.updateLatestSnapshot(new SingleFileSnapshotInfo(new FileInfo(arquivo.toPath(), soma), ate));
            return ate.getIndex();
        });
    }

    /** Algo que se faz no laço, enquanto o Ratis espera. */
    private interface NoLaco<T> {
        T fazer() throws IOException;
    }

    private <T> T noLaco(NoLaco<T> oQue) throws IOException {
        CompletableFuture<T> feito = new CompletableFuture<>();
        dono.noLaco(() -> {
            try {
                feito.complete(oQue.fazer());
            } catch (IOException | RuntimeException e) {
                feito.completeExceptionally(e);
            }
        });
        try {
            return feito.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
    }

    // ───── O que o Raft conta ─────

    /** Do primeiro líder sabe-se antes de haver no log o que ele mandar: o que lá está é de outra vez. */
    @Override
    public void notifyLeaderChanged(RaftGroupMemberId eu, RaftPeerId lider) {
        if (jaTinha == Long.MAX_VALUE && lider != null) {
            jaTinha = ultimoNoLog();
        }
        dono.noLaco(() -> presenca.lider(grupo, lider == null ? null : lider.toString()));
    }

    /** Sonda-se noutra linha de execução, uma vez de cada vez. */
    @Override
    public void notifyExtendedNoLeader(RoleInfoProto papel) {
        if (sonda.compareAndSet(false, true)) {
            new Thread(() -> {
                String como = sondagem.sondar();
                sonda.set(false);
                dono.noLaco(() -> presenca.semMaioria(grupo, como));
            }, "sondagem").start();
        }
    }

    @Override
    public void notifyConfigurationChanged(long mandato, long indice, RaftConfigurationProto agora) {
        if (agora.getOldPeersCount() == 0 && indice > jaTinha) { // senão, está a mudar, ou já mudou doutra vez
            Pares novos = Traducao.pares(ProtoUtils.toRaftPeers(agora.getPeersList()));
            dono.noLaco(() -> presenca.mudaram(grupo, novos));
        }
    }

    private long ultimoNoLog() {
        try {
            TermIndex ultimo = getServer().join().getDivision(getGroupId()).getRaftLog().getLastEntryTermIndex();
            return ultimo == null ? -1 : ultimo.getIndex();
        } catch (IOException e) {
            return -1; // já não está cá: nada mais se aplica
        }
    }

    @Override
    public void notifyLogFailed(Throwable porque, LogEntryProto entrada) {
        dono.noLaco(() -> presenca.caiu("o disco falhou (" + porque.getMessage()
                + "): libere espaço, e inicie-o outra vez; o que se confirmou está noutros, ou no que já estava escrito"));
    }
}
