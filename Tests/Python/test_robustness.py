"""Many files, kills, races, memory: what must hold whatever happens."""

import fcntl
import os
import pathlib
import random
import signal
import subprocess
import tempfile
import time

import pytest
from program import BINARY, SECRET, environment, identity, run


def repository(folder, count):
    """Manifests of several shapes; their texts by path."""
    texts = {}
    for number in range(count):
        path = folder / f"team{number % 7}" / f"s{number}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = SECRET.format(name=f"s{number}", value=f"value {number} \\u00e9")
        if number % 3 == 0:
            text += f"  block: |\n    line {number}\n    # no comment\n  # a comment {number}\n"
        if number % 4 == 0:
            text = f"# {number}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{number}}}\n---\n" + text
        if number % 5 == 0:
            text = text.replace("\n", "\r\n")
        path.write_bytes(text.encode())
        texts[path] = text.encode()
    return texts


def temporary_files(folder):
    return [path for path in pathlib.Path(folder).rglob(".*.sealwax-*.tmp")]


def test_a_repository_of_1000_manifests(tmp_path):
    home, folder = tmp_path / "home", tmp_path / "repository"
    home.mkdir()
    folder.mkdir()
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.invalid", "-C", folder]
    subprocess.run([*git, "init", "-q", "."], check=True)
    run(home, "init", "--name", "team", cwd=folder)
    texts = repository(folder, 1000)
    result = run(home, "encrypt", "--in-place", ".", cwd=folder)
    assert b"sealed 1000 Secrets, 1000 files" in result.stderr
    assert b"1000 Secrets, all in order" in run(home, "verify", ".", cwd=folder).stderr
    for path in texts:
        assert b"value" not in path.read_bytes()
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", "sealed"], check=True)
    # Fresh plaintext copies, three of them changed: the rest comes out as it was committed.
    changed = random.Random(1).sample(sorted(texts), 3)
    for path, text in texts.items():
        path.write_bytes(text.replace(b"value", b"other") if path in changed else text)
    run(home, "encrypt", "--in-place", ".", cwd=folder)
    status = subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True, check=True).stdout
    assert sorted(folder / line[3:] for line in status.splitlines()) == changed
    run(home, "decrypt", "--in-place", ".", cwd=folder)
    for path, text in texts.items():
        assert path.read_bytes() == (text.replace(b"value", b"other") if path in changed else text)
    assert not temporary_files(folder)


@pytest.mark.parametrize("command", ["encrypt", "decrypt"])
def test_killed_at_any_moment_each_file_is_old_or_new(tmp_path, command):
    home = tmp_path / "home"
    home.mkdir()
    # In memory files take their places one by one; on a disk in groups, after waiting for it.
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        kill_at_any_moment(home, pathlib.Path(folder), command)


def kill_behind(process, path):
    """Kills a run as soon as it has replaced a file, if it has not ended by then."""
    before = path.stat().st_ino
    while process.poll() is None and path.stat().st_ino == before:
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()


def kill_at_any_moment(home, folder, command):
    recipient = identity(home)
    texts = repository(folder, 300)
    paths = sorted(texts)
    arguments = {"encrypt": ["encrypt", "-q", "-I", "-r", recipient, folder], "decrypt": ["decrypt", "-q", "-I", folder]}
    if command == "decrypt":
        run(home, *arguments["encrypt"])
    partial = 0
    # More often where the machine is so busy that kills come late.
    for attempt in range(30):
        if attempt >= 8 and partial >= 2:
            break
        process = subprocess.Popen([BINARY, *arguments[command]], cwd=home, env=environment(home))
        kill_behind(process, paths[attempt % 8 * len(paths) // 9])
        sealed = {path for path in texts if b"sealwax.dev/envelope" in path.read_bytes()}
        partial += 0 < len(sealed) < len(texts)
        for path, text in texts.items():
            if path not in sealed:
                assert path.read_bytes() == text
        # What was sealed opens, and the next run clears up what the killed one left.
        run(home, "decrypt", "-q", "-I", folder)
        assert all(path.read_bytes() == text for path, text in texts.items())
        assert not temporary_files(folder)
        if command == "decrypt":
            run(home, *arguments["encrypt"])
    assert partial >= 2, "no kill came in the middle of the work"


def commitments(folder):
    """The data keys' public commitments, by file."""
    lines = {}
    for path in sorted(folder.rglob("*.yaml")):
        lines[path] = [line for line in path.read_text().splitlines() if line.strip().startswith("commit ")]
    return lines


def test_killed_rotation_goes_on_where_it_was(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    recipient = identity(home)
    with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
        folder = pathlib.Path(memory)
        texts = repository(folder, 400)
        run(home, "encrypt", "-q", "-I", "-r", recipient, folder)
        partial = 0
        # More often where the machine is so busy that kills come late.
        for attempt in range(30):
            if attempt >= 6 and partial >= 2:
                break
            before = commitments(folder)
            process = subprocess.Popen([BINARY, "rotate", "-q", folder], cwd=home, env=environment(home))
            kill_behind(process, sorted(before)[attempt % 6 * len(before) // 8])
            between = commitments(folder)
            # Every file opens, with its old key or the new one, before the work is finished.
            run(home, "decrypt", "-q", "--output-dir", memory + "/out", folder)
            assert all((folder / "out" / path.relative_to(folder)).read_bytes() == text for path, text in texts.items())
            subprocess.run(["rm", "-r", memory + "/out"], check=True)
            run(home, "rotate", "-q", folder)
            after = commitments(folder)
            done = [path for path in before if between[path] != before[path]]
            partial += 0 < len(done) < len(before)
            assert all(after[path] != before[path] for path in before), "a file was left out"
            if len(done) < len(before):
                assert all(after[path] == between[path] for path in done), "a file was rotated twice"
            assert not temporary_files(folder)
        assert partial >= 2, "no kill came in the middle of the work"


def test_what_a_killed_run_left_goes_where_nothing_is_written(tmp_path):
    home, folder = tmp_path / "home", tmp_path / "repository"
    home.mkdir()
    recipient = identity(home)
    repository(folder, 4)
    run(home, "encrypt", "-q", "-I", "-r", recipient, folder)
    left = folder / "team1" / ".s1.yaml.sealwax-abcdefgh.tmp"
    left.write_bytes(b"kind: Secret\n")
    # No plaintext is there to seal, so nothing is written into the folder.
    run(home, "encrypt", "-q", "-I", "-r", recipient, folder)
    assert not temporary_files(folder)
    # One that a living run is writing stays.
    left.write_bytes(b"kind: Secret\n")
    with left.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        run(home, "encrypt", "-q", "-I", "-r", recipient, folder)
        assert temporary_files(folder) == [left]


def test_two_runs_at_once_lose_nothing(tmp_path):
    home, folder = tmp_path / "home", tmp_path / "repository"
    home.mkdir()
    folder.mkdir()
    recipient = identity(home)
    texts = repository(folder, 200)
    for _ in range(3):
        runs = [
            subprocess.Popen(
                [BINARY, "encrypt", "-q", "-I", "-r", recipient, folder],
                cwd=home,
                env=environment(home),
                stderr=subprocess.PIPE,
            )
            for _ in range(2)
        ]
        for process in runs:
            errors = process.communicate()[1].decode()
            # Who comes second finds the file changed, or sealed already.
            assert process.returncode in (0, 74), errors
            for line in errors.splitlines():
                assert "changed by another program" in line or line.startswith("sealwax: hint:"), line
        run(home, "encrypt", "-q", "-I", "-r", recipient, folder)
        run(home, "decrypt", "-q", "-I", folder)
        assert all(path.read_bytes() == text for path, text in texts.items())


def peak_memory(home, *arguments):
    """In KiB; counted by a small program, since a child begins with what its parent has."""
    figure = home / "peak"
    command = ["/usr/bin/time", "-f", "%M", "-o", figure, BINARY, *arguments]
    subprocess.run(command, cwd=home, env=environment(home), check=True)
    return int(figure.read_text())


def test_memory_does_not_grow_with_the_number_of_files(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    recipient = identity(home)
    peaks = []
    for count in (600, 3000):
        folder = tmp_path / f"repository{count}"
        folder.mkdir()
        repository(folder, count)
        peaks.append(peak_memory(home, "encrypt", "-q", "-I", "-r", recipient, folder))
    # The second holds five times the files.
    assert peaks[1] < 64 * 1024 and peaks[1] - peaks[0] < 6 * 1024, peaks


def test_a_closed_pipe_is_an_error_and_not_a_crash(tmp_path):
    recipient = identity(tmp_path)
    path = tmp_path / "s.yaml"
    path.write_text(SECRET.format(name="s", value="x" * 1_000_000))
    run(tmp_path, "encrypt", "-q", "-I", "-r", recipient, path)
    process = subprocess.Popen(
        [BINARY, "decrypt", path], env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.read(10)
    process.stdout.close()
    errors = process.stderr.read()
    assert process.wait() == 74 and b"standard output" in errors


def test_no_secret_in_arguments_or_environment_of_children(tmp_path):
    identity(tmp_path)
    recipient = run(tmp_path, "keys", "--recipients").stdout.decode().strip()
    secret = (tmp_path / ".config/sealwax/keys.txt").read_text()
    path = tmp_path / "s.yaml"
    path.write_text(SECRET.format(name="s", value="hunter2"))
    run(tmp_path, "encrypt", "-q", "-I", "-r", recipient, path)
    script = tmp_path / "look.sh"
    script.write_text("cat /proc/$PPID/cmdline /proc/$$/cmdline /proc/$$/environ | tr '\\0' '\\n' > seen; exit 1\n")
    run(
        tmp_path, "edit", "--editor", f"sh {script}", path, check=False,
        SEALWAX_IDENTITY=secret, SOPS_AGE_KEY=secret,
    )
    seen = (tmp_path / "seen").read_text()
    assert "look.sh" in seen and "hunter2" not in seen and "AGE-SECRET-KEY" not in seen


def test_an_interrupted_edit_leaves_no_plaintext(tmp_path):
    recipient = identity(tmp_path)
    path = tmp_path / "s.yaml"
    path.write_text(SECRET.format(name="s", value="hunter2"))
    run(tmp_path, "encrypt", "-q", "-I", "-r", recipient, path)
    before = path.read_bytes()
    script = tmp_path / "slow.sh"
    script.write_text(f'echo "$1" > {tmp_path}/where; sleep 30\n')
    for number in (signal.SIGTERM, signal.SIGKILL):
        process = subprocess.Popen(
            [BINARY, "edit", "--editor", f"sh {script}", path], env=environment(tmp_path), cwd=tmp_path,
            start_new_session=True,
        )
        where = tmp_path / "where"
        while not (where.exists() and where.read_text().strip()):
            time.sleep(0.02)
        plaintext = pathlib.Path(where.read_text().strip())
        assert b"hunter2" in plaintext.read_bytes()
        os.killpg(process.pid, number)
        process.wait()
        # What a killed run could not clear up, the next one does.
        if number == signal.SIGKILL:
            run(tmp_path, "edit", "--editor", "true", path)
        assert not plaintext.exists() and not plaintext.parent.exists()
        assert path.read_bytes() == before
        where.unlink()
