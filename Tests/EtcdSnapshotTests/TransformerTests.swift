import CryptoCore
import EncryptionAtRest
import EtcdSnapshot
import Foundation
import TestSupport
import Testing

/// The storage transformers in both directions.
@Suite struct TransformerTests {
  static let etcdKey = Array("/registry/secrets/n/a".utf8)
  static let object = Array("k8s\u{0}\n\u{c}\n\u{2}v1\u{12}\u{6}Secret".utf8)

  private func opened(_ body: (inout WipedBuffer) throws -> Void) throws -> [UInt8] {
    var output = WipedBuffer()
    try body(&output)
    let bytes = output.bytes
    return bytes.indices.map { bytes[$0] }
  }

  @Test(
    arguments: [
      (StoredValue.Provider.aescbc, 16), (.aescbc, 24), (.aescbc, 32), (.aesgcm, 16),
      (.aesgcm, 24), (.aesgcm, 32), (.secretbox, 32),
    ])
  func keyed(_ provider: StoredValue.Provider, _ count: Int) throws {
    let bytes = (0..<count).map { UInt8($0) }
    let key = try StorageKey(name: "k", bytes: bytes.span, for: provider)
    var transformer = StorageTransformer()
    for size in [0, 1, 15, 16, 17, 300] {
      let text = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
      let stored = try opened { output in
        try transformer.seal(
          text.span, provider: provider, with: key, at: Self.etcdKey.span, appendingTo: &output)
      }
      let back = try opened { output in
        try transformer.open(
          stored.span, provider: provider, with: key, at: Self.etcdKey.span, appendingTo: &output)
      }
      #expect(back == text)
      for damage in [Array(stored.dropLast()), stored + [0], [], Array(stored.prefix(12))] {
        var output = WipedBuffer()
        #expect(throws: StorageError.self) {
          try transformer.open(
            damage.span, provider: provider, with: key, at: Self.etcdKey.span,
            appendingTo: &output)
        }
        let count = output.count
        #expect(count == 0)
      }
      guard provider.isAuthenticated else { continue }
      for index in stored.indices {
        var damaged = stored
        damaged[index] ^= 1
        var output = WipedBuffer()
        #expect(throws: StorageError(.notAuthentic, "")) {
          try transformer.open(
            damaged.span, provider: provider, with: key, at: Self.etcdKey.span,
            appendingTo: &output)
        }
      }
    }
    let stored = try opened { output in
      try transformer.seal(
        Self.object.span, provider: provider, with: key, at: Self.etcdKey.span,
        appendingTo: &output)
    }
    // Only aesgcm is bound to the place in etcd.
    var output = WipedBuffer()
    let moved = Result {
      try transformer.open(
        stored.span, provider: provider, with: key, at: [0x2f].span, appendingTo: &output)
    }
    #expect(((try? moved.get()) == nil) == (provider == .aesgcm))
  }

  @Test func kms() throws {
    let seed = [UInt8](repeating: 7, count: 32)
    let key = String(repeating: "07", count: 32)
    let text = #"{"opened": [{"source": "aabb", "key": "\#(key)"}]}"#
    let keys = try KMSKeys.read(Array(text.utf8).span)
    var transformer = StorageTransformer()
    for kind in [EncryptedObject.SourceKind.aesGCMKey, .seed] {
      let envelope = StorageTransformer.KMSv2Envelope(
        keyID: "id", encryptedSource: [0xaa, 0xbb], sourceKind: kind,
        annotations: [("version.example.com", [1, 2])])
      let stored = try opened { output in
        try transformer.sealKMSv2(
          Self.object.span, source: seed.span, envelope: envelope, at: Self.etcdKey.span,
          appendingTo: &output)
      }
      let read = try EncryptedObject(stored.span, in: 0..<stored.count)
      #expect(read.keyID == "id")
      #expect(read.sourceKind == kind)
      #expect(read.annotations.map(\.name) == ["version.example.com"])
      let back = try opened { output in
        try transformer.openKMSv2(
          stored.span, read, keys: keys, at: Self.etcdKey.span, appendingTo: &output)
      }
      #expect(back == Self.object)
      var output = WipedBuffer()
      #expect(throws: StorageError(.notAuthentic, "")) {
        try transformer.openKMSv2(
          stored.span, read, keys: keys, at: [0x2f].span, appendingTo: &output)
      }
      // The annotations at the end are not authenticated.
      for count in 0..<stored.count - 40 {
        var output = WipedBuffer()
        let cut = Array(stored.prefix(count))
        #expect(throws: StorageError.self) {
          let read = try EncryptedObject(cut.span, in: 0..<cut.count)
          try transformer.openKMSv2(
            cut.span, read, keys: keys, at: Self.etcdKey.span, appendingTo: &output)
        }
      }
    }
    let envelope = try opened { output in
      try transformer.sealKMSv1(
        Self.object.span, source: seed.span, encryptedSource: [0xaa, 0xbb],
        at: Self.etcdKey.span, appendingTo: &output)
    }
    let back = try opened { output in
      try transformer.openKMSv1(
        envelope.span, keys: keys, at: Self.etcdKey.span, appendingTo: &output)
    }
    #expect(back == Self.object)
    // The same through the providers of a configuration.
    var opener = StorageOpener(kms: keys)
    var output = WipedBuffer()
    let provider = StorageProvider(kind: .kmsV1, name: "n")
    let identity = StorageProvider(kind: .identity)
    let stored = Array("k8s:enc:kms:v1:n:".utf8) + envelope
    for (providers, opening) in [
      ([provider, identity], StorageOpening.current), ([identity, provider], .stale),
      ([StorageProvider(kind: .kmsV1, name: "m")], .lostKey), ([identity], .lostKey),
      ([StorageProvider(kind: .kmsV2, name: "n")], .lostKey),
    ] {
      let result = opener.open(
        stored.span, at: Self.etcdKey.span, providers: providers, into: &output)
      #expect(result.opening == opening)
      let count = output.count
      #expect(count == (opening == .lostKey ? 0 : Self.object.count))
    }
  }

  @Test(
    arguments: [
      ("k8s:enc:aescbc:v1:key1:x", "aescbc", "key1"), ("k8s:enc:aesgcm:v1::x", "aesgcm", ""),
      ("k8s:enc:kms:v2:n:x", "kms:v2", "n"), ("k8s:enc:kms:v1:n:x", "kms:v1", "n"),
      ("k8s:enc:secretbox:v1:k", "unknown", ""), ("k8s:enc:other:v1:k:", "unknown", ""),
      ("k8s:enc", "identity", ""), ("", "identity", ""), ("k8s\u{0}x", "identity", ""),
    ])
  func prefixes(_ text: String, _ provider: String, _ name: String) {
    let bytes = Array(text.utf8)
    let stored = StoredValue(bytes.span)
    #expect(stored.provider.rawValue == provider)
    #expect(String(decoding: bytes[stored.nameRange], as: UTF8.self) == name)
  }

  /// Key names with colons, which only the configuration tells apart.
  @Test func namesWithColons() throws {
    let key = try StorageKey(
      name: "a:b", bytes: [UInt8](repeating: 1, count: 32).span, for: .secretbox)
    let short = try StorageKey(
      name: "a", bytes: [UInt8](repeating: 2, count: 32).span, for: .secretbox)
    var transformer = StorageTransformer()
    let stored = try opened { output in
      output.append(Array("k8s:enc:secretbox:v1:a:b:".utf8))
      try transformer.seal(
        Self.object.span, provider: .secretbox, with: key, at: Self.etcdKey.span,
        appendingTo: &output)
    }
    var opener = StorageOpener(kms: nil)
    var output = WipedBuffer()
    let result = opener.open(
      stored.span, at: Self.etcdKey.span,
      providers: [StorageProvider(kind: .secretbox, keys: [short, key])], into: &output)
    #expect(result.opening == .stale)
    #expect(result.value.prefixByteCount == 25)
  }

  /// Two keys of one name: the second is tried when the first does not open (as the API server
  /// does), and noise is not taken for an object.
  @Test func wrongKeyOfTheSameName() throws {
    let right = try StorageKey(
      name: "k", bytes: [UInt8](repeating: 1, count: 32).span, for: .aescbc)
    let wrong = try StorageKey(
      name: "k", bytes: [UInt8](repeating: 2, count: 32).span, for: .aescbc)
    var transformer = StorageTransformer()
    var opener = StorageOpener(kms: nil)
    var openings: Set<String> = []
    for _ in 0..<2000 {
      let stored = try opened { output in
        output.append(Array("k8s:enc:aescbc:v1:k:".utf8))
        try transformer.seal(
          Self.object.span, provider: .aescbc, with: right, at: Self.etcdKey.span,
          appendingTo: &output)
      }
      var output = WipedBuffer()
      let lost = opener.open(
        stored.span, at: Self.etcdKey.span,
        providers: [StorageProvider(kind: .aescbc, keys: [wrong])], into: &output)
      let found = opener.open(
        stored.span, at: Self.etcdKey.span,
        providers: [StorageProvider(kind: .aescbc, keys: [wrong, right])], into: &output)
      openings.insert("\(lost.opening) \(found.opening)")
    }
    #expect(openings == ["failed stale"])
  }

  /// What comes of a wrong key by chance may begin as JSON does.
  @Test(
    arguments: [
      (Array("{\u{1}noise that ends here".utf8), "failed"), (Array("{\"noise\u{1}".utf8), "failed"),
      (Array("{noise}".utf8), "failed"), (Array("{\"kind\":\"Secret\"}\n".utf8), "current"),
      (Array(" { }".utf8), "current"), (Array("{".utf8), "failed"),
    ])
  func noiseWithABrace(_ plaintext: [UInt8], _ opening: String) throws {
    let key = try StorageKey(
      name: "k", bytes: [UInt8](repeating: 1, count: 32).span, for: .aescbc)
    var transformer = StorageTransformer()
    var opener = StorageOpener(kms: nil)
    let stored = try opened { output in
      output.append(Array("k8s:enc:aescbc:v1:k:".utf8))
      try transformer.seal(
        plaintext.span, provider: .aescbc, with: key, at: Self.etcdKey.span, appendingTo: &output)
    }
    var output = WipedBuffer()
    let found = opener.open(
      stored.span, at: Self.etcdKey.span,
      providers: [StorageProvider(kind: .aescbc, keys: [key])], into: &output)
    #expect("\(found.opening)" == opening)
  }

  @Test(
    arguments: [
      ("/registry/secrets/n/a", "secrets", "n"), ("/registry/minions/m", "nodes", ""),
      ("/registry/services/specs/n/a", "services", "n"),
      ("/registry/services/endpoints/n/a", "endpoints", "n"),
      ("/registry/deployments/n/a", "deployments.apps", "n"),
      ("/registry/clusterroles/a", "clusterroles.rbac.authorization.k8s.io", ""),
      ("/registry/bears.example/pandas/n/a", "pandas.bears.example", "n"),
      ("/registry/bears.example/pandas/a", "pandas.bears.example", ""),
      ("/registry/ranges/serviceips", "ranges", ""),
      ("/other/secrets/n/a", "(outside the prefix)", ""),
      ("/registry", "(outside the prefix)", ""), ("/registry/", "(no resource)", ""),
    ])
  func paths(_ key: String, _ label: String, _ namespace: String) {
    let path = StoragePath(Array(key.utf8).span, prefix: Array("/registry".utf8))
    #expect(path.label == label)
    #expect(path.namespace == namespace)
    #expect((path.resource == nil) == (label.hasPrefix("(") || label == "ranges"))
  }

  @Test func providersAreThoseOfTheAPIServer() throws {
    let text = """
      apiVersion: apiserver.config.k8s.io/v1
      kind: EncryptionConfiguration
      resources:
      - resources: [secrets]
        providers: [identity: {}]
      - resources: [secrets, "*.apps"]
        providers: [{kms: {apiVersion: v2, name: a, endpoint: "unix:///a"}}]
      - resources: ["*.*"]
        providers: [{kms: {name: b, endpoint: "unix:///b"}}]
      """
    let rules = try ProviderRules.read(Array(text.utf8).span)
    let kinds = { (name: String) in rules.providers(for: GroupResource(name))?.map(\.kind) }
    #expect(kinds("secrets") == [.identity, .kmsV2])
    #expect(kinds("deployments.apps") == [.kmsV2])
    #expect(kinds("pandas.bears.example") == [.kmsV1])
  }

  /// Base64 as Go reads it: line breaks, and bits over at the end.
  @Test(arguments: [
    "AAECAwQFBgcICQoLDA0ODw==", "AAECAwQFBgcICQoLDA0ODx==", "AAECAwQF\\nBgcICQoLDA0ODw==",
  ])
  func keysAsGoReadsThem(_ secret: String) throws {
    let text = """
      {"kind": "EncryptionConfig", "apiVersion": "v1", "resources": [{"resources": ["secrets"],
      "providers": [{"aesgcm": {"keys": [{"name": "a", "secret": "\(secret)"}]}}]}]}
      """
    let rules = try ProviderRules.read(Array(text.utf8).span)
    let key = try #require(rules.everyProvider.first?.keys.first)
    let bytes = (0..<16).map { UInt8($0) }
    let known = try StorageKey(name: "a", bytes: bytes.span, for: .aesgcm)
    let (message, place): ([UInt8], [UInt8]) = ([1], [])
    var transformer = StorageTransformer()
    let stored = try opened { output in
      try transformer.seal(
        message.span, provider: .aesgcm, with: known, at: place.span, appendingTo: &output)
    }
    let back = try opened { output in
      try transformer.open(
        stored.span, provider: .aesgcm, with: key, at: place.span, appendingTo: &output)
    }
    #expect(back == message)
  }

  @Test(
    arguments: [
      "", "a: b", "kind: EncryptionConfiguration", "kind: EncryptionConfiguration\nresources: x",
      "kind: EncryptionConfiguration\nresources: [{resources: [secrets], providers: [{}]}]",
      """
      kind: EncryptionConfiguration
      resources: [{resources: [secrets], providers: [{aescbc: {keys: [{name: a, secret: "MTIz"}]}}]}]
      """,
    ])
  func badConfigurations(_ text: String) {
    #expect(throws: StorageError(.malformedKeys, "")) {
      _ = try ProviderRules.read(Array(text.utf8).span)
    }
  }
}
