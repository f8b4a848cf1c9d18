//SOURCES Lugar.java
package tests.lab.palco;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import shared.defesa.Defesa;
import tests.Coveiro;
import tests.Processo;

/** Tudo nesta máquina, em 127.0.0.1. */
public final class Aqui implements Lugar {

    private final Defesa defesa = Defesa.doAmbiente(); // como a dos processos que inicia
    private final boolean livres;
    private final Map<Integer, Integer> escolhidas = new ConcurrentHashMap<>();
    private final Path pasta;

    /** @param livres no lugar de cada porta de costume, sempre a mesma porta livre */
    public Aqui(boolean livres) throws IOException {
        this.livres = livres;
        this.pasta = Files.createTempDirectory("banco-");
        Coveiro.apagarNoFim(pasta);
    }

    @Override
    public Defesa defesa() {
        return defesa;
    }

    @Override
    public String endereco(Onde onde) {
        return "127.0.0.1";
    }

    @Override
    public int porta(int costume, int nestaSo) {
        return livres ? escolhidas.computeIfAbsent(nestaSo, porta -> Processo.portaLivre()) : nestaSo;
    }

    @Override
    public int chegar(Onde onde, int porta) {
        return porta;
    }

    @Override
    public List<String> escutar(Onde onde, boolean anuncia) {
        return List.of();
    }

    @Override
    public String pasta(String nome) {
        return pasta.resolve(nome).toString();
    }

    @Override
    public Processo iniciar(Onde onde, String nome, String classe, List<String> argumentos) {
        return Processo.iniciar(classe, argumentos.toArray(String[]::new));
    }

    @Override
    public void close() {
        Coveiro.apagar(pasta);
    }
}
