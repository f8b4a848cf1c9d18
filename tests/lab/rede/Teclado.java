package tests.lab.rede;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import shared.disco.Arquivos;
import shared.texto.Falha;
import shared.texto.Json;

/**
 * O que a pessoa digita enquanto o laboratório está de pé: um comando por linha; o que corre mal diz-se numa, e segue-se.
 */
public final class Teclado {

    private static final int TENTAR_MS = 500; // de quanto em quanto se vê se o teclado já é nosso

    private Teclado() {
    }

    /** Lê noutra linha de execução. @param comando as palavras de uma linha; @param fim a entrada acabou (Ctrl-D) */
    public static void ler(Consumer<List<String>> comando, Runnable fim) {
        Thread linha = new Thread(() -> obedecer(comando, fim), "teclado");
        linha.setDaemon(true);
        linha.start();
    }

    /**
     * Lê o teclado enquanto ele for nosso. Em segundo plano ({@code lab rede … &}) é do shell, e o sistema pararia quem o
     * lesse, com SIGTTIN; ignorado este, a leitura falha, e tenta-se mais tarde: depois de {@code fg} já é nosso.
     */
    private static void obedecer(Consumer<List<String>> comando, Runnable fim) {
        ignorarTtin();
        BufferedReader entrada = new BufferedReader(new InputStreamReader(Arquivos.entradaOuNada(), StandardCharsets.UTF_8));
        while (true) {
            try {
                String linha = entrada.readLine();
                if (linha == null) {
                    fim.run();
                    return;
                }
                if (!linha.isBlank()) {
                    comando.accept(List.of(linha.strip().split("\\s+")));
                }
            } catch (Falha e) {
                System.out.println(Json.limpar(e.getMessage()));
            } catch (IOException e) {
                LockSupport.parkNanos(TENTAR_MS * 1_000_000L);
            }
        }
    }

    /** {@code Signal.handle(new Signal("TTIN"), SIG_IGN)}; por reflexão: o javac queixa-se sempre de quem usa o sun.misc. */
    private static void ignorarTtin() {
        try {
            Class<?> sinal = Class.forName("sun.misc.Signal");
            Class<?> resposta = Class.forName("sun.misc.SignalHandler");
            sinal.getMethod("handle", sinal, resposta).invoke(null, sinal.getConstructor(String.class).newInstance("TTIN"),
                    resposta.getField("SIG_IGN").get(null));
        } catch (ReflectiveOperationException e) {
            // uma máquina virtual sem ele, ou um sistema sem este sinal: como antes
        }
    }
}
