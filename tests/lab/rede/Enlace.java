//SOURCES Sentido.java
package tests.lab.rede;

/** Um repassador entre dois papéis, com linhas de execução suas. */
abstract class Enlace implements AutoCloseable {

    private final Sentido ida;
    private final Sentido volta;

    Enlace(Sentido ida, Sentido volta) {
        this.ida = ida;
        this.volta = volta;
    }

    Sentido ida() {
        return ida;
    }

    Sentido volta() {
        return volta;
    }

    /** Passa a escutar; quando volta, quem se conectar é atendido. @throws shared.texto.Falha se a porta está ocupada */
    abstract void comecar();

    @Override
    public abstract void close();
}
