internal import CryptoCore
public import Envelope
public import Manifest
internal import Platform
public import SOPSFormat

/// What is done to each manifest of a batch, on any thread.
public protocol ManifestTask: Sendable {
  /// Works on one manifest.
  ///
  /// - Parameters:
  ///   - source: its text.
  ///   - item: where it comes from.
  ///   - outputPath: where the result will go, when that is a file.
  ///   - sealer: this worker's own.
  /// - Throws: `WorkspaceError`; the batch adds the path.
  func run(
    _ source: Span<UInt8>, item: InputItem, outputPath: String?, sealer: inout ManifestSealer
  ) throws(WorkspaceError) -> ManifestOutput

  /// Works on one SOPS file.
  ///
  /// - Throws: `WorkspaceError`; the batch adds the path.
  func run(
    _ file: SOPSFile, source: Span<UInt8>, item: InputItem, outputPath: String?
  ) throws(WorkspaceError) -> ManifestOutput

  /// Which fields of objects beside Secrets have to be sealed in a file that cannot be read.
  ///
  /// - Throws: `.configuration` when the policy is wrong.
  func fields(of item: InputItem, outputPath: String?) throws(WorkspaceError) -> FieldChoice

  /// What the user should know about the keys that are used for a file.
  func warning(for item: InputItem, outputPath: String?, output: borrowing ManifestOutput)
    -> String?
}

extension ManifestTask {
  /// None: a task that seals nothing leaves plaintext as it is.
  public func fields(
    of item: InputItem, outputPath: String?
  ) throws(WorkspaceError) -> FieldChoice { .none }
}

/// What became of one manifest.
public struct FileReport: Sendable {
  /// What was done.
  public enum Result: Sendable {
    /// A new text was written.
    case written(to: String)
    /// A text was given out on standard output.
    case printed
    /// It would be changed; nothing was written.
    case planned
    /// Nothing had to change.
    case unchanged
    /// It is not a manifest, a link, or ignored by the policy, and was not named itself.
    case skipped(reason: String)
    /// Nothing was written.
    case failed(WorkspaceError)
  }

  /// Its path.
  public let path: String
  /// What was done.
  public let result: Result
  /// Its Secrets.
  public private(set) var units: [UnitOutcome]
  /// What the user should know besides.
  public var warning: String?
  /// Of a file that was replaced: which one it was, since its other names (hard links) keep that.
  public var names: Names?

  /// A file, and how many names it has.
  public struct Names: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64
    /// How many there were when it was read.
    public let count: Int

    init(_ identity: FileIdentity) {
      (device, inode, count) = (identity.device, identity.inode, identity.linkCount)
    }

    public static func == (left: Names, right: Names) -> Bool {
      left.device == right.device && left.inode == right.inode
    }

    public func hash(into hasher: inout Hasher) {
      hasher.combine(device)
      hasher.combine(inode)
    }
  }

  init(path: String, result: Result, units: [UnitOutcome], warning: String? = nil) {
    self.path = path
    self.result = result
    self.units = units
    self.warning = warning
  }

  /// Whether nothing was, or would be, done, and nothing failed.
  public var isUntouched: Bool {
    switch result {
    case .unchanged, .skipped: true
    case .written, .printed, .planned, .failed: false
    }
  }

  /// Leaves the other Secrets out of the report.
  public mutating func keepUnits(_ isKept: (UnitOutcome) -> Bool) {
    units.removeAll { !isKept($0) }
  }
}
