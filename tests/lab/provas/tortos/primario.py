"""O primário da parte 4, sem testemunha: primario.py PEDIDOS ATUALIZACOES"""
import json
import sys
import time

from comum import Banco, Diario, Recusada, escrever, ligar, objeto, operacao, pronto, recusa, tem, texto_de, zmq

SILENCIO = 1.0
pedidos, difusao = ligar(zmq.ROUTER, sys.argv[1]), ligar(zmq.PUB, sys.argv[2])
diario, banco, conteudos = Diario("primario"), Banco(), {}
backups = {}     # os que estão em dia: até onde têm, e quando o disseram
por_responder = []


def aplicar(texto):
    op = operacao(texto)
    conteudos[op["id_msg"]] = json.loads(texto)
    return banco.aplicar(op)


def envelope(numero):
    return {"seq": numero, "op": diario.entradas[numero - 1], "epoca": 1}


for entrada in diario.entradas:
    aplicar(entrada)


def pedir(op):
    limpa = escrever(op)
    antes = conteudos.get(op["id_msg"])
    if antes and not tem("repete"):
        if antes != json.loads(limpa) and not tem("aceita-outra"):
            raise Recusada("id_repetido")
        return len(diario.entradas), "OK repetida"
    if antes:
        del banco.vistas[op["id_msg"]]
    diario.juntar(limpa)
    aceite = aplicar(limpa)
    if not tem("nao-difunde") and not (tem("perde-em-grupo") and pedidos.poll(5)):
        difusao.send_string(json.dumps(envelope(len(diario.entradas))))
    return len(diario.entradas), "OK APLICADA" if aceite else "OK RECUSADA"


def noticia(n):
    if not n["conferido"]:
        return json.dumps({"seguir": 1, "ultimo": n["ultimo"], "confere": n["ultimo"] <= len(diario.entradas)})
    if n["ultimo"] >= confirmado() or n["id"] in backups:
        backups[n["id"]] = (n["ultimo"], time.monotonic())
    return None


def confirmado():
    return min([len(diario.entradas)] + [tem_ate for tem_ate, _ in backups.values()])


def atender(texto):
    """Devolve até onde é preciso que todos tenham, e a resposta."""
    try:
        pedido = objeto(texto)
        qual = pedido.get("pedido")
        if qual == "NOTICIA":
            return 0, noticia(pedido)
        if qual == "ESTADO":
            return 0, json.dumps({"seq": len(diario.entradas), "em_dia": 1 + len(backups)})
        if qual == "HISTORICO" and not tem("sem-historico"):
            faixa = [envelope(n) for n in range(int(pedido["desde"]), len(diario.entradas) + 1)]
            return 0, json.dumps({"historia": "1", "primeira": 1, "ultima": len(diario.entradas), "envelopes": faixa})
        return pedir(operacao(texto))
    except Recusada as erro:
        return 0, recusa(erro)


pronto()
while True:
    if pedidos.poll(20):
        quem, _, corpo = pedidos.recv_multipart()
        por_responder.append((quem, *atender(texto_de(corpo))))
    for nome in [nome for nome, (_, visto) in backups.items() if time.monotonic() - visto > SILENCIO]:
        if not tem("espera-para-sempre"):
            del backups[nome]
    falta = []
    for quem, ate, resposta in por_responder:
        if ate > confirmado() and not tem("assincrono"):
            falta.append((quem, ate, resposta))
        elif resposta is not None:
            pedidos.send_multipart([quem, b"", resposta.encode()])
    por_responder = falta
