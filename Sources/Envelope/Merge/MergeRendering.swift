internal import CryptoCore

/// Puts what stands in the slots into the text that git merged.
struct MergeRendering {
  let slots: [MergeSlot]
  let words: SlotWords
  /// The markers that git was told to use, which nobody can have known before.
  let found: ConflictMarkers
  /// The markers to show.
  let shown: ConflictMarkers

  /// What came of it.
  struct Result: ~Copyable {
    var text = WipedBuffer()
    /// The slots in conflict.
    var conflicts: Set<Int> = []
    /// How many conflicts of the text there are.
    var textConflictCount = 0
    /// How many tokens of equal comments are in use, by slot.
    fileprivate var usedCounts: [Int: Int] = [:]
    var isClean: Bool { conflicts.isEmpty && textConflictCount == 0 }
  }

  /// - Parameters:
  ///   - side: whose side conflicts are resolved to, without markers; nil to show them.
  ///   - envelope: the text for the envelope of a Secret.
  func render(
    _ merged: Span<UInt8>, resolvedTo side: MergeVersion? = nil, envelope: (Int) -> [UInt8]
  ) -> Result {
    var result = Result()
    var section: MergeVersion?
    var start = 0
    while start < merged.count {
      var end = start
      while end < merged.count, merged[end] != 0x0a { end += 1 }
      let next = min(end + 1, merged.count)
      if end > start, merged[end - 1] == 0x0d { end -= 1 }
      let line = start..<end
      let lineBreak = [UInt8](copying: merged.extracting(end..<next))
      if line.count < 4_096,
        let meaning = found.meaning(of: [UInt8](copying: merged.extracting(line)), in: section)
      {
        let marker: [UInt8]
        switch meaning {
        case .begins(let version):
          if version == .ours { result.textConflictCount += 1 }
          section = version
          marker = shown.line(before: version)
        case .ends:
          section = nil
          marker = shown.lastLine()
        }
        if side == nil { result.text.append(marker + lineBreak) }
      } else if let side {
        if section == nil || section == side {
          fill(line, of: merged, side, envelope, to: &result)
          result.text.append(lineBreak)
        }
      } else {
        write(line, lineBreak, of: merged, section, envelope, to: &result)
      }
      start = next
    }
    return result
  }

  private func write(
    _ line: Range<Int>, _ lineBreak: [UInt8], of merged: Span<UInt8>, _ section: MergeVersion?,
    _ envelope: (Int) -> [UInt8], to result: inout Result
  ) {
    let inConflict = conflicts(in: line, of: merged)
    result.conflicts.formUnion(inConflict)
    guard section == nil, !inConflict.isEmpty else {
      fill(line, of: merged, section, envelope, to: &result)
      result.text.append(lineBreak)
      return
    }
    let lineBreak = lineBreak.isEmpty ? [0x0a] : lineBreak
    let authors = inConflict.lazy.compactMap { shown.authors[$0] }.first
    for version in [MergeVersion.ours, .base, .theirs] where version != .base || shown.showsBase {
      result.text.append(shown.line(before: version, authors))
      result.text.append(lineBreak)
      let isThere = version != .base || inConflict.contains { slots[$0].texts[.base] != nil }
      guard isThere else { continue }
      fill(line, of: merged, version, envelope, to: &result)
      result.text.append(lineBreak)
    }
    result.text.append(shown.lastLine(authors))
    result.text.append(lineBreak)
  }

  private func conflicts(in line: Range<Int>, of merged: Span<UInt8>) -> [Int] {
    var conflicts: [Int] = []
    forEachWord(in: line, of: merged) { word in
      switch slots[word.slot].decision {
      case .conflict: conflicts.append(word.slot)
      case .split where word.version != .base: conflicts.append(word.slot)
      default: break
      }
    }
    return conflicts
  }

  /// A line with texts in the place of words; outside of a section those that were decided on.
  private func fill(
    _ line: Range<Int>, of merged: Span<UInt8>, _ section: MergeVersion?,
    _ envelope: (Int) -> [UInt8], to result: inout Result
  ) {
    var start = line.lowerBound
    while let word = words.first(in: start..<line.upperBound, of: merged) {
      result.text.append(merged.extracting(start..<word.range.lowerBound))
      start = word.range.upperBound
      guard slots.indices.contains(word.slot) else {
        result.text.append(merged.extracting(word.range))
        continue
      }
      let slot = slots[word.slot]
      switch slot.decision {
      case .envelope(let index): result.text.append(envelope(index))
      case .comments(let texts):
        let number = result.usedCounts[word.slot, default: 0]
        result.usedCounts[word.slot] = number + 1
        if !texts.isEmpty { result.text.append(texts[number % texts.count]) }
      default: result.text.append(slot.text(for: section ?? word.version ?? .ours))
      }
    }
    result.text.append(merged.extracting(start..<line.upperBound))
  }

  private func forEachWord(
    in line: Range<Int>, of merged: Span<UInt8>, _ body: (SlotWords.Occurrence) -> Void
  ) {
    var start = line.lowerBound
    while let word = words.first(in: start..<line.upperBound, of: merged) {
      start = word.range.upperBound
      if slots.indices.contains(word.slot) { body(word) }
    }
  }
}
