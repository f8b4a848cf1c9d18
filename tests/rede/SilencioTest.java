///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Quando se desconfia de uma conexão calada, e quando se troca por outra.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../Testes.java ../../shared/defesa/Silencio.java ../../shared/tempo/Lentidao.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.rede;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import shared.defesa.Silencio;
import shared.defesa.Silencio.Fazer;
import shared.defesa.Silencio.Ouvido;
import tests.Testes;

/** O laço dá uma volta a cada 100 ms; o outro lado, se vive, responde a um PING por segundo. */
@DisplayName("O silêncio de uma conexão")
class SilencioTest {

    private static final int VOLTA_MS = 100;

    private final Silencio silencio = new Silencio();
    private final List<String> feitos = new ArrayList<>();
    private long agora = 10_000;
    private boolean ligada = true;
    private boolean velhaVive = true;
    private boolean novaVive = true;
    private Ouvido velha = ouvir(Ouvido.NADA);
    private Ouvido nova = Ouvido.NADA;
    private long abriu;
    private boolean aberta;

    private Ouvido ouvir(Ouvido antes) {
        return new Ouvido(antes.primeiro() == 0 ? agora : antes.primeiro(), agora);
    }

    /** Passa o tempo, e faz o que a regra manda; anota-o, com os segundos desde o começo. */
    private void passar(int ms) {
        for (long fim = agora + ms; agora < fim; ) {
            agora += VOLTA_MS;
            if (velhaVive && agora % Silencio.PULSO_MS == 0) {
                velha = ouvir(velha);
            }
            if (aberta && novaVive && (agora - abriu) % Silencio.PULSO_MS == VOLTA_MS) {
                nova = ouvir(nova); // a apresentação, e depois um por segundo
            }
            fazer(silencio.olhar(ligada, velha, nova, agora));
        }
    }

    private void fazer(Fazer oQue) {
        if (oQue == Fazer.NADA) {
            return;
        }
        feitos.add(oQue + " " + (agora - 10_000) / 1000);
        aberta = oQue == Fazer.ABRIR;
        abriu = agora;
        if (oQue == Fazer.TROCAR) {
            velha = nova;
            velhaVive = true;
        }
        nova = Ouvido.NADA;
    }

    @Test
    @DisplayName("quem ouve um sinal por segundo não faz nada, dure o que durar")
    void ouve() {
        passar(600_000);
        assertEquals(List.of(), feitos);
    }

    @Test
    @DisplayName("muda: abre-se outra aos 4 s, troca-se quando a nova ouve mais do que a apresentação, e fica em paz")
    void muda() {
        velhaVive = false;
        passar(60_000);
        assertEquals(List.of("ABRIR 4", "TROCAR 5"), feitos);
    }

    @Test
    @DisplayName("emudece a toda a hora: troca-se de cada vez, sem demorar mais")
    void mudaOutraVez() {
        for (int i = 0; i < 3; i++) {
            velhaVive = false;
            passar(10_000);
        }
        assertEquals(List.of("ABRIR 4", "TROCAR 5", "ABRIR 14", "TROCAR 15", "ABRIR 24", "TROCAR 25"), feitos);
    }

    @Test
    @DisplayName("o outro só parou: enquanto a nova nem se apresenta, espera-se; quando a velha volta a ouvir, fica a velha")
    void parado() {
        velhaVive = false;
        novaVive = false;
        passar(120_000);
        assertEquals(List.of("ABRIR 4"), feitos);
        velhaVive = true;
        novaVive = true;
        passar(60_000);
        assertEquals(List.of("ABRIR 4", "LARGAR 121"), feitos);
    }

    @Test
    @DisplayName("quem não responde a PING, como um ZeroMQ velho, não perde a conexão: as novas também se calam, e cada vez"
            + " se abrem menos")
    void naoRespondeAPing() {
        velhaVive = false;
        novaVive = false;
        for (int i = 0; i < 100; i++) {
            passar(1_000);
            nova = aberta && nova.primeiro() == 0 ? ouvir(nova) : nova; // só a apresentação
        }
        assertEquals(0, feitos.stream().filter(feito -> feito.startsWith("TROCAR")).count());
        assertEquals(4, feitos.stream().filter(feito -> feito.startsWith("ABRIR")).count(), feitos.toString());
    }

    @Test
    @DisplayName("fomos nós que paramos: o silêncio de então não conta")
    void paramosNos() {
        passar(10_000);
        agora += 60_000;
        passar(10_000);
        assertEquals(List.of(), feitos);
    }

    @Test
    @DisplayName("numa máquina tão carregada que o laço pula segundos, dá-se por ela na mesma")
    void aosSaltos() {
        velhaVive = false;
        for (int i = 0; i < 4; i++) {
            passar(200);
            agora += 3_000;
        }
        passar(2_000);
        assertEquals(List.of("ABRIR 12", "TROCAR 14"), feitos);
    }

    @Test
    @DisplayName("caída, ou com mensagens por ler, nada se espera dela; e se cai depois de aberta outra, larga-se a outra")
    void caida() {
        velhaVive = false;
        ligada = false;
        passar(60_000);
        assertEquals(List.of(), feitos);
        ligada = true;
        passar(4_000);
        ligada = false;
        passar(1_000);
        assertEquals(List.of("ABRIR 64", "LARGAR 64"), feitos);
    }

    public static void main(String[] args) {
        Testes.rodar(SilencioTest.class);
    }
}
