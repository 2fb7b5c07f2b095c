"""Every file-system call of a run fails once, or is the last one: no file is lost or half written."""

import json
import pathlib
import shutil
import subprocess
import tempfile

import pytest
from program import BINARY, environment, identity, run
from test_robustness import repository, temporary_files

FILES = 20
# The calls are dealt out to this many tests, which run beside each other.
SHARES = 4
SOURCE = pathlib.Path(__file__).with_name("faults.c")


@pytest.fixture(scope="module")
def shim(tmp_path_factory):
    library = tmp_path_factory.mktemp("faults") / "faults.so"
    command = ["cc", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-o", library, SOURCE, "-ldl"]
    subprocess.run(command, check=True)
    return library


class Repository:
    """Sealed manifests in memory, and what they hold."""

    def __init__(self, home, folder):
        self.home, self.folder = home, folder
        self.recipient = identity(home)
        self.original = folder / "original"
        self.work = folder / "work"
        self.texts = {path.relative_to(self.original): text for path, text in repository(self.original, FILES).items()}
        run(home, "encrypt", "-q", "-I", "-r", self.recipient, self.original)

    def restore(self):
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.rmtree(self.home / ".local", ignore_errors=True)
        shutil.copytree(self.original, self.work)

    def rotate(self, library=None, **more):
        if library:
            more["LD_PRELOAD"] = str(library)
        return subprocess.run(
            [BINARY, "rotate", "-q", self.work], cwd=self.home, env=environment(self.home, **more), capture_output=True
        )

    def check(self):
        """Every file opens, with its old data key or its new one."""
        out = self.folder / "out"
        # Leftovers of a kill are no manifests.
        run(self.home, "decrypt", "-q", "--output-dir", out, self.work)
        assert {path: (out / path).read_bytes() for path in self.texts} == self.texts
        shutil.rmtree(out)


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("mode", ["fail", "kill"])
def test_rotation_with_a_fault_at_every_call(tmp_path, shim, mode, share):
    with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
        sealed = Repository(tmp_path, pathlib.Path(memory))
        sealed.restore()
        count = tmp_path / "count"
        assert sealed.rotate(shim, FAULT_COUNT=str(count)).returncode == 0
        calls = int(count.read_text())
        # Each file is opened, read, and replaced by another that is created, written and renamed.
        assert calls >= FILES * 5
        failed = resumed = 0
        for call in range(1 + share, calls + 1, SHARES):
            sealed.restore()
            result = sealed.rotate(shim, FAULT_AT=str(call), FAULT_MODE=mode)
            if mode == "fail":
                assert result.returncode in range(0, 79), (call, result)
                assert result.returncode == 0 or result.stderr, f"call {call}: it failed and said nothing"
                assert not temporary_files(sealed.work), call
            failed += result.returncode != 0
            sealed.check()
            # The same command finishes the work, and clears up; a sample, for time's sake.
            if call // SHARES % 4:
                continue
            new = {path: text for path in sealed.texts if (text := (sealed.work / path).read_bytes()) != (sealed.original / path).read_bytes()}
            again = sealed.rotate()
            assert again.returncode == 0, (call, again.stderr)
            # What a run that was killed has done is not done again; one that came to its end is over.
            if goes_on := b"going on with the run" in again.stderr:
                assert mode == "kill" and {path: (sealed.work / path).read_bytes() for path in new} == new, call
            resumed += goes_on
            assert not temporary_files(sealed.work), call
        assert (resumed > 0) == (mode == "kill")
        assert failed * 2 > calls / SHARES, "most faults went unnoticed"


class KEKRepository(Repository):
    """A repository whose manifests lie under a key-encryption key, with two policies that name it."""

    def __init__(self, home, folder):
        self.home, self.folder = home, folder
        self.original = folder / "original"
        self.work = folder / "work"
        recipient = identity(home)
        for name in ["", "in"]:
            place = self.original / name
            (place / "s").mkdir(parents=True)
            (place / ".sealwax.yaml").write_text(
                f'version: 1\nrules:\n  - paths: ["s/*"]\n    recipients: [{recipient}]\n'
                f'    kek-files: ["{"../" if name else ""}k.kek"]\n'
            )
            (place / "s" / "a.yaml").write_text(f"kind: Secret\napiVersion: v1\nmetadata: {{name: a}}\nstringData:\n  k: v{name}\n")
        run(home, "keygen", "--kek", "-o", self.original / "k.kek")
        run(home, "encrypt", "-q", "-I", self.original)

    def rotate(self, library=None, **more):
        if library:
            more["LD_PRELOAD"] = str(library)
        return subprocess.run(
            [BINARY, "kek", "rotate", "-q", "-o", "n.kek", "k.kek"],
            cwd=self.work,
            env=environment(self.home, **more),
            capture_output=True,
        )


def test_rotation_of_a_key_encryption_key_that_is_killed(tmp_path, shim):
    """Nothing is ever lost, and the same command ends what was begun, with one new key."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
        sealed = KEKRepository(tmp_path, pathlib.Path(memory))
        sealed.restore()
        count = tmp_path / "count"
        assert sealed.rotate(shim, FAULT_COUNT=str(count)).returncode == 0
        calls = int(count.read_text())
        # A sample, for time's sake; the last calls are of threads, and not always as many.
        for call in range(calls // 8, calls - 8, calls // 8):
            sealed.restore()
            assert sealed.rotate(shim, FAULT_AT=str(call), FAULT_MODE="kill").returncode != 0
            for policy in sealed.work.rglob(".sealwax.yaml"):
                # A key that a policy names is there.
                if "n.kek" in policy.read_text():
                    assert (sealed.work / "n.kek").exists()
            again = sealed.rotate()
            assert again.returncode == 0, (call, again.stderr)
            assert not temporary_files(sealed.work), call
            text = run(sealed.home, "decrypt", "-i", sealed.work / "n.kek", sealed.work).stdout
            assert text.count(b"k: v") == 2
            listed = json.loads(run(sealed.home, "kek", "list", "--json", cwd=sealed.work).stdout)
            assert [(key["state"], key["secrets"]) for key in listed] == [("current", 2), ("retired", 0)], call
