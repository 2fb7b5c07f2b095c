"""exposure, revoke and leaks on histories made by the real git, against a second way to the answer."""

import base64
import bz2
import gzip
import hashlib
import hmac
import html
import json
import lzma
import os
import random
import subprocess
import urllib.parse

import pytest

import sealwax_decoder as decoder
from git_repository import Repository, manifest
from program import BINARY, identity


def recipient(text):
    return next(word for word in text.split() if word.startswith("age1"))


@pytest.fixture
def repository(tmp_path):
    """A repository for alice, who works in it, and bob, who leaves."""
    home, path = tmp_path / "home", tmp_path / "r"
    home.mkdir()
    path.mkdir()
    identity(home)
    made = Repository(home, path)
    made.git("init", "-q", "-b", "main", ".")
    made.run(BINARY, "keygen", "-o", tmp_path / "bob.txt")
    (path / "Keys").mkdir()
    (path / "Keys/bob.pub").write_text(recipient((tmp_path / "bob.txt").read_text()) + "\n")
    made.sealwax("init", "--path", "s/**", "-r", "bob")
    alice = made.sealwax("keys", "--recipients").stdout.decode()
    (path / "Keys/alice.pub").write_text(recipient(alice) + "\n")
    policy(made, "alice, bob")
    (path / "s").mkdir()
    made.bob = tmp_path / "bob.txt"
    return made


def policy(repository, recipients, head=""):
    (repository.path / ".sealwax.yaml").write_text(
        f'# who\nversion: 1\n{head}rules:\n  - paths: ["s/**"]\n    recipients: [{recipients}]  # all of us\n'
    )


def seal(repository, name, **values):
    (repository.path / f"s/{name}.yaml").write_text(manifest(name, **values))
    repository.sealwax("encrypt", "-q", "-I", f"s/{name}.yaml")


def exposure(repository, *arguments, check=None, **more):
    result = repository.sealwax("exposure", "--json", *(arguments or ("--key", "bob")), check=False, **more)
    assert result.returncode in ((0, 1) if check is None else (check,)), result.stderr.decode()
    return json.loads(result.stdout)


def states(found):
    return {f"{entry['name']}/{entry['key'].split('/')[-1]}": entry["state"] for entry in found["values"]}


def random_history(repository, seed):
    """Values that change, files that move, branches, merges, rotations, recipients who come and go."""
    rng = random.Random(seed)
    for name in ("a", "b", "c"):
        seal(repository, name, x=f"first-value-{name}-x", y=f"first-value-{name}-y")
    repository.commit("start")
    places = {name: f"s/{name}.yaml" for name in ("a", "b", "c")}
    has_bob = True
    for step in range(7):
        name = rng.choice(sorted(places))
        file = places[name]
        match rng.choice(["set", "set", "set", "move", "rotate", "policy", "branch"]):
            case "set":
                repository.set(file, rng.choice("xy"), f"value-{rng.randrange(6)}-{rng.randrange(3)}")
            case "move":
                places[name] = f"s/{name}-{step}.yaml"
                repository.git("mv", file, places[name])
            case "rotate":
                repository.sealwax("rotate", "-q", file)
            case "policy":
                has_bob = not has_bob
                policy(repository, "alice, bob" if has_bob else "alice")
                repository.sealwax(rng.choice(["rewrap", "rotate"]), "-q", "s")
            case "branch":
                repository.git("checkout", "-q", "-b", f"side{step}")
                repository.set(file, "x", f"on-a-branch-{step}")
                repository.commit("side")
                repository.git("checkout", "-q", "main")
                if rng.random() < 0.6:
                    (repository.path / "note").write_text(str(step))
                    repository.commit("note")
                    repository.git("merge", "-q", "--no-edit", f"side{step}")
        if repository.git("status", "--porcelain"):
            repository.commit(f"step {step}", GIT_COMMITTER_DATE=f"{1700000000 + step} +0000")
    if rng.random() < 0.5:
        repository.git("gc", "-q")


def brute_force(repository):
    """What bob could ever read, by opening each version of each commit with his key, and what of it is there now."""
    opened, keys, versions = {}, set(), {}
    for commit in repository.git("rev-list", "--all", "--reflog").split():
        for line in repository.git("ls-tree", "-r", commit, "s/").splitlines():
            versions.setdefault(line.split()[2], None)

    def values(text):
        lines = text.decode().splitlines()
        name = next(line.split()[-1] for line in lines if line.startswith("  name:"))
        return {(name, line.split(":")[0].strip()): line.split(": ", 1)[1] for line in lines if line.startswith(("  x: ", "  y: "))}

    def commitment(text):
        return next(line.split()[1] for line in text.decode().splitlines() if line.strip().startswith("commit "))

    for blob in versions:
        sealed = repository.run("git", "cat-file", "blob", blob).stdout
        own = repository.sealwax("decrypt", "-i", repository.bob, "-", input=sealed, check=False)
        versions[blob] = (sealed, values(repository.sealwax("decrypt", "-", input=sealed).stdout))
        if own.returncode == 0:
            keys.add(commitment(sealed))
    for sealed, held in versions.values():
        if commitment(sealed) in keys:
            for key, value in held.items():
                opened.setdefault(key, set()).add(value)
    now = {}
    for file in (repository.path / "s").glob("*.yaml"):
        now.update(values(repository.sealwax("decrypt", str(file)).stdout))
    everywhere = set(now.values())
    return {
        f"{name}/{key}": (len(found), "unchanged" if found & everywhere else "changed")
        for (name, key), found in opened.items()
    }


@pytest.mark.parametrize("seed", [0, 2])
def test_exposure_is_what_opening_every_version_says(repository, seed):
    random_history(repository, seed)
    found = exposure(repository)
    told = {
        f"{entry['name']}/{entry['key'].split('/')[-1]}": (len(entry["versions"]), entry["state"]) for entry in found["values"]
    }
    assert told == brute_force(repository)


def test_one_who_leaves(repository):
    """From the first look to the last changed value."""
    seal(repository, "db", password="the-first-password", user="app")
    seal(repository, "gone", token="a-token-of-old")
    repository.commit("sealed")
    repository.set("s/db.yaml", "password", "the-second-password")
    repository.commit("changed")
    repository.git("rm", "-q", "s/gone.yaml")
    policy(repository, "alice, bob", head="groups: {team: [bob, alice]}\nrequired:\n  - bob   # always\n")
    repository.commit("gone")
    before = (repository.path / "s/db.yaml").read_bytes()
    tried = repository.sealwax("revoke", "--dry-run", "bob").stderr.decode()
    assert "would be taken out: bob, bob, bob" in tried and "Keys/bob.pub: would be removed" in tried
    assert repository.git("status", "--porcelain") == ""

    # A file that cannot be opened stops nothing else, and the same command finishes the work.
    seal(repository, "other", x="something-else-to-keep")
    (repository.path / "s/other.yaml").write_text((repository.path / "s/other.yaml").read_text().replace("name: other", "name: renamed"))
    result = repository.sealwax("revoke", "bob", check=False)
    assert result.returncode == 65 and (repository.path / "Keys/bob.pub").exists()
    assert b"Keys/bob.pub" not in result.stderr and b"1 file in Keys left: run the same" in result.stderr
    again = repository.sealwax("revoke", "--json", "bob", check=False)
    assert again.returncode == 65 and json.loads(again.stdout)["keyFiles"] == []
    (repository.path / "s/other.yaml").write_text((repository.path / "s/other.yaml").read_text().replace("name: renamed", "name: other"))
    middle = (repository.path / "s/db.yaml").read_bytes()
    assert middle != before
    told = repository.sealwax("revoke", "bob")
    assert (repository.path / "s/db.yaml").read_bytes() == middle, "rotated once"
    assert "the-first" not in told.stdout.decode() and "CHANGE  stringData/password" in told.stdout.decode()
    assert not (repository.path / "Keys/bob.pub").exists() and b"Keys/bob.pub: removed" in told.stderr
    text = (repository.path / ".sealwax.yaml").read_text()
    assert "team: [alice]" in text and "recipients: [alice]  # all of us" in text and "required:\n  []" in text
    assert recipient(repository.bob.read_text()) in text.split("forbidden:")[1].split("rules")[0]
    assert repository.sealwax("decrypt", "-i", repository.bob, "s/db.yaml", check=False).returncode == 77
    assert repository.sealwax("policy", "check").returncode == 0
    repository.commit("without bob")

    key = recipient(repository.bob.read_text())
    assert states(exposure(repository)) == {"db/password": "unchanged", "db/user": "unchanged", "gone/token": "gone"}
    # Without an identity nobody knows whether what was sealed anew is something new.
    assert states(exposure(repository, "--key", key, HOME="/nonexistent"))["db/password"] == "unknown"
    repository.set("s/db.yaml", "password", "the-third-password")
    found = exposure(repository, "--key", key, "--except", "stringData/user", check=0)
    assert states(found) == {"db/password": "changed", "gone/token": "gone"} and found["openToday"] == []
    # The same value under another name is the same credential; a commit is in use where it says so.
    repository.set("s/db.yaml", "copy", "the-second-password")
    assert exposure(repository, check=1)["values"][0]["versions"][0]["usedElsewhere"] == ["Secret db stringData/copy"]
    assert states(exposure(repository, "--key", "bob", "--in-use-at", "HEAD"))["db/password"] == "unchanged"
    repository.sealwax("exposure", "--key", "bob", "--html", "page.html", check=False)
    assert "stringData/password" in (repository.path / "page.html").read_text()


def test_who_had_the_data_key_has_it_still(repository):
    """rewrap keeps the data key: what is sealed with it later can be read, too; and plaintext by everybody."""
    (repository.path / "s/p.yaml").write_text(manifest("p", x="once-in-plaintext"))
    repository.commit("oops")
    seal(repository, "p", x="once-in-plaintext")
    seal(repository, "a", x="before-the-rewrap")
    repository.commit("sealed")
    policy(repository, "alice")
    repository.sealwax("rewrap", "-q", "s")
    repository.set("s/a.yaml", "x", "after-the-rewrap")
    repository.commit("rewrapped")
    found = exposure(repository, check=1)
    assert found["openToday"] == ["Secret a", "Secret p"] and found["toBeChanged"] == 2
    by = {entry["name"]: entry["versions"] for entry in found["values"]}
    assert [v["state"] for v in by["a"]] == ["unchanged", "changed"] and [v["plaintext"] for v in by["p"]] == [True]
    repository.sealwax("revoke", "bob")
    assert exposure(repository)["openToday"] == []


def test_what_cannot_be_known_is_said(repository, tmp_path):
    seal(repository, "a", x="a-value-of-some-length")
    repository.commit("one")
    repository.set("s/a.yaml", "x", "another-value-to-be-kept")
    repository.commit("two")
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.path}", tmp_path / "shallow")
    for arguments, status, words in [
        (["exposure", "--key", "nobody"], 66, "was ever sealed for 'nobody'"),
        (["exposure", "--key", repository.bob.read_text().split()[-1]], 78, "a secret key"),
        (["exposure", "--key", "bob", "--in-use-at=--all"], 66, "no commit"),
        (["exposure", "--key", "s"], 66, "directory"),
        (["leaks", "--min-length", "1"], 64, "4 to 1024"),
        (["leaks", "--secrets", "Keys"], 66, "no sealed Secret"),
        (["leaks", "nothing-there"], 66, "no such file"),
        (["revoke", "alice", "bob"], 78, "needs recipients"),
    ]:
        result = repository.sealwax(*arguments, check=False)
        assert result.returncode == status and words in result.stderr.decode(), arguments
        assert repository.bob.read_text().split()[-1] not in result.stderr.decode()
    for arguments in (["exposure", "--key", "bob"], ["leaks", "--history"]):
        shallow = repository.sealwax(*arguments, check=False, cwd=tmp_path / "shallow")
        assert shallow.returncode == 66 and b"shallow" in shallow.stderr
    assert repository.git("status", "--porcelain") == ""


VALUE = "p@ss/w0rd&\"quo'ted<x>+1 end"
LINES = "first line of it\n  second: indented\n- third line"


def forms():
    raw = VALUE.encode()
    wide = VALUE.encode("utf-16le")
    for before in range(3):
        yield f"Base64 {before}", base64.b64encode(b"x" * before + raw + b"tail")
        yield f"Base64 of UTF-16 {before}", base64.b64encode(b"x" * before + wide)
    yield "wrapped Base64", base64.encodebytes(b"y" * 43 + raw + b"z" * 90)
    yield "wrapped with margins", base64.encodebytes(b"y" * 40 + raw).replace(b"\n", b"\r\n      ")
    yield "URL-safe", base64.urlsafe_b64encode(raw)
    yield "hexadecimal", raw.hex().encode()
    yield "HEXADECIMAL", raw.hex().upper().encode()
    yield "JSON", json.dumps(VALUE).encode()
    yield "JSON with slashes", json.dumps(VALUE).replace("/", "\\/").encode()
    yield "JSON of Go", json.dumps(VALUE).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").encode()
    yield "URL", urllib.parse.quote(VALUE, safe="").encode()
    yield "form", urllib.parse.urlencode({"k": VALUE}).encode()
    yield "HTML", html.escape(VALUE).encode()
    yield "YAML", b"k: '" + raw.replace(b"'", b"''") + b"'"
    yield "shell", b"k='" + raw.replace(b"'", b"'\\''") + b"'"
    yield "UTF-16", wide
    yield "indented", ("k: |\n" + "".join(f"      {line}\n" for line in LINES.split("\n"))).encode()
    yield "CR LF", LINES.replace("\n", "\r\n").encode()
    yield "patch", "".join(f"+    {line}\n" for line in LINES.split("\n")).encode()
    yield "lines in JSON", json.dumps(LINES).encode()
    yield "across pieces", b"a" * ((4 << 20) - 9) + raw


def test_leaks_in_every_form_and_nowhere_else(repository):
    seal(repository, "v", v=json.dumps(VALUE), short="abc", plain="aaaaaaaaaa", word="production")
    with (repository.path / "s/l.yaml").open("w") as file:
        file.write("apiVersion: v1\nkind: Secret\nmetadata: {name: l}\nstringData:\n  l: |\n" + "".join(f"    {x}\n" for x in LINES.split("\n")))
    repository.sealwax("encrypt", "-q", "-I", "s/l.yaml")
    repository.commit("sealed")
    assert repository.sealwax("leaks", "--history").returncode == 0
    folder = repository.path / "leaked"
    folder.mkdir()
    for number, (_, text) in enumerate(forms()):
        (folder / f"{number}.txt").write_bytes(b"before\n" + text + b"\nafter\n")
    # What differs by a byte is none.
    for number, text in enumerate([VALUE[:-1] + "x", VALUE[1:], LINES.replace("third", "fourth")]):
        (folder / f"none-{number}").write_bytes(base64.b64encode(text.encode()) + b"\n" + text.encode())
    (folder / "archive.tar").write_bytes(VALUE.encode())
    subprocess.run(["gzip", folder / "archive.tar"], check=True)
    result = repository.sealwax("leaks", "--json", check=False)
    assert result.returncode == 1
    found = {}
    for finding in json.loads(result.stdout):
        found.setdefault(finding["file"].split("/")[-1], []).append(finding)
    missed = [name for number, (name, _) in enumerate(forms()) if f"{number}.txt" not in found]
    assert missed == [] and "archive.tar.gz" in found and not any(name.startswith("none") for name in found)
    # From standard input, too, whose beginning is read before it is known what it is.
    packed = (folder / "archive.tar.gz").read_bytes()
    large = os.urandom(5 << 20) + VALUE.encode()
    for text, status in [(packed, 1), (gzip.compress(large, 1), 1), (bz2.compress(VALUE.encode()), 1), (lzma.compress(b"none"), 0), (packed[:-9], 65), (b"PK\3\4", 65)]:
        result = repository.sealwax("leaks", "-", input=text, check=False)
        assert result.returncode == status, result.stderr
    (folder / f"{len(list(forms())) - 1}.txt").unlink()
    # In history after it is gone from the working tree, and in a message; the value itself nowhere.
    repository.commit(f"it was {VALUE}")
    repository.git("rm", "-qr", "leaked")
    repository.commit("gone")
    assert repository.sealwax("leaks").returncode == 0
    for form in ("text", "json", "sarif", "junit"):
        result = repository.sealwax("leaks", "--history", "--verbose", "--format", form, check=False)
        output = result.stdout + result.stderr
        assert result.returncode == 1 and b"message of commit" in output, form
        assert VALUE.encode() not in output and b"p@ss" not in output and b"aaaaaaaaaa" not in output
    assert b"stringData/short: shorter than 8 bytes" in repository.sealwax("leaks", "-v").stderr
    # A word alone is noted and fails nothing.
    (repository.path / "word.txt").write_text("production\n")
    word = repository.sealwax("leaks")
    assert b"leaks/common-value" in word.stdout
    # Without a key nothing is searched, and that is no success.
    assert repository.sealwax("leaks", check=False, HOME="/nonexistent").returncode == 77


def redate(path, key, made):
    """Seals a Secret again with the data key that it has, and another date: whoever can open it can do that."""
    text = path.read_text()
    unit = decoder.Manifest(text).units[0]
    envelope = decoder.Envelope(unit.envelope)
    lp, listing = decoder.lp, decoder.listing
    names = listing("sealwax v1", envelope.cipher, envelope.scope, "v1", "Secret", unit.namespace, unit.name)
    head = names + lp(unit.type) + listing(*(line.replace(envelope.made, made) for line in envelope.sealed_lines))
    entries = b"".join(
        lp(one.kind) + listing(*one.path) + lp(one.anchor) + lp(one.tag) + lp(one.token) for one in unit.entries)
    prk = decoder.extract(decoder.unwrap(envelope, names, [key]))
    body = lp("sealwax v1 seal") + head + decoder.u32(len(unit.entries)) + entries
    seal = hmac.digest(decoder.expand(prk, lp("sealwax v1 seal key")), body, "sha256")
    digest = hashlib.sha256(lp("sealwax v1 unit digest") + head).digest()[:6]
    for old, new in [(envelope.seal, seal), (base64.b64decode(envelope.digests.split(":")[1][:8]), digest)]:
        text = text.replace(base64.b64encode(old).decode(), base64.b64encode(new).decode())
    path.write_text(text.replace(envelope.made, made))


@pytest.mark.parametrize("made, words", [("9999-01-01", "lies in the future"), ("2026-02-31", "is no day")])
def test_no_date_makes_a_key_young_for_ever(repository, made, words):
    path = repository.path / ".sealwax.yaml"
    path.write_text(path.read_text() + "    max-key-age: 90\n")
    seal(repository, "db", password="the-first-password")
    assert repository.sealwax("policy", "check").returncode == 0
    key = next(word for word in repository.bob.read_text().split() if word.startswith("AGE-SECRET-KEY-1"))
    redate(repository.path / "s/db.yaml", key, f"{made}T00:00:00Z")
    repository.sealwax("verify", "-i", repository.bob, "s")
    found = json.loads(repository.sealwax("policy", "check", "--format", "json", check=False).stdout)
    wanted = f"its data key is of {made}, which {words}"
    assert [(one["rule"], one["message"]) for one in found] == [("policy/old-key", f"Secret db: {wanted}")]
    assert f"data key    of {made}, which {words}" in repository.sealwax("status", "s", check=False).stdout.decode()
    assert b"old" not in repository.sealwax("status", "--table", "s", check=False).stdout
    repository.sealwax("rotate", "-q", "--older-than", "90", "s")
    assert repository.sealwax("policy", "check").returncode == 0
