internal import CryptoCore

/// Writes INI files as SOPS does: keys of a section aligned, an empty line between sections.
struct INIEmitter: ~Copyable {
  private let text: TreeText
  private var output = WipedBuffer()

  /// - Throws: `.unsupportedDocument` when there is more than sections of texts.
  static func emit(_ tree: Tree) throws(SOPSError) -> WipedBuffer {
    var emitter = INIEmitter(text: tree.text)
    let sections = (tree.documents.first ?? []).filter { !$0.isComment }
    for (index, section) in sections.enumerated() {
      guard case .mapping(let entries) = section.content, let name = section.key else {
        throw SOPSError(.unsupportedDocument, "an INI file cannot hold anything but sections")
      }
      let isPlainDefault = index == 0 && name.uppercased() == INIReader.defaultSection
      if isPlainDefault, !entries.contains(where: { !$0.isComment }) { continue }
      try emitter.write(entries, name: isPlainDefault ? nil : name)
      if index + 1 < sections.count { emitter.output.append(0x0a) }
    }
    return emitter.finish()
  }

  private init(text: TreeText) { self.text = text }

  private consuming func finish() -> WipedBuffer { output }

  private mutating func write(_ entries: [TreeEntry], name: String?) throws(SOPSError) {
    var keys: [(entry: TreeEntry, comment: TreeEntry?)] = []
    var isFirst = true
    for entry in entries {
      if entry.isComment {
        if isFirst {
          writeComment(entry, ofSection: true)
        } else if !keys.isEmpty {
          keys[keys.count - 1].comment = entry
        }
      } else {
        keys.append((entry, nil))
      }
      isFirst = false
    }
    if let name {
      output.append(UInt8(ascii: "["))
      output.append(utf8: name)
      output.append("]\n")
    }
    let width = keys.map { Self.width(of: $0.entry.key ?? "") }.max() ?? 0
    for (entry, comment) in keys {
      if let comment { writeComment(comment) }
      try write(entry, width: width)
    }
  }

  /// A key as go-ini counts it, which is not quite as it writes it.
  private static func width(of key: String) -> Int {
    if key.contains("\"") || key.contains("=") || key.contains(":") { return key.utf8.count + 2 }
    return key.utf8.count + (key.contains("`") ? 6 : 0)
  }

  /// Writes a comment of one or more lines; one of marks alone is not written.
  private mutating func writeComment(_ entry: TreeEntry, ofSection: Bool = false) {
    guard !entry.text.isEmpty else { return }
    let text = text
    text.lend(entry.text) { bytes in
      var start = 0
      repeat {
        var end = start
        while end < bytes.count, bytes[end] != 0x0a { end += 1 }
        var line = start..<end
        if start < end, INIText.isCommentMark(bytes[start]) {
          output.append(bytes[start])
          line = INIText.trimmed(start + 1..<end, bytes)
        } else {
          output.append(UInt8(ascii: ";"))
          if !ofSection { line = INIText.trimmed(line, bytes) }
        }
        output.append(0x20)
        output.append(bytes.extracting(line))
        output.append(0x0a)
        start = end + 1
      } while start < bytes.count
    }
  }

  private mutating func write(_ entry: TreeEntry, width: Int) throws(SOPSError) {
    let type: ScalarType?
    switch entry.content {
    case .scalar(let found): type = found
    case .null: type = nil
    default:
      throw SOPSError(.unsupportedDocument, "an INI file cannot hold anything but texts")
    }
    let key = entry.key ?? ""
    let isBackquoted = key.contains("\"") || key.contains("=") || key.contains(":")
    let name =
      isBackquoted ? "`\(key)`" : key.contains("`") ? "\"\"\"\(key)\"\"\"" : key
    output.append(utf8: name)
    output.append(repeating: 0x20, count: max(0, width - name.utf8.count))
    output.append(" = ")
    let text = text
    var value = WipedBuffer()
    if let type {
      text.lend(entry.text) { FlatText.appendValue($0, type, to: &value) }
    } else {
      value.append(FlatText.null)
    }
    INIEmitter.appendValue(value.bytes, to: &output)
    output.append(0x0a)
  }

  /// Appends a value in the quotes that it needs.
  static func appendValue(_ bytes: Span<UInt8>, to output: inout WipedBuffer) {
    var hasNewline = false
    var hasMark = false
    for index in bytes.indices {
      if bytes[index] == 0x0a || bytes[index] == UInt8(ascii: "`") { hasNewline = true }
      if INIText.isCommentMark(bytes[index]) { hasMark = true }
    }
    let quote: StaticString =
      if hasNewline { "\"\"\"" } else if hasMark {
        "`"
      } else if INIText.trimmed(
        0..<bytes.count, bytes) != 0..<bytes.count
      { "\"" } else { "" }
    output.append(quote)
    output.append(bytes)
    output.append(quote)
  }
}
