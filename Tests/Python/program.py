"""Runs the built program, with and without a terminal."""

import os
import pathlib
import pty
import select
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("SEALWAX_BINARY") or ROOT / ".build" / "debug" / "sealwax")


def environment(home, **more):
    return {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8", "TERM": "xterm", **more}


def run(home, *arguments, input=b"", cwd=None, check=True, **more):
    """Runs to the end without a terminal; checks that it succeeds unless told otherwise."""
    result = subprocess.run(
        [BINARY, *arguments], input=input, capture_output=True, cwd=cwd or home, env=environment(home, **more)
    )
    if check:
        assert result.returncode == 0, result.stderr.decode()
    return result


class Terminal:
    """The program on a terminal of its own, talked to as a person does."""

    def __init__(self, home, *arguments, cwd=None, **more):
        self.seen = b""
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.chdir(cwd or home)
            os.execve(BINARY, [str(BINARY), *map(str, arguments)], environment(home, **more))

    def read(self, timeout=10):
        ready, _, _ = select.select([self.descriptor], [], [], timeout)
        if not ready:
            raise AssertionError(f"nothing came after {self.seen!r}")
        try:
            part = os.read(self.descriptor, 65536)
        except OSError:
            part = b""
        self.seen += part
        return part

    def expect(self, text):
        while text not in self.seen:
            if not self.read():
                raise AssertionError(f"{text!r} did not come; there was {self.seen!r}")
        before, _, self.seen = self.seen.partition(text)
        return before

    def type(self, text):
        # Until the program waits for it, typed text may be thrown away.
        time.sleep(0.1)
        os.write(self.descriptor, text)

    def finish(self):
        """What is still to come, and the exit status."""
        while self.read():
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self.descriptor)
        return self.seen, os.waitstatus_to_exitcode(status)


SECRET = """apiVersion: v1
kind: Secret
metadata:
  name: {name}
stringData:
  password: "{value}"
"""


def identity(home):
    """An identity where the program looks for it; its recipient."""
    folder = pathlib.Path(home) / ".config" / "sealwax"
    folder.mkdir(parents=True)
    run(home, "keygen", "-o", folder / "keys.txt")
    return run(home, "keys", "--recipients").stdout.decode().strip()
