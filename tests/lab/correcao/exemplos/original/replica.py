"""Réplica que assina um endereço escrito no programa, e escreve o banco depois de cada operação."""
import json

import zmq

SEQUENCER_IP = "34.229.10.20"
contexto = zmq.Context()
ordem = contexto.socket(zmq.SUB)
ordem.connect(f"tcp://{SEQUENCER_IP}:6003")
ordem.setsockopt_string(zmq.SUBSCRIBE, "")
contas = {}
espera = {}
proximo = 1
while True:
    mensagem = json.loads(ordem.recv_string())
    espera[mensagem["seq"]] = json.loads(mensagem["op"])
    while proximo in espera:
        op = espera.pop(proximo)
        proximo += 1
        origem, destino, valor = op["conta_origem"], op["conta_destino"], op["valor"]
        contas.setdefault(origem, 0.0)
        if op["tipo"] == "DEPOSITO":
            contas[origem] += valor
        elif contas[origem] >= valor:
            contas[origem] -= valor
            if op["tipo"] == "TRANSFERENCIA":
                contas[destino] = contas.get(destino, 0.0) + valor
        print("Estado do banco:")
        for conta, saldo in contas.items():
            print(f"  {conta}: R$ {saldo:.2f}")
