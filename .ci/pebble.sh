# Installs Pebble, the ACME authority for tests, with its challenge test server, for the tests of certificate resolvers. Sourced.
install_pebble() {
  command -v pebble >/dev/null && return
  apt-get update -qq || true # another source that does not answer is not ours to mind
  apt-get install -y -qq --no-install-recommends pebble
  command -v pebble >/dev/null
}

# A recent one beside it, with Go, where Go is: Debian's has no hints for renewals and no profiles. A machine without Go leaves those tests out, which say so.
install_recent_pebble() {
  [ -x "$HOME/go/bin/pebble" ] && return
  if ! command -v go >/dev/null; then
    echo "ci: neither a recent pebble nor go is here; what only a recent one has is not tested" >&2
    return
  fi
  GOBIN="$HOME/go/bin" go install github.com/letsencrypt/pebble/v2/cmd/pebble@latest
}
