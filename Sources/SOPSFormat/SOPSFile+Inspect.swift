internal import CryptoCore
public import YAMLSource

/// What an encrypted file shows without a key.
public struct SOPSInspection: Sendable {
  /// Something that keeps the file from opening, or from being what it should be.
  public struct Problem: Sendable {
    /// What is wrong, for programs.
    public let code: SOPSError.Code
    /// What is wrong, for people.
    public let message: String
    /// Where.
    public let position: SourcePosition
  }

  /// How many values and comments are encrypted.
  public fileprivate(set) var encryptedCount = 0
  /// How many values the file's rule leaves plain.
  public fileprivate(set) var plainCount = 0
  /// What is wrong, in the order of the text; at most 100.
  public fileprivate(set) var problems: [Problem] = []
}

extension SOPSFile {
  /// Looks at the file as far as it goes without a key: whether every value is encrypted that its
  /// rule says must be, and looks as an encrypted value does.
  ///
  /// Whether values are authentic, belong where they stand and are all there, only the key tells.
  public func inspect() -> SOPSInspection {
    var walk = InspectionWalk(tree.text)
    let selector = metadata.selection.selector
    for document in tree.documents {
      walk.look(at: document, selector, selector.inside(Selector.State()))
      walk.lookForPlainSecret(in: document)
    }
    if metadata.encryptedMAC.isEmpty {
      walk.add(
        .missingMAC, "the file has no MAC: nobody can tell whether it was altered",
        at: tree.metadata.first?.lowerBound ?? 0)
    }
    var inspection = walk.inspection
    inspection.problems = withSource { source in
      walk.problems.map { problem in
        SOPSInspection.Problem(
          code: problem.code, message: problem.message,
          position: LinePosition.of(problem.offset, in: source))
      }
    }
    return inspection
  }
}

/// Goes through the values as decryption does, without a key.
private struct InspectionWalk {
  private static let maximumProblemCount = 100

  private let text: TreeText
  private(set) var inspection = SOPSInspection()
  private(set) var problems: [(code: SOPSError.Code, message: String, offset: Int)] = []

  init(_ text: TreeText) { self.text = text }

  mutating func add(_ code: SOPSError.Code, _ message: String, at offset: Int) {
    guard problems.count < Self.maximumProblemCount else { return }
    problems.append((code, message, offset))
  }

  mutating func look(at entries: [TreeEntry], _ selector: Selector, _ outer: Selector.State) {
    var state = selector.inside(outer)
    for entry in entries {
      if entry.isComment {
        let isEncrypted = selector.encrypts(comment: entry.text, in: text, &state)
        if isEncrypted, text.lend(entry.text, { EncryptedValue.isLikely($0) }) {
          inspection.encryptedCount += 1
        }
        continue
      }
      look(at: entry, selector, entry.key.map { selector.below($0, state) } ?? state)
      state = selector.behindValue(state)
    }
  }

  /// A Secret of Kubernetes of which the file's rule encrypts no value.
  mutating func lookForPlainSecret(in document: [TreeEntry]) {
    guard let kind = document.first(where: { $0.key == "kind" }),
      case .scalar(.string) = kind.content, text.string(kind.text) == "Secret"
    else { return }
    var first: Int?
    for field in document where field.key == "data" || field.key == "stringData" {
      guard case .mapping(let entries) = field.content else { continue }
      for entry in entries where !entry.isComment && !entry.text.isEmpty {
        if text.lend(entry.text, { EncryptedValue.isLikely($0) }) { return }
        first = first ?? entry.source.lowerBound
      }
    }
    guard let first else { return }
    add(
      .plaintextBesideCiphertext, "a Secret of which the file's rule encrypts no value", at: first)
  }

  private mutating func look(
    at entry: TreeEntry, _ selector: Selector, _ state: Selector.State
  ) {
    switch entry.content {
    case .comment, .null: break
    case .mapping(let inner), .list(let inner): look(at: inner, selector, state)
    case .scalar(let type):
      let (isLikely, isWhole) = text.lend(entry.text) { bytes in
        (EncryptedValue.isLikely(bytes), EncryptedValue(bytes) != nil)
      }
      guard selector.encrypts(state) else {
        inspection.plainCount += 1
        guard isWhole else { return }
        return add(
          .malformedValue, "the value is encrypted, and by the file's rule it stays plain",
          at: entry.source.lowerBound)
      }
      // Empty texts stay as they are.
      if type == .string, entry.text.isEmpty { return }
      if isWhole {
        inspection.encryptedCount += 1
      } else if type == .string, isLikely {
        add(
          .malformedValue, "the encrypted value is not in SOPS's format",
          at: entry.source.lowerBound)
      } else {
        add(
          .plaintextBesideCiphertext,
          "the value is not encrypted, and by the file's rule it must be",
          at: entry.source.lowerBound)
      }
    }
  }
}
