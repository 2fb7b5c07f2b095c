"""exposure, revoke and leaks on repositories with SOPS files, against an independent decoder."""

import base64
import json
import random
import re

import pytest
import yaml

from git_repository import Repository
from program import identity
from sops_reference import Refused, data_key, decode, load

STORES = {"yaml": "yaml", "env": "dotenv", "json": "json", "ini": "ini"}
PLAIN = {
    "s/a.yaml": "# first\nx: first-v4lue-of-a\ny: other-v4lue-of-a\nz: [5432]\n",
    "s/b.env": "x=first-v4lue-of-b\ny=other-v4lue-of-b\n",
    "s/c.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: c}\nstringData:\n  x: first-v4lue-of-c\ndata:\n"
    f"  y: {base64.b64encode(b'other-v4lue-of-c').decode()}\n",
    "s/d.json": '{"x": {"z": "first-v4lue-of-d"}}\n',
}


def recipient(file):
    return next(word for word in file.read_text().split() if word.startswith("age1"))


def secrets(file):
    return [line for line in file.read_text().splitlines() if line.startswith("AGE-SECRET-KEY-1")]


@pytest.fixture
def repository(tmp_path):
    """A repository for alice, who works in it, and bob, who leaves."""
    home, path = tmp_path / "home", tmp_path / "r"
    (path / "s").mkdir(parents=True)
    home.mkdir()
    made = Repository(home, path)
    made.alice = identity(home)
    made.keys = home / ".config/sealwax/keys.txt"
    made.bob = tmp_path / "bob.txt"
    made.sealwax("keygen", "-o", made.bob)
    made.git("init", "-q", "-b", "main", ".")
    rules(made, made.alice, recipient(made.bob))
    for name, text in PLAIN.items():
        (path / name).write_text(text)
    made.sealwax("encrypt", "-q", "-I", "s")
    return made


def rules(repository, *recipients):
    (repository.path / ".sops.yaml").write_text(
        "creation_rules:\n  - path_regex: ^s/\n    encrypted_regex: ^(data|stringData|x|y)$\n"
        f"    age: {','.join(recipients)}  # all of us\n"
    )


def exposure(repository, *arguments, check=None, **more):
    arguments = arguments or ("--key", recipient(repository.bob))
    result = repository.sealwax("exposure", "--json", *arguments, check=False, **more)
    assert result.returncode in ((0, 1) if check is None else (check,)), result.stderr.decode()
    return json.loads(result.stdout)


def states(found):
    return {f"{entry['unit'].split('/')[-1]} {entry['key']}": entry["state"] for entry in found["values"]}


def random_history(repository, seed):
    rng = random.Random(seed)
    repository.commit("start")
    places = {name: name for name in PLAIN}
    paths = {"s/a.yaml": ["x", "y"], "s/b.env": ["x", "y"], "s/c.yaml": ["stringData.x"], "s/d.json": ["x.z"]}
    has_bob = True
    for step in range(9):
        name = rng.choice(sorted(places))
        file = places[name]
        match rng.choice(["set", "set", "set", "move", "rotate", "rules"]):
            case "set":
                repository.sealwax("set", "-q", file, rng.choice(paths[name]), input=f"a-value-{rng.randrange(4)}".encode())
            case "move":
                places[name] = file.replace(".", f"-{step}.", 1)
                repository.git("mv", file, places[name])
            case "rotate":
                repository.sealwax("rotate", "-q", file)
            case "rules":
                has_bob = not has_bob
                rules(repository, repository.alice, *([recipient(repository.bob)] if has_bob else []))
                repository.sealwax(rng.choice(["rewrap", "rotate"]), "-q", "s")
        if repository.git("status", "--porcelain"):
            repository.commit(f"step {step}", GIT_COMMITTER_DATE=f"{1700000000 + step} +0000")


def opened(text, path, keys):
    """The data key, and the values by what they are called."""
    store = STORES[path.split(".")[-1]]
    documents, metadata = load(text, store)
    values = {}
    for place, kind, value in decode(text, store, keys):
        place = [str(step) for step in place]
        if kind != "comment" and place[0] in ("x", "y", "stringData", "data"):
            values["/".join(place)] = base64.b64decode(value) if place[0] == "data" else value
    return data_key(metadata, keys), values


def brute_force(repository):
    alice, bob = secrets(repository.keys), secrets(repository.bob)
    versions, data_keys = {}, set()
    for commit in repository.git("rev-list", "--all", "--reflog").split():
        for line in repository.git("ls-tree", "-r", commit, "s/").splitlines():
            versions[line.split()[2]] = line.split("\t")[1]
    held = []
    for blob, path in versions.items():
        text = repository.run("git", "cat-file", "blob", blob).stdout
        key, values = opened(text, path, alice)
        held.append((key, path.split("/")[1][0], values))
        try:
            opened(text, path, bob)
            data_keys.add(key)
        except Refused:
            pass
    now = {}
    for file in (repository.path / "s").iterdir():
        for name, value in opened(file.read_bytes(), file.name, alice)[1].items():
            now[file.name[0], name] = value
    read = {}
    for key, file, values in held:
        if key in data_keys:
            for name, value in values.items():
                read.setdefault((file, name), set()).add(value)
    # Of fewer than 8 bytes an equal value elsewhere is no use of it.
    long = {value for value in now.values() if len(value) >= 8}
    return {
        f"{file} {name}": (len(found), "unchanged" if found & (long | {now.get((file, name))}) else "changed")
        for (file, name), found in read.items()
    }


@pytest.mark.parametrize("seed", [4])
def test_exposure_is_what_opening_every_version_says(repository, seed):
    random_history(repository, seed)
    told = {}
    for entry in exposure(repository)["values"]:
        if not entry["key"].endswith("#"):
            name = entry["unit"].removeprefix("SOPS file s/").removeprefix("Secret ")[0]
            told[f"{name} {entry['key']}"] = (len(entry["versions"]), entry["state"])
    assert told == brute_force(repository)


def test_one_who_leaves(repository):
    repository.commit("sealed")
    before = {name: (repository.path / name).read_bytes() for name in PLAIN}
    key = recipient(repository.bob)
    planned = repository.sealwax("revoke", "--dry-run", key)
    assert b".sops.yaml: would be taken out: age1" in planned.stderr and repository.git("status", "--porcelain") == ""
    assert planned.stdout.count(b"CHANGE") == 7 and b"would have rotated" in planned.stderr
    assert b"first-v4lue" not in planned.stdout + planned.stderr

    repository.sealwax("revoke", "-q", key)
    assert (repository.path / ".sops.yaml").read_text().endswith(f"    age: {repository.alice}  # all of us\n")
    for name, text in before.items():
        new = (repository.path / name).read_bytes()
        store = STORES[name.split(".")[-1]]
        with pytest.raises(Refused):
            decode(new, store, secrets(repository.bob))
        kept = opened(text, name, secrets(repository.keys))
        assert opened(new, name, secrets(repository.keys))[1] == kept[1]
        assert opened(new, name, secrets(repository.keys))[0] != kept[0], "the same data key"
    after = repository.git("diff")
    repository.sealwax("revoke", "-q", key)
    assert repository.git("diff") == after, "a second run changes nothing"
    repository.commit("without bob")
    found = exposure(repository, check=1)
    assert found["openToday"] == [] and set(states(found).values()) == {"unchanged"}
    # Without an identity nobody knows whether what was encrypted anew is something new.
    assert set(states(exposure(repository, HOME="/nonexistent")).values()) == {"unknown"}
    repository.sealwax("set", "-q", "s/b.env", "x", input=b"a-new-v4lue-of-b")
    repository.sealwax("set", "-q", "s/c.yaml", "stringData.x", input=b"a-new-v4lue-of-c")
    found = states(exposure(repository))
    assert found["b.env x"] == "changed" and found["Secret c stringData/x"] == "changed" and found["b.env y"] == "unchanged"

    # What is decrypted right now, as a whole or a value of it, is not gone.
    sealed = (repository.path / "s/b.env").read_text()
    (repository.path / "s/b.env").write_text("x=a-new-v4lue-of-b\ny=other-v4lue-of-b\n")
    assert states(exposure(repository))["b.env y"] == "unchanged"
    (repository.path / "s/b.env").write_text(re.sub("(?m)^y=.*", "y=other-v4lue-of-b", sealed))
    assert states(exposure(repository))["b.env y"] == "unchanged"
    (repository.path / "s/b.env").write_text(sealed)

    # A value of earlier is a leak as long as somebody says that it counts.
    (repository.path / "build.log").write_text("x was first-v4lue-of-b\n" + b"other-v4lue-of-c".hex().upper() + "\n")
    result = repository.sealwax("leaks", "build.log", check=False)
    assert result.stdout.count(b"leaks/value") == 1 and b"Secret c data/y, in hexadecimal" in result.stdout
    result = repository.sealwax("leaks", "--former", "build.log", check=False)
    assert result.returncode == 1 and b"an earlier value of SOPS file s/b.env x, as it is" in result.stdout, result.stdout
    assert b"first-v4lue" not in result.stdout + result.stderr
    alone = repository.sealwax("leaks", "--former", "--secrets", "s/c.yaml", "build.log", check=False)
    assert b"b.env" not in alone.stdout and b"Secret c data/y" in alone.stdout
    assert repository.sealwax("leaks", check=False, HOME="/nonexistent").returncode == 77


def test_a_file_is_opened_by_as_many_groups_as_it_says(repository, tmp_path):
    """Whoever has one of two shares has nothing; and groups that would be empty are nobody's to shorten."""
    groups = "".join(f"      - age: [{key}]\n" for key in (repository.alice, recipient(repository.bob)))
    (repository.path / ".sops.yaml").write_text(f"creation_rules:\n  - path_regex: ^s/\n    shamir_threshold: 2\n    key_groups:\n{groups}")
    for name in PLAIN:
        (repository.path / name).unlink()
    (repository.path / "s/g.yaml").write_text("x: a-value-for-two\n")
    repository.sealwax("encrypt", "-q", "-I", "s")
    repository.commit("sealed")
    assert exposure(repository, check=0)["values"] == []
    both = exposure(repository, "--key", recipient(repository.bob), "--key", repository.alice, check=1)
    assert states(both) == {"g.yaml x": "unchanged"} and both["openToday"] == ["SOPS file s/g.yaml"]
    result = repository.sealwax("revoke", recipient(repository.bob), check=False)
    assert result.returncode == 78 and b"would have no recipient left" in result.stderr
    assert repository.git("status", "--porcelain") == ""


ALICE, BOB = "age1" + "a" * 58, "age1" + "b" * 58
FINGERPRINT = "85D77543B3D624B63CEA9E6DBC17301B491B3F21"


RULES = [
    ("BOB", "creation_rules:\n  - age: >-\n      ALICE,\n      BOB\n  - age: BOB, ALICE # x\n",
     "creation_rules:\n  - age: >-\n      ALICE\n  - age: ALICE # x\n"),
    ("BOB", "keys:\n  - &bob BOB\n  - &alice ALICE\ncreation_rules:\n  - key_groups:\n      - age:\n          - *alice\n          - *bob\n",
     "keys:\n  - &bob BOB\n  - &alice ALICE\ncreation_rules:\n  - key_groups:\n      - age:\n          - *alice\n"),
    ("BOB", "creation_rules:\n- age: [ 'BOB',  \"ALICE\" ]\n- key_groups:\n  - age:\n    - &b BOB\n    pgp:\n    - FP\n  - age: [*b, ALICE]\n",
     "creation_rules:\n- age: [ \"ALICE\" ]\n- key_groups:\n  - age:\n     []\n    pgp:\n    - FP\n  - age: [ALICE]\n"),
    ("FP", "creation_rules:\n  - pgp: fp\n    age: ALICE\n", "creation_rules:\n  - pgp: \n    age: ALICE\n"),
    ("arn:aws:kms:eu-west-1:1:key/2", "creation_rules:\n  - key_groups:\n    - kms:\n      # theirs\n      - arn: arn:aws:kms:eu-west-1:1:key/2\n"
     "        role: r\n      - arn: arn:aws:kms:eu-west-1:1:key/3\n",
     "creation_rules:\n  - key_groups:\n    - kms:\n      # theirs\n      - arn: arn:aws:kms:eu-west-1:1:key/3\n"),
    ("https://v:8200/v1/transit/keys/bob", "creation_rules:\n  - hc_vault_transit_uri: https://v:8200/v1/transit/keys/bob\n    age: ALICE\n",
     "creation_rules:\n  - hc_vault_transit_uri: \n    age: ALICE\n"),
    ("BOB", "creation_rules:\n  - age: BOB\n", None),
    ("BOB", "creation_rules:\n  - age: \"ALICE,\\x61GE\"\n", "same"),
]


def test_the_rules_keep_every_other_byte(repository):
    names = {"ALICE": repository.alice, "BOB": recipient(repository.bob), "FP": FINGERPRINT, "fp": FINGERPRINT.lower()}

    def filled(text):
        return re.sub("|".join(names), lambda found: names[found[0]], text)

    repository.git("rm", "-rqf", "--ignore-unmatch", "s")
    for name in PLAIN:
        (repository.path / name).unlink(missing_ok=True)
    file = repository.path / ".sops.yaml"
    for key, before, after in RULES:
        file.write_text(filled(before))
        result = repository.sealwax("revoke", "-q", filled(key), check=False)
        if after is None:
            assert result.returncode == 78 and b".sops.yaml:2:5: a rule would have no recipient left" in result.stderr
            assert file.read_text() == filled(before)
        else:
            assert result.returncode == 0, result.stderr
            assert file.read_text() == filled(before if after == "same" else after)
            assert yaml.safe_load(file.read_text())
