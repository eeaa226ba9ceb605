# Tries the Ansible role: lint by the production profile, and a real play on one machine, made with debootstrap in a container. Sourced.
ansible_lint=26.10.1

# install_ansible: what the play and the lint need.
install_ansible() {
  local program missing=
  for program in debootstrap dockerd ansible-playbook shellcheck ip iptables ssh-keygen; do
    PATH=$PATH:/usr/sbin:/sbin command -v "$program" >/dev/null || missing=1
  done
  # Another docker may be on the PATH, which is too new for Debian's daemon.
  if [ -n "$missing" ] || [ ! -x /usr/bin/docker ] || ! python3 -c 'import ensurepip' 2>/dev/null; then
    apt-get update -qq || true # another source that does not answer is not ours to mind
    apt-get install -y -qq --no-install-recommends debootstrap docker.io iptables ansible-core shellcheck python3-venv iproute2 openssh-client curl || return
  fi
  ansible_tools=${XDG_CACHE_HOME:-$HOME/.cache}/phalanx-ci/ansible-lint-$ansible_lint
  if [ ! -x "$ansible_tools/bin/ansible-lint" ]; then
    rm -rf "$ansible_tools"
    python3 -m venv "$ansible_tools" && "$ansible_tools/bin/pip" install -q "ansible-lint==$ansible_lint" || return
  fi
}

# check_ansible ARCHIVE
check_ansible() {
  shellcheck -x ansible/test/ci ansible/test/fleet ansible/test/rig.sh ansible/test/proofs.sh ansible/test/previous ansible/test/packages ansible/test/packages.sh ansible/test/readme ansible/test/machine || return
  (cd ansible && PATH=$ansible_tools/bin:$PATH ansible-lint --offline --nocolor .) || return
  if [ "${CI:-}" != true ] && ! unshare --mount --net true 2>/dev/null; then
    echo "ci: NOT TRIED: the play on a machine in a container, because nobody may make namespaces here" >&2
    return
  fi
  ansible/test/ci "$1"
}
