internal import CryptoCore
internal import Findings
internal import SOPSFormat
internal import YAMLSource

extension FileScanner {
  /// Looks at a file of SOPS for values that its own rule says are encrypted, and are not; and at
  /// one that was a file of SOPS for values that nobody can open.
  mutating func scanSOPS(_ bytes: Span<UInt8>, name: String) {
    // What standard input is, only it can tell.
    let store = name == "-" ? SOPSStore(guessing: bytes) : SOPSStore(path: name)
    var file: SOPSFile?
    var damage = "SOPS's metadata (\(store.metadataName)) are not in the file"
    // Its bracket is rare, and letters are not.
    if bytes.contains(text: "[AES256_GCM,") {
      do throws(SOPSError) { file = try SOPSFile.read(bytes, store: store) } catch {
        switch error.code {
        case .malformedMetadata, .noKeys: damage = error.message
        case .noMetadata: break
        default: return noteDamage(bytes, name, store, error)
        }
      }
    }
    guard let file else {
      if let position = SOPSFile.lostValue(in: bytes, store: store) {
        add(
          ScanRules.lostSOPSMetadata, "this value was encrypted by SOPS, and \(damage)", position)
      }
      return
    }
    result.sopsRecipients = file.metadata.keyGroups.flatMap(\.entries).filter {
      $0.backend == .age
    }.map(\.recipient)
    // Values of Secrets were judged already.
    let known = Set(
      result.findings.lazy.filter { $0.rule == ScanRules.halfSealed }.compactMap(\.position?.line))
    for problem in file.inspect().problems {
      switch problem.code {
      case .plaintextBesideCiphertext where !known.contains(problem.position.line):
        add(ScanRules.halfSealed, "SOPS file: \(problem.message)", problem.position)
      case .plaintextBesideCiphertext: break
      default: add(ScanRules.staleSeal, "SOPS file: \(problem.message)", problem.position)
      }
    }
  }

  /// A file of SOPS that nobody can read: what was typed into it is nowhere judged.
  private mutating func noteDamage(
    _ bytes: Span<UInt8>, _ name: String, _ store: SOPSStore, _ error: SOPSError
  ) {
    let value = SOPSFile.valueOfDamaged(bytes, store: store)
    guard value != nil || (FileKind(name: name) == .manifest && SOPSFile.mayBe(bytes)) else {
      return
    }
    if noteConflict(bytes) { return }
    guard let value else { return }
    add(
      ScanRules.unclearSecret,
      "it has values that SOPS encrypted, and cannot be read: \(error.message)",
      error.position ?? value)
  }
}
