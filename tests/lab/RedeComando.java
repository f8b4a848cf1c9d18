//SOURCES Rede.java ../../shared/Arquivos.java ../../shared/Registro.java
package tests.lab;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;
import shared.Arquivos;
import shared.Endereco;
import shared.ErroDeUso;
import shared.Falha;
import shared.Papel;
import shared.Registro;
import tests.lab.Rede.Tipo;

/** A rede como um processo à parte, entre papéis que não sabem dela, nesta máquina ou em várias. */
final class RedeComando {

    /** Um enlace; o seguinte começa em outro {@code --tipo}. */
    static final class Ligacao {

        @Option(names = "--tipo", order = 1, paramLabel = "TIPO",
                description = "difusao (PUB/SUB), pedidos (REQ/REP), fila (PUSH/PULL) ou bytes (TCP, para o RPC)")
        private Tipo tipo;

        @Option(names = "--escutar", order = 2, paramLabel = "PORTA", converter = Papel.Porta.class,
                description = "a porta a que o papel se conecta em vez de ir direto ao outro")
        private Integer escutar;

        @Option(names = "--para", order = 3, paramLabel = "HOST:PORTA",
                description = "o endereço verdadeiro: o de quem publica, em difusao; o de quem recebe, nos outros tipos")
        private Endereco para;

        @Option(names = "--nomes", order = 4, paramLabel = "DE,PARA",
                description = "quem envia e quem recebe, no rastro e nos comandos (padrão: origem-PORTA,destino-PORTA)")
        private String nomes;

        @Option(names = "--perda", order = 5, paramLabel = "N%", converter = Parte.class,
                description = "que parte das mensagens se perde")
        private Double perda;

        @Option(names = "--atraso", order = 6, paramLabel = "MS[..MS]",
                description = "quanto cada uma demora, em ms: 30, ou de 10 a 50 ao acaso com 10..50")
        private String atraso;

        @Option(names = "--duplicar", order = 7, paramLabel = "N%", converter = Parte.class,
                description = "que parte chega duas vezes")
        private Double duplicar;

        @Option(names = "--reordenar", order = 8, paramLabel = "N%", converter = Parte.class,
                description = "que parte se deixa ultrapassar pela seguinte")
        private Double reordenar;

        @Option(names = "--estragar", order = 9, paramLabel = "N%", converter = Parte.class,
                description = "de que parte das operações difundidas ou postas na fila chega só um começo, que quem recebe recusa")
        private Double estragar;

        @Option(names = "--somente-operacoes", order = 10,
                description = "os pulsos e os pedidos do que falta passam intactos")
        private boolean somenteOperacoes;

        private void conferir() {
            if (tipo == null || escutar == null || para == null) {
                throw new ErroDeUso("falta " + (tipo == null ? "--tipo" : escutar == null ? "--escutar" : "--para")
                        + " num enlace; cada um leva --tipo TIPO --escutar PORTA --para HOST:PORTA");
            }
        }

        private List<String> pontas() {
            String texto = nomes == null ? "origem-" + escutar + ",destino-" + escutar : nomes;
            if (!texto.matches("[\\w.-]{1,32},[\\w.-]{1,32}") || texto.split(",")[0].equals(texto.split(",")[1])) {
                throw new ErroDeUso("--nomes '" + texto + "': dois nomes diferentes, como em sequenciador,replica-1");
            }
            return List.of(texto.split(","));
        }

        private void regular(Regras regras) {
            regras.perda(perda == null ? 0 : perda).duplicacao(duplicar == null ? 0 : duplicar)
                    .reordenacao(reordenar == null ? 0 : reordenar).estrago(estragar == null ? 0 : estragar).somenteOperacoes(somenteOperacoes);
            atrasar(regras, atraso == null ? "0" : atraso);
        }
    }

    /** Lê {@code 5%}, {@code 5} ou {@code 0,5%}: uma parte de 0 a 1. */
    static final class Parte implements ITypeConverter<Double> {
        @Override
        public Double convert(String texto) {
            try {
                return parte(texto);
            } catch (ErroDeUso e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    private static final int TECLADO_MS = 500; // de quanto em quanto se vê se o teclado já é nosso
    private static final Pattern PORCENTO = Pattern.compile("(\\d{1,3}(?:[.,]\\d{1,3})?)%?");
    private static final Pattern ATRASO = Pattern.compile("(\\d{1,6})(?:\\.\\.(\\d{1,6}))?");
    private static final String COMANDOS = """
            cortar [SENTIDO]        tudo o que vai nesse sentido se perde
            ligar [SENTIDO]         volta a passar
            emudecer [SENTIDO]      as conexões de agora ficam abertas e mudas, nos dois sentidos; as novas passam
            segurar [SENTIDO]       as mensagens esperam
            soltar N [SENTIDO]      solta a de número N em estado
            soltar tudo [SENTIDO]   deixa de segurar
            perda N% [SENTIDO]      muda a perda
            atraso A..B [SENTIDO]   muda o atraso
            estado                  o que passou e o que está seguro
            sair
            SENTIDO é como estado o escreve: origem>destino; sem ele, vale para todos.""";

    @ArgGroup(exclusive = false, multiplicity = "0..*")
    private List<Ligacao> ligacoes = new ArrayList<>();

    @Option(names = "--bind", paramLabel = "ENDERECO", defaultValue = "${env:BANCO_BIND:-127.0.0.1}", order = 20,
            description = "onde escutar; 0.0.0.0 = em todos (padrão: ${DEFAULT-VALUE})")
    private String bind;

    @Option(names = "--semente", paramLabel = "N", defaultValue = "1", order = 21,
            description = "a mesma semente dá a mesma sorte (padrão: ${DEFAULT-VALUE})")
    private long semente;

    @Option(names = "--rastro", paramLabel = "ARQUIVO", order = 22,
            description = "onde escrever o que aconteceu a cada mensagem, em JSON Lines")
    private Path arquivo;

    private Registro registro;
    private volatile boolean sair;

    /** Roda até que se peça o fim. */
    int rodar(Registro registro, Consumer<String> pronto, BooleanSupplier ativo) {
        this.registro = registro;
        if (ligacoes.isEmpty()) {
            throw new ErroDeUso("diga pelo menos um enlace: --tipo TIPO --escutar PORTA --para HOST:PORTA");
        }
        ligacoes.forEach(Ligacao::conferir);
        List<String> pontas = ligacoes.stream().flatMap(ligacao -> ligacao.pontas().stream()).toList();
        if (arquivo != null) {
            Arquivos.conferirSaida("--rastro", arquivo);
        }
        try (Rastro rastro = abrir(); Rede rede = new Rede(rastro.soDizer(this::dizer), semente)) {
            for (int i = 0; i < ligacoes.size(); i++) {
                Ligacao ligacao = ligacoes.get(i);
                String de = pontas.get(2 * i);
                String para = pontas.get(2 * i + 1);
                rede.enlace(ligacao.tipo, de, para, new Endereco(bind, ligacao.escutar), ligacao.para);
                List<String> sentidos = rede.nomes().contains(para + ">" + de) ? List.of(de + ">" + para, para + ">" + de)
                        : List.of(de + ">" + para);
                sentidos.forEach(sentido -> rede.mudar(sentido.split(">")[0], sentido.split(">")[1], ligacao::regular));
            }
            Thread teclado = new Thread(() -> obedecer(rede), "teclado");
            teclado.setDaemon(true);
            teclado.start();
            pronto.accept("repassa " + String.join(", ", rede.nomes()));
            while (ativo.getAsBoolean() && !sair) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
            rede.estado().forEach(linha -> registro.linha("fim", "sentido", linha));
            return 0;
        } catch (IOException | UncheckedIOException e) {
            throw new Falha("não consegui escrever em " + arquivo + " (" + e.getMessage() + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private Rastro abrir() throws IOException {
        return arquivo == null ? new Rastro() : new Rastro(arquivo);
    }

    /** Uma linha no registro por evento; as que correm bem, só se não for silencioso. */
    private void dizer(ObjectNode evento) {
        if (evento.path("tipo").asText().equals("falta")) {
            String regras = evento.path("texto").asText();
            registro.linha("falta", Stream.of("evento", evento.get("evento").asText(), "alvo", evento.get("alvo").asText(), "regras", regras)
                    .limit(regras.isEmpty() ? 4 : 6).toArray());
        } else if (!registro.silencioso() && !evento.path("controle").asBoolean()) {
            registro.linha(evento.path("evento").asText(), "enlace", evento.path("enlace").asText(), "n", evento.path("n").asText(),
                    "id_msg", evento.path("id_msg").asText(), "seq", evento.path("seq").asText(), "resumo", evento.path("resumo").asText());
        }
    }

    // ───── O que a pessoa digita ─────

    /**
     * Lê o teclado enquanto ele for nosso. Em segundo plano ({@code lab rede … &}) é do shell, e o sistema pararia quem o lesse,
     * com SIGTTIN; ignorado este, a leitura falha, e tenta-se mais tarde: depois de {@code fg} já é nosso.
     */
    private void obedecer(Rede rede) {
        ignorarTtin();
        BufferedReader entrada = new BufferedReader(new InputStreamReader(Arquivos.entradaOuNada(), StandardCharsets.UTF_8));
        while (!sair) {
            try {
                String linha = entrada.readLine();
                if (linha == null) {
                    return; // sem teclado, segue-se só com o que se disse ao começar
                }
                if (!linha.isBlank()) {
                    comando(rede, List.of(linha.strip().split("\\s+")));
                }
            } catch (ErroDeUso e) {
                System.out.println(e.getMessage());
            } catch (IOException e) {
                LockSupport.parkNanos(TECLADO_MS * 1_000_000L);
            }
        }
    }

    /** {@code Signal.handle(new Signal("TTIN"), SIG_IGN)}; por reflexão: o javac queixa-se sempre de quem usa o sun.misc. */
    private static void ignorarTtin() {
        try {
            Class<?> sinal = Class.forName("sun.misc.Signal");
            Class<?> resposta = Class.forName("sun.misc.SignalHandler");
            sinal.getMethod("handle", sinal, resposta).invoke(null, sinal.getConstructor(String.class).newInstance("TTIN"),
                    resposta.getField("SIG_IGN").get(null));
        } catch (ReflectiveOperationException e) {
            // uma máquina virtual sem ele, ou um sistema sem este sinal: como antes
        }
    }

    private void comando(Rede rede, List<String> palavras) {
        String verbo = palavras.get(0);
        boolean comValor = List.of("soltar", "perda", "atraso").contains(verbo);
        List<String> sentidos = palavras.subList(Math.min(palavras.size(), comValor ? 2 : 1), palavras.size());
        if (comValor && palavras.size() < 2) {
            throw new ErroDeUso(COMANDOS);
        }
        String valor = comValor ? palavras.get(1) : "";
        switch (verbo) {
            case "cortar" -> aCada(rede, sentidos, rede::cortar);
            case "ligar" -> aCada(rede, sentidos, rede::ligar);
            case "emudecer" -> aCada(rede, sentidos, rede::emudecer);
            case "segurar" -> aCada(rede, sentidos, rede::segurar);
            case "soltar" -> aCada(rede, sentidos, (de, para) -> soltar(rede, de, para, valor, !sentidos.isEmpty()));
            case "perda" -> {
                double parte = parte(valor);
                aCada(rede, sentidos, (de, para) -> rede.mudar(de, para, regras -> regras.perda(parte)));
            }
            case "atraso" -> aCada(rede, sentidos, (de, para) -> rede.mudar(de, para, regras -> atrasar(regras, valor)));
            case "estado" -> rede.estado().forEach(System.out::println);
            case "sair" -> sair = true;
            default -> throw new ErroDeUso(COMANDOS);
        }
    }

    /** Algo que se faz a um sentido. */
    private interface Acao {
        void em(String de, String para);
    }

    private static void aCada(Rede rede, List<String> pedidos, Acao acao) {
        for (String sentido : pedidos.isEmpty() ? rede.nomes() : pedidos) {
            if (!rede.nomes().contains(sentido)) {
                throw new ErroDeUso("não há o sentido " + sentido + "; há " + String.join(", ", rede.nomes()));
            }
            acao.em(sentido.split(">")[0], sentido.split(">")[1]);
        }
    }

    private static void soltar(Rede rede, String de, String para, String qual, boolean pedido) {
        if (qual.equals("tudo")) {
            rede.soltarTudo(de, para);
            return;
        }
        if (!qual.matches("\\d{1,6}")) {
            throw new ErroDeUso("'" + qual + "': solta-se uma pelo número que tem em estado, ou tudo");
        }
        if (pedido || !rede.seguras(de, para).isEmpty()) {
            rede.soltar(de, para, Integer.parseInt(qual) - 1);
        }
    }

    private static double parte(String texto) {
        Matcher m = PORCENTO.matcher(texto.strip());
        double valor = m.matches() ? Double.parseDouble(m.group(1).replace(',', '.')) : -1;
        if (valor < 0 || valor > 100) {
            throw new ErroDeUso("'" + texto + "': de 0% a 100%");
        }
        return valor / 100;
    }

    private static void atrasar(Regras regras, String texto) {
        Matcher m = ATRASO.matcher(texto.strip());
        if (!m.matches() || m.group(2) != null && Integer.parseInt(m.group(2)) < Integer.parseInt(m.group(1))) {
            throw new ErroDeUso("atraso '" + texto + "': em milissegundos, como 30, ou 10..50");
        }
        regras.atraso(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2) == null ? m.group(1) : m.group(2)));
    }
}
