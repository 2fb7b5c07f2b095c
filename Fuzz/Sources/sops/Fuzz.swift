import CryptoCore
import FuzzSupport
import SOPSFormat

/// Reads arbitrary bytes as one of three things, which the first byte chooses.
///
/// They are encrypted files, creation rules, and plain files that are encrypted
/// and come through.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  withInput(data, count) { bytes in
    guard !bytes.isEmpty else { return }
    let text = bytes.extracting(1...)
    let stores = SOPSStore.allCases
    let store = stores[Int(bytes[0]) % stores.count]
    switch Int(bytes[0]) / stores.count % 3 {
    case 0: read(text, store)
    case 1: roundTrip(text, store)
    default:
      if let rules = try? SOPSCreationRules.read(text) { _ = try? rules.rule(for: "a/b.yaml") }
    }
  }
}

private func read(_ text: Span<UInt8>, _ store: SOPSStore) {
  guard let file = try? SOPSFile.read(text, store: store),
    let key = try? SOPSDataKey.recover(from: file.metadata, using: [Known()])
  else { return }
  for style in [SOPSOutputStyle.sops, .preserved, .converted(.json), .converted(.yaml)] {
    do {
      let plain = try file.decrypt(key, style: style)
      _ = plain.notices
    } catch { continue }
  }
}

/// What is encrypted comes through, its layout again too, and the text itself holds the same.
private func roundTrip(_ text: Span<UInt8>, _ store: SOPSStore) {
  guard let laid = comeThrough(text, store, .sops) else { return }
  // Quotes and marks of comments are lost one layer at a time in INI, as SOPS has it.
  if store == .ini { return }
  // A document without any value may be taken for none at all.
  if values(laid).contains("{}") || values(laid).allSatisfy({ $0 == "---" }) { return }
  // SOPS lays out a value that begins with a tab so that it cannot read it again itself.
  if values(laid).contains(where: { $0.drop { $0 == " " }.hasPrefix("\t") }) { return }
  // Behind keys too long for one line, comments and values share lines, and move.
  if values(laid).contains(where: { $0.drop { $0 == " " || $0 == "-" }.hasPrefix("? ") }) { return }
  // Comments may move: an empty line in front of one changes what it belongs to.
  guard let again = comeThrough(laid.span, store, .sops), values(again) == values(laid) else {
    finding("another layout: \(String(decoding: laid, as: UTF8.self))")
  }
  guard let preserved = comeThrough(text, store, .preserved),
    let same = comeThrough(preserved.span, store, .sops), values(same) == values(laid)
  else { finding("not preserved: \(String(decoding: laid, as: UTF8.self))") }
}

/// The lines of a text without comments and empty lines, where two layouts may differ.
private func values(_ text: [UInt8]) -> [String] {
  String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    .filter { line in !["#", ";"].contains { line.drop { $0 == " " }.hasPrefix($0) } }
}

private func comeThrough(
  _ text: Span<UInt8>, _ store: SOPSStore, _ style: SOPSOutputStyle
) -> [UInt8]? {
  do {
    var writer = SOPSWriter(date: Timestamp(secondsSince1970: 0))
    let written = try writer.encrypt(
      text, store: store, settings: SOPSSettings(keyGroups: [[Known()]]))
    let file: SOPSFile
    do { file = try SOPSFile.read(written.bytes, store: store) } catch {
      finding("cannot read what was written: \(error)")
    }
    let key = try SOPSDataKey.recover(from: file.metadata, using: [Known()])
    do {
      let plain = try file.decrypt(key, style: style)
      if !plain.notices.isEmpty { finding("a comment is not encrypted") }
      return plain.text.bytes.array
    } catch { finding("cannot open what was written: \(error)") }
  } catch { return nil }
}

/// A key that everybody knows, and that encrypts nothing.
private struct Known: SOPSKeyWrapper, SOPSKeyUnwrapper {
  var backend: SOPSBackend { .age }
  var backends: [SOPSBackend] { [.age] }
  var recipient: String { "known" }

  func wrap(
    _ key: Span<UInt8>, date: Timestamp, in arena: SecretArena?
  ) throws(SOPSError) -> SOPSKeyEntry {
    entry(holding: Base64.string(key), date: date)
  }

  func entry(holding encryptedKey: String, date: Timestamp) -> SOPSKeyEntry {
    let fields = [
      MetadataField("enc", .text(encryptedKey)), MetadataField("recipient", .text("known")),
    ]
    return SOPSKeyEntry(.age, fields: fields)
  }

  func unwrap(_ entry: SOPSKeyEntry, in arena: SecretArena?) throws(SOPSError) -> SecretBytes? {
    let text = Array(entry.encryptedKey.utf8)
    var key = WipedBuffer()
    do {
      try Base64.decode(text.span, appendingTo: &key)
      return try SecretBytes(copying: key.bytes, in: arena)
    } catch { return nil }
  }
}
