internal import Envelope
internal import Manifest
internal import Platform

/// Tells which of the values that somebody could read are still in force.
struct ExposureJudgement {
  private let index: ExposureIndex
  private let spans: [String: HistorySpan]
  /// The values that are in use now.
  private let current: Set<Int>
  private let exposedKeys: Set<Int>
  private let isIgnored: (String) -> Bool
  /// The values of now, by Secret and key.
  private var now: [Place: [Int]] = [:]
  /// The ciphertexts that are there now, whatever the Secret around them is called.
  private var tokens: Set<TokenDigest> = []
  /// Where values are in use now, by fingerprint.
  private var uses: [ValueFingerprint: [Int]] = [:]

  private struct Place: Hashable {
    let unit: Int
    let name: String
  }

  /// - Parameters:
  ///   - isIgnored: Whether the policy lets a file have Secrets in plaintext.
  init(
    _ index: ExposureIndex, spans: [String: HistorySpan], current: Set<Int>,
    exposedKeys: Set<Int>, isIgnored: @escaping (String) -> Bool
  ) {
    self.index = index
    self.spans = spans
    self.current = current
    self.exposedKeys = exposedKeys
    self.isIgnored = isIgnored
    for number in current.sorted() {
      let value = index.values[number]
      now[place(value), default: []].append(number)
      if let token = value.key.entry.token { tokens.insert(token) }
      if let read = value.read, read.length != .empty {
        uses[read.fingerprint, default: []].append(number)
      }
    }
  }

  private func place(_ value: ExposureIndex.Value) -> Place {
    Place(unit: index.unitSets.root(value.key.unit), name: value.key.entry.name)
  }

  /// What is one value: ciphertexts that are known to hold the same.
  private enum Sameness: Hashable {
    case value(ValueFingerprint)
    case ciphertext(Int)
  }

  /// The values that could be read, by Secret and key, sorted.
  ///
  /// - Parameter isWanted: Whether a key of a Secret is asked for, by its name.
  func entries(isWanted: (String) -> Bool) -> [Exposure.Entry] {
    var groups: [Place: [Sameness: [Int]]] = [:]
    for (number, value) in index.values.enumerated() {
      guard isExposed(value), isWanted(value.key.entry.name), value.read?.length != .empty else {
        continue
      }
      let sameness = value.read.map { Sameness.value($0.fingerprint) } ?? .ciphertext(number)
      groups[place(value), default: [:]][sameness, default: []].append(number)
    }
    return groups.compactMap { place, found in
      let values = found.values.map { judged($0) }.sorted { left, right in
        left.firstNumber != right.firstNumber
          ? left.firstNumber < right.firstNumber : left.lowestNumber < right.lowestNumber
      }
      return values.isEmpty
        ? nil
        : Exposure.Entry(
          unit: index.units[place.unit], name: place.name, values: values.map(\.value))
    }.sorted { left, right in
      left.unit.label != right.unit.label
        ? left.unit.label < right.unit.label : left.name < right.name
    }
  }

  private func isExposed(_ value: ExposureIndex.Value) -> Bool {
    guard let key = value.key.dataKey else {
      return value.versions.contains { version in
        !(spans[index.objects[version]]?.paths.allSatisfy(isIgnored) ?? false)
      }
    }
    return exposedKeys.contains(key)
  }

  private func judged(
    _ numbers: [Int]
  ) -> (value: Exposure.Value, firstNumber: Int, lowestNumber: Int) {
    var span = HistorySpan()
    var elsewhere: Set<PathKey> = []
    var state = Exposure.State.changed
    for number in numbers {
      let value = index.values[number]
      for version in value.versions {
        if let found = spans[index.objects[version]] { span.join(found) }
      }
      let same = value.read.map { uses[$0.fingerprint] ?? [] } ?? []
      let others = same.filter { other in
        place(index.values[other]) != place(value) && value.read?.length == .long
      }
      for other in others {
        let found = index.values[other]
        let place = place(found)
        elsewhere.insert(PathKey("\(index.units[place.unit].label) \(place.name)"))
      }
      state = min(state, self.state(of: number, value, same: same, elsewhere: others))
    }
    let value = Exposure.Value(
      state: state, isPlaintext: numbers.contains { index.values[$0].key.dataKey == nil },
      first: span.first?.mark, last: span.last?.mark, files: span.paths,
      usedElsewhere: elsewhere.map(\.path).sorted())
    return (value, span.first?.number ?? -1, numbers.min() ?? 0)
  }

  private func state(
    of number: Int, _ value: ExposureIndex.Value, same: [Int], elsewhere: [Int]
  ) -> Exposure.State {
    let own = place(value)
    if current.contains(number) || value.key.entry.token.map(tokens.contains) ?? false
      || !elsewhere.isEmpty
      || same.contains(where: { place(index.values[$0]) == own })
    {
      return .unchanged
    }
    guard let there = now[own] else { return .gone }
    let areOthers = there.allSatisfy { other in
      let found = index.values[other]
      if value.read != nil, found.read != nil { return true }
      // Under one data key an unchanged value keeps its token; and what is there now can be read by
      // whoever has that key, and is told by itself. Of files of SOPS nothing that cannot be forged
      // says which data key it is.
      guard let key = value.key.dataKey, !index.sops.isOfSOPS(key) else { return false }
      return found.key.dataKey == key
    }
    return areOthers ? .changed : .unknown
  }
}
