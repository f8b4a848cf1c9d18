package tests.lab.sala;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import shared.texto.ErroDeUso;
import shared.texto.Falha;
import shared.texto.Json;
import tests.lab.cenas.Cena.AtoEscrito;
import tests.lab.cenas.Cena.Linha;
import tests.lab.cenas.EmCena;
import tests.lab.cenas.Passo;
import tests.lab.palco.Alheios;
import tests.lab.palco.Elenco;
import tests.lab.palco.Limites;
import tests.lab.palco.Palco;
import tests.lab.sala.Gravador.Feito;
import tests.lab.vereditos.Rastro;
import tests.lab.vereditos.Vereditos;
import tests.lab.vereditos.Vereditos.Veredito;

/**
 * Uma execução de pé. Tudo o que nela se faz é uma linha da língua das cenas, venha de onde vier: de uma cena escrita, ou da
 * mão de alguém, e então gravam-se antes dela as esperas pelo que já se tinha visto.
 */
final class AoVivo implements AutoCloseable {

    private final int numero;
    private final AtoEscrito escrito;
    private final Consumer<Passo> aoFazer;
    private final Alheios alheios;
    private final Visto visto;
    private final Gravador gravador;
    private final Limites limites;
    private final EmCena cena;
    private final Observador observador;
    private final Object vez = new Object(); // quem age, age um de cada vez
    private volatile boolean pausada;
    private List<Veredito> vereditos;        // os últimos, e de que se tiraram
    private List<ObjectNode> comEstados;
    private int julgados;

    /**
     * Põe tudo de pé; demora segundos.
     *
     * @param alheios os processos de outro que há nela
     * @param evento o que se faz de cada evento do rastro
     * @param feito  e de cada passo que se fez
     * @param mudou  chama-se quando o que se vê mudou
     */
    AoVivo(int numero, AtoEscrito escrito, int lentidao, Alheios alheios, Consumer<ObjectNode> evento,
            Consumer<Passo> feito, Runnable mudou) {
        this.numero = numero;
        this.escrito = escrito;
        this.aoFazer = feito;
        this.alheios = alheios;
        this.visto = new Visto(alheios::tem);
        this.gravador = new Gravador(escrito, alheios);
        this.limites = new Limites(lentidao);
        Rastro rastro = new Rastro().lembrar(e -> !e.path("controle").asBoolean()); // uma aula inteira de pulsos, não
        Observador[] acordar = new Observador[1];
        rastro.dizer(e -> {
            visto.ver(e);
            gravador.ver(e);
            limites.ouvir(e);
            evento.accept(e);
            if (acordar[0] != null && !e.path("tipo").asText().equals("mensagem")) {
                acordar[0].acordar();
            }
            mudou.run();
        });
        this.cena = EmCena.abrir(escrito, rastro, lentidao, alheios);
        gravador.esperas(cena, visto, true); // o que se viu ao montar não é de ninguém
        List<String> nomes = List.copyOf(escrito.elenco().keySet());
        this.observador = new Observador(escrito.parte(), nomes, cena.palco(), alheios, visto, mudou);
        acordar[0] = observador;
    }

    int numero() {
        return numero;
    }

    AtoEscrito escrito() {
        return escrito;
    }

    Visto visto() {
        return visto;
    }

    Gravador gravador() {
        return gravador;
    }

    Alheios alheios() {
        return alheios;
    }

    /** Os prazos que agora correm; os dos processos de outro não se conhecem. */
    ArrayNode limites() {
        ArrayNode todos = limites.agora(cena.palco().rastro().agora());
        todos.removeIf(limite -> alheios.tem(limite.path("processo").asText()));
        return todos;
    }

    EmCena cena() {
        return cena;
    }

    Observador observador() {
        return observador;
    }

    /** Os vereditos sobre o que se viu até agora; quem agora não responde não conta. */
    synchronized List<Veredito> vereditos() {
        List<ObjectNode> estados = List.copyOf(estados().values());
        List<ObjectNode> ate = visto.paraJulgar();
        if (julgados != ate.size() || !estados.equals(comEstados)) {
            julgados = ate.size();
            comEstados = estados;
            ate.addAll(estados);
            vereditos = Vereditos.de(ate);
        }
        return vereditos;
    }

    boolean pausada() {
        return pausada;
    }

    void pausar(boolean sim) {
        cena.rede().pausar(sim);
        pausada = sim;
    }

    /** Os clientes começam já, para que o primeiro pedido não espere por eles. */
    void chamarClientes() {
        List<String> clientes = clientes();
        clientes.forEach(cena::cliente);
    }

    List<String> clientes() {
        return escrito.elenco().keySet().stream().filter(nome -> Elenco.papel(nome).equals("cliente")).toList();
    }

    // ───── O que se faz ─────

    /** Alguém faz isto. @throws ErroDeUso se não se entende; Falha se não se conseguiu */
    void fazer(String texto) {
        fazer(texto, false);
    }

    /** O mesmo, de uma vez só. */
    void fazer(List<String> textos) {
        for (int i = 0; i < textos.size(); i++) {
            fazer(textos.get(i), i > 0);
        }
    }

    private void fazer(String texto, boolean segue) {
        Linha linha;
        Feito feito;
        synchronized (vez) {
            linha = cena.ler(texto);
            List<String> esperas = gravador.esperas(cena, visto, true);
            esperas.addAll(deControle(linha.passo()));
            feito = new Feito(esperas, linha.texto(), false, segue);
            gravador.fez(feito);
        }
        try {
            executar(linha);
        } catch (Falha e) {
            gravador.desfez(feito);
            throw e;
        }
    }

    /** As mensagens de controle vêm quando vêm: espera-se por aquelas a que se vai fazer alguma coisa. */
    private static List<String> deControle(Passo passo) {
        return passo.nomeia().stream().filter(esta -> esta.qual().pedida() == null)
                .map(esta -> "esperar " + esta.enlace() + " segurar " + esta.qual()).toList();
    }

    /**
     * A seguinte de uma cena escrita, que já tem as esperas dela. Enquanto ela espera, alguém pode fazer outra coisa à mão;
     * um pedido que se fez e ainda não teve resposta grava-se antes disso, sem a espera.
     */
    void daCena(String texto) {
        Linha linha = cena.ler(texto);
        Feito feito = new Feito(List.of(), linha.texto(), true, false);
        if (linha.passo() instanceof Passo.Pedir) {
            Feito semEspera = new Feito(List.of(), linha.texto().replaceFirst(" faz ", " pede "), true, false);
            gravador.fez(semEspera);
            executar(linha);
            gravador.esperas(cena, visto, gravador.trocar(semEspera, feito));
        } else {
            executar(linha);
            gravador.esperas(cena, visto, true);
            gravador.fez(feito);
        }
    }

    /** Outra vez o que já se fez, pela mesma ordem. @throws Falha se não se conseguiu */
    void refazer(List<Feito> feitos) {
        for (Feito feito : feitos) {
            feito.linhas().map(cena::ler).forEach(this::executar);
            gravador.esperas(cena, visto, true);
            gravador.fez(feito);
        }
    }

    private void executar(Linha linha) {
        String porque = cena.fazer(linha);
        if (porque != null) {
            throw new Falha(porque);
        }
        aoFazer.accept(linha.passo());
    }

    // ───── O que ficou ─────

    /** Espera, não muito, que nada mais aconteça, e que todos tenham dito como ficaram. */
    void assentar() {
        long limite = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        long antes;
        try {
            do {
                antes = observador.vez();
                TimeUnit.MILLISECONDS.sleep(300);
            } while (antes != observador.vez() && System.nanoTime() < limite);
            long esta = observador.vez();
            while (observador.ultimos().values().stream().anyMatch(disse -> disse.vez() < esta)
                    && System.nanoTime() < limite) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Quem tem um banco e agora responde, com o que disse. */
    Map<String, Observador.Disse> bancos() {
        Map<String, Observador.Disse> disseram = observador.ultimos();
        disseram.keySet().retainAll(comBanco());
        return disseram;
    }

    /** O que cada um deles diz do seu banco; havendo algum de outro, só o que todos sabem dizer. */
    Map<String, ObjectNode> estados() {
        Map<String, ObjectNode> estados = new LinkedHashMap<>();
        bancos().forEach((nome, disse) -> estados.put(nome, alheios.entrega() == null ? disse.estado()
                : Palco.pelosSaldos(Json.MAPPER.createObjectNode().put("tipo", "estado").put("processo", nome),
                (ObjectNode) disse.estado().path("saldos"))));
        return estados;
    }

    /** Quem tem um banco, e diz como está. */
    private List<String> comBanco() {
        return Elenco.comBanco(escrito.parte(), escrito.elenco().keySet()).stream()
                .filter(nome -> !alheios.tem(nome) || alheios.entrega().papel(nome).saldo().diz()).toList();
    }

    @Override
    public void close() {
        observador.close();
        cena.close();
    }
}
