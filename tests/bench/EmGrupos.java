//SOURCES EtcdComContas.java LadoALado.java Medidas.java Ordenadores.java Repartida.java
package tests.bench;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import part3.regra.grupos.Grupos;
import shared.Operacao;
import shared.papel.Carga;
import tests.Processo;
import tests.bench.LadoALado.Prova;
import tests.bench.Medidas.Grupo;
import tests.bench.Medidas.Medida;

/**
 * As contas em grupos, em processos de verdade: três ordenadores para cada número de grupos, e transferências de que uma
 * parte passa de um grupo a outro. Ao lado, as mesmas transferências num banco feito sobre o etcd. Os clientes repartem-se
 * pelos três membros de cada sistema.
 */
final class EmGrupos {

    private static final int CONTAS = 1_000;
    private static final int TRANSFERENCIAS = 2_000;
    private static final BigDecimal MUITO = BigDecimal.valueOf(1_000_000_000L); // nenhuma se recusa
    private static final Duration TEMPO = Duration.ofDays(1);                   // os depósitos do começo acabam pela conta

    private final Medidas medidas;
    private final int pendentes;

    EmGrupos(Medidas medidas, int pendentes) {
        this.medidas = medidas;
        this.pendentes = pendentes;
    }

    /** @param entre de cem transferências, quantas passam de um grupo a outro; com um grupo só, nenhuma */
    void medir(LadoALado lado, int[] grupos, int[] entre) {
        for (int quantos : grupos) {
            Map<String, List<Operacao>> trabalhos = new LinkedHashMap<>();
            for (int percentagem : quantos == 1 ? new int[] {0} : entre) {
                trabalhos.put(percentagem + " % entre grupos", transferencias(new Grupos(quantos), percentagem));
            }
            lado.juntar(new Repartidos(quantos), trabalhos);
        }
        EtcdComContas etcd = new EtcdComContas() {
            @Override
            public void iniciar() {
                super.iniciar();
                abrirContas(this);
            }
        };
        boolean haEtcd = lado.juntar(etcd, Map.of(Etcd.NOME, transferencias(new Grupos(1), 0)));
        lado.rodar(pendentes, this::anotar);
        if (haEtcd) {
            LadoALado.dizer(String.format(Locale.ROOT, "%s: por transferência, %.2f tentativas de a gravar", etcd.nome(),
                    etcd.tentativas()));
        }
        comparar();
    }

    private void anotar(Prova prova, Sistema.Amostra amostra, double processador) {
        int grupos = prova.sistema() instanceof Repartidos nossos ? nossos.quantos : 1;
        medidas.anotar(Grupo.GRUPOS_VAZAO, "", prova.trabalho(), grupos, amostra.vazao());
        medidas.anotar(Grupo.GRUPOS_P50, "", prova.trabalho(), grupos, amostra.milissegundos(50));
        medidas.anotar(Grupo.GRUPOS_P99, "", prova.trabalho(), grupos, amostra.milissegundos(99));
        medidas.anotar(Grupo.GRUPOS_PROCESSADOR, "", prova.trabalho(), grupos, processador);
    }

    /** Quantas vezes a vazão da primeira, rodada a rodada. */
    private void comparar() {
        List<Medida> todas = medidas.de(Grupo.GRUPOS_VAZAO);
        for (Medida esta : todas) {
            for (int i = 0; i < esta.rodadas().size(); i++) {
                medidas.anotar(Grupo.GRUPOS_RAZAO, "", esta.sistema(), esta.x(),
                        esta.rodadas().get(i) / todas.get(0).rodadas().get(i));
            }
        }
    }

    // ───── O trabalho ─────

    /** Transferências entre contas ao acaso; de cada cem, esta percentagem certa passa de um grupo a outro. */
    static List<Operacao> transferencias(Grupos grupos, int percentagem) {
        Random sorte = new Random(1);
        List<Operacao> todas = new ArrayList<>();
        while (todas.size() < TRANSFERENCIAS) {
            String de = Carga.conta(1 + sorte.nextInt(CONTAS));
            String para = Carga.conta(1 + sorte.nextInt(CONTAS));
            boolean passa = todas.size() * 37 % 100 < percentagem; // espalhadas: 37 e 100 não têm divisores comuns
            if (!de.equals(para) && (grupos.de(de) != grupos.de(para)) == passa) {
                todas.add(Operacao.transferencia(de, para, BigDecimal.valueOf(1 + sorte.nextInt(150))));
            }
        }
        return todas;
    }

    /** Põe dinheiro em todas as contas. */
    private static void abrirContas(DeProcessos sistema) {
        List<Operacao> depositos = IntStream.rangeClosed(1, CONTAS)
                .mapToObj(i -> Operacao.deposito(Carga.conta(i), MUITO)).toList();
        sistema.medir(new Moldes(depositos, sistema::pedido), 64, new Sistema.Ate(TEMPO, CONTAS));
    }

    // ───── Os nossos ─────

    /** Três ordenadores com tantos grupos, a que se pede por igual. */
    private static final class Repartidos extends Ordenadores {

        private final int quantos;

        Repartidos(int quantos) {
            super(0, quantos);
            this.quantos = quantos;
        }

        @Override
        public void iniciar() {
            super.iniciar();
            Map<String, Integer> lideres = new TreeMap<>();
            for (int g = 0; g < quantos; g++) {
                lideres.merge(lider(Grupos.porta(porta(1), g)), 1, Integer::sum);
            }
            LadoALado.dizer(nome() + ": quantos lidera cada um: " + lideres.entrySet().stream()
                    .map(um -> um.getKey() + " " + um.getValue()).collect(Collectors.joining(", ")));
            abrirContas(this);
        }

        private static String lider(int porta) {
            String[] nome = {""};
            Processo.esperar("um líder em cada grupo", PACIENCIA, () -> {
                nome[0] = pedir(porta, "{\"pedido\": \"ESTADO\"}").replaceAll("(?s).*\"lider\": \"(\\w+)\".*|.*", "$1");
                return !nome[0].isEmpty();
            });
            return nome[0];
        }

        @Override
        Amostra gerar(Moldes moldes, int pendentes, Ate ate) {
            return Repartida.zeromq(deTodos(), moldes, pendentes, ate);
        }
    }
}
