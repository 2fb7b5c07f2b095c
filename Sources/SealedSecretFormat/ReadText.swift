internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// A text with its tree.
struct ReadText: ~Copyable {
  let text: WipedBuffer
  let tree: SourceTree

  init(_ text: consuming WipedBuffer) throws(SealedSecretError) {
    tree = try Self.parse(text.bytes)
    self.text = text
  }

  init(_ text: consuming WipedBuffer, _ tree: SourceTree) {
    self.text = text
    self.tree = tree
  }

  static func parse(_ source: Span<UInt8>) throws(SealedSecretError) -> SourceTree {
    do { return try SourceTree.parse(source) } catch { throw SealedSecretError(error) }
  }

  static func secrets(
    in tree: SourceTree, _ source: Span<UInt8>
  ) throws(SealedSecretError) -> [SecretUnit] {
    do {
      return try ManifestReader.units(in: tree, source: source).filter(\.isSecret)
    } catch {
      throw SealedSecretError(error)
    }
  }

  /// The text with edits carried out, read anew.
  borrowing func edited(
    _ edits: borrowing SpliceEdits
  ) throws(SealedSecretError) -> ReadText {
    var output = WipedBuffer()
    do { try edits.apply(to: text.bytes, appendingTo: &output) } catch {
      throw SealedSecretError(error)
    }
    do { return try ReadText(output) } catch {
      // It was fine before.
      throw SealedSecretError(
        .verification, "the result would not be read again: \(error.message)", at: error.position,
        hints: ["write anchors, aliases and unusual layouts out"])
    }
  }
}

/// The edit that the first object which needs one needs; nil when nothing does.
///
/// Edits of one mapping could touch, so each object gets one at a time.
typealias PreparingEdit<Object> = (
  _ object: Object, _ tree: SourceTree, _ source: Span<UInt8>, _ edits: inout SpliceEdits
) throws(SealedSecretError) -> Bool

/// Brings objects of a text into the state that they are rewritten from.
enum Preparation {
  /// The most rounds: an object has fewer fields that are ever edited.
  private static let maximumRoundCount = 40

  /// Repeats edits of objects until none needs one.
  static func run<Object>(
    _ text: consuming ReadText,
    objects: (SourceTree, Span<UInt8>) throws(SealedSecretError) -> [Object],
    edit: PreparingEdit<Object>
  ) throws(SealedSecretError) -> ReadText {
    var text = text
    for _ in 0..<maximumRoundCount {
      var edits = SpliceEdits()
      var isDone = true
      for object in try objects(text.tree, text.text.bytes) {
        if try edit(object, text.tree, text.text.bytes, &edits) { isDone = false }
      }
      if isDone { return text }
      text = try text.edited(edits)
    }
    throw SealedSecretError(.verification, "the metadata cannot be brought into shape")
  }
}
