"""O primário da parte 4, com testemunha ou sem ela: primario.py PEDIDOS ATUALIZACOES [TESTEMUNHA]"""
import json
import sys
import time

from comum import Banco, Diario, Recusada, conectar, escrever, ligar, objeto, operacao, pronto, recusa, tem, texto_de, zmq

SILENCIO = 1.0
EU = "p#1"
pedidos, difusao = ligar(zmq.ROUTER, sys.argv[1]), ligar(zmq.PUB, sys.argv[2])
testemunha = conectar(zmq.DEALER, sys.argv[3]) if len(sys.argv) > 3 else None
diario, epocas, banco, conteudos = Diario("primario"), Diario("epocas"), Banco(), {}
mandatos = Diario("mandatos")                   # as épocas em que já mandei
backups = {}                                    # até onde têm, e quando o disseram
por_responder, em_curso = [], {}                # em_curso: o id_msg do que não se confirmou, e o número dele
visao, epoca, perguntou = None, 0 if testemunha else 1, 0


def aplicar(texto):
    op = operacao(texto)
    conteudos[op["id_msg"]] = json.loads(texto)
    return banco.aplicar(op)


def envelope(numero):
    return {"seq": numero, "op": diario.entradas[numero - 1], "epoca": int(epocas.entradas[numero - 1])}


for entrada in diario.entradas:
    aplicar(entrada)


def pedir(op):
    limpa = escrever(op)
    antes = conteudos.get(op["id_msg"])
    if antes and not tem("repete"):
        if antes != json.loads(limpa) and not tem("aceita-outra"):
            raise Recusada("id_repetido")
        return 0 if tem("repetida-antes") else em_curso.get(op["id_msg"], 0), "OK repetida"
    if antes:
        del banco.vistas[op["id_msg"]]
    diario.juntar(limpa)
    epocas.juntar(str(epoca))
    em_curso[op["id_msg"]] = len(diario.entradas)
    aceite = aplicar(limpa)
    if not tem("nao-difunde") and not (tem("perde-em-grupo") and pedidos.poll(5)):
        difusao.send_string(json.dumps(envelope(len(diario.entradas))))
    return len(diario.entradas), "OK APLICADA" if aceite else "OK RECUSADA"


def noticia(n):
    ultimo = n["ultimo"]
    if not n["conferido"] or n["epoca"] != epoca:
        comeco = ultimo == 0 or ultimo <= len(diario.entradas) and int(epocas.entradas[ultimo - 1]) == n["epoca_do_ultimo"]
        return json.dumps({"seguir": epoca, "ultimo": ultimo, "confere": comeco})
    if ultimo >= confirmado() or n["id"] in backups:
        backups[n["id"]] = (ultimo, time.monotonic())
    return None


def em_dia():
    """Os outros que têm de ter tudo o que se confirma."""
    if testemunha and not tem("sem-licenca"):
        return [nome for nome in visao["em_dia"] if nome != EU] if visao else []
    return list(backups)


def confirmado():
    return min([len(diario.entradas)] + [backups.get(nome, (0, 0))[0] for nome in em_dia()])


def perguntar():
    """Dá notícia à testemunha, e propõe-lhe quem está em dia; a que mandou na época de agora, e reiniciou, pede outra."""
    pergunta = {"pedido": "VISAO", "id": EU, "pedidos": "127.0.0.1:" + sys.argv[1],
                "atualizacoes": "127.0.0.1:" + sys.argv[2], "inicial": True}
    if visao:
        pergunta.update(epoca=visao["epoca"], versao=visao["versao"])
    vivos = sorted([EU, *backups])
    if epoca and vivos != sorted(visao["em_dia"]):
        pergunta["propor"] = vivos
    elif visao and not epoca:
        pergunta["renovar"] = True
    testemunha.send_multipart([b"", json.dumps(pergunta).encode()])


def disse(nova):
    global visao, epoca
    if "primario" not in nova:
        return
    visao = nova
    nela = str(visao["epoca"])
    if visao["primario"] == EU and visao["epoca"] > epoca and (nela not in mandatos.entradas or tem("reusa-a-epoca")):
        epoca = visao["epoca"]
        mandatos.juntar(nela)


def atender(texto):
    """Devolve até onde é preciso que todos tenham, e a resposta."""
    try:
        pedido = objeto(texto)
        qual = pedido.get("pedido")
        if qual == "NOTICIA":
            return 0, noticia(pedido)
        if qual == "ESTADO":
            return 0, json.dumps({"seq": len(diario.entradas), "em_dia": 1 + len(em_dia())})
        if qual == "HISTORICO" and not tem("sem-historico"):
            faixa = [envelope(n) for n in range(int(pedido["desde"]), len(diario.entradas) + 1)]
            return 0, json.dumps({"historia": "1", "primeira": 1, "ultima": len(diario.entradas), "envelopes": faixa})
        if not epoca:
            return 0, "ERRO nao-primario: ainda não há primário"
        return pedir(operacao(texto))
    except Recusada as erro:
        return 0, recusa(erro)


pronto()
while True:
    if pedidos.poll(20):
        quem, _, corpo = pedidos.recv_multipart()
        por_responder.append((quem, *atender(texto_de(corpo))))
    if testemunha and time.monotonic() - perguntou > 0.1:
        perguntou = time.monotonic()
        perguntar()
    while testemunha and testemunha.poll(0):
        disse(json.loads(testemunha.recv_multipart()[-1]))
    for nome in [nome for nome, (_, visto) in backups.items() if time.monotonic() - visto > SILENCIO]:
        if not tem("espera-para-sempre"):
            del backups[nome]
    falta = []
    em_curso = {nome: ate for nome, ate in em_curso.items() if ate > confirmado()}
    for quem, ate, resposta in por_responder:
        if ate > confirmado() and not tem("assincrono"):
            falta.append((quem, ate, resposta))
        elif resposta is not None:
            pedidos.send_multipart([quem, b"", resposta.encode()])
    por_responder = falta
