"""Sealwax's own commands on SOPS files for GnuPG keys and for key groups, with the real gpg."""

import os
import pathlib
import shutil
import subprocess

import pytest

from program import identity, run
from test_sops_repository import SOPSRepository, other_key

PLAIN = "apiVersion: v1\nkind: Secret\nmetadata:\n    name: db\nstringData:\n    a: plain-1\n    m: plain-m\n    q: plain-q\n    b: plain-2\n"


def gpg(home, *arguments):
    return subprocess.run(
        ["gpg", "--homedir", home, "--batch", "-q", "--pinentry-mode", "loopback", "--passphrase", "", *arguments],
        check=True, capture_output=True,
    ).stdout.decode()


@pytest.fixture(scope="module")
def gnupg():
    """Two keys in one folder: a short path, since sockets are made in it."""
    home = pathlib.Path(f"/tmp/swn-{os.getpid()}")
    home.mkdir(mode=0o700)
    for name in ("alice", "bob"):
        gpg(home, "--quick-generate-key", f"{name}@example.invalid", "future-default", "default", "never")
    listed = gpg(home, "--list-secret-keys", "--with-colons").splitlines()
    prints = [line.split(":")[9] for index, line in enumerate(listed) if line.startswith("fpr") and listed[index - 1].startswith("sec")]
    assert len(prints) == 2
    yield home, *prints
    subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=False)
    shutil.rmtree(home, ignore_errors=True)


class Keys(SOPSRepository):
    def environment(self, **more):
        return super().environment(**{"GNUPGHOME": self.gnupg, **more})

    def configure(self, rule):
        (self.path / ".sops.yaml").write_text("creation_rules:\n  - path_regex: ^secrets/\n" + rule)

    def plain(self):
        return self.sealwax("decrypt", "secrets/db.yaml").stdout.decode()


@pytest.fixture
def repository(tmp_path, gnupg):
    home, path = tmp_path / "home", tmp_path / "repository"
    (path / "secrets").mkdir(parents=True)
    home.mkdir()
    repository = Keys(home, path)
    repository.gnupg, repository.alice, repository.bob = map(str, gnupg)
    repository.recipient = identity(home)
    repository.git("init", "-q", "-b", "main", ".")
    (path / "secrets/db.yaml").write_text(PLAIN)
    return repository


def works(repository, first, second, names):
    """Every command that opens or changes a file, first for one rule, then for another."""
    repository.configure(first)
    repository.sealwax("encrypt", "-q", "-I", "secrets")
    file = repository.path / "secrets/db.yaml"
    assert "plain-" not in file.read_text() and repository.plain() == PLAIN
    repository.sealwax("set", "-q", "secrets/db.yaml", "stringData.a", input=b"set-1")
    repository.sealwax("edit", "secrets/db.yaml", EDITOR="sed -i s/plain-2/edited-2/")
    changed = PLAIN.replace("plain-1", "set-1").replace("plain-2", "edited-2")
    assert repository.plain() == changed
    assert repository.sealwax("exec", "secrets/db.yaml", "--", "sh", "-c", "echo $a").stdout == b"set-1\n"
    repository.sealwax("verify", "secrets")
    key = repository.home / ".config/sealwax/keys.txt"
    repository.sealwax("verify", "-i", key, "secrets")
    for name in names:
        shown = repository.sealwax("status", "--who-can", name, "secrets").stdout.decode()
        assert name in shown and "SOPS file" in shown
    assert not repository.sealwax("status", "--who-can", "age1nobody12", "secrets").stdout
    before = repository.tokens("secrets/db.yaml")
    repository.configure(second)
    assert repository.sealwax("status", "secrets").stdout
    repository.sealwax("rewrap", "-q", "secrets")
    assert repository.tokens("secrets/db.yaml") == before and repository.plain() == changed
    repository.sealwax("rotate", "-q", "secrets")
    assert not set(repository.tokens("secrets/db.yaml")) & set(before) and repository.plain() == changed
    # A merge of different values, and what remains is one file that opens.
    repository.sealwax("git", "install")
    repository.commit()
    repository.git("branch", "side")
    for branch, name in (("main", "a"), ("side", "b")):
        repository.git("checkout", "-q", branch)
        repository.sealwax("set", "-q", "secrets/db.yaml", f"stringData.{name}", input=b"of " + branch.encode())
        repository.commit()
    repository.git("merge", "-q", "-m", "m", "main")
    assert repository.plain() == changed.replace("set-1", "of main").replace("edited-2", "of side")
    repository.sealwax("verify", "-i", key, "secrets")


def test_gnupg(repository):
    first, second = f"    pgp: {repository.alice}\n", f"    pgp: {repository.bob}\n    age: {repository.recipient}\n"
    works(repository, first, second, [repository.alice])
    # Without a key nothing comes out, and the message says whose key it takes.
    (repository.home / ".config/sealwax/keys.txt").unlink()
    result = repository.sealwax("decrypt", "secrets/db.yaml", check=False, GNUPGHOME="/nonexistent")
    assert result.returncode == 77 and not result.stdout and repository.bob in result.stderr.decode()


def group(*members):
    return "".join(f"      {'- ' if number == 0 else '  '}{member}\n" for number, member in enumerate(members))


def test_key_groups(repository):
    other, recipient, _ = other_key(repository)
    head = "    key_groups:\n"
    first = head + group(f"age: [{repository.recipient}]") + group(f"pgp: [{repository.alice}]")
    second = (
        "    shamir_threshold: 2\n" + head + group(f"age: [{repository.recipient}]")
        + group(f"pgp: [{repository.bob}]") + group(f"age: [{recipient}]")
    )
    works(repository, first, second, [repository.recipient, repository.alice])
    text = (repository.path / "secrets/db.yaml").read_text()
    assert "shamir_threshold: 2" in text
    # Two of three open it, one does not.
    own = repository.home / ".config/sealwax/keys.txt"
    both = repository.sealwax("decrypt", "-i", own, "-i", other, "secrets/db.yaml", GNUPGHOME="/nonexistent")
    assert both.stdout
    result = repository.sealwax("decrypt", "-i", own, "secrets/db.yaml", check=False, GNUPGHOME="/nonexistent")
    assert result.returncode == 77 and not result.stdout
