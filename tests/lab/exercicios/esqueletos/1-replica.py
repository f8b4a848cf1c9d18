"""Uma réplica: aplica cada operação assim que chega, e diz saldos a quem os pergunta."""
import argparse
import json
import sys
from decimal import Decimal

import zmq

opcoes = argparse.ArgumentParser(description=__doc__)
opcoes.add_argument("--clientes", default="127.0.0.1:5555")
opcoes.add_argument("--consulta", type=int, default=7001)
o = opcoes.parse_args()
contexto = zmq.Context()
operacoes = contexto.socket(zmq.SUB)
operacoes.subscribe("")
for cliente in o.clientes.split(","):
    operacoes.connect("tcp://" + cliente)
consultas = contexto.socket(zmq.REP)
consultas.bind(f"tcp://127.0.0.1:{o.consulta}")
acordar = zmq.Poller()
acordar.register(operacoes, zmq.POLLIN)
acordar.register(consultas, zmq.POLLIN)
saldos = {}  # conta -> Decimal
print("pronto: assina", o.clientes, file=sys.stderr, flush=True)
while True:
    prontos = dict(acordar.poll())
    if operacoes in prontos:
        op = json.loads(operacoes.recv_string(), parse_float=Decimal)
        sys.exit("exercício: falta aplicar " + op["tipo"])
    if consultas in prontos:
        conta = json.loads(consultas.recv_string())["conta"]
        consultas.send_string(json.dumps({"conta": conta, "saldo": float(saldos.get(conta, 0))}))
