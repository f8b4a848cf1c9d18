#!/usr/bin/python3
"""O servidor da parte 2 em Python: RPyC numa porta, e cada operação, em JSON, na fila de cada worker.

Uso: servidor_rpyc.py PORTA WORKER_HOST:PORTA [WORKER_HOST:PORTA ...]
"""
import json
import logging
import sys
import threading
import uuid

import rpyc
import zmq
from rpyc.utils.server import ThreadedServer

CONTEXTO = zmq.Context()
TRANCA = threading.Lock()  # um soquete ZeroMQ não se usa de duas linhas de execução ao mesmo tempo
FILAS = []


def enfileirar(tipo, conta_origem, conta_destino, valor):
    operacao = {"id_msg": str(uuid.uuid4()), "tipo": tipo, "conta_origem": conta_origem,
                "conta_destino": conta_destino, "valor": valor * 1.0}
    with TRANCA:
        for fila in FILAS:
            fila.send_string(json.dumps(operacao))
    return operacao["id_msg"]


class BancoService(rpyc.Service):
    def exposed_depositar(self, conta, valor):
        return "DEPOSITO enfileirado: " + enfileirar("DEPOSITO", conta, None, valor)

    def exposed_sacar(self, conta, valor):
        return "SAQUE enfileirado: " + enfileirar("SAQUE", conta, None, valor)

    def exposed_transferir(self, conta_origem, conta_destino, valor):
        return "TRANSFERENCIA enfileirada: " + enfileirar("TRANSFERENCIA", conta_origem, conta_destino, valor)


def main():
    logging.basicConfig(stream=sys.stderr)
    for worker in sys.argv[2:]:
        fila = CONTEXTO.socket(zmq.PUSH)
        fila.connect("tcp://" + worker)
        FILAS.append(fila)
    servidor = ThreadedServer(BancoService(), hostname="127.0.0.1", port=int(sys.argv[1]))
    print("pronto: servidor_rpyc na porta", sys.argv[1], file=sys.stderr, flush=True)
    servidor.start()


if __name__ == "__main__":
    main()
