//SOURCES ComandosDaRede.java Rede.java Teclado.java
package tests.lab.rede;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;
import shared.defesa.Defesa;
import shared.disco.Arquivos;
import shared.papel.Papel;
import shared.texto.Endereco;
import shared.texto.ErroDeUso;
import shared.texto.Falha;
import shared.texto.Registro;
import tests.lab.rede.Rede.Tipo;
import tests.lab.vereditos.Rastro;

/** A rede como um processo à parte, entre papéis que não sabem dela, nesta máquina ou em várias. */
public final class RedeComando {

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
                description = "de que parte das operações difundidas ou postas na fila chega só um começo, que quem"
                        + " recebe recusa")
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
                    .reordenacao(reordenar == null ? 0 : reordenar).estrago(estragar == null ? 0 : estragar)
                    .somenteOperacoes(somenteOperacoes);
            ComandosDaRede.atrasar(regras, atraso == null ? "0" : atraso);
        }
    }

    /** Lê {@code 5%}, {@code 5} ou {@code 0,5%}: uma parte de 0 a 1. */
    static final class Parte implements ITypeConverter<Double> {
        @Override
        public Double convert(String texto) {
            try {
                return ComandosDaRede.parte(texto);
            } catch (ErroDeUso e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    private static final List<String> COMANDOS = Stream.concat(ComandosDaRede.VERBOS.stream(),
            Stream.of("estado", "ajuda", "sair")).toList();

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
    public int rodar(Defesa defesa, Registro registro, Consumer<String> pronto, BooleanSupplier ativo) {
        this.registro = registro;
        if (ligacoes.isEmpty()) {
            throw new ErroDeUso("diga pelo menos um enlace: --tipo TIPO --escutar PORTA --para HOST:PORTA");
        }
        ligacoes.forEach(Ligacao::conferir);
        List<String> pontas = ligacoes.stream().flatMap(ligacao -> ligacao.pontas().stream()).toList();
        if (arquivo != null) {
            Arquivos.conferirSaida("--rastro", arquivo);
        }
        try (Rastro rastro = abrir(); Rede rede = new Rede(defesa, rastro.soDizer(this::dizer), semente)) {
            for (int i = 0; i < ligacoes.size(); i++) {
                Ligacao ligacao = ligacoes.get(i);
                String de = pontas.get(2 * i);
                String para = pontas.get(2 * i + 1);
                rede.enlace(ligacao.tipo, de, para, new Endereco(bind, ligacao.escutar), ligacao.para);
                List<String> sentidos = rede.nomes().contains(para + ">" + de) ? List.of(de + ">" + para, para + ">" + de)
                        : List.of(de + ">" + para);
                sentidos.forEach(sentido -> rede.mudar(sentido.split(">")[0], sentido.split(">")[1], ligacao::regular));
            }
            // sem teclado, segue-se com o que se disse ao começar
            Teclado.ler(palavras -> comando(rede, palavras), () -> { });
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
            registro.linha("falta", Stream.of("evento", evento.get("evento").asText(), "alvo", evento.get("alvo").asText(),
                    "regras", regras)
                    .limit(regras.isEmpty() ? 4 : 6).toArray());
        } else if (!registro.silencioso() && !evento.path("controle").asBoolean()) {
            registro.linha(evento.path("evento").asText(), "enlace", evento.path("enlace").asText(), "n",
                    evento.path("n").asText(),
                    "id_msg", evento.path("id_msg").asText(), "seq", evento.path("seq").asText(), "resumo",
                    evento.path("resumo").asText());
        }
    }

    private void comando(Rede rede, List<String> palavras) {
        switch (palavras.get(0)) {
            case "estado" -> rede.estado().forEach(System.out::println);
            case "ajuda" -> System.out.println(ComandosDaRede.AJUDA + "\nestado, ajuda, sair");
            case "sair" -> sair = true;
            default -> {
                if (!ComandosDaRede.VERBOS.contains(palavras.get(0))) {
                    throw ComandosDaRede.naoConheco(palavras.get(0), COMANDOS);
                }
                ComandosDaRede.fazer(rede, palavras);
            }
        }
    }
}
