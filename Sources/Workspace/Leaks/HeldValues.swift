internal import CryptoCore
internal import Envelope
internal import Manifest
internal import SecretScan
internal import Synchronization

/// Where a value is held.
struct ValueOwner: Sendable {
  /// The Secret, for instance "Secret default/db".
  let unit: String
  /// Its key, `stringData/password`.
  let name: String

  var label: String { "\(unit) \(name)" }
}

/// The values of sealed Secrets that are searched for, and those that are not.
struct HeldValues {
  /// What the search goes by.
  let values: KnownValues
  /// The values by their numbers: who holds them, and whether one may stand anywhere by chance.
  let owners: [(owners: [ValueOwner], isCommon: Bool)]
  /// Values that are not searched for, with the reason.
  let skipped: [(owner: ValueOwner, reason: String)]
  /// What could not be opened.
  let errors: [WorkspaceError]

  private struct Collected: ~Copyable, Sendable {
    var builder = KnownValues.Builder()
    var owners: [(owners: [ValueOwner], isCommon: Bool)] = []
    var numbers: [ValueFingerprint: Int] = [:]
    var skipped: [(owner: ValueOwner, reason: String)] = []
    var secretCount = 0

    mutating func add(_ value: Span<UInt8>, _ owner: ValueOwner, _ fingerprint: ValueFingerprint) {
      if let known = numbers[fingerprint] {
        owners[known].owners.append(owner)
        return
      }
      numbers[fingerprint] = owners.count
      owners.append(([owner], ValueCare.isCommon(value)))
      builder.add(value)
    }
  }

  /// Opens the sealed Secrets that paths name.
  ///
  /// - Parameter minimumByteCount: The shortest value that is searched for.
  /// - Throws: `.noInput` when there is none.
  static func load(
    _ paths: [String], ring: KeyRing, minimumByteCount: Int
  ) throws(WorkspaceError) -> HeldValues {
    let fingerprinter = try ValueFingerprinter()
    let unwrappers = ring.unwrappers
    let collected = Mutex(Collected())
    var errors: [WorkspaceError] = []
    FileGroups.run(try InputPaths(paths), makeState: { ValueReader() }) { finding, _, box in
      switch finding {
      case .skipped, .leftover: return WorkspaceError?.none
      case .problem(let error): return error
      case .item(let item):
        do throws(WorkspaceError) {
          let file = try ManifestFile.read(item)
          guard SealedTraces.areIn(file.text.bytes) else { return nil }
          try box.read(file.text.bytes, unwrappers, path: item.path) { owner, value in
            let value = value.extracting(ValueCare.trimmed(value))
            let reason = ValueCare.reasonToSkip(value, minimumByteCount: minimumByteCount)
            let fingerprint = fingerprinter.fingerprint(of: value)
            collected.withLock { collected in
              if let reason {
                collected.skipped.append((owner, reason))
              } else if !value.isEmpty {
                collected.add(value, owner, fingerprint)
              }
            }
          } count: { count in
            collected.withLock { $0.secretCount += count }
          }
          return nil
        } catch {
          return error.at(item.path)
        }
      }
    } deliver: { results in
      errors += results.compactMap(\.self)
    }
    return try finish(collected, errors)
  }

  private static func finish(
    _ collected: borrowing Mutex<Collected>, _ errors: [WorkspaceError]
  ) throws(WorkspaceError) -> HeldValues {
    var found = Collected()
    collected.withLock { swap(&$0, &found) }
    guard found.secretCount > 0 || !errors.isEmpty else {
      throw WorkspaceError(
        .noInput, "no sealed Secret is there whose values could be searched for",
        hints: ["name the sealed manifests with --secrets PATH"])
    }
    let (owners, skipped) = (found.owners, found.skipped)
    do {
      return HeldValues(
        values: try found.builder.build(), owners: owners, skipped: skipped, errors: errors)
    } catch { throw WorkspaceError(.other, "no locked memory for the values") }
  }
}
