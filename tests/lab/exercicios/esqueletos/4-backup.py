"""O backup: repete o que o primário decidiu, e diz-lhe até onde tem no disco."""
import argparse
import sys

import zmq

opcoes = argparse.ArgumentParser(description=__doc__)
opcoes.add_argument("--id", default="backup")
opcoes.add_argument("--pedidos", type=int, default=6014)
opcoes.add_argument("--atualizacoes", type=int, default=6015)
opcoes.add_argument("--pedidos-primario", default="127.0.0.1:6004")
opcoes.add_argument("--atualizacoes-primario", default="127.0.0.1:6005")
opcoes.add_argument("--testemunha")
opcoes.add_argument("--consulta", type=int, default=7002)
opcoes.add_argument("--dados", default="dados")
o = opcoes.parse_args()
contexto = zmq.Context()
atualizacoes = contexto.socket(zmq.SUB)
atualizacoes.subscribe("")
atualizacoes.connect("tcp://" + o.atualizacoes_primario)
primario = contexto.socket(zmq.DEALER)  # a quem se dá notícia: um quadro vazio, e a mensagem
primario.connect("tcp://" + o.pedidos_primario)
print("pronto: assina", o.atualizacoes_primario, file=sys.stderr, flush=True)
while True:
    mensagem = atualizacoes.recv_string()
    sys.exit("exercício: falta ouvir " + mensagem)
