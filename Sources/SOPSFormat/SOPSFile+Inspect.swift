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
  /// rule says must be, and can be what SOPS writes, and so the MAC and the version.
  ///
  /// Whether values are authentic, belong where they stand and are all there, only the key tells.
  public func inspect() -> SOPSInspection {
    var walk = InspectionWalk(tree.text, allowsBytes: store == .binary)
    let selector = metadata.selection.selector
    for document in tree.documents {
      walk.look(at: document, selector, selector.inside(Selector.State()))
      walk.lookForPlainSecret(in: document)
    }
    for problem in [macProblem, versionProblem] {
      guard let problem else { continue }
      walk.add(problem.code, problem.message, at: tree.metadata.first?.lowerBound ?? 0)
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
  private let allowsBytes: Bool
  private(set) var inspection = SOPSInspection()
  private(set) var problems: [(code: SOPSError.Code, message: String, offset: Int)] = []

  init(_ text: TreeText, allowsBytes: Bool) {
    self.text = text
    self.allowsBytes = allowsBytes
  }

  mutating func add(_ code: SOPSError.Code, _ message: String, at offset: Int) {
    guard problems.count < Self.maximumProblemCount else { return }
    problems.append((code, message, offset))
  }

  mutating func look(at entries: [TreeEntry], _ selector: Selector, _ outer: Selector.State) {
    var state = selector.inside(outer)
    for entry in entries {
      if entry.isComment {
        if selector.encrypts(comment: entry.text, in: text, &state) { look(atComment: entry) }
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

  private mutating func look(atComment entry: TreeEntry) {
    let (isLikely, problem) = text.lend(entry.text) { bytes in
      let isLikely = EncryptedValue.isLikely(bytes)
      return (isLikely, isLikely ? Self.problem(bytes) { $0 == .comment || $0 == .string } : nil)
    }
    guard isLikely else { return }
    guard let problem else { return inspection.encryptedCount += 1 }
    add(problem.code, problem.message, at: entry.source.lowerBound)
  }

  /// Why an encrypted value cannot be opened, whatever the key.
  private static func problem(
    _ bytes: Span<UInt8>, canBe: (ScalarType) -> Bool
  ) -> SOPSError? {
    guard let value = EncryptedValue(bytes) else { return EncryptedValue.malformed }
    do throws(SOPSError) {
      let type = try value.check(bytes).type
      return canBe(type) ? nil : EncryptedValue.wrongType(type)
    } catch { return error }
  }

  private mutating func look(
    at entry: TreeEntry, _ selector: Selector, _ state: Selector.State
  ) {
    switch entry.content {
    case .comment, .null: break
    case .mapping(let inner), .list(let inner): look(at: inner, selector, state)
    case .scalar(let type):
      guard selector.encrypts(state) else {
        inspection.plainCount += 1
        guard text.lend(entry.text, { EncryptedValue($0) != nil }) else { return }
        return add(
          .malformedValue, "the value is encrypted, and by the file's rule it stays plain",
          at: entry.source.lowerBound)
      }
      // Empty texts stay as they are.
      if type == .string, entry.text.isEmpty { return }
      guard type == .string, text.lend(entry.text, { EncryptedValue.isLikely($0) }) else {
        return add(
          .plaintextBesideCiphertext,
          "the value is not encrypted, and by the file's rule it must be",
          at: entry.source.lowerBound)
      }
      let (isItem, allowsBytes) = (entry.key == nil, allowsBytes)
      let problem = text.lend(entry.text) { bytes in
        Self.problem(bytes) { type in
          switch type {
          case .comment: isItem
          case .bytes: allowsBytes
          default: true
          }
        }
      }
      guard let problem else { return inspection.encryptedCount += 1 }
      add(problem.code, problem.message, at: entry.source.lowerBound)
    }
  }
}
