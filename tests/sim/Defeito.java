package tests.sim;

/** Estragos de propósito, para provar que a simulação os vê: peças más (um disco, uma rede) dadas aos núcleos de verdade. */
public enum Defeito {
    NENHUM,
    /** O pedido repetido chega à regra como se fosse outro. */
    SEM_DEDUPLICAR,
    /** Só o id_msg diz o que é repetido, e não o conteúdo. */
    IGNORAR_CONTEUDO,
    /** Difunde e responde antes de gravar. */
    RESPONDER_ANTES_DO_DIARIO,
    /** O disco diz que acabou de gravar antes de acabar. */
    DIZER_ANTES_DE_ACABAR,
    /** O disco escreve o segundo lote antes do primeiro. */
    TROCAR_OS_LOTES,
    /** O disco cala que um lote falhou, e escreve o seguinte. */
    SALTAR_O_QUE_FALHOU,
    /** Quem recebe um envelope adiantado aplica-o logo. */
    IGNORAR_BURACO,
    /** Quem recebe não olha a época. */
    SEM_EPOCA,
    /** O primário que reinicia segue na mesma época, e os outros não dão por isso: os números de antes dão-se a outras. */
    REUSAR_A_EPOCA,
    /** O backup confirma o que ainda não gravou. */
    CONFIRMAR_ANTES_DE_GRAVAR,
    /** Os instantâneos não levam a tabela de id_msg. */
    FOTO_SEM_TABELA,
    /** Um instantâneo não leva a última das entradas que substitui. */
    DOBRA_INCOMPLETA,
    /** As entradas apagam-se antes de estar no disco o instantâneo que as substitui. */
    APAGAR_ANTES_DA_FOTO,
    /** Um instantâneo a meio acaba-se, ainda que o estado se tenha trocado pelo de outro. */
    NAO_LARGAR_A_DOBRA,
    /** A testemunha, ou quem manda, promove quem não está em dia. */
    PROMOVER_ATRASADO,
    /** O primário tira um backup antes que a testemunha o registre. */
    TIRAR_ANTES_DA_TESTEMUNHA,
    /** O backup troca o seu estado por um instantâneo antes de lhe juntar o que vinha depois, e que talvez já tivesse. */
    ADOTAR_CEDO,
    /** Responde como se o disco não tivesse falhado. */
    IGNORAR_O_DISCO,
    /** Sem disco, recusa também o que já difundira. */
    RECUSAR_O_DIFUNDIDO,
    /** Ninguém dá por uma ligação muda. */
    SEM_RELIGAR,
    /** O que se anota sobre os outros (até onde cada um foi servido) não se guarda. */
    NAO_ANOTAR,
    /** O que se recusa não se guarda: o número fica por gastar. */
    PULAR_O_RECUSADO,
    /** Ao reiniciar, julga outra vez o que já recusara, e aceita-o arredondado. */
    JULGAR_OUTRA_VEZ,
    /** O promovido à mão não avisa o antigo primário. */
    SEM_DEPOR,
    /** O crédito que se repete chega como se fosse outro: sem o número da passagem, o dinheiro chega duas vezes. */
    CREDITO_SEM_NUMERO,
    /** A passagem fecha-se sem esperar que o dinheiro chegue. */
    FECHAR_ANTES_DO_CREDITO,
    /** Ao cliente diz-se que está feito quando o dinheiro saiu, e ainda não chegou. */
    RESPONDER_ANTES_DO_CREDITO,
    /** Ninguém leva as passagens que ficaram abertas. */
    SEM_QUEM_LEVE,
    /** Leem-se os saldos dos vários grupos como estejam, sem um corte. */
    LER_SEM_CORTE
}
