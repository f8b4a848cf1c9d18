package tests.sim;

import java.util.List;
import java.util.stream.Stream;
import shared.texto.ErroDeUso;

/** O que se pede na linha de comando. */
record Procurado(Alcance alcance, int ate, double segundos) {

    static final String USO = """
            procura a história mais curta que mostra o que uma parte faz sem um mecanismo, ou que nada falha até K desvios
            uso: Procura PARTE [--sem MECANISMO] [--ate K] [--segundos S]
              PARTE        de 1 a 4
              --sem        tira um mecanismo (com um nome errado, diz quais há)
              --ate        até quantos desvios do costume (padrão: 1)
              --segundos   o tempo de processador que há (padrão: 60)
            código: 0 nada falhou, 1 achou uma história (na saída), 2 erro de uso""";

    static Procurado ler(List<String> args) {
        if (args.isEmpty() || args.size() % 2 == 0 || !args.get(0).matches("[1-4]")) {
            throw new ErroDeUso("diga uma parte, e opções com o seu valor");
        }
        String parte = args.get(0);
        Procurado pedido = new Procurado(Alcance.de(parte, Defeito.NENHUM, true), 1, 60);
        for (int i = 1; i < args.size(); i += 2) {
            String valor = args.get(i + 1);
            pedido = switch (args.get(i)) {
                case "--sem" -> new Procurado(Mecanismo.deNome(parte, valor).sem(parte), pedido.ate, pedido.segundos);
                case "--defeito" -> new Procurado(Alcance.de(parte, defeito(valor), true), pedido.ate, pedido.segundos);
                case "--ate" -> new Procurado(pedido.alcance, numero(valor), pedido.segundos);
                case "--segundos" -> new Procurado(pedido.alcance, pedido.ate, numero(valor));
                default -> throw new ErroDeUso("não conheço " + args.get(i));
            };
        }
        return pedido;
    }

    private static int numero(String texto) {
        if (!texto.matches("[0-9]{1,6}")) {
            throw new ErroDeUso("'" + texto + "' não é um número inteiro");
        }
        return Integer.parseInt(texto);
    }

    private static Defeito defeito(String nome) {
        return Stream.of(Defeito.values()).filter(d -> d.name().equals(nome)).findFirst()
                .orElseThrow(() -> new ErroDeUso("não há o defeito " + nome + "; há " + List.of(Defeito.values())));
    }
}
