public import CryptoCore
public import Envelope
internal import Manifest
internal import Platform
internal import YAMLSource

/// The values of a manifest's Secrets, as Kubernetes has them.
public struct OpenedValues: ~Copyable {
  /// One Secret's values.
  public struct Unit: Sendable {
    /// Its name, for instance "Secret default/db".
    public let label: String
    /// Its type, empty when it names none.
    public let typeName: String
    /// Its values, in order: their keys, and their bytes in `bytes`.
    public let values: [(key: String, range: Range<Int>)]
  }

  /// The bytes of all values.
  public private(set) var bytes = WipedBuffer()
  /// The Secrets.
  public private(set) var units: [Unit] = []

  /// No values.
  public init() {}

  /// Adds the values of a manifest's sealed Secrets.
  ///
  /// - Parameters:
  ///   - selector: which Secrets are meant.
  ///   - includesOthers: whether sealed values of other objects are added as well, with the whole
  ///     path as their key.
  /// - Throws: as `SealedFile.open`, and `.malformed` when a value is none for Kubernetes.
  public mutating func add(
    _ file: borrowing SealedFile, selector: UnitSelector, trustedSigners: [SignatureVerifier] = [],
    includesOthers: Bool = false
  ) throws(WorkspaceError) {
    let manifest = try OpenedManifest(
      try file.open(trustedSigners: trustedSigners), path: file.path)
    let chosen = manifest.units.filter {
      selector.matches($0.identity) && ($0.isSecret || includesOthers)
    }
    if chosen.isEmpty { _ = try selector.select(from: manifest.units, path: file.path) }
    for unit in chosen {
      guard unit.isSecret else {
        addOther(unit, of: manifest)
        continue
      }
      let values: [SecretValue]
      do {
        values = try SecretValues.append(
          of: unit, tree: manifest.tree, source: manifest.text.bytes, to: &bytes)
      } catch { throw WorkspaceError(.malformed, error.message, path: file.path, unit: unit.label) }
      units.append(
        Unit(
          label: unit.label, typeName: unit.typeName,
          values: values.map { (key: $0.key, range: $0.range) }))
    }
  }

  private mutating func addOther(_ unit: SecretUnit, of manifest: borrowing OpenedManifest) {
    var values: [(key: String, range: Range<Int>)] = []
    for entry in unit.entries where entry.kind == .value {
      guard let node = entry.node else { continue }
      let start = bytes.count
      manifest.tree.withValue(of: node) { bytes.append($0) }
      values.append((key: entry.path.joined(separator: "."), range: start..<bytes.count))
    }
    units.append(Unit(label: unit.label, typeName: "", values: values))
  }

  /// Adds the one value that a path names.
  ///
  /// - Throws: `.noInput` when it is not there.
  public static func value(
    at path: EntryPath, of file: borrowing SealedFile, selector: UnitSelector,
    trustedSigners: [SignatureVerifier] = []
  ) throws(WorkspaceError) -> WipedBuffer {
    let manifest = try OpenedManifest(
      try file.open(trustedSigners: trustedSigners), path: file.path)
    let unit = try selector.select(from: manifest.units, path: file.path)
    var bytes = WipedBuffer()
    guard unit.isSecret else {
      var others = OpenedValues()
      others.addOther(unit, of: manifest)
      let found = others.units.flatMap(\.values).filter { $0.key == path.description }
      guard found.count == 1, let range = found.first?.range else {
        throw WorkspaceError(
          .noInput, "there is no \(escapedForTerminal(path.description)) in it", path: file.path,
          unit: unit.label)
      }
      return WipedBuffer(copying: others.bytes.bytes.extracting(range))
    }
    guard path.field != nil else { throw EntryPath.malformed }
    let values: [SecretValue]
    do {
      values = try SecretValues.append(
        of: unit, tree: manifest.tree, source: manifest.text.bytes, to: &bytes)
    } catch { throw WorkspaceError(.malformed, error.message, path: file.path, unit: unit.label) }
    guard let value = values.first(where: { $0.key == path.key && $0.field == path.field }) else {
      throw WorkspaceError(
        .noInput, "there is no \(path.description) in it", path: file.path, unit: unit.label)
    }
    return WipedBuffer(copying: bytes.bytes.extracting(value.range))
  }
}
