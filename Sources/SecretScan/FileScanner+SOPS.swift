internal import Findings
internal import SOPSFormat
internal import YAMLSource

extension FileScanner {
  /// Looks at a file of SOPS for values that its own rule says are encrypted, and are not.
  mutating func scanSOPS(_ bytes: Span<UInt8>, name: String) {
    guard SOPSFile.mayBe(bytes),
      let file = try? SOPSFile.read(bytes, store: SOPSStore(path: name))
    else { return }
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
