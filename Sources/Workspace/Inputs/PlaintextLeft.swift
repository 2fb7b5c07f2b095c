internal import Findings
internal import Manifest
internal import Platform
internal import SOPSFormat
internal import SecretScan
internal import YAMLSource

/// Values of Secrets that are still readable in what was sealed or encrypted.
///
/// Only a Secret that stands where the format says is sealed: none in another object, in what is no
/// List of v1, in a text or a comment, or of a kind that is spelt in another way; and SOPS encrypts what
/// its rule says.
struct PlaintextLeft {
  /// What was found.
  let findings: [ScanFinding]
  /// What the text may be, for the scanner.
  private let name: String

  /// Looks at a text, if there is more in it that may be a Secret than what is sealed.
  ///
  /// - Parameters:
  ///   - result: What was sealed, or encrypted by SOPS.
  ///   - path: Its name, which says what it may be.
  ///   - sealedCount: How many Secrets in it are sealed.
  init(in result: Span<UInt8>, path: String, sealedCount: Int) {
    name = InputPaths.isManifestName(path) ? path : "-"
    guard Self.mayBe(in: result, beside: sealedCount) else {
      findings = []
      return
    }
    var left = Self.scan(result, name: name)
    // What SOPS leaves of a Secret beside encrypted values, its rule leaves out on purpose.
    if SOPSFile.mayBe(result) { left.removeAll { $0.rule == ScanRules.halfSealed } }
    findings = left
  }

  /// The same where it stands in the text that the result was made of.
  func placed(in source: Span<UInt8>) -> PlaintextLeft {
    guard !findings.isEmpty else { return self }
    var places = Self.scan(source, name: name)
    return PlaintextLeft(
      findings.map { finding in
        let index = places.firstIndex {
          $0.rule == finding.rule && $0.message == finding.message
        }
        return index.map { places.remove(at: $0) }
          ?? ScanFinding(rule: finding.rule, message: finding.message, position: nil)
      }, name)
  }

  /// What the policy does not let pass: as in `git precommit`.
  func counting(path: String) -> PlaintextLeft {
    var suppressor = FindingSuppressor(
      knownRules: ScanRules.all, today: CalendarDate(WallClock.timestamp().prefix(10)))
    let shown = findings.map { Finding($0.rule, $0.message, file: path, line: nil, column: nil) }
    let isLetPass = suppressor.apply(to: shown).map { $0.suppression != nil }
    return PlaintextLeft(zip(findings, isLetPass).filter { !$0.1 }.map(\.0), name)
  }

  private init(_ findings: [ScanFinding], _ name: String) {
    (self.findings, self.name) = (findings, name)
  }

  /// Whether there is a Secret of its own, which kubectl would apply.
  var hasObjects: Bool { findings.contains { $0.rule == ScanRules.plaintextSecret } }

  /// What was found first, as an error.
  ///
  /// - Parameter isOfSOPS: Whether SOPS's rule left it out.
  func error(path: String, isOfSOPS: Bool) -> WorkspaceError? {
    guard let first = findings.first else { return nil }
    let more = findings.count > 1 ? ", and \(findings.count - 1) more" : ""
    return WorkspaceError(
      .malformed, "\(first.message) and would stay readable\(more)", path: path,
      position: first.position,
      hints: [
        isOfSOPS
          ? "the rule of .sops.yaml encrypts nothing of it: change its encrypted_regex or the like"
          : hint(for: first)
      ])
  }

  private func hint(for finding: ScanFinding) -> String {
    switch finding.rule {
    case ScanRules.plaintextSecret:
      "a Secret is sealed in a document of its own or in a List, with apiVersion: v1 and kind: Secret "
        + "spelt like this: move it there"
    case ScanRules.appliedConfiguration: "remove the annotation"
    case ScanRules.secretInText:
      "take the values out; for made-up ones let the policy ignore the file"
    default:
      "move the Secret into a document of its own, or name its fields under 'fields' in the policy"
    }
  }

  private static func scan(_ text: Span<UInt8>, name: String) -> [ScanFinding] {
    var scanner = FileScanner()
    return scanner.scan(text, name: name, isForSecrets: true).findings.filter {
      [
        ScanRules.plaintextSecret, ScanRules.embeddedSecret, ScanRules.secretInText,
        ScanRules.appliedConfiguration, ScanRules.halfSealed,
      ].contains($0.rule)
    }
  }

  /// Whether the word `secret` stands more often in a text than there are sealed Secrets, or may hide
  /// in it.
  ///
  /// One look at the bytes: what is sealed whole is not read once more. A sealed Secret has the word at
  /// least once, but for those of a SecretList and those whose kind is an alias: texts with either are
  /// read.
  private static func mayBe(in text: Span<UInt8>, beside sealedCount: Int) -> Bool {
    let word = Array("secret".utf8)
    let applied = Array("rio.cattle.io/applied".utf8)
    var count = 0
    var previous: UInt8 = 0x20
    for index in text.indices {
      let byte = text[index]
      defer { previous = byte }
      switch byte {
      case UInt8(ascii: "S"), UInt8(ascii: "s"):
        guard !isWord(previous), isFolded(text, index, word) else { continue }
        let end = index + word.count
        if end == text.count || !isWord(text[end]) {
          count += 1
        } else if [UInt8(ascii: "l"), UInt8(ascii: "g")].contains(text[end] | 0x20) {
          // SecretList, or kustomize's secretGenerator.
          return true
        }
      case UInt8(ascii: "*"):
        if index + 1 < text.count, isBlankOrIndicator(previous), !isBlank(text[index + 1]) {
          return true
        }
      case UInt8(ascii: "r"): if isSame(text, index, applied) { return true }
      case 0: return true
      case UInt8(ascii: "\\"): if SecretTraces.isEscapedLetter(text, behind: index) { return true }
      default: break
      }
    }
    return count > sealedCount || BinaryTag.mayBeIn(text)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
  }

  /// What may stand in front of an alias.
  private static func isBlankOrIndicator(_ byte: UInt8) -> Bool {
    isBlank(byte) || "[{,:-?".utf8.contains(byte)
  }

  private static func isFolded(_ text: Span<UInt8>, _ start: Int, _ word: [UInt8]) -> Bool {
    guard text.count - start >= word.count else { return false }
    for offset in word.indices where text[start + offset] | 0x20 != word[offset] { return false }
    return true
  }

  private static func isSame(_ text: Span<UInt8>, _ start: Int, _ word: [UInt8]) -> Bool {
    guard text.count - start >= word.count else { return false }
    for offset in word.indices where text[start + offset] != word[offset] { return false }
    return true
  }
}
