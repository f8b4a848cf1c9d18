package tests.sim;

import java.util.List;
import java.util.stream.Stream;
import tests.Testes;

/**
 * Um estrago de propósito numa parte: as sementes ao acaso têm de o ver, e a procura conta dele a história mais curta.
 *
 * @param desvios  quantos ela tem; {@link #NAO} se a procura não chega lá
 * @param depressa se a procura leva menos de um ou dois segundos de processador
 */
record Estrago(String parte, Defeito defeito, int desvios, boolean depressa) {

    /**
     * O sequenciador original numera, ao acaso, coisas que recusamos, e na procura nada é ao acaso; ninguém nela lê saldos,
     * e os cortes são só de quem os lê. Dos da parte 4 com um desvio nada se vê, e mais longe ainda não se procurou.
     */
    static final int NAO = -1;

    /** Por parte, e, em cada uma, por desvios; depois dos dois pontos, os que levam mais tempo a achar. */
    private static final String TODOS = """
            2 0 IGNORAR_CONTEUDO FOTO_SEM_TABELA DOBRA_INCOMPLETA
            2 1 SEM_DEDUPLICAR RESPONDER_ANTES_DO_DIARIO IGNORAR_BURACO IGNORAR_O_DISCO DIZER_ANTES_DE_ACABAR TROCAR_OS_LOTES
            2 1 APAGAR_ANTES_DA_FOTO SEM_RELIGAR
            2 2 : SALTAR_O_QUE_FALHOU
            2-original 1 NAO_ANOTAR
            3 0 IGNORAR_CONTEUDO FOTO_SEM_TABELA DOBRA_INCOMPLETA
            3 1 SEM_DEDUPLICAR RESPONDER_ANTES_DO_DIARIO IGNORAR_BURACO IGNORAR_O_DISCO DIZER_ANTES_DE_ACABAR TROCAR_OS_LOTES
            3 1 APAGAR_ANTES_DA_FOTO SEM_RELIGAR
            3 2 : SALTAR_O_QUE_FALHOU NAO_LARGAR_A_DOBRA
            3-alheia -1 PULAR_O_RECUSADO JULGAR_OUTRA_VEZ
            4 0 IGNORAR_CONTEUDO
            4 1 SEM_DEDUPLICAR RESPONDER_ANTES_DO_DIARIO IGNORAR_O_DISCO DIZER_ANTES_DE_ACABAR TROCAR_OS_LOTES
            4 1 FOTO_SEM_TABELA DOBRA_INCOMPLETA SEM_RELIGAR RECUSAR_O_DIFUNDIDO SEM_EPOCA REUSAR_A_EPOCA
            4 1 : IGNORAR_BURACO APAGAR_ANTES_DA_FOTO
            4 2 : PROMOVER_ATRASADO TIRAR_ANTES_DA_TESTEMUNHA
            4 -1 CONFIRMAR_ANTES_DE_GRAVAR ADOTAR_CEDO SALTAR_O_QUE_FALHOU NAO_LARGAR_A_DOBRA
            4-manual 2 : PROMOVER_ATRASADO
            4-dividido 1 SEM_DEPOR
            3-grupos 0 FECHAR_ANTES_DO_CREDITO IGNORAR_CONTEUDO
            3-grupos 1 SEM_QUEM_LEVE FOTO_SEM_TABELA : CREDITO_SEM_NUMERO RESPONDER_ANTES_DO_CREDITO SEM_DEDUPLICAR
            3-grupos -1 LER_SEM_CORTE
            """;

    /** Os destas partes: uma expressão regular. */
    static Stream<Estrago> de(String partes) {
        return TODOS.lines().map(linha -> List.of(linha.split(" "))).filter(linha -> linha.get(0).matches(partes))
                .flatMap(linha -> linha.stream().skip(2).filter(palavra -> !palavra.equals(":")).map(defeito ->
                        new Estrago(linha.get(0), Defeito.valueOf(defeito), Integer.parseInt(linha.get(1)),
                                !linha.contains(":") || linha.indexOf(defeito) < linha.indexOf(":"))));
    }

    /** Os que a procura acha: os que acha depressa e, nas campanhas longas, todos. */
    static Stream<Estrago> procurados(String partes) {
        return de(partes).filter(e -> e.desvios != NAO && (e.depressa || Testes.longos()));
    }

    Alcance alcance() {
        return Alcance.de(parte, defeito, true);
    }
}
