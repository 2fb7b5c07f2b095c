import FuzzSupport

/// A plain search of the same text.
struct Oracle {
  private let text: [UInt8]
  private var lineStarts = [0]
  /// Where each byte stands.
  private var bytePlaces = [[Int]](repeating: [], count: 256)

  init(_ text: [UInt8]) {
    self.text = text
    for (index, byte) in text.enumerated() {
      if byte == 0x0a { lineStarts.append(index + 1) }
      if byte != 0 { bytePlaces[Int(byte)].append(index) }
    }
  }

  /// What was found stands there, and nothing that stands there was passed over.
  func check(_ value: [UInt8], _ places: Set<Place>) {
    // There are too many.
    guard !places.contains(where: { $0.line == 0 }) else { return }
    let forms = Forms.all(of: value)
    let offsets = Set(places.map { lineStarts[$0.line - 1] + $0.column - 1 })
    for offset in offsets {
      if !forms.contains(where: { isThere($0, at: offset) }) {
        finding("\(value) is not at \(offset)")
      }
    }
    for form in forms {
      // Where line breaks may differ a match can begin earlier than the plain one.
      let isExact = !form.isWrapped && !(form.mayBeIndented && form.text.contains(0x0a))
      var next = 0
      // The filler, which nothing of the oracle needs to find, is no beginning.
      for offset in bytePlaces[Int(form.text[0])] where offset >= next {
        guard text[offset...].starts(with: form.text) else { continue }
        next = isExact ? offset + form.text.count : offset + 1
        let isFound = isExact ? offsets.contains(offset) : offsets.contains { $0 <= offset }
        if !isFound { finding("\(form.text) of \(value) at \(offset) was passed over") }
      }
    }
  }

  /// Whether the form stands there once what may differ is left out of both.
  private func isThere(_ form: Form, at offset: Int) -> Bool {
    let blanks: [UInt8] = [0x20, 0x09, 0x0a, 0x0d]
    if form.isWrapped {
      let there = text[offset...].lazy.filter { !blanks.contains($0) }.map { byte -> UInt8 in
        byte == 0x2d ? 0x2b : byte == 0x5f ? 0x2f : byte
      }
      return there.starts(with: form.text)
    }
    guard form.mayBeIndented, form.text.contains(0x0a) else {
      return text[offset...].starts(with: form.text)
    }
    let lineCount = form.text.count { $0 == 0x0a }
    return Self.withoutMargins(text[offset...].prefix(form.text.count + 210 * lineCount))
      .starts(with: Self.withoutMargins(form.text[...]))
  }

  private static func withoutMargins(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var isInMargin = false
    for (index, byte) in bytes.enumerated() {
      let next = bytes.dropFirst(index + 1).first
      if byte == 0x0d, next == 0x0a { continue }
      if isInMargin, " \t+->#|*/".utf8.contains(byte) { continue }
      isInMargin = byte == 0x0a
      result.append(byte)
    }
    return result
  }
}
