"""Parte 4, backup (SUB): repete o que o primário fez, na ordem em que chega."""
from banco import Banco, Operacao
from programa import aplicar, conectar, opcoes, pronto, zmq

o = opcoes(__doc__, atualizacoes_primario="127.0.0.1:6005")
atualizacoes = conectar(zmq.SUB, o.atualizacoes_primario)
banco = Banco()
pronto("assina " + o.atualizacoes_primario)
while True:
    aplicar(banco, Operacao.ler(atualizacoes.recv_string()))
