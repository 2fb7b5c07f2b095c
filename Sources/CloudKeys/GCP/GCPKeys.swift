public import CryptoCore
public import SOPSFormat

/// Opens entries of Google Cloud KMS.
public struct GCPKMSUnwrapper: SOPSKeyUnwrapper {
  private let service: GCPKMS

  init(_ service: GCPKMS) { self.service = service }

  /// Only Google Cloud KMS.
  public var backends: [SOPSBackend] { [.gcpKMS] }

  /// The key of an entry that KMS decrypts for the user's credentials.
  public func unwrap(
    _ entry: SOPSKeyEntry, in arena: SecretArena?
  ) throws(SOPSError) -> SecretBytes? {
    guard entry.backend == .gcpKMS else { return nil }
    do throws(CloudError) {
      let key = try GCPKMS.KeyName(entry.fields["resource_id"]?.text ?? "")
      return try service.decrypt(entry.encryptedKey, key, in: arena)
    } catch { throw SOPSError(opening: entry, error) }
  }
}

/// Makes entries for one key of Google Cloud KMS.
public struct GCPKMSWrapper: SOPSKeyWrapper {
  private let service: GCPKMS
  private let key: GCPKMS.KeyName

  /// Reads a key's name.
  ///
  /// - Throws: `.malformedConfiguration`.
  init(_ name: String, _ service: GCPKMS) throws(SOPSError) {
    do { key = try GCPKMS.KeyName(name.filter { $0 != " " }) } catch {
      throw SOPSError(malformed: error)
    }
    self.service = service
  }

  /// Makes entries like one that is there.
  ///
  /// - Throws: `.malformedMetadata`.
  init(renewing entry: SOPSKeyEntry, _ service: GCPKMS) throws(SOPSError) {
    do { key = try GCPKMS.KeyName(entry.fields["resource_id"]?.text ?? "") } catch {
      throw SOPSError(malformedIn: entry, error)
    }
    self.service = service
  }

  /// Always Google Cloud KMS.
  public var backend: SOPSBackend { .gcpKMS }
  /// The key's name.
  public var recipient: String { key.text }

  /// An entry that KMS has encrypted for the user's credentials.
  public func wrap(
    _ key: Span<UInt8>, date: Timestamp, in arena: SecretArena?
  ) throws(SOPSError) -> SOPSKeyEntry {
    let ciphertext: String
    do { ciphertext = try service.encrypt(key, self.key) } catch {
      throw SOPSError(wrappingFor: recipient, error)
    }
    return SOPSKeyEntry(
      .gcpKMS,
      fields: [
        MetadataField("resource_id", .text(recipient)),
        MetadataField("created_at", .text(date.text(withFraction: false))),
        MetadataField("enc", .text(ciphertext)),
      ])
  }
}
