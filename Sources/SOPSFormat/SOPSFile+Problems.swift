internal import CryptoCore

/// What of the metadata keeps a file from being opened, whatever the key.
extension SOPSFile {
  /// Why the MAC cannot hold; nil when only the key tells.
  var macProblem: SOPSError? {
    guard !metadata.encryptedMAC.isEmpty else {
      return SOPSError(.missingMAC, "the file has no MAC: nobody can tell whether it was altered")
    }
    let text = Array(metadata.encryptedMAC.utf8)
    // The digest in hexadecimal digits.
    if let value = EncryptedValue(text.span), let found = try? value.check(text.span),
      found.byteCount == SHA512.digestByteCount * 2
    {
      return nil
    }
    return SOPSError(.macNotAuthentic, "the MAC is not as SOPS encrypts one, and cannot hold")
  }

  /// Why the version is none; SOPS decrypts nothing then.
  var versionProblem: SOPSError? {
    guard !SOPSVersion.isValid(metadata.version) else { return nil }
    return SOPSError(
      .malformedMetadata, "in the metadata of SOPS, version is none, and SOPS would refuse")
  }
}
