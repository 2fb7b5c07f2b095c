internal import CryptoCore
internal import Envelope
internal import Findings
internal import Platform

/// A policy that names a key-encryption key, and how.
struct KEKPlace {
  let policy: Policy
  let path: String
  let identity: FileIdentity
  let text: [UInt8]

  /// Reads the policy at a path.
  init(_ path: String) throws(WorkspaceError) {
    policy = try PolicyReader.read(path)
    let file = try TrustedFile.read(path)
    self.path = path
    identity = file.identity
    text = [UInt8](copying: file.bytes.bytes)
  }

  /// The files of key-encryption keys that its rules name, each once.
  private var files: [String] {
    var seen: Set<String> = []
    return policy.rules.flatMap(\.kekFiles).map(\.text).filter { seen.insert($0).inserted }
  }

  /// Whether a rule names a file.
  func names(_ file: String) -> Bool { files.contains(file) }

  /// The files among them that hold a key: those at hand by what is in them, others by the list.
  func files(of id: String) -> [String] { files.filter { self.id(inFile: $0) == id } }

  /// The id of the key in a file that the policy names; nil when nothing says it.
  func id(inFile text: String) -> String? {
    let path = RecipientLoader.kekFile(text, of: policy)
    if let key = try? KeyFiles.keyEncryptionKey(path) { return key.id }
    return policy.keks.first { $0.file == text }?.id
  }

  /// The entry of a key in this policy's own list.
  func entry(_ id: String) -> ListedKEK? { policy.keks.first { $0.id == id } }

  /// Whether it has to do with a key.
  func concerns(_ id: String) -> Bool { entry(id) != nil || !files(of: id).isEmpty }

  /// The ids of keys that go by a name here: their own, that of their entry, or that of their file.
  func ids(named text: String) -> [String] {
    let listed = policy.keks.filter { $0.name == text || $0.file == text }.map(\.id)
    let found = files.filter { $0 == text || RecipientLoader.kekName($0) == text }
      .compactMap { id(inFile: $0) }
    return listed + found
  }

  /// How a rule is to name a file: from the policy's folder if the old one was named so, else by its
  /// whole path.
  func reference(to path: String, insteadOf old: String) -> String {
    let whole = ResolvedPath.file(path) ?? path
    guard !old.hasPrefix("/"), whole.hasPrefix("/") else { return whole }
    var (above, below) = (
      policy.folder.split(separator: "/")[...], whole.split(separator: "/")[...]
    )
    while below.count > 1, let step = above.first, step == below.first {
      above.removeFirst()
      below.removeFirst()
    }
    return (above.map { _ in ".." } + below).joined(separator: "/")
  }
}
