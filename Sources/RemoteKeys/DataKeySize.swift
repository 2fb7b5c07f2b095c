internal import SOPSFormat

/// How long what a key service encrypts and decrypts is.
///
/// Its keys may open other things too: mail, files of age. Only what has the size of a data key, or
/// of a group's share of one, goes in or out.
enum DataKeySize {
  static func isOne(_ count: Int) -> Bool {
    count == SOPSDataKey.byteCount || count == SOPSDataKey.byteCount + 1
  }
}

/// What an encrypted key looks like in a file.
///
/// A service that answers something else would make an entry that nothing opens.
enum EncryptedKeyText {
  static func isPlausible(_ text: String, _ backend: SOPSBackend) -> Bool {
    switch backend {
    case .age: text.hasPrefix("-----BEGIN AGE ENCRYPTED FILE-----")
    case .openPGP: text.hasPrefix("-----BEGIN PGP MESSAGE-----")
    case .awsKMS, .gcpKMS, .azureKeyVault, .vaultTransit, .huaweiKMS:
      !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }
  }
}
