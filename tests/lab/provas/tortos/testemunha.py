"""A testemunha da parte 4: testemunha.py PORTA"""
import json
import sys
import time

from comum import Diario, Recusada, ligar, objeto, pronto, recusa, tem, texto_de, zmq

SILENCIO = 1.0
porta, diario = ligar(zmq.ROUTER, sys.argv[1]), Diario("visoes")
visao = json.loads(diario.entradas[-1]) if diario.entradas else None
vistos, onde, acordou, passou = {}, {}, 0, time.monotonic()


def mudar(nova):
    global visao
    visao = nova
    diario.juntar(json.dumps(nova))


def nova(epoca, versao, primario, em_dia):
    return {"epoca": epoca, "versao": versao, "primario": primario, **onde[primario], "em_dia": sorted(em_dia)}


def noticia(p):
    quem = p["id"]
    vistos[quem] = time.monotonic()
    onde[quem] = {"pedidos": p["pedidos"], "atualizacoes": p["atualizacoes"]}
    propor = p.get("propor")
    if visao is None:
        if p["inicial"] or tem("qualquer-um"):
            mudar(nova(1, 1, quem, {quem}))
    elif propor and (quem == visao["primario"] or tem("todos-mudam")) and \
            ((p.get("epoca"), p.get("versao")) == (visao["epoca"], visao["versao"]) or tem("visao-velha")):
        mudar(nova(visao["epoca"], visao["versao"] + 1, visao["primario"], {*propor, visao["primario"]}))
    elif p.get("renovar") and not tem("nao-renova") and quem == visao["primario"] and p.get("versao") == visao["versao"]:
        mudar(nova(visao["epoca"] + 1, visao["versao"] + 1, quem, visao["em_dia"]))
    elif tem("reelege") and propor:
        mudar(nova(visao["epoca"] + 1, visao["versao"] + 1, quem, propor))


def passar():
    global acordou, passou
    agora = time.monotonic()
    if agora - passou > SILENCIO and not tem("promove-ao-acordar"):
        acordou = agora
    passou = agora
    if visao and agora - max(acordou, vistos.get(visao["primario"], agora)) > SILENCIO:
        vivos = [s for s, visto in sorted(vistos.items()) if time.monotonic() - visto < SILENCIO]
        if not tem("promove-o-atrasado"):
            vivos = [s for s in vivos if s in visao["em_dia"]]
        if vivos and not tem("nao-promove"):
            mudar(nova(visao["epoca"] + 1, visao["versao"] + 1, vivos[0], {vivos[0]}))


def atender(texto):
    try:
        pedido = objeto(texto)
        if pedido.get("pedido") != "VISAO":
            raise Recusada("só VISAO")
        noticia(pedido)
        return json.dumps(visao or {"visao": "nenhuma"})
    except Recusada as erro:
        return recusa(erro)


pronto()
while True:
    if porta.poll(20):
        quem, _, corpo = porta.recv_multipart()
        resposta = atender(texto_de(corpo))
        if resposta is not None:
            porta.send_multipart([quem, b"", resposta.encode()])
    passar()
