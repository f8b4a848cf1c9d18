"""O primário: aplica, guarda, difunde aos backups, e responde quando eles têm a operação no disco."""
import argparse
import sys

import zmq

opcoes = argparse.ArgumentParser(description=__doc__)
opcoes.add_argument("--id", default="primario")
opcoes.add_argument("--pedidos", type=int, default=6004)
opcoes.add_argument("--atualizacoes", type=int, default=6005)
opcoes.add_argument("--testemunha")
opcoes.add_argument("--consulta", type=int, default=7001)
opcoes.add_argument("--dados", default="dados")
o = opcoes.parse_args()
contexto = zmq.Context()
pedidos = contexto.socket(zmq.ROUTER)
pedidos.setsockopt(zmq.IDENTITY, b"banco-replicado")  # fala o que os nossos falam: mandam-lhe notícias
pedidos.bind(f"tcp://127.0.0.1:{o.pedidos}")
atualizacoes = contexto.socket(zmq.XPUB)
atualizacoes.bind(f"tcp://127.0.0.1:{o.atualizacoes}")
print("pronto: recebe pedidos na porta", o.pedidos, file=sys.stderr, flush=True)
while True:
    *caminho, pedido = pedidos.recv_multipart()
    sys.exit("exercício: falta atender " + pedido.decode())
