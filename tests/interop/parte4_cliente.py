"""Parte 4, cliente (REQ): pede ao primário cada operação da entrada padrão."""
from programa import comandos, conectar, opcoes, zmq

o = opcoes(__doc__, primario="127.0.0.1:6004")
pedidos = conectar(zmq.REQ, o.primario)
for op in comandos():
    pedidos.send_string(op.json())
    resposta = pedidos.recv_string()
    if not resposta.startswith(("OK", "ERRO ")):
        raise ValueError(f"não conheço a resposta {resposta}")
    print(resposta, flush=True)
