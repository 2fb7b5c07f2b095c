import CryptoCore
import Foundation
import SealedSecretFormat
import TestSupport
import Testing

/// Files with private keys, and what each opens.
@Suite struct KeyTests {
  private static func text(_ name: String) throws -> String {
    String(decoding: try KubesealCase.bytes(name), as: UTF8.self)
  }

  private static func openssl(_ arguments: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }

  private static func path(_ name: String) -> String {
    KubesealCase.folder.appending(path: name).path
  }

  /// PEM of both kinds, several in one file, and the controller's Secrets as kubectl prints them.
  @Test func readsEveryForm() throws {
    let pkcs1 = try Self.openssl("rsa", "-traditional", "-in", Self.path("keys/ss1.key"))
    #expect(pkcs1.contains("BEGIN RSA PRIVATE KEY"))
    let manifests = try ["ss1", "ss2"].map { name in
      try Self.text("keys/\(name).secret.yaml").split(separator: "\n")
        .map { "  \($0)" }.joined(separator: "\n").dropFirst(2)
    }
    let list = "apiVersion: v1\nkind: List\nitems:\n- \(manifests[0])\n- \(manifests[1])\n"
    let compromised = list.replacing(": active", with: ": compromised")
    let forms: [(text: String, count: Int, state: String?)] = [
      (pkcs1, 1, nil), (try Self.text("keys/ss1.key"), 1, nil),
      (try Self.text("keys/ss1.key") + pkcs1 + (try Self.text("keys/ss2.key")), 2, nil),
      (list, 2, "active"), (compromised, 2, "compromised"),
      (
        try Self.text("keys/ss1.secret.yaml") + "---\n" + (try Self.text("keys/ss2.secret.yaml")),
        2, "active"
      ),
    ]
    let source = try KubesealCase.bytes("kubeseal/strict/sealed.yaml")
    for form in forms {
      let keys = try keys(reading: form.text)
      #expect(keys.keys.count == form.count && keys.keys.first?.state == form.state)
      #expect(try opened(source, keys).contains("UzNjcjN0"))
    }
    let both = try keys(reading: list)
    #expect(both.newest?.certificate != nil)
    let inspector = SealedSecretInspector(both)
    let states = try inspector.reports(source.span).flatMap(\.values).map(\.state)
    #expect(states == [.opened(by: 0), .opened(by: 0)])
  }

  @Test func refusesWhatIsNoKey() throws {
    let encrypted = try Self.openssl(
      "pkey", "-in", Self.path("keys/ss3.key"), "-aes256", "-passout", "pass:x")
    let texts = [
      (encrypted, "encrypted"), (try Self.text("keys/ss1.crt"), "no private key"),
      ("", "neither"), ("{}", "neither"), ("\u{0}\u{1}", "neither"),
      ("-----BEGIN PRIVATE KEY-----\n", "without its END"),
      (try Self.openssl("genpkey", "-algorithm", "ed25519"), "not an RSA"),
      ("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {x: eA==}\n", "no tls.key"),
    ]
    for (text, reason) in texts {
      let error = failure { _ = try keys(reading: text) }
      let isRefused = error?.message.contains(reason) == true
      #expect(isRefused, "\(reason): \(error?.message ?? "read")")
    }
  }

  /// Whatever is wrong with a value, nothing says what: not its length in the key's part, not its
  /// tag, not its label.
  @Test func failuresAreAllTheSame() throws {
    let key = try certificate("keys/ss3.crt").key
    let keys = try keys("keys/ss3.key", "keys/ss1.key")
    let value = Array("secret".utf8)
    let label = Array("a/b".utf8)
    var whole = WipedBuffer()
    try SealedValue.seal(value.span, for: key, label: label.span, appendingTo: &whole)
    let sealed = Array(copying: whole.bytes)
    var plain = WipedBuffer()
    #expect(try keys.open(sealed.span, label: label.span, appendingTo: &plain) == 0)
    #expect(Array(copying: plain.bytes) == value)
    for index in stride(from: 0, to: sealed.count, by: 7) {
      var altered = sealed
      altered[index] ^= 1
      var output = WipedBuffer()
      let opener = try keys.open(altered.span, label: label.span, appendingTo: &output)
      #expect(opener == nil && output.isEmpty)
    }
    for count in 0..<sealed.count where count % 11 == 0 {
      let short = Array(sealed.prefix(count))
      var output = WipedBuffer()
      #expect(try keys.open(short.span, label: label.span, appendingTo: &output) == nil)
    }
  }
}
