import CryptoCore
import Manifest
import Testing
import YAMLSource

@testable import Envelope

/// What can be said of a manifest, with and without keys.
@Suite struct StatusTests {
  let bench: Bench

  init() throws { bench = try Bench() }

  @Test func saysWhatASealedSecretIs() throws {
    let text = Shape.secret("", "type: tls\ndata:\n  a: &x YQ== # note\n  b: *x\n").text
    let sealed = try bench.seal(text, bench.settings(.secretbox, .namespace))
    let status = try #require(ManifestInspector.inspect(sealed.bytes.span).first)
    #expect(status.label == "Secret shop/db" && status.typeName == "tls" && status.isSealed)
    #expect(status.position.line == 1 && !status.isAuthentic && status.problems.isEmpty)
    #expect(status.entries.map(\.name) == ["data/a", "data#", "data/b"])
    #expect(status.entries.map(\.state) == [.sealed, .sealed, .alias])
    let envelope = try #require(status.envelope)
    #expect(envelope.cipher == .secretbox && envelope.scope == .namespace)
    #expect(envelope.recipients.map(\.recipient) == bench.wrappers.map(\.recipient))
    #expect(envelope.digests.map(\.name) == ["unit", "data/a", "data#", "data/b"])
  }

  @Test func saysWhatIsNotSealed() throws {
    let text = Shape.all.first { $0.name == "stream of kinds" }?.text ?? ""
    let statuses = try ManifestInspector.inspect(text.bytes.span)
    #expect(statuses.map(\.label) == ["Secret one", "Secret two"])
    #expect(statuses.allSatisfy { !$0.isSealed && $0.problems.isEmpty })
    #expect(statuses.flatMap(\.entries).allSatisfy { $0.state == .plaintext })
    #expect(statuses.map(\.position.line) == [8, 15])
  }

  @Test func verifiesWithAKey() throws {
    let text = Shape.secret("", "data:\n  a: YQ==\n").text
    var sealer = try ManifestSealer()
    let sealed = try bench.seal(text)
    for unwrapper in bench.unwrappers {
      let status = try sealer.verify(sealed.bytes.span, unwrappers: [unwrapper])
      #expect(status.allSatisfy { $0.isAuthentic && $0.problems.isEmpty })
    }
    // A changed type shows without a key as well.
    let changed = sealed.with("data:\n  a", "type: tls\ndata:\n  a")
    let inspected = try ManifestInspector.inspect(changed.bytes.span)[0]
    #expect(inspected.problems.map(\.code) == [.staleSeal])
    let status = try sealer.verify(changed.bytes.span, unwrappers: bench.unwrappers)[0]
    #expect(!status.isAuthentic && status.problems.map(\.code) == [.staleSeal])
    let stranger = try sealer.verify(sealed.bytes.span, unwrappers: [])[0]
    #expect(!stranger.isAuthentic && stranger.problems.map(\.code) == [.noIdentity])
  }

  @Test func outcomesSayWhatWasDone() throws {
    let text = Shape.all.first { $0.name == "stream of kinds" }?.text ?? ""
    var sealer = try ManifestSealer()
    let output = try sealer.seal(text.bytes.span, settings: bench.settings())
    #expect(output.units.map(\.label) == ["Secret one", "Secret two"])
    #expect(output.units.map(\.position.line) == [8, 15])
    #expect(output.units.allSatisfy { $0.recipients == bench.wrappers.map(\.recipient) })
    #expect(output.isChanged && output.isKubernetes)
    let other = try sealer.seal("a: b\n".bytes.span, settings: bench.settings())
    #expect(!other.isChanged && !other.isKubernetes && other.units.isEmpty)
  }

  /// `kubectl get -o yaml` has the values a second time, in an annotation.
  @Test(arguments: [
    (#"{"kind":"Secret","data":{"a":"YQ=="}}"#, true), (#"{"stringData":{"a":"x"}}"#, true),
    (#"{"kind":"Secret"}"#, false), (#"{"data":{}}"#, false), ("not JSON", true), ("", false),
    (#"{"data":{"a":"SEALWAX1abcdefgh"}}"#, false),
  ])
  func plaintextInAnAnnotationIsRefused(applied: String, isReadable: Bool) throws {
    let text = """
      apiVersion: v1
      kind: Secret
      metadata:
        name: db
        annotations:
          kubectl.kubernetes.io/last-applied-configuration: |-
            \(applied)
      data:
        a: YQ==

      """
    let status = try ManifestInspector.inspect(text.bytes.span)[0]
    #expect(status.problems.map(\.code) == (isReadable ? [.plaintextElsewhere] : []))
    guard isReadable else {
      #expect(try bench.open(bench.seal(text)) == text)
      return
    }
    let error = #expect(throws: EnvelopeError.self) { try bench.seal(text) }
    #expect(error?.code == .plaintextElsewhere && error?.position?.line == 6)
    var settings = bench.settings()
    settings.allowsPlaintextElsewhere = true
    #expect(try bench.open(bench.seal(text, settings)) == text)
  }

  @Test(arguments: [
    ("a: [", EnvelopeError.Code.source), ("apiVersion: v1\nkind: Secret\ndata: {a: b}", .manifest),
    ("apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata: {a: [b]}", .manifest),
    ("apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata: {a: b, a: c}", .manifest),
    ("apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata: {a: SEALWAX1abc=}", .ambiguousToken),
    ("apiVersion: v1\nkind: Secret\nmetadata: {name: &x y}\ndata: {a: *x}", .manifest),
  ])
  func refusesWhatCannotBeSealed(text: String, code: EnvelopeError.Code) {
    let error = #expect(throws: EnvelopeError.self) { try bench.seal(text) }
    #expect(error?.code == code && error?.position != nil)
  }
}
