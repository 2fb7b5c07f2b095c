"""tls check: a sound control plane has nothing to report, and each defect is found as itself alone.

OpenSSL's own command has to agree with every chain that was verified on the way.
"""

import collections
import json
import os
import pathlib
import re
import subprocess

import pytest
from program import BINARY, environment, run
from sealwax_defects import DEFECTS
from sealwax_pki import ControlPlane

#: A control plane that makes its own certificates has its authorities' keys.
SOUND = {"tls/ca-key-present"}
PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n?", re.S)


def build(folder, change=None, after=False):
    plane = ControlPlane(folder)
    if change and not after:
        change(plane)
    plane.lay_out()
    if change and after:
        change(plane)
    for path, content in getattr(plane, "put_later", {}).items():
        plane.put(path, content)
    plane.write()
    for path, mode in getattr(plane, "folder_modes", {}).items():
        (plane.root / path).chmod(mode)
    for path, owner in getattr(plane, "owners", {}).items():
        os.chown(plane.root / path, owner, -1)
    return plane


def check(home, *paths, now="2026-12-01"):
    result = run(home, "tls", "check", "--json", "--now", now, *paths, check=False)
    assert result.returncode in (0, 1), result.stderr.decode()
    return result, json.loads(result.stdout)


def certificates_of(place, report):
    """The PEM that a place of a report means."""
    text = pathlib.Path(place["file"]).read_bytes()
    if place["field"] is None:
        entries = PEM.findall(text)
    else:
        entries = [entry for entry in embedded(text, place["field"])]
    return entries[(place["entry"] or 1) - 1]


def embedded(text, field):
    import base64

    import yaml

    object_ = yaml.safe_load(text)
    if object_["kind"] == "Config":
        kind, _, name = field.partition(" ")
        values = [e[kind] for e in object_[f"{kind}s"] if e["name"] == name]
        names = ["certificate-authority-data", "client-certificate-data"]
        data = [values[0][n] for n in names if n in values[0]]
    elif object_["kind"] == "Secret":
        data = [object_["data"][re.search(r"\(([^)]*)\)$", field)[1]]]
    else:
        data = [w["clientConfig"]["caBundle"] for w in object_["webhooks"]]
    return PEM.findall(base64.b64decode(data[0]))


def agree_with_openssl(report, folder):
    """Runs `openssl verify` on every chain; returns how many there were."""
    count = 0
    now = 1796083200
    for certificate in report["certificates"]:
        for chain in certificate["chains"]:
            count += 1
            (folder / "leaf.pem").write_bytes(certificates_of(certificate, report))
            for part in ("trust", "intermediates"):
                content = b"".join(certificates_of(place, report) + b"\n" for place in chain[part])
                (folder / f"{part}.pem").write_bytes(content)
            command = ["openssl", "verify", "-no-CApath", "-no-CAstore", "-partial_chain", "-attime", str(now)]
            command += ["-CAfile", "trust.pem"] if chain["trust"] else ["-no-CAfile"]
            if chain["intermediates"]:
                command += ["-untrusted", "intermediates.pem"]
            purpose = {"server": "sslserver", "client": "sslclient", "any": "any"}[chain["purpose"]]
            command += ["-purpose", purpose]
            # The command falls back to the subject's CN, which Go and we do not.
            if chain["name"] and certificate["names"]:
                is_address = re.fullmatch(r"[0-9.]+|.*:.*", chain["name"])
                command += ["-verify_ip" if is_address else "-verify_hostname", chain["name"]]
            result = subprocess.run([*command, "leaf.pem"], cwd=folder, capture_output=True, text=True)
            theirs = [tuple(map(int, e)) for e in re.findall(r"^error (\d+) at (\d+) depth", result.stderr, re.M)]
            ours = [(p["code"], p["depth"]) for p in chain["problems"]]
            if chain["name"] and not certificate["names"]:
                ours = [p for p in ours if p[0] not in (62, 64)]
            label = f"{certificate['subject']} {chain['purpose']} {chain['name']}: {result.stderr}"
            assert (result.returncode == 0) == (not ours), label
            # The command stops at the first name that is wrong; we go on.
            assert ours[: len(theirs)] == theirs, f"{ours} {theirs} {label}"
    return count


@pytest.fixture(scope="module")
def statistics():
    counts = collections.Counter()
    yield counts
    print(f"\n{counts['defects']} defects, {counts['chains']} chains as openssl verify")


def test_a_sound_control_plane(tmp_path):
    plane = build(tmp_path / "node")
    result, report = check(tmp_path, plane.root)
    assert {f["rule"] for f in report["findings"]} <= SOUND, report["findings"]
    assert result.returncode == 0
    roles = {role for certificate in report["certificates"] for role in certificate["roles"]}
    assert len(roles) == 16, roles
    assert agree_with_openssl(report, tmp_path) == 14


def test_there_are_enough_defects():
    assert len(DEFECTS) >= 60
    assert len({name for name, *_ in DEFECTS}) == len(DEFECTS)


@pytest.mark.parametrize("name, rule, change, after", DEFECTS, ids=[d[0] for d in DEFECTS])
def test_each_defect_is_found_as_itself(tmp_path, statistics, name, rule, change, after):
    plane = build(tmp_path / "node", change, after)
    result, report = check(tmp_path, plane.root)
    found = {f["rule"] for f in report["findings"]} - SOUND
    assert found == {rule}, [(f["rule"], f["message"]) for f in report["findings"] if f["rule"] not in SOUND]
    statistics["defects"] += 1
    statistics["chains"] += agree_with_openssl(report, tmp_path)


def test_what_a_kubelet_has_renewed_is_not_judged(tmp_path):
    """It leaves every old certificate beside the new one, and a link that leads to that."""
    from sealwax_pki import CLIENT, DAY, NOW, issue, key_pem

    plane = build(tmp_path / "node")
    folder = plane.root / "var/lib/kubelet/pki"
    (folder / "kubelet-client-current.pem").rename(folder / "kubelet-client-2026-11-20-10-00-00.pem")
    (folder / "kubelet-client-current.pem").symlink_to("/var/lib/kubelet/pki/kubelet-client-2026-11-20-10-00-00.pem")
    old = issue("system:node:cp1", "system:nodes", by=plane.ca, usages=[CLIENT], start=NOW - 400 * DAY)
    path = folder / "kubelet-client-2025-10-28-10-00-00.pem"
    path.write_bytes(old.pem + key_pem(old.key))
    path.chmod(0o600)
    _, report = check(tmp_path, plane.root)
    assert {f["rule"] for f in report["findings"]} == SOUND
    # Named, it is.
    _, report = check(tmp_path, path)
    assert "tls/expired" in {f["rule"] for f in report["findings"]}


def test_clusters_may_have_authorities_of_one_name_and_serial(tmp_path):
    """Those of old kubeadms have the serial number 0."""
    from sealwax_pki import CLIENT, issue

    for number in (1, 2):
        authority = issue("kubernetes", ca=True, serial=7, identifiers=number > 1)
        client = issue("admin", by=authority, usages=[CLIENT], serial=8)
        folder = tmp_path / "clusters" / str(number)
        folder.mkdir(parents=True)
        (folder / "ca.crt").write_bytes(authority.pem)
        (folder / "client.crt").write_bytes(client.pem)
    _, report = check(tmp_path, tmp_path / "clusters")
    assert report["findings"] == []
    assert all(chain["isTrusted"] for c in report["certificates"] for chain in c["chains"])


def test_authorities_of_one_name_are_not_all_tried(tmp_path):
    from sealwax_pki import issue

    text = b"".join(issue("authority", ca=True).pem for _ in range(1000))
    (tmp_path / "all.pem").write_bytes(text)
    command = [BINARY, "tls", "check", "--now", "2026-12-01", tmp_path / "all.pem"]
    subprocess.run(command, env=environment(tmp_path), check=True, stdout=subprocess.DEVNULL, timeout=20)


def test_a_secret_may_have_many_keys(tmp_path):
    lines = "".join(f"  key-{number}: YQ==\n" for number in range(20000))
    (tmp_path / "s.yaml").write_text(f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\ndata:\n{lines}")
    command = [BINARY, "tls", "check", tmp_path / "s.yaml"]
    result = subprocess.run(command, env=environment(tmp_path), capture_output=True, timeout=30)
    assert result.returncode == 66


def test_authorities_of_servers_may_be_others(tmp_path):
    """As RKE2 has it: --client-ca-file says nothing about who signs for servers."""
    from sealwax_pki import API_NAMES, CLIENT, SERVER, issue, key_pem

    clients, servers = issue("client-ca", ca=True), issue("server-ca", ca=True)
    files = {
        "tls/client-ca.crt": clients.pem,
        "tls/server-ca.crt": servers.pem,
    }
    for name, made in {
        "serving": issue("kube-apiserver", by=servers, usages=[SERVER], names=API_NAMES),
        "client": issue("apiserver", by=clients, usages=[CLIENT]),
    }.items():
        files[f"tls/{name}.crt"] = made.pem
        files[f"tls/{name}.key"] = key_pem(made.key)
    flags = {
        "client-ca-file": "client-ca.crt",
        "tls-cert-file": "serving.crt",
        "tls-private-key-file": "serving.key",
        "kubelet-client-certificate": "client.crt",
        "kubelet-client-key": "client.key",
    }
    command = ["kube-apiserver", *(f"--{flag}=/var/tls/{file}" for flag, file in flags.items())]
    mount = {"name": "certs", "mountPath": "/var/tls"}
    container = {"name": "kube-apiserver", "command": command, "volumeMounts": [mount]}
    volume = {"name": "certs", "hostPath": {"path": "/var/tls"}}
    pod = {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [container], "volumes": [volume]}}
    files["kube-apiserver.json"] = json.dumps(pod).encode()
    root = tmp_path / "var"
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
        (root / name).chmod(0o600)
    root.chmod(0o755)
    (root / "tls").chmod(0o755)
    _, report = check(tmp_path, root)
    assert report["findings"] == []
    trust = {c["roles"][0]: c["chains"][0]["trust"][0]["file"] for c in report["certificates"] if c["chains"]}
    assert trust["api-server"].endswith("server-ca.crt")
    assert trust["api-server-kubelet-client"].endswith("client-ca.crt")


def test_memory_grows_little_with_the_number_of_certificates(tmp_path):
    """Not with what they say: that is put aside."""
    from sealwax_pki import SERVER, issue

    authority, peaks = issue("authority", ca=True), []
    for count in (200, 1200):
        folder = tmp_path / f"certificates{count}"
        folder.mkdir()
        (folder / "ca.crt").write_bytes(authority.pem)
        for number in range(count):
            host = f"host-{number:05}.example"
            made = issue(host, by=authority, usages=[SERVER], names=[host])
            (folder / f"{number:05}.crt").write_bytes(made.pem)
        figure = tmp_path / "peak"
        command = ["/usr/bin/time", "-f", "%M", "-o", figure, BINARY, "tls", "check", "--now", "2026-12-01"]
        command += ["--fail-on", "critical", folder]
        subprocess.run(command, env=environment(tmp_path), check=True, stdout=subprocess.DEVNULL)
        peaks.append(int(figure.read_text()))
    # In one file they do not all look for each other.
    together = b"".join(path.read_bytes() for path in sorted(folder.glob("0*.crt")))
    (tmp_path / "all.pem").write_bytes(together + authority.pem)
    command = [BINARY, "tls", "check", "--now", "2026-12-01", "--fail-on", "critical", tmp_path / "all.pem"]
    subprocess.run(command, env=environment(tmp_path), check=True, stdout=subprocess.DEVNULL, timeout=60)
    assert peaks[1] - peaks[0] < 1000 * 3, peaks
