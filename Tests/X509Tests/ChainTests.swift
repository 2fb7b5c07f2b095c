import Testing
import X509

struct ChainTests {
  @Test(
    arguments: [
      ("apiserver.crt", "ca.crt", ChainVerifier.Purpose.server, "kubernetes.default.svc", []),
      ("apiserver.crt", "ca.crt", .server, "10.96.0.1", []),
      ("apiserver.crt", "ca.crt", .client, nil, [26]),
      ("apiserver.crt", "ca.crt", .server, "10.96.0.2", [64]),
      ("apiserver.crt", "ca.crt", .server, "kube-apiserver", [62]),
      ("apiserver.crt", "etcd/ca.crt", .server, nil, [20]),
      ("etcd/peer.crt", "etcd/ca.crt", .client, "cp1", []),
      ("ca.crt", "ca.crt", .any, nil, []),
    ] as [(String, String, ChainVerifier.Purpose, String?, [Int])])
  func verdictsAreOpenSSLs(
    leaf: String, root: String, purpose: ChainVerifier.Purpose, name: String?, codes: [Int]
  ) throws {
    var verifier = ChainVerifier()
    verifier.purpose = purpose
    verifier.name = name.map { ChainVerifier.Name($0) }
    verifier.time = PKI.time
    let trust = try TrustStore([try PKI.certificate(root)])
    let verdict = try verifier.verify(try PKI.certificate(leaf), trust: trust)
    #expect(verdict.problems.map(\.code) == codes)
    if codes.isEmpty { #expect(verdict.chain.last == trust.certificates.first) }
  }

  @Test func everythingIsSaidAtOnce() throws {
    var verifier = ChainVerifier()
    verifier.purpose = .client
    verifier.name = .host("elsewhere.invalid")
    verifier.time = 2_000_000_000
    let trust = try TrustStore([try PKI.certificate("ca.crt")])
    let verdict = try verifier.verify(try PKI.certificate("apiserver.crt"), trust: trust)
    #expect(verdict.problems.count == 3)
    #expect(verdict.problems.contains { $0.isExpired && $0.depth == 0 })
    #expect(verdict.problems.contains { $0.isWrongPurpose })
    #expect(verdict.problems.contains { $0.isWrongName })
  }
}
