internal import ArgumentParser
internal import CryptoCore
internal import EncryptionAtRest
internal import EtcdSnapshot
internal import Platform
internal import Workspace

/// `sealwax at-rest decrypt`.
struct SnapshotDecryptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decrypt",
    abstract: "Print objects of an etcd snapshot in plaintext.",
    discussion: """
      For the day when the API server cannot start and a value is needed. Secrets and ConfigMaps \
      are printed as YAML, everything else as it is stored. A key is what 'at-rest snapshot \
      --objects' shows, with or without the prefix. Nothing is printed unless every key opens.

      EXAMPLES
        sealwax at-rest decrypt backup.db secrets/shop/db --config enc.yaml > db.yaml
        sealwax at-rest decrypt backup.db secrets/shop/db --config enc.yaml --reveal
      """)

  @Argument(help: "A snapshot, or a copy of etcd's database.", completion: .file())
  var path: String

  @Argument(help: ArgumentHelp("What to print.", valueName: "key"))
  var keys: [String]

  @OptionGroup(title: "Keys") var options: SnapshotOptions

  @Flag(help: "Write to a terminal, where somebody may look over your shoulder.")
  var reveal = false

  @Flag(help: "Print the decrypted bytes as they are.")
  var raw = false

  func run() throws {
    guard reveal || !Terminal.isTerminal(1) else {
      throw WorkspaceError(
        .usage, "plaintext does not go to a terminal by itself",
        hints: ["write it to a file or a pipe, or add --reveal"])
    }
    guard !raw || keys.count == 1 else {
      throw WorkspaceError(
        .usage, "--raw prints one object: of several, nobody could tell where one ends")
    }
    var census = try options.census()
    let wanted = keys.map(etcdKey)
    census.keys = Set(wanted.map { Array($0.utf8) })
    var found: [String: StoredObject] = [:]
    _ = try SnapshotOptions.take(path, census) { object in
      found[object.key] = object
      return found.count < Set(wanted).count
    }
    var output = WipedBuffer()
    for (index, key) in wanted.enumerated() {
      guard let object = found[key] else {
        throw WorkspaceError(
          .noInput, "it has no live object '\(escapedForTerminal(key))'", path: path,
          hints: ["'sealwax at-rest snapshot --objects' lists them"])
      }
      guard let plaintext = object.plaintext else { throw closed(object) }
      Self.append(plaintext.bytes, isFirst: index == 0, isRaw: raw, to: &output)
    }
    do { try Files.writeStandardOutput(output.bytes) } catch {
      throw WorkspaceError(writing: error)
    }
  }

  /// "secrets/n/a" stands for "/registry/secrets/n/a".
  private func etcdKey(_ text: String) -> String {
    if text.hasPrefix("/") { return text }
    var prefix = options.etcdPrefix.hasPrefix("/") ? options.etcdPrefix : "/" + options.etcdPrefix
    while prefix.hasSuffix("/") { prefix.removeLast() }
    return "\(prefix)/\(text)"
  }

  private static func append(
    _ plaintext: borrowing WipedBuffer, isFirst: Bool, isRaw: Bool,
    to output: inout WipedBuffer
  ) {
    let rendered = RenderedObject(plaintext.bytes, isRaw: isRaw)
    if !isFirst {
      // What is no text need not end with a line break.
      if output.count > 0, output.bytes[output.count - 1] != 0x0a { output.append("\n") }
      output.append("---\n")
    }
    let bytes = rendered.bytes.bytes
    output.append(bytes)
  }

  private func closed(_ object: StoredObject) -> WorkspaceError {
    let name = "'\(Console.label(object.key))'"
    let key = "\(object.provider.rawValue) key '\(Console.label(object.keyName))'"
    let message: String
    let hint: String
    switch object.verdict {
    case .encrypted:
      message = "\(name) is encrypted with \(key)"
      hint = "name the EncryptionConfiguration that has it with --config"
    case .failed:
      message = "\(name) does not open with the configuration's \(key)"
      hint = "the configuration has another key of that name: look for an older version of it"
    case .unproved:
      message = "\(name) is encrypted with \(key), whose keys a KMS has"
      hint = "give them with --kms-keys"
    default:
      message = "\(name) is encrypted with \(key), which the configuration does not have"
      hint = "look for an older version of the configuration"
    }
    return WorkspaceError(.noIdentity, message, path: path, hints: [hint])
  }
}
