internal import CryptoCore
internal import Envelope
internal import Manifest
internal import SecretScan
internal import Synchronization

/// Where a value is held.
struct ValueOwner: Sendable {
  /// The Secret, for instance "Secret default/db".
  var unit: String
  /// Its key, `stringData/password`.
  let name: String
  /// The object that is the version of the file; nil for a file of now.
  var object: String?

  var label: String { "\(unit) \(name)" }

  /// What a file of SOPS is called.
  static func file(_ path: String?) -> String { path.map { "SOPS file \($0)" } ?? "SOPS file" }
}

/// The values of sealed Secrets and SOPS files that are searched for, and those that are not.
struct HeldValues {
  /// A value that is searched for.
  struct Value: Sendable {
    /// Who holds it.
    var owners: [ValueOwner]
    /// Whether it may stand anywhere by chance.
    let isCommon: Bool
    /// Whether only versions of earlier hold it.
    let isFormer: Bool
  }

  /// What the search goes by.
  let known: KnownValues
  /// The values by their numbers.
  let values: [Value]
  /// Values that are not searched for, with the reason.
  let skipped: [(owner: ValueOwner, reason: String)]
  /// What could not be opened.
  let errors: [WorkspaceError]
  /// How many versions of earlier could not be opened.
  let closedVersionCount: Int
  /// How many objects of history are not in this clone.
  let missingCount: Int

  /// What the workers collect.
  struct Collected: ~Copyable, Sendable {
    private var builder = KnownValues.Builder()
    private(set) var values: [Value] = []
    private var numbers: [ValueFingerprint: Int] = [:]
    private(set) var skipped: [(owner: ValueOwner, reason: String)] = []
    var secretCount = 0
    var closedVersionCount = 0
    var missingCount = 0
    /// Whether there were more values of earlier than are taken.
    private(set) var isFull = false

    /// How much the forms of all values may take before no former ones are added, in bytes of locked
    /// memory.
    private static let maximumByteCount = 32 << 20

    mutating func add(
      _ value: Span<UInt8>, _ owner: ValueOwner, _ fingerprint: ValueFingerprint,
      reasonToSkip: String?, isFormer: Bool
    ) {
      if let reasonToSkip {
        // Those of earlier are as many as there are versions.
        if !isFormer { skipped.append((owner, reasonToSkip)) }
        return
      }
      if let number = numbers[fingerprint] {
        if !isFormer || values[number].isFormer, values[number].owners.count < Self.ownerCount {
          values[number].owners.append(owner)
        }
        return
      }
      guard !isFormer || builder.byteCount < Self.maximumByteCount else {
        isFull = true
        return
      }
      numbers[fingerprint] = values.count
      values.append(
        Value(owners: [owner], isCommon: ValueCare.isCommon(value), isFormer: isFormer))
      builder.add(value)
    }

    /// How many owners of one value are remembered.
    private static let ownerCount = 1000

    /// Gives versions of SOPS files the names of the files that they were.
    mutating func nameFiles(_ spans: [String: HistorySpan]) {
      for index in values.indices {
        for number in values[index].owners.indices {
          guard let object = values[index].owners[number].object,
            values[index].owners[number].unit == ValueOwner.file(nil)
          else { continue }
          values[index].owners[number].unit = ValueOwner.file(spans[object]?.paths.first)
        }
      }
    }

    consuming func finish(_ errors: [WorkspaceError]) throws(WorkspaceError) -> HeldValues {
      var errors = errors
      if isFull {
        errors.append(
          WorkspaceError(
            .other, "there are more values of earlier versions than are searched for at once",
            hints: ["name files whose versions count with --secrets PATH, some at a time"]))
      }
      let (values, skipped) = (values, skipped)
      let (closed, missing) = (closedVersionCount, missingCount)
      do {
        return HeldValues(
          known: try builder.build(), values: values, skipped: skipped, errors: errors,
          closedVersionCount: closed, missingCount: missing)
      } catch { throw WorkspaceError(.other, "no locked memory for the values") }
    }
  }

  /// Opens the Secrets that paths name.
  ///
  /// - Parameters:
  ///   - minimumByteCount: The shortest value that is searched for.
  ///   - history: The repository whose versions count, too; nil to do without.
  ///   - versionsOf: Whose versions; empty for all.
  /// - Throws: `.noInput` when there is none.
  static func load(
    _ paths: [String], ring: KeyRing, minimumByteCount: Int, history: CallersRepository?,
    versionsOf: [String]
  ) throws(WorkspaceError) -> HeldValues {
    let intake = try ValueIntake(ring, minimumByteCount)
    let collected = Mutex(Collected())
    var errors: [WorkspaceError] = []
    FileGroups.run(try InputPaths(paths), makeState: { intake.makeReader() }) {
      finding, _, reader in
      switch finding {
      case .skipped, .leftover: return WorkspaceError?.none
      case .problem(let error): return error
      case .item(let item):
        do throws(WorkspaceError) {
          let file = try ManifestFile.read(item)
          let outcome = try reader.read(file.text.bytes, path: item.path) { owner, value in
            intake.take(value, owner, isFormer: false, collected)
          }
          collected.withLock { $0.secretCount += outcome.secretCount }
          return outcome.failure
        } catch { return error.at(item.path) }
      }
    } deliver: { results in
      for case let error? in results { errors.append(error) }
    }
    if let history { try intake.takeHistory(history, versionsOf: versionsOf, collected) }
    var found = Collected()
    collected.withLock { swap(&$0, &found) }
    guard found.secretCount > 0 || !errors.isEmpty else {
      throw WorkspaceError(
        .noInput, "no sealed Secret is there whose values could be searched for",
        hints: ["name the sealed manifests with --secrets PATH"])
    }
    return try found.finish(errors)
  }
}
