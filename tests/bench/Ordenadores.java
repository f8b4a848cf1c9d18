//SOURCES Trio.java
package tests.bench;

import java.util.stream.IntStream;

/** A parte 3 com Raft: três ordenadores, em disco, e algumas réplicas, que os ouvem a todos. */
class Ordenadores extends Trio {

    private static final int PARES = 4; // as portas deles, umas a seguir às outras, depois das dos clientes
    private static final int ORDEM = PARES + MEMBROS;
    private static final int CONSULTAS = ORDEM + MEMBROS;

    /** Daqui em diante, os números das portas são de quem estende. */
    static final int LIVRE = 100;

    private final int replicas;
    private final int grupos;

    Ordenadores(int replicas) {
        this(replicas, 1);
    }

    /** @param replicas que seguem o primeiro grupo @param grupos por que se repartem as contas */
    Ordenadores(int replicas, int grupos) {
        super("parte 3 com Raft" + (grupos == 1 ? "" : ", " + grupos + " grupos"));
        this.replicas = replicas;
        this.grupos = grupos;
    }

    @Override
    public void iniciar() {
        String pares = cada(i -> "n" + (i + 1) + "=" + local(porta(PARES + i)));
        for (int i = 0; i < MEMBROS; i++) {
            comecar(true, "part3.Ordenador", "n" + (i + 1), "--pares", pares, "--grupos", grupos, "--pedidos",
                    porta(1 + i, grupos), "--ordem", porta(ORDEM + i, grupos));
        }
        processos().forEach(este -> este.esperarNoRegistro("pronto:", PACIENCIA));
        for (int i = 1; i <= replicas; i++) {
            papel(true, "part3.Replica", "replica-" + i, "--pedidos", aosTres(), "--ordem",
                    cada(n -> local(porta(ORDEM + n))), "--consulta", porta(CONSULTAS + i));
        }
        IntStream.rangeClosed(1, MEMBROS).forEach(i -> Sistemas.esperarEstado("assinantes", replicas, porta(i)));
        esperarLider();
    }

    /** Onde se pede aos três. */
    final String aosTres() {
        return cada(i -> local(porta(1 + i)));
    }

    @Override
    boolean lidera(int porta) {
        return pedir(porta, "{\"pedido\": \"ESTADO\"}").contains("\"papel\": \"lider\"");
    }
}
