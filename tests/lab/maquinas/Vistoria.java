//SOURCES Maquina.java TresMaquinas.java
package tests.lab.maquinas;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import shared.texto.Endereco;
import shared.texto.Falha;
import tests.lab.palco.Lugar.Onde;
import tests.lab.palco.Parte;

/** O que se confere nas três máquinas antes de começar: o que há em cada uma, e se as portas servem. */
final class Vistoria {

    private static final int CONFERIR_S = 60;
    static final Pattern IP = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");
    private static final Pattern VERSAO = Pattern.compile("version \"(\\d+)");
    private static final Pattern ESCUTA =
            Pattern.compile("^ *\\d+: \\p{XDigit}+:(\\p{XDigit}{4}) \\S+ 0A ", Pattern.MULTILINE);

    /** O que se viu numa máquina. @param ocupadas as portas em que alguém já escuta */
    private record Vista(String java, String jbang, String privado, Set<Integer> ocupadas, boolean cortaSePreciso) {
    }

    private final Map<Onde, Maquina> maquinas;
    private final Map<Onde, String> privados;
    private final boolean jar;
    private final boolean cortam;
    private final Map<Onde, Vista> vistas = new HashMap<>();
    private final Map<Onde, String> jbang = new HashMap<>();

    /**
     * @param privados os que se disseram; os outros põem-se aqui, à medida que se sabem
     * @param jar      se não precisam de JBang
     * @param cortam   se alguma das falhas corta uma máquina da rede
     */
    Vistoria(Map<Onde, Maquina> maquinas, Map<Onde, String> privados, boolean jar, boolean cortam) {
        this.maquinas = maquinas;
        this.privados = privados;
        this.jar = jar;
        this.cortam = cortam;
    }

    /** Onde está o JBang de cada uma das que se viram. */
    Map<Onde, String> jbang() {
        return jbang;
    }

    /** Entra em cada máquina e vê o que há nela. */
    void deCadaUma(String margem) {
        System.out.println(margem + "As três máquinas:");
        vistas.putAll(TresMaquinas.emTodas(onde -> ver(maquinas.get(onde), privados.get(onde))));
        for (Onde onde : Onde.values()) {
            Vista vista = vistas.get(onde);
            Maquina maquina = maquinas.get(onde);
            privados.putIfAbsent(onde, vista.privado());
            jbang.put(onde, vista.jbang());
            System.out.printf(Locale.ROOT, "%s  %-10s %s, entre elas %s: Java %s%s%n", margem, maquina.papel(),
                    maquina.host(), privados.get(onde), vista.java(), jar ? "" : ", JBang em " + vista.jbang());
        }
        if (new HashSet<>(privados.values()).size() < Onde.values().length) {
            throw new Falha("duas das máquinas têm o mesmo endereço privado (" + String.join(", ", privados.values())
                    + "): são a mesma? se não, diga os endereços com --privado-client, --privado-replica01 e"
                    + " --privado-replica02");
        }
    }

    private Vista ver(Maquina maquina, String privado) {
        String texto = maquina.rodar("export LC_ALL=C; echo java: $(java -version 2>&1); "
                + "echo jbang: $(command -v jbang || ls ~/.jbang/bin/jbang 2>/dev/null); echo enderecos: $(hostname -I"
                + " 2>/dev/null); echo corta: $( ([ $(id -u) = 0 ] || s='sudo -n'; $s iptables -w -n -L INPUT >/dev/null"
                + " 2>&1 && echo sim) ); cat /proc/net/tcp /proc/net/tcp6 2>/dev/null; true", CONFERIR_S);
        Map<String, String> linhas = new HashMap<>();
        texto.lines().filter(linha -> linha.matches("(java|jbang|enderecos|corta):.*"))
                .map(linha -> linha.split(":", 2)).forEach(par -> linhas.put(par[0], par[1].strip()));
        String quem = maquina.papel() + " (" + maquina.host() + ")";
        Matcher versao = VERSAO.matcher(linhas.getOrDefault("java", ""));
        if (!versao.find() || Integer.parseInt(versao.group(1)) < 17) {
            throw new Falha(quem + " não tem Java 17 ou mais novo; instale-o lá: sudo dnf install -y"
                    + " java-17-amazon-corretto-devel (Amazon Linux), ou sudo apt-get install -y openjdk-17-jdk"
                    + " (Debian, Ubuntu)");
        }
        if (!jar && linhas.get("jbang").isEmpty()) {
            throw new Falha(quem + " não tem JBang; instale-o lá: curl -Ls https://sh.jbang.dev | bash -s - app setup"
                    + "; ou use --jar, que copia o programa já compilado");
        }
        Matcher endereco = IP.matcher(linhas.getOrDefault("enderecos", ""));
        String primeiro = endereco.find() ? endereco.group() : null;
        if (privado == null && primeiro == null) {
            throw new Falha("não sei o endereço privado de " + quem + "; diga-o com --privado-" + maquina.papel() + " IP");
        }
        boolean corta = linhas.get("corta").equals("sim");
        if (!corta && cortam) {
            throw new Falha(quem + " não pode ser cortada da rede: instale lá o iptables (sudo dnf install -y"
                    + " iptables-nft), e o usuário tem de poder usar o sudo sem senha; ou tire cortar de --falhas");
        }
        return new Vista(versao.group(1), linhas.get("jbang"), privado == null ? primeiro : privado,
                ESCUTA.matcher(texto).results().map(m -> Integer.parseInt(m.group(1), 16))
                .collect(Collectors.toSet()), corta);
    }

    /** As portas estão livres onde se escuta, e alcançam-se de onde se conecta? */
    void dasPortas(List<Parte> partes) {
        for (Onde onde : Onde.values()) {
            Set<Integer> ocupadas = new TreeSet<>(portasDe(partes, onde));
            ocupadas.retainAll(vistas.get(onde).ocupadas());
            if (!ocupadas.isEmpty()) {
                throw new Falha(maquinas.get(onde).papel() + " (" + maquinas.get(onde).host() + "): porta ocupada: "
                        + ocupadas.stream().map(String::valueOf).collect(Collectors.joining(", "))
                        + "; veja lá quem a tem, com sudo ss -ltnp, e encerre-o");
            }
        }
        TresMaquinas.emTodas(onde -> {
            Set<String> alvos = new TreeSet<>();
            partes.forEach(parte -> parte.papeis().stream().filter(papel -> papel.onde() == onde)
                    .forEach(papel -> papel.alcanca().stream().map(Endereco::toString).forEach(alvos::add)));
            if (onde == Onde.CLIENT) { // as consultas saem dela
                alvos.addAll(List.of(privados.get(Onde.REPLICA01) + ":7001", privados.get(Onde.REPLICA02) + ":7001"));
            }
            alvos.removeIf(alvo -> alvo.startsWith(privados.get(onde) + ":"));
            // Ninguém escuta ainda: uma porta aberta recusa logo, e uma que a rede fecha fica calada.
            String fechadas = maquinas.get(onde).rodar("export LC_ALL=C; command -v bash timeout >/dev/null || exit 0; "
                    + "for alvo in " + alvos.stream().map(alvo -> alvo.replace(':', '/'))
                    .collect(Collectors.joining(" ")) + "; do "
                    + "(timeout 4 bash -c \"</dev/tcp/$alvo\" 2>&1 | grep -q refused || echo $alvo) & done; wait",
                    CONFERIR_S);
            if (!fechadas.isEmpty()) {
                throw new Falha("de " + maquinas.get(onde).papel() + " não se chega a "
                        + fechadas.lines().sorted().map(alvo -> alvo.replace('/', ':')).collect(Collectors.joining(", "))
                        + "; abra estas portas no Security Group, a partir do próprio grupo (veja tests/lab/EC2.md)");
            }
            return "";
        });
    }

    private static Set<Integer> portasDe(List<Parte> partes, Onde onde) {
        return partes.stream().flatMap(parte -> parte.papeis().stream()).filter(papel -> papel.onde() == onde)
                .flatMap(papel -> papel.escuta().stream()).collect(Collectors.toCollection(TreeSet::new));
    }
}
