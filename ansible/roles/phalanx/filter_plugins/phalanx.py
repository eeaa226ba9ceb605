"""Filters of the role: addresses of members, ports of entry points, keys of the mesh."""

import base64
import hashlib
import hmac
import ipaddress
import pathlib
import re


def phalanx_members(hosts, hostvars, port):
    """Where members are reached: HOST:PORT for each host of the inventory."""
    return [_with_port(_address(host, hostvars), port) for host in hosts]


def _address(host, hostvars):
    known = hostvars[host]
    for name in ("phalanx_fleet_address", "ansible_host"):
        if name in known:
            return str(known[name])
    return str(host)


def _with_port(address, port):
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _settings(value):
    return value if isinstance(value, dict) else {}


def phalanx_ports(static):
    """TCP ports that static settings listen on, ascending; also at entry points that nobody declared (docs/configuration.md).

    What cannot be settings is left for `phalanx check` to tell.
    """
    entry_points = dict(_settings(static.get("entryPoints")) or {"http": {"address": ":80"}})
    prometheus = _settings(static.get("metrics")).get("prometheus", False)
    internal = [_settings(wanted) for wanted in (static.get("ping", False), prometheus) if wanted is not False]
    if any(wanted.get("entryPoint", "traefik") == "traefik" and not wanted.get("manualRouting") for wanted in internal):
        entry_points.setdefault("traefik", {"address": ":8080"})
    ports = set()
    for entry_point in entry_points.values():
        found = re.fullmatch(r".*:([0-9]+)(/tcp)?", str(_settings(entry_point).get("address", "")))
        if found:
            ports.add(int(found.group(1)))
    return sorted(ports)


def phalanx_taken(listening, ports, own_pid):
    """Lines of `ss -Hltnp` about one of the ports that another process has."""
    taken = []
    for line in listening:
        fields = line.split()
        if len(fields) < 4 or not fields[3].rpartition(":")[2].isdigit():
            continue
        port = int(fields[3].rpartition(":")[2])
        pids = re.findall(r"pid=([0-9]+)", line)
        if port in ports and str(own_pid) not in pids:
            names = sorted(set(re.findall(r'\("([^"]+)"', line)))
            taken.append(f"{port} ({', '.join(names) or 'a process that cannot be seen'})")
    return sorted(set(taken))


def phalanx_files(folder):
    """Paths of all files below a folder of the machine that runs Ansible, as they are named within it."""
    return sorted(str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*") if path.is_file())


def phalanx_outside(address, networks):
    """What is wrong with networks, or with an address that has to be in one of them; nothing if all is well."""
    try:
        nets = [ipaddress.ip_network(network) for network in networks]
        within = not nets or any(ipaddress.ip_address(address) in net for net in nets)
    except ValueError as problem:
        return str(problem)
    return "" if within else f"{address} is in none of {', '.join(networks)}"


def phalanx_mesh_mistakes(network, seed):
    """Why there can be no mesh of this network and key; nothing if there can be one."""
    try:
        if len(base64.b64decode(str(seed).strip(), validate=True)) != 32:
            return "phalanx_wireguard_key is not 32 bytes in base64: `head -c 32 /dev/urandom | base64` makes one"
        phalanx_mesh(network, seed)
    except ImportError:
        return "the machine that runs Ansible has no cryptography for Python (package python3-cryptography)"
    except ValueError as problem:
        return f"phalanx_wireguard_key or phalanx_wireguard_network: {problem}"
    return ""


def phalanx_mesh(network, seed):
    """Address, private and public key for each place in the mesh's network, from the seed.

    All places have their keys before a machine takes one, so that a new machine changes nothing on those that are there.
    """
    net = ipaddress.ip_network(network)
    if net.num_addresses > 256:
        raise ValueError(f"phalanx_wireguard_network {network} is larger than 256 addresses")
    return {str(address): _key_pair(seed, str(address)) for address in net.hosts()}


def _key_pair(seed, address):
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    scalar = hmac.new(base64.b64decode(str(seed).strip(), validate=True), b"phalanx mesh " + address.encode(), hashlib.sha256).digest()
    public = X25519PrivateKey.from_private_bytes(scalar).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {"private": base64.b64encode(scalar).decode(), "public": base64.b64encode(public).decode()}


class FilterModule:
    def filters(self):
        return {
            "phalanx_members": phalanx_members,
            "phalanx_ports": phalanx_ports,
            "phalanx_taken": phalanx_taken,
            "phalanx_files": phalanx_files,
            "phalanx_outside": phalanx_outside,
            "phalanx_mesh_mistakes": phalanx_mesh_mistakes,
            "phalanx_mesh": phalanx_mesh,
        }
