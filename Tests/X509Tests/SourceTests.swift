import Foundation
import Testing
import X509

struct SourceTests {
  /// What entries are, in a word each.
  private func kinds(_ bytes: [UInt8], password: String = "") throws -> [String] {
    let password = Array(password.utf8)
    let source = try CertificateSource.read(bytes.span, password: password.span)
    return source.entries.map { entry in
      switch entry.content {
      case .certificate(let certificate): certificate.subject.text
      case .privateKey(let key): key.isConsistent ? "key" : "inconsistent"
      case .publicKey: "public"
      case .other(let label): label
      case .broken(let error): "\(error.code.rawValue)@\(entry.index):\(entry.line ?? 0)"
      }
    }
  }

  @Test func aBrokenEntryDoesNotHideTheOthers() throws {
    let authority = String(decoding: try PKI.bytes("ca.crt"), as: UTF8.self)
    let server = String(decoding: try PKI.bytes("apiserver.crt"), as: UTF8.self)
    let broken = authority.replacing("MII", with: "M!I", maxReplacements: 1)
    let cut = authority.split(separator: "-----END")[0] + "\n"
    let text =
      "some text\n" + authority + "subject: x\n" + broken + cut + server
      + authority.replacing("BEGIN CERTIFICATE", with: "BEGIN X509 CRL")
      + authority.replacing("MII", with: "AAA", maxReplacements: 1)
      + "  " + authority
    let crlf = text.replacing("\n", with: "\r\n")
    let line = { (prefix: String) in prefix.filter { $0 == "\n" }.count + 1 }
    let second = line("some text\n" + authority + "subject: x\n")
    let third = second + line(authority) - 1
    let head = ["CN=kubernetes", "badPEM@2:\(second)", "badPEM@3:\(third)", "CN=kube-apiserver"]
    for text in [text, crlf] {
      let found = try kinds(Array(text.utf8))
      #expect(Array(found.prefix(4)) == head)
      #expect(found[4].hasPrefix("badPEM@5"))
      #expect(found[5].hasPrefix("malformed@6"))
      #expect(found[6].hasPrefix("badPEM@7"))
      #expect(found.count == 7)
    }
  }

  @Test(arguments: [
    ("openssl x509 -in $PKI/ca.crt -outform der -out out", "", ["CN=kubernetes"]),
    ("openssl x509 -in $PKI/ca.crt -trustout -out out", "", ["CN=kubernetes"]),
    ("openssl rsa -in $PKI/ca.key -outform der -out out", "", ["key"]),
    ("openssl pkcs8 -topk8 -nocrypt -in $PKI/ca.key -outform der -out out", "", ["key"]),
    ("openssl pkey -in $PKI/ca.key -pubout -outform der -out out", "", ["public"]),
    ("openssl rsa -in $PKI/ca.key -RSAPublicKey_out -out out", "", ["public"]),
    ("openssl genpkey -algorithm ed25519 -out out", "", ["key"]),
    ("openssl ecparam -name prime256v1 -genkey -out out", "", ["EC PARAMETERS", "key"]),
    ("openssl pkcs8 -topk8 -in $PKI/ca.key -passout pass:p -out out", "p", ["key"]),
    ("openssl pkcs8 -topk8 -in $PKI/ca.key -passout pass:p -out out", "", ["passwordNeeded@1:1"]),
    ("openssl pkcs8 -topk8 -in $PKI/ca.key -passout pass:p -out out", "q", ["wrongPassword@1:1"]),
    (
      "openssl pkcs8 -topk8 -scrypt -in $PKI/ca.key -passout pass:p -outform der -out out", "p",
      ["key"]
    ),
    ("openssl rsa -aes256 -traditional -in $PKI/ca.key -passout pass:p -out out", "p", ["key"]),
    (
      "openssl rsa -des3 -traditional -in $PKI/ca.key -passout pass:p -out out", "",
      ["passwordNeeded@1:1"]
    ),
    (
      """
      openssl pkcs12 -export -inkey $PKI/apiserver.key -in $PKI/apiserver.crt \
      -certfile $PKI/ca.crt -passout pass:p -out out
      """, "p", ["CN=kube-apiserver", "CN=kubernetes", "key"]
    ),
    (
      "openssl pkcs12 -export -nokeys -in $PKI/ca.crt -passout pass: -out out", "",
      ["CN=kubernetes"]
    ),
    (
      "openssl crl2pkcs7 -nocrl -certfile $PKI/ca.crt -outform der -out out", "",
      ["CN=kubernetes"]
    ),
    ("openssl crl2pkcs7 -nocrl -certfile $PKI/ca.crt -out out", "", ["CN=kubernetes"]),
  ])
  func readsWhatOpenSSLWrites(script: String, password: String, expected: [String]) throws {
    let folder = try PKI.openssl(script)
    defer { try? FileManager.default.removeItem(at: folder) }
    let bytes = Array(try Data(contentsOf: folder.appending(path: "out")))
    #expect(try kinds(bytes, password: password) == expected)
  }

  @Test(arguments: [
    (
      "openssl pkcs12 -export -inkey $PKI/ca.key -in $PKI/ca.crt -passout pass:p -out out", "q",
      X509Error.Code.wrongPassword
    ),
    (
      "openssl pkcs12 -export -inkey $PKI/ca.key -in $PKI/ca.crt -passout pass:p -out out", "",
      .passwordNeeded
    ),
    (
      "openssl pkcs12 -export -in $PKI/ca.crt -nokeys -certpbe NONE -iter 10000001 -passout pass:p -out out",
      "p",
      .unsupported
    ),
    ("printf 'no certificate' > out", "", .unknownFormat),
    (
      "printf '0\\202\\001' > out", "",
      .unknownFormat
    ),
  ])
  func refusesWithTheReason(script: String, password: String, code: X509Error.Code) throws {
    let folder = try PKI.openssl(script)
    defer { try? FileManager.default.removeItem(at: folder) }
    let bytes = Array(try Data(contentsOf: folder.appending(path: "out")))
    do throws(X509Error) {
      let password = Array(password.utf8)
      _ = try CertificateSource.read(bytes.span, password: password.span)
      Issue.record("it was read")
    } catch {
      #expect(error.code == code)
    }
  }
}
