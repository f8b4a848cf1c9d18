"""O que os programas desta pasta têm em comum: opções, soquetes, comandos, e como dizem o que fizeram."""
import argparse
import json
import os
import shlex
import signal
import sys

from banco import Operacao

try:
    import zmq
except ImportError:
    sys.exit("erro: falta o pyzmq; instale-o com 'apt install python3-zmq' ou 'pip install pyzmq'")

CONTEXTO = zmq.Context()
CHAVES = os.environ.get("BANCO_CHAVES")  # a pasta que ./run-all.sh chaves faz; sem ela, tudo vai em claro
SILENCIOSO = "--silencioso" in sys.argv
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
signal.signal(signal.SIGINT, lambda *_: sys.exit(0))


def opcoes(descricao, **padroes):
    """As opções da linha de comando, com os nomes das dos papéis em Java: porta=5555 vira --porta."""
    analisador = argparse.ArgumentParser(description=descricao, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    analisador.add_argument("--silencioso", action="store_true", help="não escreve uma linha por operação")
    for nome, padrao in padroes.items():
        analisador.add_argument("--" + nome.replace("_", "-"), type=type(padrao), default=padrao, help=" ")
    return analisador.parse_args()


def pronto(texto):
    print("pronto:", texto, file=sys.stderr, flush=True)


def ligar(tipo, porta):
    soquete = CONTEXTO.socket(tipo)
    if CHAVES:
        soquete.curve_publickey, soquete.curve_secretkey = chave("servidor.key_secret")
        soquete.curve_server = True
        autorizar()
    soquete.bind(f"tcp://127.0.0.1:{porta}")
    return soquete


def chave(arquivo):
    """A chave pública e a secreta de um arquivo da pasta de chaves."""
    import zmq.auth
    return zmq.auth.load_certificate(os.path.join(CHAVES, arquivo))


def autorizar(porteiro=[]):
    """Só entra quem tem uma chave em autorizadas/; um porteiro serve a todos os soquetes."""
    if not porteiro:
        from zmq.auth.thread import ThreadAuthenticator
        porteiro.append(ThreadAuthenticator(CONTEXTO))
        porteiro[0].start()
        porteiro[0].configure_curve(location=os.path.join(CHAVES, "autorizadas"))


def conectar(tipo, *enderecos):
    soquete = CONTEXTO.socket(tipo)
    if CHAVES:
        soquete.curve_serverkey = chave("servidor.key")[0]
        soquete.curve_publickey, soquete.curve_secretkey = chave("cliente.key_secret")
    if tipo == zmq.SUB:
        soquete.subscribe("")
    for endereco in enderecos:
        soquete.connect("tcp://" + endereco)
    return soquete


def difundir_em(porta, esperar):
    """Um PUB que sabe quem o assina (XPUB): só volta quando tantos assinaram."""
    soquete = ligar(zmq.XPUB, porta)
    soquete.setsockopt(zmq.XPUB_VERBOSER, 1)
    assinantes = 0
    while assinantes < esperar:
        assinantes += {1: 1, 0: -1}[soquete.recv()[0]]
    return soquete


def comandos():
    """As operações da entrada padrão, uma por linha: depositar CONTA VALOR, sacar CONTA VALOR, transferir DE PARA VALOR."""
    tipos = {"depositar": "DEPOSITO", "sacar": "SAQUE", "transferir": "TRANSFERENCIA"}
    for linha in sys.stdin:
        try:
            comando, origem, *destino, valor = shlex.split(linha)
            if len(destino) != (comando == "transferir"):
                raise ValueError("contas a mais ou a menos")
            op = Operacao.nova(tipos[comando], origem, *destino or [None], valor)
        except (KeyError, ValueError) as erro:
            sys.exit(f"erro: não entendi {linha.strip()!r} ({erro})")
        yield op


def aplicar(banco, op):
    """Aplica, e escreve uma linha com o resultado e todos os saldos."""
    resultado = "APLICADA" if banco.aplicar(op) else "RECUSADA"
    if not SILENCIOSO:
        print(resultado, json.dumps(banco.saldos, ensure_ascii=False), flush=True)
    return resultado
