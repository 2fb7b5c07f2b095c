internal import CryptoCore
internal import Manifest

/// A text with git's conflict markers, as the texts that it can be resolved to.
///
/// Git cleans such a file whenever somebody looks at a conflict.
struct ConflictSides: ~Copyable {
  private var ours = WipedBuffer()
  private var theirs = WipedBuffer()
  /// What both come from, where the markers show it.
  private var base = WipedBuffer()
  private var hasBase = false

  /// Nil when there are no markers, or they do not belong together.
  init?(_ source: Span<UInt8>) {
    var section: UInt8 = 0
    var count = 0
    var start = 0
    while start < source.count {
      var end = start
      while end < source.count, source[end] != 0x0a { end += 1 }
      end = min(end + 1, source.count)
      let line = source.extracting(start..<end)
      switch (ConflictMarkers.marker(line), section) {
      case (UInt8(ascii: "<"), 0):
        count += 1
        section = UInt8(ascii: "<")
      case (UInt8(ascii: "|"), UInt8(ascii: "<")):
        hasBase = true
        section = UInt8(ascii: "|")
      case (UInt8(ascii: "="), UInt8(ascii: "<")), (UInt8(ascii: "="), UInt8(ascii: "|")):
        section = UInt8(ascii: "=")
      case (UInt8(ascii: ">"), UInt8(ascii: "=")): section = 0
      case (nil, _):
        if section == 0 || section == UInt8(ascii: "<") { ours.append(line) }
        if section == 0 || section == UInt8(ascii: "=") { theirs.append(line) }
        if section == 0 || section == UInt8(ascii: "|") { base.append(line) }
      default: return nil
      }
      start = end
    }
    guard count > 0, section == 0 else { return nil }
  }

  /// Whether something holds for every text.
  func allSatisfy(_ holds: (Span<UInt8>) -> Bool) -> Bool {
    holds(ours.bytes) && holds(theirs.bytes) && (!hasBase || holds(base.bytes))
  }
}
