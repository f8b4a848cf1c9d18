package tests.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import shared.disco.Arquivos;
import shared.texto.ErroDeUso;
import tests.lab.relatorio.Relatorio;
import tests.lab.vereditos.Terminal;
import tests.sim.Alcance;
import tests.sim.Defeito;
import tests.sim.Diagrama;
import tests.sim.Encenada;
import tests.sim.Historia;
import tests.sim.Mecanismo;
import tests.sim.Procura;
import tests.sim.Procura.Resultado;

/** A história mais curta do que uma parte faz sem um mecanismo: em frases, num diagrama, e numa cena que se repete. */
final class Procurar {

    private static final int MAXIMO = 9;

    @Parameters(paramLabel = "PARTE", description = "de 1 a 4")
    private int parte;

    @Option(names = "--sem", paramLabel = "MECANISMO",
            description = "o que se tira à parte (com um nome errado, diz quais há); sem isto, nada: mostra que nada falha")
    private String sem;

    @Option(names = "--ate", paramLabel = "K", defaultValue = "2",
            description = "até quantas coisas correm mal (padrão: ${DEFAULT-VALUE})")
    private int ate;

    @Option(names = "--segundos", paramLabel = "S", defaultValue = "120",
            description = "o tempo de processador que há (padrão: ${DEFAULT-VALUE})")
    private int segundos;

    @Option(names = "--cena", paramLabel = "ARQUIVO",
            description = "escreve também a cena, que lab cena ARQUIVO repete em processos de verdade")
    private Path cena;

    @Option(names = "--relatorio", paramLabel = "ARQUIVO", defaultValue = "dados/procura.html",
            description = "onde escrever o diagrama (padrão: ${DEFAULT-VALUE})")
    private Path relatorio;

    /** @return 0 se achou o que se tirou, ou se com tudo nada falha; 1 senão */
    int rodar() throws IOException {
        if (parte < 1 || parte > 4) {
            throw new ErroDeUso("as partes vão de 1 a 4");
        }
        ErroDeUso.exigir("--ate", ate, 0, MAXIMO);
        ErroDeUso.exigir("--segundos", segundos, 1, 1_000_000);
        Arquivos.conferirSaida("--relatorio", relatorio);
        if (cena != null) {
            Arquivos.conferirSaida("--cena", cena);
        }
        String qual = String.valueOf(parte);
        Alcance alcance = sem == null ? Alcance.de(qual, Defeito.NENHUM, true) : Mecanismo.deNome(qual, sem).sem(qual);
        Resultado resultado = Procura.procurar(alcance, ate, segundos);
        Procura.dizer(resultado).forEach(linha -> System.out.println(Terminal.quebrar(linha)));
        if (resultado.achado() != null) {
            mostrar(resultado);
        }
        return (resultado.achado() != null) == (sem != null) ? 0 : 1;
    }

    private void mostrar(Resultado resultado) throws IOException {
        List<String> historia = Historia.de(resultado.achado());
        Relatorio.escrever(relatorio, "A história mais curta", List.of(new Relatorio.Secao("parte " + parte
                + (sem == null ? "" : ", sem " + sem), historia, Diagrama.de(resultado.achado()))), List.of());
        System.out.println("\nO diagrama, para abrir no navegador: " + relatorio.toAbsolutePath());
        Optional<String> texto = Encenada.de(resultado.achado());
        if (cena != null && texto.isPresent()) {
            Files.writeString(cena, texto.get());
            System.out.println("A cena, em processos de verdade: lab cena " + cena);
        } else if (cena != null) {
            System.out.println("Esta não se repete em processos de verdade: não têm opção que tire isto, ou o laboratório"
                    + " não sabe fazer esta falta.");
        }
    }
}
