package tests.sim;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import shared.Banco;
import shared.Envelope;
import shared.Operacao;
import shared.Resultado;
import shared.disco.Diario;
import shared.disco.EstadoDoBanco;
import shared.ordem.Aplicada;
import tests.sim.Falta.Tipo;
import tests.sim.Roteiro.Desvio;

/** Uma execução de uma parte: processos, clientes e faltas; depois tudo se conserta, aquieta-se, e confere-se. */
abstract class Cenario {

    private static final int FOLGA_MS = 100;      // na procura, o que ainda pode correr mal depois da última resposta
    private static final int DEMORA_MS = 3_500;   // …e quanto dura o que correu mal: o bastante para que deem por isso
    private static final int SOSSEGO_MS = 30_000; // depois de consertado, isto basta para aquietar

    final Mundo mundo;
    final Rede rede;
    final Defeito defeito;
    final Random sorte;
    final Map<String, Processo> processos = new LinkedHashMap<>();
    final List<Cliente> clientes = new ArrayList<>();

    private final Desvio[] desvios;
    private long curadoEm;

    /** @param alcance na procura, o que pode correr mal; {@code null} se manda a sorte */
    Cenario(Mundo mundo, Defeito defeito, Alcance alcance) {
        this.mundo = mundo;
        this.rede = new Rede(mundo, alcance == null ? new Desvio[0] : alcance.mensagens());
        this.desvios = alcance == null ? new Desvio[0] : alcance.acoes();
        this.defeito = defeito;
        this.sorte = mundo.sorte("plano");
    }

    /** Na procura, o que pode acontecer a um processo numa ação. */
    final Desvio[] desvios() {
        return desvios;
    }

    /** Depois de quantas entradas se faz um instantâneo. */
    final int entreInstantaneos() {
        return mundo.roteiro() == null ? 1 + sorte.nextInt(sorte.nextInt(4) == 0 ? 3 : 40)
                : mundo.roteiro().instantaneos ? 1 : 1_000;
    }

    /** Dois, ou, ao acaso, três. */
    final int dois() {
        return mundo.sortear(sorte, 2, 0) + 2;
    }

    /** Se quem perdeu algo o pede. */
    final boolean recupera() {
        return mundo.roteiro() == null || mundo.roteiro().recupera;
    }

    // ───── O que cada parte diz ─────

    /** O processo que este nome, ou papel, designa agora. */
    abstract Processo quem(String alvo);

    /** A quem se podem fazer faltas; os repetidos sofrem mais. */
    abstract List<String> alvos();

    /** O que, no fim, tem de se cumprir; {@code null} se já se cumpriu. */
    abstract String falta();

    /** Confere as garantias desta parte, já tudo quieto. */
    abstract void conferir();

    /** Faltas que só esta parte tem. */
    void planejar(List<Falta> plano, int espalhadas) {
    }

    /** Se o que se confirmou nunca se esquece: quem reusa o id_msg de uma confirmada tem de ser sempre recusado. */
    boolean lembraOConfirmado() {
        return true;
    }

    /** Alguém, à mão, manda promover um backup. */
    void promover(Falta falta) {
        throw new UnsupportedOperationException();
    }

    /** Já tudo quieto, e antes de conferir: algo mais que se tem de cumprir. */
    void provar() {
    }

    /** O que esta execução mostrou que esta parte, assim, não garante; {@code null} se nada. */
    String fraqueza() {
        return null;
    }

    /** O banco de cada um que tem um, por ordem. */
    abstract Map<String, Banco> bancos();

    // ───── O plano ─────

    private static final int COMECO_MS = 500;
    private static final int[] DURACOES = {50, 500, 1_500, 5_000};

    /** As faltas desta semente. Umas sementes fazem de tudo um pouco, outras insistem num canto (<i>swarm testing</i>). */
    final List<Falta> plano() {
        List<Falta> plano = new ArrayList<>();
        int perfil = sorte.nextInt(5);
        int espalhadas = 1_000 + sorte.nextInt(10_000);
        int quantas = 1 + sorte.nextInt(20);
        if (sorte.nextInt(4) == 0) {
            plano.add(new Falta(0, Tipo.DESORDENA, null, null, 0, 0, false));
        }
        if (perfil == 3 || sorte.nextInt(4) == 0) {
            int maximo = 1 + sorte.nextInt(1_000);
            plano.add(new Falta(0, Tipo.ATRASA, null, null, COMECO_MS + espalhadas, maximo, sorte.nextBoolean()));
        }
        for (int i = 0; i < quantas; i++) {
            plano.add(sortear(COMECO_MS + sorte.nextInt(espalhadas), DURACOES[sorte.nextInt(DURACOES.length)], perfil));
        }
        encherDiscos(plano, espalhadas);
        emudecerLigacoes(plano, espalhadas);
        matarNoComeco(plano);
        planejar(plano, espalhadas);
        plano.sort(Comparator.comparingInt(Falta::em));
        return plano;
    }

    /** Em uma de cada cinco sementes, também falta espaço em disco. */
    final boolean enchemDiscos() {
        return mundo.semente() % 5 == 0;
    }

    private void encherDiscos(List<Falta> plano, int espalhadas) {
        Random discos = mundo.sorte("discos");
        for (int i = enchemDiscos() ? 1 + discos.nextInt(3) : 0; i > 0; i--) {
            String alvo = alvos().get(discos.nextInt(alvos().size()));
            plano.add(new Falta(COMECO_MS + discos.nextInt(espalhadas), Tipo.ENCHE, alvo, null, discos.nextInt(5_000),
                    discos.nextInt(5), discos.nextInt(3) == 0));
        }
    }

    /** Em uma de cada quatro sementes, também emudecem ligações. */
    private void emudecerLigacoes(List<Falta> plano, int espalhadas) {
        Random mudas = mundo.sorte("mudas");
        List<String> nomes = new ArrayList<>(processos.keySet());
        for (int i = mundo.semente() % 4 == 1 ? 1 + mudas.nextInt(4) : 0; i > 0; i--) {
            int em = COMECO_MS + mudas.nextInt(espalhadas);
            String alvo = alvos().get(mudas.nextInt(alvos().size()));
            plano.add(new Falta(em, Tipo.EMUDECE, alvo, nomes.get(mudas.nextInt(nomes.size())), 0, 0, false));
        }
    }

    /** Em uma de cada sete sementes, alguém morre logo que tem algo para guardar. */
    private void matarNoComeco(List<Falta> plano) {
        Random comeco = mundo.sorte("comeco");
        for (int i = mundo.semente() % 7 == 2 ? 1 + comeco.nextInt(3) : 0; i > 0; i--) {
            String alvo = alvos().get(comeco.nextInt(alvos().size()));
            plano.add(new Falta(100 + comeco.nextInt(COMECO_MS), Tipo.MATA, alvo, null, comeco.nextInt(200),
                    1 + comeco.nextInt(8), false));
        }
    }

    private Falta sortear(int em, int ate, int perfil) {
        List<String> nomes = new ArrayList<>(processos.keySet());
        String ultimo = nomes.get(nomes.size() - 1);
        clientes.forEach(cliente -> nomes.add(cliente.nome));
        List<String> alvos = perfil == 1 ? alvos().subList(0, 3) : alvos();
        String alvo = alvos.get(sorte.nextInt(alvos.size()));
        String outro = perfil == 2 && sorte.nextBoolean() ? ultimo : nomes.get(sorte.nextInt(nomes.size()));
        boolean forte = sorte.nextBoolean();
        int dura = sorte.nextInt(ate);
        if (perfil == 3) {
            return reinicio(em, alvos.get(0), sorte.nextBoolean() ? ultimo : alvo, forte);
        }
        return switch (sorte.nextInt(perfil == 1 ? 5 : 13)) {
            case 0, 1, 2 -> new Falta(em, Tipo.MATA, alvo, null, dura, sorte.nextInt(8), forte);
            case 3, 4 -> new Falta(em, Tipo.PARA, alvo, null, dura, 0, false);
            case 5 -> new Falta(em, Tipo.CORTA, alvo, outro, dura, 0, forte);
            case 6 -> new Falta(em, Tipo.CORTA, outro, alvo, dura, 0, forte);
            case 7, 8 -> new Falta(em, Tipo.SEPARA, alvo, outro, dura, 0, forte);
            case 9 -> new Falta(em, Tipo.ISOLA, alvo, null, dura, 0, forte);
            case 10 -> new Falta(em, Tipo.PERDE, null, null, dura, 1 + sorte.nextInt(30), false);
            case 11 -> new Falta(em, Tipo.ATRASA, null, null, dura, 1 + sorte.nextInt(3_000), forte);
            default -> new Falta(em, Tipo.REPETE, null, null, dura, 1 + sorte.nextInt(30), false);
        };
    }

    /** Reinícios depressa demais para que deem por eles, e paradas e cortes que se notam, à volta de um mesmo processo. */
    private Falta reinicio(int em, String quem, String outro, boolean forte) {
        int dura = sorte.nextInt(DURACOES[1 + sorte.nextInt(DURACOES.length - 1)]);
        return switch (sorte.nextInt(8)) {
            case 0, 1, 2 -> new Falta(em, Tipo.MATA, quem, null, sorte.nextInt(100), sorte.nextInt(8), forte);
            case 3 -> new Falta(em, Tipo.PARA, quem, null, dura, 0, false);
            case 4 -> new Falta(em, Tipo.SEPARA, quem, outro, dura, 0, forte);
            case 5 -> new Falta(em, Tipo.CORTA, outro, quem, dura, 0, forte);
            case 6 -> new Falta(em, Tipo.CORTA, quem, outro, dura, 0, forte);
            default -> new Falta(em, Tipo.PARA, outro, null, dura, 0, false);
        };
    }

    private void fazer(Falta falta) {
        long dura = falta.dura() * Mundo.MS;
        mundo.dizer("----", falta);
        switch (falta.tipo()) {
            case MATA -> quem(falta.alvo()).matar(falta.extra(), falta.forte(), dura);
            case PARA -> quem(falta.alvo()).parar(dura);
            case CORTA -> cortar(nome(falta.alvo()), nome(falta.outro()), falta.forte(), dura);
            case SEPARA -> isolar(nome(falta.alvo()), nome(falta.outro()), falta.forte(), dura);
            case ISOLA -> {
                String alvo = nome(falta.alvo());
                processos.keySet().forEach(outro -> isolar(alvo, outro, falta.forte(), dura));
                clientes.forEach(outro -> isolar(alvo, outro.nome, falta.forte(), dura));
            }
            case PERDE -> {
                rede.perda = falta.extra() / 100.0;
                mundo.daquiA(dura, () -> rede.perda = 0);
            }
            case ATRASA -> {
                rede.atraso = falta.forte() ? 0.5 : 0.05;
                rede.atrasoMaximo = falta.extra() * Mundo.MS;
                mundo.daquiA(dura, () -> rede.atraso = 0);
            }
            case REPETE -> {
                rede.repeticao = falta.extra() / 100.0;
                mundo.daquiA(dura, () -> rede.repeticao = 0);
            }
            case DESORDENA -> rede.ordenada = false;
            case ENCHE -> {
                Processo alvo = quem(falta.alvo());
                alvo.disco.encher(falta.extra());
                if (!falta.forte()) {
                    mundo.daquiA(dura, alvo::terDisco);
                }
            }
            case EMUDECE -> rede.emudecer(nome(falta.alvo()), nome(falta.outro()));
            case PROMOVE -> promover(falta);
        }
    }

    private String nome(String alvo) {
        Processo processo = quem(alvo);
        return processo == null ? alvo : processo.nome;
    }

    private void isolar(String um, String outro, boolean perde, long dura) {
        if (!um.equals(outro)) {
            cortar(um, outro, perde, dura);
            cortar(outro, um, perde, dura);
        }
    }

    private void cortar(String de, String para, boolean perde, long dura) {
        rede.cortar(de, para, !perde);
        mundo.daquiA(dura, () -> {
            rede.consertar(de, para);
            consertada(de, para);
        });
    }

    /** Uma volta do laço cuida de uma ligação. */
    final void cuidar(Ligacao ligacao) {
        if (defeito != Defeito.SEM_RELIGAR) {
            ligacao.cuidar();
        }
    }

    /** O que um núcleo registra vai para o rastro. */
    final void registrada(Processo quem, String evento, Object... pares) {
        if (mundo.comRastro()) {
            mundo.dizer(quem.nome, evento, Arrays.toString(pares));
            if (evento.equals("assumir")) {
                mundo.contar(Passo.Tipo.ASSUME, quem.nome, null, null);
            }
        }
    }

    /** Um processo aplicou uma operação, e a conta dela ficou assim. */
    final void aplicou(Processo quem, Aplicada aplicada, String saldo) {
        mundo.dizer(quem.nome, "aplica", aplicada.seq(), aplicada.op().id_msg(), aplicada.resultado().situacao());
        mundo.contar(Passo.Tipo.APLICA, quem.nome, aplicada.op().id_msg(), aplicada.resultado().situacao() + " " + saldo);
    }

    /** Uma ligação voltou. */
    void consertada(String de, String para) {
    }

    // ───── A execução ─────

    /** @return o que não se cumpriu; {@code null} se tudo se cumpriu */
    String rodar(List<Falta> plano) {
        try {
            if (mundo.semente() % 13 == 0 && lembraOConfirmado()) {
                clientes.forEach(cliente -> cliente.reusarIds(true));
            }
            processos.values().forEach(p -> mundo.daquiA(p.sorte.nextInt(100) * Mundo.MS, p::subir));
            int ultima = COMECO_MS;
            for (Falta falta : plano) {
                ultima = Math.max(ultima, falta.em() + falta.dura());
                mundo.daquiA(falta.em() * Mundo.MS, () -> fazer(falta));
            }
            long fim = (ultima + 1_000) * Mundo.MS;
            Random quando = mundo.sorte("fim"); // numa de três sementes, a última operação vem no meio das faltas
            long basta = quando.nextInt(3) > 0 ? fim : (COMECO_MS + quando.nextInt(ultima)) * Mundo.MS;
            clientes.stream().filter(cliente -> !mundo.menos().semCliente(cliente.nome))
                    .forEach(cliente -> cliente.pedirAte(basta));
            mundo.rodarAte(fim, () -> false);
            curar();
            aquietar();
            servir();
            provar();
            conferir();
            return null;
        } catch (Violacao e) {
            return e.getMessage();
        } catch (RuntimeException e) {
            return "exceção: " + e + " em " + List.of(e.getStackTrace()).subList(0, Math.min(4, e.getStackTrace().length));
        }
    }

    /**
     * Uma execução sem sorte: com ana a ter 100 em todos, fazem-se os pedidos e os desvios do roteiro; depois tudo se
     * conserta, aquieta-se, e confere-se.
     *
     * @param vistos os estados a que já se chegou; {@code null} = não se olha
     * @return o que não se cumpriu; {@code null} se tudo, ou se daqui em diante seria como outra que já se viu
     */
    String procurar(Estados vistos) {
        try {
            Roteiro roteiro = mundo.roteiro();
            processos.values().forEach(p -> mundo.daquiA(0, p::subir));
            aquietar();
            clientes.get(0).pedir(List.of(Roteiro.COMECO), true);
            aquietar();
            roteiro.ligar(true);
            for (int i = 0; i < clientes.size(); i++) {
                int este = i;
                clientes.get(i).pedir(roteiro.pedidas.stream().filter(p -> p.cliente() == este).map(Roteiro.Pedida::op)
                        .toList(), i > 0 || !roteiro.peloBackup);
            }
            mundo.aCadaInstante(() -> vistos.olhar(this));
            mundo.rodarAte(mundo.agora() + SOSSEGO_MS * Mundo.MS, () -> clientes.stream().allMatch(Cliente::quieto));
            mundo.rodarAte(mundo.agora() + FOLGA_MS * Mundo.MS, () -> !roteiro.ligado());
            roteiro.ligar(false);
            long fim = vistos.fim(this);
            mundo.rodarAte(mundo.agora() + DEMORA_MS * Mundo.MS, this::semFaltas); // os outros dão por elas
            curar();
            aquietar();
            conferir();
            if (fraqueza() == null) {
                vistos.acabaBem(fim);
            }
            return fraqueza();
        } catch (Roteiro.JaVisto e) {
            return null;
        } catch (Violacao e) {
            return e.getMessage();
        } catch (RuntimeException | Error e) {
            return "o programa lançou " + e + Procura.onde(e.getStackTrace());
        }
    }

    private boolean semFaltas() {
        return rede.inteira() && processos.values().stream().allMatch(p -> p.vivo() && !p.parado());
    }

    /** Quando tudo se consertou, em microssegundos. */
    final long curadoEm() {
        return curadoEm;
    }

    private void curar() {
        curadoEm = mundo.agora();
        mundo.dizer("----", "tudo se conserta");
        mundo.contar(Passo.Tipo.CONSERTA, null, null, null);
        rede.consertarTudo();
        clientes.forEach(cliente -> cliente.reusarIds(false));
        for (Processo processo : processos.values()) {
            processo.continuar();
            processo.terDisco();
            processo.voltar();
            processos.keySet().forEach(outro -> consertada(processo.nome, outro));
        }
    }

    /** Consertado, volta a servir. */
    private void servir() {
        Cliente cliente = clientes.get(0);
        int antes = cliente.historia.size();
        cliente.pedirAte(mundo.agora() + 1_000 * Mundo.MS);
        mundo.rodarAte(mundo.agora() + 1_000 * Mundo.MS, () -> false);
        aquietar();
        boolean serve = cliente.historia.stream().skip(antes).anyMatch(Cliente.Pedido::confirmado);
        exigir(serve, "consertado tudo, nada se confirma");
    }

    /** Passa o tempo até que tudo aquiete. */
    final void aquietar() {
        long limite = mundo.agora() + SOSSEGO_MS * Mundo.MS;
        String falta = "?";
        while (falta != null && mundo.agora() < limite) {
            mundo.rodarAte(mundo.agora() + 100 * Mundo.MS, () -> false);
            falta = clientes.stream().allMatch(Cliente::quieto) ? falta() : "um cliente ainda espera";
        }
        if (falta != null) {
            throw new Violacao("não se aquieta em %d s: %s", SOSSEGO_MS / 1_000, falta);
        }
    }

    // ───── O que se confere em mais de uma parte ─────

    static void exigir(boolean cumpre, String formato, Object... valores) {
        if (!cumpre) {
            throw new Violacao(formato, valores);
        }
    }

    /** O mesmo, do que só se vê por dentro: a procura conta histórias a quem usa o banco, e espera pelo fim. */
    final void exigirPorDentro(boolean cumpre, String formato, Object... valores) {
        exigir(mundo.roteiro() != null || cumpre, formato, valores);
    }

    /** Nada se diz, nem se aplica, antes de o seu diário o ter. */
    static void exigirNoDisco(Processo quem, long posicao) {
        exigir(quem.mundo.roteiro() != null || posicao <= quem.diario.ultima(), "%s diz ou aplica a %d, e gravou até %d",
                quem.nome, posicao, quem.diario.ultima());
    }

    /**
     * O que se responde a quem pergunta, a cada volta do laço: o estado é o de depois da posição que se diz, nem mais nem
     * menos.
     *
     * @param dela quantas operações valeram, ou se recusaram, até essa posição
     */
    static void conferirConsulta(Processo quem, Banco banco, long posicao, long dela) {
        long feitas = banco.aplicadas() + banco.recusadas();
        exigir(quem.mundo.roteiro() != null || feitas == dela,
                "%s diz que está em %d, que são %d operações, e no seu estado há %d", quem.nome, posicao, dela,
                feitas);
    }

    /** O banco que está num diário: o do instantâneo, com as entradas que vêm depois dele. */
    static Banco doDiario(Diario diario) {
        Banco banco = EstadoDoBanco.ler(diario.instantaneo(), null).banco();
        diario.ler(diario.doInstantaneo() + 1, Integer.MAX_VALUE).forEach(json -> banco.aplicar(Envelope.ler(json).op()));
        return banco;
    }

    /** Uma operação só foi recusada se todos a quem se pediu o disseram; com pedidos repetidos pela rede, não se sabe. */
    final void exigirQueRecusadasNaoValham(Predicate<String> vale) {
        for (Cliente.Pedido pedido : rede.ordenada ? pedidos().values() : List.<Cliente.Pedido>of()) {
            exigir(!pedido.recusado() || !vale.test(pedido.id), "%s foi recusada, e aplicou-se", pedido.id);
        }
    }

    /** A operação deste pedido como chega à regra: com o estrago que houver. {@code null} numa leitura. */
    final Operacao comEstrago(Cliente.Pedido pedido, int tentativa) {
        Operacao op = defeito == Defeito.IGNORAR_CONTEUDO && pedido.impostora() ? pedido.primeira : pedido.op;
        return op != null && defeito == Defeito.SEM_DEDUPLICAR ? comoOutra(op, tentativa) : op;
    }

    /** A mesma operação com outro id_msg, como se não fosse a mesma. */
    private static Operacao comoOutra(Operacao op, int tentativa) {
        return new Operacao(op.id_msg() + "~" + tentativa, op.tipo(), op.conta_origem(), op.conta_destino(), op.valor());
    }

    /** O id_msg que o cliente deu (SEM_DEDUPLICAR acrescenta-lhe a tentativa). */
    static String original(String id) {
        int corte = id.indexOf('~');
        return corte < 0 ? id : id.substring(0, corte);
    }

    Map<String, Cliente.Pedido> pedidos() {
        Map<String, Cliente.Pedido> pedidos = new HashMap<>();
        clientes.forEach(cliente -> cliente.historia.forEach(pedido -> pedidos.put(pedido.id, pedido)));
        return pedidos;
    }

    /** Um prefixo da ordem: o estado depois dele, por um banco que só faz o que se espera. */
    record Ponto(Map<String, BigDecimal> saldos, Resultado resultado) {
    }

    /** Refaz as operações por ordem, e confere que o banco é o que elas dão. @return o estado em cada posição, desde a 0 */
    List<Ponto> refazer(List<String> ordem, Banco banco, String dono) {
        Map<String, Cliente.Pedido> pedidos = pedidos();
        Map<String, String> vistos = new HashMap<>();
        List<Ponto> pontos = new ArrayList<>(List.of(new Ponto(Map.of(), null)));
        Banco modelo = new Banco();
        for (String id : ordem) {
            Cliente.Pedido pedido = pedidos.get(original(id));
            exigir(pedido != null && pedido.op != null, "%s aplicou %s, que ninguém pediu", dono, id);
            String antes = vistos.put(pedido.id, id);
            exigir(antes == null, "%s aplicou duas vezes %s", dono, pedido.id);
            Operacao op = pedido.op;
            Resultado resultado = modelo.aplicar(op);
            pontos.add(new Ponto(new HashMap<>(modelo.saldos()), resultado));
            Resultado dele = banco.lembradas().valor(id);
            exigir(resultado.equals(dele), "%s tem para %s o resultado %s, e a ordem dá %s", dono, id, dele, resultado);
        }
        exigir(modelo.resumo().equals(banco.resumo()), "%s tem %s, e a ordem dá %s", dono, banco.saldos(), modelo.saldos());
        BigDecimal entrou = banco.depositado().subtract(banco.sacado());
        exigir(EstadoDoBanco.total(banco).compareTo(entrou) == 0, "%s criou ou perdeu dinheiro", dono);
        return pontos;
    }
}
