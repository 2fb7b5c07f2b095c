"""The merge driver against git's merge of the plaintext: the same random changes on both sides."""

import random
import shutil
import subprocess

import pytest
import yaml
from program import identity, run

COUNT = 40


class Unit:
    """A Secret of which the text can be written in several ways."""

    def __init__(self, source, name):
        self.name = name
        self.labels = {f"l{n}": "x" for n in range(source.randrange(3))}
        self.entries = [(f"k{n}", value(source), source.random() < 0.3) for n in range(source.randrange(2, 8))]
        self.comment = source.choice(["", "  # old: hunter2\n"])

    def text(self):
        lines = ["apiVersion: v1\n", "kind: Secret\n", "metadata:\n", f"  name: {self.name}\n"]
        if self.labels:
            lines.append("  labels:\n")
            lines += [f"    {key}: {label}\n" for key, label in self.labels.items()]
        lines.append("stringData:\n")
        for key, text, has_comment in self.entries:
            comment = "  # note" if has_comment else ""
            if "\n" in text:
                lines.append(f"  {key}: |\n" + "".join(f"    {line}\n" for line in text.splitlines()))
            else:
                lines.append(f"  {key}: {text}{comment}\n")
        return "".join(lines) + self.comment

    def values(self):
        return {(self.name, key): text for key, text, _ in self.entries}


def value(source):
    word = f"w{source.randrange(10**9)}"
    return source.choice([word, f'"{word} x"', f"'{word}'", f"{word}\nsecond {word}\n"])


def change(source, units, side):
    """One to three changes by one side, of values and of what is around them."""
    for number in range(source.randrange(1, 4)):
        unit = source.choice(units)
        index = source.randrange(len(unit.entries))
        key, text, has_comment = unit.entries[index]
        kind = source.choice(["value", "value", "value", "add", "remove", "label", "comment", "note"])
        if kind == "value":
            unit.entries[index] = (key, value(source), has_comment and "\n" not in text)
        elif kind == "add":
            new = source.choice([f"{side}{number}", f"{side}{number}", "shared"])
            if all(entry[0] != new for entry in unit.entries):
                unit.entries.insert(index, (new, value(source), False))
        elif kind == "remove" and len(unit.entries) > 1:
            del unit.entries[index]
        elif kind == "label":
            unit.labels[f"{side}{number}"] = "y"
        elif kind == "comment":
            unit.comment = f"  # {side} {number}\n"
        elif kind == "note" and "\n" not in text:
            unit.entries[index] = (key, text, not has_comment)


def copy(units):
    copies = []
    for unit in units:
        other = Unit.__new__(Unit)
        other.name, other.labels = unit.name, dict(unit.labels)
        other.entries, other.comment = list(unit.entries), unit.comment
        copies.append(other)
    return copies


def text(units):
    return "---\n".join(unit.text() for unit in units)


def values(units):
    return {place: text for unit in units for place, text in unit.values().items()}


def merged_values(base, ours, theirs):
    """The value of each place after a merge by value, and the places in conflict."""
    result, conflicts = {}, set()
    for place in {*base, *ours, *theirs}:
        old, left, right = base.get(place), ours.get(place), theirs.get(place)
        if left == right or right == old:
            result[place] = left
        elif left == old:
            result[place] = right
        else:
            conflicts.add(place)
    return {place: text for place, text in result.items() if text is not None}, conflicts


def merge_file(folder, name):
    """Git's merge of the plaintext: the text and whether it is clean."""
    result = subprocess.run(
        ["git", "merge-file", "-p", *(folder / side / name for side in ("ours", "base", "theirs"))], capture_output=True
    )
    return result.stdout, result.returncode == 0


def merge(home, folder, name):
    """The driver's: the file with the result, and the exit status."""
    target = folder / f"merged-{home.name}" / name
    target.parent.mkdir(exist_ok=True)
    shutil.copy(folder / "sealed-ours" / name, target)
    result = run(
        home, "git", "merge", folder / "sealed-base" / name, target, folder / "sealed-theirs" / name, cwd=folder, check=False
    )
    assert result.returncode in (0, 1), result.stderr
    return target, result


def plain_values(text):
    return {
        (unit["metadata"]["name"], key): item for unit in yaml.safe_load_all(text) for key, item in unit["stringData"].items()
    }


@pytest.mark.parametrize("rotated", ["", "ours", "theirs", "both"])
def test_merges_as_the_plaintext_does(tmp_path, rotated):
    home, stranger = tmp_path / "home", tmp_path / "stranger"
    home.mkdir()
    stranger.mkdir()
    recipient = identity(home)
    source = random.Random(f"merge {rotated}")
    cases = {}
    for side in ("base", "ours", "theirs"):
        (tmp_path / side).mkdir()
    for number in range(COUNT):
        name = f"{number}.yaml"
        base = [Unit(source, f"s{n}") for n in range(source.randrange(1, 3))]
        ours, theirs = copy(base), copy(base)
        change(source, ours, "ours")
        change(source, theirs, "theirs")
        cases[name] = (base, ours, theirs)
        for side, units in zip(("base", "ours", "theirs"), cases[name]):
            (tmp_path / side / name).write_text(text(units))
    seal = ["encrypt", "-q", "-r", recipient, "--output-dir"]
    run(home, *seal, tmp_path / "sealed-base", tmp_path / "base")
    for side in ("ours", "theirs"):
        if rotated not in (side, "both"):
            # Over the base, so that data keys and unchanged tokens stay.
            shutil.copytree(tmp_path / "sealed-base", tmp_path / f"sealed-{side}")
        run(home, *seal, tmp_path / f"sealed-{side}", tmp_path / side)
    clean_count = 0
    for name, (base, ours, theirs) in cases.items():
        expected, conflicts = merged_values(values(base), values(ours), values(theirs))
        plain, is_plain_clean = merge_file(tmp_path, name)
        target, result = merge(home, tmp_path, name)
        shown = result.stderr.decode()
        if conflicts:
            assert result.returncode == 1, name
            continue
        if result.returncode == 0:
            clean_count += 1
            opened = run(home, "decrypt", target).stdout
            wanted = {place: yaml.safe_load(f"v: {yaml_text(item)}")["v"] for place, item in expected.items()}
            assert plain_values(opened) == wanted, name
            if is_plain_clean:
                assert opened == plain, name
            run(home, "verify", target)
        elif is_plain_clean and is_manifest(plain):
            raise AssertionError(f"{name}: git merges the plaintext, and the driver does not: {shown}")
        # A stranger gets the same where only one side changed a Secret, and never a clean merge that does not open.
        target, without = merge(stranger, tmp_path, name)
        if without.returncode == 0:
            assert run(home, "decrypt", target).stdout == run(home, "decrypt", tmp_path / "merged-home" / name).stdout
    assert clean_count > COUNT / 8


def yaml_text(text):
    return "|\n" + "".join(f"  {line}\n" for line in text.splitlines()) if "\n" in text else text


def is_manifest(text):
    """Whether no key stands twice, which git does not see."""
    for document in text.decode().split("---\n"):
        keys = [line.split(":")[0] for line in document.splitlines() if line.startswith("  ") and line[2] not in " #"]
        if len(keys) != len(set(keys)):
            return False
    return True


def test_every_token_of_a_merge_without_a_key_comes_from_a_side(tmp_path):
    home, stranger = tmp_path / "home", tmp_path / "stranger"
    home.mkdir()
    stranger.mkdir()
    recipient = identity(home)
    plain = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n" + "".join(f"  k{n}: v{n}\n" for n in range(9))
    for side, texts in {
        "base": plain, "ours": plain.replace("v1\n  k2", "new1\n  k2"), "theirs": plain.replace("v2", "new2")
    }.items():
        (tmp_path / side).mkdir()
        (tmp_path / side / "s.yaml").write_text(texts)
    seal = ["encrypt", "-q", "-r", recipient, "--output-dir"]
    run(home, *seal, tmp_path / "sealed-base", tmp_path / "base")
    for side in ("ours", "theirs"):
        shutil.copytree(tmp_path / "sealed-base", tmp_path / f"sealed-{side}")
        run(home, *seal, tmp_path / f"sealed-{side}", tmp_path / side)
    target, result = merge(stranger, tmp_path, "s.yaml")
    assert result.returncode == 1 and b"needs a new seal" in result.stderr
    lines = target.read_text().splitlines()
    assert "<<<<<<<" not in target.read_text()
    sides = {side: (tmp_path / f"sealed-{side}" / "s.yaml").read_text().splitlines() for side in ("base", "ours", "theirs")}
    for line in lines:
        if "k1:" in line:
            assert line in sides["ours"] and line not in sides["theirs"]
        elif "k2:" in line:
            assert line in sides["theirs"] and line not in sides["ours"]
        else:
            assert line in sides["ours"]


def damaged(source, text):
    """A text with one to three pieces of it moved, doubled, removed or exchanged."""
    lines = text.splitlines(keepends=True)
    for _ in range(source.randrange(1, 4)):
        index, other = source.randrange(len(lines)), source.randrange(len(lines))
        kind = source.randrange(6)
        if kind == 0:
            lines[index], lines[other] = lines[other], lines[index]
        elif kind == 1:
            lines.insert(index, lines[other])
        elif kind == 2 and len(lines) > 1:
            del lines[index]
        elif kind == 3:
            place = source.randrange(len(lines[index]) + 1)
            lines[index] = lines[index][:place] + source.choice("A:{}#\n|&*'\" -") + lines[index][place + 1 :]
        elif kind == 4:
            lines.insert(index, source.choice(["<<<<<<< HEAD\n", "=======\n", ">>>>>>> x\n", "---\n", "  k: plain\n", "\t\n"]))
        else:
            lines[index] = source.choice(["", "\r\n", lines[index].strip() + "\n", "  " + lines[index]])
    return "".join(lines)


def all_values(text):
    """The values of all documents that other programs take for Secrets."""
    documents = [item for item in yaml.safe_load_all(text) if isinstance(item, dict) and item.get("kind") == "Secret"]
    return [value for item in documents for field in ("data", "stringData") for value in (item.get(field) or {}).values()]


@pytest.mark.parametrize("seed", range(3))
def test_damaged_sides_never_crash_or_merge_wrongly(tmp_path, seed):
    home = tmp_path / "home"
    home.mkdir()
    recipient = identity(home)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    source = random.Random(f"damaged {seed}")
    base = [Unit(source, f"s{n}") for n in range(2)]
    sides = {"base": base, "ours": copy(base), "theirs": copy(base)}
    change(source, sides["ours"], "ours")
    change(source, sides["theirs"], "theirs")
    for side, units in sides.items():
        (tmp_path / side).mkdir()
        (tmp_path / side / "s.yaml").write_text(text(units))
    seal = ["encrypt", "-q", "-r", recipient, "--output-dir"]
    run(home, *seal, tmp_path / "sealed-base", tmp_path / "base")
    for side in ("ours", "theirs"):
        shutil.copytree(tmp_path / "sealed-base", tmp_path / f"sealed-{side}")
        run(home, *seal, tmp_path / f"sealed-{side}", tmp_path / side)
    sealed = {side: (tmp_path / f"sealed-{side}" / "s.yaml").read_text() for side in sides}
    for number in range(25):
        victim = source.choice(["base", "ours", "theirs"])
        for side, contents in sealed.items():
            contents = damaged(source, contents) if side == victim else contents
            (tmp_path / f"{side}.yaml").write_text(contents)
        target = tmp_path / "ours.yaml"
        result = run(home, "git", "merge", tmp_path / "base.yaml", target, tmp_path / "theirs.yaml", check=False)
        assert result.returncode in (0, 1), result.stderr
        if result.returncode == 0 and b"SEALWAX1" in target.read_bytes():
            run(home, "verify", target)
        # Neither does a difference of them, nor the filter let plaintext through.
        for side in sides:
            shown = run(home, "git", "diff", tmp_path / f"{side}.yaml", cwd=tmp_path)
            cleaned = run(home, "git", "clean", "s.yaml", input=(tmp_path / f"{side}.yaml").read_bytes(), check=False, cwd=tmp_path)
            assert shown.returncode == 0 and cleaned.returncode in (0, 65, 74, 78), cleaned.stderr
            if cleaned.returncode == 0 and b"<<<<<<<" not in cleaned.stdout:
                assert "plain" not in all_values(cleaned.stdout), number
