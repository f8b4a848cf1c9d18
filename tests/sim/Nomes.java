package tests.sim;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import shared.Operacao;
import tests.sim.Procura.Achado;

/** Como o laboratório chama o que a simulação chama por letras, e que operação é cada id_msg. */
final class Nomes {

    private static final Pattern ID = Pattern.compile("c\\d-\\d(~\\d+)?");

    private final String parte;
    private final Map<String, Operacao> operacoes = new HashMap<>();

    Nomes(Achado achado) {
        this.parte = achado.alcance().parte();
        operacoes.put(Roteiro.COMECO.id_msg(), Roteiro.COMECO);
        achado.pedidas().forEach(op -> operacoes.putIfAbsent(op.id_msg(), op));
    }

    /** Os processos, por ordem, com os nomes do laboratório. */
    List<String> processos() {
        return switch (parte) {
            case "1" -> List.of("cliente-1", "cliente-2", "replica-1", "replica-2");
            case "2" -> List.of("cliente-1", "cliente-2", "servidor", "worker-1", "worker-2");
            case "2-dois" -> List.of("cliente-1", "cliente-2", "servidor", "servidor-2", "worker-1", "worker-2");
            case "3" -> List.of("cliente-1", "cliente-2", "sequenciador", "replica-1", "replica-2");
            case "4-dividido" -> List.of("cliente-1", "cliente-2", "primario", "backup");
            default -> List.of("cliente-1", "cliente-2", "testemunha", "primario", "backup");
        };
    }

    /** O nome que ele tem no laboratório. */
    String doLaboratorio(String nome) {
        String numero = nome.replaceAll("\\D", "");
        return switch (nome.replaceAll("\\d", "")) {
            case "c" -> "cliente-" + numero;
            case "seq" -> "sequenciador";
            case "r" -> "replica-" + numero;
            case "rpc" -> numero.equals("1") ? "servidor" : "servidor-" + numero;
            case "w" -> numero.isEmpty() ? "testemunha" : "worker-" + numero;
            case "s" -> numero.equals("1") ? "primario" : "backup";
            default -> nome;
        };
    }

    /** A operação deste id_msg; {@code null} se não se conhece. */
    Operacao operacao(String id) {
        return operacoes.get(Cenario.original(id));
    }

    /** O id_msg da operação que esta mensagem leva; {@code null} se nenhuma. */
    String id(Passo mensagem) {
        Matcher id = ID.matcher(mensagem.texto());
        return id.find() && operacao(id.group()) != null ? Cenario.original(id.group()) : null;
    }

    /** Como se escreve numa cena: {@code SAQUE ana 80}. */
    String resumo(String id) {
        Operacao op = operacao(id);
        return op.tipo() + " " + op.conta_origem() + " " + op.valor().intValue();
    }
}
