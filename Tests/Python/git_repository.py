"""A git repository with sealed manifests, worked on by the real git."""

import os
import pathlib
import subprocess

from program import BINARY, environment, identity, run

NAMES = ["secrets/db.yaml", "secrets/a b.yaml", "secrets/line\nbreak.yaml", "secrets/it's \"x\".yaml"]


def manifest(name, **values):
    lines = "".join(f"  {key}: {value}\n" for key, value in values.items())
    return f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n  labels: {{app: a}}\nstringData:\n{lines}"


VALUES = {f"k{n}": f"plain-{n}" for n in range(6)}


class Repository:
    """A repository, its user's home, and what they do."""

    def __init__(self, home, path):
        self.home, self.path = pathlib.Path(home), pathlib.Path(path)

    def environment(self, **more):
        path = f"{pathlib.Path(BINARY).parent}:{os.environ['PATH']}"
        git = {
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Alice", "GIT_AUTHOR_EMAIL": "a@example.invalid",
            "GIT_COMMITTER_NAME": "c", "GIT_COMMITTER_EMAIL": "c@example.invalid", "GIT_EDITOR": "true",
        }
        return {**environment(self.home), "PATH": path, **git, **more}

    def run(self, *arguments, check=True, input=b"", cwd=None, **more):
        result = subprocess.run(
            [str(word) for word in arguments], cwd=cwd or self.path, env=self.environment(**more), input=input, capture_output=True
        )
        if check:
            assert result.returncode == 0, f"{arguments}: {result.stderr.decode()} {result.stdout.decode()}"
        return result

    def git(self, *arguments, **more):
        return self.run("git", *arguments, **more).stdout.decode()

    def commit(self, message="change", checked=True, **more):
        """Commits all there is; with the hook, unless it is not to be asked."""
        self.git("add", "-A", **more)
        self.git("commit", "-qm" if checked else "-qnm", message, **more)

    def sealwax(self, *arguments, **more):
        return self.run("sealwax", *arguments, **more)

    def set(self, name, key, value):
        self.sealwax("set", "-q", name, f"stringData.{key}", input=value.encode())

    def opened(self, name):
        return self.sealwax("decrypt", name).stdout.decode()


def sealed_repository(tmp_path, names=NAMES, install=("install",)):
    """Sealed manifests of the same values, committed; git is set up."""
    home, path = tmp_path / "home", tmp_path / "a repository\nof ours"
    home.mkdir()
    path.mkdir()
    identity(home)
    repository = Repository(home, path)
    repository.git("init", "-q", "-b", "main", ".")
    repository.sealwax("init", "--path", "secrets/**", "--name", "team")
    for number, name in enumerate(names):
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(manifest(f"s{number}", **VALUES))
    repository.sealwax("encrypt", "-q", "-I", "secrets")
    if install and "--filter" not in install:
        repository.sealwax("git", *install)
    repository.commit("sealed")
    if install and "--filter" in install:
        repository.sealwax("git", *install)
        repository.commit("attributes")
    return repository
