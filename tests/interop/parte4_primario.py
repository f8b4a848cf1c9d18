"""Parte 4, primário (REP e PUB): aplica, repassa aos backups, responde."""
from banco import Banco, Operacao
from programa import aplicar, difundir_em, ligar, opcoes, pronto, zmq

o = opcoes(__doc__, pedidos=6004, atualizacoes=6005, esperar=0)
pedidos = ligar(zmq.REP, o.pedidos)
atualizacoes = difundir_em(o.atualizacoes, o.esperar)
banco = Banco()
respostas = {}  # id_msg -> o que se respondeu: um pedido repetido vale uma vez
pronto(f"recebe pedidos na porta {o.pedidos}, difunde na porta {o.atualizacoes}")
while True:
    op = Operacao.ler(pedidos.recv_string())
    if op.id_msg not in respostas:
        respostas[op.id_msg] = "OK " + aplicar(banco, op)
        atualizacoes.send_string(op.json())
    pedidos.send_string(respostas[op.id_msg])
