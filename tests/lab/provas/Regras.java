package tests.lab.provas;

import static tests.lab.provas.Operacoes.deposito;
import static tests.lab.provas.Operacoes.dizer;
import static tests.lab.provas.Operacoes.saque;
import static tests.lab.provas.Operacoes.transferencia;

import java.util.Map;
import java.util.function.BiConsumer;
import shared.Operacao;

/** As provas do banco, as mesmas em todas as partes: quem o tem recebe operações por ordem, venham elas por onde vierem. */
final class Regras {

    private Regras() {
    }

    /**
     * Quem tem um banco, e por onde lhe chegam operações.
     *
     * @param par     o que o corretor faz para lhas mandar
     * @param pronto  espera que o que se mandar lhe chegue
     * @param mandar  manda-lhe uma operação, escrita assim
     */
    record Mesa(AutoCloseable par, Posto posto, Runnable pronto, BiConsumer<Operacao, String> mandar)
            implements AutoCloseable {

        void mandar(Bancada b, Operacao... operacoes) {
            for (Operacao op : operacoes) {
                mandar(b, op, op.json());
            }
        }

        void mandar(Bancada b, Operacao op, String json) {
            b.contar("chega " + dizer(op));
            mandar.accept(op, json);
        }

        /** Espera por tudo o que se mandou: por uma última operação, numa conta que mais ninguém usa. */
        void esperar(Bancada b) {
            mandar(b, deposito("fim", "1"));
            Esperas.saldo(b, posto, "fim", "1", "não aplicou a última operação que lhe chegou");
        }

        @Override
        public void close() {
            try {
                par.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static void formato(Bancada b, Mesa mesa) {
        try (mesa) {
            mesa.pronto().run();
            mesa.mandar(b, deposito("ana", "100"), saque("ana", "30.5"), transferencia("ana", "bia", "0.25"));
            mesa.esperar(b);
            Esperas.conferir(mesa.posto(), Map.of("ana", "69.25", "bia", "0.25"), "depois de um depósito de 100, um saque de"
                    + " 30.50 e uma transferência de 0.25 para bia");
        }
    }

    static void regras(Bancada b, Mesa mesa) {
        try (mesa) {
            mesa.pronto().run();
            mesa.mandar(b, deposito("ana", "100"), saque("ana", "100.01"));
            mesa.mandar(b, transferencia("ana", "bia", "100.01"), saque("rui", "1"), transferencia("eva", "rui", "1"));
            mesa.mandar(b, transferencia("ana", "ana", "40"), transferencia("ana", "ana", "100.01"));
            mesa.esperar(b);
            Esperas.conferir(mesa.posto(), Map.of("bia", "0", "rui", "0", "eva", "0"),
                    "recusadas por falta de saldo, não mudam nada");
            Esperas.conferir(mesa.posto(), Map.of("ana", "100"), "um saque e uma transferência de 100.01 recusam-se, e"
                    + " transferir 40 de ana para ana não muda nada");
            mesa.mandar(b, saque("ana", "100"));
            Esperas.saldo(b, mesa.posto(), "ana", "0", "o saque de tudo o que há aceita-se");
        }
    }

    static void acentos(Bancada b, Mesa mesa) {
        try (mesa) {
            mesa.pronto().run();
            mesa.mandar(b, deposito("conta ção", "1.5"));
            Operacao joao = deposito("joão \ud83d\ude00", "2.5"); // como o json.dumps do Python o escreve
            mesa.mandar(b, joao, joao.json().replace("joão \ud83d\ude00", "jo\\u00e3o \\ud83d\\ude00"));
            mesa.mandar(b, transferencia("joão \ud83d\ude00", "conta ção", "0.5"));
            mesa.esperar(b);
            Esperas.conferir(mesa.posto(), Map.of("conta ção", "2", "joão \ud83d\ude00", "2"), "contas com acentos");
        }
    }

    static void exato(Bancada b, Mesa mesa) {
        try (mesa) {
            mesa.pronto().run();
            mesa.mandar(b, deposito("ana", "0.1"), deposito("ana", "0.7"), saque("ana", "0.8"));
            mesa.mandar(b, deposito("cofre", "1000000000000"), deposito("cofre", "0.01"), saque("cofre", "1000000000000"));
            mesa.mandar(b, deposito("bia", "0.1"), deposito("bia", "0.2"), saque("bia", "0.3"));
            mesa.esperar(b);
            Esperas.conferir(mesa.posto(), Map.of("ana", "0"), "depositou 0.1 e 0.7, e o saque de 0.8 foi recusado: em float"
                    + " somam 0.7999999999999999");
            Esperas.conferir(mesa.posto(), Map.of("cofre", "0.01", "bia", "0"), "as contas fazem-se em centavos exatos");
        }
    }

    /** Depósito e saque do mesmo valor, muitas vezes: fora de ordem, um saque seria recusado, e o saldo não seria 0. */
    static void porOrdem(Bancada b, Mesa mesa) {
        try (mesa) {
            mesa.pronto().run();
            b.contar("chegam 20 depósitos em ana, cada um seguido do saque do mesmo valor");
            for (int i = 1; i <= 20; i++) {
                Operacao deposito = deposito("ana", i + ".5");
                Operacao saque = saque("ana", i + ".5");
                mesa.mandar().accept(deposito, deposito.json());
                mesa.mandar().accept(saque, saque.json());
            }
            mesa.esperar(b);
            Esperas.conferir(mesa.posto(), Map.of("ana", "0"), "aplicado por ordem, cada saque leva o que se acabou de"
                    + " depositar");
        }
    }

    static void repetida(Bancada b, Mesa mesa) {
        try (mesa) {
            mesa.pronto().run();
            Operacao saque = saque("ana", "30");
            mesa.mandar(b, deposito("ana", "100"), saque);
            b.contar("chega outra vez o mesmo saque de 30, com o mesmo id_msg");
            mesa.mandar(b, saque);
            mesa.esperar(b);
            Esperas.conferir(mesa.posto(), Map.of("ana", "70"), "o mesmo id_msg chegou duas vezes, e o saque de 30"
                    + " valeu duas"
                    + " vezes");
        }
    }
}
