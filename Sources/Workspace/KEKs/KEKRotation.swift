internal import CryptoCore
public import Envelope
public import Findings
internal import Platform

/// The rotation of a symmetric key-encryption key.
///
/// The new key is made first, then the policies name it in the old one's place and say so of the old
/// one; both are good while manifests move. When nothing lies under the old one, the policies retire
/// it. All that a rotation has come to stands in the policies, so that the same command goes on where
/// another one was cut short.
public struct KEKRotation: Sendable {
  /// The id of the key that is rotated.
  public let old: String
  /// What to call it.
  public let label: String
  /// The id of the key in its place; nil until it is made.
  public private(set) var replacement: String?
  /// Where the new key's file is, or will be; nil when the policies tell of none and have done with
  /// the old key.
  public let newFile: String?
  /// The policies that name it.
  public var policies: [String] { places.map(\.path) }
  /// Whether all policies name the new key already.
  public private(set) var isBegun: Bool
  /// Whether all policies have retired the old one.
  public private(set) var isRetired: Bool
  /// The old key itself, if its file is at hand, to open with.
  public let oldKey: KeyEncryptionKey?

  private var places: [KEKPlace]
  /// An existing key, that somebody else made.
  private let isGiven: Bool
  private let today: CalendarDate

  /// Finds out how far a rotation is; changes nothing.
  ///
  /// - Parameters:
  ///   - key: The old key: its id, its name, or its file.
  ///   - folder: Where policies are looked for.
  ///   - output: Where the new key goes; nil to choose a name beside the old one.
  ///   - given: A file with a new key that is there.
  ///   - today: The day, in UTC.
  /// - Throws: `.noInput` for a key that no policy names, `.configuration`, `.usage`, `.cannotCreate`.
  public init(
    _ key: String, in folder: String, output: String?, given: String?, today: CalendarDate
  ) throws(WorkspaceError) {
    // What is there would be read for a key, and a pipe waited for.
    if let refusal = output.flatMap(OutputPlace.refusal) { throw refusal }
    var all: [KEKPlace] = []
    for path in try Revocation.policies(in: folder) { all.append(try KEKPlace(path)) }
    let old = try Self.id(of: key, all)
    let places = all.filter { $0.concerns(old) }
    guard let first = places.first else {
      throw WorkspaceError(
        .noInput, "no policy here names the key-encryption key \(escapedForTerminal(key))",
        hints: ["'sealwax kek list' shows those that are named"])
    }
    let entries = places.compactMap { $0.entry(old) }
    let names = entries.compactMap(\.name) + places.flatMap { $0.files(of: old) }
    label = names.first.map { "\(RecipientLoader.kekName($0)) (\(old))" } ?? old
    let replacements = Set(entries.compactMap(\.replacement))
    guard replacements.count <= 1 else {
      throw WorkspaceError(
        .configuration, "policies name several keys in the place of \(old)", path: first.path,
        hints: ["let 'replaced-by' be the same in all of them"])
    }
    self.old = old
    self.today = today
    self.places = places
    isGiven = given != nil
    replacement = replacements.first
    isBegun = places.allSatisfy { place in
      place.files(of: old).isEmpty && (place.entry(old).map { $0.state != .current } ?? true)
    }
    isRetired = places.allSatisfy { $0.entry(old)?.retired != nil }
    oldKey = Self.oldKey(old, key, places)
    newFile =
      isBegun && replacement == nil
      ? nil : try Self.newFile(places, old, replacement, output: output ?? given, today)
    if isBegun || replacement != nil, let named = output ?? given,
      newFile.map({ ResolvedPath.file($0) == ResolvedPath.file(named) }) != true
    {
      throw WorkspaceError(
        .usage, "the rotation of \(old) has begun with another key",
        hints: ["run it without --output and --with"])
    }
  }

  /// The folder that a rotation is about: the repository's; outside of one, that of the outermost
  /// policy above the working folder.
  public static func folder() throws(WorkspaceError) -> String {
    let root = RepositoryRoot.folder()
    guard root == ".", let policy = try PolicyFinder().policy(inOrAbove: ".") else { return root }
    let outermost = policy.around.last ?? policy
    return outermost.folder == ResolvedPath.folder(".") ? root : outermost.folder
  }

  // MARK: What there is

  private static func id(
    of key: String, _ places: [KEKPlace]
  ) throws(WorkspaceError) -> String {
    guard !SecretKeyText.isIn(key) else {
      throw WorkspaceError(
        .usage, "a secret key is not to be named on a command line, which others can see",
        hints: ["name its id, its name in the policy, or its file"])
    }
    if ListedKEK.isID(key) { return key }
    var ids = Set(places.flatMap { $0.ids(named: key) })
    if ids.isEmpty, Files.exists(key) { return try KeyFiles.keyEncryptionKey(key).id }
    if ids.count > 1 {
      // One name may go from key to key: the one that is not done with is meant.
      let entries = places.flatMap(\.policy.keks).filter { ids.contains($0.id) }
      let open = Set(entries.filter { $0.state == .replaced }.map(\.id))
      let retired = Set(entries.filter { $0.state == .retired }.map(\.id))
      ids = open.isEmpty ? ids.subtracting(retired) : open.subtracting(retired)
    }
    if ids.isEmpty, places.contains(where: { $0.names(key) }) {
      throw WorkspaceError(
        .configuration, "its file is not at hand, and no 'keks' says which key is in it", path: key,
        hints: ["list it with its id and this file (docs/policy.md)"])
    }
    guard let id = ids.first else {
      throw WorkspaceError(
        .noInput, "no policy here names the key-encryption key \(escapedForTerminal(key))",
        hints: ["'sealwax kek list' shows those that are named"])
    }
    guard ids.count == 1 else {
      throw WorkspaceError(
        .usage, "several keys are called \(escapedForTerminal(key))",
        hints: ["name one by its id: \(ids.sorted().joined(separator: ", "))"])
    }
    return id
  }

  private static func oldKey(
    _ id: String, _ key: String, _ places: [KEKPlace]
  ) -> KeyEncryptionKey? {
    var paths = ListedKEK.isID(key) ? [] : [key]
    for place in places {
      let names = place.files(of: id) + [place.entry(id)?.file].compactMap { $0 }
      paths += names.map { RecipientLoader.kekFile($0, of: place.policy) }
    }
    for path in paths where Files.exists(path) {
      if let found = try? KeyFiles.keyEncryptionKey(path), found.id == id { return found }
    }
    return nil
  }

  /// Where the new key is, or will be.
  private static func newFile(
    _ places: [KEKPlace], _ old: String, _ replacement: String?, output: String?,
    _ today: CalendarDate
  ) throws(WorkspaceError) -> String {
    if let replacement {
      for place in places {
        if let file = place.entry(replacement)?.file {
          return RecipientLoader.kekFile(file, of: place.policy)
        }
      }
    }
    if let output { return output }
    for place in places {
      guard let file = place.files(of: old).first ?? place.entry(old)?.file else { continue }
      let path = RecipientLoader.kekFile(file, of: place.policy)
      let name = "\(undated(RecipientLoader.kekName(path)))-\(today).kek"
      return PathParts.join(PathParts(path).folder, name)
    }
    throw WorkspaceError(
      .usage, "nothing says where the file of \(old) is, and so where the new one goes",
      hints: ["name the new file with --output"])
  }

  /// A name without the day behind it.
  private static func undated(_ name: String) -> String {
    guard name.utf8.count > 11, CalendarDate(name.suffix(10)) != nil,
      name.dropLast(10).hasSuffix("-")
    else { return name }
    return String(name.dropLast(11))
  }

  // MARK: Beginning

  /// Makes the new key where there is none yet, and has the policies name it.
  ///
  /// - Throws: `.cannotCreate` when there is a file in its place, `.configuration` for a policy that a
  ///   program cannot change: nothing is changed then.
  public mutating func begin() throws(WorkspaceError) {
    guard !isBegun, let newFile else { return }
    // All edits are tried before anything is made.
    for place in places { _ = try begun(place, replacement ?? Self.sampleID(like: old), newFile) }
    let new = if let replacement { replacement } else { try makeKey(newFile) }
    var texts: [[UInt8]] = []
    for place in places { texts.append(try begun(place, new, newFile)) }
    try write(texts)
    replacement = new
    isBegun = true
    journal(newFile, new).finish()
  }

  /// What remembers, by its id, that a new key is ours although no policy names it yet.
  private func journal(_ newFile: String, _ new: String) -> RunJournal {
    RunJournal(command: Self.command(old, newFile, new), isNew: false)
  }

  private static func command(_ old: String, _ newFile: String, _ new: String) -> [String] {
    ["kek rotate", old, newFile, new]
  }

  /// An id that stands for one that is to come.
  private static func sampleID(like id: String) -> String {
    "\(id.prefix { $0 != ":" }):ffffffffffffffff"
  }

  private func makeKey(_ newFile: String) throws(WorkspaceError) -> String {
    if Files.exists(newFile) {
      let key = try KeyFiles.keyEncryptionKey(newFile)
      // One that lies there may be anybody's: it is taken when a run that was cut short made it.
      guard isGiven || RunJournal.isOpen(command: Self.command(old, newFile, key.id)) else {
        throw WorkspaceError(
          .cannotCreate, "it already exists", path: newFile,
          hints: [
            "keys are never overwritten: choose another name with --output",
            "--with takes a key that is there",
          ])
      }
      guard key.id != old, !places.contains(where: { $0.entry(key.id) != nil }) else {
        throw WorkspaceError(
          .configuration, "its key \(key.id) is known to the policy already", path: newFile,
          hints: ["a rotation takes a new key"])
      }
      return key.id
    }
    guard !isGiven else {
      throw WorkspaceError(.noInput, "there is no such file", path: newFile)
    }
    guard let cipher = CipherName(rawValue: String(old.prefix { $0 != ":" })) else {
      throw WorkspaceError(.configuration, "\(old) is no id of a key-encryption key")
    }
    let key = try NewKey.generate(.keyEncryptionKey(cipher))
    _ = journal(newFile, key.publicText)
    try NewKey.write(key.fileText.bytes, to: newFile)
    return key.publicText
  }

  /// The text of a policy that names the new key in the old one's place.
  private func begun(
    _ place: KEKPlace, _ new: String, _ newFile: String
  ) throws(WorkspaceError) -> [UInt8] {
    var edit = KEKPolicyEdit(place.text, path: place.path)
    let files = Set(place.files(of: old))
    let entry = place.entry(old)
    let oldFile = files.sorted().first ?? entry?.file
    let file = place.reference(to: newFile, insteadOf: oldFile ?? "/")
    if !files.isEmpty { try edit.replaceFiles(where: files.contains, with: file) }
    var added: [KEKPolicyEdit.Entry] = []
    let hasNew = place.entry(new) != nil
    if !hasNew { added.append([("id", new), ("file", file), ("created", "\(today)")]) }
    if entry == nil {
      guard let created = created(oldFile, place) else {
        throw WorkspaceError(
          .configuration, "nothing says when \(old) was made", path: place.path,
          hints: ["list it first, with 'created', under 'keks' (docs/policy.md)"])
      }
      added.append(
        [("id", old)] + (oldFile.map { [("file", $0)] } ?? [])
          + [("created", "\(created)"), ("replaced-by", new)])
    }
    if !added.isEmpty { try edit.insert(added) }
    if let entry, entry.replacement == nil {
      try edit.add("replaced-by", new, toEntryOf: old)
    }
    let policy = try PolicyReader.read(
      edit.text.span, path: place.path, folder: place.policy.folder)
    guard policy.keks.contains(where: { $0.id == old && $0.replacement == new }),
      !policy.rules.flatMap(\.kekFiles).contains(where: { files.contains($0.text) })
    else { throw byHand(place) }
    return edit.text
  }

  /// When the old key was made, as its file says.
  private func created(_ file: String?, _ place: KEKPlace) -> CalendarDate? {
    file.flatMap { KeyFiles.created(RecipientLoader.kekFile($0, of: place.policy)) }
  }

  // MARK: Ending

  /// Has the policies refuse the old key from now on.
  ///
  /// - Throws: As `begin`.
  public mutating func retire() throws(WorkspaceError) {
    guard !isRetired else { return }
    var texts: [[UInt8]] = []
    for place in places { texts.append(try retired(place)) }
    try write(texts)
    isRetired = true
  }

  private func retired(_ place: KEKPlace) throws(WorkspaceError) -> [UInt8] {
    guard place.entry(old)?.retired == nil else { return place.text }
    var edit = KEKPolicyEdit(place.text, path: place.path)
    try edit.add("retired", "\(today)", toEntryOf: old)
    let policy = try PolicyReader.read(
      edit.text.span, path: place.path, folder: place.policy.folder)
    guard policy.keks.contains(where: { $0.id == old && $0.retired != nil }) else {
      throw byHand(place)
    }
    return edit.text
  }

  private func byHand(_ place: KEKPlace) -> WorkspaceError {
    WorkspaceError(
      .configuration, "a program cannot change what this policy says of \(old)", path: place.path,
      hints: ["see docs/policy.md for what 'keks' has to say, and run this again"])
  }

  /// Writes the policies that have changed, and reads all again.
  private mutating func write(_ texts: [[UInt8]]) throws(WorkspaceError) {
    for (place, text) in zip(places, texts) where text != place.text {
      do {
        try AtomicFile.write(
          text.span, to: place.path, expecting: .unchanged(place.identity))
      } catch { throw WorkspaceError(writing: error).at(place.path) }
    }
    var read: [KEKPlace] = []
    for place in places { read.append(try KEKPlace(place.path)) }
    places = read
  }

  /// Whether the new key's file is one that git would take in.
  public var isNewFileOpenToGit: Bool {
    guard let newFile else { return false }
    let git = GitProgram(folder: PathParts(newFile).folder)
    let whole = ResolvedPath.file(newFile) ?? newFile
    guard git.line(["rev-parse", "--is-inside-work-tree"]) == "true" else { return false }
    return git.line(["check-ignore", "--", whole]) == nil
  }
}
