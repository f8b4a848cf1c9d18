"""Parte 1, cliente (PUB): difunde as operações da entrada padrão a quem o assina."""
from programa import CONTEXTO, comandos, difundir_em, opcoes, pronto

o = opcoes(__doc__, porta=5555, esperar=1)
operacoes = difundir_em(o.porta, o.esperar)
pronto(f"{o.esperar} réplicas assinam a porta {o.porta}")
for op in comandos():
    operacoes.send_string(op.json())
    print("enviada:", op.id_msg, flush=True)
CONTEXTO.destroy()  # espera que o enviado saia
