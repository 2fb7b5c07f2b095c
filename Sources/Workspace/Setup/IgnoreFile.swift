internal import CryptoCore
internal import Platform

/// The `.gitignore` of a folder that is set up: what a killed run leaves must not be committed.
struct IgnoreFile {
  /// What temporary files are called.
  static let pattern = ".*.sealwax-*.tmp"
  private static let maximumByteCount = 1 << 20

  private let folder: String

  init(_ folder: String) { self.folder = folder }

  /// Adds the pattern where it is missing; does nothing outside of a git repository.
  func write(_ report: (Initialisation.Step) -> Void) throws(WorkspaceError) {
    guard isInRepository else { return }
    let path = PathParts.join(folder, ".gitignore")
    var text = WipedBuffer()
    var expectation = WriteExpectation.absent
    if Files.exists(path) {
      do {
        let file = try Files.read(path, limit: IgnoreFile.maximumByteCount)
        expectation = .unchanged(file.identity)
        text = file.takeBytes()
      } catch { throw WorkspaceError(reading: error).at(path) }
    }
    let span = text.bytes
    let bytes = span.indices.map { span[$0] }
    // By bytes: CR LF is one `Character`.
    let lines = bytes.split { $0 == 0x0a || $0 == 0x0d }
    guard !lines.contains(where: { $0.elementsEqual(IgnoreFile.pattern.utf8) }) else { return }
    let lineBreak = bytes.isEmpty || bytes.last == 0x0a ? "" : "\n"
    let whole = bytes + Array("\(lineBreak)\(IgnoreFile.pattern)\n".utf8)
    do {
      try AtomicFile.write(
        whole.span, to: path, expecting: expectation, options: WriteOptions(mode: 0o644))
    } catch { throw WorkspaceError(writing: error).at(path) }
    report(.madeIgnoreFile(path: path))
  }

  private var isInRepository: Bool {
    guard var place = ResolvedPath.folder(folder) else { return false }
    while !Files.exists(PathParts.join(place, ".git")) {
      guard place != "/" else { return false }
      place = PathParts(place).folder
    }
    return true
  }
}
