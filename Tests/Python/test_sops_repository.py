"""A repository of SOPS files worked on with Sealwax's own commands; what they write is opened by the
independent decoder."""

import json
import re
import shutil
import tarfile
from pathlib import Path

import pytest

from git_repository import Repository
from program import identity, run
from sops_reference import Refused, decode

ARCHIVE = Path(__file__).resolve().parent.parent / "Fixtures/interop/sops.tar.xz"
STORES = {".yaml": "yaml", ".json": "json", ".env": "dotenv", ".ini": "ini"}
# As SOPS lays them out, so that they come back byte for byte.
PLAIN = {
    "secrets/db.yaml": "# the database\napiVersion: v1\nkind: Secret\nmetadata:\n    name: db\nstringData:\n"
    + "".join(f"    k{n}: plain-{n}\n" for n in range(8)),
    "secrets/values.yaml": "a:\n    - 1\n    - x\n    - c: true\nlong: |\n    two\n    lines\nno_unencrypted: shown\n",
    "secrets/app.json": '{\n\t"a": {\n\t\t"b": [\n\t\t\t1.5,\n\t\t\t"x"\n\t\t]\n\t}\n}\n',
    "secrets/app.env": "A=1\nB=two words\n",
    "secrets/app.ini": "[s]\nk = v\n",
    "secrets/blob.bin": "\x00any\x07\n",
}
TOKEN = re.compile(r"ENC\[AES256_GCM,[^]]*\]")


class SOPSRepository(Repository):
    """A repository with a `.sops.yaml`."""

    def rules(self, *recipients, more=""):
        rule = f"  - path_regex: ^secrets/\n    age: {','.join(recipients)}\n{more}"
        (self.path / ".sops.yaml").write_text("creation_rules:\n" + rule)

    def keys(self):
        text = (self.home / ".config/sealwax/keys.txt").read_text()
        return [line for line in text.splitlines() if line.startswith("AGE-SECRET-KEY-1")]

    def decoded(self, name, keys=None):
        store = STORES.get(Path(name).suffix, "binary")
        values = decode((self.path / name).read_bytes(), store, keys or self.keys())
        return {".".join(map(str, path)): text.decode() for path, kind, text in values if kind != "comment"}

    def tokens(self, name):
        text = re.sub(r"mac\"? *[:=] *\"?ENC\[[^]]*]", "", (self.path / name).read_text())
        return TOKEN.findall(text)


@pytest.fixture
def repository(tmp_path):
    home, path = tmp_path / "home", tmp_path / "repository"
    (path / "secrets").mkdir(parents=True)
    home.mkdir()
    repository = SOPSRepository(home, path)
    repository.recipient = identity(home)
    repository.git("init", "-q", "-b", "main", ".")
    repository.rules(repository.recipient)
    for name, text in PLAIN.items():
        (path / name).write_text(text)
    repository.sealwax("encrypt", "-q", "-I", "secrets", "secrets/blob.bin")
    return repository


def other_key(repository, name="other"):
    file = repository.home / f"{name}.txt"
    run(repository.home, "keygen", "-o", file)
    recipient = run(repository.home, "keys", "--recipients", file).stdout.decode().strip()
    key = [line for line in file.read_text().splitlines() if line.startswith("AGE-SECRET-KEY-1")]
    return file, recipient, key


def test_every_kind_of_file_comes_back(repository, tmp_path):
    for name, plain in PLAIN.items():
        assert plain not in (repository.path / name).read_text()
        assert repository.decoded(name)
    assert repository.decoded("secrets/app.env") == {"A": "1", "B": "two words"}
    repository.sealwax("decrypt", "-q", "--output-dir", tmp_path / "out", "secrets", "secrets/blob.bin")
    for name, plain in PLAIN.items():
        assert (tmp_path / "out" / Path(name).name).read_text() == plain
    # Twice is once.
    before = (repository.path / "secrets/db.yaml").read_bytes()
    repository.sealwax("encrypt", "-q", "-I", "secrets")
    assert (repository.path / "secrets/db.yaml").read_bytes() == before


def test_single_values(repository):
    places = {
        "secrets/db.yaml": "stringData.k3", "secrets/values.yaml": '["a"][1]', "secrets/app.json": "a.new",
        "secrets/app.env": "A", "secrets/app.ini": "s.k", "secrets/blob.bin": "data",
    }
    for name, place in places.items():
        before = repository.tokens(name)
        repository.sealwax("set", "-q", name, place, input=b'new "value"')
        after = repository.tokens(name)
        assert len(set(after) - set(before)) == 1, name
        assert 'new "value"' in repository.decoded(name).values(), name
        assert repository.sealwax("view", name, place).stdout == b'new "value"'
    repository.sealwax("unset", "-q", "secrets/db.yaml", "stringData.k3")
    assert "plain-3" not in str(repository.decoded("secrets/db.yaml"))
    before = repository.tokens("secrets/db.yaml")
    repository.sealwax("edit", "secrets/db.yaml", EDITOR="sed -i s/plain-5/edited/")
    assert len(set(repository.tokens("secrets/db.yaml")) - set(before)) == 1
    for place in ("a..b", '["a"', "[x]", '["sops"]["mac"]'):
        assert repository.sealwax("set", "secrets/values.yaml", place, input=b"x", check=False).returncode != 0, place


def test_values_for_a_command(repository):
    shown = repository.sealwax("exec", "--also", "secrets/app.env", "secrets/db.yaml", "--", "sh", "-c", 'echo "$k1,$B"').stdout
    assert shown == b"plain-1,two words\n"
    # A place is no name of a variable unless it is made one.
    assert repository.sealwax("exec", "secrets/app.json", "--", "env", check=False).returncode == 64
    shown = repository.sealwax("exec", "--upper", "secrets/app.json", "--", "sh", "-c", "echo $A_B_0").stdout
    assert shown == b"1.5\n"


def test_recipients_and_data_keys(repository):
    file, recipient, key = other_key(repository)
    everything = ["secrets", "secrets/blob.bin"]
    before = {name: repository.tokens(name) for name in PLAIN}
    repository.rules(recipient)
    assert b"not encrypted for" in repository.sealwax("status", "secrets").stdout
    repository.sealwax("rewrap", "-q", *everything)
    for name in PLAIN:
        assert repository.tokens(name) == before[name]
        assert repository.decoded(name, key)
        with pytest.raises(Refused):
            repository.decoded(name)
    assert b"not encrypted for" not in repository.sealwax("status", "secrets").stdout
    repository.sealwax("rotate", "-q", "-i", file, *everything)
    for name in PLAIN:
        assert not set(repository.tokens(name)) & set(before[name])
        assert repository.decoded(name, key)
    # Nothing opens it here any more, and nothing is changed.
    assert repository.sealwax("rotate", *everything, check=False).returncode == 77


def test_groups_of_keys(repository):
    keys = [other_key(repository, name) for name in "abc"]
    groups = "".join(f"      - age: [{recipient}]\n" for _, recipient, _ in keys)
    (repository.path / ".sops.yaml").write_text(f"creation_rules:\n  - shamir_threshold: 2\n    key_groups:\n{groups}")
    (repository.path / "plain.yaml").write_text("a: secret\n")
    repository.sealwax("encrypt", "-q", "-I", "plain.yaml")
    assert b"2 of 3" in repository.sealwax("status", "plain.yaml").stdout
    two = [argument for file, _, _ in keys[:2] for argument in ("-i", file)]
    assert repository.sealwax("decrypt", *two, "plain.yaml").stdout == b"a: secret\n"
    assert repository.sealwax("decrypt", *two[:2], "plain.yaml", check=False).returncode == 77
    assert repository.decoded("plain.yaml", keys[0][2] + keys[2][2]) == {"a": "secret"}
    before = (repository.path / "plain.yaml").read_bytes()
    repository.sealwax("rewrap", "-q", *two, "plain.yaml")
    assert (repository.path / "plain.yaml").read_bytes() == before


def test_which_rule_counts(repository):
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData: {a: b}\n"
    inner = repository.path / "inner"
    inner.mkdir()
    repository.sealwax("init", "--path", "**/*.yaml", "--name", "me", cwd=inner)
    for folder, more, is_sops in [
        ("inner", [], False), ("secrets", [], True), ("inner", ["--format", "sops", "-r", repository.recipient], True),
        ("secrets", ["--format", "sealwax", "-r", repository.recipient], False),
    ]:
        file = repository.path / folder / "x.yaml"
        file.write_text(secret)
        repository.sealwax("encrypt", "-q", "-I", *more, f"{folder}/x.yaml")
        assert ("sops:" in file.read_text()) == is_sops, (folder, more)
    # What SOPS files cannot have is not left out in silence.
    (repository.path / "secrets/x.yaml").write_text(secret)
    for option in (["--scope", "cluster"], ["--cipher", "secretbox"]):
        assert repository.sealwax("encrypt", *option, "secrets/x.yaml", check=False).returncode == 64
    # A rule for all files takes no file that nobody named but Secrets.
    (repository.path / ".sops.yaml").write_text(f"creation_rules:\n  - age: {repository.recipient}\n")
    (repository.path / "config.yaml").write_text("a: b\n")
    (repository.path / "other.env").write_text("A=Secret\n")
    repository.sealwax("encrypt", "-q", "-I", ".")
    assert (repository.path / "config.yaml").read_text() == "a: b\n"
    assert (repository.path / "other.env").read_text() == "A=Secret\n"
    assert "sops:" in (repository.path / "secrets/x.yaml").read_text()


def test_what_shows_without_a_key(repository):
    file = repository.path / "secrets/db.yaml"
    whole = file.read_text()
    key = ["-i", repository.home / ".config/sealwax/keys.txt"]
    assert b"only the structure" in repository.sealwax("verify", "secrets").stderr
    assert b"only the structure" not in repository.sealwax("verify", *key, "secrets").stderr
    tokens = TOKEN.findall(whole)
    altered = {
        "plaintext beside": (whole.replace(tokens[2], "plain"), 1, 1),
        "no MAC": (re.sub(r"    mac: .*\n", "", whole), 1, 1),
        "not in the format": (whole.replace(tokens[2], tokens[2][:-1]), 1, 1),
        "two changed places": (whole.replace(tokens[2], "<>").replace(tokens[3], tokens[2]).replace("<>", tokens[3]), 0, 1),
        "one less": ("".join(line for line in whole.splitlines(True) if tokens[2] not in line), 0, 1),
        "a rule that leaves all plain": (whole.replace("unencrypted_suffix: _unencrypted", "encrypted_regex: ^none$"), 1, 1),
    }
    for what, (text, without, with_key) in altered.items():
        file.write_text(text)
        assert repository.sealwax("verify", "-q", "secrets", check=False).returncode == without, what
        assert repository.sealwax("verify", "-q", *key, "secrets", check=False).returncode == with_key, what
        opened = repository.sealwax("decrypt", "secrets/db.yaml", check=False)
        assert opened.returncode != 0 and opened.stdout == b"", what
        for command in (["set", "secrets/db.yaml", "stringData.z"], ["rotate", "secrets/db.yaml"]):
            repository.sealwax(*command, input=b"x", check=False)
            assert file.read_text() == text, (what, command)
    file.write_text(altered["plaintext beside"][0])
    assert repository.sealwax("git", "precommit", "secrets", check=False).returncode == 1
    assert b"half-sealed" in repository.sealwax("git", "precommit", "secrets", check=False).stdout
    env = repository.path / "secrets/app.env"
    env.write_text(re.sub("A=ENC.*", "A=plain", env.read_text()))
    assert b"app.env" in repository.sealwax("git", "precommit", "secrets", check=False).stdout
    # Whoever means it can have it.
    repository.sealwax("reseal", "-q", "secrets")
    assert repository.decoded("secrets/db.yaml")
    assert repository.decoded("secrets/app.env")["A"] == "plain"
    repository.sealwax("git", "precommit", "secrets")
    # Signatures, which SOPS files cannot have.
    signed = ["--require-signature", "--signer", "sealwaxsig1tp2l6v3k06dlxaftqye5q0fhfuy882dsvjq92c8m07fh92fkjz4qmysx2f"]
    # A Secret all in plaintext, under a rule that says so.
    (repository.path / "secrets/y.yaml").write_text(
        re.sub(r"(    k\d: ).*", r"\1plain", whole).replace("kind: " + TOKEN.findall(whole)[2], "kind: Secret")
        .replace("unencrypted_suffix: _unencrypted", "encrypted_regex: ^none$")
    )
    assert repository.sealwax("verify", "-q", "secrets/y.yaml", check=False).returncode == 1
    # A value that the file's rule would leave plain is not written.
    (repository.path / "a.yaml").write_text("a: 1\n")
    repository.rules(repository.recipient, more="  - path_regex: a.yaml\n    encrypted_regex: ^a$\n    age: " + repository.recipient)
    repository.sealwax("encrypt", "-q", "-I", "a.yaml")
    assert repository.sealwax("set", "a.yaml", "b", input=b"x", check=False).returncode == 65
    # Metadata that keep a seal from being looked at.
    sealed = PLAIN["secrets/db.yaml"].encode()
    sealed = repository.sealwax("encrypt", "--format", "sealwax", "-r", repository.recipient, "-", input=sealed).stdout.decode()
    (repository.path / "both.yaml").write_text(sealed + "sops:" + whole.rpartition("\nsops:")[2])
    for command in ("verify", "decrypt", "encrypt"):
        assert repository.sealwax(command, "both.yaml", check=False).returncode == 65, command
    # A damaged file that was only found is told, too.
    env.write_text(env.read_text() + "no line\n")
    file.write_text(whole.replace("stringData:", "stringData: {"))
    assert repository.sealwax("decrypt", "-q", "--output-dir", repository.path / "out", "secrets", check=False).returncode == 65
    file.write_text(whole)
    env.unlink()
    for command in ("verify", "decrypt", "view"):
        target = "secrets" if command == "verify" else "secrets/db.yaml"
        assert repository.sealwax(command, *signed, target, check=False).returncode in (1, 65), command


def merged(repository, ours, theirs, check=True, **more):
    """Two sides of the same file, merged."""
    repository.commit("base", checked=False)
    repository.git("checkout", "-qb", "theirs")
    theirs()
    repository.commit("theirs", checked=False)
    repository.git("checkout", "-q", "main")
    ours()
    repository.commit("ours", checked=False)
    return repository.run("git", "merge", "-q", "--no-edit", "theirs", check=check, **more)


def test_merging(repository):
    name = "secrets/db.yaml"
    repository.sealwax("git", "install")
    theirs = {}

    def change_theirs():
        repository.set(name, "k1", "theirs")
        theirs["tokens"] = repository.tokens(name)

    merged(repository, lambda: repository.set(name, "k6", "ours"), change_theirs)
    values = repository.decoded(name)
    assert values["stringData.k1"] == "theirs" and values["stringData.k6"] == "ours"
    assert len(set(repository.tokens(name)) - set(theirs["tokens"])) == 1
    difference = repository.git("diff", "HEAD~1", name)
    assert difference.count("\n+") == 2 and "value:" in difference and "theirs" not in difference


def plaintext(store, pairs):
    pairs = dict(pairs)
    if store == ".json":
        return json.dumps({"s": pairs}, indent="\t") + "\n"
    if store == ".env":
        return "".join(f"{key}={text}\n" for key, text in pairs.items())
    if store == ".ini":
        return "[s]\n" + "".join(f"{key} = {text}\n" for key, text in pairs.items())
    return "s:\n" + "".join(f"    {key}: {text}\n" for key, text in pairs.items())


def put(repository, name, way, value):
    repository.sealwax("set", "-q", name, way, input=value.encode())


@pytest.mark.parametrize("store", STORES)
def test_neighbouring_values_merge(repository, store):
    """Changed, removed and added next to each other, by one side each."""
    name = f"secrets/neighbours{store}"
    (repository.path / name).write_text(plaintext(store, {key: "old" for key in "abcdef"}))
    repository.sealwax("encrypt", "-q", "-I", name)
    repository.sealwax("git", "install")
    way = "" if store == ".env" else "s."

    def change(changed, removed, added):
        put(repository, name, way + changed, "new")
        repository.sealwax("unset", "-q", name, way + removed)
        put(repository, name, way + added, "new")

    merged(repository, lambda: change("a", "c", "ours"), lambda: change("b", "d", "theirs"))
    expected = {"a": "new", "b": "new", "e": "old", "f": "old", "ours": "new", "theirs": "new"}
    assert repository.decoded(name) == {way + key: text for key, text in expected.items()}
    repository.sealwax("verify", "-q", name)


LIST = "users:\n    - name: a\n      password: x\n      token: x\n    - name: b\n      password: x\n"


def listed(repository):
    (repository.path / "secrets/list.yaml").write_text(LIST)
    repository.sealwax("encrypt", "-q", "-I", "secrets/list.yaml")
    repository.sealwax("git", "install")
    return "secrets/list.yaml"


def test_items_of_lists_merge(repository):
    name = listed(repository)
    merged(repository, lambda: put(repository, name, "users.0.password", "ours"), lambda: put(repository, name, "users.0.token", "theirs"))
    assert repository.opened(name) == LIST.replace("password: x", "password: ours", 1).replace("token: x", "token: theirs")


def test_items_of_lists_that_moved_do_not_get_each_others_values(repository):
    """One side took the second out and put another in front, while the other changed the second."""
    name = listed(repository)
    other = repository.home / "other"
    other.write_text("users:\n    - name: c\n      password: y\n" + LIST.partition("    - name: b")[0].partition("\n")[2])
    ours = lambda: repository.sealwax("edit", name, EDITOR=f"cp '{other}'")
    result = merged(repository, ours, lambda: put(repository, name, "users.1.password", "theirs"), check=False)
    assert result.returncode == 1 and "<<<<<<<" in (repository.path / name).read_text()


def test_a_conflict_among_neighbours_is_of_one_value(repository):
    name = "secrets/db.yaml"
    repository.sealwax("git", "install")

    def change(key, side):
        repository.set(name, key, "new")
        repository.set(name, "k2", side)

    result = merged(repository, lambda: change("k1", "ours"), lambda: change("k3", "theirs"), check=False)
    text = (repository.path / name).read_text()
    assert result.returncode == 1
    inside = re.search(r"<<<<<<< .*\n((?:.*\n)*?)=======\n((?:.*\n)*?)>>>>>>> ", text)
    assert [len(side.splitlines()) for side in inside.groups()] == [1, 1] and text.count("<<<<<<<") == 1
    (repository.path / name).write_text(re.sub(r"<<<<<<< .*\n((?:.*\n)*?)=======\n(?:.*\n)*?>>>>>>> .*\n", r"\1", text))
    repository.sealwax("reseal", "-q", name)
    values = repository.decoded(name)
    assert [values[f"stringData.k{n}"] for n in (1, 2, 3)] == ["new", "ours", "new"]


def test_conflicts(repository):
    name = "secrets/db.yaml"
    repository.sealwax("git", "install")
    result = merged(
        repository, lambda: repository.set(name, "k1", "ours"), lambda: repository.set(name, "k1", "theirs"), check=False
    )
    text = (repository.path / name).read_text()
    assert result.returncode == 1 and "<<<<<<<" in text and "theirs\n" not in text.replace(">>>>>>> theirs", "")
    chosen = re.sub(r"<<<<<<< .*\n(?:.*\n)*?=======\n((?:.*\n)*?)>>>>>>> .*\n", r"\1", text)
    (repository.path / name).write_text(chosen)
    assert repository.sealwax("verify", "-q", name, check=False).returncode == 1
    assert repository.sealwax("git", "precommit", name, check=False).returncode == 1
    repository.sealwax("reseal", "-q", name)
    assert repository.decoded(name)["stringData.k1"] == "theirs"
    repository.sealwax("git", "precommit", name)


@pytest.mark.parametrize("name", ["secrets/app.env", "secrets/app.ini"])
def test_conflicts_in_lines(repository, name):
    """The filter and the hook let a conflict wait for a person, and no value that was typed into it get through."""
    repository.sealwax("git", "install", "--filter", "--path", name)
    result = merged(
        repository, lambda: repository.set(name, "k1", "ours"), lambda: repository.set(name, "k1", "theirs"), check=False
    )
    path = repository.path / name
    text = path.read_text()
    assert result.returncode == 1 and "<<<<<<<" in text
    for command in (["verify", name], ["verify", "secrets"], ["status", name], ["decrypt", name], ["rewrap", name]):
        refused = repository.sealwax(*command, check=False)
        assert refused.returncode == 65 and b"git's conflict markers" in refused.stderr
    repository.git("add", name)
    assert b"git/open-conflict" in repository.sealwax("git", "precommit", check=False).stdout
    path.write_text(re.sub(r"ENC\[[^]]*]", "typed-in", text, count=1))
    assert repository.run("git", "add", name, check=False).returncode != 0
    assert "typed-in" not in repository.git("show", f":{name}")
    assert b"git/open-conflict" in repository.sealwax("git", "precommit", name, check=False).stdout
    path.write_text(re.sub(r"<<<<<<< .*\n(?:.*\n)*?=======\n((?:.*\n)*?)>>>>>>> .*\n", r"\1", text))
    repository.sealwax("reseal", "-q", name)
    repository.git("add", name)
    repository.sealwax("git", "precommit")
    assert repository.decoded(name)["stringData.k1"] == "theirs"


def test_merging_without_a_key(repository):
    name = "secrets/db.yaml"
    repository.sealwax("git", "install")
    config = repository.home / ".config"
    change = lambda key: lambda: repository.set(name, key, "new")
    repository.commit("base", checked=False)
    repository.git("checkout", "-qb", "theirs")
    change("k1")()
    repository.commit("theirs", checked=False)
    repository.git("checkout", "-q", "main")
    change("k6")()
    repository.commit("ours", checked=False)
    shutil.move(config, repository.home / "away")
    assert repository.run("git", "merge", "-q", "theirs", check=False).returncode == 1
    assert "<<<<" not in (repository.path / name).read_text()
    assert repository.sealwax("verify", "-q", name, check=False).returncode == 1
    shutil.move(repository.home / "away", config)
    repository.sealwax("reseal", "-q", name)
    values = repository.decoded(name)
    assert values["stringData.k1"] == values["stringData.k6"] == "new"


def test_a_branch_that_would_have_our_values(repository):
    """Its author has no key, and puts a file there under a data key of their own."""
    name = "secrets/db.yaml"
    repository.sealwax("git", "install")
    attacker, recipient, key = other_key(repository, "attacker")

    def theirs():
        (repository.path / name).write_text(PLAIN[name])
        repository.rules(repository.recipient, recipient)
        repository.sealwax("encrypt", "-q", "-I", name)
        repository.rules(repository.recipient)

    result = merged(repository, lambda: repository.set(name, "k1", "ours"), theirs, check=False)
    assert result.returncode == 1
    with pytest.raises(Refused):
        repository.decoded(name, key)


def test_the_filter_leaves_it(repository):
    repository.sealwax("init", "--path", "sealed/**", "--name", "me")
    repository.sealwax("git", "install", "--filter", "--path", "secrets/*.yaml")
    before = (repository.path / "secrets/db.yaml").read_bytes()
    repository.commit("filtered")
    assert repository.git("show", "HEAD:secrets/db.yaml").encode() == before
    text = before.decode()
    (repository.path / "secrets/db.yaml").write_text(text.replace(TOKEN.findall(text)[1], "plain"))
    assert repository.run("git", "add", "secrets/db.yaml", check=False).returncode != 0


def test_many_files_of_sops_itself(tmp_path):
    """What SOPS wrote, opened in one call and laid out as SOPS lays it out."""
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(tmp_path, filter="data")
    index = json.loads((tmp_path / "index.json").read_text())
    cases = [
        case
        for case in index["cases"]
        if case["expect"] == "decrypts" and case["format"] != "binary" and case["keys"] and "decrypted" in case
        and all(key["type"] == "age-identity-file" for key in case["keys"])
        and case["reference"]["command"].endswith(f"--output-type {case['format']} FILE")
    ]
    files = {str(Path(key["file"])) for case in cases for key in case["keys"]}
    keys = [argument for file in sorted(files) for argument in ("-i", tmp_path / file)]
    folder = tmp_path / "in"
    for case in cases:
        place = folder / case["id"]
        place.mkdir(parents=True)
        shutil.copy(tmp_path / case["file"], place)
    result = run(tmp_path, "decrypt", "--style", "sops", *keys, "--output-dir", tmp_path / "out", folder, check=False)
    assert len(cases) > 60, result.stderr.decode()
    differing = []
    for case in cases:
        out = tmp_path / "out" / case["id"] / Path(case["file"]).name
        if not out.exists() or out.read_bytes() != (tmp_path / case["decrypted"]).read_bytes():
            differing.append(case["id"])
    assert not differing, result.stderr.decode()


def test_a_fresh_copy_keeps_its_ciphertext(repository):
    repository.commit("encrypted", checked=False)
    before = {name: (repository.path / name).read_bytes() for name in PLAIN}
    for name, plain in PLAIN.items():
        (repository.path / name).write_text(plain)
    shown = repository.sealwax("encrypt", "-v", "-I", "secrets", "secrets/blob.bin").stderr.decode()
    assert shown.count("kept") == len(PLAIN), shown
    for name in PLAIN:
        assert (repository.path / name).read_bytes() == before[name], name
    # What changed gets new ciphertext, and a comment that is new is one.
    name = "secrets/db.yaml"
    tokens = repository.tokens(name)
    changed = PLAIN[name].replace("plain-3", "changed").replace("    k5", "    # why\n    k5")
    (repository.path / name).write_text(changed)
    repository.sealwax("encrypt", "-q", "-I", name)
    assert len(set(repository.tokens(name)) - set(tokens)) == 2
    assert repository.sealwax("decrypt", name).stdout.decode() == changed
    # Others get another data key, and so does who does not want the earlier version looked at.
    for more, rules in ((["--no-git"], [repository.recipient]), ([], [repository.recipient, other_key(repository)[1]])):
        repository.rules(*rules)
        (repository.path / name).write_text(PLAIN[name])
        repository.sealwax("encrypt", "-q", "-I", *more, name)
        assert not set(repository.tokens(name)) & set(tokens)
    # An earlier version that was altered is not built upon.
    repository.rules(repository.recipient)
    text = before[name].decode()
    (repository.path / name).write_text(re.sub(r"    k3: .*\n", "", text))
    repository.commit("altered", checked=False)
    (repository.path / name).write_text(PLAIN[name])
    result = repository.sealwax("encrypt", "-I", name, check=False)
    assert result.returncode == 65 and b"HEAD:secrets/db.yaml" in result.stderr and b"--no-git" in result.stderr
    assert (repository.path / name).read_text() == PLAIN[name]


def test_the_filter_encrypts_what_a_rule_names(repository):
    repository.commit("encrypted", checked=False)
    repository.sealwax("git", "install", "--filter", "--path", "**")
    repository.commit("attributes", checked=False)
    stored = lambda name: repository.run("git", "show", f":{name}").stdout
    before = {name: stored(name) for name in PLAIN}
    for name in before:
        (repository.path / name).write_text(PLAIN[name])
    (repository.path / "secrets/empty.env").write_text("")
    (repository.path / "notes.yaml").write_text("a: b\n")
    repository.git("add", "-A")
    assert {name: stored(name) for name in before} == before
    assert stored("notes.yaml") == b"a: b\n" and stored("secrets/empty.env") == b""
    assert repository.git("diff", "--cached", "--name-only").split() == ["notes.yaml", "secrets/empty.env"]
    # A changed value alone, and what is changed back has the ciphertext it had.
    name = "secrets/app.env"
    (repository.path / name).write_text("A=2\nB=two words\n")
    repository.git("add", name)
    assert TOKEN.findall(stored(name).decode())[1] == TOKEN.findall(before[name].decode())[1]
    assert b"A=2" not in stored(name)
    (repository.path / name).write_text(PLAIN[name])
    repository.git("add", name)
    assert stored(name) == before[name]
    # What cannot be encrypted does not get in.
    (repository.path / name).write_text("no variable\n")
    assert repository.run("git", "add", name, check=False).returncode != 0
    (repository.path / name).write_bytes(before[name])
    (repository.path / "secrets/new.yaml").write_text("token: plain-9\n")
    repository.git("add", "-A")
    assert b"plain-9" not in stored("secrets/new.yaml") and b"sops:" in stored("secrets/new.yaml")


def test_values_in_json(repository):
    name = "secrets/values.yaml"
    for place, value in (("a", '[1, {"x": null}]'), ("port", "5432"), ("on", "true"), ("text", '"5"')):
        repository.sealwax("set", "-q", "--json-value", name, place, input=value.encode())
    shown = repository.sealwax("sops", "decrypt", "--output-type", "json", name).stdout
    fields = json.loads(shown)
    assert fields["a"] == [1, {"x": None}] and fields["port"] == 5432 and fields["on"] is True
    assert fields["text"] == "5"
    for path, place, value in (
        (name, "a", b"{"), (name, "a", b"1 2"), ("secrets/db.yaml", "stringData.k1", b'"x"'),
        ("secrets/app.env", "A", b"[1]"),
    ):
        before = (repository.path / path).read_bytes()
        result = repository.sealwax("set", "--json-value", path, place, input=value, check=False)
        assert result.returncode in (64, 65) and (repository.path / path).read_bytes() == before
