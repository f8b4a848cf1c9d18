"""O que os programas desta pasta têm em comum: servem para provar as provas.

Cada um faz tudo o que se lhe pede; com um nome em DEFEITO faz uma coisa mal, e só essa prova o deve notar.
"""
import json
import os
import signal
import sys
from decimal import Decimal, InvalidOperation

import zmq

DEFEITO = os.environ.get("DEFEITO", "")
CONTEXTO = zmq.Context()
CHAVES = {"id_msg", "tipo", "conta_origem", "conta_destino", "valor"}


def tem(nome):
    return DEFEITO == nome


if tem("morre-ao-acordar"):
    signal.signal(signal.SIGCONT, lambda *_: os._exit(3))


class Recusada(Exception):
    """O que veio não serve."""


def objeto(texto):
    """Um objeto JSON, com números exatos."""
    try:
        lido = json.loads(texto, parse_float=Decimal)
    except ValueError as erro:
        raise Recusada("não é JSON") from erro
    if not isinstance(lido, dict):
        raise Recusada("não é um objeto")
    return lido


def conferir(op):
    """A operação, se serve."""
    try:
        valor = Decimal(op["valor"])
        certo = (set(op) == CHAVES and isinstance(op["id_msg"], str) and isinstance(op["conta_origem"], str)
                 and op["tipo"] in ("DEPOSITO", "SAQUE", "TRANSFERENCIA") and not isinstance(op["valor"], str)
                 and valor.is_finite() and valor > 0 and valor == valor.quantize(Decimal("0.01"))
                 and isinstance(op["conta_destino"], str) == (op["tipo"] == "TRANSFERENCIA"))
    except (KeyError, TypeError, ValueError, InvalidOperation) as erro:
        raise Recusada("não é uma operação") from erro
    if not certo:
        raise Recusada("não é uma operação")
    if tem("ascii"):
        op["conta_origem"] = op["conta_origem"].encode("ascii", "replace").decode()
    return op


def operacao(texto):
    return conferir(objeto(texto))


def escrever(op):
    """A forma do fio."""
    valor = float(op["valor"])
    return json.dumps({**op, "valor": str(valor) if tem("valor-texto") else valor})


class Banco:
    def __init__(self):
        self.saldos = {}
        self.vistas = {}

    def aplicar(self, op):
        """Devolve se o banco a aceitou, desta vez ou da primeira."""
        if op["id_msg"] in self.vistas and not tem("sem-memoria"):
            return self.vistas[op["id_msg"]]
        aceite = self.fazer(op)
        self.vistas[op["id_msg"]] = aceite
        print(json.dumps({conta: float(saldo) for conta, saldo in self.saldos.items()}, ensure_ascii=False), flush=True)
        return aceite

    def fazer(self, op):
        valor = float(op["valor"]) if tem("float") else Decimal(str(op["valor"]))
        origem, destino = op["conta_origem"], op["conta_destino"]
        for conta in filter(None, (origem, destino)):
            self.saldos.setdefault(conta, 0.0 if tem("float") else Decimal(0))
        if op["tipo"] == "DEPOSITO":
            self.saldos[origem] += valor
            return True
        if self.saldos[origem] < valor and not tem("sem-recusa"):
            return False
        antes = self.saldos[destino] if destino else 0
        if not (tem("saque-em-dobro") and op["tipo"] == "SAQUE"):
            self.saldos[origem] -= valor
        else:
            self.saldos[origem] -= valor + valor
        if destino:
            self.saldos[destino] = (antes if tem("dobra-propria") else self.saldos[destino]) + valor
        return True


class Diario:
    """Uma linha de JSON por entrada, no disco antes de se dizer o que quer que seja."""

    def __init__(self, nome):
        pasta = os.environ.get("DADOS", ".")
        self.arquivo = os.path.join(pasta, nome)
        self.entradas = []
        if os.path.exists(self.arquivo):
            with open(self.arquivo, encoding="utf-8") as lido:
                self.entradas = [linha.rstrip("\n") for linha in lido]
        self.escrita = open(self.arquivo, "a", encoding="utf-8")

    def juntar(self, texto):
        self.entradas.append(texto)
        if tem("esquece"):
            return
        try:
            self.escrita.write(texto + "\n")
            self.escrita.flush()
            os.fsync(self.escrita.fileno())
        except OSError:
            if not tem("ignora-o-disco"):
                raise

    def apagar(self):
        self.entradas = []
        self.escrita.truncate(0)


def ligar(tipo, porta):
    soquete = CONTEXTO.socket(tipo)
    if tipo == zmq.ROUTER:
        soquete.setsockopt(zmq.IDENTITY, b"banco-replicado")  # assim se apresentam os que entendem mais do que o original
    soquete.bind(f"tcp://127.0.0.1:{porta}")
    return soquete


def conectar(tipo, endereco):
    soquete = CONTEXTO.socket(tipo)
    soquete.setsockopt(zmq.LINGER, 0)
    if tipo == zmq.SUB:
        soquete.subscribe("")
    soquete.connect("tcp://" + endereco)
    return soquete


def pronto():
    print("pronto:", file=sys.stderr, flush=True)


def texto_de(bytes_):
    return bytes_.decode("utf-8", "replace")


def recusa(erro):
    """A resposta a um pedido que não serve; ou o que lhe faz quem tem um destes defeitos."""
    if tem("morre-de-lixo"):
        raise erro
    return None if tem("cala-com-lixo") else f"ERRO campo: {erro}"
