import Foundation
import Testing
import X509

struct CertificateTests {
  @Test func readsWhatKubeadmWrote() throws {
    let certificate = try PKI.certificate("apiserver.crt")
    #expect(certificate.subject.text == "CN=kube-apiserver")
    #expect(certificate.issuer.commonNames == ["kubernetes"])
    #expect(certificate.serialNumber == "1C0760750C93BAF7")
    #expect(certificate.notBefore == 1_795_401_453)
    #expect(certificate.notAfter == 1_826_937_453)
    #expect(
      certificate.alternativeNames.map(\.description) == [
        "DNS:cp1", "DNS:kubernetes", "DNS:kubernetes.default", "DNS:kubernetes.default.svc",
        "DNS:kubernetes.default.svc.cluster.local", "DNS:localhost", "IP:10.96.0.1",
        "IP:192.0.2.10", "IP:127.0.0.1",
      ])
    #expect(certificate.keyUsage == [.digitalSignature, .keyEncipherment])
    #expect(certificate.extendedKeyUsage == [.serverAuth])
    #expect(certificate.basicConstraints?.isAuthority == false)
    #expect(certificate.publicKey?.label == "RSA 2048")
    #expect(certificate.signatureAlgorithm.digest == "SHA256")
    #expect(!certificate.isSelfSigned)
    #expect(certificate.encodingProblem == nil)
    let authority = try PKI.certificate("ca.crt")
    #expect(authority.isAuthority && authority.isSelfSigned)
    #expect(certificate.authorityKeyID == authority.subjectKeyID)
    #expect(certificate.isSigned(by: authority))
    let other = try PKI.certificate("etcd/ca.crt")
    #expect(!certificate.isSigned(by: other))
  }

  @Test(arguments: [
    "apiserver", "apiserver-etcd-client", "apiserver-kubelet-client", "ca", "etcd/ca",
    "etcd/healthcheck-client", "etcd/peer", "etcd/server", "front-proxy-ca", "front-proxy-client",
  ])
  func keysMatchTheirOwnCertificates(name: String) throws {
    let key = try PKI.key("\(name).key")
    let other = try PKI.certificate(name == "ca" ? "etcd/ca.crt" : "ca.crt")
    #expect(key.isConsistent)
    #expect(key.matches(try PKI.certificate("\(name).crt")))
    #expect(!key.matches(other))
  }

  @Test func serviceAccountKeysAreAPair() throws {
    let entries = try PKI.entries("sa.pub")
    guard case .publicKey(let key) = entries.first?.content else { throw PKI.Unexpected() }
    let pair = try PKI.key("sa.key")
    #expect(pair.publicKey.isSame(as: key))
    let other = try PKI.key("ca.key")
    #expect(!other.publicKey.isSame(as: key))
  }

  /// Texts with their 4 or 16 bytes in hexadecimal; none where the text is no address.
  private static let addresses: [(String, String)] = [
    ("127.0.0.1", "7F000001"), ("1.2.3", ""), ("01.2.3.4", ""), ("256.1.1.1", ""),
    ("::", "00000000000000000000000000000000"), ("::1", "00000000000000000000000000000001"),
    ("2001:db8::1", "20010DB8000000000000000000000001"),
    ("::ffff:1.2.3.4", "00000000000000000000FFFF01020304"),
    ("1:2:3:4:5:6:7:8", "00010002000300040005000600070008"), ("1::2::3", ""), (":1", ""),
    ("1:2:3:4:5:6:7", ""), ("example.invalid", ""), ("", ""),
  ]

  @Test(arguments: addresses)
  func addressesAreRead(text: String, digits: String) {
    let bytes = IPAddressText.bytes(text) ?? []
    #expect(bytes.map { String(format: "%02X", $0) }.joined() == digits)
    if !bytes.isEmpty, bytes.count == 4 || !text.contains(".") {
      #expect(IPAddressText.text(bytes) == text)
    }
  }
}
