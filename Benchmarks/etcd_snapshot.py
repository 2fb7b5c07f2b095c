#!/usr/bin/env python3
"""Writes an etcd snapshot of many Secrets as the API server and etcd would, to measure with.

    Benchmarks/etcd_snapshot.py COUNT SNAPSHOT CONFIGURATION

The Secrets are encrypted with aesgcm under one key, about a kilobyte each in a page of four. Needs
Python's `cryptography`, as .build-venv has it.
"""

import base64
import hashlib
import os
import struct
import sys

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PAGE = 4096
BRANCH, LEAF = 1, 2
PREFIX = b"k8s:enc:aesgcm:v1:key1:"


def varint(value):
    result = b""
    while value >= 0x80:
        result += bytes([value & 0x7F | 0x80])
        value >>= 7
    return result + bytes([value])


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def page(number, flags, elements):
    """A page of elements: (key, value) for a leaf, (key, page) for a branch."""
    heads, bodies = b"", b""
    for index, (key, value) in enumerate(elements):
        position = (len(elements) - index) * 16 + len(bodies)
        if flags == LEAF:
            is_bucket, value = value if isinstance(value, tuple) else (0, value)
            heads += struct.pack("<IIII", is_bucket, position, len(key), len(value))
            bodies += key + value
        else:
            heads += struct.pack("<IIQ", position, len(key), value)
            bodies += key
    result = struct.pack("<QHHI", number, flags, len(elements), 0) + heads + bodies
    assert len(result) <= PAGE, len(result)
    return result.ljust(PAGE, b"\0")


def fnv64a(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & (1 << 64) - 1
    return value


def meta(number, root, limit):
    body = struct.pack("<IIIIQQQQQ", 0xED0CDAED, 2, PAGE, 0, root, 0, (1 << 64) - 1, limit, number)
    body += struct.pack("<Q", fnv64a(body))
    return (struct.pack("<QHHI", number, 4, 0, 0) + body).ljust(PAGE, b"\0")


class Writer:
    def __init__(self, path):
        self.file = open(path, "wb+")
        self.file.seek(2 * PAGE)
        self.next = 2

    def add(self, flags, elements):
        self.file.write(page(self.next, flags, elements))
        self.next += 1
        return elements[0][0], self.next - 1

    def tree(self, level, width):
        """Branches above pages, up to one root."""
        while len(level) > 1:
            level = [self.add(BRANCH, level[at:at + width]) for at in range(0, len(level), width)]
        return level[0][1]

    def finish(self, root):
        _, number = self.add(LEAF, [(b"key", (1, struct.pack("<QQ", root, 0)))])
        self.file.seek(0)
        for index in range(2):
            self.file.write(meta(index, number, self.next))
        self.file.seek(0)
        digest = hashlib.sha256()
        while block := self.file.read(1 << 20):
            digest.update(block)
        self.file.write(digest.digest())
        self.file.close()


def main():
    count, snapshot, configuration = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    key = bytes(range(32))
    cipher = AESGCM(key)
    body = field(1, field(1, b"v1") + field(2, b"Secret"))
    body = b"k8s\0" + body + field(2, field(2, field(1, b"password") + field(2, os.urandom(690))))
    writer = Writer(snapshot)
    leaves, elements = [], []
    for index in range(count):
        name = b"/registry/secrets/ns-%03d/app-%07d" % (index % 500, index)
        nonce = struct.pack("<QI", index, 0)
        value = PREFIX + nonce + cipher.encrypt(nonce, body, name)
        number = varint(index + 2)
        record = field(1, name) + b"\x10" + number + b"\x18" + number + b"\x20\x01"
        elements.append((struct.pack(">QcQ", index + 2, b"_", 0), record + field(5, value)))
        if len(elements) == 4 or index == count - 1:
            leaves.append(writer.add(LEAF, elements))
            elements = []
    writer.finish(writer.tree(leaves, 100))
    with open(configuration, "w") as file:
        file.write(
            "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n"
            "- resources: [secrets]\n  providers:\n  - aesgcm:\n      keys:\n      - name: key1\n"
            f"        secret: {base64.b64encode(key).decode()}\n")


if __name__ == "__main__":
    main()
