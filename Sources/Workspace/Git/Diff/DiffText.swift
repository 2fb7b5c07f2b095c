public import CryptoCore
internal import Envelope
internal import Platform

/// What git compares in the place of a sealed manifest (a textconv program).
public struct DiffText: Sendable {
  /// The variable of git's configuration that asks for plaintext.
  public static let configurationName = "sealwax.diff"

  private let unwrappers: [any KeyUnwrapper]
  private let keys: SOPSKeySource
  private let wantsPlaintext: Bool

  /// - Parameters:
  ///   - ring: what opens the manifest.
  ///   - wantsPlaintext: whether to show plaintext, if it goes to a terminal; the configuration may
  ///     want it too.
  public init(ring: KeyRing, wantsPlaintext: Bool) {
    unwrappers = ring.unwrappers
    keys = ring.sops
    self.wantsPlaintext = wantsPlaintext
  }

  /// The text for a file.
  ///
  /// What cannot be opened is shown with fingerprints of what is there, what is no manifest as it
  /// is: a difference must not fail for it.
  ///
  /// - Throws: only when the file cannot be read.
  public func text(of path: String) throws(WorkspaceError) -> WipedBuffer {
    let file: FileSnapshot
    do { file = try Files.read(path, limit: 1 << 30) } catch {
      throw WorkspaceError(reading: error)
    }
    return text(of: file.bytes.bytes, path: path)
  }

  private func text(of source: Span<UInt8>, path: String) -> WipedBuffer {
    if let file = (try? SOPSText.read(source, path: path)).flatMap({ $0 }) {
      return SOPSDiffText(file: file, keys: keys).text(source, showsPlaintext: mayShowPlaintext)
    }
    guard SealedTraces.areIn(source), var sealer = try? ManifestSealer() else {
      return WipedBuffer(copying: source)
    }
    if mayShowPlaintext, let opened = try? sealer.open(source, unwrappers: unwrappers) {
      return opened.takeText()
    }
    do throws(WorkspaceError) {
      let key = try RepositoryFolder().fingerprintKey()
      do throws(EnvelopeError) {
        return try sealer.fingerprint(source, unwrappers: unwrappers, key: key)
      } catch { throw WorkspaceError(error, path: nil) }
    } catch { return WipedBuffer(copying: source) }
  }

  /// Plaintext is for a terminal, and never for git's cache of converted texts.
  private var mayShowPlaintext: Bool {
    guard GitTerminal.isReader else { return false }
    let git = GitProgram()
    let isWanted = wantsPlaintext || git.line(["config", Self.configurationName]) == "plaintext"
    return isWanted
      && git.line(["config", "--type=bool", "diff.sealwax.cachetextconv"]) != "true"
  }
}
