internal import CryptoCore

/// Makes values of templates, as the controller does (Go's `text/template` and the functions of
/// sprig).
struct TemplateRun {
  /// The names of the sealed values, and where each stands in the plaintext.
  let values: [PooledValue]
  /// What the templates of one file may cost, in bytes that are read and written: a few functions in a
  /// row make as much as they like of a few bytes.
  static let maximumCost = 64 << 20
  /// What a step costs at least.
  private static let stepCost = 64

  init(_ values: [PooledValue]) { self.values = values }

  /// Appends what a template makes.
  ///
  /// - Parameter budget: What the templates of the file may cost yet.
  /// - Throws: `.unsupported` for what the controller may do and is not done here.
  func append(
    _ template: TemplateText, plaintext: Span<UInt8>, budget: inout Int,
    to output: inout WipedBuffer
  ) throws(SealedSecretError) {
    for piece in template.pieces {
      let start = output.count
      switch piece {
      case .text(let text): output.append(text)
      case .pipeline(let commands):
        var result = WipedBuffer()
        for (index, command) in commands.enumerated() {
          var arguments = WipedBuffer()
          arguments.append(result.bytes)
          result.removeAll()
          try spend(arguments.count + Self.stepCost + values.count, of: &budget)
          try run(command, index > 0, arguments.bytes, plaintext, budget, to: &result)
          try spend(result.count, of: &budget)
        }
        output.append(result.bytes)
      }
      try spend(output.count - start, of: &budget)
    }
  }

  private func spend(_ cost: Int, of budget: inout Int) throws(SealedSecretError) {
    guard cost <= budget else { throw refused("the templates make more than 64 MiB") }
    budget -= cost
  }

  /// - Parameter piped: The result of the command before, if there is one.
  private func run(
    _ command: [TemplateText.Term], _ isPiped: Bool, _ piped: Span<UInt8>,
    _ plaintext: Span<UInt8>, _ budget: Int, to output: inout WipedBuffer
  ) throws(SealedSecretError) {
    guard let first = command.first else { throw refused("an empty command") }
    guard case .function(let name) = first else {
      guard command.count == 1, !isPiped else {
        throw refused("a value that is called like a function")
      }
      return try append(first, plaintext, to: &output)
    }
    if name == "index" {
      guard !isPiped, command.count == 3, command[1] == .dot, case .text(let key) = command[2]
      else { throw refused("index takes the dot and one name here") }
      return try append(
        .field(String(decoding: key, as: UTF8.self)), plaintext, to: &output)
    }
    var terms = command.dropFirst()
    var width = 0
    if name == "indent" || name == "nindent" {
      guard case .number(let count)? = terms.popFirst() else {
        throw refused("\(name) takes a number first")
      }
      width = count
    }
    guard terms.count == (isPiped ? 0 : 1) else {
      throw refused("\(SealedSecretNames.shown(name)) with other arguments than one value")
    }
    guard !isPiped else {
      return try TemplateFunctions.call(name, width, piped, budget, to: &output)
    }
    var own = WipedBuffer()
    if let term = terms.first { try append(term, plaintext, to: &own) }
    try TemplateFunctions.call(name, width, own.bytes, budget, to: &output)
  }

  private func append(
    _ term: TemplateText.Term, _ plaintext: Span<UInt8>, to output: inout WipedBuffer
  ) throws(SealedSecretError) {
    switch term {
    case .text(let text): output.append(text)
    case .field(let name):
      guard let value = values.last(where: { $0.key.utf8.elementsEqual(name.utf8) }) else {
        throw refused("a template names \(SealedSecretNames.shown(name)), which is no sealed value")
      }
      output.append(plaintext.extracting(value.range))
    case .dot, .number, .function: throw refused("a term that is not taken here")
    }
  }

  private func refused(_ message: String) -> SealedSecretError {
    SealedSecretError(.unsupported, message)
  }
}

/// Functions of templates that take one text.
enum TemplateFunctions {
  /// - Parameter budget: The most bytes that may be made of a text.
  static func call(
    _ name: String, _ width: Int, _ value: Span<UInt8>, _ budget: Int,
    to output: inout WipedBuffer
  ) throws(SealedSecretError) {
    switch name {
    case "toString", "print": output.append(value)
    case "b64enc": Base64.encode(value, appendingTo: &output)
    case "b64dec":
      // Go passes over the line breaks that `base64` prints.
      var joined = WipedBuffer(capacity: value.count)
      for index in value.indices where value[index] != 0x0a && value[index] != 0x0d {
        joined.append(value[index])
      }
      guard (try? Base64.decode(joined.bytes, appendingTo: &output)) != nil else {
        throw SealedSecretError(.unsupported, "b64dec of what is not Base64")
      }
    case "upper", "lower":
      let (first, last) = name == "upper" ? (0x61, 0x7a) : (0x41, 0x5a) as (UInt8, UInt8)
      try requireASCII(value, name)
      for index in value.indices {
        let byte = value[index]
        output.append((first...last).contains(byte) ? byte ^ 0x20 : byte)
      }
    case "trim":
      var (start, end) = (0, value.count)
      while start < end, isSpace(value[start]) { start += 1 }
      while start < end, isSpace(value[end - 1]) { end -= 1 }
      // Go takes away spaces beyond ASCII, too.
      guard start == end || (value[start] < 0x80 && value[end - 1] < 0x80) else {
        throw SealedSecretError(.unsupported, "trim of a text that ends beyond ASCII")
      }
      output.append(value.extracting(start..<end))
    case "quote": try quote(value, to: &output)
    case "squote":
      output.append("'")
      output.append(value)
      output.append("'")
    case "indent", "nindent":
      var lineCount = 1
      for index in value.indices where value[index] == 0x0a { lineCount += 1 }
      guard lineCount <= budget / max(1, width) else {
        throw SealedSecretError(.unsupported, "the templates make more than 64 MiB")
      }
      if name == "nindent" { output.append("\n") }
      output.append(repeating: 0x20, count: width)
      for index in value.indices {
        output.append(value[index])
        if value[index] == 0x0a { output.append(repeating: 0x20, count: width) }
      }
    default:
      throw SealedSecretError(
        .unsupported, "the function \(SealedSecretNames.shown(name)) is not done here")
    }
  }

  /// Go's quoted string of texts that it leaves as they are, or escapes in one way.
  private static func quote(
    _ value: Span<UInt8>, to output: inout WipedBuffer
  ) throws(SealedSecretError) {
    output.append("\"")
    for index in value.indices {
      switch value[index] {
      case UInt8(ascii: "\""): output.append("\\\"")
      case UInt8(ascii: "\\"): output.append("\\\\")
      case 0x0a: output.append("\\n")
      case 0x09: output.append("\\t")
      case 0x0d: output.append("\\r")
      case 0x20...0x7e: output.append(value[index])
      default:
        throw SealedSecretError(.unsupported, "quote of a text with more than printable ASCII")
      }
    }
    output.append("\"")
  }

  private static func requireASCII(
    _ value: Span<UInt8>, _ name: String
  ) throws(SealedSecretError) {
    for index in value.indices where value[index] >= 0x80 {
      throw SealedSecretError(.unsupported, "\(name) of a text with more than ASCII")
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0d).contains(byte)
  }
}
