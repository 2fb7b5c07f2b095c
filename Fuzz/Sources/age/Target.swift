import Age
import CryptoCore
import FuzzSupport

/// Reads arbitrary bytes as an age file, its header, and files of keys.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  withInput(data, count) { bytes in
    if let header = try? AgeHeader.parse(bytes) {
      var output = WipedBuffer()
      header.serialize(appendingTo: &output)
      let original = bytes.extracting(..<min(header.byteCount, bytes.count))
      if !ConstantTime.equal(output.bytes, original) { finding("another header") }
    }
    let identities =
      (try? IdentityFile.parse(bytes) { _ in throw AgeError(.wrongPassphrase, "none") }) ?? []
    _ = try? RecipientsFile.parse(bytes)
    var plaintext = WipedBuffer()
    // A native identity or one from the input; plugins would be run.
    let usable = identities.filter { $0.kind != .plugin }.map(\.identity)
    try? AgeFile.decrypt(bytes, identities: usable, appendingTo: &plaintext)
    try? AgeFile.decrypt(bytes, identities: Known.identities, appendingTo: &plaintext)
  }
}

/// A key that everybody knows.
enum Known {
  static let identities: [any Identity] = {
    guard let storage = try? SecretBytes(copying: [UInt8](repeating: 7, count: 32).span),
      let key = try? X25519.PrivateKey(copying: storage.bytes, in: nil)
    else { finding("no key") }
    return [X25519Identity(key)]
  }()
}
