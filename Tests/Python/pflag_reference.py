"""Command lines taken apart as spf13/pflag does it, written from its documentation and behaviour.

Independent of the Swift sources. Run, it prints command lines with what they set, as JSON:

    python3 Tests/Python/pflag_reference.py SEED COUNT
"""

import json
import random
import sys

TRUE, FALSE = {"1", "t", "T", "true", "TRUE", "True"}, {"0", "f", "F", "false", "FALSE", "False"}

#: Kubernetes' components have `-` for `_` (component-base, WordSepNormalizeFunc).
KINDS = {"a": "text", "a-b": "text", "v": "text", "switch": "switch", "list": "list"}


class Refused(Exception):
    """The component does not start."""


def csv(text):
    """The fields of one line (RFC 4180), as Go's encoding/csv reads it without lazy quotes."""
    if not text:
        return []
    fields, at = [], 0
    while True:
        if text.startswith('"', at):
            field, at = "", at + 1
            while True:
                end = text.find('"', at)
                if end < 0:
                    raise Refused("a quote is not closed")
                field, at = field + text[at:end], end + 1
                if not text.startswith('"', at):
                    break
                field, at = field + '"', at + 1
            if at < len(text) and text[at] != ",":
                raise Refused("text behind a quote")
        else:
            end = text.find(",", at)
            end = len(text) if end < 0 else end
            field, at = text[at:end], end
            if '"' in field:
                raise Refused("a quote within a field")
        fields.append(field)
        if at == len(text):
            return fields
        at += 1


class FlagSet:
    """What one command line sets."""

    def __init__(self, words):
        self.sets, self.arguments, self.lists = [], [], {}
        self.problem = ""
        try:
            self.parse(list(words))
        except Refused as refused:
            self.problem = str(refused)

    def parse(self, words):
        while words:
            word = words.pop(0)
            if len(word) < 2 or word[0] != "-":
                self.arguments.append(word)
            elif word == "--":
                self.arguments += words
                return
            elif word.startswith("--"):
                self.long(word[2:], words)
            else:
                self.short(word[1:], words)

    def long(self, body, words):
        if body[0] in "-=":
            raise Refused("bad flag syntax")
        name, separator, value = body.partition("=")
        name = name.replace("_", "-")
        if name not in KINDS:
            raise Refused("unknown flag")
        if not separator:
            if KINDS[name] == "switch":
                value = "true"
            elif words:
                value = words.pop(0)
            else:
                raise Refused("a flag needs an argument")
        self.set(name, value)

    def short(self, body, words):
        if body[0] != "v":
            raise Refused("unknown shorthand flag")
        if len(body) > 2 and body[1] == "=":
            value = body[2:]
        elif len(body) > 1:
            value = body[1:]
        elif words:
            value = words.pop(0)
        else:
            raise Refused("a flag needs an argument")
        self.set("v", value)

    def set(self, name, value):
        kind = KINDS[name]
        if kind == "switch" and value not in TRUE | FALSE:
            raise Refused("no truth value")
        if kind == "list":
            # The first occurrence takes the default's place, further ones add to it.
            self.lists[name] = self.lists.get(name, []) + csv(value)
        self.sets.append([name, value])


def command_line(generator):
    names = ["a", "a-b", "a_b", "v", "switch", "list"]
    values = ["", "1", "true", "f", "maybe", "x=y", "--a", "--", "-v", "x,y", '"x,y",z', '"x""y"', 'x"y', '"x', ",", "é"]
    odd = ["", "-", "--", "word", "---a=1", "--=1", "-v", "-v2", "-v=2", "-v=", "-x", "-", "true"]
    words = []
    for _ in range(generator.randrange(8)):
        choice = generator.random()
        name = generator.choice(names)
        if choice < 0.35:
            words.append(f"--{name}={generator.choice(values)}")
        elif choice < 0.6:
            words += [f"--{name}", generator.choice(values)]
        elif choice < 0.7:
            words.append(f"--{name}")
        elif choice < 0.8:
            words.append(generator.choice(values))
        else:
            words.append(generator.choice(odd))
    return words


def main():
    generator = random.Random(int(sys.argv[1]))
    cases = []
    for _ in range(int(sys.argv[2])):
        words = command_line(generator)
        found = FlagSet(words)
        cases.append(
            {
                "words": words,
                "sets": found.sets,
                "arguments": found.arguments,
                "list": found.lists.get("list", []),
                "problem": found.problem,
            }
        )
    json.dump(cases, sys.stdout)


if __name__ == "__main__":
    main()
