# Installs BIND, a name server that takes dynamic updates, for the tests of challenges by DNS. Sourced.
install_bind() {
  PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin command -v named >/dev/null && return
  apt-get update -qq || true # another source that does not answer is not ours to mind
  apt-get install -y -qq --no-install-recommends bind9
  PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin command -v named >/dev/null
}
