# Installs Pebble, the ACME authority for tests, with its challenge test server, for the tests of certificate resolvers. Sourced.
install_pebble() {
  command -v pebble >/dev/null && return
  apt-get update -qq || true # another source that does not answer is not ours to mind
  apt-get install -y -qq --no-install-recommends pebble
  command -v pebble >/dev/null
}
