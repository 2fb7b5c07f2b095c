import CryptoCore
import Foundation
import Manifest
import SealedSecretFormat
import TestSupport
import YAMLSource

/// A case of `interop/index.json`: a file that kubeseal made, or that was altered, and what must
/// happen.
struct KubesealCase: Decodable, Sendable, CustomStringConvertible {
  struct Key: Decodable, Sendable { let file: String }

  let id: String
  let file: String?
  let keys: [Key]
  let plaintext: String?
  let decrypted: String?
  let expect: String
  let reason: String?

  var description: String { id }

  /// Where the cases are: Tests/Fixtures/interop/kubeseal.tar.xz, unpacked once.
  static let folder: URL = {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "sealwax-kubeseal-\(ProcessInfo.processInfo.processIdentifier)")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let tar = Process()
    tar.executableURL = URL(filePath: "/usr/bin/env")
    tar.arguments = [
      "tar", "-xJf", Fixtures.own.appending(path: "interop/kubeseal.tar.xz").path, "-C",
      folder.path,
    ]
    try? tar.run()
    tar.waitUntilExit()
    return folder
  }()

  static func all() throws -> [KubesealCase] {
    struct Index: Decodable { let cases: [KubesealCase] }
    let data = try Data(contentsOf: folder.appending(path: "index.json"))
    return try JSONDecoder().decode(Index.self, from: data).cases
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appending(path: path)))
  }
}

/// The keys of files.
func keys(_ names: String...) throws -> UnsealingKeys { try keys(names) }

func keys(_ names: [String]) throws -> UnsealingKeys {
  var keys = UnsealingKeys()
  for name in names {
    let bytes = try KubesealCase.bytes(name)
    try keys.read(bytes.span, name: name)
  }
  return keys
}

func keys(reading text: String) throws -> UnsealingKeys {
  let bytes = Array(text.utf8)
  var keys = UnsealingKeys()
  try keys.read(bytes.span, name: "given")
  return keys
}

func certificate(_ name: String = "keys/ss1.crt") throws -> SealingCertificate {
  let bytes = try KubesealCase.bytes(name)
  return try SealingCertificate.read(bytes.span)
}

func string(_ output: consuming SealedSecretOutput) -> String {
  let bytes = output.takeText()
  return String(decoding: Array(copying: bytes.bytes), as: UTF8.self)
}

func opened(_ source: [UInt8], _ keys: UnsealingKeys, leavesOut: Bool = false) throws -> String {
  let opener = SealedSecretOpener(keys, leavesOutTemplates: leavesOut)
  let output = try opener.open(source.span)
  return string(output)
}

func sealed(
  _ source: [UInt8], scope: SealingScope? = nil, namespace: String? = nil,
  allowsEmptyData: Bool = false
) throws -> String {
  var settings = SealedSecretSealer.Settings(key: try certificate().key)
  settings.scope = scope
  settings.namespace = namespace
  settings.allowsEmptyData = allowsEmptyData
  let sealer = SealedSecretSealer(settings)
  let output = try sealer.seal(source.span)
  return string(output)
}

/// A text with each sealed value written as `*`.
func starred(_ text: String) -> String {
  text.replacing(/A[gQ][A-Za-z0-9+\/]{300,}=*/, with: "*")
}

/// What Kubernetes would have of a manifest's Secrets: `namespace/name type key=base64`.
func contents(_ text: [UInt8]) throws -> [String] {
  let tree = try SourceTree.parse(text.span)
  var lines: [String] = []
  for unit in try ManifestReader.units(in: tree, source: text.span) {
    var bytes = WipedBuffer()
    let values = try SecretValues.append(of: unit, tree: tree, source: text.span, to: &bytes)
    let plain = Array(copying: bytes.bytes)
    let parts = values.sorted { $0.key < $1.key }.map { value in
      "\(value.key)=\(Data(plain[value.range]).base64EncodedString())"
    }
    lines.append(
      "\(unit.identity.namespace)/\(unit.identity.name) \(unit.typeName) "
        + parts.joined(separator: " "))
  }
  return lines
}

func failure(_ body: () throws -> Void) -> SealedSecretError? {
  do {
    try body()
    return nil
  } catch { return error as? SealedSecretError }
}
