//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES Processo.java
package tests;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * O que estes testes precisam, além de um JDK e do Maven. Onde falta, não se fazem, e {@link Todos} diz uma vez cada causa,
 * com quantos são e o comando que a remove.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(Precisa.Condicao.class)
public @interface Precisa {

    /** O Python do sistema, que tem o que o apt-get instala, se tem o pyzmq; senão o do PATH. */
    String PYTHON = Stream.of("/usr/bin/python3", "python3").filter(qual -> De.roda(qual, "-c", "import zmq")).findFirst()
            .orElse("python3");

    De[] value();

    /** Cada coisa, os pacotes que a trazem (são os do {@code run-all.sh preparar --tudo}), e como se sabe se ela está cá. */
    enum De {
        CAMPANHAS_LONGAS("./run-all.sh test --longos", "são das campanhas longas", Testes::longos),
        PYZMQ("falta o pyzmq", () -> roda(PYTHON, "-c", "import zmq, zmq.auth; assert zmq.has('curve')"), "python3-zmq"),
        RPYC("falta o rpyc", () -> roda(PYTHON, "-c", "import rpyc"), "python3-rpyc"),
        NAVEGADOR("falta um navegador", () -> Stream.of("/usr/bin/chromium", "/usr/bin/chromedriver").map(Path::of)
                .allMatch(Files::isExecutable), "chromium", "chromium-driver"),
        MAQUINAS("faltam espaços de rede, ou um sshd", () -> roda("sh", "-c", "command -v ip iptables ssh ssh-keygen setsid"
                + " && test -x /usr/sbin/sshd"), "iproute2", "iptables", "openssh-server"),
        SSH("falta o ssh", () -> roda("sh", "-c", "command -v ssh ssh-keygen ssh-agent"), "openssh-server"),
        TERMINAL("falta o script, que faz um terminal", () -> roda("sh", "-c", "command -v script"), "bsdutils"),
        JBANG("./run-all.sh preparar", "falta o JBang que o run-all.sh obtém",
                () -> roda("sh", "-c", "ls " + jbang() + "/jbang-cli-*-all.jar")),
        CC("instale um (apt-get install gcc)", "falta um compilador de C", () -> roda("sh", "-c", "command -v cc")),
        ETCD("instale-o (apt-get install etcd-server)", "falta o etcd", () -> roda("etcd", "--version")),
        GO("instale-o (apt-get install golang-go)", "falta o Go", () -> roda("go", "version")),
        NC("falta o nc", () -> roda("sh", "-c", "command -v nc"), "netcat-openbsd"),
        REDE_PROPRIA("rode-os numa máquina que o deixe", "fazem um espaço de rede só seu",
                () -> roda("sh", "-c", "unshare -rn ip link set lo up && command -v nsenter setsid")),
        RECINTO("rode-os numa máquina que o deixe", "fazem um espaço de processos só seu",
                () -> roda("unshare", "-rpf", "--kill-child", "--mount-proc", "true")),
        SER_ROOT("rode-os como root, numa máquina que o deixe", "fazem espaços de rede",
                () -> roda("unshare", "-n", "-m", "true")),
        MONTAR("rode-os numa máquina que o deixe", "montam um disco",
                () -> roda("unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"));

        private static final Map<De, Boolean> SABIDO = new ConcurrentHashMap<>();

        private final String porque;
        private final BooleanSupplier procurar;
        private final List<String> pacotes;

        De(String comando, String porque, BooleanSupplier procurar, String... pacotes) {
            this.porque = porque + ": " + comando;
            this.procurar = procurar;
            this.pacotes = List.of(pacotes);
        }

        De(String falta, BooleanSupplier procurar, String... pacotes) {
            this("./run-all.sh preparar --tudo, ou apt-get install " + String.join(" ", pacotes), falta, procurar, pacotes);
        }

        public List<String> pacotes() {
            return pacotes;
        }

        public boolean ha() {
            return SABIDO.computeIfAbsent(this, esta -> procurar.getAsBoolean());
        }

        /** Onde o {@code run-all.sh} deixa o JBang que obtém. */
        public static Path jbang() {
            String pasta = System.getenv("JBANG_DIR");
            Path deCostume = Path.of(System.getProperty("user.home"), ".jbang");
            return (pasta == null || pasta.isBlank() ? deCostume : Path.of(pasta)).resolve("bin");
        }

        public String porque() {
            return porque;
        }

        private static boolean roda(String... comando) {
            return Processo.roda(comando);
        }
    }

    /** Decide-se teste a teste, ainda que a anotação seja de uma classe: assim se contam todos. */
    final class Condicao implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext onde) {
            boolean umTeste = onde.getTestMethod().isPresent() && !onde.getUniqueId().matches(".*/\\[test-template:[^/]*]");
            return (umTeste ? Stream.iterate(Optional.of(onde), Optional::isPresent,
                    este -> este.flatMap(ExtensionContext::getParent))
                    : Stream.<Optional<ExtensionContext>>empty())
                    .flatMap(este -> AnnotationSupport.findAnnotation(este.get().getElement(), Precisa.class).stream())
                    .flatMap(precisa -> Arrays.stream(precisa.value())).filter(de -> !de.ha()).findFirst()
                    .map(falta -> ConditionEvaluationResult.disabled(falta.porque()))
                    .orElseGet(() -> ConditionEvaluationResult.enabled(""));
        }
    }
}
