import CryptoCore
import FuzzSupport
import SealedSecretFormat
import YAMLSource

/// Reads arbitrary bytes as one of four things, which the first byte chooses.
///
/// They are Secrets that are sealed, and come through; SealedSecrets; a Secret that is merged into a
/// SealedSecret; and files with private keys.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  withInput(data, count) { bytes in
    guard !bytes.isEmpty else { return }
    let text = bytes.extracting(1...)
    switch bytes[0] % 4 {
    case 0: roundTrip(text)
    case 1: read(text)
    case 2: merge(text)
    default:
      var keys = UnsealingKeys()
      do { try keys.read(text, name: "fuzz") } catch { return }
    }
  }
}

/// What is sealed opens, and holds no Secret before.
private func roundTrip(_ text: Span<UInt8>) {
  guard let known = Known.shared else { return }
  var settings = SealedSecretSealer.Settings(key: known.certificate)
  settings.namespace = "n"
  settings.allowsEmptyData = true
  let sealer = SealedSecretSealer(settings)
  do {
    let output = try sealer.seal(text)
    guard output.isChanged else { return }
    let opener = SealedSecretOpener(known.keys)
    do {
      let opened = try opener.open(output.text.bytes)
      if !opened.isChanged { finding("nothing was sealed") }
    } catch {
      // A block scalar that ends with the text and without a line break can only stand last.
      if error.code == .verification, text[text.count - 1] != 0x0a { return }
      finding("cannot open what was sealed: \(error.message)")
    }
  } catch { return }
}

private func read(_ text: Span<UInt8>) {
  guard let known = Known.shared else { return }
  let inspector = SealedSecretInspector(known.keys)
  _ = try? inspector.reports(text)
  do {
    let output = try SealedSecretOpener(known.keys).open(text)
    if !output.isChanged, output.text.count != text.count {
      finding("what is no SealedSecret changed")
    }
  } catch {}
  for syntax in [SourceSyntax.json, .yaml] {
    var output = WipedBuffer()
    do { try OtherSyntax.append(text, as: syntax, to: &output) } catch { continue }
    guard (try? SourceTree.parse(output.bytes)) != nil else {
      finding("the other syntax does not read")
    }
  }
}

private func merge(_ text: Span<UInt8>) {
  guard let known = Known.shared else { return }
  let secret =
    Array(
      "kind: Secret\napiVersion: v1\nmetadata: {name: a, labels: {x: 1, y: z}, annotations: {x: w}}\n"
        .utf8) + Array("stringData: {one: a, two: b}\n".utf8)
  let editor = SealedSecretEditor(sealingFor: known.certificate)
  do {
    let output = try editor.merge(secret.span, into: text)
    guard let objects = try? SealedSecretInspector(known.keys).reports(output.text.bytes),
      objects.contains(where: { $0.values.contains { $0.key == "two" } })
    else { finding("the merged value is not there") }
  } catch { return }
}
