internal import Envelope
internal import Manifest

/// What one text, at one time, held.
struct SecretFacts: Sendable {
  /// The Secrets, with what their values can be told apart by.
  var units: [UnitVersion] = []
  /// The fingerprints of those values that could be read, by Secret and entry.
  var fingerprints: [[ReadValue?]] = []
  /// What it held as a file of SOPS.
  var sops: SOPSVersion?
  /// Where it is now, from the working folder; nil for a version of history.
  var path: String?
  /// Why it could not be read although something sealed is in it.
  var failure: WorkspaceError?
}

/// A value that could be read.
struct ReadValue: Sendable {
  let fingerprint: ValueFingerprint
  /// How long it is, as far as that matters.
  let length: Length

  enum Length: Sendable {
    /// Nothing at all.
    case empty
    /// So short that it may well be in use twice.
    case short
    /// Long enough to be known again.
    case long
  }
}

/// Every value of every Secret that was seen, each once, in memory that grows with their number.
struct ExposureIndex: Sendable {
  /// A value as it can be told from others without a key.
  struct Key: Hashable, Sendable {
    /// The number of the Secret; `root(ofUnit:)` says which are the same.
    let unit: Int
    let entry: EntryVersion
    /// The number of the data key, of which `root(ofKey:)` says which are the same; nil for plaintext.
    let dataKey: Int?
    /// What tells plaintexts apart.
    let plaintext: ValueFingerprint?
  }

  /// What is known of a value.
  struct Value: Sendable {
    let key: Key
    /// What it is, where it could be read.
    var read: ReadValue?
    /// The versions of files that it is in.
    var versions: [Int] = []
  }

  var units: [UnitIdentity] = []
  var unitSets = DisjointSets()
  private var unitNumbers: [UnitIdentity: Int] = [:]
  /// For whom each data key was wrapped at any time.
  var recipientsOfKeys: [Set<RecipientDescription>] = []
  var keySets = DisjointSets()
  /// What is known of files of SOPS alone.
  var sops = SOPSLineages()
  private var keyNumbers: [[UInt8]: Int] = [:]
  private(set) var values: [Value] = []
  private var valueNumbers: [Key: Int] = [:]
  /// The names of the objects that were the versions.
  private(set) var objects: [String] = []
  /// The values of a version, by the name of its object.
  private(set) var valuesOfObjects: [String: [Int]] = [:]

  /// Whether every value of a sealed Secret is known, and what it is: it need not be opened again.
  func knows(_ unit: UnitVersion) -> Bool {
    guard let number = unitNumbers[unit.identity], let envelope = unit.envelope,
      let key = keyNumbers[envelope.commitment]
    else { return false }
    return unit.entries.allSatisfy { entry in
      entry.token != nil
        && valueNumbers[Key(unit: number, entry: entry, dataKey: key, plaintext: nil)] != nil
    }
  }

  /// Takes in what a text held.
  ///
  /// - Parameters:
  ///   - object: The name of the object that it is the contents of; nil for a file of now.
  ///   - withPlaintext: Whether values in plaintext count.
  /// - Returns: The numbers of its values.
  @discardableResult
  mutating func add(_ facts: SecretFacts, object: String?, withPlaintext: Bool) -> [Int] {
    var found: [Int] = []
    for (unit, read) in zip(facts.units, facts.fingerprints) {
      let unitNumber = number(of: unit.identity)
      let dataKey = unit.envelope.map { number(ofKey: $0) }
      for (entry, value) in zip(unit.entries, read) {
        guard let key = key(unitNumber, entry, dataKey, value), withPlaintext || key.dataKey != nil
        else { continue }
        found.append(number(of: key, read: value))
      }
    }
    if let sops = facts.sops {
      found += add(sops, object: object, path: facts.path, withPlaintext: withPlaintext)
    }
    if let object, !found.isEmpty {
      for number in found { values[number].versions.append(objects.count) }
      objects.append(object)
      valuesOfObjects[object] = found
    }
    return found
  }

  private func key(
    _ unit: Int, _ entry: EntryVersion, _ dataKey: Int?, _ value: ReadValue?
  ) -> Key? {
    if entry.token != nil {
      // Tokens without an envelope that can be read: nobody can open them.
      guard let dataKey else { return nil }
      return Key(unit: unit, entry: entry, dataKey: dataKey, plaintext: nil)
    }
    guard let value else { return nil }
    return Key(unit: unit, entry: entry, dataKey: nil, plaintext: value.fingerprint)
  }

  mutating func number(of unit: UnitIdentity) -> Int {
    if let known = unitNumbers[unit] { return known }
    let number = addUnit(unit)
    unitNumbers[unit] = number
    return number
  }

  func numberIfKnown(of unit: UnitIdentity) -> Int? { unitNumbers[unit] }

  /// A new number, whatever else goes by the name.
  mutating func addUnit(_ unit: UnitIdentity) -> Int {
    units.append(unit)
    return unitSets.add()
  }

  /// A new number for a data key.
  mutating func addKey() -> Int {
    recipientsOfKeys.append([])
    return keySets.add()
  }

  private mutating func number(ofKey envelope: Envelope) -> Int {
    let number = keyNumbers[envelope.commitment] ?? addKey()
    keyNumbers[envelope.commitment] = number
    recipientsOfKeys[number].formUnion(envelope.recipients.map(\.recipient))
    return number
  }

  mutating func number(of key: Key, read: ReadValue?) -> Int {
    let number = number(of: key)
    if let read { values[number].read = read }
    return number
  }

  private mutating func number(of key: Key) -> Int {
    if let known = valueNumbers[key] { return known }
    valueNumbers[key] = values.count
    values.append(Value(key: key))
    return values.count - 1
  }

  /// Whether a value is known as that of a data key.
  func isKnown(_ key: Key) -> Bool { valueNumbers[key] != nil }

  /// The data keys that somebody could have.
  ///
  /// Whoever could unwrap one once may have kept it: it opens every version that is sealed with it,
  /// also those of before and after, for whomever those were wrapped.
  func dataKeys(of match: KeyMatch) -> Set<Int> {
    let roots = Set(
      recipientsOfKeys.indices.filter { number in
        sops.openings[number].map { $0.contains { $0.isOpen(to: match) } }
          ?? recipientsOfKeys[number].contains(where: match.matches)
      }.map(keySets.root))
    return Set(recipientsOfKeys.indices.filter { roots.contains(keySets.root($0)) })
  }

  /// The commitments to data keys.
  func commitments(to keys: Set<Int>) -> Set<[UInt8]> {
    Set(keyNumbers.filter { keys.contains($0.value) }.map(\.key))
  }
}
