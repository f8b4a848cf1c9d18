#!/usr/bin/python3
"""O cliente da parte 2 em Python, com rpyc.

Uso: cliente_rpyc.py HOST:PORTA depositar CONTA VALOR
     cliente_rpyc.py HOST:PORTA sacar CONTA VALOR
     cliente_rpyc.py HOST:PORTA transferir ORIGEM DESTINO VALOR

Com BANCO_CHAVES=PASTA (a que ./run-all.sh chaves faz), por TLS.
"""
import os
import sys

import rpyc


def conectar(host, porta):
    chaves = os.environ.get("BANCO_CHAVES")
    if not chaves:
        return rpyc.connect(host, porta)
    eu = os.path.join(chaves, "cliente.pem")
    return rpyc.ssl_connect(host, porta, ca_certs=os.path.join(chaves, "servidor.crt"), certfile=eu, keyfile=eu)


def main():
    host, porta = sys.argv[1].rsplit(":", 1)
    metodo, contas, valor = sys.argv[2], sys.argv[3:-1], float(sys.argv[-1])
    with conectar(host, int(porta)) as conexao:
        try:
            print(getattr(conexao.root, metodo)(*contas, valor))
        except Exception as erro:
            print(f"{type(erro).__name__}: {erro.args[0]}", file=sys.stderr)
            sys.exit(1)


if __name__ == "__main__":
    main()
