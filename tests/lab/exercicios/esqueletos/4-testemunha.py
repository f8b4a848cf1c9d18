"""A testemunha: guarda a visão, e muda-a quando o primário pede ou se cala."""
import argparse
import json
import sys

import zmq

opcoes = argparse.ArgumentParser(description=__doc__)
opcoes.add_argument("--porta", type=int, default=6006)
opcoes.add_argument("--dados", default="dados")
o = opcoes.parse_args()
contexto = zmq.Context()
perguntas = contexto.socket(zmq.REP)
perguntas.setsockopt(zmq.IDENTITY, b"banco-replicado")
perguntas.bind(f"tcp://127.0.0.1:{o.porta}")
print("pronto: responde na porta", o.porta, file=sys.stderr, flush=True)
while True:
    pergunta = json.loads(perguntas.recv_string())
    sys.exit("exercício: falta responder a " + json.dumps(pergunta))
