# Sourced by `packages`, after rig.sh and proofs.sh. The Debian package on a machine of the rig, and the image beside it.
# shellcheck shell=bash disable=SC2016,SC2154

# of_its_own FOLDER: the settings of a node of its own.
of_its_own() {
  mkdir -p "$1/routes"
  cat >"$1/phalanx.yml" <<'YAML'
entryPoints:
  web: {address: ":80"}
ping: {entryPoint: web}
providers: {file: {directory: /etc/phalanx/routes, watch: true}}
YAML
  cat >"$1/routes/app.yml" <<YAML
http:
  routers: {app: {rule: "PathPrefix(\`/\`)", service: app}}
  services: {app: {loadBalancer: {servers: [{url: "http://$rig_net.1:8080"}]}}}
YAML
  chmod -R a+rX "$1"
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
  of_its_own "$rig/settings"
  tar -C "$rig/settings" -c phalanx.yml routes | docker_ exec -i "$host" tar --one-top-level=/etc/phalanx --no-same-owner -x
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

# proof_image NUMBER ARCHIVE: an image on top of the machines' system, run at $rig_net.1NUMBER, as docs/installation.md has it.
proof_image() {
  local began
  of_its_own "$rig/settings"
  mkdir "$rig/context"
  tar -xzf "$2" -C "$rig/context" --strip-components=1
  docker_ build -q --network none --build-arg BASE=machine:base -t phalanx -f "$rig_ansible/../distribution/src/main/container/Containerfile" "$rig/context" >/dev/null ||
    fail "docker build"
  rm -r "$rig/context"
  docker_ run --rm --network none phalanx version | holds . || fail "docker run phalanx version"
  began=$(date +%s%N)
  docker_ run -d --name phalanx --network machines --ip "$rig_net.1$1" -v "$rig/settings:/etc/phalanx:ro" -v phalanx:/var/lib/phalanx phalanx >/dev/null ||
    fail "docker run"
  until_served "$1"
  began=$((($(date +%s%N) - began) / 1000000))
  [ "$(on phalanx id -u)" = 10001 ] || fail "the image's user"
  docker_ stop -t 60 phalanx >/dev/null
  [ "$(docker_ inspect -f '{{.State.ExitCode}}' phalanx)" = 0 ] || fail "the container did not end by itself: $(docker_ logs --tail 5 phalanx 2>&1)"
  docker_ start phalanx >/dev/null
  until_served "$1"
  docker_ rm -f phalanx >/dev/null
  show "the image: serves at port 80 as user 10001 $began ms after docker run, ends with 0 when it is stopped, and serves again with its volume"
}
