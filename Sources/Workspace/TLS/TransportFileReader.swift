internal import ControlPlane
internal import CryptoCore
internal import Envelope
internal import Platform
internal import TransportSecurity
internal import YAMLSource

/// Reads one file for `tls check`; opens what is sealed where an identity is at hand.
struct TransportFileReader: Sendable {
  let password: PasswordText?
  let keys: KeyRing

  /// The largest file, in bytes.
  private static let maximumByteCount = 64 << 20

  /// What came of a file.
  struct Result: Sendable {
    let path: String
    var contents: FileContents?
    var error: WorkspaceError?
    var isSealed = false
    /// Whether the file is there, and could not be read.
    var isUnread: Bool { contents == nil && error != nil && error?.kind != .malformed }
  }

  /// Whether a file of a folder is looked into, by its name.
  static func isCandidate(_ name: String) -> Bool {
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else {
      return !name.hasPrefix(".")
    }
    let ending = name[dot...].lowercased()
    // A copy of a key is a key.
    if copyEndings.contains(ending) { return isCandidate(String(name[..<dot])) }
    return endings.contains(ending)
  }

  private static let copyEndings: Set<String> = [
    ".bak", ".backup", ".old", ".orig", ".save", ".copy",
  ]

  private static let endings: Set<String> = [
    ".crt", ".pem", ".cer", ".cert", ".der", ".key", ".pub", ".p12", ".pfx", ".p7b", ".p7c", ".ca",
    ".conf", ".kubeconfig", ".config", ".yaml", ".yml", ".json",
  ]

  func read(_ item: InputItem) -> Result {
    var result = Result(path: item.path)
    do throws(PlatformError) {
      if item.isStandardInput {
        let text = try Files.readStandardInput(limit: Self.maximumByteCount)
        parse(text.bytes, nil, item, &result)
      } else {
        let file = try Files.read(item.path, limit: Self.maximumByteCount)
        parse(file.bytes.bytes, file.identity, item, &result)
      }
    } catch {
      result.error = WorkspaceError(reading: error).at(item.path)
    }
    return result
  }

  private func parse(
    _ bytes: Span<UInt8>, _ identity: FileIdentity?, _ item: InputItem, _ result: inout Result
  ) {
    if Self.isSealed(bytes) {
      if let opened = open(bytes) {
        // Its mode is no matter: what lies on the disk is sealed.
        return take(opened.bytes, nil, item, &result)
      }
      result.isSealed = true
    }
    take(bytes, identity, item, &result)
  }

  private func take(
    _ bytes: Span<UInt8>, _ identity: FileIdentity?, _ item: InputItem, _ result: inout Result
  ) {
    // A repository has recipients beside its manifests, and a machine SSH's public keys.
    guard item.isNamed || KeyFileKind.publicKind(of: bytes) == nil else { return }
    do throws(ControlPlaneError) {
      let contents: FileContents
      if let password {
        contents = try password.withBytes { password throws(ControlPlaneError) in
          try FileReader().read(
            bytes, file: item.path, identity: identity, password: password)
        }
      } else {
        contents = try FileReader().read(
          bytes, file: item.path, identity: identity, password: Span())
      }
      result.contents = contents
      // Of manifests some are expected to have no certificate.
      if contents.isEmpty, item.isNamed, !result.isSealed, !contents.isManifest {
        result.error = WorkspaceError(
          .malformed, "no certificate, key or kubeconfig is in it", path: item.path)
      }
    } catch {
      result.error = WorkspaceError(
        .malformed, error.message, path: item.path,
        position: SourcePosition(
          offset: 0, line: error.place.line, column: error.place.column))
    }
  }

  private func open(_ bytes: Span<UInt8>) -> WipedBuffer? {
    guard !keys.unwrappers.isEmpty, var sealer = try? ManifestSealer(),
      let output = try? sealer.open(bytes, unwrappers: keys.unwrappers)
    else { return nil }
    return output.takeText()
  }

  private static let mark = Array("sealwax.dev/envelope".utf8)

  private static func isSealed(_ bytes: Span<UInt8>) -> Bool {
    guard bytes.count >= mark.count else { return false }
    for start in 0...(bytes.count - mark.count) where bytes[start] == mark[0] {
      if mark.indices.allSatisfy({ bytes[start + $0] == mark[$0] }) { return true }
    }
    return false
  }
}
