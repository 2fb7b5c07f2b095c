"""Sealed manifests are valid core/v1 Secrets, as strictly as Kubernetes' own validation is."""

import base64
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

VECTORS = Path(__file__).resolve().parent.parent / "Vectors"

# The fields of core/v1 Secret and metav1 ObjectMeta (kubernetes/api core/v1/types.go); strict
# decoding refuses any other. Limits are those of apimachinery's validation.
STRINGS = {"type": "object", "additionalProperties": {"type": "string"}}
SUBDOMAIN = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
SECRET = {
    "type": "object",
    "required": ["metadata"],
    "additionalProperties": False,
    "properties": {
        "apiVersion": {"const": "v1"},
        "kind": {"const": "Secret"},
        "type": {"type": "string"},
        "immutable": {"type": ["boolean", "null"]},
        "metadata": {
            "type": "object",
            "additionalProperties": False,
            "anyOf": [{"required": ["name"]}, {"required": ["generateName"]}],
            "properties": {
                "name": {"type": "string", "pattern": SUBDOMAIN, "maxLength": 253},
                "generateName": {"type": "string"},
                "namespace": {"type": "string", "pattern": r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"},
                "labels": STRINGS,
                "annotations": STRINGS,
                "finalizers": {"type": "array"},
                "ownerReferences": {"type": "array"},
            },
        },
        "data": {
            "type": ["object", "null"],
            "additionalProperties": {"type": ["string", "null"]},
        },
        "stringData": {
            "type": ["object", "null"],
            "additionalProperties": {"type": ["string", "null"]},
        },
    },
}
QUALIFIED = r"^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"
MAXIMUM_ANNOTATIONS = 256 << 10
MAXIMUM_DATA = 1 << 20


class Loader(yaml.SafeLoader):
    """As sigs.k8s.io/yaml: no dates, binary as text."""


Loader.yaml_implicit_resolvers = {
    first: [r for r in resolvers if r[0] != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for tag in ("tag:yaml.org,2002:binary", "!"):
    Loader.add_constructor(tag, lambda loader, node: node.value)


def check(secret: dict):
    """Raises when the API server would not take the object for a Secret."""
    jsonschema.validate(secret, SECRET)
    annotations = secret["metadata"].get("annotations") or {}
    total = sum(len(k.encode()) + len(v.encode()) for k, v in annotations.items())
    assert total <= MAXIMUM_ANNOTATIONS
    for name in annotations:
        assert re.match(QUALIFIED, name), name
    size = 0
    for name in ("data", "stringData"):
        for key, value in (secret.get(name) or {}).items():
            value = value or ""
            raw = base64.b64decode(value, validate=True) if name == "data" else value.encode()
            size += len(raw)
    assert size <= MAXIMUM_DATA


def secrets(path: Path):
    for document in yaml.load_all(path.read_text(), Loader=Loader):
        if not isinstance(document, dict):
            continue
        items = document.get("items") if "List" in str(document.get("kind")) else [document]
        for item in items or []:
            if item.get("kind", "Secret") == "Secret":
                yield item


# Those named fields-... are of other kinds.
SEALED = sorted(
    path for path in (VECTORS / "valid").glob("*/sealed.*")
    if not path.parent.name.startswith("fields-"))


@pytest.mark.parametrize("path", SEALED, ids=lambda p: p.parent.name)
def test_sealed_manifests_are_secrets(path: Path):
    found = list(secrets(path))
    assert found
    for secret in found:
        check(secret)
        assert "sealwax.dev/envelope" in secret["metadata"]["annotations"]


@pytest.mark.parametrize("path", SEALED, ids=lambda p: p.parent.name)
def test_nothing_else_changes(path: Path):
    """Take the envelope out and the values away: what is left is the plaintext manifest."""

    def skeleton(secret: dict) -> dict:
        metadata = dict(secret["metadata"])
        notes = dict(metadata.pop("annotations", None) or {})
        notes.pop("sealwax.dev/envelope", None)
        keys = {n: sorted(secret.get(n) or {}) for n in ("data", "stringData")}
        rest = {k: v for k, v in secret.items() if k not in ("metadata", "data", "stringData")}
        return {**rest, "metadata": metadata, "annotations": notes, **keys}

    plain = path.with_name(path.name.replace("sealed", "plain"))
    assert [skeleton(s) for s in secrets(path)] == [skeleton(s) for s in secrets(plain)]


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.update(sealwax={}),
        lambda s: s["data"].update(a="not base64"),
        lambda s: s["data"].update(a="YQ"),
        lambda s: s["data"].update(a=1),
        lambda s: s["metadata"].update(sops={}),
        lambda s: s["metadata"].update(annotations={"a": 1}),
        lambda s: s["metadata"].update(annotations={"a": "x" * (257 << 10)}),
        lambda s: s["metadata"].pop("name"),
    ],
)
def test_the_check_itself_refuses(change):
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "db"},
        "data": {"a": "YQ=="},
    }
    check(secret)
    change(secret)
    with pytest.raises(Exception):
        check(secret)
