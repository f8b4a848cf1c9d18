/* Um worker da parte 2 em C, sem bibliotecas: fala o ZMTP 3.0 de um PULL, aplica cada operação, e escreve os saldos.
 * cc -O2 -pthread -o worker worker.c && ./worker 6001 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CONTAS = 1000, NOME = 300, QUADRO = 65536 };

static struct { char nome[NOME]; long long centavos; } contas[CONTAS];
static int quantas;
static pthread_mutex_t banco = PTHREAD_MUTEX_INITIALIZER;

static long long *saldo(const char *nome) {
    for (int i = 0; i < quantas; i++) {
        if (strcmp(contas[i].nome, nome) == 0) return &contas[i].centavos;
    }
    if (quantas == CONTAS) exit(1);
    snprintf(contas[quantas].nome, NOME, "%s", nome);
    return &contas[quantas++].centavos;
}

/* Os \\u00e3 de um texto em JSON, em UTF-8, no mesmo lugar (são mais curtos). */
static void decifrar(char *texto) {
    char *para = texto;
    for (unsigned c, baixo; *texto != '\0'; texto++) {
        if (texto[0] != '\\' || texto[1] != 'u' || sscanf(texto + 2, "%4x", &c) != 1) {
            *para++ = *texto;
            continue;
        }
        texto += 5;
        if (c >> 10 == 0xd800 >> 10 && sscanf(texto + 1, "\\u%4x", &baixo) == 1) { /* um caractere em duas metades */
            c = 0x10000 + ((c & 0x3ff) << 10 | (baixo & 0x3ff));
            texto += 6;
        }
        if (c >= 0x10000) *para++ = (char)(0xf0 | c >> 18);
        if (c >= 0x800) *para++ = (char)(c >= 0x10000 ? 0x80 | (c >> 12 & 0x3f) : 0xe0 | c >> 12);
        if (c >= 0x80) *para++ = (char)(c >= 0x800 ? 0x80 | (c >> 6 & 0x3f) : 0xc0 | c >> 6);
        *para++ = (char)(c >= 0x80 ? 0x80 | (c & 0x3f) : c);
    }
    *para = '\0';
}

/* O valor de uma chave, sem as aspas. Devolve 0 se não há, ou é null. */
static int campo(const char *json, const char *chave, char *valor) {
    char procura[64];
    snprintf(procura, sizeof procura, "\"%s\"", chave);
    const char *p = strstr(json, procura);
    if (p == NULL) return 0;
    p = strchr(p + strlen(procura), ':');
    if (p == NULL) return 0;
    p += 1 + strspn(p + 1, " \t");
    size_t n = *p == '"' ? strcspn(++p, "\"") : strcspn(p, ",} \t");
    if (n >= NOME || (p[-1] != '"' && strncmp(p, "null", 4) == 0)) return 0;
    memcpy(valor, p, n);
    valor[n] = '\0';
    decifrar(valor);
    return 1;
}

static void aplicar(const char *json) {
    char tipo[NOME], origem[NOME], destino[NOME], valor[NOME];
    if (!campo(json, "tipo", tipo) || !campo(json, "valor", valor)) return;
    int tem_destino = campo(json, "conta_destino", destino);
    if (!campo(json, "conta_origem", origem)) {
        if (!tem_destino) return;
        strcpy(origem, destino);
    }
    long long centavos = (long long)(strtod(valor, NULL) * 100 + 0.5);
    pthread_mutex_lock(&banco);
    long long *de = saldo(origem);
    if (strcmp(tipo, "DEPOSITO") == 0) {
        *de += centavos;
    } else if (*de >= centavos && centavos > 0) {
        *de -= centavos;
        if (strcmp(tipo, "TRANSFERENCIA") == 0) *saldo(destino) += centavos;
    } else {
        printf("recusada: %s\n", origem);
    }
    for (int i = 0; i < quantas; i++) printf("%s = %lld.%02lld\n", contas[i].nome, contas[i].centavos / 100,
                                             contas[i].centavos % 100);
    fflush(stdout);
    pthread_mutex_unlock(&banco);
}

static int ler(int fd, void *onde, size_t quantos) {
    for (char *p = onde; quantos > 0; ) {
        ssize_t n = read(fd, p, quantos);
        if (n <= 0) return 0;
        p += n;
        quantos -= (size_t)n;
    }
    return 1;
}

/* Uma conexão: a saudação (NULL), o READY, e os quadros que vierem. */
static void *atender(void *arg) {
    int fd = (int)(long)arg;
    static const unsigned char pronto[] = "\x04\x1a\x05READY\x0bSocket-Type\x00\x00\x00\x04PULL";
    unsigned char saudacao[64] = {0xff, [9] = 0x7f, 3, 0, 'N', 'U', 'L', 'L'}, cabeca[9];
    char *quadro = malloc(QUADRO + 1);
    if (write(fd, saudacao, 64) == 64 && ler(fd, saudacao, 64) && write(fd, pronto, 28) == 28) {
        while (ler(fd, cabeca, 1)) {
            int bytes = cabeca[0] & 2 ? 8 : 1;
            unsigned long long tamanho = 0;
            if (!ler(fd, cabeca + 1, (size_t)bytes)) break;
            for (int i = 1; i <= bytes; i++) tamanho = tamanho << 8 | cabeca[i];
            if (tamanho > QUADRO || !ler(fd, quadro, tamanho)) break;
            quadro[tamanho] = '\0';
            if (!(cabeca[0] & 4)) {
                aplicar(quadro);
            } else if (tamanho >= 7 && memcmp(quadro, "\4PING", 5) == 0) {
                unsigned char resposta[300] = {4, (unsigned char)(tamanho - 2), 4, 'P', 'O', 'N', 'G'};
                memcpy(resposta + 7, quadro + 7, tamanho - 7 < 64 ? tamanho - 7 : 64);
                if (write(fd, resposta, tamanho) < 0) break;
            }
        }
    }
    free(quadro);
    close(fd);
    return NULL;
}

int main(int argc, char **argv) {
    struct sockaddr_in aqui = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (argc < 2) return 2;
    aqui.sin_port = htons((unsigned short)atoi(argv[1]));
    int porta = socket(AF_INET, SOCK_STREAM, 0), um = 1;
    setsockopt(porta, SOL_SOCKET, SO_REUSEADDR, &um, sizeof um);
    if (bind(porta, (struct sockaddr *)&aqui, sizeof aqui) != 0 || listen(porta, 16) != 0) {
        perror("não escuto");
        return 1;
    }
    for (;;) {
        pthread_t linha;
        int fd = accept(porta, NULL, NULL);
        if (fd >= 0 && pthread_create(&linha, NULL, atender, (void *)(long)fd) == 0) pthread_detach(linha);
    }
}
