//SOURCES Ato.java Cenas.java
package tests.lab.cenas;

import static shared.Operacao.deposito;
import static shared.Operacao.saque;
import static tests.lab.cenas.Ato.reais;
import static tests.lab.palco.Montagem.clienteDaParte4;
import static tests.lab.palco.Montagem.palcoDaParte4;
import static tests.lab.palco.Montagem.parte4;

import java.util.List;
import tests.lab.cenas.Cenas.Fim;
import tests.lab.palco.Cliente;
import tests.lab.palco.Palco;
import tests.lab.rede.Rede;
import tests.lab.vereditos.Rastro;
import tests.lab.vereditos.Vereditos.Valor;

/** A parte 4: confirmar, promover e ceder o lugar. */
final class CenasDaParte4 {

    private CenasDaParte4() {
    }

    static Fim confirmadaEPerdida() {
        Ato perdida = confirmadaSemOBackup("assíncrona, sem testemunha", false);
        Ato guardada = confirmadaSemOBackup("síncrona, com testemunha", true);
        return new Fim(List.of(
                "O primário confirmou um depósito de 100 que ainda não tinha chegado ao backup (--confirmacao"
                        + " assincrona), e morreu. O backup, promovido à mão, nunca ouviu falar dele: o cliente tem um OK na"
                        + " mão, e o banco não tem o dinheiro.",
                "Com a confirmação síncrona e a testemunha, o primário só respondeu depois que a testemunha registrou que o"
                        + " backup já não estava em dia. Por isso, morto o primário, ninguém promove esse backup: espera-se"
                        + " que o primário volte.",
                "É a troca de sempre: responder depressa, ou não mentir."),
                List.of(perdida, guardada), perdida.valor("confirmado-nao-se-perde") == Valor.NAO && guardada.todosSim());
    }

    private static Ato confirmadaSemOBackup(String titulo, boolean comTestemunha) {
        Rastro rastro = new Rastro();
        try (Palco palco = palcoDaParte4(rastro, titulo); Rede rede = new Rede(rastro, 1)) {
            parte4(rede, palco, comTestemunha, comTestemunha ? "sincrona" : "assincrona");
            Cliente cliente = clienteDaParte4(rede, palco, "cliente-1", "primario", "backup");
            cliente.fazer(deposito("ana", reais(1)));
            palco.esperarSeq(1, "primario", "backup");
            rede.cortar("primario", "backup");
            cliente.fazer(deposito("ana", reais(100)));
            palco.matar("primario");
            rede.ligar("primario", "backup");
            if (comTestemunha) {
                palco.reiniciar("primario");
                palco.esperarSeq(2, "primario", "backup");
                return new Ato(titulo, rastro, palco.julgar("primario", "backup"));
            }
            palco.matar("backup");
            palco.reiniciar("backup", "--promover");
            return new Ato(titulo, rastro, palco.julgar("backup"));
        }
    }

    static Fim failover() {
        Rastro rastro = new Rastro();
        try (Palco palco = palcoDaParte4(rastro, "o primário morre"); Rede rede = new Rede(rastro, 1)) {
            parte4(rede, palco, true, "sincrona");
            Cliente cliente = clienteDaParte4(rede, palco, "cliente-1", "primario", "backup");
            cliente.fazer(deposito("ana", reais(100)));
            palco.matar("primario");
            cliente.fazer(saque("ana", reais(30)));
            palco.nota("o backup já é o primário; o antigo volta, e vira backup dele");
            palco.reiniciar("primario");
            palco.esperarSeq(2, "primario", "backup");
            cliente.fazer(saque("ana", reais(90)));
            palco.esperarSeq(3, "primario", "backup");
            Ato ato = new Ato("primário-backup", rastro, palco.julgar("primario", "backup"));
            return new Fim(List.of(
                    "O primário morreu (kill -9). Um segundo depois a testemunha, sem notícias dele, promoveu o backup, que"
                            + " estava em dia: tinha no disco tudo o que se confirmou.",
                    "O cliente nada fez de especial: repetiu o saque, com o mesmo id_msg, até que um dos dois respondesse.",
                    "O antigo primário voltou, soube que já não é, e virou backup do novo."),
                    List.of(ato), ato.todosSim());
        }
    }

    static Fim cerebroDividido() {
        Ato dividido = cerebroDividido("promoção à mão, sem testemunha", false);
        Ato curado = cerebroDividido("com testemunha", true);
        return new Fim(List.of(
                "A rede separou o primário do backup. Alguém, sem saber que o primário vivia, promoveu o backup: agora há"
                        + " dois. A conta tinha 100, e cada um dos dois confirmou um saque de 80.",
                "Quando a rede voltou, um deles teve de ceder: o que ele tinha confirmado foi descartado.",
                "Com a testemunha, o primário separado não pode tirar o backup da visão sem ela: não confirma nada. O"
                        + " backup, promovido por ela, confirma. O outro saque é recusado quando a rede volta: não há"
                        + " dinheiro para os dois."),
                List.of(dividido, curado), dividido.valor("confirmado-nao-se-perde") == Valor.NAO && curado.todosSim());
    }

    private static Ato cerebroDividido(String titulo, boolean comTestemunha) {
        Rastro rastro = new Rastro();
        try (Palco palco = palcoDaParte4(rastro, titulo); Rede rede = new Rede(rastro, 1)) {
            parte4(rede, palco, comTestemunha, "sincrona");
            Cliente um = clienteDaParte4(rede, palco, "cliente-1", "primario");
            Cliente outro = clienteDaParte4(rede, palco, "cliente-2", "backup");
            um.fazer(deposito("ana", reais(100)));
            palco.esperarSeq(1, "primario", "backup");
            List<String> separados = comTestemunha ? List.of("backup", "testemunha") : List.of("backup");
            for (String de : separados) {
                rede.cortar("primario", de);
                rede.cortar(de, "primario");
            }
            if (!comTestemunha) {
                palco.matar("backup");
                palco.reiniciar("backup", "--promover");
            } else {
                palco.processo("backup").esperarNoRegistro("assumir");
            }
            um.pedir(saque("ana", reais(80)));
            outro.fazer(saque("ana", reais(80)));
            if (!comTestemunha) {
                um.esperar();
            }
            palco.nota("a rede volta");
            for (String de : separados) {
                rede.ligar("primario", de);
                rede.ligar(de, "primario");
            }
            palco.processo("primario").esperarNoRegistro("descer");
            um.esperar();
            palco.esperarSeq(comTestemunha ? 3 : 2, "backup");
            palco.esperarIguais("primario", "backup");
            outro.fazer(deposito("ana", reais(1)));
            palco.esperarIguais("primario", "backup");
            return new Ato(titulo, rastro, palco.julgar("primario", "backup"));
        }
    }

    static Fim replicaPausada() {
        Rastro rastro = new Rastro();
        try (Palco palco = palcoDaParte4(rastro, "um primário que acorda"); Rede rede = new Rede(rastro, 1)) {
            parte4(rede, palco, true, "sincrona");
            Cliente um = clienteDaParte4(rede, palco, "cliente-1", "primario", "backup");
            Cliente outro = clienteDaParte4(rede, palco, "cliente-2", "primario");
            um.fazer(deposito("ana", reais(100)));
            palco.esperarSeq(1, "primario", "backup");
            palco.parar("primario");
            um.fazer(saque("ana", reais(80)));
            palco.nota("o primário antigo acorda, sem saber que o tempo passou");
            outro.pedir(saque("ana", reais(80)));
            palco.continuar("primario");
            String resposta = outro.esperar();
            palco.esperarIguais("primario", "backup");
            um.fazer(deposito("ana", reais(1)));
            palco.esperarSeq(4, "primario", "backup");
            Ato ato = new Ato("primário-backup", rastro, palco.julgar("primario", "backup"));
            return new Fim(List.of(
                    "O primário parou (uma pausa do coletor de lixo, um notebook fechado). O backup foi promovido, e"
                            + " confirmou um saque de 80.",
                    "O antigo acordou, e tinha à porta um pedido de saque de outros 80. Para ele nada mudou; mas para"
                            + " confirmar precisa do backup em dia, que já obedece a uma época maior, e não o ouve.",
                    "Sem prazos nem relógios nisso: ele não confirma, descobre que já não é o primário, e o cliente vai ao"
                            + " novo, que recusa o saque: só há 20."),
                    List.of(ato), ato.todosSim() && resposta.contains("RECUSADA"));
        }
    }
}
