"""A réplica da parte 3: replica.py ORDEM PEDIDOS"""
import json
import sys
from decimal import Decimal

from comum import Banco, Diario, Recusada, conectar, objeto, operacao, pronto, tem, texto_de, zmq

ordem, recuperacao = conectar(zmq.SUB, sys.argv[1]), conectar(zmq.DEALER, sys.argv[2])
diario, banco = Diario("replica"), Banco()
espera, ultimo, alvo, fonte, foto, pediu = {}, 0, 0, None, False, set()


def refazer(entrada):
    global ultimo
    lida = json.loads(entrada, parse_float=Decimal)
    if "saldos" in lida:
        banco.saldos = {conta: Decimal(saldo) for conta, saldo in lida["saldos"].items()}
        banco.vistas = {r[0]: r[1] is None for r in lida["resultados"]}
    else:
        banco.aplicar(operacao(lida["op"]))
    ultimo = lida["seq"]


for guardada in diario.entradas:
    refazer(guardada)


def entregar():
    while ultimo + 1 in espera:
        diario.juntar(json.dumps({"seq": ultimo + 1, "op": espera.pop(ultimo + 1)}))
        refazer(diario.entradas[-1])


def receber(envelope):
    global alvo
    seq = envelope.get("seq")
    if not isinstance(seq, int) or not isinstance(envelope.get("op"), str):
        raise Recusada("não é um envelope")
    operacao(envelope["op"])
    if tem("aplica-logo") or tem("sem-memoria-de-numeros"):
        op = operacao(envelope["op"])
        if tem("sem-memoria-de-numeros"):
            banco.vistas.clear()
        if tem("aplica-logo") or seq <= ultimo:
            banco.aplicar(op)
    alvo = max(alvo, seq)
    if seq > ultimo:
        if tem("um-lugar-so"):
            espera.clear()
        espera[seq] = envelope["op"]
    entregar()


def pedir():
    if fonte and alvo > ultimo and not tem("nao-pede") and not (tem("pede-uma-vez") and ultimo in pediu):
        pediu.add(ultimo)
        pedido = {"pedido": "INSTANTANEO", "posicao": 0, "desde": 0} if foto else \
            {"pedido": "HISTORICO", "desde": ultimo + 1, "max": 100}
        recuperacao.send_multipart([b"", json.dumps(pedido).encode()])


def respondida(resposta):
    global foto, ultimo
    if resposta["historia"] != fonte and not tem("mistura-historias"):
        return
    if "texto" in resposta:
        estado = json.loads(resposta["texto"], parse_float=str)
        diario.juntar(json.dumps({"seq": resposta["posicao"], "saldos": estado["saldos"],
                                  "resultados": estado["resultados"]}))
        refazer(diario.entradas[-1])
        foto = False
        entregar()
        return
    foto = resposta["primeira"] > ultimo + 1 and not tem("sem-instantaneo")
    for envelope in resposta["envelopes"]:
        receber(envelope)


laco = zmq.Poller()
laco.register(ordem, zmq.POLLIN)
laco.register(recuperacao, zmq.POLLIN)
pronto()
while True:
    prontos = dict(laco.poll(50))
    try:
        if ordem in prontos:
            veio = objeto(texto_de(ordem.recv()))
            fonte = fonte or veio.get("fonte")
            if veio.get("fonte") == fonte or tem("mistura-historias"):
                receber(veio)
        if recuperacao in prontos:
            respondida(json.loads(recuperacao.recv_multipart()[-1], parse_float=Decimal))
    except Recusada:
        if tem("morre-de-lixo"):
            raise
    pedir()
