"""The commands of docs/sealed-secrets.md and docs/migrate.md, and the examples in the help of seal,
unseal and convert, run as they are written: with a stand-in for the cluster that they ask."""

import base64
import os
import re
import subprocess
import time

import pytest
import yaml
from program import BINARY, ROOT, environment, identity, run

# What asks a cluster: kubeseal and kubectl get and apply; kubectl's dry run asks none.
KUBESEAL = '#!/bin/sh\n[ "$*" = --fetch-cert ] && cat "$CLUSTER/old.crt"\n'
KUBECTL = """#!/bin/sh
case "$1 $2" in
"get secret") [ "$4" = kube-system ] && cat "$CLUSTER/keys.yaml" ;;
"apply -f") cat > "$CLUSTER/applied.yaml" ;;
"create secret") printf 'apiVersion: v1\\nkind: Secret\\nmetadata: {name: %s, namespace: prod}\\ndata: {password: %s}\\n' \\
  "$4" "$(base64 -w0 < password)" ;;
*) exit 1 ;;
esac
"""
SECRET = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {0}\n  namespace: prod\nstringData:\n  user: user-of-{0}\n"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Two keys of a controller, and the programs that ask it."""
    folder = tmp_path_factory.mktemp("cluster")
    items = []
    for name in ["old", "new"]:
        # The newer one is told by the second in which its certificate begins.
        time.sleep(1.1 if items else 0)
        pair = ["-keyout", f"{name}.key", "-out", f"{name}.crt"]
        request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", *pair]
        subprocess.run(request, cwd=folder, check=True, capture_output=True)
        data = {f"tls.{kind}": base64.b64encode((folder / f"{name}.{kind}").read_bytes()).decode() for kind in ["crt", "key"]}
        labels = {"sealedsecrets.bitnami.com/sealed-secrets-key": "active"}
        metadata = {"name": name, "namespace": "kube-system", "labels": labels}
        items.append({"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls", "metadata": metadata, "data": data})
    (folder / "keys.yaml").write_text(yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": items}))
    (folder / "bin").mkdir()
    for name, text in [("kubeseal", KUBESEAL), ("kubectl", KUBECTL)]:
        (folder / "bin" / name).write_text(text)
        (folder / "bin" / name).chmod(0o755)
    (folder / "bin" / "sealwax").symlink_to(BINARY)
    return folder


class Place:
    """A folder with what the documents are about."""

    def __init__(self, home, cluster):
        self.home, self.cluster = home, cluster
        self.folder = home / "r"
        self.recipient = identity(home)
        for name in ["secrets", "apps", "clusters/staging"]:
            (self.folder / name).mkdir(parents=True)
            for secret in ["a", "b"]:
                (self.folder / name / f"{secret}.yaml").write_text(SECRET.format(secret))
        for name, source in [("new.pem", "new.crt"), ("controller.pem", "old.crt"), ("keys.yaml", "keys.yaml")]:
            (self.folder / name).write_bytes((cluster / source).read_bytes())
        for name in ["password", "password.txt"]:
            (self.folder / name).write_text("hunter2")
        (self.folder / "secret.yaml").write_text(SECRET.format("db"))
        (self.folder / ".sops.yaml").write_text(
            "creation_rules:\n  - path_regex: ^clusters/\n    encrypted_regex: ^(data|stringData)$\n"
            f"    age: {self.recipient}\n"
        )
        self.sealwax("seal", "--cert", "controller.pem", "-I", "-q", "apps")
        self.sealwax("seal", "--cert", "controller.pem", "-q", "-w", "sealed.yaml", "secret.yaml")
        self.sealwax("seal", "--cert", "controller.pem", "-q", "--output-dir", "sealed", "secrets")
        self.sealwax("encrypt", "-q", "-I", "clusters")

    def sealwax(self, *arguments):
        return run(self.home, *arguments, cwd=self.folder).stdout

    def script(self, commands):
        """Runs commands; /dev/shm and the recipient are the test's own."""
        memory = self.home / "memory"
        memory.mkdir(exist_ok=True)
        text = "\n".join(commands).replace("/dev/shm", str(memory)).replace("age1...", self.recipient)
        paths = f"{self.cluster / 'bin'}:{os.environ['PATH']}"
        variables = environment(self.home, CLUSTER=str(self.cluster)) | {"PATH": paths}
        result = subprocess.run(
            ["bash", "-euxo", "pipefail", "-c", text], cwd=self.folder, env=variables, capture_output=True, text=True
        )
        assert result.returncode == 0, result.stderr
        return memory

    def users(self, *arguments):
        """Whose user each Secret has that a command prints."""
        users = []
        for document in yaml.safe_load_all(self.sealwax(*arguments)):
            text = document.get("stringData", {}).get("user") or base64.b64decode(document["data"]["user"]).decode()
            users.append(text.removeprefix("user-of-"))
        return sorted(users)


@pytest.fixture
def place(tmp_path, cluster):
    return Place(tmp_path, cluster)


def joined(lines):
    """Commands, each with the lines that go on with it."""
    commands = []
    for line in lines:
        if commands and commands[-1].split(" #")[0].rstrip().endswith(("\\", "|")):
            commands[-1] += "\n" + line
        else:
            commands.append(line)
    return commands


def document(name):
    text = (ROOT / "docs" / name).read_text()
    blocks = re.findall(r"^ *```console\n(.*?)^ *```", text, re.M | re.S)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [command.removeprefix("$ ") for command in joined(lines)]


def examples(home, command):
    text = run(home, command, "--help").stdout.decode()
    lines = text.partition("EXAMPLES\n")[2].partition("\n\n")[0].splitlines()
    return joined([line.strip() for line in lines])


def test_the_document_of_seal(place):
    commands = document("sealed-secrets.md")
    assert len(commands) == 9 and any("--re-encrypt" in command for command in commands)
    place.script(commands)
    assert place.users("unseal", "--key", place.cluster / "new.key", "sealed") == ["a", "b"]
    applied = list(yaml.safe_load_all((place.cluster / "applied.yaml").read_text()))
    assert [document["kind"] for document in applied] == ["Secret", "Secret"]
    merged = yaml.safe_load(place.sealwax("unseal", "--key", "keys.yaml", "sealed.yaml"))["data"]
    assert {name: base64.b64decode(text) for name, text in merged.items()} == {"user": b"user-of-db", "password": b"hunter2"}


def test_the_document_of_migrations(place):
    commands = document("migrate.md")
    assert len(commands) == 8
    end = next(number for number, command in enumerate(commands) if command.startswith("shred"))
    memory = place.script(commands[: end + 1])
    assert not list(memory.iterdir())
    for folder in ["clusters", "apps"]:
        assert all("sealwax" in path.read_text() for path in (place.folder / folder).rglob("*.yaml"))
        assert place.users("decrypt", folder) == ["a", "b"]
    place.script([commands[end - 3], *commands[end + 1 :], "sealwax convert --to sops clusters/staging"])
    assert place.users("unseal", "--key", "keys.yaml", "apps") == ["a", "b"]
    assert "sops:" in (place.folder / "clusters/staging/a.yaml").read_text()


@pytest.mark.parametrize("command, count", [("seal", 6), ("unseal", 4), ("convert", 4)])
def test_the_examples_of_the_help(place, command, count):
    commands = examples(place.home, command)
    assert len(commands) == count, commands
    if command == "convert":
        place.sealwax("init", "--path", "secrets/**")
        # Each is for itself: what is sealed for a controller takes its key to become plain.
        commands.sort(key=lambda words: "sealedsecret" in words)
    # Values of the old key are due.
    place.script([f"{words} && exit 9 || [ $? = 1 ]" if "--fail-on-renewal" in words else words for words in commands])
