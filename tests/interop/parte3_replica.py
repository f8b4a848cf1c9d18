"""Parte 3, réplica (SUB): aplica as operações na ordem dos números; o adiantado espera, o velho é ignorado."""
import json
import sys

from banco import Banco, Operacao
from programa import aplicar, conectar, opcoes, pronto, zmq

o = opcoes(__doc__, ordem="127.0.0.1:6003")
ordem = conectar(zmq.SUB, o.ordem)
banco = Banco()
espera = {}  # seq -> op
proximo = 1
pronto("assina " + o.ordem)
while True:
    envelope = json.loads(ordem.recv_string())  # só se olham seq e op: o resto do envelope não é da semente
    if envelope["seq"] >= proximo:
        espera[envelope["seq"]] = envelope["op"]
    if espera and proximo not in espera:
        print(f"esperar: chegou {envelope['seq']}, falta {proximo}", file=sys.stderr, flush=True)
    while proximo in espera:
        aplicar(banco, Operacao.ler(espera.pop(proximo)))
        proximo += 1
