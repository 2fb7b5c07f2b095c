"""Just enough of age v1 (https://age-encryption.org/v1) to open what one X25519 recipient got."""

import base64
import hmac
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def bech32_decode(text: str, part: str) -> bytes:
    """The bytes of a Bech32 text (BIP 173) with this human-readable part."""
    text = text.strip()
    if text not in (text.lower(), text.upper()):
        raise ValueError("mixed case")
    hrp, _, data = text.lower().rpartition("1")
    if hrp != part.lower():
        raise ValueError(f"not a {part}")
    values = [CHARSET.index(c) for c in data]
    check = 1
    for v in [ord(c) >> 5 for c in hrp] + [0] + [ord(c) & 31 for c in hrp] + values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ v
        for i, g in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= g if top >> i & 1 else 0
    if check != 1:
        raise ValueError("checksum")
    bits = "".join(f"{v:05b}" for v in values[:-6])
    return bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits) // 8 * 8, 8))


def _b64(text: str) -> bytes:
    if "=" in text:
        raise ValueError("padding")
    raw = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    if base64.b64encode(raw).decode().rstrip("=") != text:
        raise ValueError("not canonical")
    return raw


def _hkdf(ikm: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt or None, info).derive(ikm)


class NotForUs(Exception):
    """The file is for somebody else."""


def decrypt(data: bytes, identity: str) -> bytes:
    """The payload of a small file (one chunk); ValueError when it is altered."""
    secret = bech32_decode(identity, "AGE-SECRET-KEY-")
    key = X25519PrivateKey.from_private_bytes(secret)
    ours = key.public_key().public_bytes_raw()
    head, separator, rest = data.partition(b"\n---")
    if not separator or not rest.startswith(b" "):
        raise ValueError("no end of header")
    mac, _, payload = rest[1:].partition(b"\n")
    lines = head.decode("ascii").split("\n")
    if lines[0] != "age-encryption.org/v1":
        raise ValueError("not age v1")
    file_key = None
    index = 1
    while index < len(lines):
        if not lines[index].startswith("-> "):
            raise ValueError("no stanza")
        arguments = lines[index][3:].split(" ")
        body = ""
        while True:
            index += 1
            if index >= len(lines):
                raise ValueError("unfinished body")
            body += lines[index]
            if len(lines[index]) < 64:
                break
        index += 1
        if arguments[0] != "X25519":
            continue
        share = _b64(arguments[1])
        shared = key.exchange(X25519PublicKey.from_public_bytes(share))
        wrap = _hkdf(shared, share + ours, b"age-encryption.org/v1/X25519")
        try:
            file_key = ChaCha20Poly1305(wrap).decrypt(bytes(12), _b64(body), None)
        except InvalidTag:
            continue
    if file_key is None:
        raise NotForUs
    expected = hmac.digest(_hkdf(file_key, b"", b"header"), head + b"\n---", sha256)
    if not hmac.compare_digest(expected, _b64(mac.decode("ascii"))):
        raise ValueError("header MAC")
    stream = _hkdf(file_key, payload[:16], b"payload")
    try:
        return ChaCha20Poly1305(stream).decrypt(bytes(11) + b"\x01", payload[16:], None)
    except InvalidTag as error:
        raise ValueError("payload") from error
