public import CryptoCore
public import SOPSFormat

/// Opens entries of Huawei Cloud KMS.
public struct HuaweiKMSUnwrapper: SOPSKeyUnwrapper {
  private let service: HuaweiKMS

  init(_ service: HuaweiKMS) { self.service = service }

  /// Only Huawei Cloud KMS.
  public var backends: [SOPSBackend] { [.huaweiKMS] }

  /// The key of an entry that KMS decrypts for the user's credentials.
  public func unwrap(
    _ entry: SOPSKeyEntry, in arena: SecretArena?
  ) throws(SOPSError) -> SecretBytes? {
    guard entry.backend == .huaweiKMS else { return nil }
    do throws(CloudError) {
      let key = try HuaweiKeyName(entry.fields["key_id"]?.text ?? "")
      return try service.decrypt(entry.encryptedKey, key, in: arena)
    } catch { throw SOPSError(opening: entry, error) }
  }
}

/// Makes entries for one key of Huawei Cloud KMS.
public struct HuaweiKMSWrapper: SOPSKeyWrapper {
  private let service: HuaweiKMS
  private let key: HuaweiKeyName

  /// Reads a key's name.
  ///
  /// - Throws: `.malformedConfiguration`.
  init(_ name: String, _ service: HuaweiKMS) throws(SOPSError) {
    do { key = try HuaweiKeyName(name.filter { $0 != " " }) } catch {
      throw SOPSError(malformed: error)
    }
    self.service = service
  }

  /// Makes entries like one that is there.
  ///
  /// - Throws: `.malformedMetadata`.
  init(renewing entry: SOPSKeyEntry, _ service: HuaweiKMS) throws(SOPSError) {
    do { key = try HuaweiKeyName(entry.fields["key_id"]?.text ?? "") } catch {
      throw SOPSError(malformedIn: entry, error)
    }
    self.service = service
  }

  /// Always Huawei Cloud KMS.
  public var backend: SOPSBackend { .huaweiKMS }
  /// The region and the key.
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
      .huaweiKMS,
      fields: [
        MetadataField("key_id", .text(recipient)),
        MetadataField("created_at", .text(date.text(withFraction: false))),
        MetadataField("enc", .text(ciphertext)),
      ])
  }
}
