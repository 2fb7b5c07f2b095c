internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// Seals and opens the Secrets of a manifest, keeping every other byte (docs/format.md).
///
/// One for each worker: it owns the locked memory for keys and the cipher contexts, and is used
/// for any number of manifests in turn.
public struct ManifestSealer: ~Copyable {
  let arena: SecretArena
  var codec: TokenCodec
  var storage = ParserStorage()

  /// Makes a sealer with its own locked memory.
  ///
  /// - Throws: `.cryptoFailure` when there is none.
  public init() throws(EnvelopeError) {
    let codec = try TokenCodec()
    arena = try Self.makeArena()
    self.codec = codec
  }

  private static func makeArena() throws(EnvelopeError) -> SecretArena {
    do { return try SecretArena(slotCount: 64) } catch { throw EnvelopeError(crypto: error) }
  }

  /// The text as a tree with its Secrets.
  static func read(
    _ source: Span<UInt8>, fields: FieldChoice = .none
  ) throws(EnvelopeError) -> ReadManifest {
    var storage = ParserStorage()
    return try read(source, fields: fields, storage: &storage)
  }

  /// The same, with what is kept for all texts of a worker.
  static func read(
    _ source: Span<UInt8>, fields: FieldChoice = .none, storage: inout ParserStorage
  ) throws(EnvelopeError) -> ReadManifest {
    let tree: SourceTree
    do { tree = try SourceTree.parse(source, storage: &storage) } catch {
      throw EnvelopeError(error)
    }
    do {
      let units = try ManifestReader.units(in: tree, source: source, fields: fields)
      return ReadManifest(tree: tree, units: units.map { PlacedUnit(unit: $0, tree: tree) })
    } catch { throw EnvelopeError(error) }
  }

  /// Carries out the edits.
  static func apply(
    _ edits: borrowing SpliceEdits, to source: Span<UInt8>
  ) throws(EnvelopeError) -> WipedBuffer {
    var output = WipedBuffer()
    do { try edits.apply(to: source, appendingTo: &output) } catch { throw EnvelopeError(error) }
    return output
  }

  /// A token in a Secret without an envelope cannot be opened, and sealing it again would make it
  /// ambiguous.
  static func refuseTokens(
    in unit: PlacedUnit, source: Span<UInt8>, as code: EnvelopeError.Code
  ) throws(EnvelopeError) {
    guard let entry = unit.entries.first(where: { $0.token != nil }) else { return }
    throw EnvelopeError(
      code,
      "\(ShownNames.one(entry.name)) looks like a sealed token, but the Secret has no "
        + "annotation sealwax.dev/envelope",
      at: unit.position(of: entry, in: source), unit: unit.label)
  }
}

/// A text as a tree with its Secrets.
struct ReadManifest: Sendable {
  let tree: SourceTree
  let units: [PlacedUnit]

  /// Whether any document is a Kubernetes object.
  var isKubernetes: Bool {
    !units.isEmpty || ManifestReader.kinds(in: tree).contains { !$0.kind.isEmpty }
  }
}
