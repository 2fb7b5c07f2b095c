internal import Foundation

/// Manifests as tools and people write them: Tests/Fixtures/manifest-corpus.txt.
///
/// Files that SOPS, kubeseal and the tests of kube-apiserver's configuration read or write, with
/// throwaway keys. Each begins with a line `=== NAME BYTES`.
public enum Corpus {
  /// One file.
  public struct File: Sendable, CustomStringConvertible {
    /// Its name, for instance `sops/k8s-list/plain.yaml`.
    public let name: String
    /// Its bytes.
    public let bytes: [UInt8]

    public var description: String { name }
  }

  /// Every file.
  public static func files() throws -> [File] {
    let data = Array(try Data(contentsOf: Fixtures.own.appending(path: "manifest-corpus.txt")))
    var files: [File] = []
    var index = 0
    while index < data.count {
      let end = data[index...].firstIndex(of: 0x0a) ?? data.count
      let fields = String(decoding: data[index..<end], as: UTF8.self).split(separator: " ")
      guard fields.count == 3, let count = Int(fields[2]) else { throw CorpusError() }
      files.append(File(name: String(fields[1]), bytes: Array(data[end + 1..<end + 1 + count])))
      index = end + 2 + count
    }
    return files
  }
}

/// The corpus is not in its format.
struct CorpusError: Error {}
