///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Vários endereços na parte 3: usa-se quem responde, e o que é velho ou repetido não conta.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java ../Cena.java ../../part3/Client.java ../../part3/Sequencer.java ../../part3/Replica.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.processos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Cena.deposito;
import static tests.Cena.esperarAssinantes;
import static tests.Cena.esperarSeq;
import static tests.Cena.fim;
import static tests.Cena.local;
import static tests.Cena.pares;
import static tests.Cena.pedir;
import static tests.Cena.saldo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shared.defesa.Defesa;
import shared.rede.Requisicao;
import shared.rede.SemResposta;
import shared.texto.Endereco;
import tests.Cena;
import tests.Cena.Fim;
import tests.Processo;
import tests.Testes;

/** Um sequenciador, o mesmo noutra porta com o que havia antes (um par que se atrasou), e portas onde ninguém atende. */
@DisplayName("Vários endereços na parte 3")
class FeixeTest {

    private final Cena cena = new Cena();
    private final int pedidos = Processo.portaLivre();
    private final int ordem = Processo.portaLivre();
    private final int pedidosDoVelho = Processo.portaLivre();
    private final int ordemDoVelho = Processo.portaLivre();
    private final int consulta = Processo.portaLivre();

    @TempDir
    private Path pasta;

    @AfterEach
    void encerrar() {
        cena.close();
    }

    @Test
    @DisplayName("um dos endereços está morto: o cliente fica com o outro; a réplica segue-o e pede-lhe o passado")
    void umMorto() {
        sequenciador("novo", pedidos, ordem).esperarPronto();
        int morta = Processo.portaLivre();
        Fim lote = cliente(local(morta) + "," + local(pedidos), "lote", cena.lote(pares("ana", 20)));
        assertEquals(0, lote.codigo(), lote.erros());
        assertEquals(40, lote.saida().size());
        Processo replica = replica(local(morta) + "," + local(ordem), local(morta) + "," + local(pedidos)).esperarPronto();
        assertTrue(replica.temNoRegistro("pronto: replica assina " + local(morta) + ", " + local(ordem) + ", responde"),
                () -> String.join("\n", replica.registro()));
        esperarSeq(40, consulta);
        Fim carga = cliente(local(morta) + "," + local(pedidos), "--silencioso", "carga", "--ops", 400, "--concorrencia", 4);
        assertEquals(400, carga.numero("aceitas"), carga.erros());
        esperarSeq(440, consulta);
        assertTrue(replica.vivo());
    }

    @Test
    @DisplayName("um par que se atrasou diz que não há mais nada: a réplica pergunta ao outro, e não recua nem repete")
    void umAtrasado() throws IOException {
        Processo primeiro = sequenciador("novo", pedidos, ordem).esperarPronto();
        pedir(pedidos, deposito("d1", "ana", "10").json());
        primeiro.encerrar();
        primeiro.esperarFim();
        copiar(pasta.resolve("novo"), pasta.resolve("velho"));
        sequenciador("novo", pedidos, ordem).esperarPronto();
        sequenciador("velho", pedidosDoVelho, ordemDoVelho).esperarPronto(); // a mesma história, só até ao 1
        for (int i = 2; i <= 5; i++) {
            pedir(pedidos, deposito("d" + i, "ana", "10").json());
        }
        String ordens = local(ordemDoVelho) + "," + local(ordem);
        String aQuemPedir = local(pedidosDoVelho) + "," + local(pedidos);
        Processo replica = replica(ordens, aQuemPedir).esperarPronto();
        esperarSeq(5, consulta);
        esperarAssinantes(1, pedidosDoVelho);
        esperarAssinantes(1, pedidos);
        assertEquals("OK seq=6", pedir(pedidos, deposito("d6", "ana", "10").json()));
        esperarSeq(6, consulta);
        replica.matar();
        replica(ordens, aQuemPedir).esperarPronto(); // de novo do 1, com o velho à frente
        esperarSeq(6, consulta);
        assertEquals("60.00", saldo(consulta, "ana"));
    }

    @Test
    @DisplayName("quem responde morre a meio de uma carga: o resto vai pelo outro endereço, e nada se conta duas vezes")
    void morreAMeio() {
        Processo sequenciador = sequenciador("novo", pedidos, ordem).esperarPronto();
        Processo replica = replica(local(ordem) + "," + local(ordemDoVelho), local(pedidos) + "," + local(pedidosDoVelho));
        replica.esperarPronto();
        esperarAssinantes(1, pedidos);
        Processo carga = iniciarCliente(local(pedidos) + "," + local(pedidosDoVelho), "--silencioso", "carga",
                "--ops", 800, "--concorrencia", 4);
        Cena.esperarEstado(pedidos, "o meio da carga", estado -> estado.get("seq").asInt() > 100);
        sequenciador.matar();
        sequenciador("novo", pedidosDoVelho, ordemDoVelho); // os mesmos dados, noutra porta
        assertEquals(800, fim(carga).numero("aceitas"), fim(carga).erros());
        esperarSeq(800, consulta); // e não mais: as repetidas valeram uma vez
        assertTrue(replica.vivo());
    }

    @Test
    @DisplayName("ninguém responde em nenhum: o erro diz todos, e o que conferir; a mesma pergunta foi a cada um")
    void nenhum() {
        List<Endereco> mortos = Stream.of(Processo.portaLivre(), Processo.portaLivre())
                .map(porta -> new Endereco("127.0.0.1", porta)).toList();
        try (Requisicao requisicao = new Requisicao(Defesa.emClaro(), mortos, 300, 4, false)) {
            String erro = assertThrows(SemResposta.class, () -> requisicao.pedir("oi")).getMessage();
            assertTrue(erro.startsWith("ninguém respondeu em " + mortos.get(0) + ", " + mortos.get(1) + " durante 1 s.")
                    && erro.contains("Confira: a maioria está de pé"), erro);
        }
    }

    // ───── A cena ─────

    private Processo sequenciador(String dados, int portaDePedidos, int portaDaOrdem) {
        return cena.iniciar("part3.Sequencer", "--pedidos", portaDePedidos, "--ordem", portaDaOrdem, "--dados",
                pasta.resolve(dados), "--silencioso");
    }

    private Processo replica(String ordens, String aQuemPedir) {
        return cena.iniciar("part3.Replica", "--ordem", ordens, "--pedidos", aQuemPedir, "--consulta", consulta);
    }

    private Processo iniciarCliente(String sequenciadores, Object... comando) {
        return cena.iniciarPaciente("part3.Client", Stream.concat(Stream.of("--sequenciador", sequenciadores),
                Stream.of(comando)).toArray());
    }

    private Fim cliente(String sequenciadores, Object... comando) {
        return fim(iniciarCliente(sequenciadores, comando));
    }

    private static void copiar(Path daqui, Path paraAli) throws IOException {
        Files.createDirectories(paraAli);
        try (Stream<Path> arquivos = Files.list(daqui)) {
            for (Path arquivo : arquivos.toList()) {
                Files.copy(arquivo, paraAli.resolve(arquivo.getFileName()));
            }
        }
    }

    public static void main(String[] args) {
        Testes.rodar(FeixeTest.class);
    }
}
