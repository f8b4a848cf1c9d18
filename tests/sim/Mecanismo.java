package tests.sim;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import shared.texto.ErroDeUso;

/** Um mecanismo que se pode tirar, como uma pessoa o chama, e o que é tirá-lo em cada parte. */
public enum Mecanismo {

    ORDEM("ordem", "uma ordem só para todos, que o multicast não tem", iguais("1"), Defeito.NENHUM),
    RECUPERACAO("recuperacao", "pedir o que se perdeu", Map.of("2", "2", "3", "3"), Defeito.NENHUM),
    DEDUPLICAR("deduplicar", "conhecer pelo id_msg o pedido que se repete", iguais("2", "3", "4"), Defeito.SEM_DEDUPLICAR),
    DIARIO("diario", "gravar antes de responder", iguais("2", "3", "4"), Defeito.RESPONDER_ANTES_DO_DIARIO),
    ESPERA("espera", "não aplicar o que chega adiantado", iguais("2", "3", "4"), Defeito.IGNORAR_BURACO),
    DISCO("disco", "recusar quando o disco não deixa gravar", iguais("2", "3", "4"), Defeito.IGNORAR_O_DISCO),
    FILA("fila", "uma fila só: um servidor RPC", Map.of("2", "2-dois"), Defeito.NENHUM),
    RELIGAR("religar", "dar por uma ligação muda", iguais("2", "3", "4"), Defeito.SEM_RELIGAR),
    SINCRONA("sincrona", "confirmar só o que o backup também tem", Map.of("4", "4-assincrona"), Defeito.NENHUM),
    TESTEMUNHA("testemunha", "saber quem é o primário antes de promover outro", Map.of("4", "4-dividido"), Defeito.NENHUM),
    EPOCA("epoca", "não ouvir quem já não é o primário", iguais("4"), Defeito.SEM_EPOCA),
    EM_DIA("em-dia", "só promover quem tem tudo o que se confirmou", iguais("4"), Defeito.PROMOVER_ATRASADO),
    VISAO("visao", "só tirar um backup depois de a testemunha o registrar", iguais("4"), Defeito.TIRAR_ANTES_DA_TESTEMUNHA);

    private final String nome;
    private final String paraQue;
    private final Map<String, String> partes; // parte -> como a simulação a chama sem ele
    private final Defeito defeito;

    Mecanismo(String nome, String paraQue, Map<String, String> partes, Defeito defeito) {
        this.nome = nome;
        this.paraQue = paraQue;
        this.partes = new TreeMap<>(partes);
        this.defeito = defeito;
    }

    private static Map<String, String> iguais(String... partes) {
        Map<String, String> iguais = new TreeMap<>();
        List.of(partes).forEach(parte -> iguais.put(parte, parte));
        return iguais;
    }

    /** Como se escreve numa linha de comando. */
    public String nome() {
        return nome;
    }

    /** Para que serve, para pessoas. */
    public String paraQue() {
        return paraQue;
    }

    /** Se esta parte o tem. */
    public boolean em(String parte) {
        return partes.containsKey(parte);
    }

    /** Onde procurar, numa parte que o tem, mas sem ele. */
    public Alcance sem(String parte) {
        return Alcance.de(partes.get(parte), defeito, this != RECUPERACAO);
    }

    /** O que tem este nome numa parte. @throws ErroDeUso se não há: diz os que há */
    public static Mecanismo deNome(String parte, String nome) {
        return de(parte).stream().filter(m -> m.nome.equals(nome)).findFirst().orElseThrow(() -> new ErroDeUso(
                "a parte " + parte + " não tem '" + nome + "' que se tire; tem: " + de(parte).stream()
                        .map(m -> m.nome + " (" + m.paraQue + ")").collect(Collectors.joining(", "))));
    }

    /** Os de uma parte. */
    public static List<Mecanismo> de(String parte) {
        return List.of(values()).stream().filter(m -> m.em(parte)).toList();
    }
}
