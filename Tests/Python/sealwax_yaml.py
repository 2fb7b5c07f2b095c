"""YAML and JSON with the place of everything, as docs/format.md section 2 needs it.

Independent of the Swift sources: PyYAML's pure Python parser gives events and tokens with their
character offsets; comments are what stands between tokens and begins with '#'.
"""

import re
from dataclasses import dataclass, field

import yaml

# Line breaks of YAML 1.1.
BREAK = re.compile("\r\n|\n|\r|\u0085|\u2028|\u2029")


@dataclass
class Node:
    """A node; offsets are in characters, `content` is where it begins without anchor and tag."""

    kind: str  # scalar, mapping, sequence, alias
    start: int
    content: int
    end: int
    value: str = ""
    style: str | None = None
    flow: bool = False
    anchor: str = ""  # as written, with its '&'
    tag: str = ""  # as written
    pairs: list = field(default_factory=list)
    items: list = field(default_factory=list)
    target: "Node | None" = None


class Tree:
    """The documents of a text."""

    def __init__(self, text: str):
        self.text = text
        loader = yaml.SafeLoader
        self.tokens = list(yaml.scan(text, Loader=loader))
        self._scalars = {
            t.end_mark.index: t for t in self.tokens if isinstance(t, yaml.ScalarToken)
        }
        self._properties = [
            t for t in self.tokens if isinstance(t, (yaml.AnchorToken, yaml.TagToken))
        ]
        self._events = iter(list(yaml.parse(text, Loader=loader)))
        self.documents = []
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors = {}
                self.documents.append(self._node(next(self._events)))
        self.comments = self._find_comments()

    def _node(self, event) -> Node:
        start = event.start_mark.index
        if isinstance(event, yaml.AliasEvent):
            target = self._anchors.get(event.anchor)
            return Node("alias", start, start, event.end_mark.index, target=target)
        if isinstance(event, yaml.ScalarEvent):
            end = event.end_mark.index
            token = self._scalars.get(end)
            content = end
            if token is not None and token.start_mark.index >= start:
                content = token.start_mark.index
            node = Node("scalar", start, content, end, event.value, event.style)
            self._take_properties(node)
            if event.style in ("|", ">"):
                node.end = self._block_end(node)
            return node
        node = Node("mapping", start, start, start, flow=bool(event.flow_style))
        self._take_properties(node)
        if event.anchor:
            self._anchors[event.anchor] = node
        if isinstance(event, yaml.MappingStartEvent):
            while not isinstance(event := next(self._events), yaml.MappingEndEvent):
                key = self._node(event)
                node.pairs.append((key, self._node(next(self._events))))
        else:
            node.kind = "sequence"
            while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
                node.items.append(self._node(event))
        node.end = event.end_mark.index
        if not node.flow:
            last = node.items[-1:] or [value for _, value in node.pairs[-1:]]
            node.end = last[0].end if last else node.start
            if node.pairs:
                node.start = min(node.start, node.pairs[0][0].start)
        return node

    def _take_properties(self, node: Node):
        limit = node.content if node.kind == "scalar" else len(self.text)
        for token in self._properties:
            index = token.start_mark.index
            if not node.start <= index <= limit:
                continue
            between = self.text[node.start : index]
            if re.sub(r"[&!][^\s]*", "", between).strip():
                continue
            written = self.text[index : token.end_mark.index].rstrip()
            if isinstance(token, yaml.AnchorToken):
                node.anchor = written
                self._anchors[token.value] = node
            else:
                node.tag = written

    def _block_end(self, node: Node) -> int:
        """Where a block scalar's source text ends: in front of its last line break."""
        text = self.text[node.content : node.end]
        match = None
        for match in BREAK.finditer(text):
            pass
        if match is not None and match.end() == len(text):
            return node.content + match.start()
        return node.end

    def _find_comments(self):
        """Every comment, from its '#' to the end of its line."""
        found = []
        position = 0
        spans = [
            (t.start_mark.index, t.end_mark.index)
            for t in self.tokens
            if t.end_mark.index > t.start_mark.index
        ]
        for start, end in spans + [(len(self.text), len(self.text))]:
            while (at := self.text.find("#", position, max(position, start))) >= 0:
                stop = BREAK.search(self.text, at)
                position = stop.start() if stop else len(self.text)
                found.append((at, position))
            position = max(position, end)
        return found

    def line_end(self, offset: int) -> int:
        match = BREAK.search(self.text, offset)
        return match.start() if match else len(self.text)

    def line_start(self, offset: int) -> int:
        start = 0
        for match in BREAK.finditer(self.text, 0, offset):
            start = match.end()
        return max(start, 1 if self.text.startswith("\ufeff") and start == 0 else 0)
