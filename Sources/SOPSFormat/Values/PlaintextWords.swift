internal import CryptoCore

/// The words of files in plaintext for values that SOPS encrypts in words of its own.
enum PlaintextWords {
  static func append(
    _ bytes: Span<UInt8>, _ type: ScalarType, of store: SOPSStore, to output: inout WipedBuffer
  ) {
    switch type {
    case .boolean: output.append(bytes.isSame(as: "True") ? "true" : "false")
    case .float:
      if bytes.isSame(as: "+Inf") { return output.append(".inf") }
      if bytes.isSame(as: "-Inf") { return output.append("-.inf") }
      if bytes.isSame(as: "NaN") { return output.append(".nan") }
      guard let number = DecimalNumber(bytes) else { return output.append(bytes) }
      number.write(store == .json ? .json : .yaml) { output.append($0) }
    case .string, .integer, .time, .bytes, .comment: output.append(bytes)
    }
  }
}
