"""Names that look the same and are written with other bytes are other names: an e with an acute
accent is one character, or an e and an accent that is put on it."""

import json
import re

import pytest

from git_repository import Repository
from program import run

ONE, TWO = "\u00e9", "e\u0301"
SECRET = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {}\nstringData:\n  password: hunter2\n"


def key(folder, name):
    path = folder / name
    run(folder, "keygen", "-o", path)
    return path, re.search("age1[0-9a-z]+", path.read_text())[0]


@pytest.mark.parametrize("paths", [(f"{ONE}.yaml", f"{TWO}.yaml"), (f"{ONE}/s.yaml", f"{TWO}/s.yaml")])
def test_every_named_file_is_sealed(tmp_path, paths):
    _, recipient = key(tmp_path, "key.txt")
    for number, path in enumerate(paths):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(SECRET.format(f"s{number}"))
    run(tmp_path, "encrypt", "-q", "-I", "-r", recipient, *paths)
    for path in paths:
        assert "hunter2" not in (tmp_path / path).read_text()


def test_each_folder_has_its_own_policy(tmp_path):
    keys = [key(tmp_path, "one.txt"), key(tmp_path, "two.txt")]
    folders = [tmp_path / "all" / ONE, tmp_path / "all" / TWO]
    for number, (folder, (_, recipient)) in enumerate(zip(folders, keys)):
        folder.mkdir(parents=True)
        rules = f"version: 1\nrules:\n  - paths: ['*.yaml']\n    recipients: [{recipient}]\n"
        (folder / ".sealwax.yaml").write_text(rules)
        for index in range(20):
            (folder / f"s{index}.yaml").write_text(SECRET.format(f"s{number}-{index}"))
    run(tmp_path, "encrypt", "-q", "-I", tmp_path / "all")
    for folder, (identity, _) in zip(folders, keys):
        for path in folder.glob("s*.yaml"):
            assert "hunter2" in run(tmp_path, "decrypt", "-q", "-i", identity, path).stdout.decode()


def sops(folder, recipient, name, text, *options):
    (folder / name).write_text(text)
    sealed = run(folder, "sops", "encrypt", "--age", recipient, *options, name).stdout
    (folder / f"enc-{name}").write_bytes(sealed)
    return sealed.decode()


def test_keys_of_ini(tmp_path):
    identity, recipient = key(tmp_path, "key.txt")
    text = f"[s]\n{ONE} = v\n{TWO} = v\nz   = 1\n"
    sops(tmp_path, recipient, "a.ini", text)
    opened = run(tmp_path, "sops", "decrypt", "enc-a.ini", SOPS_AGE_KEY_FILE=str(identity)).stdout.decode()
    assert [line.split()[0] for line in opened.split("\n") if "=" in line] == [ONE, TWO, "z"]


@pytest.mark.parametrize("name, text, place", [
    ("a.yaml", f"{ONE}: v\n", f'["{TWO}"]'), ("a.ini", f"[{ONE}]\nk = v\n", f'["{TWO}"]["k"]'),
])
def test_places_in_a_file(tmp_path, name, text, place):
    identity, recipient = key(tmp_path, "key.txt")
    sops(tmp_path, recipient, name, text)
    known = {"SOPS_AGE_KEY_FILE": str(identity)}
    assert run(tmp_path, "sops", "decrypt", "--extract", place, f"enc-{name}", check=False, **known).returncode != 0
    run(tmp_path, "sops", "set", f"enc-{name}", place, '"w"', **known)
    for where, value in ((place, b"w"), (place.replace(TWO, ONE), b"v")):
        assert run(tmp_path, "sops", "decrypt", "--extract", where, f"enc-{name}", **known).stdout.strip() == value


def test_history(tmp_path):
    """Files of two names are two files, in what was readable and in what is open today."""
    home, path = tmp_path / "home", tmp_path / "r"
    home.mkdir()
    path.mkdir()
    repository = Repository(home, path)
    identity, recipient = key(home, "key.txt")
    repository.git("init", "-q", "-b", "main", ".")
    for name, value in ((ONE, "v4lue-of-one-file"), (TWO, "v4lue-of-the-other")):
        (path / f"{name}.yaml").write_text(f"x: {value}\n")
        sealed = run(home, "sops", "encrypt", "--age", recipient, f"{name}.yaml", cwd=path).stdout
        (path / f"{name}.yaml").write_bytes(sealed)
        # The same contents under two names, and a value in two files.
        (path / f"p{name}.yaml").write_text(SECRET.format("same"))
        (path / f"q{name}.txt").write_text(f"{name}: v4lue-of-one-file\n")
    repository.commit("start")
    found = json.loads(run(home, "exposure", "--json", "--key", recipient, cwd=path, check=False).stdout)
    assert sorted(found["openToday"]) == sorted(f"SOPS file {name}.yaml" for name in (ONE, TWO))
    names = [entry["unit"] for entry in found["values"] if entry["key"] == "x"]
    assert sorted(names) == sorted(f"SOPS file {name}.yaml" for name in (ONE, TWO))
    plain = next(entry for entry in found["values"] if "password" in entry["key"])
    assert sorted(plain["versions"][0]["files"]) == sorted(f"p{name}.yaml" for name in (ONE, TWO))
    for form in ("json", "junit"):
        leaks = run(
            home, "leaks", "--history", "--format", form, "-i", identity, "--secrets", f"{ONE}.yaml", cwd=path, check=False
        ).stdout.decode()
        for name in (ONE, TWO):
            assert f"q{name}.txt" in leaks, leaks


def test_rules_of_files_side_by_side(tmp_path):
    identity, recipient = key(tmp_path, "key.txt")
    sops(tmp_path, recipient, "a.yaml", f"x{ONE}: plain\ny: secret\n", "--unencrypted-suffix", ONE)
    sops(tmp_path, recipient, "b.yaml", f"x{TWO}: plain\nx{ONE}: s3\n", "--unencrypted-suffix", TWO)
    for names in (("enc-a.yaml", "enc-b.yaml"), ("enc-b.yaml", "enc-a.yaml")):
        opened = run(tmp_path, "decrypt", "-q", "-i", identity, *names).stdout.decode()
        assert "ENC[" not in opened and "s3" in opened


@pytest.mark.parametrize("text", [
    "k_unencrypted:\n    - [a]\n    # c1\n", "k_unencrypted:\n    - [a] # c1\n    # c2\n",
    "k_unencrypted:\n    - {x: 1}\n# c1\n",
])
def test_comments_in_front_of_the_metadata(tmp_path, text):
    identity, recipient = key(tmp_path, "key.txt")
    sealed = sops(tmp_path, recipient, "a.yaml", text)
    inside = sealed[sealed.index("\nsops:"):]
    assert "#" not in inside
    for command in (("sops", "decrypt", "enc-a.yaml"), ("decrypt", "-q", "-i", identity, "enc-a.yaml")):
        opened = run(tmp_path, *command, SOPS_AGE_KEY_FILE=str(identity)).stdout.decode()
        assert opened.count("#") == text.count("#"), opened
