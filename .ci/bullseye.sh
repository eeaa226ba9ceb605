# Installs packages from the suite of Debian that still has them. Sourced.
#
# The mirror and the key are those that this machine uses already. The suite is pinned so low that no other package comes from it.

# The first archive among this machine's sources, as "URI KEYRING"; the keyring may be missing.
debian_archive() {
  local file
  for file in /etc/apt/sources.list.d/*.sources; do
    [ -f "$file" ] || continue
    awk '
      function done() { if (uri != "" && suite ~ /(bookworm|trixie|bullseye|forky|stable|testing|sid)/ && suite !~ /^[a-z]+-security/) { print uri, key; found = 1; exit } uri = key = suite = "" }
      /^[ \t]*$/ { done() }
      /^URIs:/ { uri = $2 }
      /^Suites:/ { suite = $2 }
      /^Signed-By:/ { key = $2 }
      END { if (!found) done() }
    ' "$file"
  done
  sed -n 's/^deb \(\[.*signed-by=\([^] ]*\).*\] \)\{0,1\}\(http[^ ]*debian\/\{0,1\}\) [a-z]* .*main.*/\3 \2/p' \
    /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null || true # there may be none
}

# install_from_bullseye NAME PACKAGE...: NAME is of the files that pin them, PACKAGE... is all that may come from there.
install_from_bullseye() {
  local uri key name=$1
  shift
  read -r uri key <<<"$(debian_archive | head -n 1)" || true
  if [ -z "${uri:-}" ]; then
    echo "ci: $name is not on the PATH, and no Debian archive is among this machine's sources to install it from" >&2
    return 1
  fi
  printf 'deb%s %s bullseye main\n' "${key:+ [signed-by=$key]}" "$uri" >/etc/apt/sources.list.d/phalanx-bullseye.list
  printf 'Package: *\nPin: release n=bullseye\nPin-Priority: -1\n' >/etc/apt/preferences.d/phalanx-bullseye
  printf 'Package: %s\nPin: release n=bullseye\nPin-Priority: 500\n' "$*" >"/etc/apt/preferences.d/phalanx-$name"
  apt-get update -qq || true # another source that does not answer is not ours to mind
  apt-get install -y -qq --no-install-recommends "$@"
}
