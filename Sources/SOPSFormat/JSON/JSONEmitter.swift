internal import CryptoCore

/// Writes JSON as SOPS does, comments left out.
struct JSONEmitter: ~Copyable {
  private let text: TreeText
  private let indent: Int?
  private var output = WipedBuffer()
  private var depth = 0

  /// The first document of a tree.
  ///
  /// - Throws: `.unsupportedValue` for numbers that JSON has not.
  static func emit(_ tree: Tree, indent: Int?) throws(SOPSError) -> WipedBuffer {
    var emitter = JSONEmitter(text: tree.text, indent: indent)
    try emitter.write(object: tree.documents.first ?? [])
    emitter.output.append(0x0a)
    return emitter.finish()
  }

  /// A value alone, without a line break.
  ///
  /// - Throws: As above.
  static func emit(
    value: TreeEntry, of text: TreeText, indent: Int?
  ) throws(SOPSError) -> WipedBuffer {
    var emitter = JSONEmitter(text: text, indent: indent)
    try emitter.write(value: value)
    return emitter.finish()
  }

  private init(text: TreeText, indent: Int?) {
    self.text = text
    self.indent = indent
  }

  private consuming func finish() -> WipedBuffer { output }

  private mutating func write(object entries: [TreeEntry]) throws(SOPSError) {
    try writeItems(of: entries, "{", "}") { (emitter, entry) throws(SOPSError) in
      let key = Array((entry.key ?? "").utf8)
      JSONString.append(key.span, to: &emitter.output)
      emitter.output.append(": ")
      try emitter.write(value: entry)
    }
  }

  private mutating func writeItems(
    of entries: [TreeEntry], _ begin: StaticString, _ end: StaticString,
    _ body: (inout JSONEmitter, TreeEntry) throws(SOPSError) -> Void
  ) throws(SOPSError) {
    output.append(begin)
    depth += 1
    var isFirst = true
    for entry in entries where !entry.isComment {
      if !isFirst { output.append(UInt8(ascii: ",")) }
      isFirst = false
      writeNewLine()
      try body(&self, entry)
    }
    depth -= 1
    if !isFirst { writeNewLine() }
    output.append(end)
  }

  private mutating func writeNewLine() {
    output.append(0x0a)
    if let indent {
      output.append(repeating: 0x20, count: depth * indent)
    } else {
      output.append(repeating: 0x09, count: depth)
    }
  }

  private mutating func write(value entry: TreeEntry) throws(SOPSError) {
    switch entry.content {
    case .comment: break
    case .null: output.append("null")
    case .mapping(let entries): try write(object: entries)
    case .list(let entries):
      try writeItems(of: entries, "[", "]") { (emitter, entry) throws(SOPSError) in
        try emitter.write(value: entry)
      }
    case .scalar(let type):
      let text = text
      try text.lend(entry.text) { (bytes) throws(SOPSError) in
        try JSONString.append(bytes, type, to: &output)
      }
    }
  }
}

/// Values in JSON as Go's `encoding/json` writes them.
enum JSONString {
  /// Appends the canonical text of a value.
  ///
  /// - Throws: `.unsupportedValue` for infinities and what is no number.
  static func append(
    _ bytes: Span<UInt8>, _ type: ScalarType, to output: inout WipedBuffer
  ) throws(SOPSError) {
    switch type {
    case .integer: output.append(bytes)
    case .boolean: output.append(bytes.isSame(as: "True") ? "true" : "false")
    case .float:
      guard let number = DecimalNumber(bytes) else {
        throw SOPSError(.unsupportedValue, "JSON has no infinity and no NaN")
      }
      number.write(.json) { output.append($0) }
    case .string, .time, .bytes, .comment: append(bytes, to: &output)
    }
  }

  /// Appends a string in quotes; what is not UTF-8 becomes U+FFFD.
  static func append(_ bytes: Span<UInt8>, to output: inout WipedBuffer) {
    output.append(UInt8(ascii: "\""))
    var index = 0
    while index < bytes.count {
      guard let (scalar, width) = UTF8Check.scalar(at: index, in: bytes) else {
        output.append("\u{fffd}")
        index += 1
        continue
      }
      append(scalar, bytes.extracting(index..<index + width), to: &output)
      index += width
    }
    output.append(UInt8(ascii: "\""))
  }

  private static func append(
    _ scalar: Unicode.Scalar, _ bytes: Span<UInt8>, to output: inout WipedBuffer
  ) {
    switch scalar {
    case "\"": output.append("\\\"")
    case "\\": output.append("\\\\")
    case "\u{8}": output.append("\\b")
    case "\u{c}": output.append("\\f")
    case "\n": output.append("\\n")
    case "\r": output.append("\\r")
    case "\t": output.append("\\t")
    // Go writes JSON that can stand in HTML and JavaScript.
    case "\0"..."\u{1f}", "<", ">", "&", "\u{2028}", "\u{2029}":
      output.append("\\u")
      for place in (0..<4).reversed() {
        let digit = UInt8(scalar.value >> UInt32(place * 4) & 0xf)
        output.append(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
      }
    default: output.append(bytes)
    }
  }
}
