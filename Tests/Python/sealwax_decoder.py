"""An independent decoder of sealed manifests, written from docs/format.md alone.

    sealwax_decoder.py --identity KEY [--require-signature sealwaxsig1...] FILE

It opens what `cryptography` and `pynacl` can check; section numbers are those of the format.
"""

import argparse
import base64
import hmac
import re
import struct
import sys
from dataclasses import dataclass
from hashlib import sha256

import yaml
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nacl.bindings import crypto_secretbox_open
from nacl.exceptions import CryptoError

import sealwax_age
from sealwax_yaml import BREAK, Node, Tree


class Refused(Exception):
    """Why a manifest is not opened; `code` is one of the vectors'."""

    def __init__(self, code: str, message: str = ""):
        super().__init__(f"{code}: {message}")
        self.code = code


# 1. Conventions


def u32(n: int) -> bytes:
    return struct.pack(">I", n)


def lp(x: bytes | str) -> bytes:
    x = x.encode() if isinstance(x, str) else x
    return u32(len(x)) + x


def listing(*xs) -> bytes:
    return u32(len(xs)) + b"".join(lp(x) for x in xs)


def unbase64(text: str, code: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refused(code, "Base64") from error
    if base64.b64encode(raw).decode() != text:
        raise Refused(code, "not canonical Base64")
    return raw


def extract(ikm: bytes) -> bytes:
    return hmac.digest(bytes(32), ikm, sha256)


def expand(prk: bytes, info: bytes) -> bytes:
    return hmac.digest(prk, info + b"\x01", sha256)


# 2. Units


@dataclass
class Entry:
    kind: str
    path: tuple
    start: int
    end: int
    anchor: str = ""
    tag: str = ""
    token: str | None = None
    node: Node | None = None

    @property
    def name(self) -> str:
        def escape(part: str) -> str:
            return "".join(
                chr(b) if re.match(r"[A-Za-z0-9._-]", chr(b)) else f"%{b:02X}"
                for b in part.encode()
            )

        return "/".join(escape(p) for p in self.path) + ("#" if self.kind == "comment" else "")


@dataclass
class Unit:
    api_version: str
    kind: str
    namespace: str
    name: str
    type: str
    entries: list
    envelope: str | None
    envelope_key: Node | None
    annotations: Node | None
    metadata: Node | None
    number: int = 0

    @property
    def is_secret(self) -> bool:
        return (self.api_version, self.kind) == ("v1", "Secret")


TOKEN = re.compile(r"SEALWAX1[A-Za-z0-9+/=]*\Z")


def is_null(node: Node) -> bool:
    if node.kind != "scalar" or node.tag or node.style:
        return False
    return node.value in ("", "~", "null", "Null", "NULL")


def resolved(node: Node) -> Node:
    return node.target if node.kind == "alias" and node.target else node


def fields(node: Node) -> dict:
    """The values of a mapping by key; refuses what could hide one."""
    result = {}
    for key, value in node.pairs:
        name = resolved(key).value
        if name in result:
            raise Refused("manifest", f"duplicate key {name}")
        result[name] = (key, value)
    if "<<" in result:
        raise Refused("manifest", "merge key")
    return result


class Manifest:
    def __init__(self, text: str, sealed: dict | None = None):
        """`sealed` has the paths of objects that were opened, by their number."""
        try:
            self.tree = Tree(text)
        except yaml.YAMLError as error:
            raise Refused("source", "not YAML") from error
        self.text = text
        self.units = []
        self._sealed = sealed or {}
        self._others = 0
        for root in self.tree.documents:
            self._visit(root, False)

    def _visit(self, node: Node, in_secret_list: bool):
        if node.kind != "mapping":
            return
        header = {
            resolved(k).value: resolved(v).value
            for k, v in node.pairs
            if resolved(k).value in ("apiVersion", "kind")
        }
        version, kind = header.get("apiVersion", ""), header.get("kind", "")
        if (version, kind) == ("v1", "Secret") or (in_secret_list and not version and not kind):
            self.units.append(self._unit(node))
        elif version == "v1" and str(kind).endswith("List"):
            for item in fields(node).get("items", (None, Node("sequence", 0, 0, 0)))[1].items:
                self._visit(item, kind == "SecretList")
        else:
            self._others += 1
            self._other(node, version, kind)

    def _other(self, root: Node, version: str, kind: str):
        """An object that is no Secret: a unit by its envelope."""
        paths = self._sealed.get(self._others)
        if paths is None and not envelope_of(root):
            return
        unit = self._unit(root)
        if not version or not kind:
            raise Refused("manifest", "an object without apiVersion or kind")
        if paths is None:
            lines = unit.envelope.split("\n")
            paths = [x for line in lines if (x := path_of(line)) is not None]
        unit.api_version, unit.kind, unit.type, unit.number = version, kind, "", self._others
        found = Fields(self, paths)
        found.descend(root, found.start(), ())
        found.check_aliases()
        unit.entries = sorted(found.entries, key=lambda e: e.start)
        self.units.append(unit)

    def _unit(self, root: Node) -> Unit:
        top = fields(root)
        metadata = top.get("metadata", (None, None))[1]
        meta = fields(metadata) if metadata and metadata.kind == "mapping" else {}

        def text(found) -> str:
            if found is None or is_null(resolved(found[1])):
                return ""
            return resolved(found[1]).value

        annotations = meta.get("annotations", (None, None))[1]
        notes = fields(annotations) if annotations and annotations.kind == "mapping" else {}
        envelope_key, envelope = notes.get("sealwax.dev/envelope", (None, None))
        nodes = [top[name][1] for name in ("data", "stringData") if name in top]
        entries = []
        is_secret = top.get("kind") and resolved(top["kind"][1]).value == "Secret"
        for key, value in root.pairs if is_secret or "kind" not in top else []:
            if resolved(key).value in ("data", "stringData"):
                entries += self._entries(root, key, value, nodes)
        return Unit(
            "v1", "Secret", text(meta.get("namespace")), text(meta.get("name")), text(top.get("type")),
            sorted(entries, key=lambda e: e.start), envelope.value if envelope else None,
            envelope_key, annotations, metadata)

    def _entries(self, root: Node, key: Node, mapping: Node, nodes: list) -> list:
        name = resolved(key).value
        if mapping.kind != "mapping" and not is_null(mapping):
            raise Refused("manifest", f"{name} is not a mapping")
        entries = []
        inside = [n for node in nodes for pair in node.pairs for n in pair]
        fields(mapping)
        for k, v in mapping.pairs:
            path = (name, resolved(k).value)
            if v.kind == "alias":
                if not any(v.target is n for n in inside):
                    raise Refused("manifest", "alias to a value that is readable elsewhere")
                entries.append(Entry("alias", path, v.start, v.end, node=v))
            elif v.kind == "scalar":
                written = self.text[v.content : v.end]
                token = v.value if TOKEN.match(v.value) and v.value in written else None
                entries.append(
                    Entry("value", path, v.content, v.end, v.anchor, v.tag, token, v))
            else:
                raise Refused("manifest", "a value is a collection")
        for start, end in self.comments(root, key, mapping):
            body = self.text[start + 1 : end].strip(" \t")
            token = body if TOKEN.match(body) else None
            entries.append(Entry("comment", (name,), start + 1, end, token=token))
        return entries

    def colon(self, key: Node) -> int:
        """The `:` behind a key, comments between left out."""
        position = key.end
        while position < len(self.text) and self.text[position] != ":":
            position = (
                self.tree.line_end(position) if self.text[position] == "#" else position + 1)
        return position

    def comments(self, root: Node, key: Node, mapping: Node) -> list:
        colon = self.colon(key)
        if root.flow:
            return [c for c in self.tree.comments if colon < c[0] < mapping.end]
        found = []
        block_end = self.tree.line_end(max(mapping.end, colon))
        line_end = block_end
        # The first key of the Secret, or the `?` in front of it.
        indentation = root.start - self.tree.line_start(root.start)
        for start, end in self.tree.comments:
            if start < colon:
                continue
            if start >= line_end:
                line = self.tree.line_start(start)
                if self.text[block_end:start].strip(" \t\r\n\u0085\u2028\u2029"):
                    break
                block_end = end
                if start - line <= indentation:
                    continue
            found.append((start, end))
        return found


# 2.2 Fields of other objects


def envelope_of(root: Node) -> bool:
    node = root
    for name in ("metadata", "annotations", "sealwax.dev/envelope"):
        node = next((v for k, v in node.pairs if k.value == name), None)
        if node is None:
            return False
    return True


PART = re.compile(
    r"""\[\*\]|\[(0|[1-9]\d{0,8})\]|\["([!#-~]+?)"\]|(\.?)([!#-\-/-Z\\^-~]+)""", re.ASCII)


class Path:
    """A `field` line's path; `parts` are (kind, text)."""

    def __init__(self, text: str):
        self.text, self.parts = text, []
        position = 0
        while position < len(text):
            match = PART.match(text, position)
            if not match:
                raise Refused(BAD, "a path")
            index, quoted, dot, name = match.groups()
            if name is not None:
                if bool(dot) != bool(self.parts):
                    raise Refused(BAD, "a dot too many or too few")
                kind = "deep" if name == "**" else "glob" if "*" in name else "name"
                self.parts.append((kind, name))
            elif quoted is not None:
                if not set(quoted) & set(".[]*"):
                    raise Refused(BAD, "quotes for nothing")
                self.parts.append(("name", quoted))
            elif index is not None:
                self.parts.append(("index", index))
            else:
                self.parts.append(("element", "*"))
            position = match.end()
        kinds = [kind for kind, _ in self.parts]
        if (
            not kinds or kinds[0] != "name" or len(text) > 256 or len(kinds) > 16
            or kinds.count("deep") > 2 or self.parts[0][1] in ("apiVersion", "kind", "metadata")
            or kinds[-1] in ("deep", "element", "index") or self.parts[-1] == ("glob", "*")
        ):
            raise Refused(BAD, "a path")


def path_of(line: str) -> Path | None:
    """The path of a line; a line that is none is for `Envelope` to refuse."""
    try:
        return Path(line.removeprefix("field ")) if line.startswith("field ") else None
    except Refused:
        return None


class Fields:
    """The entries of an object that is no Secret."""

    def __init__(self, manifest: Manifest, paths: list):
        self.manifest, self.paths = manifest, paths
        self.entries, self.covered = [], []

    def start(self) -> set:
        return {(number, 0) for number in range(len(self.paths))}

    def _step(self, states: set, matches) -> tuple:
        """What is left to match, and whether a path ends here."""
        result, ends = set(), False
        for number, at in states:
            parts = self.paths[number].parts
            while at < len(parts):
                if parts[at][0] == "deep":
                    result.add((number, at))
                    at += 1
                    continue
                if matches(*parts[at]):
                    result.add((number, at + 1))
                    ends = ends or at + 1 == len(parts)
                break
        return result, ends

    @staticmethod
    def _key(node: Node) -> str:
        if node.kind != "scalar" or len(node.value.encode()) > 1024:
            raise Refused("manifest", "a key")
        return node.value

    def _pairs(self, node: Node) -> list:
        pairs = [(self._key(k), k, v) for k, v in node.pairs]
        if len({name for name, _, _ in pairs}) != len(pairs):
            raise Refused("manifest", "a key stands twice")
        return pairs

    @staticmethod
    def component(key: str) -> str:
        return f'"{key}"' if re.fullmatch(r"[0-9]+", key) or key.startswith('"') else key

    def descend(self, node: Node, states: set, path: tuple):
        if node.kind == "alias":
            if node.target is None or node.target.kind != "scalar":
                raise Refused("manifest", "an alias where a path goes on")
        elif node.kind == "sequence":
            for number, item in enumerate(node.items):
                left, _ = self._step(
                    states, lambda k, t, n=number: k == "element" or (k, t) == ("index", str(n)))
                if left:
                    self.descend(item, left, (*path, str(number)))
        elif node.kind == "mapping":
            for name, key, value in self._pairs(node):
                if name == "<<":
                    raise Refused("manifest", "a merge key where a path goes on")

                def matches(kind, text, name=name):
                    if kind == "glob":
                        pattern = ".*".join(re.escape(piece) for piece in text.split("*"))
                        return re.fullmatch(pattern, name, re.DOTALL) is not None
                    return kind == "name" and text == name

                left, ends = self._step(states, matches)
                inner = (*path, self.component(name))
                if ends:
                    self.covered.append(value)
                    self._cover(value, inner)
                    self._comments(node, key, value, inner)
                elif left:
                    self.descend(value, left, inner)

    def _cover(self, node: Node, path: tuple):
        kind = node.kind
        if node.kind == "sequence":
            for number, item in enumerate(node.items):
                self._cover(item, (*path, str(number)))
        elif node.kind == "mapping":
            for name, _, value in self._pairs(node):
                self._cover(value, (*path, self.component(name)))
        elif node.kind == "scalar":
            written = self.manifest.text[node.content : node.end]
            kind = "value" if written else "absent"
            token = node.value if TOKEN.match(node.value) and node.value in written else None
        if node.items or node.pairs:
            return
        entry = Entry(kind, path, node.content, node.end, node.anchor, node.tag, node=node)
        if kind == "value":
            entry.token = token
        self.entries.append(entry)

    def _comments(self, root: Node, key: Node, value: Node, path: tuple):
        for start, end in self.manifest.comments(root, key, value):
            body = self.manifest.text[start + 1 : end].strip(" \t")
            token = body if TOKEN.match(body) else None
            self.entries.append(Entry("comment", path, start + 1, end, token=token))

    def check_aliases(self):
        """What an alias stands for is covered as well."""
        for entry in self.entries:
            if entry.kind != "alias":
                continue
            target = entry.node.target
            if target is None or not any(
                c.start <= target.start and target.end <= c.end for c in self.covered
            ):
                raise Refused("manifest", "an alias to what is readable elsewhere")


# 5. The envelope


NAME = r"(?:-|[A-Za-z0-9._@+-]{1,64})"
BASE64 = r"[A-Za-z0-9+/]+={0,2}"
HEADER = re.compile(r"sealwax v1 (aes-256-gcm|secretbox) (strict|namespace|cluster)\Z")
TO = re.compile(rf"to (age|kek) ([!-~]+) {NAME} ({BASE64})\Z")
LAYOUT = re.compile(r"layout (entry|annotations)\Z")
TIME = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3])(?::[0-5]\d){2}Z"
COMMIT = re.compile(rf"commit ({BASE64}) ({TIME})\Z", re.ASCII)
SEAL = re.compile(
    rf"seal ({BASE64})( unit:[A-Za-z0-9+/]{{8}}(?: [A-Za-z0-9._/%#-]+:[A-Za-z0-9+/]{{8}})*)\Z")
SIGNATURE = re.compile(rf"signature ed25519 ({BASE64}) ({BASE64})\Z")
BAD = "malformedEnvelope"


class Envelope:
    def __init__(self, text: str):
        lines = text.split("\n")
        first = lines[0].split(" ")
        if first[0] != "sealwax" or len(first) < 2:
            raise Refused(BAD)
        if first[1] != "v1":
            raise Refused("unsupportedVersion")
        header = HEADER.match(lines.pop(0))
        if not header:
            raise Refused(BAD)
        self.cipher, self.scope = header.groups()
        self.sealed_lines = [header.group()]
        self.recipients = []
        while lines and lines[0].startswith("to "):
            match = TO.match(lines[0])
            if not match:
                raise Refused(BAD)
            kind, recipient, wrap = match.groups()
            if (kind, recipient) != ("age", "scrypt") and (kind, recipient) in [
                r[:2] for r in self.recipients
            ]:
                raise Refused(BAD, "a recipient stands twice")
            self.recipients.append((kind, recipient, unbase64(wrap, BAD)))
            self.sealed_lines.append(lines.pop(0))
        if not self.recipients:
            raise Refused(BAD)
        self.fields = []
        while lines and lines[0].startswith("field "):
            self.fields.append(Path(lines[0].removeprefix("field ")).text)
            self.sealed_lines.append(lines.pop(0))
        if len(self.fields) > 64 or self.fields != sorted(set(self.fields)):
            raise Refused(BAD, "field lines")
        self.layout, = self._next(lines, LAYOUT)
        self.sealed_lines.append(f"layout {self.layout}")
        commit, self.made = self._next(lines, COMMIT)
        self.sealed_lines.append(f"commit {commit} {self.made}")
        self.commitment = self._bytes(commit, 32)
        seal, self.digests = self._next(lines, SEAL)
        self.seal = self._bytes(seal, 32)
        self.signatures = []
        while lines:
            key, signature = self._next(lines, SIGNATURE)
            self.signatures.append((self._bytes(key, 32), self._bytes(signature, 64)))

    @staticmethod
    def _next(lines: list, pattern):
        match = pattern.match(lines.pop(0)) if lines else None
        if not match:
            raise Refused(BAD)
        return match.groups()

    @staticmethod
    def _bytes(text: str, count: int) -> bytes:
        raw = unbase64(text, BAD)
        if len(raw) != count:
            raise Refused(BAD)
        return raw


# 5.1 Wrapped keys


@dataclass
class KEK:
    cipher: str
    key: bytes

    @property
    def id(self) -> str:
        return f"{self.cipher}:{expand(extract(self.key), lp('sealwax v1 kek id'))[:8].hex()}"

    @staticmethod
    def parse(text: str) -> "KEK":
        for cipher in ("aes-256-gcm", "secretbox"):
            try:
                return KEK(cipher, sealwax_age.bech32_decode(text, f"sealwax-kek-{cipher}-"))
            except ValueError:
                continue
        raise ValueError("not a KEK")


def decrypt_box(cipher: str, key: bytes, box: bytes, info: bytes, code: str) -> bytes:
    try:
        if cipher == "aes-256-gcm":
            return AESGCM(key).decrypt(box[:12], box[12:], info)
        return crypto_secretbox_open(box[24:], box[:24], key)
    except (InvalidTag, CryptoError, ValueError) as error:
        raise Refused(code) from error


def unwrap(envelope: Envelope, unit_list: bytes, keys: list) -> bytes:
    failed = False
    for key in keys:
        for kind, recipient, wrap in envelope.recipients:
            try:
                if isinstance(key, KEK) and (kind, recipient) == ("kek", key.id):
                    info = lp("sealwax v1 kek wrap") + lp(key.id) + unit_list
                    wrap_key = expand(extract(key.key), info)
                    dek = decrypt_box(key.cipher, wrap_key, wrap, info, "unwrapFailed")
                elif isinstance(key, str) and kind == "age":
                    dek = sealwax_age.decrypt(wrap, key)
                else:
                    continue
            except sealwax_age.NotForUs:
                continue
            except (Refused, ValueError):
                failed = True
                continue
            if len(dek) == 32:
                return dek
            failed = True
    raise Refused("unwrapFailed" if failed else "noIdentity")


# 3. Keys, 4. Tokens, 5.3 The seal, 5.4 Signatures


MAGIC = bytes.fromhex("48400b5805f5")
EMPTY = ("mapping", "sequence", "absent")
FORMS = {0: "", 1: " ", 2: ": "}


def open_token(token: str, cipher: str, prk: bytes, info: bytes):
    bad = "malformedToken"
    raw = unbase64(token, bad)
    nonce = 12 if cipher == "aes-256-gcm" else 24
    size = len(raw) - 6 - nonce - 16
    if not raw.startswith(MAGIC) or size < 32 or size % 32:
        raise Refused(bad)
    padded = decrypt_box(cipher, expand(prk, info), raw[6:], info, "tokenNotAuthentic")
    text = padded.rstrip(b"\0")
    if len(padded) - len(text) > 31 or len(text) < 2 or text[-1] != 0x80 or text[0] not in FORMS:
        raise Refused(bad)
    if text[0] == 2 and len(text) != 2:
        raise Refused(bad, "a form that says nothing stood there, and a text")
    return text[0], text[1:-1]


@dataclass
class OpenedUnit:
    unit: Unit
    envelope: Envelope
    dek: bytes
    prk: bytes
    infos: list
    texts: list


def open_unit(manifest: Manifest, unit: Unit, keys: list, trusted: list) -> OpenedUnit:
    envelope = Envelope(unit.envelope)
    if unit.is_secret == bool(envelope.fields):
        raise Refused(BAD, "field lines of a Secret, or none of something else")
    bound = {"strict": [unit.namespace, unit.name], "namespace": [unit.namespace], "cluster": []}
    if envelope.scope == "strict" and not unit.name:
        raise Refused("unnamedUnit")
    unit_list = listing(
        "sealwax v1", envelope.cipher, envelope.scope, unit.api_version, unit.kind,
        *bound[envelope.scope])
    body = unit_list + lp(unit.type) + listing(*envelope.sealed_lines)
    head = sha256(lp("sealwax v1 unit digest") + body).digest()[:6]
    digests = f" unit:{base64.b64encode(head).decode()}"
    body += u32(len(unit.entries))
    for entry in unit.entries:
        if entry.kind in EMPTY:
            text = ""
        elif entry.kind == "alias":
            text = manifest.text[entry.start : entry.end]
        elif entry.token is None:
            raise Refused("plaintextBesideCiphertext", entry.name)
        else:
            text = entry.token
        encoded = (
            lp(entry.kind) + listing(*entry.path) + lp(entry.anchor) + lp(entry.tag) + lp(text))
        body += encoded
        digest = sha256(lp("sealwax v1 digest") + encoded).digest()[:6]
        digests += f" {entry.name}:{base64.b64encode(digest).decode()}"

    dek = unwrap(envelope, unit_list, keys)
    prk = extract(dek)
    commitment = expand(prk, lp("sealwax v1 commitment"))
    if not hmac.compare_digest(commitment, envelope.commitment):
        raise Refused("commitmentMismatch")
    seal_key = expand(prk, lp("sealwax v1 seal key"))
    seal = hmac.digest(seal_key, lp("sealwax v1 seal") + body, sha256)
    if not hmac.compare_digest(seal, envelope.seal) or digests != envelope.digests:
        raise Refused("staleSeal")
    check_signatures(envelope, body, trusted)

    infos, texts = [], []
    for entry in unit.entries:
        if entry.kind not in ("value", "comment"):
            infos.append(None)
            texts.append(None)
            continue
        label = f"sealwax v1 {entry.kind} key"
        infos.append(lp(label) + unit_list + listing(*entry.path))
        texts.append(open_token(entry.token, envelope.cipher, prk, infos[-1]))
    return OpenedUnit(unit, envelope, dek, prk, infos, texts)


def check_signatures(envelope: Envelope, body: bytes, trusted: list):
    if not trusted:
        return
    message = lp("sealwax v1 signature") + body + lp(envelope.seal)
    code = "missingSignature"
    for key, signature in envelope.signatures:
        if key not in trusted:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
            return
        except InvalidSignature:
            code = "invalidSignature"
    raise Refused(code)


# 5.2 Layout


def removal(manifest: Manifest, opened: OpenedUnit):
    """The range that takes the envelope out."""
    unit, text = opened.unit, manifest.text
    key, mapping = unit.envelope_key, unit.annotations
    if opened.envelope.layout == "annotations" and len(mapping.pairs) == 1:
        key, mapping = next(
            (k, unit.metadata) for k, v in unit.metadata.pairs if v is unit.annotations)
    index = next(i for i, (k, _) in enumerate(mapping.pairs) if k is key)
    value = mapping.pairs[index][1]
    if mapping.flow:
        if index:
            return mapping.pairs[index - 1][1].end, value.end
        if len(mapping.pairs) > 1:
            return key.start, mapping.pairs[1][0].start
        return key.start, value.end
    start = manifest.tree.line_start(key.start)
    end = start + len(text[start : value.end].rstrip(" \t\r\n\u0085\u2028\u2029"))
    stop = BREAK.search(text, end)
    if stop:
        return start, stop.end()
    if start == 0:
        return start, len(text)
    return start - (2 if text[start - 2 : start] == "\r\n" else 1), len(text)


def open_manifest(data: bytes, keys: list, trusted: list = ()):
    """The original bytes and what was derived for each sealed unit."""
    try:
        manifest = Manifest(data.decode())
    except UnicodeDecodeError as error:
        raise Refused("source") from error
    edits, opened = [], []
    for unit in manifest.units:
        if unit.envelope is None:
            if any(entry.token for entry in unit.entries):
                raise Refused("missingEnvelope")
            continue
        one = open_unit(manifest, unit, keys, list(trusted))
        opened.append(one)
        edits.append((*removal(manifest, one), ""))
        for entry, found in zip(unit.entries, one.texts):
            if found is None:
                continue
            form, source = found
            added = FORMS[form]
            start = entry.start - len(added)
            if (entry.kind == "comment" and added) or manifest.text[start : entry.start] != added:
                raise Refused("malformedToken", "the text in front of the token")
            try:
                edits.append((start, entry.end, source.decode()))
            except UnicodeDecodeError as error:
                raise Refused("notReversible") from error
    result, position = "", 0
    for start, end, replacement in sorted(edits, key=lambda e: e[:2]):
        result += manifest.text[position:start] + replacement
        position = end
    result += manifest.text[position:]
    check_restored(manifest, opened, result)
    return result.encode(), opened


def check_restored(manifest: Manifest, opened: list, result: str):
    """Source texts mean what they did only where nothing around them was reformatted."""
    paths = {
        one.unit.number: [Path(text) for text in one.envelope.fields]
        for one in opened if not one.unit.is_secret
    }
    try:
        restored = Manifest(result, paths)
    except Refused as error:
        raise Refused("notReversible") from error
    if len(restored.units) != len(manifest.units):
        raise Refused("notReversible")
    by_unit = {id(one.unit): one for one in opened}
    for before, after in zip(manifest.units, restored.units):
        one = by_unit.get(id(before))
        if one is None:
            continue
        if [(e.kind, e.path) for e in before.entries] != [(e.kind, e.path) for e in after.entries]:
            raise Refused("notReversible")
        for entry, found in zip(after.entries, one.texts):
            if found and restored.text[entry.start : entry.end] != found[1].decode():
                raise Refused("notReversible")


def parse_key(text: str):
    """A KEK, or an age identity as text."""
    return text if text.startswith("AGE-SECRET-KEY-") else KEK.parse(text)


def main() -> int:
    parser = argparse.ArgumentParser(description="open a sealed manifest")
    parser.add_argument("--identity", action="append", default=[], help="a file with a key")
    parser.add_argument("--require-signature", action="append", default=[])
    parser.add_argument("file")
    arguments = parser.parse_args()
    keys = []
    for path in arguments.identity:
        with open(path, encoding="utf-8") as file:
            keys += [parse_key(line.strip()) for line in file if line[:1] not in "#\n"]
    trusted = [sealwax_age.bech32_decode(v, "sealwaxsig") for v in arguments.require_signature]
    with open(arguments.file, "rb") as file:
        data = file.read()
    try:
        sys.stdout.buffer.write(open_manifest(data, keys, trusted)[0])
    except Refused as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
