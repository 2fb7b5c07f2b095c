public import CryptoCore
public import Envelope
internal import Manifest
internal import Platform
internal import SOPSFormat
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
    if let sops = file.sops, !file.hasSecrets {
      // Whoever asks for these, too, wants to see them; else they are handed over.
      return try add(
        sops, path: file.path, trustedSigners, form: includesOthers ? .file : .variable)
    }
    let manifest = try OpenedManifest(file, trustedSigners: trustedSigners)
    let chosen = manifest.units.filter {
      selector.matches($0.identity) && ($0.isSecret || includesOthers)
    }
    if chosen.isEmpty {
      let unit = try selector.select(from: manifest.units, path: file.path)
      throw WorkspaceError(
        .usage, "it is no Secret, and only their values are handed over", path: file.path,
        unit: unit.label, hints: ["read a value of it with 'sealwax view FILE PATH'"])
    }
    try append(chosen, of: manifest, path: file.path)
  }

  /// Adds the values of all sealed Secrets of files and folders; a file that was named must have
  /// some.
  ///
  /// - Throws: as `add`; what cannot be read stops it.
  public mutating func add(
    _ paths: InputPaths, ring: KeyRing, signers: RequiredSigners
  ) throws(WorkspaceError) {
    var failure: WorkspaceError?
    paths.forEach { finding in
      do throws(WorkspaceError) {
        switch finding {
        case .item(let item): try add(item, ring: ring, signers: signers)
        case .problem(let error): throw error
        case .skipped, .leftover: break
        }
        return true
      } catch {
        failure = error
        return false
      }
    }
    if let failure { throw failure }
  }

  private mutating func add(
    _ item: InputItem, ring: KeyRing, signers: RequiredSigners
  ) throws(WorkspaceError) {
    let file = try SealedFile(item, ring: ring, retired: signers.retired)
    if let sops = file.sops, !file.hasSecrets {
      return try add(
        sops, path: file.path, try signers.signers(for: item.path), form: .variable)
    }
    let trusted = try signers.signers(for: item.path)
    let manifest: OpenedManifest
    do throws(WorkspaceError) {
      manifest = try OpenedManifest(file, mustBeSealed: item.isNamed, trustedSigners: trusted)
    } catch {
      guard try file.reasonToSkip(error, item) == nil else { return }
      throw error
    }
    try append(manifest.units, of: manifest, path: item.path)
  }

  private mutating func append(
    _ chosen: [SecretUnit], of manifest: borrowing OpenedManifest, path: String
  ) throws(WorkspaceError) {
    for unit in chosen {
      guard unit.isSecret else {
        addOther(unit, of: manifest)
        continue
      }
      let values: [SecretValue]
      do {
        values = try SecretValues.append(
          of: unit, tree: manifest.tree, source: manifest.text.bytes, to: &bytes)
      } catch { throw WorkspaceError(.malformed, error.message, path: path, unit: unit.label) }
      units.append(
        Unit(
          label: unit.label, typeName: unit.typeName,
          values: values.map { (key: $0.key, range: $0.range) }))
    }
  }

  /// Adds the values of a SOPS file that holds no Secret, named by their places.
  private mutating func add(
    _ sops: SOPSOpened, path: String, _ trustedSigners: [SignatureVerifier],
    form: SOPSValues.Form
  ) throws(WorkspaceError) {
    guard trustedSigners.isEmpty else { throw SOPSText.unsigned(path) }
    do throws(SOPSError) {
      let found = try sops.withKey { (key) throws(SOPSError) in
        try sops.file.values(key, form: form)
      }
      let start = bytes.count
      bytes.append(found.bytes.bytes)
      units.append(
        Unit(
          label: SOPSText.identity.label, typeName: sops.file.store.rawValue,
          values: found.values.map { value in
            (
              key: form == .file
                ? ValuePlace.text(of: value.path, in: sops.file)
                : ValuePlace.text(of: value.path),
              range: (start + value.range.lowerBound)..<(start + value.range.upperBound)
            )
          }))
    } catch { throw WorkspaceError(error, path: path) }
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

  /// The one value that a place names.
  ///
  /// - Throws: `.noInput` when it is not there.
  public static func value(
    at place: String, of file: borrowing SealedFile, selector: UnitSelector,
    trustedSigners: [SignatureVerifier] = []
  ) throws(WorkspaceError) -> WipedBuffer {
    switch try file.place(place) {
    case .entry(let path):
      return try value(at: path, of: file, selector: selector, trustedSigners: trustedSigners)
    case .steps(let steps):
      guard trustedSigners.isEmpty, let sops = file.sops else {
        throw SOPSText.unsigned(file.path)
      }
      do throws(SOPSError) {
        let found = try sops.withKey { (key) throws(SOPSError) in
          try sops.file.values(key, form: .file)
        }
        guard let value = found.values.first(where: { $0.path == steps }) else {
          throw SOPSError(
            .noSuchPath, "there is no value at \(steps.map(\.description).joined())")
        }
        return WipedBuffer(copying: found.bytes.bytes.extracting(value.range))
      } catch { throw WorkspaceError(error, path: file.path) }
    }
  }

  private static func value(
    at path: EntryPath, of file: borrowing SealedFile, selector: UnitSelector,
    trustedSigners: [SignatureVerifier]
  ) throws(WorkspaceError) -> WipedBuffer {
    let manifest = try OpenedManifest(file, trustedSigners: trustedSigners)
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
    guard let field = path.field else { throw EntryPath.malformed }
    let range: Range<Int>?
    do {
      range = try SecretValues.append(
        path.key, in: field, of: unit, tree: manifest.tree, source: manifest.text.bytes,
        to: &bytes)
    } catch { throw WorkspaceError(.malformed, error.message, path: file.path, unit: unit.label) }
    guard range != nil else {
      throw WorkspaceError(
        .noInput, "there is no \(path.description) in it", path: file.path, unit: unit.label)
    }
    return bytes
  }
}
