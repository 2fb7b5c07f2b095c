"""An independent decoder of SOPS files, written from the published format.

    sops_reference.py --identity FILE [--store yaml|json|dotenv|ini|binary] FILE

Prints the decrypted values as a JSON list of [path, type, text], having checked every value and the
MAC. Data keys come from age recipients (X25519) and from Shamir's shares of them; YAML is read by
PyYAML, INI and dotenv by what little is needed here.
"""

import argparse
import base64
import binascii
import json
import re
import sys
from decimal import Decimal
from hashlib import sha256, sha512
from hmac import compare_digest
from pathlib import Path

import yaml
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import sealwax_age

ENCRYPTED = re.compile(
    r"ENC\[AES256_GCM,data:([^,]*),iv:([^,]*),tag:([^,]*),type:(str|int|float|bool|time|bytes|comment)\]"
)
RULES = [
    "unencrypted_suffix",
    "encrypted_suffix",
    "unencrypted_regex",
    "encrypted_regex",
    "unencrypted_comment_regex",
    "encrypted_comment_regex",
]


class Refused(Exception):
    """Why a file is not opened."""


# The data key


def unarmor(text: str) -> bytes:
    lines = [line for line in text.splitlines() if line and not line.startswith("-----")]
    return base64.b64decode("".join(lines))


def multiply(a: int, b: int) -> int:
    product = 0
    while b:
        if b & 1:
            product ^= a
        a = a << 1 ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return product


def inverse(a: int) -> int:
    return next(b for b in range(1, 256) if multiply(a, b) == 1)


def combine(shares: list) -> bytes:
    places = [share[-1] for share in shares]
    if len(set(places)) != len(places) or 0 in places:
        raise Refused("shares of the same place")
    secret = bytearray()
    for column in zip(*(share[:-1] for share in shares)):
        value = 0
        for i, y in enumerate(column):
            for j, x in enumerate(places):
                if i != j:
                    y = multiply(y, multiply(x, inverse(x ^ places[i])))
            value ^= y
        secret.append(value)
    return bytes(secret)


def open_group(group: dict, identities: list):
    for entry in group.get("age") or []:
        for identity in identities:
            try:
                return sealwax_age.decrypt(unarmor(entry["enc"]), identity)
            except (sealwax_age.NotForUs, ValueError):
                continue
    return None


def data_key(metadata: dict, identities: list) -> bytes:
    groups = metadata.get("key_groups") or [metadata]
    shares = [s for s in (open_group(group, identities) for group in groups) if s is not None]
    if len(groups) == 1:
        if not shares:
            raise Refused("no identity opens the data key")
        key = shares[0]
    else:
        needed = int(metadata.get("shamir_threshold") or len(groups))
        if len(shares) < needed:
            raise Refused("too few groups open")
        key = combine(shares)
    if len(key) != 32:
        raise Refused("the data key is not 32 bytes long")
    return key


# Trees: mappings are lists of (key, value), lists are List objects, leaves (type, text) or None


class List(list):
    """A list, which is not a mapping's list of pairs."""


def float_text(value: float) -> str:
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "+Inf" if value > 0 else "-Inf"
    text = format(Decimal(repr(value)), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text


def plain_scalar(text: str):
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE"):
        return "bool", b"True"
    if text in ("false", "False", "FALSE"):
        return "bool", b"False"
    special = {".inf": "+Inf", "-.inf": "-Inf", ".nan": "NaN"}.get(text)
    if special:
        return "float", special.encode()
    if re.fullmatch(r"[-+]?(0|[1-9][0-9]*)", text):
        return "int", str(int(text)).encode()
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text):
        return "float", float_text(float(text)).encode()
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)", text):
        return "time", text.encode()
    return "str", text.encode()


def from_yaml(node):
    if isinstance(node, yaml.MappingNode):
        pairs = [(key.value, from_yaml(value)) for key, value in node.value]
        if len({key for key, _ in pairs}) != len(pairs):
            raise Refused("a key twice")
        return pairs
    if isinstance(node, yaml.SequenceNode):
        return List(from_yaml(item) for item in node.value)
    if node.tag == "tag:yaml.org,2002:binary":
        return "str", base64.b64decode(node.value)
    if node.style:
        return "str", node.value.encode()
    return plain_scalar(node.value)


def from_json(value):
    if isinstance(value, list) and not isinstance(value, Pairs):
        return List(from_json(item) for item in value)
    if isinstance(value, Pairs):
        return [(key, from_json(item)) for key, item in value]
    if value is None:
        return None
    if isinstance(value, bool):
        return "bool", str(value).encode()
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return "int", str(value).encode()
    if isinstance(value, (int, float)):
        return "float", float_text(float(value)).encode()
    return "str", value.encode("utf-8", "surrogatepass")


class Pairs(list):
    """A JSON object, keys that occur twice kept."""


def read_dotenv(text: str):
    pairs = []
    for line in text.split("\n"):
        if line and not line.startswith("#"):
            key, _, value = line.partition("=")
            pairs.append((key, ("str", value.replace("\\n", "\n").encode())))
    return pairs


def read_ini(text: str):
    sections = [("DEFAULT", [])]
    lines = iter(text.split("\n"))
    for line in lines:
        line = line.strip()
        if not line or line[0] in ";#":
            continue
        if line[0] == "[":
            sections.append((line[1 : line.rindex("]")], []))
            continue
        key, _, value = (part.strip() for part in line.partition("="))
        quote = next((q for q in ('"""', "`", '"') if value.startswith(q)), "")
        if quote:
            value = value[len(quote) :]
            while not value.endswith(quote):
                value += "\n" + next(lines)
            value = value[: -len(quote)]
        sections[-1][1].append((key.strip("`"), ("str", value.encode())))
    return sections


def nest(pairs: list) -> dict:
    """Flat metadata: a__list_0__map_b."""
    root: dict = {}
    for name, (_, value) in pairs:
        node, place = root, None
        for part in re.split(r"__(?=map_|list_)", name):
            step = int(part[5:]) if part.startswith("list_") else part.removeprefix("map_")
            if place is not None:
                node = node.setdefault(place, {})
            place = step
        node[place] = value.decode()
    return unlist(root)


def unlist(node):
    if not isinstance(node, dict):
        return node
    if node and all(isinstance(key, int) for key in node):
        return [unlist(node[i]) for i in range(len(node))]
    return {key: unlist(value) for key, value in node.items()}


def plain_metadata(tree):
    if isinstance(tree, List):
        return [plain_metadata(item) for item in tree]
    if isinstance(tree, list):
        return {key: plain_metadata(value) for key, value in tree}
    if tree is None:
        return None
    return tree[1].decode() if tree[0] != "bool" else tree[1] == b"True"


def load(text: bytes, store: str):
    """The documents without metadata, and the metadata."""
    if store in ("json", "binary"):
        documents = [from_json(json.loads(text, object_pairs_hook=Pairs))]
    elif store == "yaml":
        documents = [from_yaml(node) if node else [] for node in yaml.compose_all(text)]
    elif store == "dotenv":
        pairs = read_dotenv(text.decode())
        own = [(key[5:], value) for key, value in pairs if key.startswith("sops_")]
        return [[pair for pair in pairs if not pair[0].startswith("sops_")]], nest(own)
    else:
        sections = read_ini(text.decode())
        own = dict(sections).get("sops")
        if own is None:
            raise Refused("no metadata")
        flat = [(key, (kind, value.replace(b"\\n", b"\n"))) for key, (kind, value) in own]
        return [[section for section in sections if section[0] != "sops"]], nest(flat)
    found = [value for key, value in documents[0] if key == "sops"]
    if len(found) != 1 or isinstance(found[0], tuple) or found[0] is None:
        raise Refused("no metadata")
    metadata = plain_metadata(found[0])
    return [[p for p in document if p[0] != "sops"] for document in documents], metadata


# Values and the MAC


def aad(path: list) -> bytes:
    return (":".join(path) + ":").encode()


def open_value(text: str, key: bytes, context: bytes):
    match = ENCRYPTED.fullmatch(text)
    if not match:
        raise Refused("not an encrypted value")
    try:
        data, nonce, tag = (base64.b64decode(part, validate=True) for part in match.groups()[:3])
        return match[4], AESGCM(key).decrypt(nonce, data + tag, context)
    except (binascii.Error, InvalidTag, ValueError) as error:
        raise Refused("a value does not open") from error


def canonical(kind: str, text: bytes) -> bytes:
    try:
        if kind == "int":
            return str(int(text)).encode()
        if kind == "float":
            return float_text(float(text)).encode()
        if kind == "bool":
            return {b"True": b"True", b"False": b"False"}[text]
    except (ValueError, KeyError) as error:
        raise Refused(f"not of type {kind}") from error
    return text


class Decoder:
    def __init__(self, metadata: dict, key: bytes):
        self.key = key
        rules = [rule for rule in RULES if metadata.get(rule)]
        if len(rules) > 1:
            raise Refused("two rules")
        self.rule = rules[0] if rules else "unencrypted_suffix"
        self.pattern = metadata[self.rule] if rules else "_unencrypted"
        self.only_encrypted = str(metadata.get("mac_only_encrypted")).lower() == "true"
        self.digest = sha512(sha256(b"sops").digest() if self.only_encrypted else b"")
        self.values: list = []

    def is_encrypted(self, path: list) -> bool:
        if self.rule.endswith("suffix"):
            hit = any(part.endswith(self.pattern) for part in path)
        else:
            hit = any(re.search(self.pattern, part) for part in path)
        return hit == self.rule.startswith("encrypted")

    def walk(self, tree, path: list):
        if isinstance(tree, List):
            for item in tree:
                self.walk(item, path)
        elif isinstance(tree, list):
            for key, value in tree:
                self.walk(value, path + [key])
        elif tree is not None:
            self.leaf(tree, path)

    def leaf(self, leaf, path: list):
        kind, text = leaf
        # What comments ask for is not looked at here: an encrypted value shows it.
        by_comment = self.rule.endswith("comment_regex")
        encrypted = text.startswith(b"ENC[") if by_comment else self.is_encrypted(path)
        if encrypted and text:
            if kind != "str":
                raise Refused("a value is not encrypted")
            kind, text = open_value(text.decode(), self.key, aad(path))
            text = canonical(kind, text)
        if kind == "comment":
            return
        if encrypted or not self.only_encrypted:
            self.digest.update(text)
        self.values.append((path, kind, text))

    def check_mac(self, metadata: dict):
        if not metadata.get("mac"):
            raise Refused("no MAC")
        _, stored = open_value(metadata["mac"], self.key, metadata["lastmodified"].encode())
        if not compare_digest(stored, self.digest.hexdigest().upper().encode()):
            raise Refused("another MAC")


def check_comments(text: str, key: bytes, values: list):
    """Every encrypted comment opens below one of the paths that there are."""
    paths = {aad(path[:count]) for path, _, _ in values for count in range(len(path) + 1)}
    for line in text.splitlines():
        for match in re.finditer(r"#\s*(ENC\[AES256_GCM,[^\]]*type:comment\])", line):
            for context in paths | {b":"}:
                try:
                    open_value(match[1], key, context)
                    break
                except Refused:
                    continue
            else:
                raise Refused("a comment does not open")


def decode(text: bytes, store: str, identities: list) -> list:
    """The values of a file as (path, type, text), in its order."""
    try:
        documents, metadata = load(text, store)
    except (ValueError, yaml.YAMLError, StopIteration) as error:
        raise Refused("the file cannot be read") from error
    key = data_key(metadata, identities)
    decoder = Decoder(metadata, key)
    for document in documents:
        decoder.walk(document, [])
    decoder.check_mac(metadata)
    if store in ("yaml", "dotenv"):
        check_comments(text.decode(), key, decoder.values)
    return decoder.values


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--identity", required=True, action="append")
    parser.add_argument("--store", default="yaml")
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    identities = [
        line.strip()
        for name in options.identity
        for line in Path(name).read_text().splitlines()
        if line.startswith("AGE-SECRET-KEY-1")
    ]
    for name in options.files:
        try:
            values = decode(Path(name).read_bytes(), options.store, identities)
        except Refused as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 1
        print(json.dumps([[path, kind, text.decode("latin-1")] for path, kind, text in values]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
