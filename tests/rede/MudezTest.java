///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Conexões que ficam abertas e mudas: entre quaisquer papéis, tudo volta ao normal, e o registro o diz.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java ../Cena.java ../lab/rede/Fio.java ../../part1/Client.java ../../part1/Replica.java
//SOURCES ../../part2/Client.java
//SOURCES ../../part2/RpcServer.java ../../part2/Worker.java ../../part3/Client.java ../../part3/Replica.java
//SOURCES ../../part3/Sequencer.java
//SOURCES ../../part4/Backup.java ../../part4/Client.java ../../part4/Primary.java ../../part4/Witness.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.rede;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static tests.Cena.esperarEstado;
import static tests.Cena.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import shared.texto.Endereco;
import tests.Cena;
import tests.Processo;
import tests.Testes;
import tests.lab.rede.Fio;

/**
 * Todos os papéis ao mesmo tempo, cada conexão entre dois deles por um {@link Fio}. Os fios emudecem todos de uma vez: nada
 * cai, ninguém recebe um erro, e só quem espera pode dar pelo silêncio.
 */
@DisplayName("Conexões abertas e mudas")
class MudezTest {

    private final Cena cena = new Cena();
    private final Map<String, Integer> portas = new TreeMap<>();   // a de cada fio, pelo nome
    private final List<Fio> fios = new ArrayList<>();

    @AfterEach
    void encerrar() {
        cena.close();
        fios.forEach(Fio::close);
    }

    @Test
    @DisplayName("todas de uma vez, em todas as partes: tudo volta ao normal, e cada uma deixa uma linha")
    void todasDeUmaVez() {
        // Parte 1. A réplica assina três clientes; o terceiro para e volta: parado não é mudo.
        int cliente1 = Processo.portaLivre();
        int outro1 = Processo.portaLivre();
        int parado1 = Processo.portaLivre();
        int daReplica1 = Processo.portaLivre();
        Processo replica1 = cena.iniciar("part1.Replica", "--id", "replica1", "--consulta", daReplica1, "--clientes",
                fio("1 cliente", cliente1) + "," + fio("1 outro", outro1) + "," + local(parado1));
        Processo antigo = cena.iniciar("part1.Client", "--porta", cliente1);
        Processo outro = cena.iniciar("part1.Client", "--porta", outro1);
        Processo parado = cena.iniciar("part1.Client", "--porta", parado1);

        // Parte 2.
        int fila = Processo.portaLivre();
        int rpc = Processo.portaLivre();
        int doWorker = Processo.portaLivre();
        Processo servidor = cena.iniciar("part2.RpcServer", "--id", "servidor", "--porta", rpc, "--workers",
                fio("2 fila", fila));
        Processo worker = cena.iniciar("part2.Worker", "--id", "worker", "--porta", fila, "--rpc", fio("2 historico", rpc),
                "--consulta", doWorker);
        Processo cliente2 = cena.iniciar("part2.Client", "--rpc", fio("2 cliente", rpc));
        // com ele, falta ao worker mais do que o último
        Processo direto2 = cena.iniciar("part2.Client", "--rpc", local(rpc));

        // Parte 3.
        int pedidos3 = Processo.portaLivre();
        int ordem = Processo.portaLivre();
        int daReplica3 = Processo.portaLivre();
        Processo sequenciador = cena.iniciar("part3.Sequencer", "--pedidos", pedidos3, "--ordem", ordem);
        Processo replica3 = cena.iniciar("part3.Replica", "--id", "replica3", "--consulta", daReplica3,
                "--pedidos", fio("3 recuperacao", pedidos3), "--ordem", fio("3 ordem", ordem));
        Processo cliente3 = cena.iniciar("part3.Client", "--sequenciador", fio("3 cliente", pedidos3));

        // Parte 4. O primário escuta em 127.0.0.1, e anuncia os fios, que estão em 127.0.0.2.
        int testemunha = Processo.portaLivre();
        int pedidos4 = Processo.portaLivre();
        int atualizacoes = Processo.portaLivre();
        int pedidosDoBackup = Processo.portaLivre();
        int doBackup = Processo.portaLivre();
        fio("4 pedidos", new Endereco("127.0.0.2", pedidos4), new Endereco("127.0.0.1", pedidos4));
        fio("4 atualizacoes", new Endereco("127.0.0.2", atualizacoes), new Endereco("127.0.0.1", atualizacoes));
        Processo juiz = cena.iniciar("part4.Witness", "--porta", testemunha);
        Processo primario = cena.iniciar("part4.Primary", "--id", "primario", "--anuncio", "127.0.0.2",
                "--pedidos", pedidos4, "--atualizacoes", atualizacoes, "--consulta", 0,
                "--testemunha", fio("4 testemunha-primario", testemunha));
        Processo backup = cena.iniciar("part4.Backup", "--id", "backup", "--pedidos-primario", "127.0.0.2:" + pedidos4,
                "--atualizacoes-primario", "127.0.0.2:" + atualizacoes, "--pedidos", pedidosDoBackup, "--atualizacoes",
                Processo.portaLivre(), "--consulta", doBackup, "--testemunha", fio("4 testemunha-backup", testemunha));
        Processo cliente4 = cena.iniciar("part4.Client", "--primario", "127.0.0.2:" + pedidos4 + ","
                + fio("4 cliente", pedidosDoBackup));

        // Tudo funciona.
        List.of(replica1, servidor, worker, sequenciador, replica3, juiz, primario, backup).forEach(Processo::esperarPronto);
        List.of(antigo, outro, parado).forEach(cliente -> depositar(cliente, 1));
        esperarSeq(3, daReplica1);
        List.of(cliente2, direto2, cliente3).forEach(cliente -> depositar(cliente, 1));
        esperarSeq(2, doWorker);
        esperarSeq(1, daReplica3);
        esperarEstado(pedidos4, "o backup em dia", estado -> estado.get("em_dia").asInt() == 2);
        depositar(cliente4, 1);
        esperarSeq(1, doBackup);

        // Nada mais passa por nenhuma das conexões que há.
        assertEquals(List.of(), religadas(replica1, servidor, replica3, primario, backup), "ninguém se tinha calado");
        fios.forEach(Fio::emudecer);
        parado.sinal("STOP");
        antigo.matar();
        Processo novo = cena.iniciar("part1.Client", "--porta", cliente1); // à espera de uma réplica
        List.of(direto2, direto2, cliente2, cliente3, cliente4).forEach(cliente -> depositar(cliente, 2));
        depositar(novo, 2);

        esperarSeq(4, daReplica1);
        replica1.esperarNoRegistro("religar com=" + local(portas.get("1 outro")));
        depositar(outro, 2);
        esperarSeq(5, daReplica1);
        esperarSeq(5, doWorker);
        esperarSeq(2, daReplica3);
        esperarSeq(2, pedidos4);
        esperarSeq(2, doBackup);
        parado.sinal("CONT");
        depositar(parado, 2);
        esperarSeq(6, daReplica1);

        Map<String, Processo> quemEspera = Map.of("1 cliente", replica1, "1 outro", replica1, "2 fila", servidor,
                "3 ordem", replica3,
                "3 recuperacao", replica3, "4 testemunha-primario", primario, "4 testemunha-backup", backup);
        quemEspera.forEach((nome, processo) -> processo.esperarNoRegistro("religar com=" + local(portas.get(nome))));
        List<String> linhas = religadas(replica1, servidor, replica3, primario, backup);
        assertEquals(linhas.stream().distinct().toList(), linhas, "uma linha por conexão");
        assertEquals(0, linhas.stream().filter(linha -> linha.contains(local(parado1))).count(), "parado não é mudo");
        worker.esperarNoRegistro("religar com=" + local(portas.get("2 historico")));
    }

    /** O endereço por onde se chega a esta porta através de um fio novo. */
    private String fio(String nome, int porta) {
        int escutar = Processo.portaLivre();
        fio(nome, new Endereco("127.0.0.1", escutar), new Endereco("127.0.0.1", porta));
        return local(escutar);
    }

    private void fio(String nome, Endereco onde, Endereco ate) {
        portas.put(nome, onde.porta());
        fios.add(new Fio(onde, ate));
    }

    /** Pelo menu, como quem já o tinha aberto. */
    private static void depositar(Processo cliente, int valor) {
        cliente.digitar("1\nana\n" + valor + "\n");
    }

    private static void esperarSeq(long seq, int porta) {
        esperarEstado(porta, "seq=" + seq, estado -> estado.get("seq").asLong() >= seq);
    }

    /** Com que endereços cada um se religou. */
    private static List<String> religadas(Processo... processos) {
        return Stream.of(processos).flatMap(processo -> processo.registro().stream())
                .filter(linha -> linha.contains(" religar com="))
                .map(linha -> linha.replaceAll("^\\S+ (\\S+ religar com=\\S+).*", "$1"))
                .toList();
    }

    public static void main(String[] args) {
        Testes.rodar(MudezTest.class);
    }
}
