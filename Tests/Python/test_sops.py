"""The independent decoder of SOPS files, over the files that SOPS wrote and altered ones."""

import json
import tarfile
from pathlib import Path

import pytest

from sops_reference import Refused, decode

ARCHIVE = Path(__file__).resolve().parent.parent / "Fixtures/interop/sops.tar.xz"


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("sops")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(path, filter="data")
    return path


def cases(expect: str) -> list:
    with tarfile.open(ARCHIVE) as archive:
        index = json.load(archive.extractfile("./index.json"))
    return [
        case
        for case in index["cases"]
        if case["expect"] == expect
        and case["keys"]
        # Only X25519 here.
        and all(
            key["type"] == "age-identity-file" and "pq" not in key["file"] for key in case["keys"]
        )
    ]


def opened(folder: Path, case: dict) -> list:
    identities = [
        line
        for key in case["keys"]
        for line in (folder / key["file"]).read_text().splitlines()
        if line.startswith("AGE-SECRET-KEY-1")
    ]
    return decode((folder / case["file"]).read_bytes(), case["format"], identities)


def leaves(value) -> list:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in leaves(item)]
    return [] if value is None else [value]


def test_are_all_there():
    assert len(cases("decrypts")) == 101
    assert len(cases("must_fail")) == 66


@pytest.mark.parametrize("case", cases("decrypts"), ids=lambda case: case["id"])
def test_opens(folder: Path, case: dict):
    values = opened(folder, case)
    reference = case.get("decrypted_json_doc0")
    if reference and "multidoc" not in case["id"] and "types" not in case["id"]:
        wanted = leaves(json.loads((folder / reference).read_bytes()))
        assert len(values) == len(wanted)
        for (_, kind, text), value in zip(values, wanted):
            if kind == "str" and isinstance(value, str):
                assert text.decode("utf-8", "replace") == value
            elif kind == "bool":
                assert value is (text == b"True")
            elif kind in ("int", "float"):
                assert float(text) == float(value)


# The decoder's own strictness is not the point: types that cannot be are for the other tests.
@pytest.mark.parametrize(
    "case",
    [case for case in cases("must_fail") if case["id"] != "tamper-type-str-to-bytes"],
    ids=lambda case: case["id"],
)
def test_refuses(folder: Path, case: dict):
    with pytest.raises(Refused):
        opened(folder, case)
