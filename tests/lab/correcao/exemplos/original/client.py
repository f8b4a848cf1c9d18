"""Cliente que só tem um menu, e fala com um endereço escrito no programa."""
import json
import uuid

import zmq

SEQUENCER_IP = "34.229.10.20"
pedidos = zmq.Context().socket(zmq.REQ)
pedidos.connect(f"tcp://{SEQUENCER_IP}:6002")
TIPOS = {"1": "DEPOSITO", "2": "SAQUE", "3": "TRANSFERENCIA"}
while True:
    print("1 - Depósito\n2 - Saque\n3 - Transferência\n0 - Sair")
    opcao = input("Opção: ")
    if opcao not in TIPOS:
        break
    origem = input("Conta: ")
    destino = input("Conta de destino: ") if opcao == "3" else None
    op = {"id_msg": str(uuid.uuid4()), "tipo": TIPOS[opcao], "conta_origem": origem, "conta_destino": destino,
          "valor": float(input("Valor: "))}
    pedidos.send_string(json.dumps(op))
    print(pedidos.recv_string())
