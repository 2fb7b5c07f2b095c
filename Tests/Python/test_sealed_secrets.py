"""SealedSecrets by the published construction, independently: what the program writes opens, and
what is written here the program opens.

bitnami-labs/sealed-secrets, docs/developer/crypto.md: two bytes with a length, an AES-256 key by
RSA-OAEP with SHA-256 and the scope's label, the value by AES-256-GCM with a nonce of zeros.
"""

import base64
import datetime
import os
import resource
import signal
import subprocess
import time

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID

from program import BINARY, environment, run

SCOPES = {"strict": b"prod/db", "namespace-wide": b"prod", "cluster-wide": b""}
VALUES = {"empty": b"", "text": "grüße\n".encode(), "binary": bytes(range(256)) * 300}


def oaep(label):
    return padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label)


def unseal(key, text, label):
    sealed = base64.b64decode(text, validate=True)
    count = int.from_bytes(sealed[:2], "big")
    session = key.decrypt(sealed[2 : 2 + count], oaep(label))
    assert len(session) == 32
    return AESGCM(session).decrypt(bytes(12), sealed[2 + count :], None)


def seal(key, value, label):
    session = AESGCM.generate_key(256)
    wrapped = key.public_key().encrypt(session, oaep(label))
    sealed = len(wrapped).to_bytes(2, "big") + wrapped + AESGCM(session).encrypt(bytes(12), value, None)
    return base64.b64encode(sealed).decode()


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    folder = tmp_path_factory.mktemp("controller")
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "sealed-secret")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    (folder / "tls.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "tls.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    return key, folder


def secret():
    data = {name: base64.b64encode(value).decode() for name, value in VALUES.items()}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "db", "namespace": "prod", "labels": {"a": "b"}},
        "type": "Opaque",
        "data": data,
    }


@pytest.mark.parametrize("scope", SCOPES)
def test_what_is_written_opens(tmp_path, pair, scope):
    key, folder = pair
    (tmp_path / "s.yaml").write_text(yaml.safe_dump(secret()))
    output = run(tmp_path, "seal", "--cert", folder / "tls.crt", "--scope", scope, "s.yaml").stdout
    sealed = yaml.safe_load(output)
    assert sealed["spec"]["template"]["type"] == "Opaque"
    assert sealed["spec"]["template"]["metadata"]["labels"] == {"a": "b"}
    for name, value in VALUES.items():
        assert unseal(key, sealed["spec"]["encryptedData"][name], SCOPES[scope]) == value
    for other in set(SCOPES) - {scope}:
        with pytest.raises(ValueError):
            unseal(key, sealed["spec"]["encryptedData"]["text"], SCOPES[other])


@pytest.mark.parametrize("scope", SCOPES)
def test_what_is_written_here_is_opened(tmp_path, pair, scope):
    key, folder = pair
    annotations = {} if scope == "strict" else {f"sealedsecrets.bitnami.com/{scope}": "true"}
    sealed = {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": {"name": "db", "namespace": "prod", "annotations": annotations},
        "spec": {
            "encryptedData": {name: seal(key, value, SCOPES[scope]) for name, value in VALUES.items()}
        },
    }
    (tmp_path / "s.yaml").write_text(yaml.safe_dump(sealed))
    opened = yaml.safe_load(run(tmp_path, "unseal", "--key", folder / "tls.key", "s.yaml").stdout)
    assert {name: base64.b64decode(text) for name, text in opened["data"].items()} == VALUES
    assert opened["metadata"] == {"name": "db", "namespace": "prod"}


def test_raw_and_merged_values_open(tmp_path, pair):
    key, folder = pair
    text = run(
        tmp_path, "seal", "--raw", "--cert", folder / "tls.crt", "-n", "prod", "--name", "db",
        "--from-file", "-", input=b"raw\n",
    ).stdout.decode().strip()
    assert unseal(key, text, b"prod/db") == b"raw\n"
    target = tmp_path / "t.yaml"
    target.write_text(
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: db, namespace: prod}\n"
        f"spec:\n  encryptedData:\n    kept: {text}\n"
    )
    run(
        tmp_path, "seal", "--cert", folder / "tls.crt", "--merge-into", target,
        input=yaml.safe_dump(secret()).encode(),
    )
    merged = yaml.safe_load(target.read_text())["spec"]["encryptedData"]
    assert unseal(key, merged.pop("kept"), b"prod/db") == b"raw\n"
    assert {name: unseal(key, value, b"prod/db") for name, value in merged.items()} == VALUES


def test_a_certificate_that_does_not_count_yet(tmp_path, pair):
    """The controller's clock made it; kubeseal takes it, too."""
    key, _ = pair
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "sealed-secret")])
    begin = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "early.crt"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "s.yaml").write_text(yaml.safe_dump(secret()))
    result = run(tmp_path, "seal", "--cert", path, "s.yaml")
    assert b"does not count yet" in result.stderr
    sealed = yaml.safe_load(result.stdout)["spec"]["encryptedData"]
    assert unseal(key, sealed["text"], b"prod/db") == VALUES["text"]


HOSTILE = {
    "nothing": b"",
    "binary": bytes(range(256)) * 16,
    "truncated": b'{"apiVersion": "bitnami.com/v1alpha1", "kind": "Sealed',
    "escapes": b"apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: \"\\e[31m\"}\nspec: {encryptedData: {\"\\e]0;x\\a\": AgAA}}\n",
    "nested": b"[" * 20_000,
    "template": b"apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: x}\nspec: {template: {data: {a: \"{{ \\e[31m \"}}}\n",
    "aliases": b"apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: &m {name: x}\nspec: {encryptedData: *m}\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_refused(tmp_path, pair, name):
    _, folder = pair
    path = tmp_path / "in.yaml"
    path.write_bytes(HOSTILE[name])
    calls = [
        ("seal", "--cert", folder / "tls.crt", path),
        ("seal", "--validate", path),
        ("seal", "--cert", path, path),
        ("seal", "--cert", folder / "tls.crt", "--merge-into", path, path),
        ("unseal", "--key", folder / "tls.key", path),
        ("unseal", "--key", path, path),
        ("convert", "--to", "sealedsecret", "--cert", folder / "tls.crt", "--key", folder / "tls.key", path),
    ]
    for call in calls:
        result = run(tmp_path, *call, check=False)
        # 0 where it is no Secret, as a ConfigMap is none.
        assert result.returncode in (0, 1, 64, 65, 77, 78), (call, result)
        assert b"\x1b" not in result.stderr and b"\x1b" not in result.stdout.replace(HOSTILE[name], b"")
        assert path.read_bytes() == HOSTILE[name]


def test_places_that_are_none(tmp_path, pair):
    _, folder = pair
    large = tmp_path / "large.yaml"
    with open(large, "wb") as file:
        file.truncate(100 << 20)
    assert run(tmp_path, "unseal", "--key", folder / "tls.key", large, check=False).returncode == 65
    assert run(tmp_path, "unseal", "--key", large, large, check=False).returncode in (65, 66)
    assert run(tmp_path, "seal", "--cert", tmp_path, large, check=False).returncode == 66
    assert run(tmp_path, "unseal", "--key", tmp_path / "none", large, check=False).returncode == 66
    (tmp_path / "empty").mkdir()
    assert run(tmp_path, "seal", "--cert", folder / "tls.crt", "--output-dir", "o", "empty").stdout == b""


def test_a_closed_pipe_and_a_kill(tmp_path, pair):
    _, folder = pair
    (tmp_path / "s").mkdir()
    for number in range(40):
        document = secret()
        document["metadata"]["name"] = f"s{number}"
        document["data"] = {"k": "dg=="}
        (tmp_path / "s" / f"{number}.yaml").write_text(yaml.safe_dump(document))
    reader, writer = os.pipe()
    os.close(reader)
    result = subprocess.run(
        [BINARY, "seal", "--cert", folder / "tls.crt", "s"], stdout=writer, stderr=subprocess.PIPE,
        cwd=tmp_path, env=environment(tmp_path),
    )
    os.close(writer)
    assert result.returncode == 74, result
    call = ["seal", "--cert", folder / "tls.crt", "-I", "-q", "s"]
    process = subprocess.Popen([BINARY, *call], cwd=tmp_path, env=environment(tmp_path))
    time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    for number in range(40):
        kind = yaml.safe_load((tmp_path / "s" / f"{number}.yaml").read_text())["kind"]
        assert kind in ("Secret", "SealedSecret")
    # Two at once: each file is sealed once, or one of them says that it changed under it.
    both = [
        subprocess.Popen([BINARY, *call], cwd=tmp_path, env=environment(tmp_path), stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    for process in both:
        process.communicate()
        assert process.returncode in (0, 74)
    text = run(tmp_path, "unseal", "--key", folder / "tls.key", "s").stdout
    assert sum(document["kind"] == "Secret" for document in yaml.safe_load_all(text)) == 40


def test_memory_is_bounded(tmp_path, pair):
    _, folder = pair
    (tmp_path / "big.yaml").write_bytes(
        b"apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: n}\nstringData:\n  k: "
        + b"x" * (1 << 20) + b"\n"
    )
    result = subprocess.run(
        [BINARY, "seal", "--cert", folder / "tls.crt", "-o", "json", "big.yaml"],
        cwd=tmp_path, env=environment(tmp_path), capture_output=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (1 << 28, 1 << 28)),
    )
    assert result.returncode == 0, result.stderr
