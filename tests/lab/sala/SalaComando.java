//FILES sala.html
//FILES sala.css
//FILES sala-fala.js
//FILES sala-palavras.js
//FILES sala-menu.js
//FILES sala-diagrama.js
//FILES sala-faixas.js
//FILES sala-filas.js
//FILES sala-clientes.js
//FILES sala-lado.js
//FILES sala-cena.js
//FILES sala-aspecto.js
//FILES sala.js
//SOURCES Acoes.java AoVivo.java Carga.java Encenacao.java Enquete.java Gravador.java Guardada.java Observador.java
//SOURCES Portaria.java Retrato.java Sala.java Transmissao.java Visto.java
package tests.lab.sala;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import shared.papel.Papel;
import shared.tempo.Lentidao;
import shared.texto.ErroDeUso;
import tests.lab.cenas.Cena;
import tests.lab.cenas.Cenas;
import tests.lab.palco.Alheios;
import tests.lab.palco.Entrega;

/** A sala de aula numa página: uma parte de pé, com a rede no meio, e cada mensagem ao alcance da mão. */
public final class SalaComando {

    @Parameters(paramLabel = "PARTE", arity = "0..1", description = "de 1 a 4 (padrão: 1, ou a da cena)")
    private Integer parte;

    @Option(names = "--porta", paramLabel = "PORTA", converter = Papel.Porta.class, defaultValue = "8080",
            description = "onde servir a página; ocupada, a primeira livre a seguir (padrão: ${DEFAULT-VALUE})")
    private int porta;

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "127.0.0.1",
            description = "onde escutar; 0.0.0.0 = em todos: a turma vê, e só age quem tem o endereço inteiro (padrão:"
                    + " ${DEFAULT-VALUE})")
    private String bind;

    @Option(names = "--abrir", description = "abre a página no navegador")
    private boolean abrir;

    @Option(names = "--cena", paramLabel = "CENA", description = "começa por uma cena: um nome (veja cenas), ou um arquivo")
    private String cena;

    @Option(names = "--clientes", paramLabel = "N", defaultValue = "2",
            description = "quantos clientes há (padrão: ${DEFAULT-VALUE})")
    private int clientes;

    @Option(names = "--passo", description = "começa em passo a passo: tudo espera, e cada clique entrega uma mensagem")
    private boolean passo;

    @Option(names = "--lentidao", paramLabel = "N", defaultValue = "20",
            description = "os processos esperam uns pelos outros N vezes mais do que o costume, para haver tempo de pensar;"
                    + " com 1, um cliente desiste em segundos (padrão: ${DEFAULT-VALUE})")
    private int lentidao;

    @Option(names = "--alheios", paramLabel = "ENTREGA",
            description = "com os programas de outro no lugar dos nossos (tests/lab/CORRIGIR.md)")
    private Path alheios;

    /** Roda até que se peça o fim. */
    public int rodar(Consumer<String> pronto, BooleanSupplier ativo) {
        if (cena != null && parte != null) {
            throw new ErroDeUso("diga a PARTE ou --cena: a cena já diz de que parte é");
        }
        ErroDeUso.exigir("--lentidao", lentidao, 1, Lentidao.MAXIMA);
        Entrega entrega = alheios == null ? null : Entrega.ler(alheios);
        Cena escrita = cena == null ? null : Cenas.ler(cena);
        parte = parte != null ? parte : entrega != null ? entrega.parte() : 1;
        int daCena = escrita == null ? parte : escrita.atos().get(0).parte();
        if (entrega != null && entrega.parte() != daCena) {
            throw new ErroDeUso(alheios + " é da parte " + entrega.parte() + ", e pediu-se a parte " + daCena);
        }
        Sala.conferir(parte, clientes);
        try (Alheios deOutro = entrega == null ? Alheios.NENHUNS : Alheios.de(entrega);
                Sala sala = new Sala(lentidao, deOutro);
                Portaria portaria = new Portaria(sala, sala.transmissao(), bind, porta)) {
            deOutro.avisos().forEach(aviso -> System.err.println("aviso: " + aviso));
            System.out.println(escrita == null ? "Pondo a parte " + parte + " de pé…" : "Pondo a cena de pé…");
            if (escrita == null) {
                sala.comecar(parte, clientes);
            } else {
                sala.abrir(cena, escrita);
            }
            if (passo) {
                sala.aQueEsta().fazer("segurar");
            }
            String endereco = portaria.endereco() + portaria.paraAgir();
            pronto.accept("sala em " + endereco);
            if (abrir) {
                abrirNavegador(endereco);
            }
            while (ativo.getAsBoolean()) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    /** Com o programa que nesta máquina abre endereços; sem nenhum, fica o que se escreveu. */
    private static void abrirNavegador(String endereco) {
        for (List<String> comando : List.of(List.of("xdg-open", endereco), List.of("open", endereco),
                List.of("cmd", "/c", "start", "", endereco))) {
            try {
                new ProcessBuilder(comando).redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
                return;
            } catch (IOException e) {
                // não é desta máquina: o seguinte
            }
        }
    }
}
