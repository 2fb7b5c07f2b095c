"""What people do with git beyond a plain merge, with driver, hook and filter installed."""

import re

import pytest
from git_repository import NAMES, VALUES, Repository, manifest, sealed_repository
from program import SECRET, run


class Worker:
    """Sealed files in the worktree, or plaintext ones behind the filter; the same work on both."""

    def __init__(self, tmp_path, with_filter):
        self.with_filter = with_filter
        self.repository = sealed_repository(tmp_path, NAMES[:3], install=["install", *(["--filter"] if with_filter else [])])
        self.git = self.repository.git

    def path(self, name):
        return self.repository.path / name

    def change(self, name, **values):
        """Changes values, and commits."""
        if self.with_filter:
            text = self.path(name).read_text()
            for key, value in values.items():
                text = re.sub(f"(?m)^  {key}: .*$", f"  {key}: {value}", text)
            self.path(name).write_text(text)
        else:
            for key, value in values.items():
                self.repository.set(name, key, value)

    def commit(self, name, **values):
        self.change(name, **values)
        self.repository.commit(str(values))

    def opened(self, name):
        return self.path(name).read_text() if self.with_filter else self.repository.opened(name)

    def expect(self, name, number=0, **changes):
        assert self.opened(name) == manifest(f"s{number}", **{**VALUES, **changes})
        assert self.git("status", "--porcelain") == ""
        # What the repository has is sealed, and the seal holds.
        stored = self.git("show", f"HEAD:{name}").encode()
        assert b"plain-" not in stored
        run(self.repository.home, "verify", "-", input=stored)


@pytest.mark.parametrize("with_filter", [False, True])
def test_what_people_do_with_branches(tmp_path, with_filter):
    work = Worker(tmp_path, with_filter)
    git, repository, name = work.git, work.repository, NAMES[1]
    git("branch", "side")
    work.commit(name, k0="one")
    work.commit(name, k1="two")
    # Taken back although something came after it.
    git("revert", "--no-edit", "HEAD~1")
    work.expect(name, 1, k1="two")
    # A merge that is given up leaves what was there.
    git("checkout", "-q", "side")
    work.commit(name, k1="theirs", k2="theirs")
    before = work.path(name).read_bytes()
    assert repository.run("git", "merge", "main", check=False).returncode == 1
    assert b"<<<<<<<" in work.path(name).read_bytes() and b"two" not in work.path(name).read_bytes()
    git("merge", "--abort")
    assert work.path(name).read_bytes() == before and git("status", "--porcelain") == ""
    # A conflict in the middle of a rebase, resolved by hand in plaintext.
    assert repository.run("git", "rebase", "main", check=False).returncode == 1
    text = work.path(name).read_text()
    assert text.count("<<<<<<<") == 1
    if with_filter:
        work.path(name).write_text(manifest("s1", **{**VALUES, "k1": "by hand", "k2": "theirs"}))
    else:
        work.path(name).write_text(re.sub("<<<<<<< .*\n(?:.*\n)*?>>>>>>> .*\n", "  k1: by hand\n", text))
        # Git runs no hook in a rebase: whoever forgets to seal is told when it is pushed, or by asking.
        git("add", name)
        refused = repository.run("sealwax", "git", "precommit", check=False)
        assert refused.returncode == 1 and b"git/half-sealed" in refused.stdout
        repository.sealwax("reseal", "-q", name)
    git("add", name)
    git("rebase", "--continue")
    work.expect(name, 1, k1="by hand", k2="theirs")
    # Renamed here, changed there.
    moved = "secrets/moved here\nand there.yaml"
    git("mv", name, moved)
    work.commit(moved, k3="moved")
    git("checkout", "-q", "main")
    work.commit(name, k4="stayed")
    # Half of its values are others, so that git would not know it again by itself.
    git("merge", "--no-edit", "-X", "find-renames=20%", "side")
    work.expect(moved, 1, k1="by hand", k2="theirs", k3="moved", k4="stayed")
    if not with_filter:
        # A stash on top of another change of the same value.
        work.change(moved, k5="stashed")
        git("stash")
        work.commit(moved, k5="committed")
        assert repository.run("git", "stash", "pop", check=False).returncode == 1
        assert work.path(moved).read_text().count("<<<<<<<") == 1
        git("checkout", "--ours", moved)
        git("reset", "-q")
        git("stash", "drop")
        work.expect(moved, 1, k1="by hand", k2="theirs", k3="moved", k4="stayed", k5="committed")
    else:
        # Branches of different files, all at once.
        for number, other in ((0, NAMES[0]), (2, NAMES[2])):
            git("checkout", "-qb", f"octopus{number}", "main")
            work.commit(other, k0=f"arm {number}")
        git("checkout", "-q", "main")
        work.commit(moved, k0="body")
        git("merge", "--no-edit", "octopus0", "octopus2")
        assert len(git("log", "-1", "--format=%P").split()) == 3
        work.expect(NAMES[0], 0, k0="arm 0")
        work.expect(NAMES[2], 2, k0="arm 2")


def test_a_hook_looks_at_what_merges_bring(tmp_path):
    """Git runs no driver for what only their side changed; the hook sees all of it."""
    repository = sealed_repository(tmp_path, NAMES[:2])
    stranger = tmp_path / "stranger.txt"
    repository.sealwax("keygen", "-o", stranger)
    recipient = repository.sealwax("keys", "--recipients", stranger).stdout.decode().strip()
    for branch, rule in (("leak", "git/plaintext-secret"), ("stranger", "policy/extra-recipient")):
        repository.git("checkout", "-qb", branch, "main")
        if branch == "leak":
            (repository.path / "forgotten.yaml").write_text(SECRET.format(name="x", value="hunter2"))
        else:
            (repository.path / NAMES[0]).write_text(repository.opened(NAMES[0]))
            team = (repository.path / "Keys/team.pub").read_text().split("\n")[-2].split()[0]
            repository.sealwax("encrypt", "-q", "-I", "-r", team, "-r", recipient, NAMES[0])
        repository.commit(checked=False)
        repository.git("checkout", "-qB", "work", "main")
        (repository.path / "README").write_text(branch)
        repository.commit()
        result = repository.run("git", "merge", "--no-edit", branch, check=False)
        assert result.returncode == 1 and rule.encode() in result.stdout + result.stderr
        assert repository.run("git", "commit", "--no-edit", check=False).returncode == 1
        repository.git("merge", "--abort")
        assert repository.git("status", "--porcelain") == ""
        # Who looked at it may go on.
        repository.git("merge", "--no-verify", "--no-edit", branch)


def test_merges_where_there_is_no_worktree(tmp_path):
    """A server or a CI job merges in a bare clone."""
    repository = sealed_repository(tmp_path, NAMES[:3])
    name = NAMES[2]
    repository.git("branch", "side")
    for branch, key in (("main", "k1"), ("side", "k2")):
        repository.git("checkout", "-q", branch)
        repository.set(name, key, branch)
        repository.commit()
    bare = Repository(repository.home, tmp_path / "bare clone.git")
    repository.git("clone", "-q", "--bare", repository.path, bare.path)
    bare.sealwax("git", "install")
    tree = bare.git("merge-tree", "--write-tree", "main", "side").split("\n")[0]
    merged = bare.run("git", "show", f"{tree}:{name}").stdout
    assert run(bare.home, "decrypt", "-", input=merged).stdout.decode() == manifest("s2", **{**VALUES, "k1": "main", "k2": "side"})
    commit = bare.git("commit-tree", "-p", "main", "-p", "side", "-m", "merged", tree).strip()
    bare.sealwax("git", "precommit", "--range", f"main..{commit}")
    assert bare.run("git", "merge-tree", "--write-tree", "main", f"side~1", check=False).returncode == 0
