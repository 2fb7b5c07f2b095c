"""The merge driver against git's merge of plaintext: random manifests of every shape, random changes on both sides."""

import base64
import copy
import json
import os
import random
import re
import shutil
import subprocess

import pytest
import yaml
from git_repository import Repository
from program import identity, run
from sops_reference import decode

# A few in every run; to look for more, MERGE_ROUNDS=100 MERGE_SEED=anything.
ROUNDS = int(os.environ.get("MERGE_ROUNDS", "16"))
SIDES = ("base", "ours", "theirs")


class Document:
    """A Secret, or something else, as its author lays it out."""

    def __init__(self, source, name, style):
        self.name, self.style = name, style
        self.kind = "ConfigMap" if source.random() < 0.2 else "Secret"
        self.labels = {f"l{n}": "x" for n in range(source.randrange(3))}
        self.annotations = {f"note{n}": "x" for n in range(source.choice([0, 0, 1]))}
        self.type = source.choice([None, None, "Opaque"])
        self.entries = []
        for field in source.choice([["stringData"], ["data"], ["stringData"], ["data", "stringData"]]):
            for number in range(source.randrange(1, 6)):
                self.entries.append([field, f"k{number}", self.value(source, field), self.comment(source), self.note(source)])

    def value(self, source, field):
        word = f"w{source.randrange(10**9)}"
        if field == "data":
            word = base64.b64encode(word.encode()).decode()
            return f'"{word}"' if self.style == "json" else word
        if self.style == "json":
            return f'"{word}"'
        kinds = [word, f'"{word} x"', f"'{word}'"]
        return source.choice(kinds if self.style == "flow" else [*kinds, f"|\n    {word}\n    second {word}"])

    def comment(self, source):
        return f"# old: {source.choice(['hunter2', 'x'])}" if self.style == "block" and source.random() < 0.2 else ""

    def note(self, source):
        return "  # note" if self.style == "block" and source.random() < 0.2 else ""

    def rendered(self, shown):
        """The text; `shown` says what stands in the place of a value."""
        fields = {}
        for field, *entry in self.entries:
            fields.setdefault(field, []).append(entry)
        return self.json(fields, shown) if self.style == "json" else self.yaml(fields, shown)

    def yaml(self, fields, shown):
        lines = ["apiVersion: v1", f"kind: {self.kind}", "metadata:", f"  name: {self.name}"]
        envelope = {ENVELOPE: shown(self, "", "envelope", "")} if shown == word and self.kind == "Secret" else {}
        for title, pairs in (("labels", self.labels), ("annotations", {**self.annotations, **envelope})):
            if pairs:
                lines += [f"  {title}:", *(f"    {key}: {text}" for key, text in pairs.items())]
        lines += [f"type: {self.type}"] if self.type else []
        for field, entries in fields.items():
            if self.style == "flow":
                pairs = ", ".join(f"{key}: {shown(self, field, key, text)}" for key, text, _, _ in entries)
                lines.append(f"{field}: {{{pairs}}}")
                continue
            lines.append(f"{field}:")
            for key, text, comment, note in entries:
                lines += [f"  {comment}"] if comment else []
                lines.append(f"  {key}: {shown(self, field, key, text)}" + ("" if "\n" in text else note))
        return "\n".join(lines) + "\n"

    def json(self, fields, shown):
        members = ['"apiVersion": "v1"', f'"kind": "{self.kind}"']
        metadata = [f'    "name": "{self.name}"']
        for title, pairs in (("labels", self.labels), ("annotations", self.annotations)):
            if pairs:
                metadata.append(f'    "{title}": {{\n' + ",\n".join(f'      "{key}": "{text}"' for key, text in pairs.items()) + "\n    }")
        members.append('"metadata": {\n' + ",\n".join(metadata) + "\n  }")
        members += [f'"type": "{self.type}"'] if self.type else []
        for field, entries in fields.items():
            pairs = ",\n".join(f'    "{key}": {shown(self, field, key, text)}' for key, text, _, _ in entries)
            members.append(f'"{field}": {{\n{pairs}\n  }}')
        return "{\n  " + ",\n  ".join(members) + "\n}"

    def change(self, source, side, number):
        kind = source.choice(["value"] * 5 + ["add", "remove", "rename", "move", "label", "annotation", "type", "comment", "note"])
        index = source.randrange(len(self.entries))
        entry = self.entries[index]
        if kind == "value":
            entry[2] = self.value(source, entry[0])
        elif kind in ("add", "rename"):
            key = source.choice([f"{side}{number}", f"{side}{number}", "shared"])
            if any(other[:2] == [entry[0], key] for other in self.entries):
                return
            if kind == "rename":
                entry[1] = key
            else:
                self.entries.insert(index, [entry[0], key, self.value(source, entry[0]), "", ""])
        elif kind == "remove" and len(self.entries) > 1:
            del self.entries[index]
        elif kind == "move":
            self.entries.insert(source.randrange(len(self.entries)), self.entries.pop(index))
            self.entries.sort(key=lambda entry: entry[0])
        elif kind == "label":
            self.labels[source.choice(["l0", side])] = side
        elif kind == "annotation":
            self.annotations[source.choice(["note0", side])] = side
        elif kind == "type":
            self.type = source.choice([None, "Opaque", side])
        elif kind == "comment" and self.style == "block":
            entry[3] = source.choice(["", f"# {side}: hunter3"])
        elif kind == "note" and self.style == "block":
            entry[4] = "" if entry[4] else "  # note"


class Manifest:
    def __init__(self, source):
        self.style = source.choice(["block", "block", "block", "flow", "json"])
        self.line_break = source.choice(["\n", "\n", "\n", "\r\n"])
        count = source.randrange(1, 4)
        self.documents = [Document(source, f"s{n}", self.style) for n in range(count)]

    def text(self, shown=lambda document, field, key, text: text):
        parts = [document.rendered(shown) for document in self.documents]
        if self.style == "json":
            items = ",\n".join(parts)
            text = f'{{"apiVersion": "v1", "kind": "List", "items": [\n{items}\n]}}\n'
        else:
            text = "---\n".join(parts)
        return text.replace("\n", self.line_break).encode()

    def change(self, source, side):
        for number in range(source.randrange(1, 4)):
            kind = source.random()
            if kind < 0.05 and len(self.documents) > 1:
                del self.documents[source.randrange(len(self.documents))]
            elif kind < 0.1:
                self.documents.append(Document(source, f"{side}{number}", self.style))
            elif kind < 0.13:
                source.shuffle(self.documents)
            else:
                source.choice(self.documents).change(source, side, number)

    def values(self):
        return {
            (document.name, field, key): text
            for document in self.documents if document.kind == "Secret" for field, key, text, _, _ in document.entries
        }  # fmt: skip


ENVELOPE = "sealwax.dev/envelope"


def word(document, field, key, text):
    """What git is to see of a value, or an envelope: that it is there."""
    return f"@{document.name}.{field}.{key}@" if document.kind == "Secret" else text


def merged_values(base, ours, theirs):
    """The values of a merge by value, and whether there is a conflict."""
    result, is_conflict = {}, False
    for place in {*base, *ours, *theirs}:
        old, left, right = base.get(place), ours.get(place), theirs.get(place)
        if left not in (old, right) and right != old:
            is_conflict = True
        result[place] = right if left == old else left
    return result, is_conflict


def merge_file(folder, texts):
    """Git's merge, and whether it is clean."""
    for side, text in zip(SIDES, texts):
        (folder / f"plain-{side}").write_bytes(text)
    files = [f"plain-{side}" for side in ("ours", "base", "theirs")]
    result = subprocess.run(["git", "merge-file", "-p", *files], cwd=folder, capture_output=True)
    return result.stdout, result.returncode == 0


def filled(skeleton, manifest, values):
    def value(match):
        return (values[tuple(match.group(1).split("."))] or "?").replace("\n", manifest.line_break)

    # What the envelope brought goes with it.
    text = re.sub(f"    {ENVELOPE}: @[^@]*@\r?\n", "", skeleton.decode())
    text = re.sub("  annotations:\r?\n(?!    )", "", text)
    return re.sub("@([^@]*)@", value, text).encode()


class Unique(yaml.SafeLoader):
    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value]
        if len(keys) != len(set(keys)):
            raise yaml.YAMLError("a key stands twice")
        return super().construct_mapping(node, deep)


def is_manifest(text):
    try:
        documents = list(yaml.load_all(text, Unique))
    except yaml.YAMLError:
        return False
    documents = documents[0]["items"] if documents and documents[0].get("kind") == "List" else documents
    return all(set(item) <= {"apiVersion", "kind", "metadata", "type", "data", "stringData"} for item in documents)


def recipients(text):
    """For whom each Secret is sealed."""
    found = []
    for part in re.split(r"sealwax v1 ", text.decode())[1:]:
        found.append(frozenset(re.findall(r"to age (age1\w+)", part)))
    return found


class Round:
    """Three versions of a manifest, and for whom each is sealed."""

    def __init__(self, source, people):
        base = Manifest(source)
        ours, theirs = copy.deepcopy(base), copy.deepcopy(base)
        ours.change(source, "ours")
        theirs.change(source, "theirs")
        self.manifests = (base, ours, theirs)
        me, bob, carol = people
        if source.random() < 0.7:
            self.people = [(me,)] * 3
        else:
            self.people = [source.choice([(me,), (me, bob)]), source.choice([(me,), (me, bob)]), source.choice([(me, bob), (me, carol)])]

        self.rotated = {side for side in (1, 2) if source.random() < 0.1}

    def is_one_removed_and_the_other_sealed_anew(self):
        """Not to be seen in the plaintext, and a conflict: a side removed a Secret, and the other rotated it."""
        base, *sides = ({one.name for one in version.documents if one.kind == "Secret"} for version in self.manifests)
        return any(
            base & sides[2 - side] - sides[side - 1] and (self.people[3 - side] != self.people[0] or 3 - side in self.rotated)
            for side in (1, 2)
        )


@pytest.fixture(scope="module")
def rounds(tmp_path_factory):
    """Rounds, sealed; and the homes of somebody with a key and of a stranger."""
    folder = tmp_path_factory.mktemp("merges")
    home, stranger = folder / "home", folder / "stranger"
    people = []
    for place in (home, stranger, folder / "bob", folder / "carol"):
        place.mkdir()
        people.append(identity(place) if place != stranger else None)
    people.remove(None)
    source = random.Random(os.environ.get("MERGE_SEED", "14"))
    rounds = [Round(source, people) for _ in range(ROUNDS)]
    for index, side in enumerate(SIDES):
        if index > 0:
            # Over the base, so that data keys and unchanged tokens stay; some are made anew.
            shutil.copytree(folder / "sealed-base", folder / f"sealed-{side}")
            for number, one in enumerate(rounds):
                if index in one.rotated:
                    (folder / f"sealed-{side}" / f"{number}.yaml").unlink()
        for group in sorted({one.people[index] for one in rounds}):
            plain = folder / side / str(len(group)) / group[-1]
            plain.mkdir(parents=True)
            for number, one in enumerate(rounds):
                if one.people[index] == group:
                    (plain / f"{number}.yaml").write_bytes(one.manifests[index].text())
            options = [option for person in group for option in ("-r", person)]
            run(home, "encrypt", "-q", *options, "--output-dir", folder / f"sealed-{side}", plain)
    for number, one in enumerate(rounds):
        one.merged, one.result = merged(home, folder, folder / "with-key", number)
    return folder, home, stranger, rounds


def merged(home, folder, into, number):
    into.mkdir(exist_ok=True)
    target = into / f"{number}.yaml"
    base, ours, theirs = (folder / f"sealed-{side}" / target.name for side in SIDES)
    shutil.copy(ours, target)
    result = run(home, "git", "merge", base, target, theirs, cwd=folder, check=False)
    assert result.returncode in (0, 1), result.stderr
    return target, result


def test_a_merge_is_that_of_the_plaintext(rounds):
    """With a key, a merge is clean exactly when the values merge and git merges the text around them, and what it
    opens to is that. It differs from git's merge of the plaintext only where git sees a conflict in lines that
    stand side by side."""
    folder, home, _, rounds = rounds
    clean, as_git, more_than_git = [], 0, 0
    fine = folder / "fine"
    fine.mkdir()
    for number, one in enumerate(rounds):
        base = one.manifests[0]
        values, is_conflict = merged_values(*(version.values() for version in one.manifests))
        skeleton, is_text_clean = merge_file(folder, [version.text(word) for version in one.manifests])
        plain, is_plain_clean = merge_file(folder, [version.text() for version in one.manifests])
        expected = filled(skeleton, base, values)
        is_conflict = is_conflict or one.is_one_removed_and_the_other_sealed_anew()
        is_clean = is_text_clean and not is_conflict and is_manifest(expected)
        target, result = one.merged, one.result
        texts = [version.text().decode() for version in one.manifests]
        shown = "\n".join([str(number), str(one.people), str(one.rotated), *texts, result.stderr.decode(), target.read_text()])
        assert (result.returncode == 0) == is_clean, shown
        if not is_clean:
            continue
        shutil.copy(target, fine)
        clean.append((number, one, expected, plain if is_plain_clean else None, result))
    out = folder / "opened"
    run(home, "verify", "-q", fine)
    run(home, "decrypt", "-q", "--output-dir", out, fine)
    for number, one, expected, plain, result in clean:
        opened = (out / f"{number}.yaml").read_bytes()
        assert opened == expected, f"{number}\n{opened.decode()}\n{expected.decode()}"
        if plain is None:
            more_than_git += 1
        else:
            as_git += 1
            assert opened == plain, number
    print(f"{len(rounds)} merges: {len(clean)} clean, {as_git} as git's, {more_than_git} where git sees a conflict")
    assert as_git > ROUNDS / 4 and more_than_git > 0


def test_without_a_key_the_same_comes_of_it_with_a_new_seal(rounds):
    """A stranger's merge is that of somebody with a key, now or when that somebody seals it; or a conflict."""
    folder, home, stranger, rounds = rounds
    fine, waiting = [], []
    for number, one in enumerate(rounds):
        target, result = merged(stranger, folder, folder / "without-key", number)
        text = target.read_bytes()
        shown = result.stderr.decode()
        if result.returncode == 0:
            fine.append(number)
        elif b"<<<<<<<" not in text and "needs a new seal" in shown and shown.count("warning:") == shown.count("needs a new seal"):
            assert run(home, "verify", "-q", target, check=False).returncode == 1
            waiting.append((number, one))
        else:
            target.unlink()
    for people in sorted({one.people[1] for _, one in waiting}):
        files = [folder / "without-key" / f"{number}.yaml" for number, one in waiting if one.people[1] == people]
        run(home, "reseal", "-q", *(word for person in people for word in ("-r", person)), *files)
    run(home, "verify", "-q", folder / "without-key")
    out = folder / "opened-later"
    run(home, "decrypt", "-q", "--output-dir", out, folder / "without-key")
    for number in [*fine, *(number for number, _ in waiting)]:
        versions = [version.text(word) for version in rounds[number].manifests]
        skeleton, is_clean = merge_file(folder, versions)
        values, _ = merged_values(*(version.values() for version in rounds[number].manifests))
        assert is_clean and (out / f"{number}.yaml").read_bytes() == filled(skeleton, rounds[number].manifests[0], values), number
    print(f"{len(rounds)} merges: {len(fine)} clean, {len(waiting)} sealed later")
    assert fine and waiting


def test_recipients_are_those_of_the_rule(rounds):
    """Of every clean merge in which both sides changed a Secret, or whom it is for; and who comes in shows."""
    count = 0
    _, _, _, rounds = rounds
    for number, one in enumerate(rounds):
        target, result = one.merged, one.result
        if result.returncode != 0:
            continue
        base, ours, theirs = map(set, one.people)
        wanted = (ours | theirs) - (base - ours) - (base - theirs)
        for found in recipients(target.read_bytes()):
            # A Secret that only one side has is sealed as there.
            assert found in (frozenset(wanted), frozenset(ours), frozenset(theirs)), number
            count += found == wanted
        _, left, right = ({part.name for part in version.documents if part.kind == "Secret"} for version in one.manifests)
        comes_in = bool(left & right and theirs - ours - (base - ours))
        assert (b"the merge lets" in result.stderr) == comes_in, f"{number} {result.stderr.decode()}"
    assert count > ROUNDS / 4


class Values:
    """What a SOPS file holds, in the layout in which SOPS writes it."""

    def __init__(self, source, ending):
        self.ending = ending
        # Comments and the order of keys, which merge as text does.
        self.has_text_changes = False
        self.groups = {f"g{n}": self.group(source) for n in range(source.randrange(1, 4))}

    def group(self, source):
        return {f"k{n}": f"w{source.randrange(10**9)}" for n in range(source.randrange(3, 12))}

    def text(self):
        if self.ending == "json":
            return json.dumps(self.groups, indent="\t") + "\n"
        if self.ending == "env":
            return "".join(f"{group}_{key}={text}\n" for group, pairs in self.groups.items() for key, text in pairs.items())
        if self.ending == "ini":
            # Its equals signs stand below each other, so that a long name is a change of every line.
            parts = [
                "".join(f"{key:{max(map(len, pairs))}} = {text}\n" for key, text in pairs.items()) for pairs in self.groups.values()
            ]
            return "\n".join(f"[{group}]\n{part}" for group, part in zip(self.groups, parts))
        lines = []
        for group, pairs in self.groups.items():
            lines += [f"{group}:", *(f"    {'#' if key.startswith('c') else key + ':'} {text}" for key, text in pairs.items())]
        return "\n".join(lines) + "\n"

    def change(self, source, side, most=2):
        for number in range(source.randrange(1, most + 1)):
            pairs = self.groups[source.choice(list(self.groups))]
            key = source.choice(list(pairs))
            kind = source.choice(["value", "value", "add", "remove", "comment", "move"])
            if kind == "value" and not key.startswith("c"):
                pairs[key] = f"w{source.randrange(10**9)}"
            elif kind == "add":
                name = source.choice([f"{side}{number}", f"{side}{number}", "shared"])
                pairs[name] = side
                self.place(source, pairs, name)
            elif kind == "remove" and len(pairs) > 1:
                del pairs[key]
            elif kind == "comment" and self.ending == "yaml":
                pairs[f"c{side}{number}"] = f"{side} {number}"
                self.has_text_changes = True
            elif kind == "move":
                self.place(source, pairs, key)
                self.has_text_changes = True

    @staticmethod
    def place(source, pairs, key):
        keys = [name for name in pairs if name != key]
        keys.insert(source.randrange(len(keys) + 1), key)
        for name in keys:
            pairs[name] = pairs.pop(name)

    def values(self):
        return {(group, key): text for group, pairs in self.groups.items() for key, text in pairs.items() if not key.startswith("c")}


def is_values(text, ending):
    if ending == "json":
        try:
            json.loads(text, object_pairs_hook=lambda pairs: dict(pairs) if len(dict(pairs)) == len(pairs) else 1 / 0)
        except (ValueError, ZeroDivisionError):
            return False
    if ending == "yaml":
        try:
            return all(yaml.load(text, Unique).values())
        except yaml.YAMLError:
            return False
    # Keys of dotenv have their group in them, those of INI stand in a section.
    sections = re.split(rb"(?m)^\[.*\]$", text)
    keys = [re.findall(rb"(?m)^(\w+) *=", section) for section in sections]
    return all(len(section) == len(set(section)) for section in keys)


def test_files_of_sops_merge_as_their_plaintext_does(tmp_path):
    """What git merges line by line merges to the same: also without a key, and a MAC made later."""
    home, stranger = tmp_path / "home", tmp_path / "stranger"
    stranger.mkdir()
    home.mkdir()
    recipient = identity(home)
    source = random.Random(os.environ.get("MERGE_SEED", "sops"))
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\ncp "$PLAIN" "$1"\n')
    editor.chmod(0o755)
    cases = []
    for number in range(ROUNDS // 4):
        ending = source.choice(["yaml", "yaml", "json", "env", "ini"])
        versions = [Values(source, ending)]
        for side in SIDES[1:]:
            versions.append(copy.deepcopy(versions[0]))
            versions[-1].change(source, side)
        cases.append((f"{number}.{ending}", [version.text() for version in versions]))
    for side in SIDES:
        (tmp_path / side).mkdir()
    for name, texts in cases:
        (tmp_path / "base" / name).write_text(texts[0])
    run(home, "encrypt", "-q", "-I", "--format", "sops", "-r", recipient, *(tmp_path / "base" / name for name, _ in cases))
    clean, waiting = [], []
    for name, texts in cases:
        for side, text in zip(SIDES[1:], texts[1:]):
            shutil.copy(tmp_path / "base" / name, tmp_path / side / name)
            (tmp_path / "plain").write_text(text)
            if text != texts[0]:
                run(home, "edit", tmp_path / side / name, EDITOR=str(editor), PLAIN=str(tmp_path / "plain"))
        plain, is_plain_clean = merge_file(tmp_path, [text.encode() for text in texts])
        is_clean = is_plain_clean and is_values(plain, name.split(".")[1])
        for who, into in ((home, "with"), (stranger, "without")):
            target = tmp_path / into / name
            target.parent.mkdir(exist_ok=True)
            shutil.copy(tmp_path / "ours" / name, target)
            result = run(who, "git", "merge", tmp_path / "base" / name, target, tmp_path / "theirs" / name, check=False)
            if who == home:
                assert result.returncode == 0 or not is_clean, f"{name} {texts} {result.stderr.decode()}"
            elif is_clean and b"<<<<<<<" not in target.read_bytes():
                assert result.returncode == 1 and b"needs a new seal" in result.stderr
                waiting.append((target, plain))
        if is_clean:
            clean.append((tmp_path / "with" / name, plain))
    run(home, "reseal", "-q", *(target for target, _ in waiting))
    for who in ("with", "without"):
        files = [target for target, _ in clean + waiting if target.parent.name == who]
        run(home, "decrypt", "-q", "--style", "sops", "--output-dir", tmp_path / "opened" / who, *files)
    for target, plain in clean + waiting:
        assert (tmp_path / "opened" / target.parent.name / target.name).read_bytes() == plain, target
    print(f"{len(cases)} merges: {len(clean)} clean, {len(waiting)} given a MAC later")
    assert len(clean) > len(cases) / 5 and len(waiting) > len(cases) / 10


def test_files_of_sops_merge_by_value(tmp_path):
    """Under git, against a three-way merge of dictionaries: a conflict is a value that both sides changed, or
    comments or the order of keys that both did."""
    home, path = tmp_path / "home", tmp_path / "repository"
    home.mkdir()
    path.mkdir()
    recipient = identity(home)
    keys = [line for line in (home / ".config/sealwax/keys.txt").read_text().splitlines() if line.startswith("AGE-SECRET-KEY-1")]
    repository = Repository(home, path)
    repository.git("init", "-q", "-b", "main", ".")
    (path / ".sops.yaml").write_text(f"creation_rules:\n  - age: {recipient}\n")
    source = random.Random(os.environ.get("MERGE_SEED", "by value"))
    cases = {}
    for number in range(ROUNDS * 2):
        ending = source.choice(["yaml", "yaml", "json", "env", "ini"])
        versions = [Values(source, ending)]
        for side in SIDES[1:]:
            versions.append(copy.deepcopy(versions[0]))
            versions[-1].change(source, side, most=4)
        cases[f"{number}.{ending}"] = versions
        (path / f"{number}.{ending}").write_text(versions[0].text())
    repository.sealwax("encrypt", "-q", "-I", *cases)
    repository.sealwax("git", "install")
    repository.commit("base", checked=False)
    for index, branch in ((2, "theirs"), (1, "main")):
        repository.git("checkout", "-q", *(["-b", branch] if branch != "main" else [branch]))
        for name, versions in cases.items():
            (tmp_path / "plain").write_text(versions[index].text())
            if versions[index].text() != versions[0].text():
                repository.sealwax("edit", name, EDITOR=f"cp '{tmp_path / 'plain'}'")
        repository.commit(branch, checked=False)
    repository.run("git", "merge", "-q", "--no-edit", "theirs", check=False)
    conflicts = set(repository.git("diff", "--name-only", "--diff-filter=U").split())
    counts = {"clean": 0, "conflict": 0, "more than git": 0}
    for name, versions in cases.items():
        ending = name.split(".")[1]
        expected, is_conflict = merged_values(*(version.values() for version in versions))
        text = (path / name).read_bytes()
        shown = "\n".join([name, *(version.text() for version in versions), text.decode()])
        plain, is_plain_clean = merge_file(tmp_path, [version.text().encode() for version in versions])
        is_plain_clean = is_plain_clean and not is_conflict and is_values(plain, ending)
        if is_conflict:
            assert name in conflicts and b"<<<<<<<" in text, shown
        elif not all(version.has_text_changes for version in versions[1:]):
            assert name not in conflicts, shown
        if name in conflicts:
            assert not is_plain_clean, shown
            counts["conflict"] += 1
            continue
        counts["clean"] += 1
        counts["more than git"] += not is_plain_clean
        found = {tuple(way): value.decode() for way, kind, value in decode(text, STORES[ending], keys) if kind != "comment"}
        flat = {(f"{group}_{key}",) if ending == "env" else (group, key): value for (group, key), value in expected.items() if value is not None}
        assert found == flat, shown
    print(counts)
    assert min(counts.values()) > 0


STORES = {"yaml": "yaml", "json": "json", "env": "dotenv", "ini": "ini"}
