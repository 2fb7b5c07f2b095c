internal import CryptoCore
internal import Envelope
internal import SOPSFormat

/// What git compares in the place of a SOPS file.
struct SOPSDiffText {
  let file: SOPSFile
  let keys: SOPSKeySource

  /// The text with fingerprints for values, and behind it what people decide on of the metadata; as
  /// it is when even that fails.
  func text(_ source: Span<UInt8>, showsPlaintext: Bool) -> WipedBuffer {
    let opened = try? keys.open(file, path: nil)
    if showsPlaintext, let opened, let plain = try? opened.plaintext(.preserved, path: "") {
      return plain.takeText()
    }
    do throws(WorkspaceError) {
      let key = try RepositoryFolder().fingerprintKey()
      do throws(SOPSError) { return try fingerprinted(opened, key) } catch {
        throw WorkspaceError(error)
      }
    } catch { return WipedBuffer(copying: source) }
  }

  private func fingerprinted(
    _ opened: SOPSOpened?, _ key: borrowing FingerprintKey
  ) throws(SOPSError) -> WipedBuffer {
    var problem = file.inspect().problems.first?.message
    if let opened {
      do throws(SOPSError) {
        var text = try opened.withKey { (dataKey) throws(SOPSError) in
          try file.fingerprinted(dataKey) { key.fingerprint(of: $0, in: "sops", at: $1) }
        }
        let name = opened.withKey { dataKey in
          dataKey.withBytes { key.fingerprint(of: $0, in: "sops", at: ["data key"]) }
        }
        append(dataKey: "value:\(name)", problem, to: &text)
        return text
      } catch { problem = error.message }
    }
    var text = try file.fingerprinted { key.fingerprint(of: $0, in: "sops", at: $1) }
    append(dataKey: nil, problem, to: &text)
    return text
  }

  private func append(dataKey: String?, _ problem: String?, to text: inout WipedBuffer) {
    let metadata = file.metadata
    var lines = ["sops \(metadata.selection.kind.rawValue) \(metadata.selection.pattern)"]
    if metadata.isMACOnlyEncrypted { lines.append("its MAC covers encrypted values only") }
    for (index, group) in metadata.keyGroups.enumerated() {
      let mark = metadata.keyGroups.count > 1 ? " of group \(index + 1)" : ""
      lines += group.entries.map { "to \($0.backend) \($0.recipient)\(mark)" }
    }
    if metadata.keyGroups.count > 1 {
      lines.append("needs \(metadata.shamirThreshold) of \(metadata.keyGroups.count) groups")
    }
    if let dataKey { lines.append("data key \(dataKey)") }
    if let problem { lines.append("BROKEN: \(problem)") }
    if text.count > 0, text.bytes[text.count - 1] != 0x0a { text.append(0x0a) }
    for line in lines {
      let scalars = line.unicodeScalars.filter { (0x20...0x7e).contains($0.value) }
      text.append(utf8: "# \(String(String.UnicodeScalarView(scalars)))\n")
    }
  }
}
