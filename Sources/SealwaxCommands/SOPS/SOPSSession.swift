internal import CryptoCore
internal import Platform
internal import SOPSFormat
internal import Workspace

/// What SOPS's commands have in common: arguments, types, configuration, keys, and where results go.
struct SOPSSession {
  let arguments: SOPSArguments
  /// Which kinds of entries are tried first.
  private let order: [SOPSBackend]
  /// Which key services are asked.
  private let services: KeyServices
  /// The nearest `.sops.yaml`, or the one that was named; nil when there is none.
  private let found: Result<SOPSConfiguration?, WorkspaceError>

  init(_ arguments: SOPSArguments) throws {
    self.arguments = arguments
    order = try SOPSSession.order(arguments.text("decryption-order"))
    var path = arguments.text("config")
    if path == nil {
      let nearest = SOPSConfiguration.find(inOrAbove: ".")
      path = nearest.path
      if let misnamed = nearest.misnamed {
        Console.warning(
          "\(escapedForTerminal(misnamed)) is not looked at: its name must be .sops.yaml")
      }
    }
    do throws(WorkspaceError) {
      found = .success(
        try path.map { (path) throws(WorkspaceError) in try SOPSConfiguration(path) })
    } catch { found = .failure(error) }
    services = try KeyServices(
      arguments.list("keyservice"), usesLocal: arguments.isSet("enable-local-keyservice") ?? true)
    for warning in services.warnings { Console.warning(warning) }
  }

  private static func order(_ text: String?) throws -> [SOPSBackend] {
    let names: [String: SOPSBackend] = [
      "age": .age, "pgp": .openPGP, "kms": .awsKMS, "gcp_kms": .gcpKMS, "hckms": .huaweiKMS,
      "azure_kv": .azureKeyVault, "hc_vault": .vaultTransit,
    ]
    var order: [SOPSBackend] = []
    for name in (text ?? "age,pgp").split(separator: ",", omittingEmptySubsequences: false) {
      guard let kind = names[String(name)] else {
        Console.warning("'\(escapedForTerminal(String(name)))' is no kind of key")
        continue
      }
      guard !order.contains(kind) else {
        throw SOPSExit(SOPSStatus.duplicateKind, "\(name) is twice in the decryption order")
      }
      order.append(kind)
    }
    return order
  }

  // MARK: types

  /// How what is read is laid out.
  func inputStore(_ path: String) -> SOPSStore {
    SOPSSession.store(arguments.text("input-type"), path)
  }

  /// How what is written is laid out.
  func outputStore(_ path: String) -> SOPSStore {
    SOPSSession.store(arguments.text("output-type"), path)
  }

  private static func store(_ type: String?, _ path: String) -> SOPSStore {
    type.flatMap { SOPSStore(rawValue: $0) } ?? SOPSStore(path: path)
  }

  /// The store of a file that is changed, which stays as it is.
  func store(of path: String) throws -> SOPSStore {
    let store = inputStore(path)
    guard outputStore(path) == store || arguments.text("output-type") == nil else {
      throw SOPSExit(
        SOPSStatus.conflictingFlags, "a file that is changed keeps its type",
        hints: ["to have another, decrypt it with --output-type and encrypt that"])
    }
    return store
  }

  /// The name that types and rules are chosen by.
  func name(of path: String?) -> String { arguments.text("filename-override") ?? path ?? "" }

  // MARK: configuration and keys

  /// The `.sops.yaml`; nil when there is none.
  func configuration() throws(WorkspaceError) -> SOPSConfiguration? { try found.get() }

  /// How results are laid out; what a broken configuration says of it does not count.
  var layout: SOPSLayout {
    let indent = arguments.number("indent")
    let layout = (try? found.get())?.rules.layout ?? .standard
    return SOPSLayout(
      yamlIndent: indent ?? layout.yamlIndent, jsonIndent: indent ?? layout.jsonIndent)
  }

  /// The keys, found where SOPS and Sealwax look for them.
  func keys() throws -> SOPSKeys {
    guard !services.isEmpty else {
      throw SOPSExit(
        SOPSStatus.noDataKey, "without the local key service there is no key to use",
        hints: ["name another with --keyservice"])
    }
    return try SOPSKeys.load(
      files: [], passphrases: PassphraseSource(file: nil), order: order, services: services)
  }

  /// The recipients that flags of a kind name: `--age`, `--add-age`, ...
  func recipients(prefix: String = "") -> [SOPSRecipientName] {
    let kinds: [(String, SOPSBackend)] = [
      ("kms", .awsKMS), ("gcp-kms", .gcpKMS), ("hckms", .huaweiKMS), ("azure-kv", .azureKeyVault),
      ("pgp", .openPGP), ("hc-vault-transit", .vaultTransit), ("age", .age),
    ]
    return kinds.flatMap { flag, kind in
      arguments.list(prefix + flag).flatMap { $0.split(separator: ",") }.compactMap { text in
        let name = SOPSSession.trimmed(text)
        guard !name.isEmpty else { return nil }
        return SOPSRecipientName(
          kind, name, awsProfile: kind == .awsKMS ? arguments.text("aws-profile") : nil,
          encryptionContext: kind == .awsKMS ? arguments.text("encryption-context") : nil)
      }
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }

  /// What flags say about encryption.
  func choice() -> SOPSEncryptionChoice {
    var choice = SOPSEncryptionChoice()
    choice.recipients = recipients()
    choice.encryptionContext = arguments.text("encryption-context")
    choice.shamirThreshold = max(0, arguments.number("shamir-secret-sharing-threshold") ?? 0)
    choice.isMACOnlyEncrypted = arguments.has("mac-only-encrypted")
    for kind in SOPSSelection.Kind.allCases {
      let flag = kind.rawValue.split(separator: "_").joined(separator: "-")
      if let pattern = arguments.text(flag) { choice.patterns[kind] = pattern }
    }
    return choice
  }

  // MARK: files

  /// The one file that a command is for; what stands behind it is not looked at.
  func onlyFile() throws -> String? {
    let rest = arguments.positionals.dropFirst()
    if !rest.isEmpty {
      Console.warning("only the first of several files is looked at")
      if let flag = rest.first(where: { $0.hasPrefix("-") }) {
        Console.hint(
          "'\(escapedForTerminal(flag))' stands behind the file and is not looked at either")
      }
    }
    return arguments.positionals.first
  }

  /// The same, where there must be one that exists.
  func existingFile() throws -> String {
    guard let path = try onlyFile() else { throw SOPSExit(SOPSStatus.noFile, "no file is named") }
    try SOPSSession.requireFile(path)
    return path
  }

  static func requireFile(_ path: String) throws {
    guard !Files.exists(path) else { return }
    throw SOPSExit(SOPSStatus.noFile, WorkspaceError(.noInput, "there is no such file", path: path))
  }

  /// Reads and takes apart an encrypted file, for which no rules are needed.
  func open(
    _ document: borrowing SOPSDocument, _ store: SOPSStore
  ) throws(WorkspaceError) -> SOPSFile {
    if case .failure(let error) = found { Console.warning(error) }
    do {
      let file = try SOPSFile.read(document.bytes.bytes, store: store)
      file.checksMAC = !arguments.has("ignore-mac")
      return file
    } catch { throw WorkspaceError(error, path: document.path ?? "-") }
  }

  /// Where results go: `--in-place`, `--output`, else standard output.
  func write(
    _ text: borrowing WipedBuffer, of document: borrowing SOPSDocument, mode: UInt32
  ) throws {
    if arguments.has("in-place") {
      try document.replace(with: text.bytes)
      return note("\(escapedForTerminal(document.path ?? "-")): written")
    }
    try SOPSDocument.write(text.bytes, to: arguments.text("output"), mode: mode)
  }

  func requireOneDestination() throws {
    guard arguments.has("in-place"), arguments.text("output") != nil else { return }
    throw SOPSExit(SOPSStatus.conflictingFlags, "--in-place and --output exclude each other")
  }

  /// What is said with `--verbose`.
  func note(_ text: String) { if arguments.has("verbose") { Console.note(text) } }

  /// A writer for now.
  func writer() -> SOPSWriter { SOPSWriter(date: .now, layout: layout) }
}
