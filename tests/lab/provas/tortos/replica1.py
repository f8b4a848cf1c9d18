"""A réplica da parte 1: replica1.py CLIENTE CLIENTE"""
import sys

from comum import CONTEXTO, Banco, Recusada, operacao, pronto, tem, texto_de, zmq

clientes = CONTEXTO.socket(zmq.SUB)
clientes.setsockopt(zmq.RECONNECT_IVL, -1 if tem("nao-religa") else 50)
clientes.subscribe("")
for endereco in sys.argv[1:2] if tem("um-cliente-so") else sys.argv[1:]:
    clientes.connect("tcp://" + endereco)
if tem("um-cliente-so"):
    outro = CONTEXTO.socket(zmq.SUB)
    outro.subscribe("")
    outro.connect("tcp://" + sys.argv[2])
banco = Banco()
pronto()
while True:
    lote = [clientes.recv()]
    while tem("ao-contrario") and clientes.poll(2):
        lote.insert(0, clientes.recv())
    for veio in lote:
        try:
            banco.aplicar(operacao(texto_de(veio)))
        except Recusada:
            if tem("morre-de-lixo"):
                raise
