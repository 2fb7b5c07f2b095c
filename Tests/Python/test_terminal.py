"""What the program does on a terminal: questions without echo, colours, progress, editing again."""

import os
import stat

from program import SECRET, Terminal, identity, run


def sealed(home, name="s", value="old"):
    recipient = identity(home)
    path = home / f"{name}.yaml"
    path.write_text(SECRET.format(name=name, value=value))
    run(home, "encrypt", "-q", "-I", "-r", recipient, path)
    return path


def test_a_new_passphrase_is_asked_for_twice_without_echo(tmp_path):
    terminal = Terminal(tmp_path, "keygen", "--passphrase", "-o", "key.age")
    terminal.expect(b"New passphrase for the identity: ")
    terminal.type(b"correct horse\n")
    terminal.expect(b"The same again: ")
    terminal.type(b"correct horse\n")
    seen, status = terminal.finish()
    assert status == 0 and b"Public key: age1" in seen and b"horse" not in seen
    assert stat.S_IMODE((tmp_path / "key.age").stat().st_mode) == 0o600


def test_passphrases_that_differ_make_no_key(tmp_path):
    terminal = Terminal(tmp_path, "keygen", "--passphrase", "-o", "key.age")
    terminal.expect(b"New passphrase")
    terminal.type(b"one\n")
    terminal.expect(b"The same again: ")
    terminal.type(b"two\n")
    seen, status = terminal.finish()
    assert status == 64 and b"differ" in seen
    assert not (tmp_path / "key.age").exists()


def test_a_passphrase_is_asked_for_once_however_many_files(tmp_path):
    (tmp_path / "pass").write_text("correct horse\n")
    run(tmp_path, "keygen", "--passphrase-file", "pass", "-o", "key.age")
    listed = run(tmp_path, "keys", "--recipients", "--passphrase-file", "pass", "key.age")
    recipient = listed.stdout.decode().strip()
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(20):
        (folder / f"{number}.yaml").write_text(SECRET.format(name=f"s{number}", value=number))
    run(tmp_path, "encrypt", "-q", "-I", "-r", recipient, folder)
    terminal = Terminal(tmp_path, "decrypt", "-i", "key.age", "--output-dir", "out", folder)
    terminal.expect(b"Passphrase for key.age: ")
    terminal.type(b"correct horse\n")
    seen, status = terminal.finish()
    assert status == 0 and b"Passphrase" not in seen
    assert (tmp_path / "out" / "7.yaml").read_text() == SECRET.format(name="s7", value=7)


def test_set_asks_for_the_value_without_echo(tmp_path):
    path = sealed(tmp_path)
    terminal = Terminal(tmp_path, "set", path, "stringData.password")
    terminal.expect(b"Value of stringData.password: ")
    terminal.type(b"from a person\n")
    seen, status = terminal.finish()
    assert status == 0 and b"person" not in seen
    assert run(tmp_path, "view", path, "stringData.password").stdout == b"from a person"


def test_set_takes_nothing_typed_for_no_value(tmp_path):
    path = sealed(tmp_path)
    before = path.read_bytes()
    for flags, expected in (((), 66), (("--exact",), 0)):
        terminal = Terminal(tmp_path, "set", *flags, path, "stringData.password")
        terminal.expect(b"Value of stringData.password: ")
        terminal.type(b"\n")
        seen, status = terminal.finish()
        assert status == expected
        if expected:
            assert b"no value was typed" in seen and b"--exact" in seen
            assert path.read_bytes() == before
    assert run(tmp_path, "view", path, "stringData.password").stdout == b""


def editor(home, *steps):
    """An editor that does another step each time it runs."""
    script = home / "editor.sh"
    lines = [f"{number}) {step} ;;" for number, step in enumerate(steps)]
    script.write_text(
        f"n=$(cat {home}/runs 2>/dev/null || echo 0); echo $((n + 1)) > {home}/runs\n"
        f"case $n in\n" + "\n".join(lines) + "\nesac\n"
    )
    return f"sh {script}"


def test_edit_shows_what_is_wrong_and_runs_the_editor_again(tmp_path):
    path = sealed(tmp_path)
    program = editor(tmp_path, 'sed -i "s/name: s/name: [/" "$1"', 'sed -i "s/name: \\[/name: s/; s/old/new/" "$1"')
    terminal = Terminal(tmp_path, "edit", "--editor", program, path)
    terminal.expect(b"s.yaml:")
    terminal.expect(b"Press Enter to edit again")
    terminal.type(b"\n")
    seen, status = terminal.finish()
    assert status == 0 and b"1 of 1 value sealed anew" in seen
    assert run(tmp_path, "view", path, "stringData.password").stdout == b"new"


def test_edit_offers_to_go_on_whatever_is_wrong(tmp_path):
    path = sealed(tmp_path)
    program = editor(tmp_path, 'mv "$1" "$1.gone"', 'sed s/old/new/ "$1.gone" > "$1"')
    terminal = Terminal(tmp_path, "edit", "--editor", program, path)
    terminal.expect(b"no such file")
    terminal.expect(b"Press Enter to edit again")
    terminal.type(b"\n")
    assert terminal.finish()[1] == 0
    assert run(tmp_path, "view", path, "stringData.password").stdout == b"new"


def test_giving_up_an_edit_changes_nothing(tmp_path):
    path = sealed(tmp_path)
    before = path.read_bytes()
    terminal = Terminal(tmp_path, "edit", "--editor", editor(tmp_path, 'echo "]" > "$1"'), path)
    terminal.expect(b"Press Enter to edit again")
    terminal.type(b"q\n")
    seen, status = terminal.finish()
    assert status == 65 and path.read_bytes() == before and b"error" not in seen.split(b"give up")[-1]


def test_a_file_with_a_passphrase(tmp_path):
    (tmp_path / "data").write_bytes(b"data" * 1000)
    terminal = Terminal(tmp_path, "file", "encrypt", "--passphrase", "-o", "data.age", "data")
    terminal.expect(b"New passphrase for the file: ")
    terminal.type(b"pass\n")
    terminal.expect(b"again: ")
    terminal.type(b"pass\n")
    assert terminal.finish()[1] == 0
    terminal = Terminal(tmp_path, "file", "decrypt", "-o", "back", "data.age")
    terminal.expect(b"Passphrase for the file: ")
    terminal.type(b"wrong\n")
    seen, status = terminal.finish()
    assert status == 77 and b"error" in seen and not (tmp_path / "back").exists()
    terminal = Terminal(tmp_path, "file", "decrypt", "-o", "back", "data.age")
    terminal.expect(b"Passphrase for the file: ")
    terminal.type(b"pass\n")
    assert terminal.finish()[1] == 0
    assert (tmp_path / "back").read_bytes() == b"data" * 1000


def test_binary_does_not_go_to_a_terminal(tmp_path):
    recipient = identity(tmp_path)
    (tmp_path / "data").write_bytes(b"data")
    seen, status = Terminal(tmp_path, "file", "encrypt", "-r", recipient, "data").finish()
    assert status == 64 and b"binary does not go to a terminal" in seen


def test_colours_only_on_a_terminal_and_never_with_NO_COLOR(tmp_path):
    seen, _ = Terminal(tmp_path, "decrypt", "none.yaml").finish()
    assert b"\x1b[31merror:\x1b[0m" in seen
    seen, _ = Terminal(tmp_path, "decrypt", "none.yaml", NO_COLOR="1").finish()
    assert b"\x1b" not in seen
    assert b"\x1b" not in run(tmp_path, "decrypt", "none.yaml", check=False).stderr


def test_long_work_shows_progress_on_a_terminal_only(tmp_path):
    recipient = identity(tmp_path)
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(600):
        (folder / f"{number}.yaml").write_text(SECRET.format(name=f"s{number}", value=number))
    seen, status = Terminal(tmp_path, "encrypt", "-I", "-r", recipient, folder).finish()
    assert status == 0 and b"sealing: 500 files" in seen
    result = run(tmp_path, "decrypt", "-I", folder)
    assert b"opening" not in result.stderr


def test_terminal_escapes_in_names_are_shown_as_text(tmp_path):
    path = tmp_path / "a\x1b[31m.yaml"
    path.write_text('apiVersion: v1\nkind: Secret\nmetadata:\n  name: "x\\e[2J"\nstringData:\n  a: b\n')
    for arguments in (["status", path], ["verify", path], ["encrypt", path]):
        result = run(tmp_path, *arguments, check=False)
        assert b"\x1b" not in result.stdout + result.stderr
