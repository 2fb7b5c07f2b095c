internal import CryptoCore
internal import Envelope
internal import Platform

/// What of policies and `Keys` has to change, so that nothing is sealed for somebody any more.
///
/// Policies are written first, so that nothing new is sealed for them from then on; then manifests
/// get new data keys; files in `Keys` go last, so that the same command can be run again after it
/// was cut short, and finds out whom it is about.
public struct Revocation: Sendable {
  /// A policy as it will be.
  public struct PolicyChange: Sendable {
    /// Its path.
    public let path: String
    /// What is taken out, as it is written there.
    public let removed: [String]
    /// Recipients for whom nothing may be sealed any more.
    public let forbidden: [String]
    fileprivate let text: [UInt8]
    fileprivate let identity: FileIdentity
    fileprivate let policy: Policy
  }

  /// A file of `Keys` as it will be.
  public struct KeyFileChange: Sendable {
    /// Its path.
    public let path: String
    /// Whether it goes, or some of its lines do.
    public let isRemoved: Bool
    fileprivate let text: [UInt8]
    fileprivate let identity: FileIdentity
  }

  /// The policies.
  public private(set) var policies: [PolicyChange] = []
  /// The files of `Keys`.
  public private(set) var keyFiles: [KeyFileChange] = []
  private var replacements: [PathKey: [UInt8]] = [:]

  /// Finds out what has to change; changes nothing.
  ///
  /// - Parameters:
  ///   - exposure: Whom it is about.
  ///   - folder: Where policies are looked for.
  /// - Throws: `.configuration` for a policy that a program cannot change, or that would leave nobody.
  public init(_ exposure: Exposure, in folder: String) throws(WorkspaceError) {
    let match = exposure.named
    for path in try Self.policies(in: folder) {
      let keys = PathParts.join(PathParts(path).folder, RecipientLoader.folderName)
      let files = try Self.keyFiles(in: keys, match)
      keyFiles += files.changes
      let policy = try PolicyReader.read(path)
      let removal = PolicyRemoval(
        isRevoked: { text, isKEK in
          isKEK
            ? Self.isRevoked(kekFile: text, of: policy, match)
            : files.names.contains(text) || match.keys.contains(Self.key(ofRecipient: text))
              || (match.names.contains(text) && policy.groups[text] == nil)
        }, forbidden: Self.forbidden(exposure))
      let file = try TrustedFile.read(path)
      let changed = try removal.text(of: [UInt8](copying: file.bytes.bytes), path: path)
      var edit = KEKPolicyEdit(changed.text, path: path)
      let keks = policy.keks.filter {
        $0.retired == nil && match.keys.contains("\(RecipientKind.kek.rawValue) \($0.id)")
      }.map(\.id)
      for kek in keks {
        try edit.add("retired", String(WallClock.timestamp().prefix(10)), toEntryOf: kek)
      }
      guard !changed.removed.isEmpty || !changed.added.isEmpty || !keks.isEmpty else { continue }
      let new = try PolicyReader.read(edit.text.span, path: path, folder: policy.folder)
      for path in [path, policy.path] { replacements[PathKey(path)] = edit.text }
      policies.append(
        PolicyChange(
          path: path, removed: changed.removed, forbidden: changed.added + keks,
          text: edit.text, identity: file.identity, policy: new))
    }
    for change in policies {
      for rule in change.policy.rules where rule.kekFiles.isEmpty {
        guard try RecipientLoader.wrappers(for: rule, of: change.policy).isEmpty else { continue }
        throw WorkspaceError(
          .configuration, "a rule of the policy would have no recipient left", path: change.path,
          position: rule.position, hints: ["name another one in it first"])
      }
    }
  }

  /// Policies as they will be.
  public var futurePolicies: PolicyFinder { PolicyFinder(replacing: replacements) }

  /// Writes the policies.
  public func writePolicies() throws(WorkspaceError) {
    for change in policies {
      do {
        try AtomicFile.write(
          change.text.span, to: change.path, expecting: .unchanged(change.identity))
      } catch { throw WorkspaceError(writing: error).at(change.path) }
    }
  }

  /// Removes, or shortens, the files of `Keys`.
  public func writeKeyFiles() throws(WorkspaceError) {
    for change in keyFiles {
      do throws(PlatformError) {
        if change.isRemoved {
          try Files.remove(change.path)
        } else {
          try AtomicFile.write(
            change.text.span, to: change.path, expecting: .unchanged(change.identity))
        }
      } catch { throw WorkspaceError(writing: error).at(change.path) }
    }
  }

  // MARK: What there is

  static func policies(in folder: String) throws(WorkspaceError) -> [String] {
    var found: [String] = []
    if let above = try PolicyFinder().policy(inOrAbove: folder)?.path { found.append(above) }
    var filter = TreeFilter()
    filter.wantsFile = { $0 == Policy.fileName }
    do throws(PlatformError) {
      try FileTree.walk(try Files.realPath(folder), filter: filter) { item in
        if case .file(let path) = item, !found.contains(path) { found.append(path) }
        return true
      }
    } catch { throw WorkspaceError(reading: error) }
    return found
  }

  /// The files of `Keys` that change, and the names that nobody goes by any more.
  private static func keyFiles(
    in folder: String, _ match: KeyMatch
  ) throws(WorkspaceError) -> (changes: [KeyFileChange], names: Set<String>) {
    var paths: [String] = []
    // Without a folder there are none.
    try? FileTree.walk(folder) { item in
      if case .file(let path) = item, PathParts(path).folder == folder { paths.append(path) }
      return true
    }
    var changes: [KeyFileChange] = []
    var names: Set<String> = []
    for path in paths {
      guard let name = RecipientLoader.name(ofFile: PathParts(path).name) else { continue }
      let recipients = try RecipientLoader.texts(inFile: path).map(key(ofRecipient:))
      let isNamed = match.names.contains(name)
      guard isNamed || recipients.contains(where: match.keys.contains) else { continue }
      let isRemoved = isNamed || recipients.allSatisfy(match.keys.contains)
      if isRemoved { names.insert(name) }
      let file = try TrustedFile.read(path)
      let text = String(decoding: [UInt8](copying: file.bytes.bytes), as: UTF8.self)
      let left = text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
        !match.keys.contains(key(ofRecipient: String(line.filter { $0 != "\r" })))
      }
      changes.append(
        KeyFileChange(
          path: path, isRemoved: isRemoved, text: Array(left.joined(separator: "\n").utf8),
          identity: file.identity))
    }
    return (changes, names)
  }

  private static func key(ofRecipient text: String) -> String {
    "\(RecipientKind.age.rawValue) \(AgeRecipientText.encode(text))"
  }

  private static func isRevoked(
    kekFile text: String, of policy: Policy, _ match: KeyMatch
  ) -> Bool {
    let key = try? KeyFiles.keyEncryptionKey(RecipientLoader.kekFile(text, of: policy))
    guard let id = key?.id ?? policy.keks.first(where: { $0.file == text })?.id else {
      return false
    }
    return match.keys.contains("\(RecipientKind.kek.rawValue) \(id)")
  }

  /// Age and SSH recipients, which a policy can forbid.
  private static func forbidden(_ exposure: Exposure) -> [(text: String, name: String?)] {
    var names: [String: String] = [:]
    for recipient in exposure.recipients {
      names[recipient.key] = recipient.name ?? names[recipient.key]
    }
    return exposure.named.keys.sorted().compactMap { key in
      let fields = key.split(separator: " ", maxSplits: 1).map(String.init)
      guard fields.count == 2, fields[0] == RecipientKind.age.rawValue else { return nil }
      let text = AgeRecipientText.decode(fields[1])
      // What old versions call a recipient need not be one.
      guard text.hasPrefix("age1") || text.hasPrefix("ssh-"),
        (try? RecipientLoader.wrappers(texts: [text], files: [], kekFiles: [])) != nil
      else { return nil }
      return (text, names[key])
    }
  }
}
