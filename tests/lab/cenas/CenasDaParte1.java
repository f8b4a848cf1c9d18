//SOURCES Ato.java Cenas.java
package tests.lab.cenas;

import static shared.Operacao.deposito;
import static shared.Operacao.saque;
import static tests.lab.cenas.Ato.reais;
import static tests.lab.palco.Montagem.difusao;
import static tests.lab.palco.Montagem.sequenciador;

import java.util.List;
import tests.lab.cenas.Cenas.Fim;
import tests.lab.palco.Cliente;
import tests.lab.palco.Palco;
import tests.lab.rede.Rede;
import tests.lab.vereditos.Rastro;
import tests.lab.vereditos.Vereditos.Valor;

/** A parte 1: cada réplica ouve numa ordem, e ninguém guarda o que se disse. */
final class CenasDaParte1 {

    private CenasDaParte1() {
    }

    static Fim multicastDiverge() {
        Rastro rastro = new Rastro();
        try (Palco palco = new Palco(rastro, 1, "dois clientes que se cruzam", 1, "cliente-1", "cliente-2",
                "replica-1", "replica-2");
                Rede rede = new Rede(rastro, 1)) {
            for (String cliente : List.of("cliente-1", "cliente-2")) {
                for (String replica : List.of("replica-1", "replica-2")) {
                    difusao(rede, palco, cliente, replica);
                }
            }
            for (String replica : List.of("replica-1", "replica-2")) {
                palco.iniciar(replica, "part1.Replica", "--clientes",
                        palco.em("cliente-1>" + replica) + "," + palco.em("cliente-2>" + replica));
            }
            Cliente um = palco.cliente("cliente-1", "part1.Client", "--porta", palco.porta("cliente-1"), "--esperar", 2);
            Cliente outro = palco.cliente("cliente-2", "part1.Client", "--porta", palco.porta("cliente-2"), "--esperar", 2);
            um.fazer(deposito("ana", reais(100)));
            palco.esperarSeq(1, "replica-1", "replica-2");
            palco.nota("ana tem 100 nas duas réplicas; agora dois saques ao mesmo tempo");
            rede.segurar("cliente-2", "replica-1");
            rede.segurar("cliente-1", "replica-2");
            um.fazer(saque("ana", reais(80)));
            outro.fazer(saque("ana", reais(50)));
            rede.esperarSeguras("cliente-2", "replica-1", 1);
            rede.esperarSeguras("cliente-1", "replica-2", 1);
            palco.esperarSeq(2, "replica-1", "replica-2");
            rede.soltarTudo("cliente-2", "replica-1");
            rede.soltarTudo("cliente-1", "replica-2");
            palco.esperarSeq(3, "replica-1", "replica-2");
            Ato ato = new Ato("multicast", rastro, palco.julgar("replica-1", "replica-2"));
            return new Fim(List.of(
                    "A conta ana tinha 100. Dois clientes pediram saques ao mesmo tempo: um de 80, outro de 50. Só um cabe.",
                    "A réplica 1 ouviu primeiro o de 80, e recusou o de 50; a réplica 2, o contrário. Nenhuma errou: cada"
                            + " uma aplicou o que ouviu, na ordem em que ouviu. Mas agora uma diz 20 e a outra diz 50, e"
                            + " nada as fará concordar.",
                    "Cura: uma ordem só para todos. É o que faz o sequenciador da parte 3 (cena ordem-total-converge)."),
                    List.of(ato), ato.valor("replicas-iguais") == Valor.NAO && ato.valor("mesma-ordem") == Valor.NAO
                            && palco.saldo("replica-1", "ana").compareTo(reais(20)) == 0
                            && palco.saldo("replica-2", "ana").compareTo(reais(50)) == 0);
        }
    }

    static Fim assinanteAtrasado() {
        Rastro rastro = new Rastro();
        try (Palco palco = new Palco(rastro, 1, "quem chega tarde", 1, "cliente-1", "cliente-2", "replica-1", "replica-2");
                Rede rede = new Rede(rastro, 1)) {
            for (String replica : List.of("replica-1", "replica-2")) {
                difusao(rede, palco, "cliente-1", replica);
                difusao(rede, palco, "cliente-2", replica);
            }
            palco.iniciar("replica-1", "part1.Replica", "--clientes",
                    palco.em("cliente-1>replica-1") + "," + palco.em("cliente-2>replica-1"));
            palco.cliente("cliente-1", "part1.Client", "--porta", palco.porta("cliente-1"), "--esperar", 1)
                    .fazer(deposito("ana", reais(100)));
            palco.esperarSeq(1, "replica-1");
            palco.nota("só agora a réplica 2 começa a ouvir");
            palco.iniciar("replica-2", "part1.Replica", "--clientes",
                    palco.em("cliente-1>replica-2") + "," + palco.em("cliente-2>replica-2"));
            palco.cliente("cliente-2", "part1.Client", "--porta", palco.porta("cliente-2"), "--esperar", 2)
                    .fazer(deposito("ana", reais(10)));
            palco.esperarSeq(2, "replica-1");
            palco.esperarSeq(1, "replica-2");
            Ato ato = new Ato("multicast", rastro, palco.julgar("replica-1", "replica-2"));
            return new Fim(List.of(
                    "O depósito de 100 foi difundido quando só a réplica 1 ouvia. A réplica 2 chegou depois: o multicast não"
                            + " guarda nada, e ninguém sabe o que lhe falta, nem ela.",
                    "Do depósito de 10 as duas souberam: uma tem 110, a outra 10.",
                    "Cura: numerar as mensagens, guardar a história, e pedi-la (partes 2 a 4)."),
                    List.of(ato), ato.valor("replicas-iguais") == Valor.NAO && ato.valor("mesma-ordem") == Valor.SIM
                            && palco.saldo("replica-2", "ana").compareTo(reais(10)) == 0);
        }
    }
}
