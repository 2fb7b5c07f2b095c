internal import CryptoCore
internal import Envelope
internal import Platform
internal import SOPSFormat
internal import SecretScan

/// A worker's own means to read the Secrets of texts.
struct SecretReader: ~Copyable {
  private let unwrappers: [any KeyUnwrapper]
  private let keys: HistoryKeys
  private let fingerprinter: ValueFingerprinter
  private var sealer: ManifestSealer?
  private var scanner = FileScanner()

  /// How long a value must be for an equal one elsewhere to be no coincidence, in bytes.
  private static let longByteCount = 8

  init(
    unwrappers: [any KeyUnwrapper], _ keys: HistoryKeys, _ fingerprinter: ValueFingerprinter
  ) {
    self.unwrappers = unwrappers
    self.keys = keys
    self.fingerprinter = fingerprinter
    sealer = nil
  }

  /// What a text holds; nil when there is no Secret in it.
  ///
  /// - Parameters:
  ///   - path: Where it is; nil when that is not known.
  ///   - isKnown: Whether a version of a Secret need not be opened.
  ///   - isKnownFile: Whether a version of a file of SOPS need not be opened.
  mutating func facts(
    in text: Span<UInt8>, path: String?, isKnown: (UnitVersion) -> Bool,
    isKnownFile: (SOPSVersion) -> Bool
  ) throws(WorkspaceError) -> SecretFacts? {
    do throws(WorkspaceError) {
      if let file = try Self.sopsFile(text, path) {
        return try facts(file, path, isKnownFile)
      }
    } catch {
      // Marks of SOPS in a sealed manifest keep nobody from opening its seal.
      if !SealedTraces.areIn(text) {
        var facts = SecretFacts()
        facts.failure = error
        return facts
      }
    }
    let isSealed = SealedTraces.areIn(text)
    guard isSealed || SecretTraces.areIn(text) else { return nil }
    if sealer == nil {
      do { sealer = try ManifestSealer() } catch { throw WorkspaceError(error, path: nil) }
    }
    guard var ready = sealer.take() else { return nil }
    let fingerprinter = fingerprinter
    var facts = SecretFacts()
    var read: [(unit: Int, entry: Int, value: ReadValue)] = []
    do throws(EnvelopeError) {
      facts.units = try ready.readValues(
        text, unwrappers: unwrappers, isWanted: { !isKnown($0) }
      ) { unit, entry, value in
        read.append((unit, entry, Self.readValue(value, fingerprinter)))
      }
      sealer = consume ready
    } catch {
      sealer = consume ready
      // What is no manifest may still be one that was damaged.
      facts.failure = WorkspaceError(error, path: nil)
      return isSealed ? facts : nil
    }
    guard !facts.units.isEmpty else { return nil }
    facts.fingerprints = facts.units.map { Array(repeating: nil, count: $0.entries.count) }
    let hasPlaintext = isPlaintext(facts.units, text)
    for (unit, entry, value) in read {
      guard facts.units[unit].entries[entry].token != nil || hasPlaintext else { continue }
      facts.fingerprints[unit][entry] = value
    }
    if facts.units.contains(where: { $0.isSealed && $0.envelope == nil }) {
      facts.failure = WorkspaceError(.malformed, "an envelope in it cannot be read")
    }
    return facts
  }

  private static func sopsFile(
    _ text: Span<UInt8>, _ path: String?
  ) throws(WorkspaceError) -> SOPSFile? {
    if let file = try SOPSText.read(text, path: path) { return file }
    // Some are of another kind than their name says.
    return path == nil ? nil : try SOPSText.read(text, path: nil)
  }

  private func facts(
    _ file: SOPSFile, _ path: String?, _ isKnown: (SOPSVersion) -> Bool
  ) throws(WorkspaceError) -> SecretFacts {
    var facts = SecretFacts()
    facts.path = path
    do throws(SOPSError) {
      var version = try SOPSVersion(file)
      if !isKnown(version) {
        let (opened, fingerprinter) = (keys.open(file), fingerprinter)
        version.read(file, opened) { Self.readValue($0, fingerprinter) }
      }
      facts.sops = version
    } catch { throw WorkspaceError(error, path: path) }
    return facts
  }

  private static func readValue(
    _ value: Span<UInt8>, _ fingerprinter: ValueFingerprinter
  ) -> ReadValue {
    ReadValue(
      fingerprint: fingerprinter.fingerprint(of: value),
      length: value.isEmpty ? .empty : value.count < longByteCount ? .short : .long)
  }

  /// Whether what is in plaintext are values: no templates, nothing that SOPS has encrypted.
  private mutating func isPlaintext(_ units: [UnitVersion], _ text: Span<UInt8>) -> Bool {
    guard units.contains(where: \.hasPlaintext) else { return false }
    return scanner.scan(text, name: "manifest.yaml").findings.contains { finding in
      finding.rule == ScanRules.plaintextSecret || finding.rule == ScanRules.halfSealed
    }
  }
}
