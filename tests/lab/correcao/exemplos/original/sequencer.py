"""Sequenciador com endereços e portas escritos no programa, como o sistema original: nada lhe diz onde escutar."""
import json
import time

import zmq

SEQUENCER_IP = "34.229.10.20"
contexto = zmq.Context()
pedidos = contexto.socket(zmq.REP)
pedidos.bind("tcp://*:6002")
ordem = contexto.socket(zmq.PUB)
ordem.bind("tcp://*:6003")
time.sleep(1)
print("Sequenciador rodando em", SEQUENCER_IP)
seq = 0
while True:
    op = json.loads(pedidos.recv_string())
    seq += 1
    ordem.send_string(json.dumps({"seq": seq, "op": json.dumps(op)}))
    pedidos.send_string(f"OK seq={seq}")
