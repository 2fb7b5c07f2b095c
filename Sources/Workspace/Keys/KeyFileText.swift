internal import CryptoCore
internal import Platform

/// The text of a file with keys, in wiped memory.
struct KeyFileText: ~Copyable {
  /// The largest file with keys, in bytes.
  static let maximumByteCount = 1 << 20

  let bytes: WipedBuffer
  /// Whether others may read the file.
  let isOpenToOthers: Bool

  /// Reads a file, a pipe (`<(command)`) or, by `-`, standard input.
  ///
  /// Programs that are started later cannot read it again, should it have been left open for us.
  ///
  /// - Throws: `.noInput`, `.malformed` when it is too large.
  init(_ path: String) throws(WorkspaceError) {
    do throws(PlatformError) {
      let input = try path == "-" ? InputFile.standardInput() : InputFile(path)
      var bytes = WipedBuffer(capacity: 4096)
      while true {
        let before = bytes.count
        var got = 0
        try bytes.append(count: 4096) { (room: inout MutableSpan<UInt8>) throws(PlatformError) in
          got = try input.read(into: &room)
        }
        bytes.truncate(to: before + got)
        if got == 0 { break }
        guard bytes.count <= KeyFileText.maximumByteCount else {
          throw PlatformError(.tooLarge, "read", path: path)
        }
      }
      self.bytes = bytes
      Files.keepFromChildren(input.identity)
      isOpenToOthers = input.identity.kind == .regular && input.identity.mode & 0o077 != 0
    } catch {
      let failure = WorkspaceError(reading: error).at(path)
      guard SecretKeyText.isIn(path) else { throw failure }
      throw failure.hinting(
        "this is a key, not a file; an identity itself goes into SEALWAX_IDENTITY")
    }
  }

  /// The text as a string, which is not wiped: only for what is public.
  var publicText: String {
    let span = bytes.bytes
    return String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
  }

  /// What the file holds, by its first line that is neither empty nor a comment.
  var kind: KeyFileKind { KeyFileKind(of: bytes.bytes) }
}

/// The kinds of files with keys.
enum KeyFileKind {
  case keyEncryptionKey
  case signingKey
  /// An age file, which is opened with a passphrase and holds identities.
  case encryptedIdentities
  /// Anything else: age and SSH identities.
  case identities

  init(of text: Span<UInt8>) {
    guard let range = KeyFileKind.firstLine(of: text) else {
      self = .identities
      return
    }
    let line = text.extracting(range)
    if KeyFileKind.begins(line, "SEALWAX-KEK-") {
      self = .keyEncryptionKey
    } else if KeyFileKind.begins(line, "SEALWAX-SIGNING-KEY-") {
      self = .signingKey
    } else if KeyFileKind.begins(line, "AGE-ENCRYPTION.ORG/")
      || KeyFileKind.begins(line, "-----BEGIN AGE ENCRYPTED FILE")
    {
      self = .encryptedIdentities
    } else {
      self = .identities
    }
  }

  /// Public keys, of which there are files, too.
  enum PublicKind {
    case recipient, publicSigningKey
  }

  /// Which public keys a file holds, by its first line; nil for another file.
  static func publicKind(of text: Span<UInt8>) -> PublicKind? {
    guard let range = firstLine(of: text) else { return nil }
    let line = text.extracting(range)
    if begins(line, "SEALWAXSIG1") { return .publicSigningKey }
    return begins(line, "AGE1") || begins(line, "SSH-") ? .recipient : nil
  }

  /// The first line that is neither empty nor a comment.
  private static func firstLine(of text: Span<UInt8>) -> Range<Int>? {
    var start = 0
    while start < text.count {
      var end = start
      while end < text.count, text[end] != 0x0a { end += 1 }
      while start < end, text[start] == 0x20 || text[start] == 0x09 { start += 1 }
      if start < end, text[start] != UInt8(ascii: "#"), text[start] != 0x0d { return start..<end }
      start = end + 1
    }
    return nil
  }

  private static func begins(_ line: Span<UInt8>, _ prefix: StaticString) -> Bool {
    let prefix = Array(prefix.description.utf8)
    guard line.count >= prefix.count else { return false }
    for index in prefix.indices {
      // Bech32 is read in lower case too.
      let byte = line[index]
      let upper = byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte
      if upper != prefix[index] { return false }
    }
    return true
  }
}
