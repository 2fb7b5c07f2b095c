public import Foundation

/// Where the tests find their data.
public enum Fixtures {
  /// The repository's root folder.
  public static let repository: URL = {
    var url = URL(filePath: #filePath)
    for _ in 0..<3 { url.deleteLastPathComponent() }
    return url
  }()

  /// Data that the repository brings itself.
  public static let own = repository.appending(path: "Tests/Fixtures")

  /// Public third-party vectors: the folder that `SEALWAX_VECTORS` names, or the one beside the
  /// repository; nil when neither is there.
  ///
  /// Such vectors are not copied into the repository. In CI (`CI` is set) their absence is an
  /// error; in a plain clone it is said in one line and the other tests run.
  public static func thirdParty(_ folder: String) throws -> URL? {
    let environment = ProcessInfo.processInfo.environment
    let root =
      environment["SEALWAX_VECTORS"].map { URL(filePath: $0) }
      ?? repository.deletingLastPathComponent().appending(path: "shared/fixtures/third-party")
    let url = root.appending(path: folder)
    if FileManager.default.fileExists(atPath: url.path) { return url }
    guard environment["CI"] == nil else { throw MissingVectors(folder: folder) }
    print("note: no \(folder) vectors; set SEALWAX_VECTORS (see CONTRIBUTING.md) to run them")
    return nil
  }
}

/// The third-party vectors that CI must have are missing.
public struct MissingVectors: Error, CustomStringConvertible {
  public let folder: String
  public var description: String { "vectors '\(folder)' are missing; set SEALWAX_VECTORS" }
}
