internal import CryptoCore

/// Finds values in a text, in every form that `ValueEncodings` knows, in one pass and whatever the
/// text (Aho and Corasick, 1975).
///
/// Of the values there are only the labels of the states, in a buffer that is wiped.
final class ValueAutomaton: Sendable {
  /// In bytes, of all forms together; a state takes some 20 more.
  static let maximumByteCount = 4 << 20

  private let tables: Tables

  /// States are numbers, 0 is the root.
  private struct Tables: ~Copyable, Sendable {
    var labels = WipedBuffer()
    /// Whether a byte begins any form.
    var beginnings = WipedBuffer()
    var firstChild: [UInt32] = [0]
    var sibling: [UInt32] = [0]
    var fallback: [UInt32] = [0]
    var depth: [UInt32] = [0]
    /// The length of the longest form that ends in a state; 0 for none.
    var longest: [UInt32] = [0]

    init() {
      labels.append(0)
      beginnings.append(repeating: 0, count: 256)
    }

    func child(of state: UInt32, _ byte: UInt8) -> UInt32 {
      if state == 0, beginnings.bytes[Int(byte)] == 0 { return 0 }
      var next = firstChild[Int(state)]
      while next != 0, labels.bytes[Int(next)] != byte { next = sibling[Int(next)] }
      return next
    }

    func step(_ state: UInt32, _ byte: UInt8) -> UInt32 {
      var state = state
      while true {
        let next = child(of: state, byte)
        if next != 0 || state == 0 { return next }
        state = fallback[Int(state)]
      }
    }

    mutating func insert(_ form: Span<UInt8>) {
      guard !form.isEmpty else { return }
      var state: UInt32 = 0
      for index in form.indices {
        let byte = form[index]
        var next = child(of: state, byte)
        if next == 0 {
          next = UInt32(labels.count)
          labels.append(byte)
          firstChild.append(0)
          sibling.append(firstChild[Int(state)])
          fallback.append(0)
          depth.append(depth[Int(state)] + 1)
          longest.append(0)
          firstChild[Int(state)] = next
          if state == 0 {
            var flags = beginnings.mutableBytes
            flags[Int(byte)] = 1
          }
        }
        state = next
      }
      longest[Int(state)] = depth[Int(state)]
    }

    /// Where each state goes on when no child matches; breadth first, as each needs shorter ones.
    mutating func link() {
      var queue: [UInt32] = [0]
      var position = 0
      while position < queue.count {
        let state = queue[position]
        position += 1
        var next = firstChild[Int(state)]
        while next != 0 {
          if state != 0 {
            fallback[Int(next)] = step(fallback[Int(state)], labels.bytes[Int(next)])
          }
          if longest[Int(next)] == 0 { longest[Int(next)] = longest[Int(fallback[Int(next)])] }
          queue.append(next)
          next = sibling[Int(next)]
        }
      }
    }
  }

  /// - Throws: `.malformed` when the values are too large.
  init(_ values: borrowing OpenedValues) throws(WorkspaceError) {
    var tables = Tables()
    var byteCount = 0
    for unit in values.units {
      for value in unit.values {
        try ValueAutomaton.insert(
          values.bytes.bytes.extracting(value.range), into: &tables, &byteCount)
      }
    }
    tables.link()
    self.tables = tables
  }

  private static func insert(
    _ value: Span<UInt8>, into tables: inout Tables, _ byteCount: inout Int
  ) throws(WorkspaceError) {
    let lines = ValueLines.ranges(of: value)
    guard let first = lines.first, let last = lines.last else { return }
    // Without what $(...) and editors take away or add at the end.
    let core = value.extracting(first.lowerBound..<last.upperBound)
    guard byteCount + formFactor * value.count <= maximumByteCount else {
      throw WorkspaceError(
        .malformed, "the values are too large to be masked in what the command writes",
        hints: ["choose one Secret with --secret [NAMESPACE/]NAME"])
    }
    byteCount += formFactor * value.count
    for line in lines { tables.insert(value.extracting(line)) }
    func insert(_ write: (inout WipedBuffer) -> Void) {
      var form = WipedBuffer()
      write(&form)
      tables.insert(form.bytes)
    }
    insert { ValueEncodings.appendJSON(core, isForHTML: false, to: &$0) }
    insert { ValueEncodings.appendJSON(core, isForHTML: true, to: &$0) }
    insert { ValueEncodings.appendURL(core, isUpper: true, plus: false, to: &$0) }
    insert { ValueEncodings.appendURL(core, isUpper: true, plus: true, to: &$0) }
    insert { ValueEncodings.appendURL(core, isUpper: false, plus: false, to: &$0) }
    insert { ValueEncodings.appendShell(core, to: &$0) }
    if core.count >= minimumShiftedByteCount {
      insert { ValueEncodings.appendHex(core, isUpper: false, to: &$0) }
      insert { ValueEncodings.appendHex(core, isUpper: true, to: &$0) }
    }
    for shift in 0...2 where core.count >= minimumShiftedByteCount {
      insert { ValueEncodings.appendBase64(core, shift: shift, urlSafe: false, to: &$0) }
      insert { ValueEncodings.appendBase64(core, shift: shift, urlSafe: true, to: &$0) }
    }
    var whole = WipedBuffer()
    ValueEncodings.appendBase64(value, to: &whole)
    tables.insert(whole.bytes)
    // base64(1) and PEM break lines.
    for width in [64, 76] where whole.count > width {
      for start in stride(from: 0, to: whole.count, by: width) {
        let line = whole.bytes.extracting(start..<min(start + width, whole.count))
        if line.count >= ValueLines.minimumByteCount { tables.insert(line) }
      }
    }
  }

  /// How many bytes all forms of a value take, for each of its own.
  private static let formFactor = 16

  /// In bytes; of a shorter value so few characters of Base64 are its own that they say nothing, and its
  /// hexadecimal digits are in every digest.
  private static let minimumShiftedByteCount = 4

  func step(_ state: UInt32, _ byte: UInt8) -> UInt32 { tables.step(state, byte) }
  func depth(of state: UInt32) -> Int { Int(tables.depth[Int(state)]) }
  func longest(of state: UInt32) -> Int { Int(tables.longest[Int(state)]) }
}
