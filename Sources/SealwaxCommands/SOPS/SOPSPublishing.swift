internal import CryptoCore
internal import Platform
internal import SOPSFormat
internal import Workspace

/// `publish`.
struct SOPSPublishing {
  private let session: SOPSSession
  private let publisher: SOPSPublisher
  private var consent = SOPSConsent()

  static func publish(_ session: SOPSSession) throws {
    guard let configuration = try session.configuration() else {
      throw SOPSExit(
        SOPSStatus.generic,
        WorkspaceError(.configuration, "there is no .sops.yaml here or in a folder above"))
    }
    guard let path = try session.onlyFile() else {
      throw SOPSExit(SOPSStatus.noFile, "no file is named")
    }
    guard Files.exists(path) else {
      throw SOPSExit(
        SOPSStatus.generic, WorkspaceError(.noInput, "there is no such file", path: path))
    }
    var publishing = SOPSPublishing(
      session: session, publisher: try SOPSPublisher(configuration: configuration.path))
    guard isFolder(path) else {
      return try publishing.publish(path, as: PathName.last(of: path), isOneOfMany: false)
    }
    guard session.arguments.has("recursive") else {
      throw SOPSExit(
        SOPSStatus.generic,
        WorkspaceError(.usage, "it is a folder", path: path, hints: ["--recursive takes all in it"])
      )
    }
    try publishing.publish(folder: path)
  }

  private init(session: SOPSSession, publisher: SOPSPublisher) {
    self.session = session
    self.publisher = publisher
  }

  private static func isFolder(_ path: String) -> Bool {
    (try? Files.identity(of: path).kind) == .directory
  }

  private mutating func publish(folder: String) throws {
    var paths: [String] = []
    var problem: PlatformError?
    do throws(PlatformError) {
      try FileTree.walk(folder) { item in
        switch item {
        case .file(let path): paths.append(path)
        case .symbolicLink(let path):
          if (try? Files.identity(of: path).kind) == .regular { paths.append(path) }
        case .temporary: break
        case .problem(let error): problem = problem ?? error
        }
        return problem == nil
      }
    } catch { throw WorkspaceError(reading: error) }
    if let problem { throw WorkspaceError(reading: problem) }
    var base = folder
    while base.hasSuffix("/"), base.count > 1 { base.removeLast() }
    for path in paths {
      let relative = path.dropFirst(base.count).drop { $0 == "/" }
      try publish(path, as: String(relative), isOneOfMany: true)
    }
  }

  /// - Parameter isOneOfMany: whether a file that is not encrypted, or that the user does not want
  ///   to be published, is only left out.
  private mutating func publish(_ path: String, as name: String, isOneOfMany: Bool) throws {
    let shown = escapedForTerminal(path)
    let document = try SOPSDocument(path)
    if isOneOfMany, !SOPSFile.mayBe(document.bytes.bytes) {
      return Console.note("\(shown): left out, since it is not encrypted")
    }
    let file = try session.open(document, session.inputStore(path))
    let keys = try publisher.needsKey(for: path) ? try session.keys() : nil
    let publication = try publisher.prepare(
      document, file, as: name, omitsExtension: session.arguments.has("omit-extensions"),
      keys: keys, layout: session.layout)
    if !publication.changes.isEmpty {
      try Console.print("The following changes will be made to the file's key groups:\n")
      try Console.print(publication.changes.map { $0 + "\n" }.joined())
    }
    if !session.arguments.has("yes") {
      try Console.print("uploading \(shown) to \(escapedForTerminal(publication.address))\n")
      guard try consent.isGiven() else {
        guard isOneOfMany else {
          throw SOPSExit(
            SOPSStatus.generic, WorkspaceError(.other, "it is not published", path: path))
        }
        return Console.note("\(shown): not published")
      }
    }
    let isNew = try publisher.publish(publication, of: path)
    session.note("\(shown): \(isNew ? "published" : "there already, and the same")")
  }
}
