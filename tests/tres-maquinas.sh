#!/usr/bin/env bash
# Três máquinas num só computador, e a de quem as usa: quatro espaços de rede com endereços seus, e um sshd em três deles.
# Só existem enquanto a entrada padrão estiver aberta; ao fechar-se, por bem ou por mal, não fica nada.
#
# Uso: tests/tres-maquinas.sh PASTA [BIN_DO_JAVA]      (como root; o Java que as máquinas veem)
# De casa chega-se às máquinas pelo endereço público, e só à porta 22, como num Security Group; entre elas, pelo privado.
# Em PASTA ficam a chave do ssh, a que ninguém conhece, o ssh_config e os registros. Cada máquina tem a sua pasta do usuário.
set -euo pipefail
cd "$1"
pasta=$PWD
java=${2:-$(dirname "$(command -v java)")}
nome="banco$$"
maquinas=(client replica01 replica02)
inicio=$(getent passwd "$(id -un)" | cut -d: -f6)

limpar() {
  trap '' INT TERM
  local m pid
  for m in casa "${maquinas[@]}"; do
    ip netns list | grep -q "^$nome-$m\b" || continue
    for pid in $(ip netns pids "$nome-$m"); do kill -9 "$pid" 2>/dev/null || true; done
    ip netns del "$nome-$m"
  done
}
trap limpar EXIT
trap 'exit 1' INT TERM HUP

# Um sshd numa máquina, com a sua pasta do usuário e o seu PATH.
iniciar_sshd() {
  local maquina=$1 porta=$2 path=$3 conf="$pasta/sshd-$1-$2"
  cat >"$conf" <<FIM
Port $porta
HostKey $pasta/identidade-$maquina
PidFile none
UsePAM no
StrictModes no
UseDNS no
PermitRootLogin prohibit-password
PasswordAuthentication no
AuthorizedKeysFile $pasta/chave.pub
Subsystem sftp internal-sftp
SetEnv PATH=$path
FIM
  ip netns exec "$nome-$maquina" unshare -m bash -c \
    "mount --bind '$pasta/$maquina' '$inicio' && mount -t tmpfs tmpfs /run && mkdir /run/sshd &&
     exec /usr/sbin/sshd -D -e -f '$conf'" \
    </dev/null 2>"$conf.log" &
  disown # o bash não conta que o matou
}

ssh-keygen -q -t ed25519 -N '' -f chave
ssh-keygen -q -t ed25519 -N '' -f outra-chave
cat >ssh_config <<FIM
UserKnownHostsFile $pasta/known_hosts
GlobalKnownHostsFile /dev/null
Host sem-java
  HostName 198.51.100.12
  Port 2222
FIM
mkdir sem-java
for programa in sh bash cat hostname id ls; do ln -s "$(command -v "$programa")" sem-java/; done

ip netns add "$nome-casa"
ip -n "$nome-casa" link set lo up
ip -n "$nome-casa" link add ponte type bridge
ip -n "$nome-casa" addr add 198.51.100.1/24 dev ponte
ip -n "$nome-casa" link set ponte up
final=10
for maquina in "${maquinas[@]}"; do
  m="$nome-$maquina"
  ip netns add "$m"
  ip -n "$nome-casa" link add "$maquina" type veth peer name eth0 netns "$m"
  ip -n "$nome-casa" link set "$maquina" master ponte up
  ip -n "$m" addr add "10.77.0.$final/24" dev eth0
  ip -n "$m" addr add "198.51.100.$final/24" dev eth0
  ip -n "$m" link set lo up
  ip -n "$m" link set eth0 up
  ip netns exec "$m" iptables -A INPUT -s 198.51.100.0/24 -p tcp -m multiport ! --dports 22,2222 -j DROP
  mkdir "$maquina"
  ssh-keygen -q -t ed25519 -N '' -f "identidade-$maquina"
  iniciar_sshd "$maquina" 22 "$java:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
  final=$((final + 1))
done
iniciar_sshd replica02 2222 "$pasta/sem-java"

# Um ssh que entra é a prova de que há sshd.
for porta in 198.51.100.10:22 198.51.100.11:22 198.51.100.12:22 198.51.100.12:2222; do
  for _ in $(seq 300); do
    ip netns exec "$nome-casa" bash -c \
      "exec 3<>/dev/tcp/${porta/:/\/} && read -r -t 5 versao <&3 && [[ \$versao == SSH-* ]]" 2>/dev/null && continue 2
    sleep 0.1
  done
  echo "erro: nenhum sshd em $porta: $(cat "$pasta"/sshd-*.log)" >&2
  exit 1
done
echo "pronto: $nome" >&2
while read -r _; do :; done
