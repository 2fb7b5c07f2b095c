"""Merges, differences and set-up under the real git."""

import os
import pty
import re

import pytest
from git_repository import NAMES, VALUES, Repository, manifest, sealed_repository


@pytest.fixture
def repository(tmp_path):
    return sealed_repository(tmp_path)


def diverge(repository, name, ours, theirs):
    """A branch `side` with their changes; ours on main."""
    repository.git("branch", "side")
    for branch, changes, author in (("main", ours, "Alice"), ("side", theirs, "Bob")):
        repository.git("checkout", "-q", branch)
        for key, value in changes.items():
            repository.set(name, key, value)
        repository.commit(f"{branch} changes", GIT_AUTHOR_NAME=author)


def expect(repository, name, **changes):
    assert repository.opened(name) == manifest(f"s{NAMES.index(name)}", **{**VALUES, **changes})
    assert repository.git("status", "--porcelain") == ""


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("command", [["merge", "--no-edit", "main"], ["rebase", "main"], ["cherry-pick", "main"]])
def test_changes_of_different_values_merge(repository, name, command):
    diverge(repository, name, {"k1": "ours"}, {"k2": "theirs"})
    repository.git(*command)
    expect(repository, name, k1="ours", k2="theirs")


def test_a_rebase_of_many_commits(repository):
    name = NAMES[0]
    repository.git("checkout", "-qb", "side")
    for number in range(5):
        repository.set(name, f"k{number}", f"side-{number}")
        repository.commit(f"side {number}")
    repository.git("checkout", "-q", "main")
    repository.set(name, "k5", "main-5")
    repository.set(name, "new", "added")
    repository.commit()
    repository.git("checkout", "-q", "side")
    repository.git("rebase", "main")
    expect(repository, name, **{f"k{n}": f"side-{n}" for n in range(5)}, k5="main-5", new="added")


def test_stash(repository):
    name = NAMES[0]
    repository.set(name, "k1", "stashed")
    repository.git("stash")
    expect(repository, name)
    repository.set(name, "k2", "committed")
    repository.commit()
    repository.git("stash", "pop")
    assert repository.opened(name) == manifest("s0", **{**VALUES, "k1": "stashed", "k2": "committed"})


def test_octopus(repository):
    """Branches that change different files; git's octopus runs no merge drivers, so one file is refused."""
    for number, name in enumerate(NAMES[:3]):
        repository.git("checkout", "-qb", f"side{number}", "main")
        repository.set(name, "k1", f"side{number}")
        repository.commit()
    repository.git("checkout", "-q", "main")
    repository.git("merge", "--no-edit", "side0", "side1", "side2")
    for number, name in enumerate(NAMES[:3]):
        expect(repository, name, k1=f"side{number}")
    for number in range(2):
        repository.git("checkout", "-qb", f"same{number}", "main")
        repository.set(NAMES[0], f"k{number}", "same")
        repository.commit()
    repository.git("checkout", "-q", "main")
    repository.set(NAMES[1], "k1", "main")
    repository.commit()
    assert repository.run("git", "merge", "same0", "same1", check=False).returncode != 0
    repository.run("git", "reset", "-q", "--hard")
    # One after the other they merge.
    repository.git("merge", "--no-edit", "same0")
    repository.git("merge", "--no-edit", "same1")
    expect(repository, NAMES[0], k0="same", k1="same")


@pytest.mark.parametrize("key", ["k1", "k2"])
def test_criss_cross_merges(repository, key):
    """With two bases, which git merges first; when that is a conflict, so is the merge."""
    name = NAMES[0]
    diverge(repository, name, {"k1": "ours-1"}, {key: "theirs-1"})
    repository.git("branch", "side-1", "side")
    if key == "k1":
        repository.git("merge", "-q", "-X", "ours", "-s", "ours", "--no-edit", "main")
    else:
        repository.git("merge", "-q", "--no-edit", "main")
    repository.set(name, "k3", "theirs-2")
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-edit", *(["-s", "ours"] if key == "k1" else []), "side-1")
    repository.set(name, "k4", "ours-2")
    repository.commit()
    assert len(repository.git("merge-base", "--all", "main", "side").split()) == 2
    result = repository.run("git", "merge", "--no-edit", "side", check=False)
    if key == "k1":
        assert result.returncode == 1 and b"stringData/k1" in result.stderr
        return
    assert result.returncode == 0, result.stderr
    expect(repository, name, k1="ours-1", k2="theirs-1", k3="theirs-2", k4="ours-2")


def test_a_conflict_resolved_by_hand(repository):
    name = NAMES[0]
    diverge(repository, name, {"k1": "ours", "k3": "ours"}, {"k1": "theirs", "k3": "theirs", "k5": "theirs"})
    result = repository.run("git", "merge", "main", check=False)
    assert result.returncode == 1
    text = (repository.path / name).read_text()
    # One conflict a value, with who changed it; the rest is merged.
    assert text.count("<<<<<<< HEAD by Bob\n") == text.count("=======\n") == text.count(">>>>>>> main by Alice\n") == 2
    assert "conflict in Secret s0: stringData/k1, between HEAD by Bob and main by Alice" in result.stderr.decode()
    assert "UU" in repository.git("status", "--porcelain")
    # Looking at it does not fail.
    repository.git("diff")
    # Taking our side everywhere needs no new seal.
    (repository.path / name).write_text(re.sub("<<<<<<< .*\n((?:.*\n)*?)=======\n(?:.*\n)*?>>>>>>> .*\n", "\\1", text))
    assert repository.opened(name) == manifest("s0", **{**VALUES, "k1": "theirs", "k3": "theirs", "k5": "theirs"})
    # A value of our own, in plaintext in the place of one conflict, and their side of the other.
    by_hand = re.sub("<<<<<<< .*\n.*k1.*\n=======\n.*\n>>>>>>> .*\n", "  k1: typed\n", text)
    by_hand = re.sub("<<<<<<< .*\n.*\n=======\n(.*\n)>>>>>>> .*\n", "\\1", by_hand)
    (repository.path / name).write_text(by_hand)
    repository.sealwax("reseal", name)
    assert repository.opened(name) == manifest("s0", **{**VALUES, "k1": "typed", "k3": "ours", "k5": "theirs"})
    # Their file, with the value that ours is to have.
    repository.git("checkout", "--theirs", name)
    repository.set(name, "k3", "by hand")
    repository.set(name, "k5", "theirs")
    repository.commit("resolved")
    expect(repository, name, k1="ours", k3="by hand", k5="theirs")
    assert len(repository.git("log", "-1", "--format=%P").split()) == 2


def test_a_merge_without_a_key_waits_for_a_seal(repository, tmp_path):
    name = NAMES[0]
    diverge(repository, name, {"k1": "ours"}, {"k2": "theirs"})
    keys = repository.home / ".config"
    keys.rename(tmp_path / "away")
    result = repository.run("git", "merge", "main", check=False)
    assert result.returncode == 1 and b"needs a new seal" in result.stderr
    text = (repository.path / name).read_text()
    assert "<<<" not in text and text.count("SEALWAX1") == len(VALUES)
    assert repository.run("sealwax", "verify", name, check=False).returncode == 1
    # Somebody with a key seals it.
    (tmp_path / "away").rename(keys)
    repository.sealwax("reseal", name)
    assert repository.opened(name) == manifest("s0", **{**VALUES, "k1": "ours", "k2": "theirs"})
    repository.sealwax("verify", name)
    keys.rename(tmp_path / "away")
    repository.git("checkout", "-q", "--force", "side")
    repository.run("git", "merge", "--abort", check=False)
    # Files that one side changed merge without a key.
    repository.git("checkout", "-q", "main")
    repository.git("checkout", "-q", "-b", "other", "main~1")
    (repository.path / "README").write_text("x")
    repository.commit()
    repository.git("merge", "--no-edit", "main")
    (tmp_path / "away").rename(keys)
    expect(repository, name, k1="ours")


@pytest.mark.parametrize("who", ["ours", "theirs"])
def test_recipients(repository, who):
    """Both additions stay, and a removal wins: whom one side took out does not have the other's new key."""
    name = NAMES[0]
    recipients = {}
    for person in ("bob", "carol"):
        repository.sealwax("keygen", "-o", repository.home / f"{person}.txt")
        recipients[person] = repository.sealwax("keys", "--recipients", repository.home / f"{person}.txt").stdout.decode().strip()
    team = (repository.path / "Keys/team.pub").read_text().split("\n")[-2].split()[0]

    def seal(*people, change=None):
        path = repository.path / name
        opened = repository.opened(name)
        path.write_text(opened if change is None else opened.replace(*change))
        options = [word for person in people for word in ("-r", person)]
        repository.sealwax("encrypt", "-q", "-I", *options, name)
        repository.commit(checked=False)

    repository.git("branch", "side")
    seal(team, recipients["bob"])
    repository.git("checkout", "-q", "side")
    seal(team, recipients["carol"], change=("plain-2", "theirs"))
    if who == "theirs":
        repository.git("checkout", "-q", "main")
    repository.git("merge", "--no-verify", "--no-edit", "side" if who == "theirs" else "main")
    expect(repository, name, k2="theirs")
    for person in recipients:
        repository.sealwax("decrypt", "-i", repository.home / f"{person}.txt", name)
    repository.git("branch", "both")
    # One side takes bob out, the other rotates with him in.
    seal(team, recipients["carol"])
    repository.git("checkout", "-q", "both")
    (repository.path / name).write_text(repository.opened(name).replace("plain-1", "rotated"))
    people = [word for person in (team, *recipients.values()) for word in ("-r", person)]
    repository.sealwax("encrypt", "-q", "--no-git", "-I", *people, name)
    repository.commit(checked=False)
    result = repository.run("git", "merge", "--no-verify", "--no-edit", "side" if who == "ours" else "main")
    assert b"a new data key: one side took" in result.stderr
    expect(repository, name, k1="rotated", k2="theirs")
    repository.sealwax("decrypt", "-i", repository.home / "carol.txt", name)
    assert repository.run("sealwax", "decrypt", "-i", repository.home / "bob.txt", name, check=False).returncode == 77


def test_values_of_ours_are_not_sealed_with_a_key_that_theirs_made(repository):
    name = NAMES[0]
    repository.git("branch", "side")
    repository.set(name, "k1", "ours")
    repository.commit()
    repository.git("checkout", "-q", "side")
    (repository.path / name).write_text(repository.opened(name).replace("plain-2", "theirs"))
    repository.sealwax("encrypt", "-q", "--no-git", "-I", name)
    repository.commit()
    for branch, other in (("main", "side"), ("side", "main")):
        repository.git("checkout", "-q", branch)
        before = commitment(repository, name)
        repository.git("merge", "-q", "--no-edit", "--no-commit", other)
        keys = {before, repository.git("show", f"{other}:{name}").split("commit ")[1].split()[0]}
        merged = commitment(repository, name)
        # On side the new key is our own.
        assert (merged == before) if branch == "side" else (merged not in keys)
        assert repository.opened(name) == manifest("s0", **{**VALUES, "k1": "ours", "k2": "theirs"})
        repository.git("merge", "--abort")


def commitment(repository, name):
    return (repository.path / name).read_text().split("commit ")[1].split()[0]


def test_worktrees_and_submodules(repository, tmp_path):
    name = NAMES[2]
    diverge(repository, name, {"k1": "ours"}, {"k2": "theirs"})
    repository.git("worktree", "add", "-q", tmp_path / "a worktree", "main")
    tree = Repository(repository.home, tmp_path / "a worktree")
    tree.git("merge", "--no-edit", "side")
    expect(tree, name, k1="ours", k2="theirs")
    assert tree.git("diff", "HEAD~1").count("\n-  k") == 1
    outer = Repository(repository.home, tmp_path / "outer")
    outer.path.mkdir()
    outer.git("init", "-q", ".")
    outer.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", repository.path, "the module")
    inner = Repository(repository.home, outer.path / "the module")
    inner.git("checkout", "-q", "-B", "main", "origin/main")
    inner.sealwax("git", "install", "--info")
    assert (outer.path / ".git/modules/the module/info/attributes").exists()
    assert (outer.path / ".git/modules/the module/hooks/pre-commit").exists()
    assert inner.git("status", "--porcelain") == ""
    inner.git("checkout", "-q", "-b", "more", "main~1")
    inner.set(name, "k3", "more")
    inner.commit()
    inner.git("merge", "--no-edit", "main")
    expect(inner, name, k1="ours", k2="theirs", k3="more")


def test_a_bare_clone_in_ci(repository, tmp_path):
    repository.set(NAMES[0], "k1", "new")
    repository.commit()
    bare = Repository(tmp_path / "stranger", tmp_path / "clone.git")
    bare.home.mkdir()
    repository.git("clone", "-q", "--bare", repository.path, bare.path)
    bare.sealwax("git", "install")
    shown = bare.git("diff", "HEAD~1", "HEAD")
    assert re.search(r"^-  k1: token:[0-9a-f]{12}$", shown, re.M) and "SEALWAX1" not in shown
    bare.sealwax("git", "uninstall")
    assert "SEALWAX1" in bare.git("diff", "HEAD~1", "HEAD")
    assert not (bare.path / "info/attributes").exists() and not (bare.path / "sealwax").exists()


def snapshot(folder):
    return {
        str(path.relative_to(folder)): (os.readlink(path) if path.is_symlink() else path.read_bytes(), path.lstat().st_mode)
        for path in sorted(folder.rglob("*"))
        if (path.is_symlink() or path.is_file()) and "objects" not in path.parts and path.name != "index"
    }


@pytest.mark.parametrize("options", [[], ["--filter"], ["--info"], ["--info", "--filter"], ["--worktree"]])
@pytest.mark.parametrize("others", [False, True])
def test_uninstall_leaves_nothing_behind(tmp_path, options, others):
    repository = sealed_repository(tmp_path, NAMES[:3], install=None)
    hook = repository.path / ".git/hooks/pre-commit"
    if others:
        (repository.path / ".gitattributes").write_text("*.bin binary")
        (repository.path / ".git/info/attributes").write_text("*.x text\n")
        (repository.path / "hook.sh").write_text("#!/bin/sh\necho the old hook >&2; exit 3\n")
        (repository.path / "hook.sh").chmod(0o755)
        hook.symlink_to("../../hook.sh")
        repository.git("config", "diff.mine.textconv", "cat")
        repository.git("config", "merge.sealwaxes.driver", "true")
        repository.commit(checked=False)
    before = snapshot(repository.path)
    first = repository.sealwax("git", "install", *options)
    between = snapshot(repository.path)
    assert b"wrote git's configuration" in first.stderr and between != before
    again = repository.sealwax("git", "install", *options)
    assert again.stderr == b"" and snapshot(repository.path) == between
    if others:
        (repository.path / "file").write_text("x")
        repository.git("add", "file")
        result = repository.run("git", "commit", "-m", "x", check=False)
        assert result.returncode != 0 and b"the old hook" in result.stderr
        repository.git("rm", "-qf", "file")
    if "--filter" in options:
        assert "plain-1" in (repository.path / NAMES[1]).read_text()
    repository.git("diff")
    scope = [option for option in options if option == "--worktree"]
    repository.sealwax("git", "uninstall", *scope)
    assert snapshot(repository.path) == before


def test_a_shared_folder_of_hooks_is_left_alone(repository, tmp_path):
    shared = tmp_path / "shared hooks"
    shared.mkdir()
    repository.sealwax("git", "uninstall")
    repository.git("config", "core.hooksPath", shared)
    result = repository.sealwax("git", "install")
    assert b"which other repositories may share" in result.stderr and not list(shared.iterdir())
    repository.git("config", "core.hooksPath", "my hooks")
    repository.sealwax("git", "install")
    assert (repository.path / "my hooks/pre-commit").stat().st_mode & 0o777 == 0o755


def test_differences_show_that_and_not_what(repository, tmp_path):
    for name in NAMES:
        repository.set(name, "k1", "plain-2")
        repository.set(name, "k2", "other")
    shown = repository.git("diff")
    assert "plain" not in shown and "SEALWAX1" not in shown
    changed = re.findall(r"^[-+]  (k\d): value:([0-9a-f]{12})$", shown, re.M)
    assert {key for key, _ in changed} == {"k1", "k2"} and len(changed) == 4 * len(NAMES)
    # Equal values at different places do not look equal, also of the same file.
    prints = [mark for _, mark in changed]
    assert len(set(prints)) == len(prints)
    assert repository.git("diff") == shown
    salt = repository.path / ".git/sealwax/diff-salt"
    assert salt.stat().st_mode & 0o777 == 0o600 and len(salt.read_bytes()) == 32
    # A value that is sealed anew is no difference.
    repository.git("checkout", "-q", ".")
    path = repository.path / NAMES[0]
    path.write_text(repository.opened(NAMES[0]))
    repository.sealwax("encrypt", "-q", "--no-git", "-I", NAMES[0])
    assert "k1" not in re.sub(r"^ .*$", "", repository.git("diff"), flags=re.M)
    # Without an identity it is the ciphertext that is compared.
    (repository.home / ".config").rename(tmp_path / "away")
    assert len(re.findall(r"^[-+]  k\d: token:[0-9a-f]{12}$", repository.git("diff"), re.M)) == 2 * len(VALUES)


def test_what_cannot_be_opened_does_not_fail_a_difference(repository):
    path = repository.path / NAMES[0]
    sealed = path.read_text()
    for broken in (sealed.replace("stringData", "stringData: ["), "\0" * 100, sealed.replace("SEALWAX1", "SEALWAX2"),
                   sealed.replace("sealwax v1", "sealwax v9"), sealed + "  k9: plain\n", "<<<<<<< a\n" + sealed, ""):
        path.write_text(broken)
        repository.git("diff")
        repository.git("log", "-p", "--all")


@pytest.mark.parametrize("pager", [True, False])
def test_plaintext_is_for_a_terminal_only(repository, pager):
    repository.set(NAMES[0], "k1", "changed")
    command = ["git", "-c", "sealwax.diff=plaintext", *([] if pager else ["--no-pager"]), "diff"]
    assert b"changed" not in repository.run(*command).stdout
    environment = {**repository.environment(), "GIT_PAGER": "cat" if not pager else "sed s/^/paged:/"}
    assert b"+  k1: changed" in on_terminal(repository, command, environment).replace(b"paged:", b"")
    # Into a file, although there is a terminal.
    shown = on_terminal(repository, ["sh", "-c", " ".join(command) + " > out; grep -c changed out"], environment)
    assert shown.strip() == b"0"
    # Never into git's cache.
    repository.git("config", "diff.sealwax.cachetextconv", "true")
    assert b"changed" not in on_terminal(repository, command, environment)


def on_terminal(repository, command, environment):
    pid, descriptor = pty.fork()
    if pid == 0:
        os.chdir(repository.path)
        os.execvpe(command[0], command, environment)
    shown = b""
    while True:
        try:
            part = os.read(descriptor, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.waitpid(pid, 0)
    os.close(descriptor)
    return re.sub(rb"\x1b\[[0-9;]*[mK]", b"", shown).replace(b"\r\n", b"\n")


def test_policy_decides_who_may_merge(repository):
    """Signers must have signed both sides, and nobody is let in whom the policy forbids."""
    name = NAMES[0]
    diverge(repository, name, {"k1": "ours"}, {"k2": "theirs"})
    policy = repository.path / ".sealwax.yaml"
    text = policy.read_text()
    repository.sealwax("keygen", "--signing", "-o", repository.home / "signing.txt")
    key = repository.sealwax("keys", "--recipients", repository.home / "signing.txt").stdout.decode().strip()
    policy.write_text(re.sub(r"(    scope: .*\n)", rf"\1    signers:\n      - {key}\n", text))
    result = repository.run("git", "merge", "main", check=False)
    assert result.returncode == 1 and b"not signed with a key that is trusted here" in result.stderr
    repository.git("merge", "--abort")
    policy.write_text(text.replace("rules:", "forbidden:\n  - team\nrules:"))
    result = repository.run("git", "merge", "main", check=False)
    assert result.returncode == 1 and b"the policy forbids team" in result.stderr
    repository.git("merge", "--abort")
    policy.write_text("nonsense: true\n")
    result = repository.run("git", "merge", "main", check=False)
    assert result.returncode == 1 and b"unknown key" in result.stderr
    repository.git("merge", "--abort")
    policy.write_text(text)
    repository.git("config", "merge.sealwax.driver", repository.git("config", "merge.sealwax.driver").strip() + f" --sign-with {repository.home}/signing.txt")
    repository.git("merge", "--no-edit", "main")
    expect(repository, name, k1="ours", k2="theirs")
    repository.sealwax("verify", "--require-signature", "--signer", key, name)
