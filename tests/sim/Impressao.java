package tests.sim;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import shared.Banco;
import shared.memoria.Indice;
import shared.memoria.Recentes;

/**
 * A impressão digital do estado inteiro de uma execução: 64 bits de tudo o que se alcança a partir dela, campo a campo, sem
 * que ninguém tenha de dizer o que o seu estado é (os núcleos podem ser os de um aluno). Dois estados que só diferem no
 * instante em que se está são o mesmo: os relógios da procura começam tão longe que um inteiro desse tamanho é um instante,
 * e conta-se a partir de agora; um que já passou há muito, mais do que qualquer espera, conta como se fosse de então. E os
 * que só diferem no que um núcleo sorteia para não se confundir com outro também são o mesmo: esses nomes só se comparam.
 */
final class Impressao {

    private static final long MUITO_MS = 6_000; // mais do que qualquer espera de um núcleo
    private static final int SORTEADO = 8;      // letras de um nome sorteado, todas hexadecimais

    /** Como se olha um objeto de uma classe. */
    private enum Como { NADA, TEXTO, PELO_NOME, NUMERO, MUNDO, RECENTES, BANCO, MAPA, VARIOS, VETOR, FUTURO, CAMPOS }

    /** @param numero distingue a classe das outras, nesta execução da máquina virtual */
    private record Forma(Como como, Field[] campos, long numero) {
    }

    private static final ClassValue<Forma> FORMAS = new ClassValue<>() {
        @Override
        protected Forma computeValue(Class<?> classe) {
            Como como = como(classe);
            boolean java = classe.getName().startsWith("java.");
            return new Forma(como, como == Como.CAMPOS || como == Como.FUTURO ? camposDe(classe) : new Field[0],
                    java ? 3 : System.identityHashCode(classe));
        }
    };

    private final Mundo mundo;
    private final IdentityHashMap<Object, Integer> vistos = new IdentityHashMap<>(700);
    private final Map<String, Integer> sorteados = new HashMap<>(); // e por que ordem se encontraram
    private long soma = 0xcbf29ce484222325L;

    private Impressao(Mundo mundo) {
        this.mundo = mundo;
    }

    static long de(Cenario cenario) {
        Impressao esta = new Impressao(cenario.mundo);
        esta.objeto(cenario);
        return esta.soma;
    }

    private static Field[] camposDe(Class<?> classe) {
        List<Field> campos = new ArrayList<>();
        for (Class<?> c = classe; c != null && !c.getName().startsWith("java."); c = c.getSuperclass()) {
            for (Field campo : c.getDeclaredFields()) {
                boolean conta = !Modifier.isStatic(campo.getModifiers()) && !Random.class.isAssignableFrom(campo.getType())
                        && !(c == Indice.class && campo.getType() != Recentes.class); // o resto é ao acaso
                if (conta) {
                    campo.setAccessible(true);
                    campos.add(campo);
                }
            }
        }
        return campos.toArray(new Field[0]);
    }

    private void juntar(long valor) {
        long x = (soma ^ valor) * 0x9E3779B97F4A7C15L;
        soma = x ^ x >>> 29;
    }

    private void inteiro(long valor) {
        juntar(valor > Mundo.LONGE_US / 2 && valor < Mundo.LONGE_US * 2 ? Math.max(0, valor - mundo.agora())
                : valor > Mundo.LONGE_MS / 2 && valor < Mundo.LONGE_MS * 4
                        ? Math.max(-MUITO_MS, valor - Processo.relogio(mundo)) : valor);
    }

    private void texto(String texto) {
        juntar(texto.length());
        for (int i = 0; i < texto.length(); i++) {
            if (sorteado(texto, i)) {
                juntar(sorteados.computeIfAbsent(texto.substring(i, i + SORTEADO), nome -> sorteados.size()));
                i += SORTEADO - 1;
            } else {
                soma = (soma ^ texto.charAt(i)) * 0x100000001b3L;
            }
        }
    }

    /** Se aqui começa um nome sorteado, sozinho ou entre aspas. */
    private static boolean sorteado(String texto, int i) {
        int fim = i + SORTEADO;
        boolean sozinho = fim <= texto.length() && (i == 0 || texto.charAt(i - 1) == '"')
                && (fim == texto.length() || texto.charAt(fim) == '"');
        if (!sozinho) {
            return false;
        }
        while (fim > i && Character.digit(texto.charAt(fim - 1), 16) >= 0) {
            fim--;
        }
        return fim == i;
    }

    private static Como como(Class<?> classe) {
        String nome = classe.getName();
        boolean deJava = nome.startsWith("java.");
        return classe == String.class ? Como.TEXTO
                : deJava && Number.class.isAssignableFrom(classe) && nome.startsWith("java.lang.") ? Como.NUMERO
                : nome.startsWith("com.fasterxml.") || deJava && (Comparable.class.isAssignableFrom(classe)
                        || CharSequence.class.isAssignableFrom(classe) || nome.startsWith("java.util.concurrent.atomic."))
                        || Enum.class.isAssignableFrom(classe) ? Como.PELO_NOME
                : classe == Class.class || Thread.class.isAssignableFrom(classe) || classe == Roteiro.class
                        || Random.class.isAssignableFrom(classe) ? Como.NADA
                : classe == Mundo.class ? Como.MUNDO : classe == Recentes.class ? Como.RECENTES
                : classe == Banco.class ? Como.BANCO : Map.class.isAssignableFrom(classe) ? Como.MAPA
                : Collection.class.isAssignableFrom(classe) ? Como.VARIOS : classe.isArray() ? Como.VETOR
                : CompletableFuture.class.isAssignableFrom(classe) ? Como.FUTURO : Como.CAMPOS;
    }

    private void objeto(Object o) {
        if (o == null) {
            juntar(1);
            return;
        }
        Forma forma = FORMAS.get(o.getClass());
        switch (forma.como()) {
            case NADA -> { }
            case TEXTO -> texto((String) o);
            case PELO_NOME -> texto(o.toString());
            case NUMERO -> inteiro(((Number) o).longValue());
            default -> {
                Integer antes = vistos.putIfAbsent(o, vistos.size());
                juntar(antes == null ? forma.numero() : 1_000L + antes);
                if (antes == null) {
                    dentro(o, forma);
                }
            }
        }
    }

    private void dentro(Object o, Forma forma) {
        switch (forma.como()) {
            case MUNDO -> {
                mundo.pendentes().forEach(evento -> {
                    juntar(evento.quando() - mundo.agora());
                    objeto(evento.acao());
                });
                mundo.marcos().forEach(this::texto);
            }
            case RECENTES -> {
                Recentes r = (Recentes) o;
                for (long n = r.primeiro(); n < r.primeiro() + r.quantos(); n++) {
                    texto(r.ler(n));
                }
            }
            case BANCO -> {
                Banco banco = (Banco) o;
                juntar(banco.aplicadas());
                juntar(banco.recusadas());
                texto(banco.depositado().toString() + ' ' + banco.sacado());
                banco.saldos().forEach((conta, saldo) -> texto(conta + saldo));
                banco.lembradas().cada((id, lembrada) -> texto(id + lembrada.valor()));
            }
            case MAPA -> {
                juntar(((Map<?, ?>) o).size());
                ((Map<?, ?>) o).forEach((chave, valor) -> {
                    objeto(chave);
                    objeto(valor);
                });
            }
            case VARIOS -> {
                juntar(((Collection<?>) o).size());
                ((Collection<?>) o).forEach(this::objeto);
            }
            case VETOR -> vetor(o);
            default -> {
                if (o instanceof CompletableFuture<?> futuro) {
                    juntar(futuro.isDone() ? futuro.isCompletedExceptionally() ? 2 : 1 : 0);
                }
                campos(o, forma.campos());
            }
        }
    }

    private void vetor(Object o) {
        if (o instanceof Object[] varios) {
            juntar(varios.length);
            for (Object um : varios) {
                objeto(um);
            }
        } else {
            for (int i = 0, n = java.lang.reflect.Array.getLength(o); i < n; i++) {
                objeto(java.lang.reflect.Array.get(o, i));
            }
        }
    }

    private void campos(Object o, Field[] quais) {
        try {
            for (Field campo : quais) {
                if (campo.getType() == long.class) {
                    inteiro(campo.getLong(o));
                } else if (campo.getType() == int.class) {
                    juntar(campo.getInt(o));
                } else if (campo.getType() == boolean.class) {
                    juntar(campo.getBoolean(o) ? 1 : 0);
                } else {
                    objeto(campo.get(o));
                }
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
