//SOURCES Ato.java Cenas.java
package tests.lab.cenas;

import static shared.Operacao.deposito;
import static shared.Operacao.saque;
import static tests.lab.cenas.Ato.reais;
import static tests.lab.palco.Montagem.clienteDaParte3;
import static tests.lab.palco.Montagem.esperarAssinantes;
import static tests.lab.palco.Montagem.replicaDaParte3;
import static tests.lab.palco.Montagem.sequenciador;

import java.util.List;
import shared.Operacao;
import tests.lab.cenas.Cenas.Fim;
import tests.lab.palco.Cliente;
import tests.lab.palco.Palco;
import tests.lab.rede.Rede;
import tests.lab.vereditos.Rastro;
import tests.lab.vereditos.Vereditos.Valor;

/** A parte 3: uma ordem só, com buracos, quedas e respostas que se perdem. */
final class CenasDaParte3 {

    private CenasDaParte3() {
    }

    static Fim buraco() {
        Ato gelada = buraco("com --sem-recuperacao", "--sem-recuperacao");
        Ato curada = buraco("com recuperação");
        return new Fim(List.of(
                "A mensagem de número 2 perdeu-se a caminho da réplica 2. A de número 3 chegou: ela sabe que lhe falta"
                        + " uma, e por isso não a aplica.",
                "No sistema original (aqui, --sem-recuperacao) ela espera para sempre: a ordem está salva, a"
                        + " réplica não anda.",
                "Com a recuperação, pede ao sequenciador o que falta, que o tem no diário, e em instantes está em dia."),
                List.of(gelada, curada), gelada.valor("replicas-iguais") == Valor.NAO
                        && gelada.valor("mesma-ordem") == Valor.SIM && curada.todosSim());
    }

    private static Ato buraco(String titulo, Object... opcoes) {
        Rastro rastro = new Rastro();
        try (Palco palco = new Palco(rastro, 3, "buraco, " + titulo, 1, "cliente-1", "sequenciador",
                "replica-1", "replica-2");
                Rede rede = new Rede(rastro, 1)) {
            sequenciador(rede, palco);
            replicaDaParte3(rede, palco, "replica-1");
            replicaDaParte3(rede, palco, "replica-2", opcoes);
            Cliente cliente = clienteDaParte3(rede, palco, "cliente-1");
            esperarAssinantes(palco, 2);
            cliente.fazer(deposito("ana", reais(100)));
            palco.esperarSeq(1, "replica-1", "replica-2");
            rede.segurar("sequenciador", "replica-2");
            cliente.fazer(saque("ana", reais(30)));
            cliente.fazer(saque("ana", reais(50)));
            palco.esperarSeq(3, "replica-1");
            rede.esperarSeguras("sequenciador", "replica-2", 2);
            rede.perder("sequenciador", "replica-2", m -> m.path("seq").asInt() == 2);
            rede.soltarTudo("sequenciador", "replica-2");
            if (opcoes.length > 0) {
                palco.processo("replica-2").esperarNoRegistro("esperar seq=3 falta=2");
            } else {
                palco.esperarSeq(3, "replica-2");
            }
            return new Ato(titulo, rastro, palco.julgar("replica-1", "replica-2"));
        }
    }

    static Fim sequenciadorCai() {
        Rastro rastro = new Rastro();
        try (Palco palco = new Palco(rastro, 3, "o sequenciador cai", 1, "cliente-1", "sequenciador",
                "replica-1", "replica-2");
                Rede rede = new Rede(rastro, 1)) {
            sequenciador(rede, palco, "replica-1", "replica-2");
            Cliente cliente = clienteDaParte3(rede, palco, "cliente-1");
            cliente.fazer(deposito("ana", reais(100)));
            palco.esperarSeq(1, "replica-1", "replica-2");
            rede.cortar("sequenciador", "cliente-1");
            cliente.pedir(saque("ana", reais(30)));
            palco.esperarSeq(2, "replica-1", "replica-2");
            palco.nota("o saque recebeu o número 2, mas a resposta perdeu-se; o sequenciador morre, e volta");
            palco.matar("sequenciador");
            rede.ligar("sequenciador", "cliente-1");
            palco.reiniciar("sequenciador");
            String resposta = cliente.esperar();
            cliente.fazer(saque("ana", reais(50)));
            palco.esperarSeq(3, "replica-1", "replica-2");
            Ato ato = new Ato("sequenciador", rastro, palco.julgar("replica-1", "replica-2"));
            return new Fim(List.of(
                    "O sequenciador numerou o saque de 30, guardou-o no diário e o difundiu; a resposta perdeu-se, e ele"
                            + " morreu (kill -9). Enquanto está morto ninguém avança: é o ponto fraco desta arquitetura.",
                    "O cliente não sabe se valeu. Repete o pedido com o mesmo id_msg até que alguém responda.",
                    "O sequenciador voltou, releu o diário, reconheceu o id_msg, e respondeu o mesmo número, 2. Nada se"
                            + " perdeu nem se repetiu, e o seguinte recebeu o 3."),
                    List.of(ato), ato.todosSim() && resposta.equals("OK seq=2"));
        }
    }

    static Fim respostaPerdida() {
        Ato semTabela = respostaPerdida("repete com outro id_msg", false);
        Ato comTabela = respostaPerdida("repete com o mesmo id_msg", true);
        return new Fim(List.of(
                "O cliente pediu um depósito de 100, e a resposta não veio. Terá valido? Não há como saber.",
                "Quem pede outra vez como se fosse uma operação nova (outro id_msg) arrisca-se a valer duas vezes: a conta"
                        + " ficou com 200.",
                "Quem repete com o mesmo id_msg recebe a resposta da primeira vez: o sequenciador tem uma tabela dos que já"
                        + " numerou, e as réplicas, dos que já aplicaram. A conta ficou com 100."),
                List.of(semTabela, comTabela), semTabela.valor("uma-vontade-uma-vez") == Valor.NAO && comTabela.todosSim()
                        && semTabela.vereditos().stream().filter(v -> v.valor() != Valor.SIM).count() == 1
                        && semTabela.saldoFinal("replica-1", "ana") == 200
                        && comTabela.saldoFinal("replica-1", "ana") == 100);
    }

    private static Ato respostaPerdida(String titulo, boolean mesmoId) {
        Rastro rastro = new Rastro();
        try (Palco palco = new Palco(rastro, 3, "resposta perdida: " + titulo, 1, "cliente-1", "cliente-2", "sequenciador",
                "replica-1", "replica-2"); Rede rede = new Rede(rastro, 1)) {
            sequenciador(rede, palco, "replica-1", "replica-2");
            Cliente cliente = clienteDaParte3(rede, palco, "cliente-1");
            Operacao op = deposito("ana", reais(100));
            rede.cortar("sequenciador", "cliente-1");
            cliente.pedir(op, "o depósito");
            palco.esperarSeq(1, "replica-1", "replica-2");
            if (mesmoId) {
                rede.ligar("sequenciador", "cliente-1");
                cliente.esperar();
            } else {
                palco.matar("cliente-1");
                palco.nota("a pessoa desiste de esperar, e digita o depósito outra vez");
                clienteDaParte3(rede, palco, "cliente-2").pedir(deposito("ana", reais(100)), "o depósito").esperar();
                palco.esperarSeq(2, "replica-1", "replica-2");
            }
            return new Ato(titulo, rastro, palco.julgar("replica-1", "replica-2"));
        }
    }

    static Fim ordemTotalConverge() {
        Rastro rastro = new Rastro();
        try (Palco palco = new Palco(rastro, 3, "o mesmo cruzamento, com sequenciador", 1, "cliente-1", "cliente-2",
                "sequenciador", "replica-1", "replica-2"); Rede rede = new Rede(rastro, 1)) {
            sequenciador(rede, palco, "replica-1", "replica-2");
            Cliente um = clienteDaParte3(rede, palco, "cliente-1");
            Cliente outro = clienteDaParte3(rede, palco, "cliente-2");
            um.fazer(deposito("ana", reais(100)));
            palco.esperarSeq(1, "replica-1", "replica-2");
            rede.segurar("sequenciador", "replica-2");
            um.pedir(saque("ana", reais(80)));
            outro.pedir(saque("ana", reais(50)));
            um.esperar();
            outro.esperar();
            palco.esperarSeq(3, "replica-1");
            rede.esperarSeguras("sequenciador", "replica-2", 2);
            palco.nota("as mensagens chegam à réplica 2 trocadas: a de número 3 antes da de número 2");
            rede.soltar("sequenciador", "replica-2", m -> m.path("seq").asInt() == 3);
            palco.processo("replica-2").esperarNoRegistro("esperar seq=3 falta=2");
            rede.soltarTudo("sequenciador", "replica-2");
            palco.esperarSeq(3, "replica-2");
            Ato ato = new Ato("ordem total", rastro, palco.julgar("replica-1", "replica-2"));
            return new Fim(List.of(
                    "Os mesmos dois saques que se cruzam na cena multicast-diverge. Quem chegou primeiro ao sequenciador"
                            + " recebeu o número 2; o outro, o 3.",
                    "À réplica 2 o 3 chegou antes do 2. Ela não o aplicou: esperou pelo que faltava. As duas"
                            + " ficaram iguais.",
                    "O preço: uma mensagem a mais por operação, e um sequenciador sem o qual ninguém avança (cena"
                            + " sequenciador-cai)."),
                    List.of(ato), ato.todosSim());
        }
    }
}
