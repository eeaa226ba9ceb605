# Installs the Autobahn test suite of WebSocket, which is for Python 2, in ~/.cache/phalanx/autobahn. Sourced. Where that cannot be done its test is left out,
# which says so.
. .ci/bullseye.sh

autobahn_home="$HOME/.cache/phalanx/autobahn"

# A Python 2.7 that runs: on the PATH, of pyenv, or of Debian.
python2_path() {
  local candidate
  for candidate in python2.7 "$HOME"/.pyenv/versions/2.7.*/bin/python2.7; do
    if "$candidate" -c 'import ssl' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

# Its own pip: virtualenv brings the last one that knows Python 2.
build_autobahn() {
  local python2
  if ! python2=$(python2_path); then
    install_from_bullseye python2.7 python2.7 python2.7-minimal libpython2.7-stdlib libpython2.7-minimal libffi7 libssl1.1 || return
    python2=$(python2_path) || return
  fi
  if ! python3 -m pip --version >/dev/null 2>&1; then
    apt-get install -y -qq --no-install-recommends python3-pip || return
  fi
  rm -rf "$autobahn_home"
  mkdir -p "$autobahn_home.build"
  python3 -m pip install -q --upgrade --target "$autobahn_home.build" 'virtualenv<20.22' || return
  PYTHONPATH="$autobahn_home.build" python3 -m virtualenv -q -p "$python2" "$autobahn_home" || return
  rm -rf "$autobahn_home.build"
  "$autobahn_home/bin/pip" install -q --no-deps --no-python-version-warning -r .ci/autobahn.txt || return
  # Only makes the whole suite faster, and wants a compiler.
  "$autobahn_home/bin/pip" install -q --no-deps --no-python-version-warning wsaccel==0.6.2 >/dev/null 2>&1 || true
  "$autobahn_home/bin/wstest" --help >/dev/null
}

install_autobahn() {
  [ -x "$autobahn_home/bin/wstest" ] || command -v wstest >/dev/null && return
  if ! build_autobahn; then
    rm -rf "$autobahn_home"
    echo "ci: the Autobahn test suite cannot be installed (it wants Debian's Python 2.7 and PyPI); its test is left out" >&2
  fi
}
