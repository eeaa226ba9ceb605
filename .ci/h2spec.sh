# Installs h2spec with Go, where Go is, for the conformance test of HTTP/2. Sourced. A machine without Go leaves the test out, which says so.
install_h2spec() {
  command -v h2spec >/dev/null || [ -x "$HOME/go/bin/h2spec" ] && return
  if ! command -v go >/dev/null; then
    echo "ci: neither h2spec nor go is here; the conformance test of HTTP/2 is left out" >&2
    return
  fi
  GOBIN="$HOME/go/bin" go install github.com/summerwind/h2spec/cmd/h2spec@latest
}
