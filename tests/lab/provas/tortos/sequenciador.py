"""O sequenciador da parte 3: sequenciador.py PEDIDOS ORDEM"""
import json
import sys

from comum import Diario, Recusada, escrever, ligar, objeto, operacao, pronto, recusa, tem, texto_de, zmq

pedidos, ordem = ligar(zmq.ROUTER, sys.argv[1]), ligar(zmq.PUB, sys.argv[2])
if tem("exige-quem-pediu"):
    pedidos.setsockopt(zmq.ROUTER_MANDATORY, 1)
diario = Diario("ordem")
conteudos, de_cada = {}, {}


def lembrar(envelope):
    lido = json.loads(envelope)
    op = json.loads(lido["op"])
    conteudos[op["id_msg"]] = (lido["seq"], op)


for entrada in diario.entradas:
    lembrar(entrada)


def ordenar(quem, op):
    limpa = json.loads(escrever(op))
    antes = conteudos.get(op["id_msg"])
    if antes and not tem("numero-novo"):
        if antes[1] != limpa and not tem("aceita-outra"):
            raise Recusada("id_repetido")
        if tem("gasta-um"):
            diario.juntar(json.dumps({"seq": len(diario.entradas) + 1, "op": escrever(op)}))
        return antes[0]
    seq = len(diario.entradas) + 1 + (tem("do-dois"))
    if tem("um-por-cliente"):
        seq = de_cada[quem] = de_cada.get(quem, 0) + 1
    corpo = {**limpa, "seq": seq} if tem("chave-a-mais") else limpa
    envelope = json.dumps({"seq": seq, "op": corpo if tem("op-objeto") else json.dumps(corpo)})
    diario.juntar(json.dumps({"seq": seq, "op": json.dumps(limpa)}))
    lembrar(diario.entradas[-1])
    if tem("outra-no-fio"):
        envelope = envelope.replace("SAQUE", "DEPOSITO")
    if not tem("nao-difunde"):
        ordem.send_string(envelope)
    return seq


def atender(quem, texto):
    try:
        pedido = objeto(texto)
        if pedido.get("pedido") == "HISTORICO" and not tem("sem-historico"):
            desde = int(pedido["desde"])
            faixa = [json.loads(e) for e in diario.entradas[desde - 1:]]
            return json.dumps({"historia": "h", "primeira": 1, "ultima": len(diario.entradas), "envelopes": faixa})
        seq = ordenar(quem, operacao(texto))
        return f"OK {seq}" if tem("sem-seq") else f"OK seq={seq} guardada"
    except Recusada as erro:
        return recusa(erro)


pronto()
while True:
    if pedidos.poll(200):
        quem, _, corpo = pedidos.recv_multipart()
        resposta = atender(quem, texto_de(corpo))
        if resposta is not None:
            pedidos.send_multipart([quem, b"", resposta.encode()])
    elif diario.entradas and not tem("nao-repete") and not tem("nao-difunde"):
        ordem.send_string(diario.entradas[-1])
