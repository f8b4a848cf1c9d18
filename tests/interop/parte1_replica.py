"""Parte 1, réplica (SUB): aplica as operações na ordem em que chegam."""
from banco import Banco, Operacao
from programa import aplicar, conectar, opcoes, pronto, zmq

o = opcoes(__doc__, clientes="127.0.0.1:5555")
operacoes = conectar(zmq.SUB, *o.clientes.split(","))
banco = Banco()
pronto("assina " + o.clientes)
while True:
    aplicar(banco, Operacao.ler(operacoes.recv_string()))
