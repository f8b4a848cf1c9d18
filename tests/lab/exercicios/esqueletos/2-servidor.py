"""O servidor: cada chamada (RPyC) é uma operação, que se guarda e se envia a cada worker."""
import argparse
import sys

import rpyc
import zmq
from rpyc.utils.server import ThreadedServer

opcoes = argparse.ArgumentParser(description=__doc__)
opcoes.add_argument("--porta", type=int, default=50051)
opcoes.add_argument("--workers", default="127.0.0.1:6001")
opcoes.add_argument("--dados", default="dados")
o = opcoes.parse_args()
contexto = zmq.Context()
filas = []
for worker in o.workers.split(","):
    fila = contexto.socket(zmq.PUSH)
    fila.connect("tcp://" + worker)
    filas.append(fila)


def enfileirar(tipo, conta_origem, conta_destino, valor):
    print("exercício: falta enfileirar", tipo, file=sys.stderr, flush=True)
    raise NotImplementedError("exercício: falta enfileirar " + tipo)


class Banco(rpyc.Service):
    def exposed_depositar(self, conta, valor):
        return enfileirar("DEPOSITO", conta, None, valor)

    def exposed_sacar(self, conta, valor):
        return enfileirar("SAQUE", conta, None, valor)

    def exposed_transferir(self, conta_origem, conta_destino, valor):
        return enfileirar("TRANSFERENCIA", conta_origem, conta_destino, valor)


servidor = ThreadedServer(Banco(), hostname="127.0.0.1", port=o.porta)  # cada cliente na sua linha de execução
print("pronto: recebe chamadas na porta", o.porta, file=sys.stderr, flush=True)
servidor.start()
