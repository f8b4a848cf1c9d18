//SOURCES Ato.java Cena.java EmCena.java LeitorDeAto.java LeitorDeCena.java
//FILES multicast-diverge.cena
//FILES assinante-atrasado.cena
//FILES fila-segura-worker-morto.cena
//FILES dois-servidores-rpc.cena
//FILES ordem-total-converge.cena
//FILES buraco.cena
//FILES sequenciador-cai.cena
//FILES resposta-perdida.cena
//FILES lider-cai.cena
//FILES lider-pausado.cena
//FILES minoria-isolada.cena
//FILES maioria-cai.cena
//FILES sem-ponto-unico.cena
//FILES entre-grupos.cena
//FILES confirmada-e-perdida.cena
//FILES failover.cena
//FILES cerebro-dividido.cena
//FILES replica-pausada.cena
package tests.lab.cenas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import shared.disco.Arquivos;
import shared.tempo.Lentidao;
import shared.texto.ErroDeUso;
import tests.lab.palco.Alheios;
import tests.lab.rede.Rede;

/**
 * As lições, uma por cena: cada uma acontece sempre, porque a {@link Rede} manda na ordem em que as mensagens chegam. Estão
 * escritas em arquivos {@code .cena}, ao lado deste, e quem quiser escreve outras.
 */
public final class Cenas {

    /**
     * A lentidão de costume de uma cena. Uma máquina ocupada pode demorar mais de um segundo a dar uma notícia; tomar-se-ia
     * por morto quem está vivo, e a história seria outra.
     */
    public static final int LENTIDAO = 3;

    /** O que termina o nome do arquivo de uma cena. */
    public static final String EXTENSAO = ".cena";

    private static final List<String> NOMES = List.of("multicast-diverge", "assinante-atrasado", "fila-segura-worker-morto",
            "dois-servidores-rpc", "ordem-total-converge", "buraco", "sequenciador-cai", "resposta-perdida",
            "sem-ponto-unico", "lider-cai", "lider-pausado", "minoria-isolada", "maioria-cai", "entre-grupos",
            "confirmada-e-perdida", "failover", "cerebro-dividido", "replica-pausada");

    private Cenas() {
    }

    /** Os nomes das que há, por ordem de leitura. */
    public static List<String> nomes() {
        return NOMES;
    }

    /** Como se escreve numa cena o nome desta conta: com espaços, entre aspas. */
    public static String entreAspas(String conta) {
        return conta.matches("\\S+") ? conta : '"' + conta + '"';
    }

    /**
     * Lê e confere uma cena, sem a fazer acontecer.
     *
     * @param qual o nome de uma das que há, ou um arquivo
     * @throws ErroDeUso se não há nenhuma com este nome, ou o que está escrito não se entende: com a linha e a coluna
     */
    public static Cena ler(String qual) {
        if (NOMES.contains(qual)) {
            return LeitorDeCena.ler(qual + EXTENSAO, daqui(qual));
        }
        if (!qual.endsWith(EXTENSAO) && !Files.exists(Path.of(qual))) {
            throw ErroDeUso.naoHa("a cena", qual, NOMES);
        }
        try {
            return LeitorDeCena.ler(qual, Files.readString(Path.of(qual)));
        } catch (NoSuchFileException e) {
            throw new ErroDeUso("não há o arquivo " + qual);
        } catch (CharacterCodingException e) {
            throw new ErroDeUso(qual + " não está em UTF-8: grave-o outra vez, com essa codificação");
        } catch (IOException e) {
            throw new ErroDeUso("não consigo ler " + qual + " (" + Arquivos.motivo(e) + ")");
        }
    }

    /** Lê o texto de uma cena. @param nome como se chama, para os erros @throws ErroDeUso com a linha e a coluna */
    public static Cena doTexto(String nome, String texto) {
        return LeitorDeCena.ler(nome, texto);
    }

    /** Um ato de que só se diz a parte e quem nela está: as linhas hão de vir. @throws ErroDeUso se não se entende */
    public static Cena.AtoEscrito ato(String titulo, List<String> cabecalho) {
        return LeitorDeAto.semLinhas(titulo, cabecalho);
    }

    private static String daqui(String nome) {
        try (InputStream aberto = Cenas.class.getResourceAsStream("/" + nome + EXTENSAO)) {
            return new String(aberto.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Faz acontecer uma cena.
     *
     * @param lentidao quantas vezes mais do que o costume os processos esperam uns pelos outros
     * @return os atos, até ao primeiro que não saiu como devia
     * @throws ErroDeUso se a lentidão não vai de 1 a {@link Lentidao#MAXIMA}
     */
    public static List<Ato> representar(Cena cena, int lentidao) {
        return representar(cena, lentidao, Alheios.NENHUNS);
    }

    /** O mesmo, com os processos de outro no lugar dos nossos; quem os fez é que os fecha. */
    public static List<Ato> representar(Cena cena, int lentidao, Alheios alheios) {
        return representar(cena, lentidao, alheios, null);
    }

    /** O mesmo. @param prazo até quando se espera por cada coisa; {@code null} = o de costume */
    public static List<Ato> representar(Cena cena, int lentidao, Alheios alheios, Duration prazo) {
        List<Ato> atos = new ArrayList<>();
        for (Cena.AtoEscrito escrito : cena.atos()) {
            atos.add(EmCena.representar(escrito, lentidao, alheios, prazo));
            if (atos.get(atos.size() - 1).porque() != null) {
                break;
            }
        }
        return atos;
    }
}
