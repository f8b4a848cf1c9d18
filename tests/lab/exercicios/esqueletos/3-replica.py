"""Uma réplica: aplica as operações por ordem de número, e diz saldos a quem os pergunta."""
import argparse
import json
import sys
from decimal import Decimal

import zmq

opcoes = argparse.ArgumentParser(description=__doc__)
opcoes.add_argument("--ordem", default="127.0.0.1:6003")
opcoes.add_argument("--pedidos", default="127.0.0.1:6002")
opcoes.add_argument("--consulta", type=int, default=7001)
opcoes.add_argument("--dados", default="dados")
o = opcoes.parse_args()
contexto = zmq.Context()
ordem = contexto.socket(zmq.SUB)
ordem.subscribe("")
ordem.connect("tcp://" + o.ordem)
pedidos = contexto.socket(zmq.DEALER)  # onde se pede o que falta: um quadro vazio, e o pedido
pedidos.connect("tcp://" + o.pedidos)
consultas = contexto.socket(zmq.REP)
consultas.bind(f"tcp://127.0.0.1:{o.consulta}")
acordar = zmq.Poller()
for soquete in (ordem, pedidos, consultas):
    acordar.register(soquete, zmq.POLLIN)
saldos = {}  # conta -> Decimal
print("pronto: assina", o.ordem, file=sys.stderr, flush=True)
while True:
    prontos = dict(acordar.poll(100))
    if ordem in prontos:
        envelope = json.loads(ordem.recv_string())
        op = json.loads(envelope["op"], parse_float=Decimal)
        sys.exit(f"exercício: falta aplicar o número {envelope['seq']}, quando for a vez dele")
    if consultas in prontos:
        conta = json.loads(consultas.recv_string())["conta"]
        consultas.send_string(json.dumps({"conta": conta, "saldo": float(saldos.get(conta, 0))}))
