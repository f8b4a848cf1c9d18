///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION O que se exige das contas em grupos: cada estrago, de propósito, do que os grupos publicaram é visto.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../../part3/regra/Ordem.java ../../../part3/regra/Regra.java ../../../part3/regra/grupos/Grupo.java
//SOURCES ../../../shared/Banco.java ../../../shared/Envelope.java ../../../shared/disco/Diario.java
//SOURCES ../../../shared/disco/EstadoDoBanco.java ../../../shared/memoria/Lembradas.java
//SOURCES ../../../shared/memoria/Saldos.java ../../../shared/tempo/Lentidao.java ../../../shared/texto/Campos.java
//SOURCES ../../../shared/texto/Endereco.java ../../../shared/texto/JsonGrande.java ../../../shared/texto/Reais.java
//SOURCES ../../Testes.java Prefixos.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.vereditos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import part3.regra.grupos.Grupo;
import part3.regra.grupos.Grupos;
import part3.regra.grupos.Passagem;
import part3.regra.grupos.Passagem.Passo;
import shared.Envelope;
import shared.Operacao;
import shared.Operacao.Tipo;
import shared.texto.Json;
import tests.Testes;
import tests.lab.vereditos.Prefixos.Vista;

@DisplayName("Contas em grupos: o que se exige de cada prefixo")
class PrefixosTest {

    private static final Grupos DOIS = new Grupos(2); // ana e bia são do 0, caio é do 1

    private final List<List<Envelope>> publicado = List.of(new ArrayList<>(), new ArrayList<>());
    private final List<Vista> vistas = new ArrayList<>();
    private final List<Grupo> grupos = List.of(novo(0), novo(1));
    private long agora;

    /** Ana tem 100, e passa 30 a caio; depois 500, que não tem. */
    PrefixosTest() {
        fazer(operacao("d", Tipo.DEPOSITO, "ana", null, 100));
        fazer(operacao("t", Tipo.TRANSFERENCIA, "ana", "caio", 30));
        fazer(operacao("recusada", Tipo.TRANSFERENCIA, "ana", "caio", 500));
        fazer(operacao("s", Tipo.SAQUE, "caio", null, 10));
    }

    private Grupo novo(int qual) {
        return new Grupo(DOIS, qual, "h" + qual, (envelope, resultado) -> publicado.get(qual).add(envelope));
    }

    private static Operacao operacao(String id, Tipo tipo, String conta, String destino, int valor) {
        return new Operacao(id, tipo, conta, destino, BigDecimal.valueOf(valor));
    }

    private void fazer(Operacao op) {
        long pediu = agora++;
        String resposta = grupos.get(DOIS.de(op)).aplicar(op.json().getBytes(StandardCharsets.UTF_8));
        Passagem passagem = Passagem.porPassar(resposta);
        if (passagem != null) {
            resposta = grupos.get(passagem.para()).aplicar(passagem.entrada(Passo.CREDITAR));
            grupos.get(passagem.de()).aplicar(passagem.entrada(Passo.FECHAR));
        }
        vistas.add(new Vista(op, pediu, agora++, resposta));
    }

    private Prefixos conferir() {
        return Prefixos.conferir(DOIS, vistas, publicado);
    }

    /** @param nova {@code null} = tira-se a que lá está */
    private void trocar(int grupo, int qual, Operacao nova) {
        List<Envelope> deste = publicado.get(grupo);
        if (nova == null) {
            deste.remove(qual);
        } else {
            deste.set(qual, new Envelope(qual + 1, nova));
        }
        for (int i = 0; i < deste.size(); i++) {
            deste.set(i, new Envelope(i + 1, deste.get(i).op()));
        }
    }

    private void falha(String porque) {
        AssertionError e = assertThrows(AssertionError.class, this::conferir);
        assertTrue(e.getMessage().contains(porque), e.getMessage());
    }

    @Test
    @DisplayName("tudo no seu lugar: nada a dizer; e o que se lê num corte é o que lá havia")
    void tudoNoSeuLugar() {
        Prefixos p = conferir();
        assertEquals(1, p.quantasPassaram());
        p.leitura(0, corte(2, "70.00", 0, "0.00", "30.00"));
        for (ObjectNode errado : List.of(corte(2, "70.00", 0, "0.00", "0.00"), corte(2, "70.00", 1, "30.00", "30.00"),
                corte(2, "100.00", 0, "0.00", "0.00"))) {
            assertThrows(AssertionError.class, () -> p.leitura(0, errado), errado::toString);
        }
        assertThrows(AssertionError.class, () -> p.leitura(agora, corte(2, "70.00", 0, "0.00", "30.00")),
                "depois de se ouvir tudo");
    }

    private static ObjectNode corte(int ate0, String ana, int ate1, String caio, String emTransito) {
        ObjectNode corte = Json.MAPPER.createObjectNode().put("em_transito", emTransito);
        corte.putObject("saldos").put("ana", ana).put("caio", caio);
        corte.putObject("ate").put("0", ate0).put("1", ate1);
        return corte;
    }

    @Test
    @DisplayName("uma confirmada que se perdeu; uma que valeu com outro valor; uma que ninguém pediu")
    void oQueSePediu() {
        trocar(1, 1, null);
        falha("confirmada e perdida");
        trocar(1, 0, operacao("em trânsito 0>1 #1", Tipo.DEPOSITO, "caio", null, 31));
        falha("e chegou");
        trocar(0, 0, operacao("d", Tipo.DEPOSITO, "ana", null, 101));
        falha("e valeu");
        trocar(0, 0, operacao("outra", Tipo.DEPOSITO, "ana", null, 100));
        falha("ninguém pediu");
    }

    @Test
    @DisplayName("uma passagem que não chegou, que chegou duas vezes, ou que não se fechou")
    void passagens() {
        trocar(0, 2, null);
        falha("mas não tudo: [em trânsito 0>1 #1]");
        publicado.get(1).add(new Envelope(3, operacao("em trânsito 0>1 #1", Tipo.DEPOSITO, "caio", null, 30)));
        falha("duas vezes");
        trocar(1, 2, operacao("em trânsito 0>1 #2", Tipo.DEPOSITO, "caio", null, 30)); // outro nome, o mesmo dinheiro
        falha("mas não tudo: [em trânsito 0>1 #");
        trocar(1, 2, null);
        trocar(1, 0, null);
        falha("e chegou null");
    }

    @Test
    @DisplayName("uma que se pediu depois de se ouvir outra, e que em algum grupo vem antes dela")
    void noTempo() {
        vistas.add(new Vista(operacao("tarde", Tipo.DEPOSITO, "caio", null, 1), agora++, agora++, "OK seq=1"));
        publicado.get(1).add(0, new Envelope(1, vistas.get(4).op()));
        trocar(1, 0, vistas.get(4).op());
        falha("que já se tinha ouvido quando se pediu");
    }

    public static void main(String[] args) {
        Testes.rodar(PrefixosTest.class);
    }
}
