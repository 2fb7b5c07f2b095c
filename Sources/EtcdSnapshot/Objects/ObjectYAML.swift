internal import CryptoCore
internal import EncryptionAtRest

/// Writes a Secret or ConfigMap, stored as protobuf, as a manifest.
///
/// Field numbers are those of Kubernetes' generated.proto files (runtime, meta/v1, core/v1).
/// `managedFields`, which the API server makes anew, are left out.
struct ObjectYAML: ~Copyable {
  private var output = WipedBuffer()

  init() {}

  consuming func finished() -> WipedBuffer { output }

  /// Renders an object; false when it is of another kind.
  ///
  /// - Throws: `.malformedValue`.
  mutating func render(_ bytes: Span<UInt8>) throws(StorageError) -> Bool {
    // A runtime.Unknown behind four bytes of magic: 1 type, 2 the object.
    var kind = ""
    var version = ""
    var object: Range<Int>?
    var cursor = ProtobufCursor(4..<bytes.count)
    while let field = try cursor.next(in: bytes) {
      if field.number == 2, field.isBytes { object = field.range }
      guard field.number == 1, field.isBytes else { continue }
      var inner = ProtobufCursor(field.range)
      while let name = try inner.next(in: bytes) {
        guard name.isBytes else { continue }
        if name.number == 1 { version = bytes.text(name.range) }
        if name.number == 2 { kind = bytes.text(name.range) }
      }
    }
    guard let object, version == "v1", kind == "Secret" || kind == "ConfigMap" else { return false }
    output.append("apiVersion: v1\nkind: ")
    output.append(utf8: kind + "\n")
    try metadata(bytes, object)
    if kind == "Secret" { try secret(bytes, object) } else { try configMap(bytes, object) }
    return true
  }

  private mutating func secret(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(StorageError) {
    if let type = try last(3, bytes, range) { line("type", bytes, type.range) }
    try immutable(5, bytes, range)
    try map(2, "data", bytes, range, isBinary: true)
    try map(4, "stringData", bytes, range, isBinary: false)
  }

  private mutating func configMap(
    _ bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(StorageError) {
    try immutable(4, bytes, range)
    try map(2, "data", bytes, range, isBinary: false)
    try map(3, "binaryData", bytes, range, isBinary: true)
  }

  private mutating func immutable(
    _ number: Int, _ bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(StorageError) {
    guard let field = try last(number, bytes, range) else { return }
    output.append(utf8: "immutable: \(field.value != 0)\n")
  }

  private mutating func metadata(
    _ bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(StorageError) {
    guard let meta = try last(1, bytes, range), meta.isBytes else { return }
    output.append("metadata:\n")
    let texts = [
      (1, "name"), (2, "generateName"), (3, "namespace"), (5, "uid"), (6, "resourceVersion"),
    ]
    for (number, name) in texts {
      if let field = try last(number, bytes, meta.range), field.isBytes, !field.range.isEmpty {
        line("  " + name, bytes, field.range)
      }
    }
    for (number, name) in [(8, "creationTimestamp"), (9, "deletionTimestamp")] {
      guard let time = try last(number, bytes, meta.range), time.isBytes,
        let seconds = try last(1, bytes, time.range),
        let text = Self.time(Int64(bitPattern: seconds.value))
      else { continue }
      output.append(utf8: "  \(name): \"\(text)\"\n")
    }
    try map(11, "labels", bytes, meta.range, isBinary: false, indentation: "  ")
    try map(12, "annotations", bytes, meta.range, isBinary: false, indentation: "  ")
    try finalizers(bytes, meta.range)
    try owners(bytes, meta.range)
  }

  private mutating func finalizers(
    _ bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(StorageError) {
    var isFirst = true
    var cursor = ProtobufCursor(range)
    while let field = try cursor.next(in: bytes) {
      guard field.number == 14, field.isBytes else { continue }
      if isFirst { output.append("  finalizers:\n") }
      isFirst = false
      output.append("  - ")
      YAMLText.append(bytes.extracting(field.range), to: &output)
      output.append(0x0a)
    }
  }

  private mutating func owners(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(StorageError) {
    var isFirst = true
    var cursor = ProtobufCursor(range)
    while let owner = try cursor.next(in: bytes) {
      guard owner.number == 13, owner.isBytes else { continue }
      if isFirst { output.append("  ownerReferences:\n") }
      isFirst = false
      var lead = "  - "
      for (number, name) in [(5, "apiVersion"), (1, "kind"), (3, "name"), (4, "uid")] {
        guard let field = try last(number, bytes, owner.range), field.isBytes else { continue }
        line(lead + name, bytes, field.range)
        lead = "    "
      }
      for (number, name) in [(6, "controller"), (7, "blockOwnerDeletion")] {
        guard let field = try last(number, bytes, owner.range) else { continue }
        output.append(utf8: "\(lead)\(name): \(field.value != 0)\n")
      }
    }
  }

  /// The last field of a number: the one that counts (protobuf.dev, "Last One Wins").
  private func last(
    _ number: Int, _ bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(StorageError) -> ProtobufField? {
    var found: ProtobufField?
    var cursor = ProtobufCursor(range)
    while let field = try cursor.next(in: bytes) {
      if field.number == number { found = field }
    }
    return found
  }

  private mutating func line(_ name: String, _ bytes: Span<UInt8>, _ range: Range<Int>) {
    output.append(utf8: name + ": ")
    YAMLText.append(bytes.extracting(range), to: &output)
    output.append(0x0a)
  }

  private mutating func map(
    _ number: Int, _ name: String, _ bytes: Span<UInt8>, _ range: Range<Int>, isBinary: Bool,
    indentation: String = ""
  ) throws(StorageError) {
    var isFirst = true
    var cursor = ProtobufCursor(range)
    while let entry = try cursor.next(in: bytes) {
      guard entry.number == number, entry.isBytes else { continue }
      if isFirst { output.append(utf8: "\(indentation)\(name):\n") }
      isFirst = false
      let key = try last(1, bytes, entry.range)?.range ?? 0..<0
      let value = try last(2, bytes, entry.range)?.range ?? 0..<0
      output.append(utf8: indentation + "  ")
      YAMLText.append(bytes.extracting(key), to: &output)
      output.append(": ")
      if isBinary, !value.isEmpty {
        Base64.encode(bytes.extracting(value), appendingTo: &output)
      } else {
        YAMLText.append(bytes.extracting(value), to: &output)
      }
      output.append(0x0a)
    }
  }

  /// Seconds since 1970 as RFC 3339 has them; nil outside the years 1 to 9999.
  static func time(_ seconds: Int64) -> String? {
    guard (-62_135_596_800...253_402_300_799).contains(seconds) else { return nil }
    let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    let rest = Int(seconds - day * 86_400)
    // Days from March 1st of year 0, in eras of 400 years (H. Hinnant, "chrono-compatible
    // low-level date algorithms").
    let shifted = Int(day) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let date = [padded(year, 4), padded(month, 2), padded(dayOfMonth, 2)].joined(separator: "-")
    let clock = [rest / 3600, rest / 60 % 60, rest % 60].map { padded($0, 2) }
    return "\(date)T\(clock.joined(separator: ":"))Z"
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(width - text.count, 0)) + text
  }
}
