import CryptoCore
import Manifest
import YAMLSource

/// What must hold of every text that is a manifest.
public enum ManifestChecks {
  /// Tokens and envelopes can be put in and taken out, and values set, or it is refused.
  public static func check(_ bytes: Span<UInt8>) {
    guard let manifest = try? Manifest(bytes.array), !manifest.units.isEmpty else { return }
    // The program opens what is sealed first, and refuses what only looks so.
    let counts = manifest.units.allSatisfy { $0.envelope == nil } ? [12, 300] : []
    for count in counts {
      do {
        let problems = try RoundTrip.problems(manifest, tokenByteCount: count)
        if !problems.isEmpty { finding(problems.joined(separator: "\n")) }
      } catch is ManifestError {
        break
      } catch is RoundTrip.Unreadable {
        // The program refuses it for that reason.
        break
      } catch { finding("\(error)") }
    }
    let value = bytes.extracting(max(0, bytes.count - 12)...).array
    for unit in manifest.units.indices {
      let entries = manifest.units[unit].entries.filter { $0.kind != .comment }
      for field in SecretField.allCases {
        let key = entries.last { $0.path.first == field.rawValue }?.path.last
        for key in ["new-key", key].compactMap({ $0 }) {
          checkSetting(manifest, unit, key, field, value)
        }
      }
    }
  }

  private static func checkSetting(
    _ manifest: Manifest, _ unit: Int, _ key: String, _ field: SecretField, _ value: [UInt8]
  ) {
    var edits = SpliceEdits()
    let text: [UInt8]
    do {
      try EntryEditor.set(
        value.span, for: key, in: field, of: manifest.units[unit], tree: manifest.tree,
        source: manifest.text.span, edits: &edits)
      text = try manifest.apply(edits)
    } catch is ManifestError { return } catch { finding("\(error)") }
    // What no longer reads is refused, by the program too.
    guard let edited = try? Manifest(text) else { return }
    let expected = field == .data ? encoded(value) : value
    let (before, after) = (values(manifest, unit), values(edited, unit))
    let isAliased = manifest.units[unit].entries.contains { $0.kind == .alias }
    guard let set = after.first(where: { $0.path == [field.rawValue, key] }), set.value == expected
    else { finding("set: another value in\n\(String(decoding: text, as: UTF8.self))") }
    for old in before where old.path != set.path && !isAliased {
      guard after.contains(where: { $0.path == old.path && $0.value == old.value }) else {
        finding("set: \(old.path) changed in\n\(String(decoding: text, as: UTF8.self))")
      }
    }
    var removal = SpliceEdits()
    do {
      try EntryEditor.unset(
        key, in: field, of: edited.units[unit], tree: edited.tree, source: text.span,
        edits: &removal)
      let shorter = try edited.apply(removal)
      guard let removed = try? Manifest(shorter) else { return }
      let left = values(removed, unit)
      for old in after where old.path != set.path && !isAliased {
        guard left.contains(where: { $0.path == old.path && $0.value == old.value }) else {
          finding("unset: \(old.path) changed in\n" + String(decoding: removed.text, as: UTF8.self))
        }
      }
    } catch let error as ManifestError {
      let codes: [ManifestError.Code] = [.unsupportedLayout, .anchorInUse]
      if !codes.contains(error.code) { finding("unset: \(error)") }
    } catch { finding("unset: \(error)") }
  }

  private static func encoded(_ value: [UInt8]) -> [UInt8] {
    var output = WipedBuffer()
    Base64.encode(value.span, appendingTo: &output)
    return output.bytes.array
  }

  private static func values(
    _ manifest: Manifest, _ unit: Int
  ) -> [(path: [String], value: [UInt8])] {
    manifest.units[unit].entries.compactMap { entry in
      guard let node = entry.node else { return nil }
      let scalar = manifest.tree.target(of: node) ?? node
      return (entry.path, manifest.tree.withValue(of: scalar) { $0.array })
    }
  }
}
