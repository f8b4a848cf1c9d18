//SOURCES Cena.java EmCena.java
package tests.lab.cenas;

import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import shared.Operacao;
import tests.lab.cenas.Cena.Mensagem;
import tests.lab.cenas.Cena.Pedida;
import tests.lab.rede.Segura;
import tests.lab.vereditos.Vereditos.Valor;

/** O que uma linha de uma cena faz acontecer, ou por que espera. As esperas são por condições, nunca por um tempo. */
public interface Passo {

    /** @throws AssertionError se aquilo por que espera não acontece no prazo, ou o que confere não é assim */
    void fazer(EmCena c);

    /** As mensagens à espera que ele nomeia: se ainda lá não estão, não se faz. */
    default List<EsperarSegurar> nomeia() {
        return List.of();
    }

    // ───── Clientes ─────

    /** @param quer o que a pessoa quer com isto, se o diz @param espera se só segue com a resposta */
    record Pedir(String cliente, Operacao op, Pedida pedida, String quer, boolean espera) implements Passo {
        @Override
        public void fazer(EmCena c) {
            c.pedir(cliente, op, pedida, quer);
            if (espera) {
                c.esperarResposta(cliente);
            }
        }
    }

    /** O mesmo pedido outra vez, com o mesmo id_msg. */
    record Repetir(String cliente, Pedida pedida) implements Passo {
        @Override
        public void fazer(EmCena c) {
            c.repetir(cliente, pedida);
        }
    }

    /** Pergunta o saldo às réplicas; o que elas dizem fica numa nota. */
    record Consultar(String cliente, String conta) implements Passo {
        @Override
        public void fazer(EmCena c) {
            c.consultar(cliente, conta);
        }
    }

    record EsperarResposta(String cliente) implements Passo {
        @Override
        public void fazer(EmCena c) {
            c.esperarResposta(cliente);
        }
    }

    // ───── Processos ─────

    record Matar(String nome) implements Passo {
        @Override
        public void fazer(EmCena c) {
            c.palco().matar(c.quem(nome));
        }
    }

    record Parar(String nome) implements Passo {
        @Override
        public void fazer(EmCena c) {
            c.palco().parar(c.quem(nome));
        }
    }

    record Continuar(String nome) implements Passo {
        @Override
        public void fazer(EmCena c) {
            c.palco().continuar(c.quem(nome));
        }
    }

    record Iniciar(String nome, List<String> opcoes) implements Passo {
        @Override
        public void fazer(EmCena c) {
            c.iniciar(c.quem(nome), opcoes);
        }
    }

    record EsperarAplicar(List<String> processos, Pedida pedida) implements Passo {
        @Override
        public void fazer(EmCena c) {
            processos.forEach(processo -> c.esperar(processo + " aplicar " + pedida, () -> c.aplicou(processo, pedida)));
        }
    }

    record EsperarIguais(List<String> processos) implements Passo {
        @Override
        public void fazer(EmCena c) {
            c.esperar("réplicas iguais", () -> c.palco().iguais(processos));
        }
    }

    /** Parte 4: seja o primário, ou já não o seja. */
    record EsperarPrimario(String processo, boolean sim) implements Passo {
        @Override
        public void fazer(EmCena c) {
            c.esperar(processo + (sim ? " assumir" : " descer"), () -> c.primario(processo, sim));
        }
    }

    /** Parte 4: o primário tenha estes em dia, um dos quais é ele. */
    record EsperarEmDia(List<String> processos) implements Passo {
        @Override
        public void fazer(EmCena c) {
            c.esperar(String.join(" ", processos) + " em-dia", () -> c.emDia(processos));
        }
    }

    record EsperarDizer(String processo, String texto) implements Passo {
        @Override
        public void fazer(EmCena c) {
            c.esperar(processo + " dizer " + texto, () -> c.palco().disse(processo, texto));
        }
    }

    // ───── Rede ─────

    /** Um comando de rede como no palco: segurar, cortar, atraso… */
    record Rede(List<String> palavras) implements Passo {
        @Override
        public void fazer(EmCena c) {
            c.naRede(palavras);
        }
    }

    record EsperarSegurar(String enlace, Mensagem qual) implements Passo {
        @Override
        public void fazer(EmCena c) {
            c.esperar(enlace + " segurar " + qual, () -> !c.quais(enlace, qual).isEmpty());
        }
    }

    /** De um enlace que segura, esta chega já, e as outras continuam à espera. */
    record SoltarUma(String enlace, Mensagem qual) implements Passo {
        @Override
        public void fazer(EmCena c) {
            c.estas(enlace, qual).forEach(c.rede().esperam()::soltar);
        }

        @Override
        public List<EsperarSegurar> nomeia() {
            return List.of(new EsperarSegurar(enlace, qual));
        }
    }

    record PerderUma(String enlace, Mensagem qual) implements Passo {
        @Override
        public void fazer(EmCena c) {
            c.estas(enlace, qual).forEach(c.rede().esperam()::perder);
        }

        @Override
        public List<EsperarSegurar> nomeia() {
            return List.of(new EsperarSegurar(enlace, qual));
        }
    }

    /** Passa a haver duas iguais à espera, uma a seguir à outra. */
    record Duplicar(String enlace, Mensagem qual) implements Passo {
        @Override
        public void fazer(EmCena c) {
            c.rede().esperam().duplicar(c.estas(enlace, qual).get(0));
        }

        @Override
        public List<EsperarSegurar> nomeia() {
            return List.of(new EsperarSegurar(enlace, qual));
        }
    }

    /** Passa a esperar antes da outra. @param antes {@code null} = depois de todas */
    record Mover(String enlace, Mensagem qual, Mensagem antes) implements Passo {
        @Override
        public void fazer(EmCena c) {
            Segura aquela = antes == null ? null : c.estas(enlace, antes).get(0);
            c.estas(enlace, qual).forEach(esta -> c.rede().esperam().mover(esta, aquela));
        }

        @Override
        public List<EsperarSegurar> nomeia() {
            return Stream.of(qual, antes).filter(Objects::nonNull).map(esta -> new EsperarSegurar(enlace, esta)).toList();
        }
    }

    // ───── A quem vê ─────

    record Nota(String texto) implements Passo {
        @Override
        public void fazer(EmCena c) {
            c.palco().nota(texto);
        }
    }

    /** Que saldo terá, no fim do ato, esta conta ali? Pergunta-se antes, e no fim responde-se com o que houve. */
    record Perguntar(String processo, String conta, String texto) implements Passo {
        @Override
        public void fazer(EmCena c) {
            c.perguntar(this);
        }
    }

    // ───── O que se prova ─────

    record Julgar(List<String> processos) implements Passo {
        @Override
        public void fazer(EmCena c) {
            c.julgar(processos);
        }
    }

    record ConferirVeredito(String nome, Valor valor) implements Passo {
        @Override
        public void fazer(EmCena c) {
            c.exigir(c.ato().valor(nome) == valor, nome + " é " + c.ato().valor(nome));
        }
    }

    /** Todos os vereditos são SIM, menos os que se dizem. */
    record ConferirTudo(List<String> menos) implements Passo {
        @Override
        public void fazer(EmCena c) {
            List<String> outros = c.ato().vereditos().stream().filter(v -> v.valor() != Valor.SIM)
                    .map(v -> v.nome()).filter(nome -> !menos.contains(nome)).toList();
            c.exigir(outros.isEmpty(), "não são SIM: " + String.join(", ", outros));
        }
    }

    record ConferirSaldo(String processo, String conta, BigDecimal valor) implements Passo {
        @Override
        public void fazer(EmCena c) {
            BigDecimal tem = c.palco().saldo(processo, conta);
            c.exigir(tem.compareTo(valor) == 0, processo + " diz que " + conta + " tem " + tem.toPlainString());
        }
    }

    record ConferirResposta(String cliente, String texto) implements Passo {
        @Override
        public void fazer(EmCena c) {
            String resposta = c.esperarResposta(cliente);
            c.exigir(resposta.contains(texto), "a resposta a " + cliente + " foi: " + resposta);
        }
    }
}
