#!/usr/bin/env bash
# Uma turma de quarenta entregas, para medir quanto demora a corrigir: as nossas, as do sistema original, em Python, C e Go,
# e oito estragadas. Depois: jbang tests/lab/Lab.java corrigir --turma PASTA --nivel basico --pasta NOTAS
#
# Uso: tests/turma-de-exemplo.sh PASTA      (uma que ainda não há)
set -euo pipefail
exemplos=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/lab/correcao/exemplos" && pwd)
mkdir -- "$1"
cd -- "$1"
numero=0

# Mais uma pasta, com esta entrega e os programas que ela usa.
entrega() {
  numero=$((numero + 1))
  pasta=$(printf '%02d-%s' "$numero" "$2")
  mkdir "$pasta"
  cp "$exemplos/$1.json" "$pasta/correcao.json"
  case $1 in
    original-*) cp -r "$exemplos/original" "$pasta" ;;
    python-*)
      cp "$exemplos"/../../../interop/*.py "$pasta"
      trocar correcao.json '"\.\./\.\./\.\./interop"' '"."'
      ;;
    c-*) cp "$exemplos/worker.c" "$pasta" ;;
    go-*) cp "$exemplos/replica.go" "$pasta" ;;
  esac
}

trocar() {
  sed "s|$2|$3|" "$pasta/$1" >"$pasta/$1.novo"
  if cmp -s "$pasta/$1" "$pasta/$1.novo"; then
    echo "erro: em $pasta/$1 já não está $2" >&2
    exit 1
  fi
  mv "$pasta/$1.novo" "$pasta/$1"
}

for exemplo in java-parte{1,2,3,4} java-parte{1,2,3,4} python-parte{1,2,3,4} python-parte{1,2,3,4} python-parte{1,2,3,4} \
  original-parte3 original-parte3 original-parte3 original-com-portas original-com-portas original-com-portas \
  c-parte2 c-parte2 c-parte2 go-parte3 go-parte3 go-parte3; do
  entrega "$exemplo" "$exemplo"
done
entrega original-parte3 salta-numeros
trocar original/sequencer.py 'seq += 1' 'seq += 2'
entrega original-parte3 nao-diz-o-numero
trocar original/sequencer.py 'f"OK seq={seq}"' '"OK"'
entrega original-parte3 recusa-o-saldo-todo
trocar original/replica.py '>= valor' '> valor'
entrega original-parte3 nao-espera-pela-vez
trocar original/replica.py 'espera\[mensagem\["seq"\]\]' 'espera[proximo]'
entrega c-parte2 nao-compila
trocar worker.c 'static long long \*saldo' 'static long *long saldo'
entrega python-parte1 acaba-logo
trocar parte1_replica.py 'from programa import .*' 'raise SystemExit(3)'
entrega python-parte3 nunca-fica-pronto
trocar correcao.json '"pronto:"' '"estou pronto"'
entrega original-com-portas inunda-a-saida
trocar original/sequencer.py 'time.sleep(1)' 'while True: print("a" * 1000)'
echo "$1: $numero entregas"
