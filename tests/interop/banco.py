"""O banco e a operação como o sistema original os tem: as regras são as de shared/Banco.java, mas o dinheiro é float."""
from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass


@dataclass
class Operacao:
    """Exatamente estas cinco chaves: uma a mais ou a menos, e ela nem se constrói."""
    id_msg: str
    tipo: str
    conta_origem: str | None
    conta_destino: str | None
    valor: float

    @staticmethod
    def nova(tipo, origem, destino, valor):
        return Operacao(str(uuid.uuid4()), tipo, origem, destino, float(valor))

    @staticmethod
    def ler(texto):
        return Operacao(**json.loads(texto))

    def json(self):
        return json.dumps(asdict(self))

    def __post_init__(self):
        # um dataclass não confere os tipos: aqui se confere, para que um teste veja o que não é do formato
        contas = (self.conta_origem, self.conta_destino)
        if not (isinstance(self.id_msg, str) and isinstance(self.valor, float)
                and all(c is None or isinstance(c, str) for c in contas)):
            raise TypeError(f"não é uma operação do formato da semente: {self}")


class Banco:
    """Contas e saldos; uma conta passa a existir no primeiro uso, ainda que seja num saque recusado."""

    def __init__(self):
        self.saldos = {}

    def criar_conta(self, conta):
        self.saldos.setdefault(conta, 0.0)

    def depositar(self, conta, valor):
        self.criar_conta(conta)
        self.saldos[conta] += valor

    def sacar(self, conta, valor):
        self.criar_conta(conta)
        if self.saldos[conta] < valor:
            return False
        self.saldos[conta] -= valor
        return True

    def transferir(self, origem, destino, valor):
        self.criar_conta(origem)
        self.criar_conta(destino)
        if not self.sacar(origem, valor):
            return False
        self.depositar(destino, valor)
        return True

    def aplicar(self, op):
        """Devolve False se o banco recusou."""
        if op.tipo == "DEPOSITO":
            self.depositar(op.conta_origem, op.valor)
            return True
        if op.tipo == "SAQUE":
            return self.sacar(op.conta_origem, op.valor)
        if op.tipo == "TRANSFERENCIA":
            return self.transferir(op.conta_origem, op.conta_destino, op.valor)
        raise ValueError(f"não conheço o tipo {op.tipo}")
