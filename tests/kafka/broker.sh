#!/usr/bin/env bash
# A real Apache Kafka broker (KRaft, one node, 127.0.0.1) for the tests and for trying radflow.
#
#   tests/kafka/broker.sh start  [--folder DIR] [--set KEY=VALUE]... [--owner PID] [--join DIR]
#   tests/kafka/broker.sh stop   [--folder DIR]
#   tests/kafka/broker.sh kill   [--folder DIR]      as a crash: kill -9
#   tests/kafka/broker.sh status [--folder DIR]
#   tests/kafka/broker.sh acl --args '--add ...' [--folder DIR]      Kafka's own kafka-acls
#   tests/kafka/broker.sh configs --args '--alter ...' [--folder DIR]  Kafka's own kafka-configs
#
# start prints "bootstrap.servers=127.0.0.1:PORT"; a broker that already runs in DIR is left as it is. Its ports are
# free ones and stay the same for DIR, so a stopped broker can be started again with its data. What is older than
# Kafka's 7 days is deleted, as everywhere, but within seconds. DIR is build/broker by default; server.log in it says what went wrong. --set
# changes the broker's configuration, --owner ends the broker when that process ends, --join makes it the second
# broker of the cluster of another folder. Needs Java 17; the jars (54 MB, pom.xml) come from Maven Central once and
# are kept in ~/.cache/radflow. Exit code of status: 0 running, 1 not.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/radflow
jars=$cache/kafka-$(cksum "$here/pom.xml" | cut -d' ' -f1)  # another pom, other jars

usage() {
  sed -n '2,/^set -/{s/^# \{0,1\}//;/^set -/!p}' "${BASH_SOURCE[0]}"
  exit 2
}

action=${1:-}
[[ $action =~ ^(start|stop|kill|status|acl|configs)$ ]] || usage
shift
folder=$here/../../build/broker
owner=
joins=
args=
settings=()
while (($#)); do
  case $1 in
    --folder) folder=${2:?--folder needs a value} ;;
    --set) settings+=("${2:?--set needs KEY=VALUE}") ;;
    --args) args=${2:?--args needs a value} ;;
    --join) joins=${2:?--join needs a folder} ;;
    --owner) owner=${2:?--owner needs a process id} ;;
    *) usage ;;
  esac
  shift 2
done
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

fail() {
  echo "broker.sh: $*" >&2
  exit 1
}

# The process id, if it is alive and is this folder's broker.
running() {
  [[ -f $folder/pid ]] || return 1
  local pid
  pid=$(<"$folder/pid")
  grep -qsF "$folder/server.properties" "/proc/$pid/cmdline" && echo "$pid"
}

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  echo "$port"
}

fetch_jars() {
  [[ -d $jars ]] && return
  command -v mvn >/dev/null || fail "Maven is missing: apt install maven"
  echo "broker.sh: fetching Apache Kafka from Maven Central to $jars" >&2
  mkdir -p "$cache"
  local part
  part=$(mktemp -d "$jars.XXXX")
  mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$part" >&2 ||
    { rm -rf "$part"; fail "Maven could not fetch the jars"; }
  mv -T "$part" "$jars" 2>/dev/null || rm -rf "$part"  # another start was faster
}

configure() {
  local port controller cluster role=broker id=2 also=
  port=$(free_port)
  if [[ $joins ]]; then
    controller=$(sed -n 's/^controller.quorum.voters=1@127.0.0.1://p' "$joins/server.properties")
    cluster=$(sed -n 's/^cluster.id=//p' "$joins/data/meta.properties")
  else
    controller=$(free_port)
    while [[ $controller == "$port" ]]; do controller=$(free_port); done
    cluster=$(head -c16 /dev/urandom | base64 | tr '+/' '-_' | tr -d =)
    role=broker,controller id=1 also=,CONTROLLER://127.0.0.1:$controller
  fi
  cat >"$folder/server.properties" <<EOF
process.roles=$role
node.id=$id
controller.quorum.voters=1@127.0.0.1:$controller
listeners=PLAINTEXT://127.0.0.1:$port$also
advertised.listeners=PLAINTEXT://127.0.0.1:$port
controller.listener.names=CONTROLLER
log.dirs=$folder/data
log.retention.check.interval.ms=1000
log.initial.task.delay.ms=1000
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
EOF
  java -cp "$jars/*" -Xmx256m -Dlog4j2.configurationFile="$here/log4j2.properties" kafka.tools.StorageTool format \
    --config "$folder/server.properties" --cluster-id="$cluster" \
    >"$folder/server.log" 2>&1 || { cat "$folder/server.log" >&2; fail "the storage could not be formatted"; }
}

address() { sed -n 's|^advertised.listeners=PLAINTEXT://|bootstrap.servers=|p' "$folder/server.properties"; }

start() {
  if running >/dev/null; then address; return; fi
  command -v java >/dev/null || fail "Java is missing: apt install default-jre-headless"
  fetch_jars
  [[ -d $folder/data ]] || configure
  local overrides=() pid
  for setting in "${settings[@]}"; do overrides+=(--override "$setting"); done
  : >"$folder/server.log"
  setsid java -cp "$jars/*" -Xms128m -Xmx512m -Dlog4j2.configurationFile="$here/log4j2.properties" kafka.Kafka \
    "$folder/server.properties" "${overrides[@]}" >>"$folder/server.log" 2>&1 </dev/null &
  pid=$!
  echo "$pid" >"$folder/pid"
  for _ in $(seq 600); do
    grep -q "Kafka Server started" "$folder/server.log" && break
    kill -0 "$pid" 2>/dev/null || { tail -20 "$folder/server.log" >&2; fail "the broker ended, see $folder/server.log"; }
    sleep 0.1
  done
  grep -q "Kafka Server started" "$folder/server.log" || { stop; fail "the broker did not start within 60 s"; }
  if [[ $owner ]]; then
    setsid bash -c "while kill -0 $owner && kill -0 $pid; do sleep 1; done; kill $pid" >/dev/null 2>&1 </dev/null &
  fi
  address
}

stop() {
  local pid
  pid=$(running) || { echo "not running"; return 0; }
  kill "$pid"
  for _ in $(seq 200); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -9 "$pid" 2>/dev/null || true
  rm -f "$folder/pid"
  echo "stopped"
}

crash() {
  local pid
  pid=$(running) || { echo "not running"; return 0; }
  kill -9 "$pid"
  while running >/dev/null; do sleep 0.05; done
  rm -f "$folder/pid"
  echo "killed"
}

status() {
  local pid
  pid=$(running) || { echo "not running"; exit 1; }
  address
  echo "pid=$pid"
  echo "folder=$folder"
}

# A command line tool of Kafka's own, by its class.
tool() {
  local at words
  at=$(address)
  read -ra words <<<"$args"
  java -cp "$jars/*" -Xmx64m -Dlog4j2.configurationFile="$here/log4j2.properties" "$1" \
    --bootstrap-server "${at#*=}" "${words[@]}"
}

acl() { tool org.apache.kafka.tools.AclCommand; }
configs() { tool kafka.admin.ConfigCommand; }

case $action in
  kill) crash ;;
  *) $action ;;
esac
