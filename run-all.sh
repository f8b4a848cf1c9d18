#!/usr/bin/env bash
# Prepara tudo (também o JBang, se faltar) e roda a comparação das quatro partes, ou os testes.
if [ -z "${BASH_VERSION:-}" ]; then # chamado por outro shell: sh run-all.sh
  command -v bash >/dev/null || { echo "erro: este programa é para o bash, que não está nesta máquina" >&2; exit 1; }
  exec bash "$0" "$@"
fi
set -euo pipefail
unset BASH_ENV ENV CDPATH # são do usuário, para o shell dele: não mexem no que daqui se inicia

falhar() {
  echo "erro: $*" >&2
  exit 1
}

erro_de_uso() {
  printf 'erro de uso: %s\n(./run-all.sh -h mostra o uso)\n' "$1" >&2
  exit 2
}

# A pasta desta coleção, ainda que se chegue aqui por uma ligação simbólica.
este=${BASH_SOURCE[0]}
while [ -L "$este" ]; do
  para=$(readlink -- "$este")
  [ "${para:0:1}" = / ] || para=$(dirname -- "$este")/$para
  este=$para
done
cd -P -- "$(dirname -- "$este")"
[ -f shared/Banco.java ] ||
  falhar "em $PWD não está a coleção (falta shared/Banco.java): rode o run-all.sh da pasta em que ela está"

JBANG_VERSAO=0.132.1
[ -n "${HOME:-}" ] || HOME=~ # a da conta
CASA="${JBANG_DIR:-$HOME/.jbang}"
CACHE="${JBANG_CACHE_DIR:-$CASA/cache}"
export JBANG_DIR="$CASA" # senão o JBang usaria a da conta, que pode ser outra

# O que os testes usam além do JDK e do Maven; cada um diz o que lhe falta (tests/Precisa.java).
PACOTES=(python3-zmq python3-rpyc chromium chromium-driver openssh-server bsdutils iproute2 iptables
  netcat-openbsd shellcheck)

# O SerialGC, se o ambiente não pede outro coletor, e sem avisos: como no cabeçalho dos papéis (tests/Processo.java).
JVM=(-XX:TieredStopAtLevel=1 -XX:+IgnoreUnrecognizedVMOptions -XX:+NeverActAsServerClassMachine
  -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings)

uso() {
  cat <<'FIM'
Uso: ./run-all.sh [PARTE…] [opções]   compara as quatro partes, ou só as nomeadas; 3raft é a 3 com o Raft
     ./run-all.sh test [--longos] [CLASSE…]
                                      roda todos os testes, ou só os das classes; --longos, também as campanhas longas
     ./run-all.sh ec2 --client HOST --replica01 HOST --replica02 HOST [--usuario U] [--chave ARQ] [PARTE…]
                                      compara-as em três máquinas, por ssh; ec2 --help mostra as opções
     ./run-all.sh sala [PARTE]        a sala de aula: uma parte de pé, e uma página em que se move cada mensagem;
                                      sala --help mostra as opções
     ./run-all.sh corrigir ENTREGA.json   faz as provas a programas de alguém, em qualquer linguagem, e dá-lhes nota;
                                      corrigir --help mostra as opções
     ./run-all.sh bench [--rapido]    mede o que custa cada parte, ao lado de outros sistemas
     ./run-all.sh preparar [--tudo]   só prepara: obtém o JBang, compila tudo e confere que cada programa começa;
                                      --tudo instala também o que alguns testes usam (com apt-get)
     ./run-all.sh limpar              apaga dados/: o que os papéis guardaram de outras vezes, e os relatórios
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

# ───── O que rodeia: Java, pastas, letras ─────

# Um JDK, não um JRE, e novo bastante. Quem já tem o JBang e não tem Java, o JBang lho arranja.
conferir_java() {
  local java=java javac=javac onde="do PATH" disse
  if [ -n "${JAVA_HOME:-}" ]; then
    java="$JAVA_HOME/bin/java" javac="$JAVA_HOME/bin/javac" onde="de JAVA_HOME"
    [ -x "$java" ] ||
      falhar "JAVA_HOME=$JAVA_HOME não é a pasta de um JDK (não tem bin/java); corrija-o, ou: unset JAVA_HOME"
  elif ! command -v java >/dev/null; then
    command -v jbang >/dev/null && return
    falhar "preciso de um JDK, 17 ou mais novo, e não há java nesta máquina: instale-o" \
      "(apt-get install openjdk-17-jdk-headless)"
  fi
  disse=$("$java" -version 2>&1) || falhar "o java $onde não começa: $(tail -n 1 <<<"$disse")"
  [[ $disse =~ version\ \"([0-9]+) ]] || falhar "o java $onde não diz a versão: $(tail -n 1 <<<"$disse")"
  [ "${BASH_REMATCH[1]}" -ge 17 ] ||
    falhar "o java $onde é o ${BASH_REMATCH[1]}, e é preciso o 17 ou mais novo: instale-o, ou aponte JAVA_HOME para ele"
  command -v "$javac" >/dev/null ||
    falhar "o java $onde vem sem javac (é um JRE): instale o JDK inteiro (apt-get install openjdk-17-jdk-headless)"
}

conferir_pastas() {
  local pasta
  for pasta in "$CASA/bin" "$CACHE"; do
    { mkdir -p "$pasta" && [ -w "$pasta" ]; } 2>/dev/null ||
      falhar "não posso escrever em $pasta, onde o JBang guarda o que compila; escolha outra pasta:" \
        "export JBANG_DIR=/tmp/jbang"
  done
  # Uma letra fora do ASCII no nome da pasta, e um locale que não a sabe escrever: o Java não a encontraria.
  if [ -n "$(printf %s "$PWD$CASA" | LC_ALL=C tr -d '\040-\176')" ] && command -v locale >/dev/null &&
    [[ $(locale charmap 2>/dev/null) != UTF-8 ]]; then
    export LC_ALL=C.UTF-8
    [[ $(locale charmap 2>/dev/null) = UTF-8 ]] ||
      falhar "a pasta $PWD tem acentos, e esta máquina não está em UTF-8: ponha a coleção numa pasta sem acentos"
  fi
}

# Um run-all.sh de cada vez mexe no JBang e no seu cache.
trancar() {
  local trava="$CACHE/banco-replicado.trava" dono
  if command -v flock >/dev/null; then
    exec 9>"$trava"
    flock -n 9 || { echo "Outro run-all.sh está compilando; espero por ele…" >&2; flock 9; }
    return
  fi
  until mkdir "$trava.d" 2>/dev/null; do # sem flock (no macOS): uma pasta, com o número de quem a fez
    dono=$(cat "$trava.d/pid" 2>/dev/null || true)
    if [ -n "$dono" ] && ! kill -0 "$dono" 2>/dev/null; then rm -rf "$trava.d"; else sleep 1; fi
  done
  echo $$ >"$trava.d/pid"
  trap 'rm -rf "$CACHE/banco-replicado.trava.d"' EXIT
}

destrancar() {
  if command -v flock >/dev/null; then exec 9>&-; else rm -rf "$CACHE/banco-replicado.trava.d"; trap - EXIT; fi
}

# ───── O JBang ─────

# JBang: o do PATH; senão o de ~/.jbang; senão busca-o, uma vez, com o Maven ou com o instalador oficial.
obter_jbang() {
  local jar="$CASA/bin/jbang-cli-$JBANG_VERSAO-all.jar"
  if command -v jbang >/dev/null; then
    JBANG=jbang
    return
  fi
  JBANG="$CASA/bin/jbang"
  if [ -x "$JBANG" ] && [ ! -f "$jar" ]; then
    return # o do instalador oficial
  fi
  if [ ! -f "$jar" ]; then
    echo "Obtendo o JBang $JBANG_VERSAO em $CASA/bin (só desta vez)…" >&2
    if command -v mvn >/dev/null; then
      mvn -q -B -Dstyle.color=never dependency:copy "-Dartifact=dev.jbang:jbang-cli:$JBANG_VERSAO:jar:all" \
        "-DoutputDirectory=$CASA/bin" 2>&1 | sed $'s/\033\\[[0-9;]*m//g; /^$/d' >&2 ||
        falhar "o Maven não conseguiu baixar o JBang; confira a rede, ou instale-o: https://www.jbang.dev/download"
    elif command -v curl >/dev/null; then
      curl -Ls https://sh.jbang.dev | JBANG_DOWNLOAD_VERSION="$JBANG_VERSAO" bash -s - app setup >&2 ||
        falhar "não consegui instalar o JBang; veja https://www.jbang.dev/download"
      return
    else
      falhar "preciso do JBang e não tenho como obtê-lo: instale o Maven, ou o JBang (https://www.jbang.dev/download)"
    fi
  fi
  lancador "$jar" >"$JBANG.novo"
  if cmp -s "$JBANG.novo" "$JBANG"; then
    rm "$JBANG.novo"
    return
  fi
  # Com as suas classes já preparadas num arquivo (CDS), o JBang começa mais depressa. Sem ele, começa igual.
  "${JAVA_HOME:+$JAVA_HOME/bin/}java" "${JVM[@]}" "-XX:ArchiveClassesAtExit=$CASA/bin/jbang.jsa" -Xlog:disable \
    -jar "$jar" info classpath part1/Client.java >/dev/null 2>&1 || true
  chmod +x "$JBANG.novo"
  mv "$JBANG.novo" "$JBANG"
}

# O jar do JBang não roda o script: escreve o comando que o roda e sai com 255. O lançador é só isso.
lancador() {
  cat <<FIM
#!/usr/bin/env bash
java="\${JAVA_HOME:+\$JAVA_HOME/bin/}java"
export JBANG_DIR="\${JBANG_DIR:-$CASA}"
comando=\$("\$java" ${JVM[*]} "-XX:SharedArchiveFile=$CASA/bin/jbang.jsa" -Xlog:disable -jar "$1" "\$@") &&
  codigo=0 || codigo=\$?
[ "\$codigo" -ne 255 ] || eval "exec \$comando"
[ -z "\$comando" ] || printf '%s\n' "\$comando"
exit "\$codigo"
FIM
}

# Compila estes scripts um por um: dois primeiros usos ao mesmo tempo estragam o cache do JBang. O javac, que dura pouco, se
# compila a si mesmo só pela metade (C1): gasta um terço menos.
construir() {
  local marca script feito onde
  marca="$CACHE/banco-replicado-$(pwd | cksum | cut -d' ' -f1)"
  for script in "$@"; do
    feito="$marca-${script//\//-}"
    onde=(shared tests/lab "${script%/*}")
    [[ $script != tests/* ]] || onde+=(part?)
    if [ ! -e "$feito" ] || [ -n "$(find "${onde[@]}" -name '*.java' -newer "$feito" -print -quit)" ]; then
      echo "Compilando $script…" >&2
      "$JBANG" --quiet build -C=-J-XX:TieredStopAtLevel=1 "$script" || falhar "não consegui compilar $script"
      touch "$feito"
    fi
  done
}

# Um cache estragado por dois primeiros usos ao mesmo tempo não se vê ao compilar: só ao começar. Então compila-se de novo.
conferir() {
  local script
  for script in "$@"; do
    "$JBANG" --quiet "$script" --version >/dev/null 2>&1 && continue
    echo "$script está estragado no cache do JBang; compilando-o de novo…" >&2
    "$JBANG" --quiet build --fresh -C=-J-XX:TieredStopAtLevel=1 "$script" || falhar "não consegui compilar $script"
    "$JBANG" --quiet "$script" --version >/dev/null || falhar "$script não começa, nem compilado de novo"
  done
}

PAPEIS=(part?/{Client,RpcServer,Worker,Sequencer,Ordenador,Replica,Primary,Backup,Witness}.java)
for i in "${!PAPEIS[@]}"; do [ -f "${PAPEIS[i]}" ] || unset "PAPEIS[i]"; done

# O JBang e estes scripts prontos a usar, sem que outro run-all.sh mexa no mesmo.
preparar() {
  conferir_java
  conferir_pastas
  pwd -P >"$CACHE/banco-replicado-colecao" # para quem inicia um papel de fora daqui (Dados.java)
  trancar
  obter_jbang
  construir "$@"
  destrancar
}

# ───── O que só os testes usam ─────

instalar() {
  local como=() pacote faltam=()
  command -v apt-get >/dev/null ||
    falhar "só sei instalar com o apt-get, que aqui não há; instale à mão o que nesta máquina corresponder a: ${PACOTES[*]}"
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || falhar "é preciso ser root: apt-get install ${PACOTES[*]}"
    como=(sudo)
  fi
  como+=(env DEBIAN_FRONTEND=noninteractive apt-get)
  for pacote in "${PACOTES[@]}"; do
    dpkg-query -W -f '${Status}' "$pacote" 2>/dev/null | grep -q 'ok installed' || faltam+=("$pacote")
  done
  [ "${#faltam[@]}" -gt 0 ] || return 0
  echo "Instalando ${faltam[*]}…" >&2
  "${como[@]}" update -qq >&2 || echo "o apt-get não conseguiu atualizar as listas; sigo com as que há" >&2
  for pacote in "${faltam[@]}"; do # um a um: o que não houver não impede os outros
    "${como[@]}" install -y -qq "$pacote" </dev/null >/dev/null ||
      echo "não consegui instalar $pacote: os testes que o usam não se farão" >&2
  done
}

# Os outros programas mostram a sua ajuda; este leva minutos a compilar.
uso_de_test() {
  cat <<'FIM'
Uso: ./run-all.sh test [--longos] [CLASSE…]

Roda todos os testes, ou só os destas classes, que estão em tests/: BancoTest Parte3Test…
  --longos   também as campanhas longas
No fim, uma linha por teste que falhou, e a conta: N passed, N failed, N skipped.
FIM
}

uso_de_preparar() {
  cat <<'FIM'
Uso: ./run-all.sh preparar [--tudo]

Obtém o JBang, se falta, compila cada programa e confere que começa; um que esteja estragado no cache, compila-o de novo.
  --tudo   instala também, com o apt-get, o que alguns testes usam
FIM
}

pede_ajuda() {
  [[ " $* " == *' -h '* || " $* " == *' --help '* ]]
}

# Um programa em Java, que nos seus erros e na sua ajuda se chama como quem o chamou: ./run-all.sh …
rodar() {
  local nome=$1
  shift
  exec "$JBANG" --quiet "-Dbanco.comando=$nome" "$@"
}

# Só se ninguém os está a usar: um papel vivo perderia o que confirmou.
limpar() {
  local trava
  for trava in dados/*/trava dados/*/*/trava; do
    if [ -e "$trava" ] && command -v fuser >/dev/null && fuser -s "$trava" 2>/dev/null; then
      falhar "um papel ainda usa ${trava%/trava} (pid$(fuser "$trava" 2>/dev/null)): encerre-o antes"
    fi
  done
  rm -rf dados
  echo "dados/ apagados: tudo começa do zero."
}

case "${1-}" in
  -h | --help | ajuda)
    uso
    ;;
  test)
    shift
    pede_ajuda "$@" && uso_de_test && exit
    preparar tests/Todos.java
    exec "$JBANG" tests/Todos.java "$@"
    ;;
  limpar)
    pede_ajuda "$@" && uso && exit
    [ $# -eq 1 ] || erro_de_uso "limpar não tem opções, nem '$2'"
    limpar
    ;;
  chaves)
    shift
    preparar shared/papel/GerarChaves.java
    rodar './run-all.sh chaves' shared/papel/GerarChaves.java "$@"
    ;;
  ec2)
    preparar "${PAPEIS[@]}" tests/lab/Lab.java
    rodar ./run-all.sh tests/lab/Lab.java "$@"
    ;;
  sala | corrigir)
    preparar "${PAPEIS[@]}" tests/lab/Lab.java
    rodar ./run-all.sh tests/lab/Lab.java "$@"
    ;;
  bench)
    shift
    preparar "${PAPEIS[@]}" tests/bench/Bench.java
    rodar './run-all.sh bench' tests/bench/Bench.java "$@"
    ;;
  preparar)
    case "${2-}" in
      '') ;;
      --tudo) instalar ;;
      -h | --help) uso_de_preparar && exit ;;
      *) erro_de_uso "preparar só tem a opção --tudo, não '$2'" ;;
    esac
    preparar "${PAPEIS[@]}" shared/papel/GerarChaves.java tests/lab/Lab.java
    trancar
    conferir "${PAPEIS[@]}" shared/papel/GerarChaves.java tests/lab/Lab.java
    destrancar
    echo "Tudo pronto."
    [ "$JBANG" = jbang ] || printf 'Para usar o jbang neste terminal, digite:\n  export PATH="%s:%s"\n' "$CASA/bin" "\$PATH"
    ;;
  comparar | '' | [0-9]* | -*)
    [ "${1-}" != comparar ] || shift
    preparar "${PAPEIS[@]}" tests/lab/Lab.java
    rodar ./run-all.sh tests/lab/Lab.java comparar "$@"
    ;;
  cena | cenas | rede | relatorio | palco)
    erro_de_uso "'$1' é do laboratório: jbang tests/lab/Lab.java $*"
    ;;
  *)
    erro_de_uso "não há o comando '$1'; há os números das partes (1 a 4), test, ec2, sala, corrigir, bench, preparar, \
chaves e limpar"
    ;;
esac
