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
    var damage = "SOPS's metadata (the key 'sops') are not in the file"
    if SOPSFile.mayBe(bytes) {
      do throws(SOPSError) { file = try SOPSFile.read(bytes, store: store) } catch {
        switch error.code {
        case .malformedMetadata, .noKeys: damage = error.message
        case .noMetadata: break
        // What cannot be read is looked at as a text.
        default:
          if FileKind(name: name) == .manifest { _ = noteConflict(bytes) }
          return
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
      case .missingMAC:
        add(ScanRules.staleSeal, "SOPS file: \(problem.message)", problem.position)
      default: break
      }
    }
  }
}
