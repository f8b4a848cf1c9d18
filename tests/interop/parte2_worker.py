"""Parte 2, worker (PULL): aplica as operações na ordem da fila."""
from banco import Banco, Operacao
from programa import aplicar, ligar, opcoes, pronto, zmq

o = opcoes(__doc__, porta=6001)
fila = ligar(zmq.PULL, o.porta)
banco = Banco()
pronto(f"recebe a fila na porta {o.porta}")
while True:
    aplicar(banco, Operacao.ler(fila.recv_string()))
