# Sourced by `packages`, after rig.sh and proofs.sh. The Debian package on a machine of the rig.
# shellcheck shell=bash disable=SC2016,SC2154

# of_its_own HOST FOLDER: the settings of a node of its own, in a folder of that machine.
of_its_own() {
  docker_ exec -i "$1" sh -c "mkdir -p $2/routes && cat >$2/phalanx.yml" <<'YAML'
entryPoints:
  web: {address: ":80"}
ping: {entryPoint: web}
providers: {file: {directory: /etc/phalanx/routes, watch: true}}
YAML
  docker_ exec -i "$1" sh -c "cat >$2/routes/app.yml" <<YAML
http:
  routers: {app: {rule: "PathPrefix(\`/\`)", service: app}}
  services: {app: {loadBalancer: {servers: [{url: "http://$rig_net.1:8080"}]}}}
YAML
}

# until_served NUMBER: a node that starts at $rig_net.1NUMBER.
until_served() {
  local i
  for i in $(seq 60); do
    [ "$(status "$1" /hello)" = 200 ] && break
    [ "$i" -lt 60 ] || fail "$rig_net.1$1 does not serve"
    sleep 0.5
  done
}

# proof_package HOST NUMBER PACKAGE: as docs/installation.md has it.
proof_package() {
  local host=$1 number=$2 version process
  docker_ cp "$3" "$host:/root/phalanx.deb"
  on "$host" dpkg -i /root/phalanx.deb >/dev/null || fail "dpkg -i"
  version=$(on "$host" dpkg-query -W -f '${Version}' phalanx)
  on "$host" phalanx version | holds . || fail "phalanx version"
  [ "$(on "$host" systemctl is-enabled phalanx || true)$(on "$host" systemctl is-active phalanx || true)" = disabledinactive ] || fail "the package starts a node"
  of_its_own "$host" /etc/phalanx
  on "$host" phalanx check /etc/phalanx/phalanx.yml /etc/phalanx/routes >/dev/null || fail "phalanx check"
  on "$host" systemctl enable --now phalanx || fail "systemctl enable --now phalanx: $(on "$host" journalctl -u phalanx -n 8 --no-pager)"
  until_served "$number"
  process=$(on "$host" systemctl show -P MainPID phalanx)
  [ "$(on "$host" ps -o user= -p "$process")" = phalanx ] || fail "the node's user"
  show "dpkg -i of $version: a node that is enabled serves"

  # The same content under a later version.
  mkdir "$rig/package"
  dpkg-deb -R "$3" "$rig/package"
  sed -i "s/^Version: .*/Version: $version+next/" "$rig/package/DEBIAN/control"
  dpkg-deb -Znone --root-owner-group -b "$rig/package" "$rig/next.deb" >/dev/null
  rm -r "$rig/package"
  docker_ cp "$rig/next.deb" "$host:/root/next.deb"
  on "$host" dpkg -i /root/next.deb >/dev/null || fail "dpkg -i of a second version"
  [ "$(on "$host" dpkg-query -W -f '${Version}' phalanx)" = "$version+next" ] || fail "the second version is not installed"
  [ "$(on "$host" systemctl show -P MainPID phalanx)" = "$process" ] || fail "dpkg -i restarted the node"
  serves "$number"
  on "$host" systemctl restart phalanx
  until_served "$number"
  show "dpkg -i of $version+next: the node serves on, and after its restart"

  on "$host" dpkg --purge phalanx >/dev/null 2>&1 || fail "dpkg --purge"
  [ "$(status "$number")" = 000 ] || fail "the node runs without its package"
  on "$host" sh -c '! [ -e /usr/lib/phalanx ] && ! [ -e /usr/bin/phalanx ] && ! systemctl cat phalanx >/dev/null 2>&1' || fail "dpkg --purge leaves files"
  on "$host" sh -c '[ -e /etc/phalanx/phalanx.yml ] && [ -d /var/lib/phalanx ] && getent passwd phalanx >/dev/null' || fail "dpkg --purge takes what is the operator's"
  show "dpkg --purge: the node is stopped, its settings, data and user are left"
}
