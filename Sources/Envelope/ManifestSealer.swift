internal import CryptoCore
internal import Manifest
internal import YAMLSource

/// Whom and how to seal for.
public struct SealSettings: Sendable {
  /// Who can open; at least one.
  public var recipients: [any KeyWrapper]
  /// The cipher of the values.
  public var cipher: CipherName
  /// How much of the identity is bound.
  public var scope: SealScope
  /// Who signs, if anybody.
  public var signer: SigningIdentity?

  /// Makes settings.
  public init(
    recipients: [any KeyWrapper], cipher: CipherName = .aes256GCM, scope: SealScope = .strict,
    signer: SigningIdentity? = nil
  ) {
    self.recipients = recipients
    self.cipher = cipher
    self.scope = scope
    self.signer = signer
  }
}

/// Seals and opens the Secrets of a manifest, keeping every other byte (docs/format.md).
///
/// One for each worker: it owns the locked memory for keys and the cipher contexts, and is used
/// for any number of manifests in turn.
public struct ManifestSealer: ~Copyable {
  let arena: SecretArena
  var codec: TokenCodec

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
    _ source: Span<UInt8>
  ) throws(EnvelopeError) -> (tree: SourceTree, units: [SecretUnit]) {
    let tree: SourceTree
    do { tree = try SourceTree.parse(source) } catch { throw EnvelopeError(error) }
    do { return (tree, try ManifestReader.units(in: tree, source: source)) } catch {
      throw EnvelopeError(error)
    }
  }

  /// Carries out the edits.
  static func apply(
    _ edits: borrowing SpliceEdits, to source: Span<UInt8>
  ) throws(EnvelopeError) -> WipedBuffer {
    var output = WipedBuffer(capacity: source.count)
    do { try edits.apply(to: source, appendingTo: &output) } catch { throw EnvelopeError(error) }
    return output
  }
}
