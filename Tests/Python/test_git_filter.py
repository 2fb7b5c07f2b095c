"""Plaintext in the worktree and ciphertext in the repository, under the real git."""

import re
import time

import pytest
from git_repository import NAMES, VALUES, Repository, manifest, sealed_repository
from program import BINARY


@pytest.fixture
def repository(tmp_path):
    return sealed_repository(tmp_path, install=("install", "--filter"))


def plain(name, **changes):
    return manifest(f"s{NAMES.index(name)}", **{**VALUES, **changes})


def touch(repository):
    """Makes git look into every file again."""
    for name in NAMES:
        path = repository.path / name
        path.write_text(path.read_text())


def is_plaintext_stored(repository):
    listed = repository.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)")
    blobs = "".join(line.split()[0] + "\n" for line in listed.splitlines() if line.endswith("blob"))
    contents = repository.run("git", "cat-file", "--batch", input=blobs.encode()).stdout
    return b"plain-" in contents or b"changed" in contents


@pytest.mark.parametrize("name", NAMES)
def test_worktree_is_plaintext_and_repository_is_not(repository, name):
    path = repository.path / name
    assert path.read_text() == plain(name)
    touch(repository)
    assert repository.git("status", "--porcelain") == "" and not is_plaintext_stored(repository)
    path.write_text(plain(name, k1="changed"))
    assert repository.git("diff", "--no-textconv", "--numstat").startswith("2\t2\t")
    repository.commit()
    assert repository.git("show", "--no-textconv", "--numstat", "--format=").startswith("2\t2\t")
    # What was changed back has the ciphertext it had.
    path.write_text(plain(name))
    repository.git("add", "-A")
    path.write_text(plain(name, k1="changed"))
    repository.git("add", "-A")
    assert repository.git("status", "--porcelain") == "" and not is_plaintext_stored(repository)


def test_policy_that_a_checkout_brings_counts_at_once(repository):
    """One process of the filter sees a folder before and after it has a policy."""
    signing = repository.home / "signing.txt"
    repository.sealwax("keygen", "--signing", "-o", signing)
    signer = repository.sealwax("keys", "--recipients", signing).stdout.decode().strip()
    sealed = repository.sealwax(
        "encrypt", "--stdin-name", NAMES[0], "-", input=manifest("m", **VALUES).encode()).stdout
    policy = f'version: 1\nrules:\n  - paths: ["**"]\n    recipients: ["age1"]\n    signers: ["{signer}"]\n'
    # In the order in which git writes them.
    for name, text in [("+x/a.yaml", sealed), (".sealwax.yaml", policy.encode()), ("y.yaml", sealed)]:
        blob = repository.git("hash-object", "-w", "--stdin", "--no-filters", input=text).strip()
        repository.git("update-index", "--add", "--cacheinfo", f"100644,{blob},secrets/sub/{name}")
    repository.git("commit", "-qnm", "sub")
    repository.git("reset", "-q", "--hard", "HEAD~")
    repository.git("reset", "-q", "--hard", "ORIG_HEAD")
    folder = repository.path / "secrets" / "sub"
    assert (folder / "+x/a.yaml").read_text() == manifest("m", **VALUES)
    assert "plain-" not in (folder / "y.yaml").read_text()


def test_branches_rebase_cherry_pick_and_stash(repository):
    name, other = NAMES[0], NAMES[2]
    repository.git("checkout", "-qb", "side")
    for number in range(3):
        (repository.path / name).write_text(plain(name, **{f"k{n}": f"side-{n}" for n in range(number + 1)}))
        repository.commit(f"side {number}")
    repository.git("checkout", "-q", "main")
    assert (repository.path / name).read_text() == plain(name)
    (repository.path / name).write_text(plain(name, k5="main"))
    (repository.path / other).write_text(plain(other, k1="main"))
    repository.commit()
    repository.git("checkout", "-q", "side")
    repository.git("rebase", "main")
    sides = {f"k{n}": f"side-{n}" for n in range(3)}
    assert (repository.path / name).read_text() == plain(name, k5="main", **sides)
    (repository.path / name).write_text(plain(name, k5="main", **sides, k4="stashed"))
    repository.git("stash")
    touch(repository)
    assert repository.git("status", "--porcelain") == ""
    repository.git("checkout", "-q", "main")
    repository.git("stash", "pop")
    assert (repository.path / name).read_text() == plain(name, k5="main", k4="stashed")
    repository.git("checkout", "-q", "--", ".")
    repository.git("cherry-pick", "side~2")
    assert (repository.path / name).read_text() == plain(name, k5="main", k0="side-0")
    touch(repository)
    assert repository.git("status", "--porcelain") == "" and not is_plaintext_stored(repository)


def test_what_cannot_be_sealed_is_not_added(repository):
    path = repository.path / NAMES[0]
    for text, reason in (
        (plain(NAMES[0]).replace("stringData:", "stringdata:"), b"no field"),
        (plain(NAMES[0]) + "  k1: twice\n", b"twice"),
        (plain(NAMES[0]).replace("stringData:", "stringData: ["), b"secrets/db.yaml:"),
        ("<<<<<<< a\n" + plain(NAMES[0], k1="changed") + "=======\n>>>>>>> b\n", b"secrets/db.yaml:"),
    ):
        path.write_text(text)
        result = repository.run("git", "add", NAMES[0], check=False)
        assert result.returncode != 0 and reason in result.stderr, result.stderr
    path.write_text(plain(NAMES[0]))
    (repository.path / ".sealwax.yaml").unlink()
    (repository.path / "secrets/new.yaml").write_text(manifest("new", k1="changed"))
    result = repository.run("git", "add", "secrets/new.yaml", check=False)
    assert result.returncode != 0 and b"whom to seal for" in result.stderr
    assert not is_plaintext_stored(repository)
    # What holds no Secret passes.
    (repository.path / "secrets/notes.txt").write_bytes(b"\xff {{")
    repository.git("add", "secrets/notes.txt")


CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  a: plain-1\n"
CONFLICT = "<<<<<<< ours\n  b: plain-2\n=======\n  b: x\n>>>>>>> theirs\n"
SECRET = "metadata: {name: x}\nstringData: {a: plain-1}\n"


@pytest.fixture
def fields_repository(repository):
    """The policy has the data of ConfigMaps sealed, too."""
    policy = (repository.path / ".sealwax.yaml").read_text()
    rule = "- paths: [secrets/**]\n    fields: [{apiVersion: v1, kind: ConfigMap, paths: ['data.*']}]"
    policy, count = re.subn(r"- paths:.*(\n +- .*)?", rule, policy, count=1)
    assert count == 1
    (repository.path / ".sealwax.yaml").write_text(policy)
    repository.commit("policy")
    return repository


def test_fields_and_misspelt_secrets_that_cannot_be_sealed_are_not_added(fields_repository):
    repository = fields_repository
    folder = repository.path / "secrets"
    for name, text in {
        "quote": CONFIG_MAP + '  b: "unclosed\n', "conflict": CONFIG_MAP + CONFLICT, "twice": CONFIG_MAP + "  a: x\n",
        "alias": "x: &q plain-1\n" + CONFIG_MAP + "  b: *q\n", "merge": "x: &q {c: plain-1}\n" + CONFIG_MAP + "  <<: *q\n",
        "key": CONFIG_MAP + "  ? [x]\n  : z\n", "nameless": CONFIG_MAP.replace("name: x", ""),
        "letters": CONFIG_MAP.replace("ConfigMap", "configmap"), "key letters": CONFIG_MAP.replace("kind", "Kind"),
        "kind": "apiVersion: v1\nkind: secret\n" + SECRET, "tagged": "apiVersion: v1\nkind: !!str secret\n" + SECRET,
        "kind key": "apiversion: v1\nKind: Secret\n" + SECRET, "in conflict": "kind: secret\nstringData:\n" + CONFLICT,
        "json": '{"apiVersion":"v1","KIND":"Secret","metadata":{"name":"x"},"stringData":{"a":"plain-1"}}',
        "mixed": CONFIG_MAP + "---\n" + (folder / "db.yaml").read_text() + CONFLICT,
    }.items():
        (folder / f"{name}.yaml").write_text(text)
        result = repository.run("git", "add", f"secrets/{name}.yaml", check=False)
        assert result.returncode != 0 and f"secrets/{name}.yaml:".encode() in result.stderr, (name, result.stderr)
        (folder / f"{name}.yaml").unlink()
    # What cannot hold any of it passes, be it no YAML.
    for name, text in {"notes": "the secret {{\n", "values": "secret: {a: b}\nother: {kind: secret}\n"}.items():
        (folder / f"{name}.yaml").write_text(text)
        repository.git("add", f"secrets/{name}.yaml")
    assert not is_plaintext_stored(repository)


def test_sealed_fields_pass_and_no_plaintext_beside_them(fields_repository):
    repository = fields_repository
    path = repository.path / "secrets/map.yaml"
    path.write_text(CONFIG_MAP)
    repository.commit("map")
    repository.git("branch", "side")
    for branch in ("main", "side"):
        repository.git("checkout", "-q", branch)
        path.write_text(CONFIG_MAP.replace("plain-1", f"changed {branch}"))
        repository.commit(branch)
    assert repository.run("git", "merge", "main", check=False).returncode == 1
    assert "<<<<<<<" in path.read_text() and "changed" not in path.read_text()
    repository.git("add", "secrets/map.yaml")
    path.write_text(path.read_text().replace("<<<<<<<", "  b: plain-3\n<<<<<<<"))
    assert repository.run("git", "add", "secrets/map.yaml", check=False).returncode != 0
    repository.git("reset", "-q", "--hard")
    # An earlier version that was altered.
    sealed = repository.git("show", ":secrets/map.yaml")
    path.write_text(re.sub(r"(  a: SEALWAX1)(.)", lambda found: found[1] + ("B" if found[2] == "A" else "A"), sealed))
    repository.commit("altered", checked=False)
    path.write_text(CONFIG_MAP.replace("plain-1", "changed"))
    result = repository.run("git", "add", "secrets/map.yaml", check=False)
    assert result.returncode != 0 and b"earlier sealed version" in result.stderr
    path.write_text(sealed)
    repository.git("add", "secrets/map.yaml")
    assert repository.git("show", ":secrets/map.yaml") == sealed and not is_plaintext_stored(repository)
    # What was sealed stays so where no rule is about it any more.
    repository.commit("sealed", checked=False)
    (repository.path / ".sealwax.yaml").unlink()
    path.write_text(CONFIG_MAP.replace("plain-1", "changed again"))
    repository.git("add", "secrets/map.yaml")
    assert "  a: SEALWAX1" in repository.git("show", ":secrets/map.yaml")
    path.write_text(CONFIG_MAP + '  b: "changed\n')
    assert repository.run("git", "add", "secrets/map.yaml", check=False).returncode != 0
    assert not is_plaintext_stored(repository)


NESTED = "apiVersion: v1\n  kind: Secret\n  stringData: {a: plain-9}\n"


@pytest.mark.parametrize(
    "text",
    [
        f"apiVersion: v1\nkind: list\nitems:\n- {NESTED}",
        f"kind: List\nitems:\n- {NESTED}",
        f"apiVersion: a.b/v1\nkind: Other\nitems:\n- {NESTED}",
        f"apiVersion: a.b/v1\nkind: Work\nmanifests:\n- {NESTED}",
        # Sealed Secrets without the word of their kind do not make up for one in plaintext.
        f"apiVersion: v1\nkind: SecretList\nitems:\n- metadata: {{name: a}}\n  stringData: {{a: x}}\n- metadata: {{name: b}}\n"
        f"  stringData: {{a: x}}\n---\napiVersion: a.b/v1\nkind: Work\nmanifests:\n- {NESTED}",
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: &k Secret\n  metadata: {name: a}\n  stringData: {a: x}\n"
        "- apiVersion: a.b/v1\n  kind: Work\n  items:\n  - apiVersion: v1\n    kind: *k\n    stringData: {a: plain-9}\n",
        "apiVersion: v1\nkind: !!binary U2VjcmV0\nstringData: {a: plain-9}\n",
        'apiVersion: v1\nkind: !<tag:yaml.org,2002:binary> "U2VjcmV0"\nstringData: {a: plain-9}\n',
    ],
)
def test_secrets_in_other_objects_and_spellings_do_not_pass(repository, text):
    path = repository.path / NAMES[0]
    sealed = repository.git("show", f":{NAMES[0]}")
    # Beside what is sealed, too.
    for content in (text, sealed + "---\n" + text, plain(NAMES[0]) + "---\n" + text):
        path.write_text(content)
        result = repository.run("git", "add", NAMES[0], check=False)
        assert result.returncode != 0 and NAMES[0].encode() in result.stderr
        assert not is_plaintext_stored(repository)


def test_files_of_sops_rules_are_encrypted_whatever_words_are_in_them(repository):
    recipient = repository.sealwax("keys", "--recipients").stdout.decode().split()[0]
    folder = repository.path / "secrets/sops"
    folder.mkdir()
    (folder / ".sops.yaml").write_text(
        f"creation_rules:\n  - path_regex: named\n    age: {recipient}\n    encrypted_regex: ^a$\n  - age: {recipient}\n")
    secret = "apiVersion: v1\nkind: Secret\n" + SECRET
    sealed = repository.sealwax("encrypt", "--stdin-name", NAMES[0], "-", input=manifest("m", **VALUES).encode()).stdout.decode()
    words = ("# see SEALWAX1\n", "# was sops: ENC[AES256_GCM, ..\n", "# sealwax.dev/envelope and sops: ENC[AES256_GCM,\n")
    for number, text in enumerate([word + "a: plain-1\n" for word in words] + [words[0] + secret]):
        name = f"secrets/sops/named{number}.yaml"
        (repository.path / name).write_text(text)
        repository.git("add", name)
        assert "ENC[AES256_GCM,data" in repository.git("show", f":{name}") and not is_plaintext_stored(repository)
        repository.sealwax("encrypt", "-q", "-I", "secrets/sops")
        assert "plain-" not in (repository.path / name).read_text() and repository.opened(name).startswith(text[:13])
    name = "secrets/sops/other.yaml"
    for text, passes in (
        (sealed, True), ("<<<<<<< a\n" + sealed + "=======\n" + sealed + ">>>>>>> b\n", True),
        ("<<<<<<< a\n" + sealed + "=======\n" + secret + ">>>>>>> b\n", False), (sealed + "---\n" + secret, False),
        (secret + '  "b: "SEALWAX1\n', False), (secret + "stringData: {}\n", False),
    ):
        (repository.path / name).write_text(text)
        result = repository.run("git", "add", name, check=False)
        assert (result.returncode == 0) == passes and not is_plaintext_stored(repository), (text, result.stderr)


def test_sops_rules_that_encrypt_nothing_of_a_secret_do_not_pass(repository):
    recipient = repository.sealwax("keys", "--recipients").stdout.decode().split()[0]
    folder = repository.path / "secrets/sops"
    folder.mkdir()
    rules = folder / ".sops.yaml"
    text = "apiVersion: v1\nkind: Secret\nstringData:\n  a: plain-1\n  b: ''\n"
    for key, passes in (("^password$", False), ("^a$", True), ("^(data|stringData)$", True)):
        rules.write_text(f"creation_rules:\n  - age: {recipient}\n    encrypted_regex: {key}\n")
        for name in ("secrets/sops/new.yaml", f"secrets/sops/{len(key)}.yaml"):
            (repository.path / name).write_text(text)
            result = repository.run("git", "add", name, check=False)
            assert (result.returncode == 0) == passes and not is_plaintext_stored(repository)
            assert passes or b"encrypted_regex" in result.stderr
        repository.run("git", "reset", "-q")
    # A SOPS file in which none of its values is encrypted.
    name = "secrets/sops/old.yaml"
    (repository.path / name).write_text(text.replace("kind", "password: x\nkind"))
    repository.sealwax("sops", "encrypt", "-i", "--age", recipient, "--encrypted-regex", "^password$", name)
    assert "ENC[" in (repository.path / name).read_text()
    assert repository.run("git", "add", name, check=False).returncode != 0
    assert not is_plaintext_stored(repository)


def test_without_an_identity_files_stay_sealed(repository, tmp_path):
    stranger = Repository(tmp_path / "stranger", tmp_path / "clone")
    stranger.home.mkdir()
    repository.git("clone", "-q", repository.path, stranger.path)
    stranger.sealwax("git", "install", "--filter")
    touch(stranger)
    assert stranger.git("status", "--porcelain") == ""
    for name in NAMES:
        assert "plain-" not in (stranger.path / name).read_text()
    (stranger.path / "README").write_text("x")
    stranger.commit()
    stranger.git("checkout", "-q", "HEAD~1")


def test_conflicts_can_be_looked_at_and_resolved(repository):
    name = NAMES[0]
    path = repository.path / name
    repository.git("branch", "side")
    for branch, value in (("main", "changed ours"), ("side", "changed theirs")):
        repository.git("checkout", "-q", branch)
        path.write_text(plain(name, k1=value))
        repository.commit()
    assert repository.run("git", "merge", "main", check=False).returncode == 1
    assert path.read_text().count("<<<<<<<") == 1 and "changed" not in path.read_text()
    repository.git("diff")
    repository.git("status")
    path.write_text(plain(name, k1="changed by hand"))
    repository.commit("resolved")
    assert len(repository.git("log", "-1", "--format=%P").split()) == 2
    repository.git("checkout", "-q", "HEAD~1")
    repository.git("checkout", "-q", "side")
    assert path.read_text() == plain(name, k1="changed by hand") and not is_plaintext_stored(repository)


def test_uninstall_refuses_to_leave_plaintext_that_would_be_committed(repository):
    path = repository.path / NAMES[0]
    path.write_text(plain(NAMES[0], k1="changed"))
    for command in ("uninstall", "install"):
        result = repository.run("sealwax", "git", command, check=False)
        assert result.returncode == 64 and b"committed in plaintext" in result.stderr
    repository.commit()
    repository.sealwax("git", "uninstall")
    assert "SEALWAX1" in path.read_text()
    repository.commit()
    assert not is_plaintext_stored(repository)


def test_files_are_not_lost_when_the_filter_comes_or_goes(tmp_path):
    repository = sealed_repository(tmp_path)
    contents = lambda: {path: path.read_text() for path in (repository.path / "secrets").iterdir()}
    sealed = contents()
    refused = lambda *words: repository.run("sealwax", "git", *words, check=False)
    # A program that git cannot run, and a version that is not in the repository.
    result = refused("install", "--filter", "--program", "/nowhere/sealwax")
    assert result.returncode == 78 and b"/nowhere/sealwax" in result.stderr
    assert "filter" not in repository.git("config", "--list", "--local")
    blob = repository.git("rev-parse", f":{NAMES[2]}").strip()
    stored = repository.path / ".git/objects" / blob[:2] / blob[2:]
    stored.rename(tmp_path / "away")
    assert refused("install", "--filter").returncode == 74 and contents() == sealed
    (tmp_path / "away").rename(stored)
    repository.sealwax("git", "uninstall")
    # Those that git does not look at, and one behind a link.
    for number, flag in enumerate(("--assume-unchanged", "--skip-worktree")):
        repository.git("update-index", flag, NAMES[number])
        with (repository.path / NAMES[number]).open("a") as file:
            file.write("# mine\n")
    changed = contents()
    repository.sealwax("git", "install", "--filter")
    opened = contents()
    for number, name in enumerate(NAMES):
        path = repository.path / name
        assert ("plain-1" in opened[path]) == (number > 1) and (number > 1 or opened[path] == changed[path])
    for words in (("uninstall",), ("install",)):
        result = refused(*words)
        assert result.returncode == 64 and b"does not look for" in result.stderr and contents() == opened
    repository.git("update-index", "--no-assume-unchanged", "--no-skip-worktree", *NAMES)
    repository.git("checkout", "-q", "--", "secrets")
    repository.git("update-index", "--assume-unchanged", *NAMES)
    (repository.path / "secrets").rename(tmp_path / "elsewhere")
    (repository.path / "secrets").symlink_to(tmp_path / "elsewhere")
    before = contents()
    repository.sealwax("git", "uninstall")
    assert contents() == before


def test_a_thousand_files_and_one_process(tmp_path):
    names = [f"secrets/{n % 10}/s{n}.yaml" for n in range(1000)]
    repository = sealed_repository(tmp_path, names, install=None)
    log = tmp_path / "log"
    program = tmp_path / "counted sealwax"
    program.write_text(f'#!/bin/sh\necho "$@" >> {log}\nexec {BINARY} "$@"\n')
    program.chmod(0o755)
    repository.sealwax("git", "install", "--filter", "--program", program)
    repository.commit()
    log.unlink()
    for name in names:
        path = repository.path / name
        path.write_text(path.read_text().replace("plain-1", "changed"))
    started = time.monotonic()
    repository.git("add", "-A")
    print(f"git add of 1,000 files: {time.monotonic() - started:.2f} s")
    assert log.read_text() == "git filter-process\n"
    assert repository.git("diff", "--cached", "--no-textconv", "--shortstat").startswith(" 1000 files changed, 2000 insertions")
    assert not is_plaintext_stored(repository)


def test_a_process_that_git_does_not_talk_to(repository):
    for sent in (b"", b"0000", b"hello", b"0010git-filter-x\n0000", b"fffe", b"-001", b"0015git-filter-client", b"0001"):
        result = repository.run("sealwax", "git", "filter-process", input=sent, check=False)
        assert result.returncode in (64, 65), (sent, result.stderr)


def test_install_recovers_what_a_killed_install_put_aside(repository):
    """Killed between putting a file aside and writing it anew."""
    path = repository.path / NAMES[0]
    aside = path.with_name(f".{path.name}.sealwax-aaaaaaaa.tmp")
    path.rename(aside)
    repository.sealwax("git", "install", "--filter")
    assert path.read_text() == plain(NAMES[0]) and not aside.exists()
    assert repository.git("status", "--porcelain") == ""


def test_install_says_which_changed_files_it_leaves(tmp_path):
    repository = sealed_repository(tmp_path, install=("install",))
    other = repository.path / "late.yaml"
    other.write_text(manifest("late", k="plain-late"))
    repository.git("add", "late.yaml")
    repository.git("commit", "-qnm", "plaintext")
    other.write_text(manifest("late", k="plain-later"))
    repository.git("add", "late.yaml")
    policy = repository.path / ".sealwax.yaml"
    policy.write_text(policy.read_text().replace("  - paths:\n", "  - paths:\n      - late.yaml\n"))
    assert "late.yaml" in policy.read_text()
    said = repository.sealwax("git", "install", "--filter").stderr.decode()
    assert "late.yaml has changes and was left as it is" in said and "git add --renormalize" in said
    repository.git("add", "--renormalize", "late.yaml")
    assert "plain-" not in repository.git("show", ":late.yaml")
