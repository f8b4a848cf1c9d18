"""Parte 3, cliente (REQ): pede ao sequenciador um número para cada operação da entrada padrão."""
import re

from programa import comandos, conectar, opcoes, zmq

o = opcoes(__doc__, sequenciador="127.0.0.1:6002")
pedidos = conectar(zmq.REQ, o.sequenciador)
for op in comandos():
    pedidos.send_string(op.json())
    resposta = pedidos.recv_string()
    if not re.fullmatch(r"OK seq=\d+|ERRO [\w-]+: .+", resposta):
        raise ValueError(f"não conheço a resposta {resposta}")
    print(resposta, flush=True)
