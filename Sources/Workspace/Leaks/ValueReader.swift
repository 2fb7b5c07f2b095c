internal import CryptoCore
internal import Envelope
internal import Manifest

/// A worker's sealer.
struct ValueReader: ~Copyable {
  private var sealer: ManifestSealer?

  init() { sealer = nil }

  /// Lends every sealed value of a manifest that can be opened.
  ///
  /// - Throws: `.noIdentity` when a Secret does not open, after the others.
  mutating func read(
    _ source: Span<UInt8>, _ unwrappers: [any KeyUnwrapper], path: String,
    _ body: (ValueOwner, Span<UInt8>) -> Void, count: (Int) -> Void
  ) throws(WorkspaceError) {
    if sealer == nil {
      do { sealer = try ManifestSealer() } catch { throw WorkspaceError(error, path: nil) }
    }
    guard var ready = sealer.take() else { return }
    var read: Set<[Int]> = []
    var lent: [(unit: Int, entry: Int, value: HeldBytes)] = []
    let versions: [UnitVersion]
    do throws(EnvelopeError) {
      versions = try ready.readValues(source, unwrappers: unwrappers, isWanted: { _ in true }) {
        unit, entry, value in
        read.insert([unit, entry])
        lent.append((unit, entry, HeldBytes(value)))
      }
      sealer = consume ready
    } catch {
      sealer = consume ready
      throw WorkspaceError(error, path: path)
    }
    for (unit, entry, value) in lent where versions[unit].entries[entry].token != nil {
      let version = versions[unit]
      let owner = ValueOwner(unit: version.identity.label, name: version.entries[entry].name)
      value.lend { body(owner, $0) }
    }
    count(versions.count(where: \.isSealed))
    for (number, version) in versions.enumerated() where version.isSealed {
      let isOpen = version.entries.indices.allSatisfy { entry in
        version.entries[entry].token == nil || read.contains([number, entry])
      }
      guard !isOpen else { continue }
      throw WorkspaceError(
        .noIdentity, "no identity opens it, and its values are not searched for", path: path,
        position: version.position, unit: version.identity.label,
        hints: ["name an identity with --identity FILE, or set SEALWAX_IDENTITY_FILE"])
    }
  }
}

/// A value that waits to be looked at.
private final class HeldBytes {
  private let bytes: WipedBuffer

  init(_ value: Span<UInt8>) { bytes = WipedBuffer(copying: value) }

  func lend(_ body: (Span<UInt8>) -> Void) { Self.lend(bytes, body) }

  private static func lend(_ bytes: borrowing WipedBuffer, _ body: (Span<UInt8>) -> Void) {
    body(bytes.bytes)
  }
}
