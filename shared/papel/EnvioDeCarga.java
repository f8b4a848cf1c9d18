//DEPS me.tongfei:progressbar:0.10.1
//SOURCES Carga.java Cliente.java
package shared.papel;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import shared.Operacao;
import shared.texto.Falha;
import shared.texto.Registro;
import shared.texto.Texto;

/**
 * O comando {@code carga}: envia as operações de uma {@link Carga} por várias conexões ao mesmo tempo, com uma barra, e
 * mede-as.
 */
final class EnvioDeCarga {

    private static final int LARGURA = 79; // da barra, em colunas, se o terminal não tem menos

    private final Iterator<Operacao> operacoes;
    private final Registro registro;

    EnvioDeCarga(Iterator<Operacao> operacoes, Registro registro) {
        this.operacoes = operacoes;
        this.registro = registro;
    }

    /** Envia tudo, e espera pelas respostas. @param ops quantas são @param concorrencia quantas de cada vez */
    Carga.Medida enviar(int ops, int concorrencia, Supplier<Cliente.Conexao> conectar) throws InterruptedException {
        List<Cliente.Conexao> conexoes = new ArrayList<>();
        try {
            for (int i = 0; i < concorrencia; i++) {
                conexoes.add(conectar.get());
            }
            Carga.Medida medida = new Carga.Medida();
            try (ProgressBar barra = barra(ops)) {
                List<Thread> linhas = conexoes.stream()
                        .map(conexao -> new Thread(() -> enviarPor(conexao, medida, barra))).toList();
                linhas.forEach(Thread::start);
                for (Thread linha : linhas) {
                    linha.join();
                }
            }
            return medida;
        } finally {
            conexoes.forEach(Cliente.Conexao::close);
        }
    }

    private void enviarPor(Cliente.Conexao conexao, Carga.Medida medida, ProgressBar barra) {
        for (Operacao op; (op = proxima()) != null; barra.step()) {
            long inicio = System.nanoTime();
            try {
                Cliente.Resposta resposta = conexao.enviar(op);
                medida.anotar(resposta.aceita(), System.nanoTime() - inicio);
            } catch (Falha e) {
                medida.indeterminada();
                registro.linha("indeterminada", "id_msg", op.id_msg(), "erro", e.getMessage());
                return; // cada uma custa o prazo inteiro: não insiste
            }
        }
    }

    private Operacao proxima() {
        synchronized (operacoes) {
            return operacoes.hasNext() ? operacoes.next() : null;
        }
    }

    /** A barra, no erro padrão; em lugar nenhum, se ele não é um terminal ou o cliente é silencioso. */
    private ProgressBar barra(int ops) {
        int largura = registro.silencioso() ? 0 : largura();
        return new ProgressBarBuilder().setTaskName("carga").setInitialMax(ops).setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200)
                .setConsumer(largura > 0 ? new ConsoleProgressBarConsumer(System.err, largura)
                        : new DelegatingProgressBarConsumer(texto -> { }, LARGURA))
                .build();
    }

    /**
     * As colunas que a barra pode ocupar no erro padrão; 0 se ele não é um terminal. Mais larga do que ele, ocuparia duas
     * linhas, e não se escreveria por cima de si mesma.
     */
    private static int largura() {
        try {
            Process stty = new ProcessBuilder("sh", "-c", "stty size <&2 2>/dev/null")
                    .redirectError(Redirect.INHERIT).start();
            String disse = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            String[] linhasEColunas = disse.strip().split(" ");
            if (linhasEColunas.length < 2) {
                return 0;
            }
            int colunas = Texto.inteiro(linhasEColunas[1]);
            return colunas == 0 ? LARGURA : Math.min(LARGURA, colunas - 1); // 0 = um terminal que não o sabe
        } catch (IOException | NumberFormatException e) {
            return System.console() == null ? 0 : LARGURA; // sem sh nem stty
        }
    }
}
