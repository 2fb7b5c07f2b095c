"""What seal and unseal write: the old file or the new one, whatever happens and whatever is there."""

import base64
import os
import subprocess

import pytest
import yaml
from program import BINARY, environment, run
from test_faults import shim  # noqa: F401
from test_robustness import temporary_files
from test_sealed_secrets import pair, seal, unseal  # noqa: F401

SECRET = b"apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: prod}\nstringData:\n  k: old\n"


class Place:
    """A folder with a Secret, a SealedSecret, and `t`, which a command is to write."""

    def __init__(self, folder, keys, original):
        self.folder, (self.key, self.keys) = folder, keys
        self.target = folder / "t"
        self.sealed = (
            "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: db, namespace: prod}\n"
            f"spec:\n  encryptedData:\n    k: {seal(self.key, b'old', b'prod/db')}\n"
        ).encode()
        (folder / "secret.yaml").write_bytes(SECRET.replace(b"old", b"new"))
        (folder / "sealed.yaml").write_bytes(self.sealed)
        self.original = {"text": b"a: 1\n", "secret": SECRET, "sealed": self.sealed}[original]

    def command(self, words, **more):
        places = {"CERT": self.keys / "tls.crt", "KEY": self.keys / "tls.key"}
        return subprocess.run(
            [BINARY, *[places.get(word, word) for word in words.split()]], cwd=self.folder,
            env=environment(self.folder, **more), capture_output=True, stdin=subprocess.DEVNULL,
        )

    def holds(self, path):
        """What is in a file: `original`, or the value that it gives."""
        text = path.read_bytes()
        if text == self.original:
            return "original"
        document = yaml.safe_load(text)
        if isinstance(document, str):
            return unseal(self.key, document, b"prod/db").decode()
        if document["kind"] == "Secret":
            return base64.b64decode(document["data"]["k"]).decode()
        return unseal(self.key, document["spec"]["encryptedData"]["k"], b"prod/db").decode()


# The command, what `t` is before, and what is in it then.
COMMANDS = {
    "seal -w": ("seal -q --cert CERT -w t secret.yaml", "text", "new"),
    "seal -I": ("seal -q --cert CERT -I t", "secret", "old"),
    "raw": ("seal --raw --cert CERT -n prod --name db --from-file value -w t", "text", "new"),
    "merge": ("seal -q --cert CERT --merge-into t secret.yaml", "sealed", "new"),
    "re-encrypt": ("seal -q --re-encrypt --cert other.crt --key KEY -I t", "sealed", None),
    "unseal -w": ("unseal -q --key KEY -w t sealed.yaml", "text", "old"),
    "unseal -I": ("unseal -q --key KEY -I t", "sealed", "old"),
}


@pytest.fixture
def place(request, tmp_path, pair):  # noqa: F811
    words, original, expected = COMMANDS[request.param]
    (tmp_path / "value").write_bytes(b"new")
    if expected is None:
        certificate = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x"]
        subprocess.run([*certificate, "-keyout", "o.key", "-out", "other.crt"], cwd=tmp_path, check=True, capture_output=True)
    return Place(tmp_path, pair, original), words, expected


def is_new(place, path, expected):
    if expected:
        return place.holds(path) == expected
    opened = run(place.folder, "unseal", "--key", "o.key", path).stdout
    return base64.b64decode(yaml.safe_load(opened)["data"]["k"]) == b"old"


@pytest.mark.parametrize("place", COMMANDS, indirect=True)
def test_targets_of_every_kind(place):
    place, words, expected = place
    target, real, other = place.target, place.folder / "real", place.folder / "other"
    # A link stays, and what it leads to is replaced.
    real.write_bytes(place.original)
    target.symlink_to("real")
    result = place.command(words)
    assert result.returncode == 0, result
    assert target.is_symlink() and is_new(place, real, expected)
    # Another name keeps the old file; whoever hides plaintext is told of it.
    target.unlink()
    target.write_bytes(place.original)
    os.link(target, other)
    result = place.command(words)
    assert result.returncode == 0 and is_new(place, target, expected) and other.read_bytes() == place.original
    assert (b"where the plaintext stays" in result.stderr) == (place.original == SECRET)
    # Plaintext is for its owner alone, ciphertext is not.
    if "-w t" in words:
        target.unlink()
        assert place.command(words).returncode == 0
    mode = target.stat().st_mode & 0o777
    assert mode == (0o600 if words.startswith("unseal") else 0o644)
    # What is read-only stays, behind a link as well; so does what is no file, or leads nowhere.
    target.write_bytes(place.original)
    target.chmod(0o444)
    result = place.command(words)
    assert result.returncode == 73 and b"read-only" in result.stderr and target.read_bytes() == place.original
    target.rename(real)
    target.symlink_to("real")
    assert place.command(words).returncode == 73 and real.read_bytes() == place.original
    real.unlink()
    assert place.command(words).returncode in (66, 73) and not real.exists() and target.is_symlink()
    target.unlink()
    os.mkfifo(target)
    assert place.command(words).returncode in (66, 73) and target.is_fifo()
    assert not temporary_files(place.folder)


@pytest.mark.parametrize("place", ["seal -I", "merge", "unseal -w"], indirect=True)
def test_a_fault_at_every_call(place, shim):  # noqa: F811
    place, words, expected = place

    def attempt(**more):
        place.target.write_bytes(place.original)
        return place.command(words, LD_PRELOAD=str(shim), **more)

    count = place.folder / "count"
    assert attempt(FAULT_COUNT=str(count)).returncode == 0
    seen = set()
    calls = int(count.read_text())
    for call in range(1, calls + 1):
        # Every call ends the process here, or fails; those that write do both.
        for mode in ["kill", "fail"] if call > calls * 2 // 3 else [["kill", "fail"][call % 2]]:
            result = attempt(FAULT_AT=str(call), FAULT_MODE=mode)
            isOld = place.target.read_bytes() == place.original
            assert isOld or is_new(place, place.target, expected), (call, mode)
            assert result.returncode or not isOld, (call, mode)
            seen.add(isOld)
            if mode == "fail":
                assert result.returncode in range(0, 79) and (result.returncode == 0 or result.stderr), (call, result)
                assert not temporary_files(place.folder), call
    assert seen == {True, False}
    # What was killed leaves nothing that the next write does not clear away.
    assert attempt().returncode == 0 and not temporary_files(place.folder)
