package tests.lab.sala;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import shared.texto.ErroDeUso;
import shared.texto.Falha;
import shared.texto.Json;
import shared.texto.MensagemInvalida;

/**
 * A porta da sala: a página, o que acontece, e o que se manda fazer. Quem vê não precisa de nada; quem age traz a senha que
 * se mostrou a quem começou a sala. Pedidos de outras páginas, com outro nome de máquina, ou grandes, recusam-se.
 */
final class Portaria implements AutoCloseable {

    private static final int CORPO_MAXIMO = 64 * 1024;
    private static final int PORTAS_A_TENTAR = 20;
    private static final int LINHAS_MAXIMAS = Transmissao.LEITORES_MAXIMOS + 50;
    private static final Pattern RECURSO = Pattern.compile("(?:src|href)=\"/?([\\w-]+\\.(?:js|css|svg))\"");
    private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-fA-F:.]+]");
    private static final Map<String, String> TIPOS = Map.of("html", "text/html; charset=utf-8", "js",
            "text/javascript; charset=utf-8", "css", "text/css; charset=utf-8", "svg", "image/svg+xml");
    private static final Map<String, String> SEMPRE = Map.of(
            "Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cache-Control", "no-store");

    /** O que se responde, e com que código. */
    private record Resposta(int codigo, String tipo, byte[] corpo) {

        static Resposta json(int codigo, JsonNode json) {
            return new Resposta(codigo, "application/json", json.toString().getBytes(StandardCharsets.UTF_8));
        }

        static Resposta erro(int codigo, String porque) {
            return json(codigo, Json.MAPPER.createObjectNode().put("erro", porque));
        }
    }

    private final Sala sala;
    private final Transmissao transmissao;
    private final HttpServer servidor;
    private final String senha;
    private final ExecutorService linhas;

    /** Escuta nesta porta, ou na primeira livre a seguir. @throws Falha se nenhuma está */
    Portaria(Sala sala, Transmissao transmissao, String bind, int porta) {
        this.sala = sala;
        this.transmissao = transmissao;
        this.senha = acaso(16);
        // um pedido que não acaba de chegar não prende ninguém para sempre
        System.setProperty("sun.net.httpserver.maxReqTime", "20");
        System.setProperty("sun.net.httpserver.maxReqHeaders", "60");
        this.servidor = escutar(bind, porta);
        this.linhas = new ThreadPoolExecutor(2, LINHAS_MAXIMAS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), tarefa -> {
            Thread linha = new Thread(tarefa, "portaria");
            linha.setDaemon(true);
            return linha;
        });
        servidor.setExecutor(linhas);
        servidor.createContext("/", this::atender);
        servidor.start();
    }

    private static String acaso(int bytes) {
        byte[] acaso = new byte[bytes];
        new SecureRandom().nextBytes(acaso);
        return HexFormat.of().formatHex(acaso);
    }

    private static HttpServer escutar(String bind, int porta) {
        for (int esta = porta; esta < Math.min(porta + PORTAS_A_TENTAR, 65_536); esta++) {
            try {
                InetAddress onde = InetAddress.getByName(bind);
                if (!onde.isAnyLocalAddress() && !onde.isLoopbackAddress()
                        && NetworkInterface.getByInetAddress(onde) == null) {
                    throw naoEscuta(bind);
                }
                return HttpServer.create(new InetSocketAddress(onde, esta), 50);
            } catch (BindException e) {
                // ocupada: a seguinte
            } catch (IOException e) {
                throw naoEscuta(bind);
            }
        }
        throw new Falha("as portas de " + porta + " em diante estão ocupadas: diga outra com --porta");
    }

    private static Falha naoEscuta(String bind) {
        return new Falha("não consigo escutar em '" + bind + "': --bind diz um endereço desta máquina, ou 0.0.0.0");
    }

    /** Onde se vê a sala, sem o que deixa agir. */
    String endereco() {
        String nome = servidor.getAddress().getAddress().isAnyLocalAddress() ? deFora() : servidor.getAddress().getAddress()
                .getHostAddress();
        return "http://" + (nome.contains(":") && !nome.startsWith("[") ? "[" + nome + "]" : nome) + ":"
                + servidor.getAddress().getPort() + "/";
    }

    /** O primeiro endereço por que outra máquina aqui chega. */
    private static String deFora() {
        try {
            return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                    .flatMap(placa -> Collections.list(placa.getInetAddresses()).stream())
                    .filter(um -> um instanceof Inet4Address && !um.isLoopbackAddress())
                    .map(InetAddress::getHostAddress).sorted().findFirst().orElse("127.0.0.1");
        } catch (SocketException e) {
            return "127.0.0.1";
        }
    }

    /** O que se junta ao endereço para poder agir; o navegador não o manda a ninguém, nem fica em registro nenhum. */
    String paraAgir() {
        return "#agir=" + senha;
    }

    // ───── Um pedido ─────

    private void atender(HttpExchange troca) throws IOException {
        try (troca) {
            Resposta resposta;
            try {
                SEMPRE.forEach(troca.getResponseHeaders()::set);
                resposta = conferir(troca);
                if (resposta == null && troca.getRequestURI().getPath().equals("/eventos")
                        && troca.getRequestMethod().equals("GET")) {
                    transmitir(troca);
                    return;
                }
                resposta = resposta == null ? responder(troca) : resposta;
            } catch (ErroDeUso | MensagemInvalida e) {
                resposta = Resposta.erro(400, e.getMessage());
            } catch (Falha | AssertionError e) {
                resposta = Resposta.erro(409, String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            } catch (RuntimeException e) {
                resposta = Resposta.erro(500, "a sala não soube o que fazer com isto: " + e);
            }
            escrever(troca, resposta);
        }
    }

    private static void escrever(HttpExchange troca, Resposta resposta) throws IOException {
        troca.getResponseHeaders().set("Content-Type", resposta.tipo());
        boolean soCabecalho = troca.getRequestMethod().equals("HEAD");
        troca.sendResponseHeaders(resposta.codigo(), soCabecalho || resposta.corpo().length == 0 ? -1
                : resposta.corpo().length);
        if (!soCabecalho && resposta.corpo().length > 0) {
            troca.getResponseBody().write(resposta.corpo());
        }
    }

    /** @return por que não se atende; {@code null} se se atende */
    private Resposta conferir(HttpExchange troca) {
        Headers cabecalhos = troca.getRequestHeaders();
        String host = String.valueOf(cabecalhos.getFirst("Host"));
        if (!eAqui(host, troca.getLocalAddress())) {
            return Resposta.erro(421, "esta sala não se chama assim: abra " + endereco());
        }
        String origem = cabecalhos.getFirst("Origin");
        String deOnde = cabecalhos.getFirst("Sec-Fetch-Site");
        boolean navega = troca.getRequestMethod().equals("GET") && "navigate".equals(cabecalhos.getFirst("Sec-Fetch-Mode"));
        if (origem != null && !origem.equals("http://" + host)
                || deOnde != null && !Set.of("same-origin", "none").contains(deOnde) && !navega) {
            return Resposta.erro(403, "a sala só atende a sua própria página");
        }
        return null;
    }

    /**
     * Se este nome é o endereço a que se chegou: um outro, que alguém pôs a apontar para esta máquina, não serve. Um que não
     * seja um endereço escrito por extenso não se procura.
     */
    private static boolean eAqui(String host, InetSocketAddress aqui) {
        String nome = host.replaceFirst(":\\d+$", "");
        InetAddress onde = aqui.getAddress();
        try {
            return host.endsWith(":" + aqui.getPort()) && (nome.equals(onde.getHostAddress())
                    || nome.equals("localhost") && onde.isLoopbackAddress()
                    || IPV6.matcher(nome).matches() && InetAddress.getByName(nome).equals(onde));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private Resposta responder(HttpExchange troca) throws IOException {
        String caminho = troca.getRequestURI().getPath();
        boolean ve = Set.of("GET", "HEAD").contains(troca.getRequestMethod());
        switch (caminho) {
            case "/agir":
                return ve ? naoSePode("POST", troca) : agir(troca);
            case "/responder":
                return ve ? naoSePode("POST", troca) : resposta(troca);
            default:
                return !ve ? naoSePode("GET", troca) : switch (caminho) {
                    case "/" -> recurso("sala.html");
                    case "/cenas" -> Resposta.json(200, sala.cenas());
                    case "/cena.cena" -> cena(troca);
                    default -> recursos().contains(caminho.substring(1)) ? recurso(caminho.substring(1))
                            : Resposta.erro(404, "aqui não há " + Json.limpar(caminho));
                };
        }
    }

    private static Resposta naoSePode(String metodo, HttpExchange troca) {
        troca.getResponseHeaders().set("Allow", metodo);
        return Resposta.erro(405, "aqui só se faz " + metodo);
    }

    private Resposta cena(HttpExchange troca) {
        troca.getResponseHeaders().set("Content-Disposition", "attachment; filename=\"minha.cena\"");
        return new Resposta(200, "text/plain; charset=utf-8", sala.gravada().getBytes(StandardCharsets.UTF_8));
    }

    private boolean age(HttpExchange troca) {
        String dita = troca.getRequestHeaders().getFirst("X-Sala");
        return dita != null && MessageDigest.isEqual(dita.getBytes(StandardCharsets.UTF_8),
                senha.getBytes(StandardCharsets.UTF_8));
    }

    private Resposta agir(HttpExchange troca) throws IOException {
        if (!age(troca)) {
            return Resposta.erro(403, "só age quem abriu o endereço com #agir=… que a sala mostrou ao começar");
        }
        ObjectNode pedido = corpo(troca);
        sala.agir(pedido);
        return Resposta.json(200, Json.MAPPER.createObjectNode().put("ok", true));
    }

    private Resposta resposta(HttpExchange troca) throws IOException {
        ObjectNode pedido = corpo(troca);
        sala.responder(Json.texto(pedido, "ligacao"), Json.texto(pedido, "resposta"));
        return Resposta.json(200, Json.MAPPER.createObjectNode().put("ok", true));
    }

    private static ObjectNode corpo(HttpExchange troca) throws IOException {
        byte[] corpo = troca.getRequestBody().readNBytes(CORPO_MAXIMO + 1);
        if (corpo.length > CORPO_MAXIMO) {
            throw new ErroDeUso("o pedido é grande demais: o máximo são 64 KiB");
        }
        return Json.ler(corpo);
    }

    // ───── O que acontece ─────

    private void transmitir(HttpExchange troca) throws IOException {
        if (transmissao.quantosVeem() >= Transmissao.LEITORES_MAXIMOS) {
            escrever(troca, Resposta.erro(503, "a sala está cheia: já a veem " + Transmissao.LEITORES_MAXIMOS));
            return;
        }
        troca.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
        troca.sendResponseHeaders(200, 0);
        transmissao.contar(acaso(8), troca.getRequestHeaders().getFirst("Last-Event-ID"), troca.getResponseBody());
    }

    // ───── A página ─────

    /** O que a página nomeia, e só isso. */
    private static List<String> recursos() {
        List<String> nomes = new ArrayList<>();
        Matcher m = RECURSO.matcher(new String(ler("sala.html"), StandardCharsets.UTF_8));
        while (m.find()) {
            nomes.add(m.group(1));
        }
        return nomes;
    }

    private static Resposta recurso(String nome) {
        return new Resposta(200, TIPOS.get(nome.substring(nome.lastIndexOf('.') + 1)), ler(nome));
    }

    private static byte[] ler(String nome) {
        try (InputStream aberto = Portaria.class.getResourceAsStream("/" + nome)) {
            if (aberto == null) {
                throw new Falha("a sala não tem " + nome);
            }
            return aberto.readAllBytes();
        } catch (IOException e) {
            throw new Falha("não consegui ler " + nome);
        }
    }

    @Override
    public void close() {
        transmissao.fechar();
        servidor.stop(0);
        linhas.shutdownNow();
    }
}
