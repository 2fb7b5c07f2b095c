"""What shells complete: the values of every option that has a fixed set of them, files and folders."""

import json
import os
import pty
import re
import select
import shutil
import subprocess
import time

import pytest

from program import BINARY, environment, run

SHELLS = {"bash": "sealwax.bash", "zsh": "_sealwax"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("completion")
    for shell, name in SHELLS.items():
        (folder / name).write_bytes(run(folder, "--generate-completion-script", shell).stdout)
    (folder / "program").mkdir()
    (folder / "program" / "sealwax").symlink_to(BINARY)
    (folder / "files" / "inner-folder").mkdir(parents=True)
    (folder / "files" / "manifest.yaml").touch()
    return folder


def arguments(command, path=""):
    for sub in command.get("subcommands", []):
        yield from arguments(sub, f"{path} {sub['commandName']}".strip())
    for argument in command.get("arguments", []):
        if argument["kind"] != "flag" and argument["shouldDisplay"]:
            name = "".join("--" + n["name"] for n in argument.get("names", [])[-1:] if n["kind"] != "short")
            yield path, name or argument["valueName"], argument


def test_every_option_says_what_its_values_are(home):
    root = json.loads(run(home, "--experimental-dump-help").stdout)["command"]
    found = list(arguments(root))
    assert len(found) > 200
    wrong = []
    for path, name, argument in found:
        kind = argument.get("completionKind") or {}
        values = argument.get("allValues")
        meant = argument["valueName"]
        if values and kind.get("list", {}).get("values") != values:
            wrong.append(f"{path} {name}: {values}")
        elif meant in ("file", "file|url", "path", "paths", "files") and "file" not in kind:
            wrong.append(f"{path} {name}: files")
        elif meant in ("folder", "dir") and "directory" not in kind:
            wrong.append(f"{path} {name}: folders")
    assert not wrong


LINES = [
    ("at-rest check --fail-on ", {"info", "low", "medium", "high", "critical"}),
    ("policy check --format s", {"sarif"}),
    ("tls probe --role kube-s", {"kube-scheduler"}),
    ("convert --to sealeds", {"sealedsecret"}),
    ("status --sort ", {"file", "name", "age", "state"}),
    ("init --scope n", {"namespace"}),
    ("verify files/m", {"files/manifest.yaml"}),
    ("verify --signer files/m", {"files/manifest.yaml"}),
    ("at-rest plan --resume files/", {"files/inner-folder"}),
    ("kek ro", {"rotate"}),
]


@pytest.mark.parametrize("line, expected", LINES)
def test_bash_completes(home, line, expected):
    words = " ".join(f"'{word}'" for word in ["sealwax", *line.split(" ")])
    script = (
        f"source ./sealwax.bash; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n"
        f"COMP_LINE='sealwax {line}'; COMP_POINT=${{#COMP_LINE}}; COMP_TYPE=9\n"
        '_sealwax sealwax "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"\n'
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    found = subprocess.run(
        ["bash", "--norc"], input=script.encode(), capture_output=True, cwd=home, env=shell_environment(home)
    )
    assert {word.rstrip("/ ") for word in found.stdout.decode().split("\n") if word} == expected, found.stderr


def shell_environment(home):
    variables = environment(home)
    return {**variables, "PATH": f"{home / 'program'}:{variables['PATH']}"}


class Zsh:
    """An interactive zsh that completes what is typed."""

    def __init__(self, home):
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.chdir(home)
            os.execvpe("zsh", ["zsh", "-f", "-i"], {**shell_environment(home), "TERM": "dumb"})
        self.ask(
            "PS1=; unsetopt zle_bracketed_paste prompt_cr prompt_sp; unset zle_bracketed_paste; stty -echo;"
            f" fpath=('{home}' $fpath); autoload -Uz compinit; compinit -u -d zcompdump;"
            # Shows what would be inserted, and inserts nothing.
            " compadd() { if [[ ${@[(I)-[OAD]]} -eq 0 && ${@[(I)-(O|A|D)*]} -eq 0 ]]; then"
            " local -a hits; builtin compadd -O hits \"$@\"; print -rl -- 'HIT '$^hits >> hits; fi;"
            ' builtin compadd "$@" }'
        )

    def ask(self, text):
        """Types a line, and what comes until it is done."""
        os.write(self.descriptor, f"{text}; print 'do''ne'\n".encode())
        return self.until(b"done\r\n")

    def until(self, mark, timeout=20):
        seen, end = b"", time.monotonic() + timeout
        while mark not in seen:
            ready, _, _ = select.select([self.descriptor], [], [], max(0, end - time.monotonic()))
            assert ready, seen
            seen += os.read(self.descriptor, 65536)
        return seen

    def complete(self, home, line, expected):
        """What is offered, when what is expected is among it or does not come."""
        hits = home / "hits"
        hits.write_text("")
        os.write(self.descriptor, f"sealwax {line}\t".encode())
        end, found = time.monotonic() + 10, set()
        while not expected <= found and time.monotonic() < end:
            time.sleep(0.05)
            lines = [hit[4:] for hit in hits.read_text().split("\n") if hit.startswith("HIT ")]
            found = {re.sub(r":.*", "", hit).rstrip("/ ").split("/")[-1] for hit in lines}
        # Forgets the line.
        os.write(self.descriptor, b"\x15")
        self.ask(":")
        return found

    def close(self):
        os.close(self.descriptor)
        os.waitpid(self.pid, 0)


@pytest.fixture(scope="module")
def zsh(home):
    # scripts/setup installs it.
    if not shutil.which("zsh"):
        pytest.skip("no zsh")
    shell = Zsh(home)
    yield shell
    shell.close()


@pytest.mark.parametrize("line, expected", LINES)
def test_zsh_completes(home, zsh, line, expected):
    expected = {word.split("/")[-1] for word in expected}
    assert expected <= zsh.complete(home, line, expected)


@pytest.mark.parametrize("shell", [*SHELLS, "fish"])
def test_scripts_are_well_formed(home, shell):
    script = run(home, "--generate-completion-script", shell).stdout
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script, check=True)
    assert b"sealwax" in script
