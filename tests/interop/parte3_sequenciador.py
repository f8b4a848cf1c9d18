"""Parte 3, sequenciador (REP e PUB): numera cada operação e difunde a ordem."""
import json

from banco import Operacao
from programa import difundir_em, ligar, opcoes, pronto, zmq

o = opcoes(__doc__, pedidos=6002, ordem=6003, esperar=0)
pedidos = ligar(zmq.REP, o.pedidos)
ordem = difundir_em(o.ordem, o.esperar)
numeros = {}  # id_msg -> seq
pronto(f"recebe pedidos na porta {o.pedidos}, difunde a ordem na porta {o.ordem}")
while True:
    op = Operacao.ler(pedidos.recv_string())
    if op.id_msg not in numeros:
        numeros[op.id_msg] = len(numeros) + 1
        ordem.send_string(json.dumps({"seq": numeros[op.id_msg], "op": op.json()}))
    pedidos.send_string(f"OK seq={numeros[op.id_msg]}")
