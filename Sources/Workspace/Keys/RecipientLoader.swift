internal import Age
internal import CryptoCore
public import Envelope
internal import Platform
internal import YAMLSource

/// Turns what people write for recipients into what wraps data keys.
public enum RecipientLoader {
  /// The folder with files of recipients, `NAME.pub`, beside a policy.
  public static let folderName = "Keys"
  private static let suffix = ".pub"

  /// The recipients of a command line, without repetitions.
  ///
  /// - Parameters:
  ///   - texts: recipients, or names of files in `Keys`.
  ///   - files: files with recipients, one a line.
  ///   - kekFiles: files with key-encryption keys.
  /// - Throws: `.configuration` when one is none.
  public static func wrappers(
    texts: [String], files: [String], kekFiles: [String]
  ) throws(WorkspaceError) -> [any KeyWrapper] {
    var wrappers: [any KeyWrapper] = try find(texts: texts, files: files).map(\.wrapper)
    for file in kekFiles { wrappers.append(try kek(file)) }
    return unique(wrappers)
  }

  /// The age recipients of a command line, and their texts.
  static func ageRecipients(
    texts: [String], files: [String]
  ) throws(WorkspaceError) -> (recipients: [any Recipient], texts: [String]) {
    let found = try find(texts: texts, files: files)
    return (found.map(\.recipient), found.map(\.text))
  }

  /// The texts of the recipients in a file.
  static func texts(inFile path: String) throws(WorkspaceError) -> [String] {
    try read(path, name: nil).map(\.text)
  }

  /// A recipient, its text, and what it is called.
  private struct Found {
    let recipient: any Recipient
    let text: String
    let name: String?

    var wrapper: any KeyWrapper { AgeKeyWrapper(recipient, text: text, name: name) }
  }

  private static func find(
    texts: [String], files: [String]
  ) throws(WorkspaceError) -> [Found] {
    var found: [Found] = []
    for text in texts {
      if isRecipient(text) {
        found.append(try parse(text))
      } else {
        let policy = try PolicyFinder().policy(inOrAbove: ".")
        found += try named(text, in: policy?.folder ?? ".")
      }
    }
    for file in files { found += try read(file, name: nil) }
    return found
  }

  /// The recipients of a rule of a policy, those that everything has included.
  ///
  /// - Throws: `.configuration` when one is none, or is one for whom nothing may be sealed.
  static func wrappers(
    for rule: Policy.Rule, of policy: Policy
  ) throws(WorkspaceError) -> [any KeyWrapper] {
    var wrappers = try self.wrappers(rule.recipients, of: policy)
    for reference in rule.kekFiles {
      wrappers.append(try kek(reference, of: policy, at: kekFile(reference.text, of: policy)))
    }
    return try permitted(wrappers, by: policy, at: rule.position)
  }

  /// Recipients with those that a policy asks for everywhere, each once.
  ///
  /// - Throws: `.configuration` when one of them is one for whom nothing may be sealed.
  static func permitted(
    _ wrappers: [any KeyWrapper], by policy: Policy, at position: SourcePosition?
  ) throws(WorkspaceError) -> [any KeyWrapper] {
    var all = wrappers
    for policy in policy.withAround { all += try self.wrappers(policy.required, of: policy) }
    all = unique(all)
    try check(all.map(\.recipient), by: policy, at: position)
    return all
  }

  /// Refuses recipients for whom a policy, or one around it, lets nothing be sealed.
  ///
  /// - Throws: `.configuration`.
  static func check(
    _ recipients: [RecipientDescription], by policy: Policy, at position: SourcePosition?
  ) throws(WorkspaceError) {
    for owner in policy.withAround {
      let forbidden = try Set(wrappers(owner.forbidden, of: owner).map(\.recipient.key))
      guard let found = recipients.first(where: { forbidden.contains($0.key) }) else { continue }
      let name = owner.path == policy.path ? "the policy" : escapedForTerminal(owner.path)
      throw WorkspaceError(
        .configuration, "nothing may be sealed for \(escapedForTerminal(found.label))",
        path: policy.path, position: position,
        hints: ["\(name) names them under 'forbidden'"])
    }
    for recipient in recipients where recipient.kind == .kek {
      guard let found = policy.kek(recipient.text), let day = found.entry.retired else { continue }
      throw WorkspaceError(
        .configuration,
        "nothing may be sealed under \(found.entry.label), which is retired since \(day)",
        path: policy.path, position: position,
        hints: [
          "'keks' of \(escapedForTerminal(found.policy.path)), line "
            + "\(found.entry.position.line), says so: seal for the key that took its place"
        ])
    }
  }

  /// The recipients for whom a policy, or one around it, lets nothing be sealed, by their keys;
  /// key-encryption keys that are retired are not among them.
  static func forbidden(by policy: Policy) throws(WorkspaceError) -> Set<String> {
    var keys: Set<String> = []
    for policy in policy.withAround {
      keys.formUnion(try wrappers(policy.forbidden, of: policy).map(\.recipient.key))
    }
    return keys
  }

  /// What the references of a policy stand for.
  static func wrappers(
    _ references: [Policy.Reference], of policy: Policy
  ) throws(WorkspaceError) -> [any KeyWrapper] {
    var wrappers: [any KeyWrapper] = []
    for reference in references {
      if let group = policy.groups[reference.text] {
        for member in group { wrappers += try self.wrappers(member, of: policy) }
      } else {
        wrappers += try self.wrappers(reference, of: policy)
      }
    }
    return wrappers
  }

  private static func wrappers(
    _ reference: Policy.Reference, of policy: Policy
  ) throws(WorkspaceError) -> [any KeyWrapper] {
    do throws(WorkspaceError) {
      if isRecipient(reference.text) { return [try parse(reference.text).wrapper] }
      return try named(reference.text, in: policy.folder).map(\.wrapper)
    } catch {
      guard error.path == nil else { throw error }
      throw WorkspaceError(
        .configuration, error.message, path: policy.path, position: reference.position,
        hints: error.hints)
    }
  }

  /// Refuses what is no recipient, and names without a file in a folder's `Keys`.
  ///
  /// - Throws: `.configuration`.
  static func check(_ texts: [String], in folder: String) throws(WorkspaceError) {
    for text in texts {
      _ = try isRecipient(text) ? [parse(text)] : named(text, in: folder)
    }
  }

  private static func isRecipient(_ text: String) -> Bool {
    text.hasPrefix("age1") || text.hasPrefix("ssh-")
  }

  private static func named(
    _ name: String, in folder: String
  ) throws(WorkspaceError) -> [Found] {
    let shown = escapedForTerminal(name)
    guard !SecretKeyText.isIn(name) else {
      throw WorkspaceError(
        .configuration, "a secret key is no recipient",
        hints: ["name its public part, which 'sealwax keys --recipients FILE' prints"])
    }
    guard RecipientDescription.isName(name), !name.hasPrefix(".") else {
      throw WorkspaceError(
        .configuration, "'\(shown)' is no recipient, and no name of one",
        hints: [
          Files.exists(name)
            ? fileHint
            : "recipients begin with age1 or ssh-; names are files \(folderName)/NAME\(suffix)"
        ])
    }
    let path = path(of: name, in: folder)
    guard Files.exists(path) else {
      throw WorkspaceError(
        .configuration,
        "there is no recipient named '\(shown)': no \(folderName)/\(shown)\(suffix)",
        hints: [
          Files.exists(name)
            ? fileHint
            : "write the recipient of \(shown) (age1..., ssh-ed25519 ...) into that file"
        ])
    }
    let file = try TrustedFile.read(path)
    return try found(in: file.bytes.bytes, path, name: name)
  }

  private static let fileHint = "a file with recipients is named with --recipients-file (-R)"

  /// The file of a named recipient, beside a policy in a folder.
  static func path(of name: String, in folder: String) -> String {
    PathParts.join(PathParts.join(folder, folderName), name + suffix)
  }

  /// The name of the recipients in a file of `Keys`; nil for other files.
  static func name(ofFile file: String) -> String? {
    file.hasSuffix(suffix) && !file.hasPrefix(".") ? String(file.dropLast(suffix.count)) : nil
  }

  private static func parse(_ text: String) throws(WorkspaceError) -> Found {
    do {
      return Found(
        recipient: try RecipientParser.parse(text, interaction: TerminalInteraction()),
        text: text, name: comment(of: text))
    } catch {
      throw WorkspaceError(.configuration, "\(shown(text)): not a recipient: \(error)")
    }
  }

  /// As much of a recipient as tells it from others.
  private static func shown(_ text: String) -> String {
    let most = 40
    let start = escapedForTerminal(String(text.unicodeScalars.prefix(most)))
    return "'\(start)\(text.unicodeScalars.count > most ? "..." : "")'"
  }

  /// The comment behind an SSH key, where it can serve as a name.
  private static func comment(of text: String) -> String? {
    let fields = text.split(separator: " ")
    return text.hasPrefix("ssh-") && fields.count == 3 ? String(fields[2]) : nil
  }

  private static func read(
    _ path: String, name: String?
  ) throws(WorkspaceError) -> [Found] {
    let file = try KeyFileText(path)
    return try found(in: file.bytes.bytes, path, name: name)
  }

  private static func found(
    in text: Span<UInt8>, _ path: String, name: String?
  ) throws(WorkspaceError) -> [Found] {
    let recipients: [ParsedRecipient]
    do {
      recipients = try RecipientsFile.parse(text, interaction: TerminalInteraction())
    } catch { throw WorkspaceError(error, path: path) }
    // Not "the policy's instead": this file was named.
    guard !recipients.isEmpty else {
      throw WorkspaceError(.configuration, "there is no recipient in it", path: path)
    }
    return recipients.map { found in
      Found(recipient: found.recipient, text: found.text, name: name ?? comment(of: found.text))
    }
  }

  /// Where a file of a key-encryption key is that a policy names.
  static func kekFile(_ text: String, of policy: Policy) -> String {
    text.hasPrefix("/") ? text : PathParts.join(policy.folder, text)
  }

  /// The key-encryption key in a file that a policy names.
  ///
  /// - Throws: `.configuration`, also when the policy lists another key with this file.
  private static func kek(
    _ reference: Policy.Reference, of policy: Policy, at path: String
  ) throws(WorkspaceError) -> KEKWrapper {
    let found = try kek(path)
    let listed = policy.keks.first { $0.file == reference.text }
    guard let listed, listed.id != found.recipient.text else { return found }
    throw WorkspaceError(
      .configuration, "its key is \(found.recipient.text), and the policy lists \(listed.id)",
      path: path,
      hints: [
        "see 'keks' of \(escapedForTerminal(policy.path)), line "
          + "\(listed.position.line)"
      ])
  }

  /// What is known of a key-encryption key that a policy names: from its file, else from the list;
  /// nil when it is in neither.
  static func kekDescription(
    _ reference: Policy.Reference, of policy: Policy
  ) throws(WorkspaceError) -> RecipientDescription? {
    let path = kekFile(reference.text, of: policy)
    if Files.exists(path) { return try kek(reference, of: policy, at: path).recipient }
    return policy.keks.first { $0.file == reference.text }.map { listed in
      RecipientDescription(kind: .kek, text: listed.id, name: kekName(path))
    }
  }

  /// What a key-encryption key is called, by its file.
  static func kekName(_ path: String) -> String {
    let name = PathParts(path).name
    return name.hasSuffix(".kek") ? String(name.dropLast(4)) : name
  }

  static func kek(_ path: String) throws(WorkspaceError) -> KEKWrapper {
    KEKWrapper(try KeyFiles.keyEncryptionKey(path), name: kekName(path))
  }

  private static func unique(_ wrappers: [any KeyWrapper]) -> [any KeyWrapper] {
    var seen: Set<String> = []
    return wrappers.filter { wrapper in
      seen.insert(wrapper.recipient.key).inserted
    }
  }
}
