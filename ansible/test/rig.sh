# Sourced by `fleet` and `ci`. Machines of Debian trixie with systemd and sshd: containers of a dockerd of its own, which ends with the shell.
# shellcheck shell=bash disable=SC2016,SC2154,SC2015
PATH=/usr/sbin:/sbin:$PATH
rig_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
rig_ansible=$(dirname "$rig_here")
# Another one where a network of the machine has it.
rig_net=${PHALANX_RIG_NET:-10.213.0}
rig_suite=trixie
rig_packages=systemd,systemd-sysv,dbus,openssh-server,python3,python3-apt,iproute2,nftables,procps,logrotate,curl
passed=0

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

show() {
  passed=$((passed + 1))
  printf '%s ok: %s\n' "$(date +%H:%M:%S)" "$*"
}

rig_need() {
  [ "$(id -u)" = 0 ] || fail "needs root, for debootstrap and dockerd"
  local missing=()
  local program
  for program in dockerd debootstrap ansible-playbook ssh-keygen curl python3 ip; do
    command -v "$program" >/dev/null || missing+=("$program")
  done
  [ ${#missing[@]} = 0 ] || fail "needs ${missing[*]}: Debian's packages docker.io, debootstrap, ansible-core, openssh-client, curl, python3, iproute2"
  [ -x /usr/bin/docker ] || fail "needs /usr/bin/docker of Debian's package docker.io"
}

# The archive that this machine has its own packages from.
rig_mirror() {
  local mirror
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 2>/dev/null | head -1)
  if [ -z "$mirror" ]; then
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep '/debian/*$' | head -1)
  fi
  [ -n "$mirror" ] || fail "apt's configuration names no archive of Debian to make the machines from"
  echo "$mirror"
}

# Prints the path of a tar archive of the machines' system; it is made once.
rig_base() {
  local cache=${PHALANX_RIG_CACHE:-/var/cache/phalanx-rig}
  local file
  file=$cache/$rig_suite-$(printf '%s' "$rig_packages" | sha256sum | cut -c1-12).tar
  if [ ! -f "$file" ]; then
    mkdir -p "$cache"
    local root
    root=$(mktemp -d "$cache/root.XXXXXX")
    debootstrap --variant=minbase --include="$rig_packages" "$rig_suite" "$root" "$(rig_mirror)" >"$cache/debootstrap.log" 2>&1 ||
      fail "debootstrap: $(tail -3 "$cache/debootstrap.log")"
    chmod 755 "$root"
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/etc/machine-id "$root"/etc/ssh/ssh_host_*
    tar -C "$root" -cf "$file.partial" .
    mv "$file.partial" "$file"
    rm -rf "$root"
  fi
  echo "$file"
}

docker_() {
  DOCKER_HOST=unix://$rig/docker.sock /usr/bin/docker "$@"
}

# Makes $rig (a folder), the daemon, the network and the image. All of it goes when the shell ends.
rig_up() {
  rig_need
  local base
  base=$(rig_base)
  rig=$(mktemp -d /var/tmp/phalanx-rig.XXXXXX)
  trap rig_down EXIT
  trap 'exit 1' INT TERM HUP
  dockerd --storage-driver=vfs --data-root "$rig/data" --exec-root "$rig/exec" --host "unix://$rig/docker.sock" --pidfile "$rig/pid" \
    --bridge=none --log-level=warn >"$rig/dockerd.log" 2>&1 &
  rig_daemon=$!
  local i
  for i in $(seq 60); do
    docker_ info >/dev/null 2>&1 && break
    kill -0 "$rig_daemon" 2>/dev/null || fail "dockerd cannot run on this machine: $(tail -3 "$rig/dockerd.log")"
    [ "$i" -lt 60 ] || fail "dockerd does not answer: $(tail -3 "$rig/dockerd.log")"
    sleep 1
  done
  mkdir "$rig/image"
  cp "$rig_here/machine" "$rig/image/"
  docker_ import "$base" machine:base >/dev/null
  printf 'FROM machine:base\nCOPY machine /usr/local/sbin/machine\nCMD ["/usr/local/sbin/machine"]\n' >"$rig/image/Dockerfile"
  docker_ build -q -t machine:1 "$rig/image" >/dev/null
  docker_ network create --subnet "$rig_net.0/24" machines >/dev/null
  ssh-keygen -q -t ed25519 -N '' -f "$rig/id"
}

rig_down() {
  local status=$?
  trap - EXIT
  set +e
  if [ -n "${rig_jobs:-}" ]; then
    # shellcheck disable=SC2086
    kill $rig_jobs 2>/dev/null
  fi
  # shellcheck disable=SC2046
  docker_ rm -f $(docker_ ps -aq) >/dev/null 2>&1
  docker_ network rm machines >/dev/null 2>&1
  kill "$rig_daemon" 2>/dev/null
  wait "$rig_daemon" 2>/dev/null
  [ -z "${rig_groups:-}" ] || find "$rig_groups" -depth -type d -exec rmdir {} + 2>/dev/null
  if [ $status != 0 ] && [ -n "${PHALANX_RIG_KEEP:-}" ]; then
    echo "kept: $rig" >&2
  else
    rm -rf "$rig"
  fi
  exit $status
}

# Containers may do what a machine may, as far as this one may do it itself.
rig_capabilities() {
  python3 - <<'PY'
names = ["CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "LINUX_IMMUTABLE",
         "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT",
         "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD"]
bounding = int([line for line in open("/proc/self/status") if line.startswith("CapBnd")][0].split()[1], 16)
for bit, name in enumerate(names):
    if bounding >> bit & 1 and name not in ("SYS_MODULE", "SYS_TIME", "SYS_RAWIO", "SYS_BOOT"):
        print("--cap-add=" + name)
PY
}

# machine NAME NUMBER: one more machine, at address $rig_net.NUMBER, that root reaches by ssh with the key $rig/id.
machine() {
  local name=$1 address=$rig_net.$2 options=() i
  if [ ! -f /sys/fs/cgroup/cgroup.controllers ]; then
    [ -d /sys/fs/cgroup/unified ] || fail "this machine has no control groups of version 2 (/sys/fs/cgroup or /sys/fs/cgroup/unified), which systemd needs"
    rig_groups=/sys/fs/cgroup/unified/phalanx-rig.$$
    mkdir -p "$rig_groups/$name"
    options+=(-v "$rig_groups/$name:/rig-cgroup")
  fi
  # shellcheck disable=SC2046
  docker_ run -d --name "$name" --hostname "$name" --network machines --ip "$address" --cgroupns=private $(rig_capabilities) \
    --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined \
    --tmpfs /run --tmpfs /run/lock --tmpfs /tmp:exec -e container=docker "${options[@]}" machine:1 >/dev/null ||
    fail "no container can be started on this machine"
  for i in $(seq 60); do
    case $(docker_ exec "$name" systemctl is-system-running 2>/dev/null) in running | degraded) break ;; esac
    [ "$i" -lt 60 ] || fail "systemd does not come up in a container of this machine: $(docker_ logs --tail 5 "$name" 2>&1)"
    sleep 1
  done
  docker_ exec "$name" sh -c 'mkdir -p -m 700 /root/.ssh && ssh-keygen -A >/dev/null && systemctl restart ssh'
  docker_ cp "$rig/id.pub" "$name:/root/.ssh/authorized_keys"
  docker_ exec "$name" chown root:root /root/.ssh/authorized_keys
}

# power_off NAME..., power_on NAME...: as if the plug was pulled, and put in again.
power_off() {
  docker_ kill "$@" >/dev/null
}

power_on() {
  docker_ start "$@" >/dev/null
}

on() {
  local name=$1
  shift
  docker_ exec "$name" "$@"
}

# A server behind the proxies, at port 8080 of the machines' network.
backend() {
  python3 "$rig_here/backend.py" "$rig_net.1" 8080 &
  rig_jobs="${rig_jobs:-} $!"
}

# inventory NUMBER...: an inventory of the hosts edge-NUMBER.
inventory() {
  local number
  mkdir -p "$rig/inventory/group_vars/phalanx"
  {
    printf 'phalanx:\n  hosts:\n'
    for number in "$@"; do
      printf '    edge-%s: {ansible_host: %s.1%s}\n' "$number" "$rig_net" "$number"
    done
    printf '  vars:\n    ansible_user: root\n    ansible_ssh_private_key_file: %s/id\n' "$rig"
    printf '    ansible_ssh_common_args: -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=%s/known_hosts -o LogLevel=ERROR\n' "$rig"
  } >"$rig/inventory/hosts.yml"
}

settings() {
  mkdir -p "$rig/inventory/group_vars/phalanx" "$rig/dynamic"
  cat >"$rig/inventory/group_vars/phalanx/fleet.yml" <<YAML
phalanx_archive: $archive
phalanx_dynamic_source: $rig/dynamic
phalanx_fleet_networks: [$rig_net.0/24]
phalanx_environment: {PHALANX_JAVA_OPTS: -Xmx256m}
phalanx_static:
  entryPoints:
    web:
      address: ":80"
      transport: {lifeCycle: {requestAcceptGraceTimeout: 3s, graceTimeOut: 10s}}
  ping: {entryPoint: web}
  accessLog: {filePath: /var/log/phalanx/access.log}
YAML
  cat >"$rig/dynamic/routes.yml" <<YAML
http:
  routers:
    app: {rule: "PathPrefix(\`/\`)", service: app}
    calm: {rule: "PathPrefix(\`/calm\`)", middlewares: [calm], service: app}
  middlewares:
    calm: {rateLimit: {average: 1, period: 10m, burst: 40, sourceCriterion: {requestHost: true}}}
  services:
    app: {loadBalancer: {servers: [{url: "http://$rig_net.1:8080"}]}}
YAML
}

# The key as the README has it: made by the release, kept in a vault.
vault() {
  mkdir -p "$rig/unpacked"
  tar -xzf "${next:-$archive}" -C "$rig/unpacked" --strip-components=1
  head -c 24 /dev/urandom | base64 >"$rig/vault-password"
  {
    echo ---
    "$rig/unpacked/bin/phalanx" fleet key |
      ansible-vault encrypt_string --vault-password-file "$rig/vault-password" --stdin-name phalanx_fleet_key 2>/dev/null
  } >"$rig/inventory/group_vars/phalanx/vault.yml"
}

# play PLAYBOOK [OPTION...]: output in $rig/last.log.
play() {
  local playbook=$1
  shift
  (cd "$rig_ansible" && ANSIBLE_NOCOLOR=1 ANSIBLE_LOCAL_TEMP=$rig/ansible ansible-playbook -i "$rig/inventory" \
    --vault-password-file "$rig/vault-password" "$playbook" "$@") >"$rig/last.log" 2>&1
}

# changed HOST: how many tasks changed it in the last run.
changed() {
  sed -n "s/^$1 .*changed=\([0-9]*\).*/\1/p" "$rig/last.log"
}
