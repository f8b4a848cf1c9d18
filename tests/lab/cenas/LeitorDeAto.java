//SOURCES Cena.java Palavras.java Passo.java
package tests.lab.cenas;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import shared.Operacao;
import shared.texto.ErroDeUso;
import shared.texto.Falha;
import shared.texto.MensagemInvalida;
import shared.texto.Reais;
import tests.lab.cenas.Cena.AtoEscrito;
import tests.lab.cenas.Cena.Linha;
import tests.lab.cenas.Cena.Mensagem;
import tests.lab.cenas.Cena.Pedida;
import tests.lab.palco.Elenco;
import tests.lab.palco.Elenco.Personagem;
import tests.lab.rede.ComandosDaRede;
import tests.lab.vereditos.Propriedade;
import tests.lab.vereditos.Vereditos.Valor;

/** Lê as linhas de um ato, e confere que falam de quem há nele, e de operações que já se pediram. */
final class LeitorDeAto {

    private static final List<String> DE_PROCESSO = List.of("matar", "parar", "continuar", "iniciar");
    private static final List<String> DE_CLIENTE = List.of("pede", "faz", "repete", "consulta");
    private static final List<String> DE_MENSAGEM = List.of("duplicar", "mover");
    private static final List<String> ESPERAS = List.of("responder", "aplicar", "iguais", "dizer", "assumir", "descer",
            "em-dia");
    private static final List<String> OUTROS = List.of("esperar", "nota", "perguntar", "julgar", "conferir");

    private final String titulo;
    private final Palavras cabecalho;
    private final List<Palavras> linhas;
    private final Map<String, Personagem> elenco = new LinkedHashMap<>();
    private final Map<String, Integer> pedidas = new HashMap<>(); // quantas vezes, pelo texto
    private int parte;
    private boolean julgou;

    LeitorDeAto(String titulo, Palavras cabecalho, List<Palavras> linhas) {
        this.titulo = titulo;
        this.cabecalho = cabecalho;
        this.linhas = linhas;
    }

    AtoEscrito ler() {
        int comeco = comecar();
        List<Linha> passos = new ArrayList<>();
        for (Palavras linha : linhas.subList(comeco, linhas.size())) {
            passos.add(linha(linha));
        }
        if (!julgou) {
            throw linhas.get(linhas.size() - 1).erro("o ato acaba sem julgar: falta julgar PROCESSO…");
        }
        List<String> daCabeca = linhas.subList(0, comeco).stream().map(Palavras::linha).toList();
        return new AtoEscrito(titulo, parte, elenco, daCabeca, passos);
    }

    /** Um ato de que só se sabe a parte e o elenco: as linhas dele hão de vir. */
    static AtoEscrito semLinhas(String titulo, List<String> cabecalho) {
        LeitorDeAto leitor = new LeitorDeAto(titulo, solta(titulo), cabecalho.stream().map(LeitorDeAto::solta).toList());
        leitor.comecar();
        return new AtoEscrito(titulo, leitor.parte, leitor.elenco, cabecalho, List.of());
    }

    /** Quem lê, uma a uma, as linhas que ainda se vão dar a este ato. */
    static LeitorDeAto aberto(AtoEscrito ato) {
        LeitorDeAto leitor = new LeitorDeAto(ato.titulo(), solta(ato.titulo()),
                ato.cabecalho().stream().map(LeitorDeAto::solta).toList());
        leitor.comecar();
        return leitor;
    }

    /** Mais uma linha. @throws ErroDeUso se não se entende */
    Linha mais(String texto) {
        return linha(solta(texto));
    }

    private static Palavras solta(String texto) {
        return new Palavras(null, 0, texto.replaceAll("[\\r\\n]+\\s*", " "));
    }

    private Linha linha(Palavras linha) {
        Passo passo = passo(linha);
        linha.acabar();
        return new Linha(linha.numero(), linha.linha(), passo);
    }

    /** Lê a parte e o elenco. @return onde começam as linhas do que se faz */
    private int comecar() {
        if (linhas.isEmpty()) {
            throw cabecalho.erro("falta parte N, na linha seguinte");
        }
        linhas.get(0).uma("parte N, a seguir ao ato", List.of("parte"));
        parte = Integer.parseInt(linhas.get(0).uma("o número da parte", List.of("1", "2", "3", "4")));
        linhas.get(0).acabar();
        int i = 1;
        for (; i < linhas.size() && linhas.get(i).seFor("processo"); i++) {
            processo(linhas.get(i));
            linhas.get(i).acabar();
        }
        exigirElenco();
        return i;
    }

    // ───── O elenco ─────

    private void processo(Palavras linha) {
        String nome = linha.ler("o nome de um processo");
        if (elenco.containsKey(nome)) {
            throw linha.erroNaUltima(nome + " já está no elenco");
        }
        List<String> papeis = Elenco.todosOsPapeis(parte);
        if (!papeis.contains(Elenco.papel(nome))) {
            throw linha.erroNaUltima("na parte " + parte + " um processo chama-se " + String.join(", ", papeis)
                    + ", com -1 a -9 se há vários");
        }
        List<String> falaCom = new ArrayList<>();
        if (linha.seFor(">")) {
            if (!Elenco.papel(nome).equals("cliente") || parte == 1) {
                throw linha.erroNaUltima("só dos clientes das partes 2 a 4 se diz a quem pedem");
            }
            do {
                falaCom.add(linha.ler("a quem ele pede"));
            } while (!linha.acabou() && !List.of("com", "depois").contains(linha.espreitar()));
        }
        boolean depois = linha.seFor("depois");
        elenco.put(nome, new Personagem(falaCom, opcoes(linha), depois));
    }

    private static List<String> opcoes(Palavras linha) {
        if (!linha.seFor("com")) {
            return List.of();
        }
        if (linha.acabou()) {
            throw linha.erro("faltam as opções");
        }
        return linha.todas();
    }

    private void exigirElenco() {
        Palavras onde = linhas.get(0);
        for (String papel : Elenco.papeis(parte)) {
            boolean comOrdenadores = papel.equals("sequenciador") && !que("ordenador").isEmpty();
            if (comOrdenadores && !que(papel).isEmpty()) {
                throw onde.erro("ou um sequenciador, ou ordenadores");
            }
            if (que(papel).isEmpty() && !papel.equals("testemunha") && !comOrdenadores) {
                throw onde.erro("na parte " + parte + " falta no elenco: processo " + papel);
            }
        }
        try {
            Elenco.grupos(elenco);
        } catch (ErroDeUso e) {
            throw onde.erro(e.getMessage());
        }
        elenco.forEach((nome, p) -> p.falaCom().forEach(outro -> {
            List<String> aQuem = new ArrayList<>(Elenco.aQuemSePede(elenco.keySet()));
            aQuem.addAll(que("ordenador").isEmpty() ? List.of() : List.of(Elenco.LIDER));
            if (!aQuem.contains(outro) || outro.equals(Elenco.LIDER) && p.falaCom().size() > 1) {
                throw onde.erro(nome + " pede a " + outro + "; só se pede a " + String.join(", ", aQuem));
            }
        }));
    }

    private List<String> que(String... papeis) {
        return elenco.keySet().stream().filter(nome -> List.of(papeis).contains(Elenco.papel(nome))).toList();
    }

    private List<String> papeis() {
        return elenco.keySet().stream().filter(nome -> !Elenco.papel(nome).equals("cliente")).toList();
    }

    /** Os processos, e os líderes: o de agora, o primeiro de que o ato falou, o segundo… */
    private List<String> processos() {
        return comLideres(elenco.keySet());
    }

    private List<String> comLideres(Collection<String> nomes) {
        return Stream.of(nomes, lideres()).flatMap(Collection::stream).toList();
    }

    private List<String> lideres() {
        return que("ordenador").isEmpty() ? List.of() : Stream.concat(Stream.of(Elenco.LIDER),
                IntStream.rangeClosed(1, 3).mapToObj(n -> Elenco.LIDER + "-" + n)).toList();
    }

    private List<String> comBanco() {
        return Elenco.comBanco(parte, elenco.keySet());
    }

    // ───── As linhas ─────

    private Passo passo(Palavras linha) {
        Set<String> verbos = new LinkedHashSet<>(que("cliente"));
        Stream.of(DE_PROCESSO, ComandosDaRede.VERBOS, DE_MENSAGEM, OUTROS).forEach(verbos::addAll);
        String verbo = linha.uma("um cliente, ou um verbo", verbos);
        if (que("cliente").contains(verbo)) {
            return pedir(verbo, linha);
        }
        if (ComandosDaRede.VERBOS.contains(verbo)) {
            return rede(verbo, linha);
        }
        return switch (verbo) {
            case "matar" -> new Passo.Matar(linha.uma("um processo", processos()));
            case "parar" -> new Passo.Parar(linha.uma("um processo", processos()));
            case "continuar" -> new Passo.Continuar(linha.uma("um processo", processos()));
            case "iniciar" -> new Passo.Iniciar(linha.uma("um processo, que não seja cliente", comLideres(papeis())),
                    opcoes(linha));
            case "duplicar" -> new Passo.Duplicar(enlace(linha), mensagem(linha));
            case "mover" -> new Passo.Mover(enlace(linha), mensagem(linha), antes(linha));
            case "esperar" -> esperar(linha);
            case "nota" -> new Passo.Nota(linha.texto("o que dizer"));
            case "perguntar" -> perguntar(linha);
            case "julgar" -> {
                julgou = true;
                yield new Passo.Julgar(varios(linha, comBanco()));
            }
            default -> conferir(linha);
        };
    }

    private Passo pedir(String cliente, Palavras linha) {
        String verbo = linha.uma("o que ele faz", DE_CLIENTE);
        if (verbo.equals("repete")) {
            return new Passo.Repetir(cliente, pedida(linha));
        }
        if (verbo.equals("consulta")) {
            return new Passo.Consultar(cliente, linha.ler("uma conta"));
        }
        boolean espera = verbo.equals("faz");
        Operacao op = operacao(linha);
        String texto = texto(op);
        Pedida pedida = new Pedida(texto, pedidas.merge(texto, 1, Integer::sum));
        String quer = linha.seFor("quer") ? linha.texto("o que a pessoa quer com isto") : null;
        return new Passo.Pedir(cliente, op, pedida, quer, espera);
    }

    private Operacao operacao(Palavras linha) {
        String tipo = linha.uma("uma operação", Stream.of(Operacao.Tipo.values()).map(Enum::name).toList());
        String origem = linha.ler("uma conta");
        String destino = tipo.equals("TRANSFERENCIA") ? linha.ler("a conta de destino") : null;
        try {
            return new Operacao("cena", Operacao.Tipo.valueOf(tipo), origem, destino, valor(linha));
        } catch (MensagemInvalida e) {
            throw linha.erroNaUltima(e.getMessage());
        }
    }

    private static BigDecimal valor(Palavras linha) {
        String escrito = linha.ler("um valor");
        try {
            return Reais.ler(escrito);
        } catch (Falha e) {
            throw linha.erroNaUltima(e.getMessage());
        }
    }

    private static String texto(Operacao op) {
        return op.tipo() + " " + Cenas.entreAspas(op.conta_origem())
                + (op.conta_destino() == null ? "" : " " + Cenas.entreAspas(op.conta_destino())) + " "
                + op.valor().toPlainString();
    }

    /** Uma operação que já se pediu. */
    private Pedida pedida(Palavras linha) {
        String texto = texto(operacao(linha));
        int quantas = pedidas.getOrDefault(texto, 0);
        int qual = 1;
        if (linha.espreitar().matches("#\\d{1,3}")) {
            qual = Integer.parseInt(linha.ler("qual").substring(1));
        }
        if (qual < 1 || qual > quantas) {
            throw linha.erroNaUltima(quantas == 0 ? "ninguém pediu ainda " + texto
                    : "de " + texto + " só se pediu até à #" + quantas);
        }
        return new Pedida(texto, qual);
    }

    /** As outras palavras, que têm de ser destas; uma pelo menos. */
    private static List<String> varios(Palavras linha, Collection<String> quais) {
        List<String> varios = new ArrayList<>();
        do {
            varios.add(linha.uma("um destes processos", quais));
        } while (!linha.acabou() && quais.contains(linha.espreitar()));
        return varios;
    }

    private Passo esperar(Palavras linha) {
        String primeira = linha.espreitar();
        if (primeira.contains(">")) {
            String enlace = enlace(linha);
            linha.uma("segurar MENSAGEM", List.of("segurar"));
            return new Passo.EsperarSegurar(enlace, mensagem(linha));
        }
        List<String> quem = varios(linha, elenco.keySet());
        String oQue = linha.uma("o que fazem", ESPERAS);
        switch (oQue) {
            case "responder":
                exigirUm(linha, quem, que("cliente"), "só se espera que um cliente tenha resposta");
                return new Passo.EsperarResposta(quem.get(0));
            case "aplicar":
                exigirTodos(linha, quem, comBanco());
                return new Passo.EsperarAplicar(quem, pedida(linha));
            case "iguais":
                exigirTodos(linha, quem, comBanco());
                return new Passo.EsperarIguais(quem);
            case "assumir", "descer":
                exigirUm(linha, quem, que("primario", "backup"), "só um primário ou um backup assume, ou desce");
                return new Passo.EsperarPrimario(quem.get(0), oQue.equals("assumir"));
            case "em-dia":
                exigirTodos(linha, quem, que("primario", "backup"));
                return new Passo.EsperarEmDia(quem);
            default:
                exigirUm(linha, quem, papeis(), "só se espera que um processo diga algo");
                return new Passo.EsperarDizer(quem.get(0), linha.texto("o que ele diz no registro"));
        }
    }

    private static void exigirUm(Palavras linha, List<String> quem, List<String> quais, String porque) {
        if (quem.size() != 1 || !quais.contains(quem.get(0))) {
            throw linha.erroNaUltima(porque);
        }
    }

    private static void exigirTodos(Palavras linha, List<String> quem, List<String> quais) {
        if (!quais.containsAll(quem)) {
            throw linha.erroNaUltima(quais.isEmpty() ? "isso, nesta parte, ninguém faz"
                    : "isso só fazem " + String.join(", ", quais));
        }
    }

    private String enlace(Palavras linha) {
        return linha.uma("um enlace", Elenco.sentidos(parte, elenco));
    }

    /** De um líder a outro processo, ou ao contrário; {@code lider>outros}: aos outros ordenadores. */
    private String enlaceDoLider(Palavras linha) {
        List<String> quais = new ArrayList<>();
        for (String sentido : Elenco.sentidos(parte, elenco)) {
            for (String lider : lideres()) {
                quais.add(sentido.replaceFirst("^ordenador-\\d>", lider + ">"));
                quais.add(sentido.replaceFirst(">ordenador-\\d$", ">" + lider));
                quais.addAll(List.of(lider + ">" + EmCena.OUTROS, EmCena.OUTROS + ">" + lider));
            }
        }
        return linha.uma("um enlace", new LinkedHashSet<>(quais));
    }

    /** Uma mensagem que espera: a de uma operação, ou {@code controle} e como começa o que ela diz. */
    private Mensagem mensagem(Palavras linha) {
        if (linha.seFor("controle")) {
            String texto = linha.ler("como começa o que ela diz");
            boolean qual = linha.espreitar().matches("#[1-9]\\d{0,4}");
            return Mensagem.deControle(texto, qual ? Integer.parseInt(linha.ler("qual").substring(1)) : 1);
        }
        Pedida pedida = pedida(linha);
        if (!linha.seFor("copia")) {
            return Mensagem.de(pedida, null);
        }
        String copia = linha.ler("o número da cópia; 0 é a própria");
        if (!copia.matches("\\d{1,4}")) {
            throw linha.erroNaUltima("esperava o número da cópia, e está '" + copia + "'");
        }
        return Mensagem.de(pedida, Integer.parseInt(copia));
    }

    /** Antes de qual; {@code null} = de nenhuma. */
    private Mensagem antes(Palavras linha) {
        return linha.uma("antes MENSAGEM, ou fim", List.of("antes", "fim")).equals("antes") ? mensagem(linha) : null;
    }

    /** Um comando de rede; ou, de um enlace, uma mensagem só. */
    private Passo rede(String verbo, Palavras linha) {
        List<String> palavras = new ArrayList<>(List.of(verbo));
        while (!linha.acabou()) {
            String palavra = !linha.espreitar().contains(">") ? linha.ler("onde")
                    : linha.espreitar().contains(Elenco.LIDER) ? enlaceDoLider(linha) : enlace(linha);
            boolean umSo = List.of("soltar", "perder").contains(verbo) && palavras.size() == 1 && palavra.contains(">");
            if (umSo && !linha.acabou() && !linha.espreitar().contains(">")) {
                Mensagem qual = mensagem(linha);
                return verbo.equals("soltar") ? new Passo.SoltarUma(palavra, qual) : new Passo.PerderUma(palavra, qual);
            }
            palavras.add(palavra);
        }
        return new Passo.Rede(palavras);
    }

    private Passo perguntar(Palavras linha) {
        linha.uma("saldo PROCESSO CONTA PERGUNTA", List.of("saldo"));
        return new Passo.Perguntar(linha.uma("um processo com um banco", comBanco()), linha.ler("uma conta"),
                linha.texto("a pergunta"));
    }

    private Passo conferir(Palavras linha) {
        List<String> oQue = Stream.concat(Stream.of("tudo", "saldo", "resposta"),
                Stream.of(Propriedade.values()).map(Propriedade::id)).toList();
        String qual = linha.uma("o que conferir", oQue);
        if (!julgou && !List.of("saldo", "resposta").contains(qual)) {
            throw linha.erroNaUltima("os vereditos só se conferem depois de julgar");
        }
        return switch (qual) {
            case "tudo" -> {
                List<String> menos = linha.seFor("menos") ? varios(linha, oQue) : List.of();
                yield new Passo.ConferirTudo(menos);
            }
            case "saldo" -> new Passo.ConferirSaldo(linha.uma("um processo com um banco", comBanco()),
                    linha.ler("uma conta"), valor(linha));
            case "resposta" -> new Passo.ConferirResposta(linha.uma("um cliente", que("cliente")),
                    linha.texto("o que a resposta tem"));
            default -> new Passo.ConferirVeredito(qual, veredito(linha));
        };
    }

    private static Valor veredito(Palavras linha) {
        List<String> valores = Stream.of(Valor.values()).map(Valor::toString).toList();
        return Valor.values()[valores.indexOf(linha.uma("um veredito", valores))];
    }
}
