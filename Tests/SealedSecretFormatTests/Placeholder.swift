import CryptoCore
import Foundation
import SealedSecretFormat
import TestSupport
import Testing

/// Files of kubeseal's own, with their keys: the folder `interop`.
struct KubesealCase: Decodable, Sendable, CustomStringConvertible {
  struct Key: Decodable, Sendable { let file: String? }
  let id: String
  let tool: String
  let file: String?
  let keys: [Key]?
  let plaintext: String?
  let decrypted: String?
  let expect: String
  let reason: String?

  var description: String { id }

  static let folder: URL = {
    var url = Fixtures.repository.deletingLastPathComponent()
    url.append(path: "shared/fixtures/interop")
    return url
  }()

  static let all: [KubesealCase] = {
    struct Index: Decodable { let cases: [KubesealCase] }
    guard let data = try? Data(contentsOf: folder.appending(path: "index.json")) else { return [] }
    let index = try? JSONDecoder().decode(Index.self, from: data)
    return (index?.cases ?? []).filter { $0.tool == "kubeseal" }
  }()

  static func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appending(path: path)))
  }
}

func keys(_ names: [String]) throws -> UnsealingKeys {
  var keys = UnsealingKeys()
  for name in names {
    let bytes = try KubesealCase.bytes(name)
    try keys.read(bytes.span, name: name)
  }
  return keys
}

func text(_ output: consuming SealedSecretOutput) -> String {
  let bytes = output.takeText()
  return String(decoding: Array(copying: bytes.bytes), as: UTF8.self)
}

func printed(_ error: any Error) -> String { (error as? SealedSecretError)?.message ?? "\(error)" }

func opened(_ source: [UInt8], _ keys: UnsealingKeys) throws -> String {
  let opener = SealedSecretOpener(keys)
  let output = try opener.open(source.span)
  return text(output)
}

func sealed(_ source: [UInt8], _ settings: SealedSecretSealer.Settings) throws -> String {
  let sealer = SealedSecretSealer(settings)
  let output = try sealer.seal(source.span)
  return text(output)
}

func certificate(_ name: String) throws -> SealingCertificate {
  let bytes = try KubesealCase.bytes(name)
  return try SealingCertificate.read(bytes.span)
}

@Suite struct KubesealTests {
  @Test(arguments: KubesealCase.all) func opens(_ test: KubesealCase) throws {
    guard let file = test.file else { return }
    let source = try KubesealCase.bytes(file)
    let keys = try keys((test.keys ?? []).compactMap(\.file))
    do {
      let output = try opened(source, keys)
      print("=== \(test.id)\n\(output.prefix(700))")
      #expect(test.expect != "must_fail")
    } catch {
      print("=== \(test.id): \(printed(error)) \(test.reason ?? "")")
      #expect(test.expect != "decrypts")
    }
  }

  @Test(arguments: KubesealCase.all) func seals(_ test: KubesealCase) throws {
    guard let plaintext = test.plaintext else { return }
    let source = try KubesealCase.bytes(plaintext)
    var settings = SealedSecretSealer.Settings(key: try certificate("keys/ss1.crt").key)
    settings.namespace = "from-flag"
    settings.scope = .clusterWide
    let keys = try keys(["keys/ss1.key"])
    do {
      let sealed = try sealed(source, settings)
      let lines = sealed.split(separator: "\n", omittingEmptySubsequences: false)
      print("=== seal \(test.id)")
      for line in lines { print(line.prefix(60)) }
      let again = try opened(Array(sealed.utf8), keys)
      print("--- back\n\(again.prefix(500))")
    } catch {
      print("=== seal \(test.id): \(printed(error)) \(test.reason ?? "")")
    }
  }
}
