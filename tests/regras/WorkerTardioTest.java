///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Parte 2: a um worker a que falta o que o servidor já apagou, o instantâneo da fila; e o que não se pode apagar.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../part2/regra/Consumidor.java ../../part2/regra/Enfileirador.java ../../shared/Banco.java
//SOURCES ../../shared/Envelope.java ../../shared/disco/DobraDoBanco.java ../../shared/disco/Lote.java
//SOURCES ../../shared/memoria/Lembradas.java ../../shared/memoria/Saldos.java ../../shared/ordem/Aplicada.java
//SOURCES ../../shared/ordem/Historico.java ../../shared/ordem/Seguidor.java ../../shared/tempo/Lentidao.java
//SOURCES ../../shared/texto/Campos.java ../../shared/texto/ErroDeUso.java ../../shared/texto/JsonGrande.java
//SOURCES ../../shared/texto/Reais.java ../Testes.java DiscoQueFica.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.regras;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import part2.regra.Consumidor;
import part2.regra.Enfileirador;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.disco.Diario;
import shared.ordem.Aplicada;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;
import tests.Testes;

@DisplayName("Parte 2, quem chega tarde")
class WorkerTardioTest {

    @Test
    @DisplayName("um worker novo começa pelo banco que a fila dava, e segue com o que veio depois, também reiniciado")
    void workerNovo() {
        DiscoQueFica disco = new DiscoQueFica("servidor", null);
        Servico servico = new Servico(disco);
        servico.enfileirar(30);
        disco.entreInstantaneos = 10;
        servico.enfileirar(5); // o instantâneo leva as 35, que se apagam
        disco.entreInstantaneos = Integer.MAX_VALUE;
        servico.enfileirar(7);
        DiscoQueFica dele = new DiscoQueFica("worker", null);
        Tardio worker = new Tardio(Diario.em(dele), servico);
        worker.porEmDia();
        assertEquals(List.of("instantaneo 35"), worker.disse);
        assertEquals(servico.banco.resumo(), worker.nucleo.banco().resumo());
        assertEquals(42, worker.nucleo.aplicadas());
        assertNull(worker.nucleo.parada());
        Tardio outraVez = new Tardio(Diario.em(dele), servico);
        assertEquals(servico.banco.resumo(), outraVez.nucleo.banco().resumo());
        assertEquals("{\"h\":42}", outraVez.nucleo.historias().toString());
    }

    @Test
    @DisplayName("um worker que também tem operações de outro servidor não as troca pelo banco deste: para, e di-lo")
    void workerDeDois() {
        DiscoQueFica disco = new DiscoQueFica("servidor", null);
        Servico servico = new Servico(disco);
        disco.entreInstantaneos = 10;
        servico.enfileirar(12);
        servico.enfileirar(1);
        Tardio worker = new Tardio(Diario.naMemoria(), servico);
        worker.nucleo.recebido(new Envelope(1, deposito(), "outro").json().getBytes(StandardCharsets.UTF_8));
        worker.porEmDia();
        assertEquals(List.of("erro"), worker.disse);
        assertEquals(1, worker.nucleo.banco().aplicadas());
        assertTrue(worker.nucleo.parada().contains("que o servidor já apagou"), worker.nucleo.parada());
    }

    @Test
    @DisplayName("o que não se enviou a um worker, que pode ser do sistema original, não se apaga")
    void naoApagaOQueNaoEnviou() throws Exception {
        long[] precisa = {0};
        DiscoQueFica disco = new DiscoQueFica("servidor", null) {
            @Override
            public void precisaDesde(long posicao) {
                precisa[0] = posicao;
            }
        };
        Servico servico = new Servico(disco);
        servico.enfileirar(5);
        servico.nucleo.passo(2_000);
        assertEquals(1, precisa[0], "a um worker que nunca se viu ainda não se enviou nada");
        servico.quem = Enfileirador.Quem.ORIGINAL;
        servico.nucleo.passo(4_000);
        assertEquals(6, precisa[0]);
    }

    // ───── Ferramentas ─────

    private static Operacao deposito() {
        return Operacao.deposito("ana", BigDecimal.TEN);
    }

    /** Um servidor sem rede. */
    private static final class Servico implements Enfileirador.Saida<String> {
        private final Banco banco = new Banco();
        private final Enfileirador<String> nucleo;
        private Enfileirador.Quem quem = Enfileirador.Quem.NINGUEM;

        Servico(DiscoQueFica disco) {
            nucleo = new Enfileirador<>(Diario.em(disco), "h", List.of("w"), this);
        }

        void enfileirar(int quantas) {
            for (int i = 0; i < quantas; i++) {
                Operacao op = deposito();
                nucleo.enfileirar(op, "c");
                banco.aplicar(op);
            }
            nucleo.passo(0);
        }

        @Override
        public void responder(String cliente, String texto) {
            // está enfileirada
        }

        @Override
        public void recusar(String cliente, Falha porque) {
            fail(porque);
        }

        @Override
        public Enfileirador.Quem quem(int worker) {
            return quem;
        }

        @Override
        public boolean enviar(int worker, String texto) {
            return true;
        }

        @Override
        public void decidiu(String evento, Envelope envelope) {
            // só a fila importa
        }

        @Override
        public void registrar(String evento, Object... pares) {
            assertEquals("recuperado", evento);
        }
    }

    /** Um worker a que falta muito, e que pede a este servidor. */
    private static final class Tardio implements Consumidor.Saida {
        private final List<String> disse = new ArrayList<>();
        private final Servico servico;
        private final Consumidor nucleo;
        private String resposta;

        Tardio(Diario diario, Servico servico) {
            this.servico = servico;
            this.nucleo = new Consumidor(diario, 1, this);
        }

        void porEmDia() {
            nucleo.recebido(new Envelope(100, deposito(), "h").json().getBytes(StandardCharsets.UTF_8)); // a fila existe
            do {
                resposta = null;
                nucleo.passo(1_000);
                if (resposta != null) {
                    nucleo.respondido(0, Json.ler(resposta.getBytes(StandardCharsets.UTF_8)));
                }
            } while (resposta != null);
            nucleo.passo(1_000);
        }

        @Override
        public void pedir(int servidor, ObjectNode pedido) {
            resposta = pedido.has("posicao") ? servico.nucleo.instantaneo(pedido) : servico.nucleo.historico(pedido);
        }

        @Override
        public void aplicada(Aplicada aplicada, Banco banco) {
            // o banco diz o que valeu
        }

        @Override
        public void adiantada(Envelope envelope, long falta) {
            // é o que se quer
        }

        @Override
        public void recusada(String deOnde, MensagemInvalida erro) {
            fail(erro);
        }

        @Override
        public void registrar(String evento, Object... pares) {
            if (evento.equals("instantaneo")) {
                disse.add(evento + " " + pares[3]);
            } else if (evento.equals("erro")) {
                disse.add(evento);
            }
        }
    }

    public static void main(String[] args) {
        Testes.rodar(WorkerTardioTest.class);
    }
}
