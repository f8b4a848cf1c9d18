"""O servidor da parte 2, em JSON-RPC: servidor.py PORTA WORKER WORKER"""
import json
import os
import selectors
import socket
import sys
import uuid
from decimal import Decimal

from comum import CONTEXTO, Diario, Recusada, conferir, escrever, pronto, tem, zmq

diario, cursores = Diario("fila"), Diario("cursores")
vistas = {json.loads(e)["id_msg"]: e for e in diario.entradas if not tem("esquece-ids")}
filas = []
for endereco in sys.argv[2:]:
    fila = CONTEXTO.socket(zmq.PUSH)
    fila.setsockopt(zmq.IMMEDIATE, 0 if tem("espera-pelo-parado") else 1)
    fila.connect("tcp://" + endereco)
    filas.append(fila)
if tem("uma-fila-so"):
    for endereco in sys.argv[3:]:
        filas[0].connect("tcp://" + endereco)
    filas = filas[:1]
servidos = json.loads(cursores.entradas[-1]) if cursores.entradas else [0] * len(filas)


def servir():
    """A cada worker, o que ele ainda não recebeu, se ele está lá."""
    antes = list(servidos)
    ate = len(diario.entradas) - (len(diario.entradas) % 4 if tem("ao-contrario") else 0)
    for n, fila in enumerate(filas):
        while servidos[n] < ate:
            try:
                fila.send_string(diario.entradas[servidos[n]], 0 if tem("espera-pelo-parado") else zmq.NOBLOCK)
            except zmq.Again:
                if not tem("espera-por-todos"):
                    break
                fila.poll(10_000, zmq.POLLOUT)
                continue
            servidos[n] += 1
    if servidos != antes:
        cursores.juntar(json.dumps(servidos))


def enfileirar(tipo, origem, destino, valor, id_msg=None):
    op = conferir({"id_msg": id_msg or str(uuid.uuid4()), "tipo": tipo, "conta_origem": origem, "conta_destino": destino,
                   "valor": valor})
    if tem("mesmo-id"):
        op["id_msg"] = "1"
    texto = escrever(op)
    if vistas.get(op["id_msg"], texto) != texto and not (tem("aceita-outra") or tem("mesmo-id")):
        raise Recusada("id_repetido")
    if op["id_msg"] not in vistas or tem("mesmo-id") or tem("repete"):
        vistas[op["id_msg"]] = texto
        diario.juntar(texto)
    if tem("ao-contrario") and len(diario.entradas) % 4 == 0:
        diario.entradas[-4:] = diario.entradas[:-5:-1]
    feito = "enfileirada" if tipo == "TRANSFERENCIA" else "enfileirado"
    return f"{tipo} feito: {op['id_msg']}" if tem("outra-resposta") else f"{tipo} {feito}: {op['id_msg']}"


def historico(desde, quantas):
    if tem("sem-historico"):
        raise Recusada("não sei")
    faixa = [{"seq": n + 1, "op": op} for n, op in enumerate(diario.entradas)][desde - 1:desde - 1 + quantas]
    return {"historia": "h", "primeira": 1, "ultima": len(diario.entradas), "envelopes": faixa}


METODOS = {
    "depositar": lambda conta, valor, i=None: enfileirar("DEPOSITO", conta, None, valor, i),
    "sacar": lambda conta, valor, i=None: enfileirar("SAQUE", conta, None, valor, i),
    "transferir": lambda de, para, valor, i=None: enfileirar("TRANSFERENCIA", de, para, valor, i),
    "historico": historico,
}


def atender(texto):
    pedido = json.loads(texto, parse_float=Decimal)
    try:
        if pedido["method"] in ("depositar", "sacar", "transferir") and tem("aceita-tudo"):
            return {"jsonrpc": "2.0", "id": pedido["id"], "result": "DEPOSITO enfileirado: 1"}
        return {"jsonrpc": "2.0", "id": pedido["id"], "result": METODOS[pedido["method"]](*pedido["params"])}
    except (Recusada, KeyError, TypeError) as erro:
        return {"jsonrpc": "2.0", "id": pedido["id"], "error": {"code": -32602, "message": f"campo: {erro}"}}


def ler(conexao):
    try:
        bytes_ = conexao.recv(65536)
    except OSError:
        bytes_ = b""
    chegou[conexao] = chegou.get(conexao, b"") + bytes_
    while b"\n" in chegou[conexao]:
        linha, chegou[conexao] = chegou[conexao].split(b"\n", 1)
        try:
            conexao.sendall(json.dumps(atender(linha)).encode() + b"\n")
        except (ValueError, TypeError, KeyError, OSError):
            bytes_ = b""
    if chegou[conexao] and not chegou[conexao].startswith(b"{"):
        bytes_ = b""
        if tem("morre-de-lixo"):
            os._exit(5)
    if not bytes_:
        seletor.unregister(conexao)
        conexao.close()
        del chegou[conexao]


escuta = socket.create_server(("127.0.0.1", int(sys.argv[1])))
seletor = selectors.DefaultSelector()
seletor.register(escuta, selectors.EVENT_READ)
chegou = {}
pronto()
while True:
    for chave, _ in seletor.select(0.02):
        if chave.fileobj is escuta:
            seletor.register(escuta.accept()[0], selectors.EVENT_READ)
        else:
            ler(chave.fileobj)
    servir()
