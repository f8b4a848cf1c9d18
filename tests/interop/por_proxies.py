"""Um pedido por um REQ com REQ_CORRELATE, direto e de trás de dois zmq.proxy.

Uso: por_proxies.py PORTA PEDIDO
"""
import os
import sys
import threading

from programa import CONTEXTO, zmq


def proxy(porta):
    """Um intermediário ROUTER-DEALER. Devolve a porta em que escuta."""
    frente, atras = CONTEXTO.socket(zmq.ROUTER), CONTEXTO.socket(zmq.DEALER)
    onde = frente.bind_to_random_port("tcp://127.0.0.1")
    atras.connect(f"tcp://127.0.0.1:{porta}")
    threading.Thread(target=zmq.proxy, args=(frente, atras), daemon=True).start()
    return onde


def pedir(porta, texto):
    pedidos = CONTEXTO.socket(zmq.REQ)
    pedidos.setsockopt(zmq.REQ_CORRELATE, 1)
    pedidos.setsockopt(zmq.RCVTIMEO, 20_000)
    pedidos.connect(f"tcp://127.0.0.1:{porta}")
    pedidos.send_string(texto)
    return pedidos.recv_string()


if __name__ == "__main__":
    servidor, pedido = int(sys.argv[1]), sys.argv[2]
    print(pedir(servidor, pedido), flush=True)
    print(pedir(proxy(proxy(servidor)), pedido), flush=True)
    os._exit(0)  # os proxies não acabam sozinhos
