"""`sealwax git precommit` with the real git, and as a hook of the pre-commit framework."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ElementTree

import jsonschema
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from program import BINARY, ROOT, SECRET, environment, identity, run
from test_findings import SARIF

PLAIN = SECRET.format(name="db", value="hunter2-hunter2")
RULE = "git/plaintext-secret"


class Repository:
    """A repository with a policy for everything below secrets/."""

    def __init__(self, home, name="repository"):
        self.home = home
        self.path = home / name
        self.path.mkdir()
        self.git("init", "--quiet", "--initial-branch=main", ".")

    def environment(self, **more):
        names = {f"GIT_{who}_{what}": "a@example.invalid" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        return environment(self.home, **names, **more)

    def git(self, *arguments, check=True, **more):
        allowed = ["-c", "protocol.file.allow=always"]
        result = subprocess.run(
            ["git", *allowed, *arguments], cwd=self.path, capture_output=True, env=self.environment(**more)
        )
        if check:
            assert result.returncode == 0, result.stderr.decode()
        return result

    def write(self, name, text):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def commit(self, message="x"):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--no-verify", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD").stdout.decode().strip()

    def findings(self, *arguments, cwd=None, **more):
        result = run(self.home, "git", "precommit", "--json", *arguments, cwd=cwd or self.path, check=False, **more)
        assert result.returncode in (0, 1), result.stderr.decode()
        found = json.loads(result.stdout)
        assert result.returncode == (1 if found else 0)
        return [(item["rule"], item["file"]) for item in found]


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path)


def test_the_index_counts_and_not_the_working_tree(repository):
    repository.write("db.yaml", PLAIN)
    assert repository.findings() == []
    repository.git("add", "db.yaml")
    repository.write("db.yaml", "a: b\n")
    # In a repository without a commit, and then with one.
    assert repository.findings() == [(RULE, "db.yaml")]
    assert repository.findings("--all") == [(RULE, "db.yaml")]
    repository.git("commit", "--quiet", "--no-verify", "--message", "x")
    assert repository.findings() == []
    assert repository.findings("--all") == [(RULE, "db.yaml")]
    assert repository.findings("db.yaml") == []
    repository.git("add", "db.yaml")
    assert repository.findings("--all") == []


def test_an_empty_repository(repository):
    assert repository.findings() == []
    assert repository.findings("--all") == []


def test_a_secret_that_is_gone_again_within_a_range(repository):
    first = repository.commit()
    repository.write("a b.yaml", PLAIN)
    leak = repository.commit()
    repository.git("rm", "--quiet", "a b.yaml")
    last = repository.commit()
    assert repository.findings("--all") == []
    result = run(
        repository.home, "git", "precommit", "--json", "--range", f"{first}..{last}", cwd=repository.path, check=False
    )
    [found] = json.loads(result.stdout)
    assert (found["rule"], found["file"], found["line"]) == (RULE, "a b.yaml", 6)
    assert leak[:12] in found["message"]
    assert repository.findings("--range", f"{leak}..{last}") == []
    # The first commit of all has no parent.
    assert repository.findings("--range", f"{last}..{last}") == []
    root = repository.git("commit-tree", "-m", "x", f"{leak}^{{tree}}").stdout.decode().strip()
    assert repository.findings("--range", f"{first}..{root}") == [(RULE, "a b.yaml")]


def test_merges(repository):
    repository.commit()
    repository.git("checkout", "--quiet", "-b", "side")
    repository.write("side.yaml", "a: b\n")
    repository.commit()
    repository.git("checkout", "--quiet", "main")
    repository.write("main.yaml", "a: b\n")
    base = repository.commit()
    # What only the merge itself brings.
    repository.git("merge", "--quiet", "--no-commit", "--no-ff", "side")
    repository.write("main.yaml", PLAIN)
    repository.git("add", "main.yaml")
    assert repository.findings() == [(RULE, "main.yaml")]
    repository.git("commit", "--quiet", "--no-verify", "--message", "x")
    assert repository.findings("--range", f"{base}..HEAD") == [(RULE, "main.yaml")]
    # A conflict has no content yet; the rest of the index has.
    repository.git("checkout", "--quiet", "-b", "other", base)
    repository.write("main.yaml", "c: d\n")
    repository.commit()
    assert repository.git("merge", "main", check=False).returncode == 1
    assert repository.findings() == []


def test_odd_names_renames_links_and_submodules(repository, tmp_path):
    inner = Repository(tmp_path, "inner")
    inner.write("db.yaml", PLAIN)
    inner.commit()
    names = ["a b.yaml", "new\nline.yaml", "ünï.yaml", "quote\".yaml", ":colon.yaml", "*.yaml", "-x.yaml"]
    for name in names:
        repository.write(name, PLAIN)
    os.symlink("a b.yaml", repository.path / "link.yaml")
    repository.git("submodule", "--quiet", "add", str(inner.path), "sub")
    repository.git("add", "--all")
    assert sorted(repository.findings()) == sorted((RULE, name) for name in names)
    assert repository.findings("--all", ":colon.yaml", "*.yaml") == [(RULE, "*.yaml"), (RULE, ":colon.yaml")]
    repository.commit()
    repository.git("mv", "a b.yaml", "renamed.yaml")
    assert repository.findings() == [(RULE, "renamed.yaml")]
    # What is shown is a path from where one is.
    (repository.path / "one" / "two").mkdir(parents=True)
    repository.write("one/two/c.yaml", PLAIN)
    repository.git("add", "--all")
    assert repository.findings(cwd=repository.path / "one") == [(RULE, "two/c.yaml"), (RULE, "../renamed.yaml")]
    assert repository.findings("--staged", "two", cwd=repository.path / "one") == [(RULE, "two/c.yaml")]


def test_a_bare_clone_and_a_worktree(repository, tmp_path):
    repository.write("db.yaml", PLAIN)
    first = repository.commit()
    repository.git("rm", "--quiet", "db.yaml")
    repository.write("x.yaml", PLAIN)
    repository.commit()
    repository.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare"))
    assert repository.findings("--all", cwd=tmp_path / "bare") == [(RULE, "x.yaml")]
    assert repository.findings("--range", f"{first}..HEAD", cwd=tmp_path / "bare") == [(RULE, "x.yaml")]
    result = run(tmp_path, "git", "precommit", cwd=tmp_path / "bare", check=False)
    assert result.returncode == 64 and b"a bare repository has no index" in result.stderr
    repository.git("worktree", "add", "--quiet", str(tmp_path / "tree"))
    (tmp_path / "tree" / "y.yaml").write_text(PLAIN)
    subprocess.run(["git", "add", "y.yaml"], cwd=tmp_path / "tree", check=True)
    assert repository.findings(cwd=tmp_path / "tree") == [(RULE, "y.yaml")]


def test_what_cannot_be_looked_at_is_no_success(repository, tmp_path):
    result = run(tmp_path, "git", "precommit", cwd=tmp_path, check=False)
    assert result.returncode == 66 and b"in no git repository" in result.stderr
    result = run(tmp_path, "git", "precommit", "--range", "no..thing", cwd=repository.path, check=False)
    assert result.returncode == 66
    result = run(tmp_path, "git", "precommit", "missing.yaml", cwd=repository.path, check=False)
    assert result.returncode == 66
    repository.write("db.yaml", PLAIN)
    repository.git("add", "db.yaml")
    name = repository.git("rev-parse", ":db.yaml").stdout.decode().strip()
    (repository.path / ".git" / "objects" / name[:2] / name[2:]).unlink()
    result = run(tmp_path, "git", "precommit", "--all", cwd=repository.path, check=False)
    assert result.returncode == 66 and b"not in this clone" in result.stderr


def test_as_git_s_own_hook(repository):
    hook = repository.write(".git/hooks/pre-commit", f'#!/bin/sh\nexec "{BINARY}" git precommit --quiet\n')
    hook.chmod(0o755)
    repository.write("a.yaml", "a: b\n")
    repository.git("add", "a.yaml")
    repository.git("commit", "--quiet", "--message", "fine")
    repository.write("a.yaml", PLAIN)
    # Both take another index than the usual one.
    for arguments in (["--all"], ["--only", "a.yaml"]):
        result = repository.git("commit", *arguments, "--message", "leak", check=False)
        assert result.returncode == 1
        assert b"[git/plaintext-secret]" in result.stdout + result.stderr
    repository.write("b.yaml", "a: b\n")
    repository.git("add", "b.yaml")
    repository.git("commit", "--quiet", "--only", "b.yaml", "--message", "fine again")


def test_the_policy(repository):
    recipient = identity(repository.home)
    other = run(repository.home, "keygen").stdout.decode().split("public key: ")[1].split()[0]
    repository.write("Keys/alice.pub", recipient + "\n")
    policy = "version: 1\nrules:\n  - paths: [secrets/**]\n    recipients: [alice]\n"
    repository.write(".sealwax.yaml", policy)
    repository.write("secrets/a.yaml", PLAIN)
    run(repository.home, "encrypt", "--in-place", "secrets/a.yaml", cwd=repository.path)
    sealed = (repository.path / "secrets/a.yaml").read_bytes()
    repository.git("add", "--all")
    assert repository.findings() == []

    repository.write("elsewhere.yaml", sealed)
    repository.git("add", "--all")
    assert repository.findings() == [("policy/no-rule", "elsewhere.yaml")]
    repository.write(".sealwax.yaml", policy + "ignore: [elsewhere.yaml, Tests/**]\n")
    repository.write("Tests/db.yaml", PLAIN)
    repository.git("add", "--all")
    assert repository.findings() == []

    for changed, rules in [
        (policy.replace("[alice]", f"[alice, {other}]"), ["missing-recipient"]),
        (policy.replace("[alice]", f"[{other}]"), ["missing-recipient", "extra-recipient"]),
        (policy + "    cipher: secretbox\n", ["other-cipher"]),
        (policy + "    scope: cluster\n", ["other-scope"]),
        # The key-encryption key's file need not be there.
        (policy + "    kek-files: [nowhere.kek]\n", ["missing-recipient"]),
        (policy + "    signers: [sealwaxsig1tp2l6v3k06dlxaftqye5q0fhfuy882dsvjq92c8m07fh92fkjz4qmysx2f]\n", ["not-signed"]),
    ]:
        expected = [(f"policy/{rule}", "secrets/a.yaml") for rule in rules]
        repository.write(".sealwax.yaml", changed + "ignore: [elsewhere.yaml, Tests/**]\n")
        repository.git("add", ".sealwax.yaml")
        assert repository.findings("--all") == expected, changed
        assert repository.findings("secrets") == expected, changed

    # A policy of suppressions says nothing of recipients.
    suppression = f'version: 1\nsuppressions:\n  - {{rule: {RULE}, paths: ["Tests/**"], reason: made up, expires: 2999-01-01}}\n'
    repository.write(".sealwax.yaml", suppression)
    repository.git("add", ".sealwax.yaml")
    result = run(repository.home, "git", "precommit", "--all", cwd=repository.path)
    assert b"suppressed until 2999-01-01" in result.stdout and b"1 suppressed" in result.stderr

    repository.write(".sealwax.yaml", policy.replace("alice", "nobody"))
    repository.git("add", ".sealwax.yaml")
    result = run(repository.home, "git", "precommit", "--all", cwd=repository.path, check=False)
    assert result.returncode == 78 and b"no recipient named" in result.stderr


def test_damage_to_sealed_secrets(repository):
    recipient = identity(repository.home)
    repository.write("a.yaml", SECRET.format(name="a", value="one") + "  other: two\n")
    run(repository.home, "encrypt", "--in-place", "--recipient", recipient, "a.yaml", cwd=repository.path)
    sealed = (repository.path / "a.yaml").read_text()
    tokens = re.findall(r"SEALWAX1\S+", sealed)
    for text, rule in [
        (sealed.replace(tokens[0], "hunter2"), "git/half-sealed"),
        (sealed + "  third: three\n", "git/half-sealed"),
        (sealed.replace(f"  other: {tokens[1]}\n", ""), "git/stale-seal"),
        (sealed.replace("name: a\n", "name: b\n"), "git/stale-seal"),
        (re.sub(r"\n +seal .*", "", sealed), "git/lost-envelope"),
        (re.sub(r"\n +annotations:.*?(?=\nstringData)", "", sealed, flags=re.DOTALL), "git/lost-envelope"),
        (re.sub(r"(to age age1\S+) -", r"\1 bob", sealed), "git/stale-seal"),
    ]:
        assert text != sealed
        repository.write("a.yaml", text)
        repository.git("add", "--all")
        assert {found[0] for found in repository.findings("--all")} == {rule}, text
    repository.write("a.yaml", sealed)
    repository.git("add", "--all")
    assert repository.findings("--all") == []


def java_key_store(tag):
    """A store of keytool's first format with one entry."""
    entry = tag.to_bytes(4, "big") + b"\0\1a" + bytes(8)
    entry += b"\0\5X.509" if tag == 2 else b""
    return b"\xfe\xed\xfe\xed\0\0\0\2\0\0\0\1" + entry + (40).to_bytes(4, "big") + bytes(60)


def key_files():
    import datetime

    key = ec.generate_private_key(ec.SECP256R1())
    small = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a")])
    day = datetime.datetime(2026, 1, 1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, day, day + datetime.timedelta(days=9))
    certificate = builder.sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    sealed = serialization.BestAvailableEncryption(b"x")
    formats = serialization.PrivateFormat
    der = serialization.Encoding.DER

    def store(private, encryption, *others):
        return pkcs12.serialize_key_and_certificates(b"a", private, certificate, others or None, encryption)

    private, encrypted = "git/private-key", "git/encrypted-private-key"
    return {
        "pkcs8": (key.private_bytes(der, formats.PKCS8, plain), private),
        "sec1": (key.private_bytes(der, formats.TraditionalOpenSSL, plain), private),
        "pkcs1": (small.private_bytes(der, formats.TraditionalOpenSSL, plain), private),
        "pkcs8-rsa": (small.private_bytes(der, formats.PKCS8, plain), private),
        "pkcs8-encrypted": (key.private_bytes(der, formats.PKCS8, sealed), encrypted),
        "p12": (store(key, sealed), encrypted),
        "p12-plain": (store(key, plain), private),
        "jks": (java_key_store(1), encrypted),
        "utf16": (b"\xff\xfe" + PLAIN.encode("utf-16-le"), RULE),
        "utf16be": (b"\xfe\xff" + PLAIN.encode("utf-16-be"), RULE),
        "p12-certificates": (store(None, sealed), None),
        "certificate": (certificate.public_bytes(der), None),
        "public": (key.public_key().public_bytes(der, serialization.PublicFormat.SubjectPublicKeyInfo), None),
        "jks-certificates": (java_key_store(2), None),
        "image": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, None),
    }


def test_binary_files(repository):
    files = key_files()
    for name, (contents, _) in files.items():
        repository.write(name, contents)
    repository.git("add", "--all")
    expected = sorted((rule, name) for name, (_, rule) in files.items() if rule)
    assert sorted(repository.findings()) == expected
    assert sorted(repository.findings(".")) == expected


def test_large_files(repository):
    """More than 16 MiB is looked at in pieces: keys and Secrets, also across a border."""
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    line = b"x" * 63 + b"\n"
    text = line * ((4 << 20) // 64 - 1) + b"x" * 13 + b"\n" + pem + line * (14 << 14) + PLAIN.encode()
    assert len(text) > 17 << 20
    repository.write("large.txt", text)
    repository.git("add", "--all")
    lines = {"git/private-key": text[: text.index(b"-----")].count(b"\n") + 1, "git/secret-in-text": text.count(b"\n")}
    for arguments in ([], ["large.txt"]):
        result = run(repository.home, "git", "precommit", "--json", *arguments, cwd=repository.path, check=False)
        assert {item["rule"]: item["line"] for item in json.loads(result.stdout)} == lines


def test_memory_does_not_grow_with_the_number_of_files(repository):
    def peak():
        script = "import resource,subprocess,sys; subprocess.run(sys.argv[1:]); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        command = [sys.executable, "-c", script, BINARY, "git", "precommit", "--all", "--quiet"]
        result = subprocess.run(command, cwd=repository.path, capture_output=True, env=repository.environment())
        assert result.stderr == b"", result.stderr
        return int(result.stdout)

    for index in range(4_000):
        (repository.path / f"{index}.yaml").write_text(f"a: {index}\nb: {{kind: Secret}}\n" + "- d\n" * 40)
        if index == 400:
            repository.git("add", "--all")
            few = peak()
    repository.git("add", "--all")
    assert peak() < few + 4096


@pytest.fixture(scope="module")
def samples():
    text = (ROOT / "Tests" / "Fixtures" / "scan-found.txt").read_bytes().decode()
    return re.findall(r"^=== ([^\n]*) \(([^\n]*)\)\n(?:--> [^\n]*\n)+(.*?)^===$", text, re.MULTILINE | re.DOTALL)


def test_no_byte_of_a_value_is_shown(samples, tmp_path):
    words = ["hunter2", "aHVudGVyMg", "old-password", "THyETemT", "YXBpVm", "PGDEF3226L4", "pgdef3226l4", "b3BlbnNza"]
    words += ["MIICWwI", "MC4CAQ", "MHcCAQ", "c2VjcmV0", "LS0tLS1", "H4sIAAAA"]
    for index, (_, name, text) in enumerate(samples):
        path = tmp_path / str(index) / name
        path.parent.mkdir(parents=True)
        path.write_bytes(text.encode())
    for form in ("text", "json", "sarif", "junit"):
        result = run(tmp_path, "git", "precommit", "--format", form, ".", check=False)
        assert result.returncode == 1 and len(samples) > 50
        for word in words:
            assert word.encode() not in result.stdout + result.stderr, (form, word)


def test_reports(samples, tmp_path):
    (tmp_path / "a b.yaml").write_text(PLAIN)
    log = json.loads(run(tmp_path, "git", "precommit", "--format", "sarif", "a b.yaml", check=False).stdout)
    jsonschema.Draft4Validator(SARIF, format_checker=jsonschema.FormatChecker()).validate(log)
    [result] = log["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b.yaml"
    junit = run(tmp_path, "git", "precommit", "--format", "junit", "a b.yaml", check=False).stdout
    assert ElementTree.fromstring(junit.decode()).find("testsuite").get("failures") == "1"
    assert run(tmp_path, "git", "precommit", "--fail-on", "critical", "a b.yaml", check=False).returncode == 1
    (tmp_path / "README.md").write_text(f"```\n{PLAIN}```\n")
    assert run(tmp_path, "git", "precommit", "--fail-on", "critical", "README.md").returncode == 0


def test_the_pre_commit_framework(repository, tmp_path):
    """The hooks of this repository, taken from a clone of it as the framework does."""
    hooks = Repository(tmp_path, "hooks")
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", hooks.path)
    revision = hooks.commit()
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "sealwax").symlink_to(BINARY)
    path = f"{tools}:{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"
    where = {"PATH": path, "PRE_COMMIT_HOME": str(tmp_path / "cache")}
    repository.write(
        ".pre-commit-config.yaml",
        textwrap.dedent(
            f"""
            default_install_hook_types: [pre-commit, pre-push]
            repos:
              - repo: {hooks.path}
                rev: {revision}
                hooks: [{{id: sealwax}}, {{id: sealwax-push}}]
            """
        ),
    )

    def framework(*arguments):
        return subprocess.run(
            [pathlib.Path(sys.executable).parent / "pre-commit", *arguments],
            cwd=repository.path, capture_output=True, env={**repository.environment(), **where},
        )  # fmt: skip

    installed = framework("install")
    assert installed.returncode == 0, installed.stderr
    repository.write("a.yaml", "a: b\n")
    repository.git("add", "--all")
    fine = repository.git("commit", "--message", "fine", **where)
    assert b"sealwax" in fine.stderr and b"Passed" in fine.stderr
    repository.write("dir with blanks/b.yaml", PLAIN)
    repository.git("add", "--all")
    refused = repository.git("commit", "--message", "leak", check=False, **where)
    assert refused.returncode == 1
    assert b"[git/plaintext-secret]" in refused.stderr and b"dir with blanks/b.yaml:6" in refused.stderr
    assert framework("run", "--all-files").returncode == 1

    # Committed past the hook and taken out again: the push is what carries it away.
    repository.git("clone", "--quiet", "--bare", ".", str(tmp_path / "remote"), **where)
    repository.git("remote", "add", "origin", str(tmp_path / "remote"))
    repository.git("fetch", "--quiet", "origin")
    repository.git("commit", "--no-verify", "--message", "leak", **where)
    repository.git("rm", "--quiet", "-r", "dir with blanks")
    repository.git("commit", "--quiet", "--message", "gone", **where)
    pushed = repository.git("push", "origin", "main", check=False, **where)
    assert pushed.returncode == 1
    assert b"dir with blanks/b.yaml:6" in pushed.stdout + pushed.stderr
    repository.git("reset", "--quiet", "--hard", "HEAD~2")
    repository.commit("fine")
    repository.git("push", "origin", "main", **where)
