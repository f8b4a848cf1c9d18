//SOURCES Entrega.java Familia.java Limite.java
package tests.lab.palco;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.Reais;
import tests.Processo;
import tests.lab.palco.Entrega.Papel;

/** Um processo que não é nosso, de pé: quando está pronto, que saldos diz, e se passou de algum {@link Limite}. */
public final class Alheio {

    private static final Set<String> ESCUTA = Set.of("--porta", "--pedidos", "--ordem", "--atualizacoes");
    private static final int VIGIAR_MS = 300;
    private static final int LIGAR_MS = 500;
    private static final long SEM_PORTAS_NS = 500_000_000;

    private final String nome;
    private final Papel papel;
    private final Familia familia;
    private final Processo processo;
    private final List<Integer> portas = new ArrayList<>();
    private final long comecou = System.nanoTime();
    private volatile Limite passou;

    Alheio(String nome, Papel papel, String marca, List<String> comando, Map<String, String> ambiente, Path pasta,
            long copiado, Path dados, List<String> opcoes) {
        this.nome = nome;
        this.papel = papel;
        this.familia = new Familia(marca);
        ProcessBuilder pronto = Limite.comLimites(comando, marca).directory(pasta.toFile());
        pronto.environment().putAll(ambiente);
        for (int i = 1; i < opcoes.size(); i++) {
            boolean escuta = ESCUTA.contains(opcoes.get(i - 1)) && !Elenco.papel(nome).equals("backup")
                    || opcoes.get(i - 1).equals("--consulta") && papel.saldo().consulta();
            if (escuta && opcoes.get(i).matches("\\d+")) {
                portas.add(Integer.parseInt(opcoes.get(i)));
            }
        }
        this.processo = Processo.alheio(nome, familia::sinal, pronto,
                Limite.DA_SAIDA.leitura(() -> passou(Limite.DA_SAIDA)));
        ProcessHandle.of(processo.pid()).ifPresent(familia::comecou);
        vigiar(List.of(pasta, dados), copiado);
    }

    public String nome() {
        return nome;
    }

    public Papel papel() {
        return papel;
    }

    public Processo processo() {
        return processo;
    }

    /** De que limite passou, em palavras; {@code null} se de nenhum. */
    public String passou() {
        return passou == null ? null : passou.oQueFez();
    }

    // ───── Limites ─────

    private void passou(Limite qual) {
        passou = passou == null ? qual : passou;
        familia.sinal("KILL");
    }

    private static long tamanho(Path pasta) {
        return Familia.disco(pasta, arquivo -> true);
    }

    private void vigiar(List<Path> pastas, long antes) {
        Thread vigia = new Thread(() -> {
            try {
                while (processo.vivo()) {
                    List<ProcessHandle> vivos = familia.vivos();
                    if (vivos.size() > Limite.DOS_PROCESSOS.valor()) {
                        passou(Limite.DOS_PROCESSOS);
                    } else if (Familia.memoria(vivos) > Limite.DA_MEMORIA.valor()) {
                        passou(Limite.DA_MEMORIA);
                    } else if (pastas.stream().mapToLong(Alheio::tamanho).sum() - antes > Limite.DO_DISCO.valor()) {
                        passou(Limite.DO_DISCO);
                    }
                    TimeUnit.MILLISECONDS.sleep(VIGIAR_MS);
                }
            } catch (InterruptedException e) {
                // já não é preciso
            }
        }, "vigia-" + nome);
        vigia.setDaemon(true);
        vigia.start();
    }

    /** Acaba com ele, e com tudo o que iniciou, também com o que ficou depois de ele acabar. */
    void acabar() {
        familia.sinal("KILL");
        processo.matar();
    }

    // ───── Pronto ─────

    /** @throws NaoComeca se acaba antes de estar pronto, ou não o está no prazo: com o que ele disse */
    void esperarPronto(Duration prazo) {
        boolean esteve = Processo.aguardar(prazo, () -> !processo.vivo() || pronto());
        if (!processo.vivo()) {
            int codigo = processo.esperarFim();
            throw new NaoComeca(nome, "acabou antes de estar pronto, com o código " + codigo + porque());
        }
        if (!esteve) {
            throw new NaoComeca(nome, "não ficou pronto em " + prazo.toSeconds() + " s: esperei "
                    + (papel.pronto() != null ? "que escrevesse «" + papel.pronto() + "»"
                    : "que escutasse nas portas " + portas) + porque());
        }
    }

    /** De um que não escuta em porta nenhuma, nem diz que está pronto, só se sabe que não acabou logo. */
    private boolean pronto() {
        return papel.pronto() != null ? disse(papel.pronto()) : portas.isEmpty()
                ? System.nanoTime() - comecou > SEM_PORTAS_NS : portas.stream().allMatch(Alheio::escuta);
    }

    private String porque() {
        return passou != null ? ": " + passou.oQueFez() : "; disse" + Limite.disse(processo).replaceFirst("^, sem", " sem");
    }

    /** Com que código acabou, e o que disse por último. */
    public String acabou() {
        return nome + " acabou sozinho, com o código " + processo.esperarFim() + porque();
    }

    private static boolean escuta(int porta) {
        try (Socket soquete = new Socket()) {
            soquete.connect(new InetSocketAddress("127.0.0.1", porta), LIGAR_MS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Se escreveu isto, na saída ou nos erros. */
    boolean disse(String texto) {
        return linhas().anyMatch(linha -> linha.contains(texto));
    }

    private Stream<String> linhas() {
        return Stream.concat(processo.registro().stream(), processo.saida().stream());
    }

    /** Um programa alheio que não se pôs de pé. */
    public static final class NaoComeca extends Falha {

        private final String nome;

        NaoComeca(String nome, String porque) {
            super(nome + " " + porque);
            this.nome = nome;
        }

        public String nome() {
            return nome;
        }
    }

    // ───── Saldos ─────

    /** O saldo desta conta pelo que ele escreveu por último; {@code null} se dela não disse nada. */
    BigDecimal saldoEscrito(String conta) {
        BigDecimal ultimo = null;
        for (String linha : linhas().toList()) {
            for (Matcher m = papel.saldo().padrao().matcher(linha); m.find(); ) {
                if (conta.equals(nomeDe(m.group("conta")))) {
                    BigDecimal valor = valor(m.group("valor"));
                    ultimo = valor == null ? ultimo : valor;
                }
            }
        }
        return ultimo;
    }

    /** O nome, se está escrito como em JSON, com {@code \\u00e3}. */
    private static String nomeDe(String escrito) {
        try {
            return escrito == null || escrito.indexOf('\\') < 0 ? escrito
                    : Json.MAPPER.readTree("\"" + escrito + "\"").textValue();
        } catch (IOException e) {
            return escrito;
        }
    }

    private static BigDecimal valor(String escrito) {
        try {
            return new BigDecimal(escrito);
        } catch (NumberFormatException e) {
            try {
                return Reais.ler(escrito);
            } catch (Falha f) {
                return null;
            }
        }
    }
}
