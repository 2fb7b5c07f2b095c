"""Branches and repositories by somebody who wants to do harm, and has no key."""

import re

import pytest
from git_repository import VALUES, manifest, sealed_repository
from test_sops_repository import PLAIN, Refused, merged, other_key, repository as sops_repository  # noqa: F401

ODD = [
    "secrets/$(touch pwned).yaml", "secrets/\x1b[31m\r.yaml", "-q.yaml", ":(top)%A.yaml", "secrets/' ; touch pwned ; '.yaml",
]  # fmt: skip


def test_names_are_names(tmp_path):
    """Of files, branches and authors: no program takes one for an option or a command, no terminal for its own."""
    repository = sealed_repository(tmp_path, ODD, install=None)
    policy = repository.path / ".sealwax.yaml"
    policy.write_text(policy.read_text().replace("secrets/**", "**/*.yaml"))
    for name in ODD:
        # Those outside of the first policy's paths.
        if b"SEALWAX1" not in (repository.path / name).read_bytes():
            repository.sealwax("encrypt", "-q", "-I", "--", name)
    repository.commit()
    repository.sealwax("git", "install", "--filter")
    repository.commit()
    evil = "side;touch${IFS}pwned"
    repository.git("branch", evil)
    shown = b""
    for branch, key in (("main", "k1"), (evil, "k2")):
        repository.git("checkout", "-q", branch)
        for name in ODD:
            path = repository.path / name
            path.write_text(re.sub(f"(?m)^  ({key}|k3): .*$", rf"  \1: {branch[:4]}", path.read_text()))
        repository.git("add", "-A")
        repository.git("commit", "-qm", "\x1b[31mred", GIT_AUTHOR_NAME="\x1b[31mred\x07")
    shown += repository.run("git", "-c", "color.ui=never", "diff", "main", "HEAD").stdout
    result = repository.run("git", "merge", "main", check=False)
    assert result.returncode == 1
    shown += result.stderr
    # Git quotes what it says itself; what is ours has no escapes.
    ours = [line for line in shown.splitlines() if line.startswith((b"sealwax:", b"<<<<", b">>>>"))]
    assert len([line for line in ours if b"conflict in" in line]) == len(ODD)
    assert not any(mark in line for line in ours for mark in (b"\x1b", b"\x07", b"\r"))
    hints = [line for line in ours if b"hint:" in line]
    assert hints and not any(b"touch" in line or b" -" in line for line in hints)
    for name in ODD:
        text = (repository.path / name).read_bytes()
        assert text.count(b"<<<<<<<") == 1 and b"\x1b" not in text and b"\x07" not in text, name
        chosen = re.sub(rb"<<<<<<< .*\n(.*\n)=======\n.*\n>>>>>>> .*\n", rb"\1", text)
        (repository.path / name).write_bytes(chosen)
        opened = repository.sealwax("decrypt", "--", name).stdout.decode()
        assert opened == manifest(f"s{ODD.index(name)}", **{**VALUES, "k1": "main", "k2": "side", "k3": "side"}), name
    repository.git("add", "-A")
    repository.git("commit", "-qm", "resolved")
    assert not list(repository.path.rglob("pwned")) and repository.git("status", "--porcelain") == ""


def test_programs_that_the_configuration_of_a_repository_names(tmp_path):
    """Neither install nor uninstall runs one, while they look for changes and write files."""
    repository = sealed_repository(tmp_path, ODD[:1], install=None)
    log, evil = tmp_path / "pwned", tmp_path / "evil"
    evil.write_text(f'#!/bin/sh\necho "$0 $@" >> {log}\nexit 1\n')
    evil.chmod(0o755)
    (repository.path / "notes").write_text("x")
    (repository.path / ".gitattributes").write_text("notes filter=a=b.c\n")
    repository.commit()
    (repository.path / ".git/hooks/post-index-change").symlink_to(evil)
    secret = repository.path / ODD[0]
    sealed = secret.read_text()
    for command, isPlain in (("install", False), ("install --filter", True), ("uninstall", False)):
        for name in ("filter.a=b.c", "filter.sealwax"):
            for key in ("process", "clean", "smudge"):
                # Ours is none that git would ask as long as it has none.
                if name != "filter.sealwax" or command == "uninstall":
                    repository.git("config", "-f", ".git/config", f"{name}.{key}", evil)
        for name in ("notes", ODD[0]):
            path = repository.path / name
            path.write_text(path.read_text())
        repository.sealwax("git", *command.split())
        assert not log.exists(), log.read_text()
        assert ("plain-1" in secret.read_text()) == isPlain and (isPlain or secret.read_text() == sealed)


def test_attributes_that_lead_elsewhere(tmp_path):
    repository = sealed_repository(tmp_path, ODD[:1], install=None)
    outside = tmp_path / "outside"
    outside.write_text("mine")
    link = repository.path / ".gitattributes"
    for target in (outside, tmp_path / "new", link):
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        before = repository.git("config", "--list", "--local")
        result = repository.run("sealwax", "git", "install", check=False)
        assert result.returncode == 73 and b"symbolic link" in result.stderr
        assert repository.git("config", "--list", "--local") == before and not (tmp_path / "new").exists()
        assert not (repository.path / ".git/hooks/pre-commit").exists()
    # The one in git's folder is the user's own.
    info = repository.path / ".git/info/attributes"
    info.symlink_to(outside)
    repository.sealwax("git", "install", "--info")
    assert "merge=sealwax" in outside.read_text()
    # What a branch brought later keeps nobody from taking it out.
    (repository.path / "secrets/.gitattributes").symlink_to(outside)
    repository.git("add", "-A")
    repository.sealwax("git", "uninstall")
    assert outside.read_text() == "mine"


def test_links_and_modules_in_the_place_of_files(tmp_path):
    """One side has a link or a submodule where the other changed a Secret."""
    name = "secrets/db.yaml"
    repository = sealed_repository(tmp_path, [name, "secrets/other.yaml"])
    outside = tmp_path / "outside.yaml"
    outside.write_text(manifest("outside", password="hunter2"))
    for kind in ("link", "module"):
        repository.git("checkout", "-qfB", "side", "main")
        (repository.path / name).unlink()
        if kind == "link":
            (repository.path / name).symlink_to(outside)
            repository.git("add", "-A")
        else:
            commit = repository.git("rev-parse", "main").strip()
            repository.git("update-index", "--add", "--cacheinfo", f"160000,{commit},{name}")
        repository.git("commit", "-qm", kind)
        repository.git("checkout", "-qfB", "work", "main")
        repository.set(name, "k1", "ours")
        repository.commit()
        result = repository.run("git", "merge", "side", check=False)
        assert result.returncode == 1 and b"hunter2" not in result.stdout + result.stderr
        repository.git("reset", "-q", "--hard")
        repository.git("clean", "-qfdx", "secrets")
    assert outside.read_text() == manifest("outside", password="hunter2")


def test_recipients_that_no_mac_covers(sops_repository):  # noqa: F811
    """Who has no key can change whom a SOPS file names: nobody is let in or out unseen, and nobody's key is lost."""
    repository, name = sops_repository, "secrets/db.yaml"
    repository.sealwax("git", "install")
    file = repository.path / name
    _, recipient, key = other_key(repository, "attacker")

    def forge(change):
        (repository.path / "README").write_text(repr(change))
        return lambda: file.write_text(change(file.read_text()))

    def enc(text):
        return re.search(r"        - enc: \|\n(?:            .*\n)+", text).group()

    ours = lambda: repository.set(name, "k1", "ours")
    # A recipient with a wrapped key that is none: it shows.
    junk = lambda text: enc(text).replace("YWdl", "AAAA")
    added = lambda text: text.replace("    age:\n", f"    age:\n{junk(text)}          recipient: {recipient}\n")
    result = merged(repository, ours, forge(added))
    assert f"the merge lets {recipient} in".encode() in result.stderr
    assert repository.decoded(name)["stringData.k1"] == "ours"
    with pytest.raises(Refused):
        repository.decoded(name, key)
    # All of us out: what does not open here is merged by nobody.
    repository.git("checkout", "-q", "-B", "main", "HEAD~1")
    repository.git("branch", "-D", "theirs")
    alone = lambda text: text.replace(repository.recipient, recipient)
    result = merged(repository, lambda: repository.set(name, "k2", "ours"), forge(alone), check=False)
    assert result.returncode == 1 and b"no identity opens it" in result.stderr
    # And whom the policy forbids.
    repository.git("merge", "--abort")
    repository.git("checkout", "-q", "-B", "main", "HEAD~1")
    repository.git("branch", "-D", "theirs")
    policy = f'version: 1\nforbidden: ["{recipient}"]\nrules:\n  - paths: ["other/**"]\n    recipients: ["{repository.recipient}"]\n'
    (repository.path / ".sealwax.yaml").write_text(policy)
    result = merged(repository, lambda: repository.set(name, "k3", "ours"), forge(added), check=False)
    assert result.returncode == 1 and b"the policy forbids" in result.stderr


def test_a_configuration_that_names_programs(tmp_path):
    """Somebody handed us a folder with a `.git` in it, and we only look."""
    repository = sealed_repository(tmp_path, ["secrets/db.yaml"], install=None)
    ran = tmp_path / "ran"
    evil = tmp_path / "evil"
    evil.write_text(f'#!/bin/sh\necho "$@" >> {ran}\n')
    evil.chmod(0o755)
    for variable in ("core.fsmonitor", "core.pager", "diff.external", "gpg.program", "core.sshCommand", "core.editor"):
        repository.git("config", variable, evil)
    repository.git("config", "log.showSignature", "true")
    plain = repository.opened("secrets/db.yaml").encode()
    for command in (
        "git precommit --staged", "git precommit --all", "git precommit --range HEAD", "git clean secrets/db.yaml", "status",
        "git diff secrets/db.yaml", "verify secrets", "encrypt -q -I secrets", "leaks", "policy check", "git install", "git uninstall",
    ):  # fmt: skip
        repository.sealwax(*command.split(), input=plain)
        assert not ran.exists(), command
    # Of commits that say they are signed git shows whether they are; what else it runs itself is out of the way.
    repository.git("config", "--remove-section", "core")
    ran.unlink(missing_ok=True)
    repository.sealwax("git", "install")
    repository.commit()
    repository.git("branch", "side")
    for branch in ("main", "side"):
        repository.git("checkout", "-q", branch)
        repository.set("secrets/db.yaml", "k1", branch)
        repository.commit(branch)
        head, text = repository.git("cat-file", "commit", "HEAD").split("\n\n", 1)
        signed = f"{head}\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n{text}"
        revision = repository.git("hash-object", "-t", "commit", "-w", "--stdin", input=signed.encode()).strip()
        repository.git("update-ref", "HEAD", revision)
    assert repository.run("git", "merge", "main", check=False).returncode == 1
    assert b"by Alice" in (repository.path / "secrets/db.yaml").read_bytes() and not ran.exists()
