# Installs Consul for the tests of the Consul Catalog provider. Sourced.
. .ci/bullseye.sh

install_consul() {
  command -v consul >/dev/null && return
  install_from_bullseye consul consul
  command -v consul >/dev/null
}
