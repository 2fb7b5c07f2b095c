"""SOPS's command line: every file that SOPS wrote, altered ones, and what our own commands write."""

import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import subprocess
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from program import BINARY, ROOT, Terminal, environment, run
from sops_reference import decode

ARCHIVE = ROOT / "Tests/Fixtures/interop/sops.tar.xz"
COUNTS = {"decrypts": 113, "must_fail": 67, "reference_accepts": 21, "encrypt_must_fail": 12}

# Where we refuse in another place than SOPS does, and so with another status.
OTHER_STATUS = {
    "tamper-type-str-to-bytes": 25,  # SOPS crashes
    "json-float-overflow": 23,
}


@pytest.fixture(scope="module")
def interop(tmp_path_factory) -> pathlib.Path:
    path = tmp_path_factory.mktemp("interop")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(path, filter="data")
    for key in (path / "keys").iterdir():
        key.chmod(0o600)
    return path


@pytest.fixture(scope="module")
def gnupg(interop):
    """GnuPG's folder for each secret key; short paths, since sockets are made in them."""
    homes = {}
    for name in ["pgp_rsa", "pgp_ecc", "pgp_rsa4096"]:
        home = pathlib.Path(f"/tmp/sw-{os.getpid()}-{name}")
        home.mkdir(mode=0o700)
        keys = [interop / f"keys/{name}.sec.asc"]
        subprocess.run(["gpg", "--homedir", home, "--batch", "-q", "--import", *keys], check=True)
        homes[f"keys/{name}.sec.asc"] = home
    yield homes
    for home in homes.values():
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=False)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def home(tmp_path):
    return tmp_path


def sops(home, *arguments, check=True, **more):
    return run(home, "sops", *arguments, check=check, **more)


def variables(case, interop, gnupg) -> dict:
    found = {"GNUPGHOME": "/nonexistent"}
    for key in case["keys"]:
        if key["type"] == "pgp-secret-key":
            found["GNUPGHOME"] = str(gnupg[key["file"]])
        else:
            found[key["env"]] = str(interop / key["file"])
    return found


def index(interop) -> list:
    return [c for c in json.loads((interop / "index.json").read_text())["cases"] if c["tool"] == "sops"]


def encrypt(case, interop, home):
    """What encrypting a case's plaintext gives, as SOPS was told to."""
    arguments = case.get("encrypt_args") or []
    for number in range(1, 4):
        text = (interop / f"keys/age{number}.txt").read_text()
        recipient = text.split("public key: ")[1].split()[0]
        arguments = [argument.replace(f"<age{number}>", recipient) for argument in arguments]
    if "config" in case:
        arguments = ["--config", interop / case["config"], *arguments]
    return sops(home, "encrypt", *arguments, interop / case["plaintext"], check=False)


def wrong(case, interop, gnupg, home) -> str | None:
    """What is wrong with what the program does with a case."""
    kind = case["format"]
    types = ["--input-type", kind, "--output-type", kind]
    more = variables(case, interop, gnupg)
    if "expected_recipients" in case or case["expect"] == "encrypt_must_fail":
        result = encrypt(case, interop, home)
    else:
        flags = ["--ignore-mac"] if "--ignore-mac" in (case["reference"].get("command") or "") else []
        result = sops(home, "decrypt", *types, *flags, interop / case["file"], check=False, **more)
    if result.returncode < 0 or result.returncode >= 129 and result.returncode not in (203,):
        return f"crashed with {result.returncode}"
    if "expected_recipients" in case:
        found = set(re.findall(r"\bage1[a-z0-9]{50,}", result.stdout.decode()))
        return None if found == set(case["expected_recipients"]) else f"for {found}: {result.stderr}"
    if case["expect"] == "decrypts":
        wanted = (interop / case["decrypted"]).read_bytes()
        return None if result.stdout == wanted else result.stderr.decode() or "other bytes"
    if case["expect"] == "reference_accepts":
        return None
    status = OTHER_STATUS.get(case["id"], case["reference"]["exit"])
    if result.returncode != status or result.stdout:
        return f"status {result.returncode} instead of {status}: {result.stderr.decode()}"
    return None


def test_every_file_of_sops(interop, gnupg, home):
    cases = index(interop)
    for kind, count in COUNTS.items():
        assert sum(case["expect"] == kind for case in cases) == count
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda case: wrong(case, interop, gnupg, home), cases))
    assert {case["id"]: result for case, result in zip(cases, results) if result} == {}


@pytest.fixture
def keys(home) -> dict:
    """An identity in the place where SOPS looks, and its recipient."""
    folder = home / ".config/sops/age"
    folder.mkdir(parents=True)
    run(home, "keygen", "-o", folder / "keys.txt")
    recipient = run(home, "keys", "--recipients", folder / "keys.txt").stdout.decode().strip()
    return {"recipient": recipient, "file": folder / "keys.txt"}


def values(path: pathlib.Path, keys: dict, store="yaml") -> dict:
    """What the independent decoder finds."""
    lines = keys["file"].read_text().splitlines()
    identities = [line for line in lines if line.startswith("AGE-SECRET-KEY-1")]
    return {".".join(map(str, p)): text.decode() for p, _, text in decode(path.read_bytes(), store, identities)}


PLAIN = "a: one\nb:\n    c: 1\n    l:\n        - x\n        - true\nf: 1.5\n"


def encrypted(home, keys, name="e.yaml", plain=PLAIN) -> pathlib.Path:
    path = home / name
    path.write_text(plain)
    sops(home, "-e", "-i", "--age", keys["recipient"], path)
    return path


def test_changes_are_read_by_the_independent_decoder(home, keys):
    path = encrypted(home, keys)
    assert values(path, keys)["a"] == "one"
    before = path.read_text().splitlines()
    sops(home, "set", path, '["b"]["c"]', "22")
    sops(home, "set", "--value-stdin", path, '["n"]["m"]', input=b'"in"')
    (home / "value").write_text('"from a file"')
    sops(home, "set", "--value-file", path, '["w"]', home / "value")
    assert values(path, keys) | {} == values(path, keys)
    assert [line for line in path.read_text().splitlines() if line.startswith("a:")] == [
        line for line in before if line.startswith("a:")
    ]
    found = values(path, keys)
    assert (found["b.c"], found["n.m"], found["w"]) == ("22", "in", "from a file")
    text = path.read_text()
    sops(home, "set", "--idempotent", path, '["w"]', '"from a file"')
    sops(home, "unset", "--idempotent", path, '["nowhere"]')
    assert path.read_text() == text
    sops(home, "unset", path, '["n"]')
    sops(home, "--set", '["a"] "two words"', path)
    found = values(path, keys)
    assert "n.m" not in found and found["a"] == "two words"
    sops(home, "rotate", "-i", path)
    assert values(path, keys) == found
    sops(home, "edit", path, EDITOR="sed -i 's/two words/edited/'")
    assert values(path, keys)["a"] == "edited"
    for text, status in (("", 92), ("# c\n", 2), ("\n", 2), ("---\n# c\n---\n# d\n", 0)):
        (home / "c.yaml").write_text(text)
        assert sops(home, "encrypt", "--age", keys["recipient"], home / "c.yaml", check=False).returncode == status, text
    assert sops(home, path, check=False, EDITOR="true").returncode == 200
    assert sops(home, path, check=False, SOPS_EDITOR="false", EDITOR="true").returncode == 201
    sops(home, "edit", "-s", path, EDITOR="sed -i 's/edited/shown/'")
    assert values(path, keys)["a"] == "shown"
    plain = sops(home, "-d", path).stdout
    sops(home, "-d", "-i", path)
    assert path.read_bytes() == plain and b"ENC[" not in plain


def test_new_file_types_and_parts(home, keys):
    (home / ".sops.yaml").write_text(
        "creation_rules:\n"
        f"  - path_regex: \\.json$\n    age: {keys['recipient']}\n    encrypted_regex: ^pass\n"
        f"  - age: {keys['recipient']}\n"
    )
    sops(home, home / "new.env", EDITOR="sed -i s/=value/=new/")
    assert values(home / "new.env", keys, "dotenv")["key"] == "new"
    sops(
        home, "encrypt", "--filename-override", "x.json", "--output", home / "x.json", input=b'{"user":"u","password":"p"}'
    )
    text = (home / "x.json").read_text()
    assert '"user": "u"' in text and '"password": "ENC[' in text
    path = encrypted(home, keys)
    outputs = {
        ("--extract", '["a"]'): b"one",
        ("--extract", '["b"]["l"]'): b"- x\n- true\n",
        ("--extract", "['b']['l'][1]"): b"true\n",
        ("--extract", '["b"]["l"]', "--output-type", "json"): b'[\n\t"x",\n\ttrue\n]',
        ("--extract", '["b"]'): b"c: 1\nl:\n    - x\n    - true\n",
        ("--output-type", "json", "--extract", '["f"]'): b"1.5",
    }
    for flags, wanted in outputs.items():
        assert sops(home, "decrypt", *flags, path).stdout == wanted, flags
    flat = encrypted(home, keys, "flat.yaml", "s: \"a\\nb\"\ni: 1\nf: 2.0\nt: true\nn: null\n")
    wanted = b"s=a\\nb\ni=1\nf=2.0\nt=true\nn=<nil>\n"
    assert sops(home, "-d", "--output-type", "dotenv", flat).stdout == wanted
    assert sops(home, "-d", "--indent", "2", "--output-type", "json", flat).stdout.startswith(b'{\n  "s"')
    assert sops(home, "filestatus", flat).stdout == b'{"encrypted":true}\n'
    assert sops(home, "filestatus", home / ".sops.yaml").stdout == b'{"encrypted":false}\n'


def test_running(home, keys):
    path = encrypted(home, keys, "flat.yaml", "TOKEN: s3cret\nCOUNT: 5\n")
    shown = sops(home, "exec-env", path, 'echo "$TOKEN $COUNT $KEEP"; exit 7', check=False, KEEP="k")
    assert (shown.returncode, shown.stdout) == (7, b"s3cret 5 k\n")
    shown = sops(home, "exec-env", "--pristine", path, 'echo "$TOKEN $KEEP"', KEEP="k")
    assert shown.stdout == b"s3cret \n"
    key = next(line for line in keys["file"].read_text().splitlines() if line.startswith("AGE-SECRET"))
    inner = f"{BINARY} sops exec-env {path} 'echo $COUNT'"
    assert sops(home, "exec-env", path, inner, SOPS_AGE_KEY=key, XDG_CONFIG_HOME="/x").stdout == b"5\n"
    for flags, name in [([], "tmp-file"), (["--no-fifo"], "tmp-file"), (["--filename", "f.env"], "f.env")]:
        shown = sops(home, "exec-file", *flags, path, "echo {}; cat {}; test -p {} && echo pipe || true")
        where, *lines = shown.stdout.decode().splitlines()
        assert where.endswith("/" + name) and lines[:2] == ["TOKEN: s3cret", "COUNT: 5"]
        assert ("pipe" in lines) is ("--no-fifo" not in flags)
        assert not pathlib.Path(where).parent.exists()
    assert sops(home, "exec-file", path, "true").stdout == b""


def test_running_in_the_background(home, keys):
    path = encrypted(home, keys, "flat.yaml", "TOKEN: s3cret\n")
    os.mkfifo(home / "go")
    command = """cat go; (readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2; echo "$TOKEN" 'a  b') > got; mv got there; exit 7"""
    shown = sops(home, "exec-env", "--background", path, command)
    assert shown.stdout == b"" and not (home / "there").exists()
    (home / "go").write_text("begin\n")
    deadline = time.monotonic() + 20
    while not (home / "there").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (home / "there").read_text() == "/dev/null\n" * 3 + "s3cret a  b\n"
    for words, status in [(["exec-env", "--background", "--same-process"], 8), (["exec-file", "--background"], 1)]:
        shown = sops(home, *words, path, "touch ran", check=False)
        assert (shown.returncode, shown.stdout) == (status, b"") and b"--background" in shown.stderr
    assert not (home / "ran").exists()


def as_root(home, *arguments, **more):
    """Runs as root, which continuous integration need not be."""
    words = [] if os.geteuid() == 0 else ["sudo", "-n", "--preserve-env", "--"]
    return subprocess.run(
        [*words, BINARY, "sops", *arguments], capture_output=True, cwd=home, env=environment(home, **more)
    )


def test_running_as_another_user(home, keys):
    path = encrypted(home, keys, "flat.yaml", "TOKEN: s3cret\nHOME: /nowhere\n")
    user = pwd.getpwnam("daemon")
    ids = f"{user.pw_uid}:{user.pw_gid}:" + " ".join(map(str, sorted({user.pw_gid, *os.getgrouplist("daemon", user.pw_gid)})))
    show = 'echo "$(id -u):$(id -g):$(id -G | tr " " "\\n" | sort -n | xargs)"; '
    key = next(line for line in keys["file"].read_text().splitlines() if line.startswith("AGE-SECRET"))
    command = show + 'echo "$TOKEN $HOME $USER $LOGNAME $SOPS_AGE_KEY"; exit 7'
    shown = as_root(home, "exec-env", "--user", "daemon", path, command, SOPS_AGE_KEY=key)
    assert shown.returncode == 7, shown.stderr
    assert shown.stdout.decode().splitlines() == [ids, f"s3cret {user.pw_dir} daemon daemon "]
    # Nobody comes back from there, and what a command is ended by is told.
    shown = as_root(home, "exec-env", "--user", "daemon", path, "grep ^Cap[PE] /proc/self/status; kill -TERM $$")
    assert shown.returncode == 128 + signal.SIGTERM
    assert set(re.findall(rb"Cap\w+:\s*(\w+)", shown.stdout)) == {b"0" * 16}
    for flags in ([], ["--no-fifo"]):
        command = show + "cat {}; stat -c '%U %a' {} $(dirname {}); touch $(dirname {})/x 2>/dev/null || echo closed; echo {}"
        shown = as_root(home, "exec-file", *flags, "--user", "daemon", path, command)
        lines = shown.stdout.decode().splitlines()
        assert lines[:-1] == [ids, "TOKEN: s3cret", "HOME: /nowhere", "daemon 600", "root 711", "closed"], shown.stderr
        assert not pathlib.Path(lines[-1]).parent.exists()
    shown = as_root(home, "exec-env", "--user", "nobody-of-that-name", path, "true")
    assert shown.returncode == 1 and b"there is no user" in shown.stderr
    # Who is not root cannot.
    demoted = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    words = [BINARY, "sops", "exec-env", "--user", "daemon", "/dev/null", "true"]
    result = subprocess.run(words, capture_output=True, cwd="/", env=environment("/"), **demoted)
    assert result.returncode == 1 and b"only root" in result.stderr


def test_keys(home, keys, interop, gnupg):
    """Who can open: age, SSH, OpenPGP, commands; groups and their changes."""
    ssh = (interop / "keys/ssh_ed25519.pub").read_text().strip()
    other = (interop / "keys/age2.txt").read_text().split("public key: ")[1].split()[0]
    pgp = gnupg["keys/pgp_rsa.sec.asc"]
    listed = subprocess.run(
        ["gpg", "--homedir", pgp, "--with-colons", "-K"], capture_output=True, text=True, check=True
    ).stdout
    fingerprint = next(line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr"))
    path = encrypted(home, keys)
    sops(
        home, "-r", "-i", "--add-age", f"{ssh},{other}", "--add-pgp", fingerprint,
        "--rm-age", keys["recipient"], path, GNUPGHOME=str(pgp),
    )  # fmt: skip
    none = {"XDG_CONFIG_HOME": "/x", "GNUPGHOME": "/x"}
    assert sops(home, "-d", path, check=False, **none).returncode == 128
    opening = [
        {"SOPS_AGE_SSH_PRIVATE_KEY_FILE": str(interop / "keys/ssh_ed25519")},
        {"SOPS_AGE_KEY_FILE": str(interop / "keys/age2.txt")},
        {"SOPS_AGE_KEY_CMD": f"cat '{interop}/keys/age2.txt'"},
        {"SOPS_AGE_SSH_PRIVATE_KEY_CMD": f"cat '{interop}/keys/ssh_ed25519'"},
        {"SEALWAX_IDENTITY_FILE": str(interop / "keys/age2.txt")},
        {"GNUPGHOME": str(pgp)},
        {"GNUPGHOME": str(pgp), "SOPS_DECRYPTION_ORDER": "pgp,age"},
        {"SOPS_AGE_KEY_FILE": "/nonexistent", "GNUPGHOME": str(pgp)},
    ]
    for more in opening:
        assert sops(home, "-d", path, **(none | more)).stdout == PLAIN.encode(), more
    (home / ".ssh").mkdir()
    shutil.copy(interop / "keys/ssh_ed25519", home / ".ssh/id_ed25519")
    assert sops(home, "-d", path, **none).stdout == PLAIN.encode()

    grouped = encrypted(home, keys, "g.yaml")
    sops(home, "groups", "add", "-f", grouped, "-i", "--age", other)
    assert sops(home, "-d", grouped, check=False).returncode == 128
    two = {"SOPS_AGE_KEY_FILE": str(interop / "keys/age2.txt")}
    assert sops(home, "-d", grouped, **two).stdout == PLAIN.encode()
    sops(home, "groups", "delete", "--file", grouped, "-i", "--shamir-secret-sharing-threshold", "1", "1", **two)
    assert sops(home, "-d", grouped).stdout == PLAIN.encode()

    (home / ".sops.yaml").write_text(f"creation_rules:\n  - age: {keys['recipient']},{other}\n")
    assert sops(home, "updatekeys", grouped, check=False).returncode == 1
    assert b"left unchanged" in sops(home, "updatekeys", grouped, input=b"n\n").stderr
    shown = sops(home, "updatekeys", grouped, input=b"y\n").stdout.decode()
    assert f"+++ {other}" in shown and f"    {keys['recipient']}" in shown
    assert sops(home, "-d", grouped, XDG_CONFIG_HOME="/x", **two).stdout == PLAIN.encode()
    assert b"up to date" in sops(home, "updatekeys", "-y", grouped).stderr
    assert sops(home, "updatekeys", grouped, home / "nothing", check=False).returncode == 1


def test_statuses_and_names(home, keys, tmp_path):
    path = encrypted(home, keys)
    plain = home / "plain.yaml"
    plain.write_text("a: 1\n")
    statuses = [
        (["decrypt", "nothing.yaml"], 100),
        ([], 100),
        (["--bogus", path], 1),
        (["decrypt", plain], 1),
        (["decrypt", home], 2),
        (["-d", "-i", "--output", "x", path], 8),
        (["encrypt", "-i"], 8),
        (["encrypt"], 8),
        (["encrypt", plain], 1),
        (["encrypt", "--age", keys["recipient"], path], 203),
        (["encrypt", "--age", keys["recipient"], "--encrypted-regex", "a", "--encrypted-suffix", "b", plain], 8),
        (["decrypt", "--extract", "a", path], 91),
        (["decrypt", "--extract", '["x"]', path], 1),
        (["set", path, '["a"]'], 100),
        (["set", path, "a", "1"], 7),
        (["set", path, '["a"]', "not json"], 7),
        (["decrypt", "--decryption-order", "age,age", path], 112),
        (["-r", "--add-age", keys["recipient"], "nothing"], 49),
        (["rotate", "--add-age", "TYPO", path], 1),
        (["rotate", "--rm-age", "TYPO", path], 1),
        (["rotate", "--rm-age", f"{keys['recipient'][:-1]},", path], 1),
        (["rotate", "--rm-azure-kv", "https://a.vault.azure.net/x", path], 1),
        (["rotate", "--rm-hc-vault-transit", "http://a/v1/x", path], 1),
        (["rotate", "--rm-hckms", "x", path], 1),
        (["rotate", "--rm-age", "", "--rm-kms", "x", "--rm-gcp-kms", "x", "--rm-pgp", "x", path], 0),
        (["rotate", "--rm-hc-vault-transit", "http://a/v1/t/keys/x", "--rm-hckms", "a:b:c", path], 0),
        (["publish", path], 1),
        (["groups", "delete", "-f", path, "9"], 1),
        (["-i", "decrypt", path], 1),
        (["decrypt", "--enable-local-keyservice=false", path], 128),
        (["-d", "-output", "/dev/null", path], 0),
        (["decrypt", path, "--output", "/dev/null"], 0),
    ]
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda row: sops(home, *row[0], check=False), statuses))
    found = [(row[0], result.returncode) for row, result in zip(statuses, results)]
    assert found == statuses
    link = home / "sops"
    link.symlink_to(BINARY)
    shown = subprocess.run([link, "-d", path], capture_output=True, env=environment(home), check=True)
    assert shown.stdout == PLAIN.encode()
    assert run(home, "sops", "--version").stdout.startswith(b"sops 3.")
    for name in ["/dev/stdin", None]:
        flags = ["--input-type", "yaml", "--output-type", "yaml"] + ([name] if name else [])
        assert sops(home, "decrypt", *flags, input=path.read_bytes()).stdout == PLAIN.encode()


def test_damage_and_interruption(home, keys):
    path = encrypted(home, keys)
    whole = path.read_bytes()
    for name, content in {
        "empty.yaml": b"", "binary.yaml": os.urandom(4096), "half.yaml": whole[: len(whole) // 2]
    }.items():  # fmt: skip
        (home / name).write_bytes(content)
        for words in [["decrypt"], ["rotate"], ["exec-env", "true"], ["unset", '["a"]']]:
            result = sops(home, words[0], home / name, *words[1:], check=False)
            assert 0 < result.returncode < 129 and result.stdout == b"", (name, words, result)
            assert (home / name).read_bytes() == content
    tampered = home / "t.yaml"
    tampered.write_text(path.read_text().replace("f: ENC", "f_unencrypted: ENC"))
    assert sops(home, "-d", tampered, check=False).returncode != 0
    # A value taken away: the MAC says so, and only --ignore-mac opens it.
    lines = path.read_text().splitlines(keepends=True)
    tampered.write_text("".join(line for line in lines if not line.startswith("f:")))
    assert sops(home, "-d", tampered, check=False).returncode == 51
    assert b"one" in sops(home, "-d", "--ignore-mac", tampered).stdout

    # Killed in the editor: the file is as it was, and the plaintext in memory goes with the next.
    child = subprocess.Popen(
        [BINARY, "sops", path], env=environment(home, EDITOR="sh -c 'echo $0 >where; sleep 30'"), cwd=home
    )
    deadline = time.time() + 10
    while not (home / "where").exists() or not (home / "where").read_text().strip():
        assert time.time() < deadline
        time.sleep(0.02)
    where = pathlib.Path((home / "where").read_text().strip())
    assert str(where).startswith(("/dev/shm/", "/run/"))
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert path.read_bytes() == whole
    # Two at once: each change is whole, and whoever loses is told.
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda n: sops(home, "set", path, '["a"]', str(n), check=False).returncode, range(6)))
    assert 0 in results and set(results) <= {0, 2, 3}
    assert values(path, keys)["f"] == "1.5"
    # Nobody reads what comes out.
    reader, writer = os.pipe()
    os.close(reader)
    result = subprocess.run([BINARY, "sops", "-d", path], stdout=writer, stderr=subprocess.PIPE, env=environment(home))
    os.close(writer)
    assert result.returncode == 3


def test_new_text_that_is_wrong_is_edited_again(home, keys):
    path = encrypted(home, keys)
    script = home / "editor"
    script.write_text("#!/bin/sh\nif [ -e tried ]; then echo 'a: fixed' >$1; else touch tried; echo '{' >$1; fi\n")
    script.chmod(0o755)
    terminal = Terminal(home, "sops", "edit", path, EDITOR=str(script))
    terminal.expect(b"Press Enter")
    terminal.type(b"\n")
    assert terminal.finish()[1] == 0
    assert values(path, keys) == {"a": "fixed"}


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completion(home, shell):
    script = run(home, "sops", "completion", shell).stdout.decode()
    assert ("bashcompinit" in script) == (shell == "zsh")
    if not shutil.which(shell) and shell == "zsh":
        shell = "bash"
        script = script[script.index("_sops_completion()") :]
    subprocess.run([shell, "-n"], input=script, text=True, check=True)


@pytest.mark.parametrize(
    "line, expected",
    [
        ("sops dec", "decrypt"),
        ("sops --conf", "--config"),
        ("sops groups ", "add delete"),
        ("sops groups add --fi", "--file"),
        ("sops --config x encrypt --ag", "--age"),
        ("sops decrypt --output-type ", "yaml json dotenv ini binary"),
        ("sops decrypt dec", ""),
    ],
)
def test_completes(home, line, expected):
    words = " ".join(f"'{word}'" for word in line.split(" "))
    script = run(home, "sops", "completion", "bash").stdout.decode()
    script += f"COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n"
    script += '_sops_completion; echo "${COMPREPLY[*]}"\n'
    found = subprocess.run(["bash"], input=script, text=True, capture_output=True, check=True)
    assert found.stdout == expected + "\n" and not found.stderr
