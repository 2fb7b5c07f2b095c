"""The independent decoder opens every valid vector and refuses every other one for its reason."""

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import sealwax_age
from sealwax_decoder import Refused, expand, lp, open_manifest, parse_key

VECTORS = Path(__file__).resolve().parent.parent / "Vectors"
KEYS = json.loads((VECTORS / "keys.json").read_text())
VERIFIER = sealwax_age.bech32_decode(KEYS["verifier"], "sealwaxsig")


def folders(kind: str) -> list:
    return sorted(p for p in (VECTORS / kind).iterdir() if p.is_dir())


def load(folder: Path):
    vector = json.loads((folder / "vector.json").read_text())
    files = {p.stem: p.read_bytes() for p in folder.iterdir() if p.name != "vector.json"}
    trusted = [VERIFIER] if vector.get("requiresSignature") else []
    return vector, files, trusted


def test_are_all_there():
    assert len(folders("valid")) >= 60
    assert len(folders("refused")) >= 70


@pytest.mark.parametrize("folder", folders("valid"), ids=lambda p: p.name)
def test_opens(folder: Path):
    vector, files, trusted = load(folder)
    for name in vector["keys"]:
        plain, opened = open_manifest(files["sealed"], [parse_key(KEYS[name])], trusted)
        assert plain == files["plain"]
        assert len(opened) == len(vector["units"])
        for one, unit in zip(opened, vector["units"]):
            assert one.dek.hex() == unit["dek"]
            assert one.prk.hex() == unit["prk"]
            assert expand(one.prk, lp("sealwax v1 commitment")).hex() == unit["commitment"]
            assert one.envelope.seal.hex() == unit["seal"]
            entries = [
                (entry.name, entry.kind, info.hex(), expand(one.prk, info).hex())
                for entry, info in zip(one.unit.entries, one.infos)
                if info is not None
            ]
            assert entries == [
                (e["name"], e["kind"], e["info"], e["key"]) for e in unit["entries"]
            ]


@pytest.mark.parametrize("folder", folders("refused"), ids=lambda p: p.name)
def test_refuses(folder: Path):
    vector, files, trusted = load(folder)
    keys = [parse_key(KEYS[name]) for name in vector["keys"]]
    with pytest.raises(Refused) as refused:
        open_manifest(files["sealed"], keys, trusted)
    assert refused.value.code == vector["refused"]


def test_age_opens_what_it_wraps(tmp_path: Path):
    """The wrapped key of an age recipient is an age file: age itself opens it."""
    age = shutil.which("age")
    if age is None:
        assert "CI" not in os.environ, "age is not installed"
        pytest.skip("age is not installed")
    identity = tmp_path / "identity"
    identity.write_text(KEYS["age"] + "\n")
    vector, files, _ = load(VECTORS / "valid" / "context-aes-256-gcm-strict")
    line = next(x for x in files["sealed"].decode().splitlines() if x.strip().startswith("to age"))
    wrap = base64.b64decode(line.split(" ")[-1])
    opened = subprocess.run(
        [age, "-d", "-i", str(identity)], input=wrap, capture_output=True, check=True)
    assert opened.stdout.hex() == vector["units"][0]["dek"]


def test_the_specification_has_the_example():
    """The example of docs/format.md is the vector of that name."""
    text = (VECTORS.parent.parent / "docs" / "format.md").read_text()
    folder = VECTORS / "valid" / "example"
    vector = json.loads((folder / "vector.json").read_text())
    unit = vector["units"][0]
    value = next(e for e in unit["entries"] if e["kind"] == "value")
    for part in [
        (folder / "plain.yaml").read_text(),
        (folder / "sealed.yaml").read_text(),
        KEYS["kekAES256GCM"],
        f"DEK        = {unit['dek']}",
        f"prk        = {unit['prk']}",
        f"commitment = {unit['commitment']}",
        f"value-key  = {value['key']}",
    ]:
        assert part.strip() in text
