"""Os clientes, que leem operações em JSON: cliente.py PARTE PORTA|ENDEREÇO"""
import json
import socket
import sys
import uuid

from comum import conectar, escrever, ligar, objeto, pronto, tem, zmq

parte = sys.argv[1]
difusao = ligar(zmq.XPUB, sys.argv[2]) if parte == "1" else None
if difusao:
    difusao.recv()


METODOS = {"DEPOSITO": "depositar", "SAQUE": "sacar", "TRANSFERENCIA": "transferir"}


def chamar(op, prazo):
    """Uma chamada em JSON-RPC; None se não há resposta."""
    contas = [conta for conta in (op["conta_origem"], op["conta_destino"]) if conta]
    chamada = {"jsonrpc": "2.0", "id": "1", "method": METODOS[op["tipo"]],
               "params": [*contas, float(op["valor"]), op["id_msg"]]}
    maquina, porta = sys.argv[2].split(":")
    with socket.create_connection((maquina, int(porta))) as conexao:
        conexao.settimeout(prazo)
        conexao.sendall(json.dumps(chamada).encode() + b"\n")
        try:
            resposta = json.loads(conexao.recv(65536))
            return resposta.get("result", "ERRO " + str(resposta.get("error")))
        except (TimeoutError, socket.timeout):
            return None


def pedir_por_rpc(op):
    while True:
        resposta = chamar(op, 60 if tem("desiste") else 0.5)
        if resposta:
            return resposta
        if tem("outro-nome"):
            op["id_msg"] = str(uuid.uuid4())


def pedir(texto):
    while True:
        pedidos = conectar(zmq.REQ, sys.argv[2])
        pedidos.send_string(texto)
        if pedidos.poll(500 if not tem("desiste") else 60_000):
            return pedidos.recv_string()
        pedidos.close()
        if tem("outro-nome"):
            texto = json.dumps({**objeto(texto), "id_msg": str(uuid.uuid4())}, default=float)


pronto()
guardada = None
for linha in sys.stdin:
    op = objeto(linha)
    if tem("sempre-o-mesmo"):
        op["id_msg"] = "1"
    if tem("ascii"):
        op["conta_origem"] = op["conta_origem"].encode("ascii", "replace").decode()
    if tem("outro-valor"):
        op["valor"] *= 2
    texto = escrever(op) if not tem("chave-a-mais") else json.dumps({**json.loads(escrever(op)), "hora": 1})
    if difusao:
        if tem("ao-contrario") and guardada is None and "ouvido" not in texto:
            guardada = texto
            continue
        difusao.send_string(texto)
        if guardada:
            difusao.send_string(guardada)
            guardada = None
        continue
    resposta = pedir_por_rpc(op) if parte == "2" else pedir(texto)
    if tem("morre-de-erro") and resposta.startswith("ERRO"):
        sys.exit(1)
    print("feito" if tem("nao-mostra") else resposta, flush=True)
