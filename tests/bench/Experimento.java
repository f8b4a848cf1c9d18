///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//SOURCES Sistemas.java ../../shared/Carga.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
package tests.bench;
import java.util.*;
import shared.*;
public class Experimento {
    public static void main(String[] a) {
        double seg = Double.parseDouble(a[0]);
        int rodadas = Integer.parseInt(a[1]);
        List<Sistema> s = new ArrayList<>();
        for (String n : a[2].split(",")) s.add(switch (n) { case "c3" -> Sistemas.cru3(); case "c4" -> Sistemas.cru4();
            case "3m" -> Sistemas.parte3(false, 2); case "3d" -> Sistemas.parte3(true, 2); case "4m" -> Sistemas.parte4(false, 1); default -> Sistemas.parte4(true, 1);});
        s.forEach(Sistema::iniciar);
        for (String w : a[3].split(",")) {
            int p = Integer.parseInt(w);
            Map<Sistema, Integer> n = new HashMap<>();
            for (Sistema x : s) { int k = 200; Sistema.Amostra am = null; for (int i = 0; i < 6; i++) { System.err.println(x.nome()+" "+p+" "+k); am = x.medir(ops(k), p); k = (int) Math.min(200_000, Math.max(200, am.vazao() * seg / 2)); } n.put(x, k * 2); }
            Map<Sistema, List<double[]>> r = new LinkedHashMap<>();
            for (int i = 0; i < rodadas; i++) for (Sistema x : s) { var am = x.medir(ops(n.get(x)), p); r.computeIfAbsent(x, y -> new ArrayList<>()).add(new double[] {am.vazao(), am.milissegundos(50), am.milissegundos(99)}); }
            r.forEach((x, l) -> { l.sort(Comparator.comparing(d -> d[0])); double[] m = l.get(l.size() / 2); System.out.printf("%4d %-24s %8.0f [%.0f-%.0f] p50 %.3f p99 %.3f%n", p, x.nome(), m[0], l.get(0)[0], l.get(l.size()-1)[0], m[1], m[2]); });
        }
        s.forEach(Sistema::close);
        System.exit(0);
    }
    static List<Operacao> ops(int n) { List<Operacao> l = new ArrayList<>(); Carga.operacoes(1, 1000, n).forEachRemaining(l::add); return l; }
}
