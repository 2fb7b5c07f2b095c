"""Writes the vector `example` into section 9 of docs/format.md, after the vectors were made anew."""

import json
import re
from pathlib import Path

from sealwax_decoder import listing

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "Tests" / "Vectors" / "valid" / "example"


def main():
    document = ROOT / "docs" / "format.md"
    text = document.read_text()
    unit = json.loads((FOLDER / "vector.json").read_text())["units"][0]
    value = next(e for e in unit["entries"] if e["kind"] == "value")
    bound = listing("sealwax v1", "aes-256-gcm", "strict", "v1", "Secret", "shop", "db")
    head, title, example = text.partition("## 9. Example")
    example = re.sub(
        r"(sealed for the KEK)(.*?```yaml\n).*?```",
        lambda m: m.group(1) + m.group(2) + (FOLDER / "sealed.yaml").read_text() + "```",
        example, count=1, flags=re.S)
    for name, found in [
        ("DEK", unit["dek"]), ("prk", unit["prk"]), ("commitment", unit["commitment"]),
        ("unit", bound.hex()), ("value-key", value["key"]),
    ]:
        example = re.sub(rf"(?m)^({name} *= )[0-9a-f]+$", rf"\g<1>{found}", example)
    document.write_text(head + title + example)


if __name__ == "__main__":
    main()
