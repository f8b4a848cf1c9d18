#!/usr/bin/env bash
# Prepara tudo (também o JBang, se faltar) e roda a comparação das quatro partes, ou os testes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

JBANG_VERSAO=0.132.1
CASA="${JBANG_DIR:-$HOME/.jbang}"
CACHE="${JBANG_CACHE_DIR:-$CASA/cache}"

uso() {
  cat <<'FIM'
Uso: ./run-all.sh [PARTE…] [opções]   compara as quatro partes, ou só as nomeadas
     ./run-all.sh test [CLASSE…]      roda todos os testes, ou só os das classes
     ./run-all.sh ec2 --client HOST --replica01 HOST --replica02 HOST [--usuario U] [--chave ARQ] [PARTE…]
                                      compara-as em três máquinas, por ssh; ec2 --help mostra as opções
     ./run-all.sh bench [--rapido]    mede o que custa cada parte, ao lado de outros sistemas
     ./run-all.sh preparar            só prepara: obtém o JBang e compila tudo
     ./run-all.sh chaves [PASTA]      faz as chaves de --chaves (padrão: chaves/)
     ./run-all.sh chaves [PASTA] --cliente NOME   mais um cliente nelas
     ./run-all.sh -h                  mostra esta ajuda

Exemplos: ./run-all.sh        ./run-all.sh 3       ./run-all.sh 1 3 --ops 5000
          ./run-all.sh test   ./run-all.sh test BancoTest Parte3Test

Opções da comparação:
  --ops N        operações de cada um dos dois clientes (padrão: 1000)
  --contas N     contas usadas (padrão: 10)
  --semente N    a mesma semente dá as mesmas operações (padrão: 1)
  --livres       usa portas livres em vez das de costume
  --falhas LISTA o que corre mal no ensaio: "perda 1%; 30% matar replica; …"
  --ensaio N     operações de cada cliente no ensaio; 0 = sem ensaio
  --relatorio ARQUIVO   onde escrever o relatório (padrão: dados/relatorio.html)
FIM
}

# JBang: o do PATH; senão o de ~/.jbang; senão busca-o, uma vez, com o Maven ou com o instalador oficial.
obter_jbang() {
  if command -v jbang >/dev/null; then
    JBANG=jbang
    return
  fi
  JBANG="$CASA/bin/jbang"
  [ -x "$JBANG" ] && return
  mkdir -p "$CASA/bin"
  echo "Obtendo o JBang $JBANG_VERSAO em $CASA/bin (só desta vez)…" >&2
  if command -v mvn >/dev/null && command -v javac >/dev/null; then
    mvn -q -B -Dstyle.color=never dependency:copy "-Dartifact=dev.jbang:jbang-cli:$JBANG_VERSAO:jar:all" "-DoutputDirectory=$CASA/bin" >&2 ||
      falhar "o Maven não conseguiu baixar o JBang; confira a rede, ou instale-o: https://www.jbang.dev/download"
    # Com as suas classes já preparadas num arquivo (CDS), o JBang começa mais depressa. Sem ele, ou com outro Java, começa igual.
    "${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:+UseSerialGC "-XX:ArchiveClassesAtExit=$CASA/bin/jbang.jsa" -Xlog:disable \
      -jar "$CASA/bin/jbang-cli-$JBANG_VERSAO-all.jar" info classpath part1/Client.java >/dev/null 2>&1 || true
    # O jar do JBang não roda o script: escreve o comando que o roda e sai com 255. O lançador é só isso.
    cat >"$JBANG.novo" <<FIM
#!/usr/bin/env bash
java="\${JAVA_HOME:+\$JAVA_HOME/bin/}java"
comando=\$("\$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "-XX:SharedArchiveFile=$CASA/bin/jbang.jsa" -Xlog:disable -jar "$CASA/bin/jbang-cli-$JBANG_VERSAO-all.jar" "\$@") && codigo=0 || codigo=\$?
[ "\$codigo" -ne 255 ] || eval "exec \$comando"
[ -z "\$comando" ] || printf '%s\n' "\$comando"
exit "\$codigo"
FIM
    chmod +x "$JBANG.novo"
    mv "$JBANG.novo" "$JBANG"
  elif command -v curl >/dev/null; then
    curl -Ls https://sh.jbang.dev | JBANG_DOWNLOAD_VERSION="$JBANG_VERSAO" bash -s - app setup >&2 ||
      falhar "não consegui instalar o JBang; veja https://www.jbang.dev/download"
  else
    falhar "preciso do JBang e não tenho como obtê-lo: instale o Maven e um JDK 17, ou o JBang (https://www.jbang.dev/download)"
  fi
}

falhar() {
  echo "erro: $1" >&2
  exit 1
}

# Compila os scripts um por um: dois primeiros usos ao mesmo tempo estragariam o cache do JBang. O javac, que dura pouco, se
# compila a si mesmo só pela metade (C1): gasta um terço menos.
construir() {
  local marca script
  marca="$CACHE/banco-replicado-$(pwd | cksum | cut -d' ' -f1)"
  for script in part?/{Client,RpcServer,Worker,Sequencer,Replica,Primary,Backup,Witness}.java "$@"; do
    [ -f "$script" ] || continue
    local feito="$marca-${script//\//-}"
    if [ ! -e "$feito" ] || [ -n "$(find shared "${script%/*}" tests/lab -name '*.java' -newer "$feito" -print -quit)" ]; then
      echo "Compilando $script…" >&2
      "$JBANG" --quiet build -C=-J-XX:TieredStopAtLevel=1 "$script" || falhar "não consegui compilar $script"
      touch "$feito"
    fi
  done
}

case "${1-}" in
  -h | --help | ajuda)
    uso
    ;;
  test)
    shift
    obter_jbang
    construir tests/Todos.java
    exec "$JBANG" tests/Todos.java "$@"
    ;;
  chaves)
    shift
    obter_jbang
    exec "$JBANG" --quiet shared/GerarChaves.java "$@"
    ;;
  ec2)
    obter_jbang
    construir tests/lab/Lab.java
    exec "$JBANG" tests/lab/Lab.java "$@"
    ;;
  bench)
    shift
    obter_jbang
    construir tests/bench/Bench.java
    exec "$JBANG" tests/bench/Bench.java "$@"
    ;;
  preparar)
    obter_jbang
    construir tests/lab/Lab.java
    echo "Tudo pronto."
    [ "$JBANG" = jbang ] || printf 'Para usar o jbang neste terminal, digite:\n  export PATH="%s:%s"\n' "$CASA/bin" "\$PATH"
    ;;
  *)
    obter_jbang
    construir tests/lab/Lab.java
    exec "$JBANG" tests/lab/Lab.java comparar "$@"
    ;;
esac
