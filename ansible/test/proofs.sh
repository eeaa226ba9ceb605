# Sourced by `fleet` and `ci`, after rig.sh: what is shown, one function each. Arguments are hosts, or the numbers of edge-NUMBER.
# shellcheck shell=bash disable=SC2016,SC2154,SC2015

last() {
  tail -40 "$rig/last.log" | cut -c1-2000 >&2
  fail "$*"
}

# grep -q ends before it has read all, and what writes to it would fail for that.
holds() {
  grep "$@" >/dev/null
}

# Status of GET PATH through the node NUMBER.
status() {
  curl -s -o /dev/null -m 10 -w '%{http_code}' "http://$rig_net.1$1${2:-/}"
}

serves() {
  local number
  for number in "$@"; do
    [ "$(curl -s -m 10 "http://$rig_net.1$number/hello/$number")" = "/hello/$number" ] || fail "edge-$number does not serve"
  done
}

# What a host has in files: path, size, time and content of all that an installation touches, but for what a running node writes.
files() {
  on "edge-$1" sh -c 'find /etc /opt /usr/local/bin /root -xdev \( -type f -o -type l \) ! -path "*/.ansible/*" -printf "%p %s %T@ %m %u %l\n" |
    grep -v -E "^/etc/(mtab|resolv.conf|hosts|hostname) " | sort; find /etc /opt/phalanx/current -xdev -type f -exec sha256sum {} + | sort'
}

proof_site() {
  local began=$SECONDS
  play site.yml || last "site.yml"
  serves "$@"
  show "site.yml: $# hosts serve after $((SECONDS - began)) s"
}

proof_unchanged() {
  local number began=$SECONDS
  for number in "$@"; do files "$number" >"$rig/files.$number"; done
  play site.yml || last "site.yml again"
  for number in "$@"; do
    [ "$(changed "edge-$number")" = 0 ] || last "site.yml again changed edge-$number"
    files "$number" | cmp -s - "$rig/files.$number" || last "site.yml again changed files of edge-$number"
  done
  show "site.yml again: changed=0 on $# hosts, no file differs ($((SECONDS - began)) s)"
}

proof_sandbox() {
  local exposure
  exposure=$(on "$1" systemd-analyze security phalanx.service --no-pager | sed -n 's/.*Overall exposure level.*: \([0-9.]*\) .*/\1/p')
  awk -v e="$exposure" 'BEGIN { exit !(e != "" && e <= 3.0) }' || fail "systemd-analyze security: '$exposure'"
  [ "$(on "$1" stat -c '%U %a' /etc/phalanx/fleet.key)" = "phalanx 400" ] || fail "the fleet key's mode"
  [ "$(on "$1" stat -c '%U %a' /var/lib/phalanx)" = "phalanx 700" ] || fail "the data directory's mode"
  [ "$(on "$1" sh -c 'ps -o user= -p $(systemctl show -P MainPID phalanx)')" = phalanx ] || fail "the node's user"
  show "systemd-analyze security: $exposure; the node runs as phalanx at port 80, its key is 0400"
}

proof_firewall() {
  local address
  address=$(on "$1" hostname -I | cut -d' ' -f1)
  on "$1" nft list table inet phalanx | holds "tcp dport 5701 ip saddr $rig_net.0/24 accept" || fail "the firewall's rules"
  # The rig stands outside of the member network by an address of its own.
  ip address add 10.214.0.1/32 dev lo
  on "$1" ip route add 10.214.0.1/32 via "$rig_net.1"
  if curl -s -m 3 --interface 10.214.0.1 -o /dev/null "http://$address:5701/"; [ $? != 28 ]; then
    ip address del 10.214.0.1/32 dev lo
    fail "the member port of $1 answers outside of the member network"
  fi
  ip address del 10.214.0.1/32 dev lo
  on "$1" nft list table inet phalanx | holds -E 'counter packets [1-9]' || fail "nothing came to the rule that drops"
  local action i
  for action in restart reload; do
    on "$1" systemctl "$action" nftables || fail "systemctl $action nftables"
    # They are of a unit of their own, which systemd starts again after that.
    for i in $(seq 20); do
      on "$1" nft list table inet phalanx 2>/dev/null | holds 'tcp dport 5701 counter' && break
      [ "$i" -lt 20 ] || fail "no rules after systemctl $action nftables"
      sleep 0.5
    done
  done
  show "the member port is reached from the member network only; the rules are there after nftables was restarted and reloaded"
}

proof_rotation() {
  on "$1" logrotate --force /etc/logrotate.d/phalanx || fail "logrotate"
  local number=${1#edge-} i
  for i in $(seq 20); do
    serves "$number"
    on "$1" test -s /var/log/phalanx/access.log && break
    [ "$i" -lt 20 ] || fail "the access log is not written after it was rotated"
    sleep 0.5
  done
  on "$1" test -s /var/log/phalanx/access.log.1 || fail "the access log was not rotated"
  show "the access log is rotated and written on"
}

# What a founding leaves that broke off early, after a new start of the machine.
proof_founded_anew() {
  on "$1" systemctl stop phalanx
  on "$1" find /var/lib/phalanx/fleet -mindepth 1 ! -name member -delete
  on "$1" test ! -e /run/systemd/system/phalanx.service.d/found.conf || fail "$1 may found a fleet already"
  play site.yml || last "site.yml after a founding that broke off"
  serves "${1#edge-}"
  show "a founding that broke off is done anew"
}

# A changed setting and a changed dynamic file reach the fleet without a restart.
proof_settings() {
  local number before after
  before=$(on "edge-$1" systemctl show -P MainPID phalanx)
  sed -i 's/^  ping: .*/&\n  log: {level: DEBUG}/' "$rig/inventory/group_vars/phalanx/fleet.yml"
  sed -i 's/^  routers:/&\n    extra: {rule: "PathPrefix(`\/extra`)", middlewares: [prefixed], service: app}/; s/^  middlewares:/&\n    prefixed: {addPrefix: {prefix: \/prefixed}}/' "$rig/dynamic/routes.yml"
  play site.yml || last "site.yml with other settings"
  for number in "$@"; do
    [ "$(curl -s -m 10 "http://$rig_net.1$number/extra")" = /prefixed/extra ] || last "edge-$number does not serve the new route"
  done
  after=$(on "edge-$1" systemctl show -P MainPID phalanx)
  [ "$before" = "$after" ] || last "edge-$1 was restarted for a setting"
  on "edge-$1" phalanx fleet status | holds drift && last "the fleet was not told of the settings"
  sed -i '/^  log: {level: DEBUG}/d' "$rig/inventory/group_vars/phalanx/fleet.yml"
  play site.yml || last "site.yml with the settings of before"
  show "other settings and routes are served by all, by the same processes"
}

# While a member is away nothing restarts; what was not come to then is when it is back, and a new route that all have is never gone again.
proof_whole() {
  local process number poll
  process=$(on "edge-$1" systemctl show -P MainPID phalanx)
  sed -i 's/-Xmx256m/-Xmx255m/' "$rig/inventory/group_vars/phalanx/fleet.yml"
  power_off "edge-${*: -1}"
  if play site.yml --limit "!edge-${*: -1}" -e phalanx_health_timeout=20; then
    last "site.yml restarts a node while another one is away"
  fi
  grep -q 'Not all members are here' "$rig/last.log" || last "site.yml does not say who is away"
  [ "$(on "edge-$1" systemctl show -P MainPID phalanx)" = "$process" ] || last "edge-$1 was restarted"
  power_on "edge-${*: -1}"
  sed -i 's/^  routers:/&\n    late: {rule: "PathPrefix(`\/late`)", middlewares: [late], service: app}/; s/^  middlewares:/&\n    late: {addPrefix: {prefix: \/found}}/' "$rig/dynamic/routes.yml"
  while :; do
    for number in "$@"; do echo "$number $(curl -s -m 10 "http://$rig_net.1$number/late")"; done
    sleep 0.1
  done >"$rig/late" &
  poll=$!
  if ! play site.yml; then
    kill "$poll"
    last "site.yml with all members"
  fi
  kill "$poll"
  awk '$2 == "/found/late" { found[$1]++ } $2 == "/late" && found[$1] { gone++ } END { exit gone > 0 || length(found) != '$#' }' "$rig/late" ||
    fail "a new route comes and goes: $(uniq -c "$rig/late" | head -40)"
  for number in "$@"; do
    on "edge-$number" sh -c 'grep -z -q -- -Xmx255m "/proc/$(systemctl show -P MainPID phalanx)/cmdline"' || last "edge-$number was not restarted"
  done
  serves "$@"
  show "no restart while a member is away; all restart when it is back, and a new route is served by all from the first answer on ($(wc -l <"$rig/late") asked)"
}

proof_added() {
  local number began=$SECONDS
  for number in "$@"; do files "$number" >"$rig/files.$number"; done
  machine edge-4 14
  inventory "$@" 4
  began=$SECONDS
  play add-node.yml -e node=edge-4 || last "add-node.yml"
  serves "$@" 4
  for number in "$@"; do
    [ -z "$(changed "edge-$number")" ] || last "add-node.yml touched edge-$number"
    files "$number" | diff "$rig/files.$number" - >&2 || last "add-node.yml changed a file of edge-$number"
  done
  show "add-node.yml: the fourth serves after $((SECONDS - began)) s, no file on the first $# differs"
  play site.yml || last "site.yml with four"
  for number in "$@" 4; do
    [ "$(changed "edge-$number")" = 0 ] || last "site.yml with four changed edge-$number"
    [ "$number" = 4 ] || files "$number" | diff "$rig/files.$number" - >&2 || last "site.yml with four changed a file of edge-$number"
  done
  show "site.yml with all four: changed=0, no file differs"
}

# The limit is 40 for each host that requests are for, and gains one in ten minutes.
proof_one_limit() {
  local i number passed_through=0
  for i in $(seq 20); do
    for number in "$@"; do
      [ "$(curl -s -o /dev/null -m 10 -w '%{http_code}' -H 'Host: one.test' "http://$rig_net.1$number/calm/$i")" = 200 ] && passed_through=$((passed_through + 1))
    done
  done
  [ "$passed_through" -ge 38 ] && [ "$passed_through" -le 40 ] || fail "of 80 requests through $# nodes $passed_through passed a limit of 40"
  show "one limit of 40 for $# nodes: $passed_through of 80 requests passed"
}

# release_of ARCHIVE: the version in its name.
release_of() {
  local name=${1##*/phalanx-}
  echo "${name%-linux-x64.tar.gz}"
}

proof_upgrade() {
  local number began load version
  version=$(release_of "$next")
  for number in "$@"; do
    [ "$(on "edge-$number" readlink /opt/phalanx/current)" != "$version" ] || fail "edge-$number has $version before the upgrade"
  done
  sed -i "s|^phalanx_archive: .*|phalanx_archive: $next|; /^phalanx_version:/d" "$rig/inventory/group_vars/phalanx/fleet.yml"
  # shellcheck disable=SC2046
  python3 "$rig_here/load.py" $(printf "$rig_net.1%s:80 " "$@") >"$rig/load.json" &
  load=$!
  sleep 5
  began=$SECONDS
  if ! play rolling-upgrade.yml; then
    kill "$load"
    last "rolling-upgrade.yml"
  fi
  local took=$((SECONDS - began))
  sleep 3
  kill "$load"
  wait "$load" || fail "the load"
  cat "$rig/load.json" >&2
  python3 - "$rig/load.json" $# <<'PY' || fail "requests failed during the upgrade"
import json, sys
load = json.load(open(sys.argv[1]))
sys.exit(not (load["failed"] == 0 and load["requests"] > 1000 and len([n for n in load["answered"].values() if n > 50]) == int(sys.argv[2])))
PY
  for number in "$@"; do
    [ "$(on "edge-$number" readlink /opt/phalanx/current)" = "$version" ] || fail "edge-$number has not $version"
    on "edge-$number" sh -c 'readlink "/proc/$(systemctl show -P MainPID phalanx)/exe"' | holds -F "/opt/phalanx/$version/" || fail "edge-$number does not run $version"
  done
  show "rolling-upgrade.yml: $# hosts in $took s, $(python3 -c 'import json,sys; l=json.load(open(sys.argv[1])); print(l["requests"], "requests,", l["failed"], "failed,", l["retried"], "tried again, slowest", l["slowest"], "s")' "$rig/load.json")"
}

# The release before reads what the later one has written, and serves beside it (docs/upgrading.md).
proof_back() {
  local version number
  version=$(release_of "$archive")
  play rolling-upgrade.yml --limit "edge-$1" -e "phalanx_archive=$archive" || last "rolling-upgrade.yml back to $version"
  [ "$(on "edge-$1" readlink /opt/phalanx/current)" = "$version" ] || last "edge-$1 has not $version"
  on "edge-$1" phalanx fleet status | holds "members: $# of $# here" || fail "edge-$1 with $version does not see all: $(on "edge-$1" phalanx fleet status)"
  serves "$@"
  play site.yml || last "site.yml with the later release"
  for number in "$@"; do
    [ "$(on "edge-$number" readlink /opt/phalanx/current)" != "$version" ] || last "edge-$number still has $version"
  done
  serves "$@"
  show "rolling-upgrade.yml back to $version on one host, which serves beside the others; site.yml has the later one again"
}

# A release that does not come up stops the upgrade at the first host.
proof_broken_upgrade() {
  local number
  mkdir -p "$rig/broken/phalanx-broken"
  cp -r "$rig/unpacked/." "$rig/broken/phalanx-broken/"
  # It checks what the good one checks, and ends when it is run.
  mv "$rig/broken/phalanx-broken/bin/phalanx" "$rig/broken/phalanx-broken/bin/good"
  printf '#!/bin/sh\n[ "$1" != run ] || exit 1\nexec "${0%%/*}/good" "$@"\n' >"$rig/broken/phalanx-broken/bin/phalanx"
  chmod +x "$rig/broken/phalanx-broken/bin/phalanx"
  tar -C "$rig/broken" -czf "$rig/phalanx-broken-linux-x64.tar.gz" phalanx-broken
  rm -rf "$rig/broken"
  if play rolling-upgrade.yml -e "phalanx_archive=$rig/phalanx-broken-linux-x64.tar.gz" -e phalanx_health_timeout=20; then
    last "rolling-upgrade.yml with a broken release went well"
  fi
  grep -q 'did not come back healthy' "$rig/last.log" || last "rolling-upgrade.yml does not say what is the matter"
  [ "$(on "edge-$1" readlink /opt/phalanx/current)" = broken ] || last "edge-$1 was not upgraded"
  for number in "${@:2}"; do
    [ "$(on "edge-$number" readlink /opt/phalanx/current)" != broken ] || last "edge-$number was upgraded after one failed"
  done
  serves "${@:2}"
  play site.yml || last "site.yml goes back"
  serves "$@"
  show "a release that does not come up: stops at the first host, the others serve; site.yml with the release before goes back"
}

proof_backup() {
  local began=$SECONDS backup revision number kept later
  backup=$rig/backup
  kept=$(on "edge-$1" phalanx config history | tail -1)
  play backup.yml -e "phalanx_backup=$backup" || last "backup.yml"
  revision=$(on "edge-$1" phalanx fleet status --json | sed -n 's/.*"revision" *: *\([0-9]*\).*/\1/p')
  sed -i 's/prefix: \/prefixed/prefix: \/later/' "$rig/dynamic/routes.yml"
  play site.yml || last "site.yml with a later route"
  sleep 2
  [ "$(curl -s -m 10 "http://$rig_net.1$1/extra")" = /later/extra ] || fail "the later route is not served"
  later=$(on "edge-$1" phalanx config history | tail -1)
  [ -n "$kept" ] && [ "$later" != "$kept" ] || fail "there is no revision after the backup"
  play restore.yml -e "from=$backup" || last "restore.yml"
  serves "$@"
  for number in "$@"; do
    on "edge-$number" phalanx config history >"$rig/history"
    holds -x -F -- "$kept" "$rig/history" || fail "edge-$number does not have the revision of the backup: $kept"
    # What the provider reads again is a revision of now, with the same number.
    holds -x -F -- "$later" "$rig/history" && fail "edge-$number still has the revision after the backup: $later"
    [ "$(on "edge-$number" sh -c 'ls -d /var/lib/phalanx.before-* | wc -l')" = 1 ] || fail "what was there was not set aside"
  done
  show "backup.yml of revision $revision and restore.yml: $# hosts serve ($((SECONDS - began)) s)"
}

proof_drained() {
  local last_one=${*: -1}
  play drain.yml -e "node=edge-$last_one" || last "drain.yml"
  [ "$(on "edge-$last_one" systemctl is-active phalanx || true)" = inactive ] || last "edge-$last_one runs on"
  serves "${@:1:$#-1}"
  play drain.yml -e "node=edge-$last_one" || last "drain.yml again"
  [ "$(changed "edge-$last_one")" = 0 ] || last "drain.yml again changed edge-$last_one"
  play site.yml || last "site.yml after drain.yml"
  serves "$@"
  show "drain.yml stops one, the others serve; again: changed=0; site.yml has it back"
}

# The fourth leaves.
proof_removed() {
  play remove-node.yml -e node=edge-4 || last "remove-node.yml"
  sleep 1
  on "edge-$1" phalanx fleet status | holds "members: $# of $# here" || fail "the fleet still knows edge-4: $(on "edge-$1" phalanx fleet status)"
  on edge-4 test ! -e /etc/phalanx/fleet.key || fail "edge-4 still has the key"
  [ "$(status 4)" = 000 ] || fail "edge-4 still serves"
  serves "$@"
  inventory "$@"
  show "remove-node.yml: $# members are left and serve, the key is gone from the fourth"
}

proof_power() {
  local number i began
  power_off "${@/#/edge-}"
  for number in "$@"; do [ "$(status "$number")" = 000 ] || fail "edge-$number serves without power"; done
  power_on "${@/#/edge-}"
  began=$SECONDS
  for number in "$@"; do
    for i in $(seq 120); do
      [ "$(status "$number" /hello)" = 200 ] && break
      [ "$i" -lt 120 ] || fail "edge-$number does not serve after the power was lost: $(on "edge-$number" journalctl -u phalanx -n 5 --no-pager)"
      sleep 1
    done
  done
  show "all powered off and on again: $# hosts serve from disk after $((SECONDS - began)) s"
  for i in $(seq 60); do
    on "edge-$1" phalanx fleet status 2>/dev/null | holds "members: $# of $# here" && break
    [ "$i" -lt 60 ] || fail "the members do not find each other: $(on "edge-$1" phalanx fleet status)"
    sleep 1
  done
  show "they are one fleet again after $((SECONDS - began)) s"
}

# refused WORDS HOST OPTION...: site.yml, or $playbook, ends before anything is changed anywhere, and says WORDS.
refused() {
  local words=$1 host=$2
  shift 2
  if play "${playbook:-site.yml}" "$@"; then
    last "the play went well where it had to say: $words"
  fi
  grep -q -F -- "$words" "$rig/last.log" || last "the play did not say: $words"
  if grep -q 'changed=[1-9]' "$rig/last.log"; then
    last "the play changed a host before it said: $words"
  fi
  on "$host" test ! -e /etc/phalanx || last "$host has /etc/phalanx"
  on "$host" test ! -e /opt/phalanx || last "$host has /opt/phalanx"
  [ "$(on "$host" sh -c 'ls -d /var/tmp/phalanx-* 2>/dev/null; /usr/bin/systemctl list-units --all --no-legend "phalanx-temporary*"' | wc -l)" = 0 ] || last "$host has what the check left"
  show "refused before any change: $words"
}

# occupied HOST PORT: another process listens there.
occupied() {
  local i
  docker_ exec -d "$1" python3 -m http.server "$2"
  for i in $(seq 20); do
    on "$1" ss -Hltn "sport = :$2" | holds . && break
    [ "$i" -lt 20 ] || fail "no other process at port $2"
    sleep 0.5
  done
}

occupied_no_more() {
  on "$1" sh -c 'kill $(ss -Hltnp "sport = :'"$2"'" | sed -n "s/.*pid=\([0-9]*\).*/\1/p")'
}

# On hosts that have nothing yet.
proof_bad_input() {
  refused 'phalanx_fleet_key is missing' "$1" -e phalanx_fleet_key=
  refused 'which is not the file of a release on this machine' "$1" -e phalanx_archive=/nowhere.tar.gz
  refused 'which no network interface of' "$1" -e phalanx_fleet_address=192.0.2.9
  refused 'unknown key' "$1" -e '{"phalanx_static": {"entryPoints": {"web": {"address": ":80"}}, "entrypoint": {}}}'
  sed 's/rule: "PathPrefix(`\/calm`)"/rule: "PathPrefix(`\/calm`"/' "$rig/dynamic/routes.yml" >"$rig/routes.bad"
  mkdir "$rig/wrong"
  mv "$rig/routes.bad" "$rig/wrong/routes.yml"
  refused 'phalanx check refuses the configuration' "$1" -e "phalanx_dynamic_source=$rig/wrong"
  occupied "$1" 80
  refused 'has another process at port 80 (python3)' "$1"
  occupied_no_more "$1" 80
  # Of an entry point that nobody declared.
  occupied "$1" 8080
  refused 'has another process at port 8080 (python3)' "$1" -e '{"phalanx_static": {"entryPoints": {"web": {"address": ":80"}}}}'
  occupied_no_more "$1" 8080
  refused 'TOKEN: a name has letters' "$1" -e '{"phalanx_environment": {"TOKEN": "a\nb"}}'
  refused 'is in none of 192.0.2.0/24' "$1" -e '{"phalanx_fleet_networks": ["192.0.2.0/24"]}'
  refused 'does not appear to be an IPv4 or IPv6 network' "$1" -e '{"phalanx_fleet_networks": ["10.0.0/24"]}'
  refused 'phalanx_wireguard_key is not 32 bytes' "$1" -e phalanx_wireguard_key=c2hvcnQ=
  refused 'is in none of 10.86.0.0/24' "$1" -e "phalanx_wireguard_key=$(head -c 32 /dev/urandom | base64)"
  on "$1" sh -c 'printf "#!/bin/sh\necho systemd 241\n" >/usr/local/bin/systemctl; chmod +x /usr/local/bin/systemctl'
  refused 'Phalanx needs 250 or later' "$1"
  on "$1" rm /usr/local/bin/systemctl
  cp "$rig/inventory/hosts.yml" "$rig/hosts.yml"
  sed -i 's/^  hosts:/&\n    edge-9: {ansible_host: '"$rig_net"'.19}/' "$rig/inventory/hosts.yml"
  refused 'edge-9 cannot be reached' "$1" -e phalanx_connect_timeout=8
  mv "$rig/hosts.yml" "$rig/inventory/hosts.yml"
}

# A play of somebody's own that has the role on all hosts at one time.
proof_together() {
  printf -- '- hosts: phalanx\n  gather_facts: false\n  become: true\n  roles: [{role: %s/roles/phalanx}]\n' "$rig_ansible" >"$rig/together.yml"
  playbook=$rig/together.yml refused 'a play that has it says `serial: 1`' "$1"
}

# A run that is killed leaves a folder with secrets on each host. What it had asked of systemd before removes it within an hour.
proof_killed() {
  local number run i trial
  set -m
  play site.yml &
  run=$!
  set +m
  for i in $(seq 600); do
    on "edge-$1" sh -c '[ -e /var/tmp/phalanx-temporary.*/fleet.key ]' && break
    [ "$i" -lt 600 ] || last "site.yml does not try the configuration"
    sleep 0.1
  done
  kill -KILL -- "-$run"
  wait "$run" && last "site.yml ended before it was killed"
  for number in "$@"; do
    trial=$(on "edge-$number" sh -c 'basename /var/tmp/phalanx-temporary.*')
    [ "$(on "edge-$number" stat -c '%U %a' "/var/tmp/$trial")" = "root 700" ] || fail "others can read /var/tmp/$trial of edge-$number"
    on "edge-$number" systemctl list-timers --output=json "$trial.timer" |
      python3 -c 'import json, sys, time; [timer] = json.load(sys.stdin); sys.exit(not 0 < timer["next"] / 1e6 - time.time() <= 3600)' ||
      fail "no timer removes /var/tmp/$trial of edge-$number"
    # What the timer does.
    on "edge-$number" systemctl start "$trial.service"
    for i in $(seq 50); do
      on "edge-$number" test ! -e "/var/tmp/$trial" && break
      [ "$i" -lt 50 ] || fail "/var/tmp/$trial of edge-$number is not removed"
      sleep 0.1
    done
    on "edge-$number" systemctl stop "$trial.timer"
    on "edge-$number" test ! -e /etc/phalanx || fail "edge-$number has /etc/phalanx"
  done
  show "a run that is killed while it looks has changed nothing, and what it left is removed within an hour"
}
