"""exposure and leaks on repositories that somebody has prepared, so that they do not tell, or do not end."""

import base64
import json
import shutil
import subprocess

import pytest

from git_repository import Repository, manifest
from program import Terminal, identity

VALUE = "a-v4lue-of-some-length"


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """Two versions of a Secret that Bob could read, the second of them in use; the first one was leaked, too."""
    tmp_path = tmp_path_factory.mktemp("first")
    home, path = tmp_path / "home", tmp_path / "r"
    (path / "s").mkdir(parents=True)
    home.mkdir()
    made = Repository(home, path)
    made.alice = identity(home)
    made.sealwax("keygen", "-o", tmp_path / "bob.txt")
    text = (tmp_path / "bob.txt").read_text()
    made.bob = next(word for word in text.split() if word.startswith("age1"))
    made.git("init", "-q", "-b", "main", ".")
    (path / "s/a.yaml").write_text(manifest("a", x=VALUE, y="an0ther-value-of-length"))
    made.sealwax("encrypt", "-q", "-I", "-r", made.alice, "-r", made.bob, "s/a.yaml")
    (path / "log").write_text(f"x is {VALUE}\n")
    made.commit("one")
    (path / "log").unlink()
    made.set("s/a.yaml", "x", "the-second-v4lue-of-it")
    made.commit("two")
    return made


@pytest.fixture
def repository(first, tmp_path):
    """A copy of it."""
    copy = Repository(first.home, tmp_path / "r")
    shutil.copytree(first.path, copy.path)
    copy.bob = first.bob
    return copy


def exposed(repository, status=1, **more):
    result = repository.sealwax("exposure", "--json", "--key", repository.bob, check=False, **more)
    assert result.returncode == status, result.stderr.decode()
    return json.loads(result.stdout), result


def leaks(repository, status=1, **more):
    result = repository.sealwax("leaks", "--former", "--history", check=False, **more)
    assert result.returncode == status, result.stderr.decode()
    assert VALUE.encode() not in result.stdout + result.stderr
    return result


def commit_object(repository, committer, message=b"m\n"):
    tree = repository.git("rev-parse", "HEAD^{tree}").strip()
    text = f"tree {tree}\nparent {repository.git('rev-parse', 'HEAD').strip()}\nauthor a <a@b> 1 +0000\n{committer}\n\n".encode()
    made = repository.run("git", "hash-object", "-t", "commit", "-w", "--literally", "--stdin", input=text + message)
    return made.stdout.decode().strip()


def forge_dates(repository):
    for number, committer in enumerate([
        "committer c <c@d> 99999999999999999999 +0000", "committer c <c@d> 67768036191676799 +0000", "committer c <c@d> -5 +0000",
        "committer c <c@d>", "committer \x1b[31m", "committer c <c@d> 253402300800 +9999",
    ]):
        repository.git("update-ref", f"refs/heads/forged-{number}", commit_object(repository, committer))


def cut_by_grafts(repository):
    (repository.path / ".git/info").mkdir(exist_ok=True)
    (repository.path / ".git/info/grafts").write_text(repository.git("rev-parse", "HEAD"))
    assert repository.git("rev-list", "--count", "HEAD").strip() == "1"


def cut_by_replacement(repository):
    old = repository.git("rev-parse", "HEAD").strip()
    empty = repository.git("commit-tree", "-m", "x", "4b825dc642cb6eb9a060e54bf8d69288fbee4904").strip()
    repository.git("update-ref", f"refs/replace/{old}", empty)
    assert repository.git("ls-tree", "HEAD") == ""


def set_attributes(repository):
    (repository.path / ".gitattributes").write_text("* -diff -text binary export-ignore filter=none working-tree-encoding=UTF-16\n")
    (repository.path / ".gitmodules").write_text('[submodule "m"]\n\tpath = m\n\turl = ext::sh -c "touch pwned"\n')
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},m")
    repository.git("config", "core.hooksPath", "hooks")
    for name, value in [("log.showSignature", "true"), ("diff.external", "touch pwned"), ("log.diffMerges", "off"),
                        ("core.fsmonitor", "touch pwned"), ("core.quotePath", "false"), ("diff.renames", "copies"), ("color.ui", "always")]:
        repository.git("config", name, value)


def forge_names(repository):
    """Names with escapes, and files that look like SOPS files of every file's data keys."""
    sealed = (repository.path / "s/a.yaml").read_text()
    (repository.path / "s/e\x1b[31m\u202e.yaml").write_text(sealed.replace("  x: ", '  "x\\e[2J": ').replace("name: a", 'name: "a\\e"'))
    (repository.path / "s/l\n:100644 100644 a b M.yaml").write_text(sealed)
    (repository.path / "bomb.yaml").write_text(
        "a0: &a0 [ENC[AES256_GCM,data:x]]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
        + "sops:\n  mac: ENC[AES256_GCM,data:x]\n  age:\n  - recipient: \"" + repository.bob + '\\e[31m"\n    enc: x\n'
    )
    (repository.path / "deep.json").write_text('{"sops": "ENC[AES256_GCM,", "a": ' + "[" * 50_000 + "]" * 50_000 + "}")
    (repository.path / "envelope.yaml").write_text(
        sealed.split("sealwax.dev/envelope")[0] + "sealwax.dev/envelope: |\n" + f"      to age {repository.bob} bob AAAA\n" * 2000 + "kind: Secret\n"
    )


def test_a_prepared_history_hides_nothing(repository):
    for prepare in (forge_dates, cut_by_grafts, cut_by_replacement, set_attributes):
        prepare(repository)
        found, result = exposed(repository)
        assert {v["key"]: len(v["versions"]) for v in found["values"]} == {"stringData/x": 2, "stringData/y": 1}, prepare
        assert b"stringData/x" in leaks(repository).stdout and b"\x1b" not in result.stderr
        page = repository.sealwax("exposure", "--key", repository.bob, "--verbose", check=False)
        assert page.returncode == 1 and b"\x1b" not in page.stdout
        assert not (repository.path / "pwned").exists()
        (repository.path / ".git/info/grafts").unlink(missing_ok=True)
        subprocess.run(["rm", "-rf", repository.path / ".git/refs/replace"], check=True)


def test_forged_names_and_bombs(repository):
    before = {entry["key"]: entry["state"] for entry in exposed(repository)[0]["values"]}
    forge_names(repository)
    repository.commit("forged")
    repository.git("rm", "-qr", "--cached", ".")
    for file in ["bomb.yaml", "deep.json", "envelope.yaml"]:
        (repository.path / file).unlink()
    found, result = exposed(repository)
    own = {entry["key"]: entry["state"] for entry in found["values"] if entry["unit"] == "Secret a"}
    assert own == before
    for output in (repository.sealwax("exposure", "--key", repository.bob, "-v", check=False), leaks(repository, status=77)):
        assert b"\x1b" not in output.stdout + output.stderr and "\u202e".encode() not in output.stdout + output.stderr


def test_a_value_that_is_only_staged_is_found(repository):
    (repository.path / "staged").write_text(VALUE)
    repository.git("add", "staged")
    (repository.path / "staged").unlink()
    repository.git("update-ref", "refs/heads/other", repository.git("commit-tree", "-m", "x", "HEAD^{tree}").strip())
    assert leaks(repository).stdout.count(b"former-value") >= 1


def objects(path):
    return subprocess.run(["git", "cat-file", "--batch-all-objects", "--batch-check"], cwd=path, capture_output=True, check=True).stdout


def test_a_partial_clone_says_so_and_fetches_nothing(repository, tmp_path):
    repository.git("config", "uploadpack.allowFilter", "true")
    for name in ("blob:none", "tree:0"):
        clone = tmp_path / name.replace(":", "-")
        repository.git("clone", "-q", f"--filter={name}", f"file://{repository.path}", clone)
        (clone / ".git/index").unlink()
        before = objects(clone)
        for command in (["exposure", "--key", repository.bob], ["leaks", "--history"], ["leaks", "--former"]):
            result = repository.sealwax(*command, check=False, cwd=clone)
            assert result.returncode == 66 and b"partial" in result.stderr, (command, result)
        assert objects(clone) == before, "something was fetched"


def test_objects_of_another_repository_count(repository, tmp_path):
    repository.git("clone", "-q", "--shared", repository.path, tmp_path / "clone")
    found, _ = exposed(repository, cwd=tmp_path / "clone")
    assert [len(entry["versions"]) for entry in found["values"]] == [2, 1]
    (tmp_path / "clone/.git/objects/info/alternates").write_text("/nonexistent\n")
    result = repository.sealwax("exposure", "--key", repository.bob, check=False, cwd=tmp_path / "clone")
    assert result.returncode == 66, result


ENCRYPTED_ZIP = base64.b64decode(
    "UEsDBAoACQAAABtXel2o4E7kGQAAAA0AAAABABwAZlVUCQADdhAIa3YQCGt1eAsAAQQAAAAABAAAAAC8D6lfZlTmrRSFJ150vUJU"
    "zVR3ySySr1ofUEsHCKjgTuQZAAAADQAAAFBLAQIeAwoACQAAABtXel2o4E7kGQAAAA0AAAABABgAAAAAAAEAAACkgQAAAABmVVQF"
    "AAN2EAhrdXgLAAEEAAAAAAQAAAAAUEsFBgAAAAABAAEARwAAAGQAAAAAAA=="
)


def test_an_encrypted_archive_asks_nobody(repository):
    (repository.path / "a.zip").write_bytes(ENCRYPTED_ZIP)
    terminal = Terminal(repository.home, "leaks", "--secrets", "s", "a.zip", cwd=repository.path)
    assert b"password" not in terminal.expect(b"cannot decompress it")
    assert terminal.finish()[1] == 65
