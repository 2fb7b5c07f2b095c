internal import CloudKeys
internal import CryptoCore
internal import Platform
public import SOPSFormat

/// Publishes SOPS files where the destination rules of a `.sops.yaml` say.
public struct SOPSPublisher: Sendable {
  private let rules: SOPSDestinationRules
  private let path: String
  private let publisher = CloudPublisher()

  /// A file that is ready to be uploaded.
  public struct Publication: ~Copyable {
    /// Where it goes, as it is shown to the user.
    public let address: String
    /// What becomes of its recipients, a line each; empty when they stay.
    public let changes: [String]
    fileprivate let name: String
    fileprivate let destination: SOPSDestination
    fileprivate let content: WipedBuffer
    fileprivate let isPlaintext: Bool
  }

  /// Reads the rules.
  ///
  /// - Throws: `.configuration` with the position, or when another user could have written them: they
  ///   say who can read what is published.
  public init(configuration path: String) throws(WorkspaceError) {
    let file = try TrustedFile.read(path)
    do { rules = try SOPSDestinationRules.read(file.bytes.bytes) } catch {
      throw WorkspaceError(configuration: error, path: path)
    }
    self.path = path
  }

  /// Vault takes requests of 32 MiB; encrypted, values are larger.
  private static let maximumByteCountForVault = 64 << 20

  private func rule(for file: String) throws(WorkspaceError) -> SOPSDestinationRules.Rule {
    do { return try rules.rule(for: file) } catch {
      throw WorkspaceError(configuration: error, path: path)
    }
  }

  /// Whether a file has to be opened: to be encrypted anew, or because Vault holds values.
  ///
  /// - Throws: `.configuration` when no rule is for it.
  public func needsKey(for file: String) throws(WorkspaceError) -> Bool {
    let rule = try rule(for: file)
    if case .vault = rule.destination { return true }
    return rule.recreation != nil
  }

  /// Makes what is uploaded.
  ///
  /// - Parameters:
  ///   - name: the file's name there, with folders.
  ///   - omitsExtension: whether what stands behind the name's last dot is left out, whatever the
  ///     rule says.
  ///   - keys: nil where none are needed.
  /// - Throws: `.configuration`; `.malformed` for a file that is not encrypted as a whole;
  ///   `.noIdentity`.
  public func prepare(
    _ document: borrowing SOPSDocument, _ file: SOPSFile, as name: String, omitsExtension: Bool,
    keys: SOPSKeys?, layout: SOPSLayout
  ) throws(WorkspaceError) -> Publication {
    let source = document.path ?? "-"
    let rule = try rule(for: source)
    let name = omitsExtension || rule.omitsExtensions ? Self.withoutExtension(name) : name
    guard !name.isEmpty, !name.hasSuffix("/") else {
      throw WorkspaceError(.usage, "without its extension the file has no name", path: source)
    }
    if let problem = file.inspect().problems.first {
      throw WorkspaceError(
        SOPSError(problem.code, problem.message, at: problem.position), path: source)
    }
    var changes: [String] = []
    let content: WipedBuffer
    var isPlaintext = false
    if case .vault = rule.destination {
      guard document.bytes.count <= Self.maximumByteCountForVault else {
        throw WorkspaceError(
          .malformed, "it is larger than what Vault takes as one secret", path: source)
      }
      isPlaintext = true
      content = try Self.fields(of: file, keys, source)
    } else if let recreation = rule.recreation {
      content = try encrypt(file, recreation, keys, layout, source, &changes)
    } else {
      content = WipedBuffer(copying: document.bytes.bytes)
    }
    do {
      return Publication(
        address: try CloudPublisher.address(of: name, in: rule.destination), changes: changes,
        name: name, destination: rule.destination, content: content, isPlaintext: isPlaintext)
    } catch { throw Self.failure(error, source) }
  }

  /// Uploads a file; returns false when it is there already.
  ///
  /// - Throws: `.configuration` when credentials are missing or the server is not to be trusted;
  ///   `.other` when the service refuses or cannot be reached.
  public func publish(
    _ publication: borrowing Publication, of path: String
  ) throws(WorkspaceError) -> Bool {
    do {
      if publication.isPlaintext {
        return try publisher.write(
          publication.content.bytes, named: publication.name, to: publication.destination)
      }
      try publisher.upload(
        publication.content.bytes, named: publication.name, to: publication.destination)
      return true
    } catch { throw Self.failure(error, path) }
  }

  private static func withoutExtension(_ name: String) -> String {
    let start = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
    guard let dot = name[start...].lastIndex(of: ".") else { return name }
    return String(name[..<dot])
  }

  private static func dataKey(
    of file: SOPSFile, _ keys: SOPSKeys?, _ path: String
  ) throws(WorkspaceError) -> SOPSDataKey {
    guard let keys else { throw WorkspaceError(.noIdentity, "no key is at hand", path: path) }
    return try keys.dataKey(of: file.metadata, path: path)
  }

  private static func fields(
    of file: SOPSFile, _ keys: SOPSKeys?, _ path: String
  ) throws(WorkspaceError) -> WipedBuffer {
    let key = try dataKey(of: file, keys, path)
    do { return try file.fields(key) } catch { throw WorkspaceError(error, path: path) }
  }

  private func encrypt(
    _ file: SOPSFile, _ rule: SOPSCreationRules.Rule, _ keys: SOPSKeys?, _ layout: SOPSLayout,
    _ source: String, _ lines: inout [String]
  ) throws(WorkspaceError) -> WipedBuffer {
    let key = try Self.dataKey(of: file, keys, source)
    guard let keys else { throw WorkspaceError(.noIdentity, "no key is at hand", path: source) }
    let settings: SOPSSettings
    do { settings = try keys.settings(rule) } catch {
      throw WorkspaceError(configuration: error, path: path)
    }
    let changes = SOPSKeyChanges(
      of: file.metadata, to: settings, threshold: settings.shamirThreshold ?? 0)
    do {
      var writer = SOPSWriter(date: .now, layout: layout)
      let text = try writer.rotate(file, key, settings: settings)
      lines = changes.isChange ? changes.lines : []
      return text
    } catch { throw WorkspaceError(error, path: source) }
  }

  private static func failure(_ error: CloudError, _ path: String) -> WorkspaceError {
    switch error.code {
    case .malformedName, .notConfigured, .untrustedAddress, .missingProgram:
      WorkspaceError(.configuration, error.message, path: path)
    default: WorkspaceError(.other, error.message, path: path)
    }
  }
}
