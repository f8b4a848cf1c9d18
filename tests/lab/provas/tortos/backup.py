"""O backup da parte 4, sem testemunha: backup.py ATUALIZACOES PEDIDOS"""
import json
import sys
import time

from comum import Banco, Diario, Recusada, conectar, objeto, operacao, pronto, tem, texto_de, zmq

difusao, primario = conectar(zmq.SUB, sys.argv[1]), conectar(zmq.DEALER, sys.argv[2])
diario, banco = Diario("backup"), Banco()
espera, alvo, epoca, conferido = {}, 0, 0, False


def aplicar(texto):
    op = operacao(texto)
    diario.juntar(texto)
    banco.aplicar(op)


for entrada in diario.entradas:
    banco.aplicar(operacao(entrada))


def numerada(envelope):
    global alvo, epoca
    seq, dela = envelope["seq"], envelope.get("epoca", 0)
    if not isinstance(seq, int) or (dela < epoca and not tem("ignora-a-epoca")):
        return
    if tem("sem-numeradas"):
        raise SystemExit(4)
    epoca = max(epoca, dela)
    alvo = max(alvo, seq)
    if seq > len(diario.entradas):
        operacao(envelope["op"])
        espera[seq] = envelope["op"]
    if tem("aplica-logo") and seq in espera:
        banco.aplicar(operacao(espera[seq]))
    while len(diario.entradas) + 1 in espera:
        aplicar(espera.pop(len(diario.entradas) + 1))


def receber(texto):
    global alvo, epoca
    m = objeto(texto)
    if "pulso" in m:
        alvo, epoca = max(alvo, m["ultimo"]), max(epoca, m["epoca"])
    elif "seq" in m:
        numerada(m)
    else:
        aplicar(texto)


def respondida(m):
    global conferido, epoca
    if "seguir" in m:
        epoca, conferido = max(epoca, m["seguir"]), m["confere"]
    for envelope in m.get("envelopes", []):
        numerada(envelope)


def dizer():
    ultimo = len(diario.entradas)
    if not tem("nao-confirma"):
        primario.send_multipart([b"", json.dumps({"pedido": "NOTICIA", "id": "b#1", "epoca": epoca, "conferido": conferido,
                                                  "ultimo": ultimo, "epoca_do_ultimo": epoca, "ronda": 0,
                                                  "ronda_de": ""}).encode()])
    if alvo > ultimo and not tem("nao-pede"):
        primario.send_multipart([b"", json.dumps({"pedido": "HISTORICO", "desde": ultimo + 1, "max": 100,
                                                  "epoca": epoca}).encode()])


laco = zmq.Poller()
laco.register(difusao, zmq.POLLIN)
laco.register(primario, zmq.POLLIN)
pronto()
disse = 0
while True:
    prontos = dict(laco.poll(50))
    try:
        if difusao in prontos:
            lote = [difusao.recv()]
            if tem("ao-contrario"):
                while difusao.poll(2):
                    lote.insert(0, difusao.recv())
            for veio in lote:
                receber(texto_de(veio))
        if primario in prontos:
            respondida(json.loads(primario.recv_multipart()[-1]))
    except Recusada:
        if tem("morre-de-lixo"):
            raise
    if time.monotonic() - disse > 0.05:
        disse = time.monotonic()
        dizer()
