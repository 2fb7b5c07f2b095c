internal import CryptoCore
internal import YAMLSource

/// Reads and writes dotenv files as SOPS does: raw lines, with `\n` for newlines and nothing else.
enum DotenvStore {
  static func read(_ source: Span<UInt8>) throws(SOPSError) -> Tree {
    let text = TreeText()
    var entries: [TreeEntry] = []
    var start = 0
    while start < source.count {
      var end = start
      while end < source.count, source[end] != 0x0a { end += 1 }
      if end > start {
        entries.append(try entry(in: start..<end, source, text))
        guard entries.count <= TreeLimits.entryCount else {
          throw SOPSError(.limitExceeded, "the file has too many lines")
        }
      }
      start = end + 1
    }
    return Tree(documents: [entries], text: text)
  }

  private static func entry(
    in line: Range<Int>, _ source: Span<UInt8>, _ text: TreeText
  ) throws(SOPSError) -> TreeEntry {
    if source[line.lowerBound] == UInt8(ascii: "#") {
      let body = source.extracting((line.lowerBound + 1)..<line.upperBound)
      return TreeEntry(content: .comment(isInline: false), text: text.add(body), source: line)
    }
    guard let sign = line.first(where: { source[$0] == UInt8(ascii: "=") }) else {
      throw SOPSError(
        .syntax, "the line is neither NAME=value nor a comment",
        at: LinePosition.of(line.lowerBound, in: source))
    }
    let name = source.extracting(line.lowerBound..<sign)
    guard UTF8Check.isValid(name) else {
      throw SOPSError(
        .syntax, "the name is not UTF-8", at: LinePosition.of(line.lowerBound, in: source))
    }
    let value = (sign + 1)..<line.upperBound
    let range = text.add { output in
      FlatText.appendUnescaped(source.extracting(value), to: &output)
    }
    return TreeEntry(
      key: String(decoding: Array(copying: name), as: UTF8.self), content: .scalar(.string),
      text: range, source: value, start: line.lowerBound)
  }

  /// - Throws: `.unsupportedDocument` when there are mappings or lists.
  static func emit(_ tree: Tree) throws(SOPSError) -> WipedBuffer {
    var output = WipedBuffer()
    for entry in tree.documents.first ?? [] {
      switch entry.content {
      case .comment:
        output.append(UInt8(ascii: "#"))
        tree.text.lend(entry.text) { bytes in
          for index in bytes.indices {
            output.append(bytes[index])
            // No comment can leave its line.
            if bytes[index] == 0x0a { output.append(UInt8(ascii: "#")) }
          }
        }
      case .scalar(let type):
        output.append(utf8: entry.key ?? "")
        output.append(UInt8(ascii: "="))
        tree.text.lend(entry.text) { bytes in
          if type == .string {
            FlatText.appendEscaped(bytes, to: &output)
          } else {
            FlatText.appendValue(bytes, type, to: &output)
          }
        }
      case .null:
        output.append(utf8: entry.key ?? "")
        output.append("=")
        output.append(FlatText.null)
      case .mapping, .list:
        throw SOPSError(
          .unsupportedDocument,
          "'\(Printable.text(entry.key ?? ""))' is a mapping or a list, which a dotenv file cannot "
            + "hold")
      }
      output.append(0x0a)
    }
    return output
  }
}

/// Places in texts that no parser knows.
enum LinePosition {
  static func of(_ offset: Int, in source: Span<UInt8>) -> SourcePosition {
    var line = 1
    var column = 1
    for index in 0..<min(offset, source.count) {
      if source[index] == 0x0a {
        line += 1
        column = 1
      } else if source[index] & 0xc0 != 0x80 {
        column += 1
      }
    }
    return SourcePosition(offset: offset, line: line, column: column)
  }
}
