package part2.rpc;

/** Quanto se espera por quem está do outro lado de uma conexão de RPC, em milissegundos. */
final class Prazos {

    static final int SEM_PRAZO = 0;         // entre uma chamada e outra: quem só ocupa lugar, tira-o a defesa
    static final int NO_MEIO_MS = 10_000;   // no meio de uma mensagem: a rede é mais rápida que isso

    private Prazos() {
    }
}
