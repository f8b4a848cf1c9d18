///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION As provas: quem faz tudo bem tem os pontos todos, e cada erro reprova na prova dele, pela razão certa.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//SOURCES ../../../part2/rpc/ChamadaJsonRpc.java ../../../part2/rpc/ChamadaRpyc.java ../../../part2/rpc/PortaRpc.java
//SOURCES ../../../part3/regra/grupos/Grupos.java ../../../part4/regra/Visoes.java ../../../shared/Banco.java
//SOURCES ../../../shared/Envelope.java ../../../shared/defesa/Defesa.java ../../../shared/disco/Arquivos.java
//SOURCES ../../../shared/disco/EstadoDoBanco.java ../../../shared/memoria/Lembradas.java
//SOURCES ../../../shared/memoria/Saldos.java ../../../shared/rede/Pedidos.java ../../../shared/rede/Requisicao.java
//SOURCES ../../../shared/tempo/Lentidao.java ../../../shared/texto/Campos.java ../../../shared/texto/Endereco.java
//SOURCES ../../../shared/texto/JsonGrande.java ../../../shared/texto/Reais.java ../../../shared/texto/Registro.java
//SOURCES ../../Pergunta.java ../../Precisa.java ../../Testes.java ../cenas/Cenas.java ../palco/Elenco.java
//SOURCES ../rede/ComandosDaRede.java ../vereditos/Rastro.java ../vereditos/Vereditos.java Catalogo.java
//COMPILE_OPTIONS -encoding UTF-8 --release 17
//RUNTIME_OPTIONS -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
package tests.lab.provas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import shared.texto.Json;
import tests.Precisa;
import tests.Testes;
import tests.lab.palco.Alheios;
import tests.lab.palco.Entrega;

/** Os programas em Python de tortos/ fazem tudo bem; com um nome em DEFEITO, uma coisa mal. */
@DisplayName("As provas")
class ProvasTest {

    private static final double SEM_PRESSA = 10; // o que deve acontecer, acontece
    private static final double[] ESCALAS = {0.25, 1, 5}; // o que não há de acontecer
    private static final String SALDOS = "\"(?<conta>[^\"]+)\": (?<valor>-?[0-9.e-]+)";

    /** O que se dá de costume: o resto é das campanhas longas. */
    private static final Set<String> DE_COSTUME = Set.of("3 sequenciador", "3 replica");

    /** Como se iniciam os programas em Python, os de tortos/ e os do sistema original. */
    private static final Map<String, String> TORTOS = Map.ofEntries(
            Map.entry("1 cliente", "cliente.py 1 {porta}"),
            Map.entry("1 replica", "replica1.py {clientes*}"),
            Map.entry("2 cliente", "cliente.py 2 {rpc}"),
            Map.entry("2 servidor", "servidor.py {porta} {workers*}"),
            Map.entry("2 worker", "worker.py {porta} {rpc}"),
            Map.entry("3 cliente", "cliente.py 3 {sequenciador}"),
            Map.entry("3 sequenciador", "sequenciador.py {pedidos} {ordem}"),
            Map.entry("3 replica", "replica.py {ordem} {pedidos}"),
            Map.entry("4 cliente", "cliente.py 4 {primario-1}"),
            Map.entry("4 primario", "primario.py {pedidos} {atualizacoes} {testemunha}"),
            Map.entry("4 backup", "backup.py {atualizacoes-primario} {pedidos-primario} {pedidos} {testemunha}"),
            Map.entry("4 testemunha", "testemunha.py {porta}"));
    private static final Map<String, String> ORIGINAIS = Map.of(
            "1 cliente", "parte1_cliente.py --porta {porta} --esperar {esperar}",
            "1 replica", "parte1_replica.py --clientes {clientes}",
            "2 servidor", "servidor_rpyc.py {porta} {workers*}",
            "2 worker", "parte2_worker.py --porta {porta}",
            "3 cliente", "parte3_cliente.py --sequenciador {sequenciador}",
            "3 sequenciador", "parte3_sequenciador.py --pedidos {pedidos} --ordem {ordem}",
            "3 replica", "parte3_replica.py --ordem {ordem}",
            "4 cliente", "parte4_cliente.py --primario {primario-1}",
            "4 primario", "parte4_primario.py --pedidos {pedidos} --atualizacoes {atualizacoes}",
            "4 backup", "parte4_backup.py --atualizacoes-primario {atualizacoes-primario}");

    /**
     * Um erro, a prova em que reprova, e um pedaço da razão.
     *
     * @param papel  com a parte: {@code 3 replica}
     * @param defeito o de tortos/comum.py, ou de um programa de lá
     */
    record Erro(String papel, String defeito, String prova, String razao) {

        static Erro ler(String linha) {
            String[] campos = linha.split(" *\\| *");
            return new Erro(campos[0], campos[1], campos[2], campos[3]);
        }

        int parte() {
            return papel.charAt(0) - '0';
        }

        @Override
        public String toString() {
            return papel + " " + defeito + ": " + prova;
        }
    }

    static Stream<Erro> erros() {
        return ERROS.lines().filter(linha -> !linha.isBlank()).map(String::strip).map(Erro::ler);
    }

    private static final String ERROS = """
            1 cliente      | chave-a-mais      | cliente/formato              | uma chave a mais
            1 cliente      | ascii             | cliente/acentos              | jo?o
            1 cliente      | sempre-o-mesmo    | cliente/um-nome-cada         | o mesmo id_msg
            1 cliente      | ao-contrario      | cliente/fifo                 | nada chegou
            1 replica      | saque-em-dobro    | replica/formato              | ana tem 38.75
            1 replica      | sem-recusa        | replica/regras               | recusadas por falta de saldo
            1 replica      | dobra-propria     | replica/regras               | transferir 40 de ana para ana
            1 replica      | ascii             | replica/acentos              | conta
            1 replica      | ao-contrario      | replica/fifo                 | aplicado por ordem
            1 replica      | ao-contrario      | replica/dois-clientes        | pela ordem de cada cliente
            1 replica      | um-cliente-so     | replica/dois-clientes        | cliente 2
            1 replica      | nao-religa        | replica/cliente-que-acaba    | cliente 1
            1 replica      | float             | replica/exato                | em float somam
            1 replica      | sem-memoria       | replica/repetida             | valeu duas vezes
            1 replica      | morre-de-lixo     | replica/lixo                 | acabou sozinho
            1 replica      | morre-ao-acordar  | replica/pausa                | acabou sozinho
            2 cliente      | outro-valor       | cliente/formato              | e enviou
            2 cliente      | ascii             | cliente/acentos              | jo?o
            2 cliente      | nao-mostra        | cliente/mostra               | não mostrou a resposta
            2 cliente      | desiste           | cliente/repete               | não repetiu o pedido
            2 cliente      | outro-nome        | cliente/repete               | com outro id_msg
            2 servidor     | outra-resposta    | servidor/formato             | esperava 'DEPOSITO enfileirado
            2 servidor     | ascii             | servidor/acentos             | conta ??o
            2 servidor     | uma-fila-so       | servidor/todos-os-workers    | a fila está repartida
            2 servidor     | ao-contrario      | servidor/mesma-ordem         | na fila estão ao contrário
            2 servidor     | mesmo-id          | servidor/todos-os-workers    | o mesmo id_msg
            2 servidor     | espera-por-todos  | servidor/a-fila-guarda       | não respondeu
            2 servidor     | esquece           | servidor/reinicia            | o worker 2 recebeu só
            2 servidor     | sem-historico     | servidor/historico           | não lho disse
            2 servidor     | repete            | servidor/repetida            | enviou duas vezes
            2 servidor     | esquece-ids       | servidor/repetida-depois-de-morrer | enviou duas vezes
            2 servidor     | aceita-outra      | servidor/id-repetido         | com o id_msg de um saque
            2 servidor     | espera-pelo-parado | servidor/worker-parado      | deixou de responder
            2 servidor     | ignora-o-disco    | servidor/disco-cheio         | não tem o saque de 30
            2 servidor     | espera-por-todos  | servidor/worker-morto        | não respondeu
            2 servidor     | aceita-tudo       | servidor/lixo                | respondeu "DEPOSITO enfileirado: 1"
            2 servidor     | morre-de-lixo     | servidor/lixo                | o servidor acabou
            2 servidor     | morre-ao-acordar  | servidor/pausa               | o servidor acabou
            2 worker       | saque-em-dobro    | worker/formato               | ana tem 38.75
            2 worker       | sem-recusa        | worker/regras                | recusadas por falta de saldo
            2 worker       | ascii             | worker/acentos               | conta
            2 worker       | ao-contrario      | worker/por-ordem             | aplicado por ordem
            2 worker       | float             | worker/exato                 | em float somam
            2 worker       | sem-memoria       | worker/repetida              | valeu duas vezes
            2 worker       | repete-numeros    | worker/numeradas             | chegou duas vezes com o mesmo número
            2 worker       | esquece           | worker/reinicia              | morreu com 70 em ana
            2 worker       | nao-pede          | worker/pede-o-que-falta      | faltava-lhe o número 2
            2 worker       | aplica-logo       | worker/pede-o-que-falta      | aplicou o número 3 sem o 2
            2 worker       | morre-de-lixo     | worker/lixo                  | acabou sozinho
            2 worker       | morre-ao-acordar  | worker/pausa                 | acabou sozinho
            2 worker       | esquece           | sistema/worker-morto         | worker-2
            3 cliente      | chave-a-mais      | cliente/formato              | uma chave a mais
            3 cliente      | ascii             | cliente/acentos              | jo?o
            3 cliente      | sempre-o-mesmo    | cliente/um-nome-cada         | o mesmo id_msg
            3 cliente      | nao-mostra        | cliente/mostra               | não mostrou a resposta
            3 cliente      | desiste           | cliente/repete               | não repetiu o pedido
            3 cliente      | outro-nome        | cliente/repete               | com outro id_msg
            3 cliente      | morre-de-erro     | cliente/recusa               | não a mostrou
            3 sequenciador | op-objeto         | sequenciador/formato         | op devia ser um texto
            3 sequenciador | chave-a-mais      | sequenciador/formato         | uma chave a mais
            3 sequenciador | valor-texto       | sequenciador/formato         | o valor devia ser um número
            3 sequenciador | outra-no-fio      | sequenciador/formato         | e com ele difundiu DEPOSITO
            3 sequenciador | sem-seq           | sequenciador/formato         | esperava OK seq=n
            3 sequenciador | do-dois           | sequenciador/de-um           | o primeiro número que deu foi 2
            3 sequenciador | nao-difunde       | sequenciador/de-um           | não difundiu nada
            3 sequenciador | ascii             | sequenciador/acentos         | conta ??o
            3 sequenciador | numero-novo       | sequenciador/repetida        | o saque de 80 valeu duas vezes
            3 sequenciador | gasta-um          | sequenciador/repetida        | a repetição gastou um número
            3 sequenciador | um-por-cliente    | sequenciador/mesma-ordem     | a duas operações
            3 sequenciador | esquece           | sequenciador/reinicia        | ao morrer esqueceu a primeira
            3 sequenciador | sem-historico     | sequenciador/historico       | e não um objeto com os envelopes
            3 sequenciador | esquece           | sequenciador/historico-depois-de-morrer | está nada
            3 sequenciador | morre-de-lixo     | sequenciador/lixo            | o sequenciador morreu
            3 sequenciador | cala-com-lixo     | sequenciador/lixo            | ficou sem responder
            3 sequenciador | aceita-outra      | sequenciador/id-repetido     | com o id_msg de um depósito
            3 sequenciador | nao-repete        | sequenciador/repete-a-ultima | não difundiu
            3 sequenciador | ignora-o-disco    | sequenciador/disco-cheio     | ao morrer esqueceu a primeira
            3 sequenciador | morre-ao-acordar  | sequenciador/pausa           | o sequenciador morreu
            3 sequenciador | exige-quem-pediu  | sequenciador/cliente-que-some | o sequenciador morreu
            3 sequenciador | esquece           | sistema/sequenciador-cai     | resposta a cliente-1
            3 replica      | saque-em-dobro    | replica/formato              | ana tem 38.75
            3 replica      | sem-recusa        | replica/regras               | recusadas por falta de saldo
            3 replica      | dobra-propria     | replica/regras               | transferir 40 de ana para ana
            3 replica      | ascii             | replica/acentos              | conta
            3 replica      | aplica-logo       | replica/fora-de-ordem        | aplicou o número 3 antes do 2
            3 replica      | um-lugar-so       | replica/varias-adiantadas    | não guardou todas
            3 replica      | sem-memoria-de-numeros | replica/numero-repetido | valeu duas vezes
            3 replica      | float             | replica/exato                | em float somam
            3 replica      | sem-memoria       | replica/mesmo-id             | valeu duas vezes
            3 replica      | esquece           | replica/reinicia             | morreu depois do número 3
            3 replica      | nao-pede          | replica/pede-o-que-falta     | não o pediu ao sequenciador
            3 replica      | aplica-logo       | replica/pede-o-que-falta     | aplicou o 3 sem ele
            3 replica      | pede-uma-vez      | replica/pede-outra-vez       | não o pediu outra vez
            3 replica      | mistura-historias | replica/outra-historia       | misturou duas histórias
            3 replica      | nao-pede          | replica/chega-tarde          | não as tem
            3 replica      | sem-instantaneo   | replica/instantaneo          | não tomou o instantâneo
            3 replica      | morre-de-lixo     | replica/lixo                 | acabou sozinho
            3 replica      | morre-ao-acordar  | replica/pausa                | acabou sozinho
            3 replica      | aplica-logo       | sistema/saques-que-se-cruzam | ana
            3 replica      | nao-pede          | sistema/buraco               | aplicar DEPOSITO bia
            4 cliente      | chave-a-mais      | cliente/formato              | uma chave a mais
            4 cliente      | ascii             | cliente/acentos              | jo?o
            4 cliente      | sempre-o-mesmo    | cliente/um-nome-cada         | o mesmo id_msg
            4 cliente      | nao-mostra        | cliente/mostra               | não mostrou a resposta
            4 cliente      | desiste           | cliente/repete               | não repetiu o pedido
            4 cliente      | morre-de-erro     | cliente/recusa               | não a mostrou
            4 primario     | nao-difunde       | primario/formato             | não difundiu nada
            4 primario     | sem-recusa        | primario/regras              | recusadas por falta de saldo
            4 primario     | ascii             | primario/acentos             | contas com acentos
            4 primario     | repete            | primario/repetida            | duas vezes
            4 primario     | perde-em-grupo    | primario/mesma-ordem         | não a difundiu
            4 primario     | float             | primario/exato               | em float somam
            4 primario     | esquece           | primario/reinicia            | morreu
            4 primario     | assincrono        | primario/sincrono            | antes de o backup, que está em dia
            4 primario     | repetida-antes    | primario/repetida-por-confirmar | antes de o backup, que está em dia
            4 primario     | reusa-a-epoca     | primario/outra-epoca         | voltou a mandar na 1
            4 primario     | sem-licenca       | primario/so-com-outra-visao  | ainda o tem em dia
            4 primario     | ignora-o-disco    | primario/disco-cheio         | voltou sem ele
            4 primario     | sem-historico     | primario/conta-o-que-houve   | o primário não lha contou
            4 primario     | espera-para-sempre | primario/sem-o-backup       | ficou sem responder
            4 primario     | morre-de-lixo     | primario/lixo                | o primário morreu
            4 primario     | aceita-outra      | primario/id-repetido         | com o id_msg de um depósito
            4 primario     | morre-ao-acordar  | primario/pausa               | o primário morreu
            4 backup       | saque-em-dobro    | backup/formato               | ana tem 38.75
            4 backup       | sem-recusa        | backup/regras                | recusadas por falta de saldo
            4 backup       | ascii             | backup/acentos               | conta
            4 backup       | ao-contrario      | backup/por-ordem             | aplicado por ordem
            4 backup       | float             | backup/exato                 | em float somam
            4 backup       | sem-memoria       | backup/repetida              | valeu duas vezes
            4 backup       | sem-numeradas     | backup/numeradas             | acabou sozinho
            4 backup       | esquece           | backup/reinicia              | morreu com 70 em ana
            4 backup       | esquece           | backup/confirma              | ao voltar tem só até ao 0
            4 backup       | nao-confirma      | backup/confirma              | não disse ao primário
            4 backup       | nao-pede          | backup/pede-o-que-falta      | não se pôs em dia
            4 backup       | aplica-logo       | backup/pede-o-que-falta      | aplicou o número 3 sem o 2
            4 backup       | nao-pede          | backup/chega-tarde           | não as tem
            4 backup       | assume-sozinho    | backup/assume-se-lho-dizem   | se o primário vive, há dois
            4 backup       | nao-assume        | backup/assume-se-lho-dizem   | na época 2, e a um pedido não
            4 backup       | guarda-o-fim      | backup/larga-o-fim           | ficou com o saque de 80
            4 backup       | ignora-o-disco    | backup/disco-cheio           | ao voltar tem só até ao 1
            4 backup       | diz-antes         | backup/disco-cheio           | ao voltar tem só até ao 1
            4 backup       | ignora-a-epoca    | backup/epoca-velha           | de um primário deposto
            4 backup       | morre-de-lixo     | backup/lixo                  | acabou sozinho
            4 testemunha   | qualquer-um       | testemunha/primeira-visao    | que não pode ser o primeiro
            4 testemunha   | todos-mudam       | testemunha/so-o-primario-muda | que não é o primário
            4 testemunha   | visao-velha       | testemunha/so-o-primario-muda | de uma visão que já mudara
            4 testemunha   | promove-o-atrasado | testemunha/promove-quem-esta-em-dia | não tem o que se confirmou
            4 testemunha   | nao-promove       | testemunha/promove-quem-esta-em-dia | não promoveu ninguém
            4 testemunha   | promove-ao-acordar | testemunha/acorda           | tomou por morto p
            4 testemunha   | reelege           | testemunha/depoe             | b já é o primário
            4 testemunha   | esquece           | testemunha/reinicia          | antes de morrer disse
            4 testemunha   | morre-de-lixo     | testemunha/lixo              | a testemunha morreu
            4 testemunha   | nao-promove       | sistema/failover             | resposta a cliente-1
            4 testemunha   | nao-renova        | sistema/confirmado-sem-o-backup | DEPOSITO ana 100
            4 testemunha   | nao-promove       | sistema/primario-que-acorda  | resposta a cliente-1
            """;

    @TempDir
    Path pasta;

    // ───── Quem faz tudo bem ─────

    static Stream<String> tortos() {
        return TORTOS.keySet().stream().sorted();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tortos")
    @Precisa(Precisa.De.PYZMQ)
    @DisplayName("um programa em Python que faz tudo tem os pontos todos")
    void emPython(String papel) throws IOException {
        assumeTrue(DE_COSTUME.contains(papel) || Testes.longos(), Precisa.De.CAMPANHAS_LONGAS.porque());
        assertEquals(Map.of(), reprovadas(torto(papel, ""), SEM_PRESSA, prova -> doPapel(prova, papel)));
    }

    @ParameterizedTest(name = "parte {0}")
    @ValueSource(ints = {1, 2, 3, 4})
    @Precisa({Precisa.De.PYZMQ, Precisa.De.RPYC})
    @DisplayName("os programas do sistema original têm os pontos básicos todos")
    void original(int parte) throws IOException {
        assumeTrue(parte % 2 == 1 || Testes.longos(), Precisa.De.CAMPANHAS_LONGAS.porque());
        Map<String, String> papeis = new LinkedHashMap<>();
        ORIGINAIS.forEach((papel, comando) -> {
            if (papel.startsWith(parte + " ")) {
                papeis.put(papel.substring(2), comando);
            }
        });
        Entrega entrega = entrega(parte, "tests/interop", papeis, "");
        assertEquals(Map.of(), reprovadas(entrega, SEM_PRESSA, prova -> prova.nivel() == Nivel.BASICO));
    }

    @ParameterizedTest(name = "parte {0}")
    @ValueSource(ints = {1, 2, 3, 4})
    @Precisa(Precisa.De.CAMPANHAS_LONGAS)
    @DisplayName("os nossos papéis têm os pontos todos")
    void nossos(int parte) {
        assertEquals(Map.of(), reprovadas(Entrega.nossa(parte), SEM_PRESSA, ProvasTest::doCorretor));
    }

    // ───── Quem faz uma coisa mal ─────

    @ParameterizedTest(name = "{0}")
    @MethodSource("erros")
    @Precisa(Precisa.De.PYZMQ)
    @DisplayName("um erro reprova na prova dele, pela razão certa")
    void reprova(Erro erro) throws IOException {
        assumeTrue(DE_COSTUME.contains(erro.papel()) && !erro.prova().startsWith("sistema/") || Testes.longos(),
                Precisa.De.CAMPANHAS_LONGAS.porque());
        Map<String, String> razoes = Map.of();
        for (double escala : ESCALAS) { // com pouco prazo, uma máquina ocupada pode dar outra razão: então dá-se mais
            razoes = reprovadas(torto(erro.papel(), erro.defeito()), escala, prova -> prova.nome().equals(erro.prova()));
            if (razoes.getOrDefault(erro.prova(), "").contains(erro.razao())) {
                return;
            }
        }
        fail(erro.prova() + " devia reprovar com «" + erro.razao() + "», e deu " + razoes);
    }

    @Test
    @DisplayName("não há prova em que ninguém reprove, nem duas com o mesmo nome numa parte")
    void todasReprovam() {
        Set<String> comErro = erros().map(erro -> erro.parte() + " " + erro.prova()).collect(Collectors.toSet());
        List<String> todas = Catalogo.provas().stream().filter(ProvasTest::doCorretor)
                .map(prova -> prova.parte() + " " + prova.nome()).toList();
        Set<String> sem = new TreeSet<>(todas);
        assertEquals(todas.size(), sem.size());
        sem.removeAll(comErro);
        assertEquals(Set.of(), sem);
    }

    @Test
    @DisplayName("de cada papel que uma parte tem há provas básicas; na 2, na 3 e na 4 há dos outros níveis")
    void niveis() {
        for (int parte = 1; parte <= 4; parte++) {
            int esta = parte;
            Set<Nivel> niveis = Catalogo.provas().stream().filter(prova -> prova.parte() == esta).map(Prova::nivel)
                    .collect(Collectors.toSet());
            assertEquals(Set.of(Nivel.values()), niveis);
        }
        assertTrue(Catalogo.provas().stream().allMatch(prova -> prova.pontos() >= 1 && !prova.papeis().isEmpty()));
    }

    // ───── Correr ─────

    /** A procura nos núcleos corre no programa do aluno: é ExerciciosTest que a prova. */
    private static boolean doCorretor(Prova prova) {
        return !Procurada.e(prova);
    }

    private static boolean doPapel(Prova prova, String papel) {
        return prova.papeis().equals(Set.of(papel.substring(2)));
    }

    /** As razões das que se reprovam, pelo nome da prova. */
    private static Map<String, String> reprovadas(Entrega entrega, double escala, Predicate<Prova> quais) {
        Map<String, String> razoes = new TreeMap<>();
        try (Alheios alheios = Alheios.de(entrega)) {
            Catalogo.provas().stream().filter(prova -> prova.parte() == entrega.parte()).filter(quais).forEach(prova -> {
                try (Bancada bancada = new Bancada(entrega.parte(), alheios, escala)) {
                    prova.corrida().correr(bancada);
                } catch (Reprovada e) {
                    razoes.put(prova.nome(), e.getMessage());
                }
            });
        }
        return razoes;
    }

    private Entrega torto(String papel, String defeito) throws IOException {
        return entrega(papel.charAt(0) - '0', "tests/lab/provas/tortos", Map.of(papel.substring(2), TORTOS.get(papel)),
                defeito);
    }

    private Entrega entrega(int parte, String programas, Map<String, String> papeis, String defeito) throws IOException {
        ObjectNode entrega = Json.MAPPER.createObjectNode().put("parte", parte)
                .put("pasta", Testes.raiz().resolve(programas).toString());
        ObjectNode todos = entrega.putObject("papeis");
        papeis.forEach((papel, comando) -> {
            boolean diz = !(papel.equals("cliente") && parte > 1 && programas.endsWith("interop"));
            ObjectNode um = todos.putObject(papel).put("pronto", diz ? "pronto:" : null).put("guarda", true);
            um.putArray("comando").add("{python}");
            Stream.of(comando.split(" ")).forEach(um.withArray("comando")::add);
            um.putObject("ambiente").put("DEFEITO", defeito).put("DADOS", "{dados}");
            if (Set.of("replica", "worker", "primario", "backup").contains(papel)) {
                um.putObject("saldo").put("padrao", SALDOS);
            } else if (papel.equals("cliente") && programas.endsWith("interop")) {
                um.putObject("entrada").put("DEPOSITO", "depositar \"{conta}\" {valor}\n")
                        .put("SAQUE", "sacar \"{conta}\" {valor}\n")
                        .put("TRANSFERENCIA", "transferir \"{origem}\" \"{destino}\" {valor}\n");
            }
        });
        Path arquivo = Files.writeString(pasta.resolve("entrega.json"), Json.escrever(entrega));
        return Entrega.ler(arquivo);
    }

    public static void main(String[] args) {
        Testes.rodar(ProvasTest.class);
    }
}
