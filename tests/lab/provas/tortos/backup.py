"""O backup da parte 4, com testemunha ou sem ela: backup.py ATUALIZACOES-PRIMARIO PEDIDOS-PRIMARIO PEDIDOS [TESTEMUNHA]"""
import json
import sys
import time

from comum import Banco, Diario, Recusada, conectar, ligar, objeto, operacao, pronto, recusa, tem, texto_de, zmq

difusao, primario = conectar(zmq.SUB, sys.argv[1]), conectar(zmq.DEALER, sys.argv[2])
diario, epocas, banco = Diario("backup"), Diario("epocas"), Banco()  # as entradas, e a época de cada uma
espera, alvo, epoca, conferido = {}, 0, 0, False
pedidos = ligar(zmq.ROUTER, sys.argv[3])
testemunha = conectar(zmq.DEALER, sys.argv[4]) if len(sys.argv) > 4 else None
primario_sou_eu, ouviu = False, time.monotonic()


def aplicar(texto, da_epoca=0):
    op = operacao(texto)
    if tem("diz-antes"):
        dizer(1)
    diario.juntar(texto)
    epocas.juntar(str(da_epoca))
    banco.aplicar(op)


for entrada in diario.entradas:
    banco.aplicar(operacao(entrada))


def largar():
    """O que tenho não é um começo do que o primário tem: peço-lhe tudo."""
    diario.apagar()
    epocas.apagar()
    espera.clear()
    banco.__init__()


def subir(outra):
    """Numa época nova, o diário está por conferir com o de quem nela manda."""
    global epoca, conferido
    conferido = conferido and outra <= epoca
    epoca = max(epoca, outra)


def numerada(envelope, pedida=False):
    global alvo
    seq, dela = envelope["seq"], envelope.get("epoca", 0)
    if not isinstance(seq, int) or (dela < epoca and not pedida and not tem("ignora-a-epoca")):
        return
    if tem("sem-numeradas"):
        raise SystemExit(4)
    subir(dela)
    alvo = max(alvo, seq)
    if seq > len(diario.entradas):
        operacao(envelope["op"])
        espera[seq] = envelope["op"], dela
    if tem("aplica-logo") and seq in espera:
        banco.aplicar(operacao(envelope["op"]))
    if conferido or not dela:
        seguidas()


def seguidas():
    """Aplica as que esperavam, enquanto não faltar nenhuma."""
    while len(diario.entradas) + 1 in espera:
        aplicar(*espera.pop(len(diario.entradas) + 1))


def receber(texto):
    global alvo
    m = objeto(texto)
    if "pulso" in m:
        alvo = max(alvo, m["ultimo"])
        subir(m["epoca"])
    elif "seq" in m:
        numerada(m)
    else:
        aplicar(texto)


def respondida(m):
    global conferido
    if "seguir" in m and m["ultimo"] == len(diario.entradas):
        subir(m["seguir"])
        conferido = True
        if not m["confere"] and not tem("guarda-o-fim"):
            largar()
        seguidas()
    for envelope in m.get("envelopes", []):
        numerada(envelope, pedida=True)


def dizer(mais=0):
    ultimo = len(diario.entradas)
    da_ultima = int(epocas.entradas[-1]) if ultimo else 0
    if not tem("nao-confirma"):
        primario.send_multipart([b"", json.dumps({"pedido": "NOTICIA", "id": "b#1", "epoca": epoca, "conferido": conferido,
                                                  "ultimo": ultimo + mais, "epoca_do_ultimo": da_ultima, "ronda": 0,
                                                  "ronda_de": ""}).encode()])
    if conferido and alvo > ultimo and not tem("nao-pede"):
        primario.send_multipart([b"", json.dumps({"pedido": "HISTORICO", "desde": ultimo + 1, "max": 100,
                                                  "epoca": epoca}).encode()])


def perguntar():
    """Dá notícia à testemunha, e pergunta-lhe quem é o primário."""
    testemunha.send_multipart([b"", json.dumps({"pedido": "VISAO", "id": "b#1", "pedidos": "127.0.0.1:" + sys.argv[3],
                                                "atualizacoes": "127.0.0.1:" + sys.argv[3],
                                                "inicial": False}).encode()])


def disse(visao):
    global primario_sou_eu, epoca
    if visao.get("primario") == "b#1" and visao["epoca"] > epoca and not tem("nao-assume"):
        primario_sou_eu, epoca = True, visao["epoca"]


def atender(texto):
    calado = time.monotonic() - ouviu > 1
    try:
        op = operacao(texto)
        if not primario_sou_eu and not (tem("assume-sozinho") and calado):
            return "ERRO nao-primario: há outro"
        if op["id_msg"] not in banco.vistas:
            aplicar(texto, epoca)
        return "OK APLICADA" if banco.vistas[op["id_msg"]] else "OK RECUSADA"
    except Recusada as erro:
        return recusa(erro)


laco = zmq.Poller()
laco.register(pedidos, zmq.POLLIN)
laco.register(difusao, zmq.POLLIN)
laco.register(primario, zmq.POLLIN)
pronto()
deu_noticia = 0
while True:
    prontos = dict(laco.poll(50))
    try:
        if difusao in prontos:
            lote = [difusao.recv()]
            if tem("ao-contrario"):
                while difusao.poll(2):
                    lote.insert(0, difusao.recv())
            ouviu = time.monotonic()
            for veio in lote:
                receber(texto_de(veio))
        while testemunha and testemunha.poll(0):
            disse(json.loads(testemunha.recv_multipart()[-1]))
        if pedidos in prontos:
            quem, _, corpo = pedidos.recv_multipart()
            pedidos.send_multipart([quem, b"", atender(texto_de(corpo)).encode()])
        if primario in prontos:
            respondida(json.loads(primario.recv_multipart()[-1]))
    except Recusada:
        if tem("morre-de-lixo"):
            raise
    if time.monotonic() - deu_noticia > 0.05:
        deu_noticia = time.monotonic()
        dizer()
        if testemunha:
            perguntar()
