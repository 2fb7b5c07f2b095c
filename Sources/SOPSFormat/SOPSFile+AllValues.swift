public import CryptoCore

/// The values of a decrypted file, one by one.
public struct SOPSValues: ~Copyable {
  /// The words for what is no text.
  public enum Form: Sendable {
    /// As a file in plaintext has them: `true`, `1e+30`, `null`.
    case file
    /// As SOPS puts them into variables: `true`, `1E+30`; nulls, which SOPS calls `<nil>` there, are
    /// left out.
    case variable
  }

  /// The bytes of all values: numbers and the like as texts.
  public private(set) var bytes = WipedBuffer()
  /// Where each value stands in the file, and in `bytes`.
  public private(set) var values: [(path: [SOPSPathStep], range: Range<Int>)] = []

  fileprivate init() {}

  fileprivate mutating func add(
    _ entries: [TreeEntry], of text: TreeText, at path: [SOPSPathStep], _ form: Form,
    _ store: SOPSStore
  ) {
    var index = 0
    for entry in entries where !entry.isComment {
      let place = path + [entry.key.map { .key($0) } ?? .index(index)]
      index += 1
      let start = bytes.count
      switch (entry.content, form) {
      case (.mapping(let inner), _), (.list(let inner), _):
        add(inner, of: text, at: place, form, store)
        continue
      case (.comment, _), (.null, .variable): continue
      case (.null, .file): bytes.append("null")
      case (.scalar(let type), .file):
        text.lend(entry.text) { PlaintextWords.append($0, type, of: store, to: &bytes) }
      case (.scalar(let type), .variable):
        text.lend(entry.text) { FlatText.appendValue($0, type, to: &bytes) }
      }
      values.append((place, start..<bytes.count))
    }
  }
}

extension SOPSFile {
  /// Decrypts the file and gives its values, those of all documents, in order.
  ///
  /// - Throws: As `decrypt`.
  public func values(
    _ key: borrowing SOPSDataKey, form: SOPSValues.Form
  ) throws(SOPSError) -> SOPSValues {
    let opened = try open(key, nonces: nil)
    var values = SOPSValues()
    for document in opened.tree.documents {
      values.add(document, of: opened.tree.text, at: [], form, store)
    }
    return values
  }

  /// A way of keys alone in which a number stands for a place where there is a list.
  ///
  /// It is the way to what is there in the first document that has it; else as far as the first goes.
  public func path(ofKeys keys: [String]) -> [SOPSPathStep] {
    var ways: [(steps: [SOPSPathStep], isWhole: Bool)] = []
    for document in tree.documents {
      let way = Self.way(keys, in: document)
      if way.isWhole { return way.steps }
      ways.append(way)
    }
    return ways.first?.steps ?? keys.map { .key($0) }
  }

  private static func way(
    _ keys: [String], in document: [TreeEntry]
  ) -> (steps: [SOPSPathStep], isWhole: Bool) {
    var steps: [SOPSPathStep] = []
    var content: TreeEntry.Content? = .mapping(document)
    for key in keys {
      switch content {
      case .list(let entries):
        guard let index = Int(key), index >= 0, String(index) == key else { fallthrough }
        let items = entries.filter { !$0.isComment }
        steps.append(.index(index))
        content = items.indices.contains(index) ? items[index].content : nil
      default:
        steps.append(.key(key))
        guard case .mapping(let entries) = content else {
          content = nil
          continue
        }
        content = entries.first { $0.key.isExactly(key) }?.content
      }
    }
    return (steps, content != nil)
  }
}
