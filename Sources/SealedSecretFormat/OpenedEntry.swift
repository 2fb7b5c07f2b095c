internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// A sealed value that is opened.
enum OpenedEntry {
  /// Appends the plaintext of a value; nil when no key opens it.
  ///
  /// - Returns: The index of the key.
  /// - Throws: `.malformed`, without a position, when it cannot be a sealed value.
  static func open(
    _ entry: SealedSecretObject.Entry, of object: SealedSecretObject, _ tree: SourceTree,
    _ keys: UnsealingKeys, label: Span<UInt8>, startingAt hint: Int,
    to plaintext: inout WipedBuffer
  ) throws(SealedSecretError) -> Int? {
    var sealed = WipedBuffer()
    let isBase64 = tree.withValue(of: entry.node) { text in
      LenientBase64.decode(text, appendingTo: &sealed)
    }
    guard isBase64, SealedValue.isWellFormed(sealed.bytes) else {
      throw SealedSecretError(
        .malformed,
        "\(SealedSecretNames.shown(entry.key)) is "
          + (isBase64 ? "too short for a sealed value" : "not Base64"),
        unit: object.label)
    }
    return try keys.open(
      sealed.bytes, label: label, startingAt: hint, appendingTo: &plaintext)
  }
}

/// Values of an object that no key opens.
struct ClosedEntries {
  /// How many may fail before the others are not tried: every trial of every key costs milliseconds.
  private static let maximumCount = 20

  private var names: [String] = []
  /// The index of the first one.
  private(set) var first: Int?

  var isFull: Bool { names.count >= Self.maximumCount }

  mutating func append(_ name: String, at index: Int) {
    names.append(name)
    first = first ?? index
  }

  func error(of object: SealedSecretObject, at position: SourcePosition) -> SealedSecretError {
    SealedSecretError(
      .noKey, "no key opens \(SealedSecretNames.list(names))", at: position, unit: object.label,
      hints: [
        "it was sealed for another key, or for another name, namespace or scope than it has now, "
          + "or altered"
      ])
  }
}

/// A SealedSecret in the text that was given, whatever becomes of it later.
struct GivenObject {
  let object: SealedSecretObject
  private let tree: SourceTree

  init(_ object: SealedSecretObject, _ tree: SourceTree) {
    self.object = object
    self.tree = tree
  }

  /// Where a sealed value stands.
  func position(ofEntry index: Int, in source: Span<UInt8>) -> SourcePosition {
    position(index, of: object.entries, source)
  }

  /// Where a template of a value stands.
  func position(ofTemplate index: Int, in source: Span<UInt8>) -> SourcePosition {
    position(index, of: object.templated, source)
  }

  private func position(
    _ index: Int, of entries: [SealedSecretObject.Entry], _ source: Span<UInt8>
  ) -> SourcePosition {
    guard entries.indices.contains(index) else { return object.position }
    return tree.position(of: tree[entries[index].node].range.lowerBound, in: source)
  }
}
