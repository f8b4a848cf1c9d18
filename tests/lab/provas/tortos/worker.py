"""O worker da parte 2: worker.py PORTA RPC"""
import json
import socket
import sys

from comum import Banco, Diario, Recusada, ligar, objeto, operacao, pronto, tem, texto_de, zmq

fila = ligar(zmq.PULL, sys.argv[1])
maquina, porta = sys.argv[2].split(":")
diario, banco = Diario("worker"), Banco()
espera, ultimo, alvo = {}, 0, 0


def aplicar(texto, seq=0):
    global ultimo
    op = operacao(texto)
    ultimo = max(ultimo, seq)
    diario.juntar(json.dumps({"seq": seq, "op": texto}))
    banco.aplicar(op)


for entrada in diario.entradas:
    guardada = json.loads(entrada)
    ultimo = max(ultimo, guardada["seq"])
    banco.aplicar(operacao(guardada["op"]))


def numerada(envelope):
    global alvo
    alvo = max(alvo, envelope["seq"])
    operacao(envelope["op"])
    if envelope["seq"] > ultimo:
        espera[envelope["seq"]] = envelope["op"]
    if tem("aplica-logo"):
        banco.aplicar(operacao(envelope["op"]))
    if tem("repete-numeros") and envelope["seq"] <= ultimo:
        banco.vistas.clear()
        banco.aplicar(operacao(envelope["op"]))
    while ultimo + 1 in espera:
        aplicar(espera.pop(ultimo + 1), ultimo + 1)


def perguntar():
    """O que houve na fila, do que me falta em diante."""
    with socket.create_connection((maquina, int(porta)), 2) as conexao:
        conexao.sendall(json.dumps({"jsonrpc": "2.0", "id": "1", "method": "historico",
                                    "params": [ultimo + 1, 100]}).encode() + b"\n")
        lido = b""
        while True:
            lido += conexao.recv(65536)
            try:
                return json.loads(lido)["result"]["envelopes"]
            except ValueError:
                continue


pronto()
while True:
    try:
        if fila.poll(50):
            lote = [fila.recv()]
            if tem("ao-contrario"):
                while fila.poll(2):
                    lote.insert(0, fila.recv())
            for bytes_ in lote:
                veio = objeto(texto_de(bytes_))
                if "seq" in veio:
                    numerada(veio)
                else:
                    aplicar(texto_de(bytes_))
        elif alvo > ultimo and not tem("nao-pede"):
            for envelope in perguntar():
                numerada(envelope)
    except Recusada:
        if tem("morre-de-lixo"):
            raise
