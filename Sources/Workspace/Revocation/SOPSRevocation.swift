internal import CryptoCore
internal import Envelope
internal import Platform
internal import SOPSFormat

/// What of the `.sops.yaml` of a repository has to change, so that nothing is encrypted for somebody
/// any more.
public struct SOPSRevocation: Sendable {
  /// A file of rules as it will be.
  public struct Change: Sendable {
    /// Its path.
    public let path: String
    /// What is taken out, as it is written there.
    public let removed: [String]
    fileprivate let text: [UInt8]
    fileprivate let identity: FileIdentity
  }

  /// The files that change.
  public private(set) var changes: [Change] = []

  /// Finds out what has to change; changes nothing.
  ///
  /// - Parameters:
  ///   - exposure: Whom it is about.
  ///   - folder: Where `.sops.yaml` are looked for.
  /// - Throws: `.configuration` for one that a program cannot change, or of which a rule would have
  ///   nobody left.
  public init(_ exposure: Exposure, in folder: String) throws(WorkspaceError) {
    let keys = exposure.named.keys
    for path in try Self.files(in: folder) {
      let file = try TrustedFile.read(path)
      let source = [UInt8](copying: file.bytes.bytes)
      let changed: (text: [UInt8], removed: [String])
      do throws(SOPSError) {
        changed = try SOPSCreationRules.removing(from: source) { kind, name in
          keys.contains(SOPSRecipientKey.description(kind, name).key)
        }
      } catch {
        var failure = WorkspaceError(configuration: error, path: path)
        failure.hints =
          error.code == .noRecipients
          ? ["name another one in it first"] : ["take it out by hand, and run this again"]
        throw failure
      }
      guard !changed.removed.isEmpty else { continue }
      changes.append(
        Change(path: path, removed: changed.removed, text: changed.text, identity: file.identity))
    }
  }

  private static func files(in folder: String) throws(WorkspaceError) -> [String] {
    var found: [String] = []
    var filter = TreeFilter()
    filter.wantsFile = { $0 == SOPSConfiguration.fileName }
    do throws(PlatformError) {
      try FileTree.walk(folder, filter: filter) { item in
        if case .file(let path) = item { found.append(path) }
        return true
      }
    } catch { throw WorkspaceError(reading: error) }
    return found.sorted()
  }

  /// Writes the files.
  public func write() throws(WorkspaceError) {
    for change in changes {
      do {
        try AtomicFile.write(
          change.text.span, to: change.path, expecting: .unchanged(change.identity))
      } catch { throw WorkspaceError(writing: error).at(change.path) }
    }
  }
}
