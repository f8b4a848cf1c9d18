"""O sequenciador: dá a cada operação um número, guarda-a, difunde-a, e responde o número."""
import argparse
import json
import sys

import zmq

opcoes = argparse.ArgumentParser(description=__doc__)
opcoes.add_argument("--pedidos", type=int, default=6002)
opcoes.add_argument("--ordem", type=int, default=6003)
opcoes.add_argument("--dados", default="dados")
o = opcoes.parse_args()
contexto = zmq.Context()
pedidos = contexto.socket(zmq.REP)
pedidos.bind(f"tcp://127.0.0.1:{o.pedidos}")
ordem = contexto.socket(zmq.PUB)
ordem.bind(f"tcp://127.0.0.1:{o.ordem}")
print("pronto: recebe pedidos na porta", o.pedidos, file=sys.stderr, flush=True)
while True:
    op = json.loads(pedidos.recv_string())
    sys.exit("exercício: falta numerar, guardar, difundir e responder")
