package part4.regra;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Quem é este servidor, e como foi iniciado. @param id com a sua encarnação: {@code p1#3f2a90bc} */
public record Identidade(String id, String pedidos, String atualizacoes, Set<Modo> modos) {

    /** Como um servidor foi iniciado. */
    public enum Modo {
        /** Há uma testemunha: é ela quem decide. */
        TESTEMUNHA,
        /** Um Primary: pode ser o primeiro primário de todos. */
        PRIMEIRO,
        /** Primário, confirma sem esperar os backups. */
        ASSINCRONA,
        /** Backup, só escuta, seja quem for o primário. */
        SO_ESCUTA,
        /** Primário, só difunde o que o sistema original entende. */
        SEMENTE;

        /** Os que são verdade. */
        public static Set<Modo> os(Map<Modo, Boolean> quais) {
            return quais.keySet().stream().filter(quais::get).collect(Collectors.toUnmodifiableSet());
        }
    }

    boolean tem(Modo modo) {
        return modos.contains(modo);
    }

    /** Um backup, que pode ser promovido à mão: então avisa o antigo primário. */
    boolean avisaOAntigo() {
        return !tem(Modo.TESTEMUNHA) && !tem(Modo.SEMENTE) && !tem(Modo.PRIMEIRO);
    }

    /** Se este nome é o deste servidor, noutra encarnação. */
    boolean souEuDeAntes(String nome) {
        return !nome.equals(id) && semEncarnacao(nome).equals(semEncarnacao(id));
    }

    /** Sem a encarnação. */
    String nome() {
        return semEncarnacao(id);
    }

    private static String semEncarnacao(String nome) {
        return nome.replaceFirst("#.*", "");
    }

    /** A visão em que este servidor manda sozinho. */
    Visao sozinho(long epoca) {
        return new Visao(epoca, 1, id, pedidos, atualizacoes, Set.of(id));
    }
}
