import CryptoCore
import Envelope
import FuzzSupport
import Manifest

/// Reads arbitrary bytes as an envelope and as a manifest; seals and opens them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  withInput(data, count) { bytes in
    if let text = bytes.text, let envelope = try? Envelope.parse(text) {
      if envelope.text.utf8.elementsEqual(text.utf8) == false { finding("another envelope") }
      _ = envelope.digests
    }
    _ = try? ManifestInspector.inspect(bytes)
    EnvelopeChecks.check(bytes)
  }
}

/// Sealing and opening with keys that everybody knows.
enum EnvelopeChecks {
  private static let keys: [KeyEncryptionKey] = [CipherName.aes256GCM, .secretbox].compactMap {
    try? KeyEncryptionKey(cipher: $0, copying: [UInt8](repeating: 7, count: 32).span)
  }

  /// Fields of objects that are no Secrets.
  private static let fields = FieldChoice(
    rules: ["data", "spec.a", "spec.**.b*", "spec.c[*].d"].compactMap { try? FieldPattern($0) }.map
    {
      FieldRule(apiVersion: "v1", kind: "ConfigMap", patterns: [$0])
    })

  static func check(_ bytes: Span<UInt8>) {
    guard keys.count == 2, var sealer = try? ManifestSealer() else { finding("no keys") }
    let unwrappers = keys.map { KEKUnwrapper($0) }
    _ = try? sealer.open(bytes, unwrappers: unwrappers)
    for (key, scope) in zip(keys, [SealScope.strict, .cluster]) {
      let target = SealTarget(
        recipients: [KEKWrapper(key, name: nil)], cipher: key.cipher, scope: scope)
      do {
        var settings = SealSettings(target, now: .first)
        settings.fields = fields
        let sealed = try sealer.seal(bytes, settings: settings)
        let hasSealed = sealed.units.contains { $0.action == .sealed }
        let wasSealed = sealed.units.contains { $0.action == .alreadySealed }
        guard hasSealed, !wasSealed else { continue }
        let opened: ManifestOutput
        do { opened = try sealer.open(sealed.text.bytes, unwrappers: unwrappers) } catch {
          finding("what was sealed does not open: \(error)")
        }
        if !ConstantTime.equal(opened.text.bytes, bytes) { finding("other bytes come back") }
        damage(sealed.text.bytes, bytes.count, &sealer, unwrappers)
      } catch {
        if error.code == .notReversible { finding("\(error.message)") }
      }
    }
  }

  /// A sealed manifest with one byte changed opens as it was, but for what is not sealed, or not.
  private static func damage(
    _ sealed: Span<UInt8>, _ seed: Int, _ sealer: inout ManifestSealer,
    _ unwrappers: [any KeyUnwrapper]
  ) {
    var text = sealed.array
    let index = (seed * 2_654_435_761) % max(1, text.count)
    guard text.indices.contains(index) else { return }
    text[index] ^= UInt8(truncatingIfNeeded: 1 << (seed % 8))
    _ = try? ManifestInspector.inspect(text.span)
    _ = try? sealer.open(text.span, unwrappers: unwrappers)
  }
}
