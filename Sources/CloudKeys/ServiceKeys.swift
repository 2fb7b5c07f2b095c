internal import CryptoCore
internal import SOPSFormat

/// A service that encrypts and decrypts data keys, and keeps its own key to itself.
protocol KeyService: Sendable {
  associatedtype Key: ServiceKey

  /// What an entry has under `enc`.
  func encrypt(_ plaintext: Span<UInt8>, _ key: Key) throws(CloudError) -> String

  /// The data key or share.
  func decrypt(
    _ ciphertext: String, _ key: Key, in arena: SecretArena?
  ) throws(CloudError) -> SecretBytes
}

/// A key of a service, as entries name it.
protocol ServiceKey: Sendable {
  static var backend: SOPSBackend { get }

  /// The key of an entry.
  ///
  /// - Throws: `.malformedName`, `.untrustedAddress`.
  init(_ entry: SOPSKeyEntry) throws(CloudError)

  /// As `SOPSKeyEntry.recipient` has it.
  var recipient: String { get }
  /// The fields of an entry in front of `created_at`.
  var fields: [MetadataField] { get }
  /// Those behind `enc`.
  var lastFields: [MetadataField] { get }
}

extension ServiceKey {
  var lastFields: [MetadataField] { [] }
}

/// Opens entries of one service.
struct ServiceUnwrapper<Service: KeyService>: SOPSKeyUnwrapper {
  private let service: Service

  init(_ service: Service) { self.service = service }

  var backends: [SOPSBackend] { [Service.Key.backend] }

  func unwrap(
    _ entry: SOPSKeyEntry, in arena: SecretArena?
  ) throws(SOPSError) -> SecretBytes? {
    guard entry.backend == Service.Key.backend else { return nil }
    do throws(CloudError) {
      return try service.decrypt(entry.encryptedKey, Service.Key(entry), in: arena)
    } catch { throw SOPSError(opening: entry, error) }
  }
}

/// Makes entries for one key of a service.
struct ServiceWrapper<Service: KeyService>: SOPSKeyWrapper {
  private let service: Service
  private let key: Service.Key

  init(_ key: Service.Key, _ service: Service) {
    self.key = key
    self.service = service
  }

  /// Makes entries like one that is there.
  ///
  /// - Throws: `.malformedMetadata`.
  init(renewing entry: SOPSKeyEntry, _ service: Service) throws(SOPSError) {
    do { key = try Service.Key(entry) } catch { throw SOPSError(malformedIn: entry, error) }
    self.service = service
  }

  var backend: SOPSBackend { Service.Key.backend }
  var recipient: String { key.recipient }

  func wrap(
    _ key: Span<UInt8>, date: Timestamp, in arena: SecretArena?
  ) throws(SOPSError) -> SOPSKeyEntry {
    let ciphertext: String
    do { ciphertext = try service.encrypt(key, self.key) } catch {
      throw SOPSError(wrappingFor: recipient, error)
    }
    return entry(holding: ciphertext, date: date)
  }

  func entry(holding encryptedKey: String, date: Timestamp) -> SOPSKeyEntry {
    let own = [
      MetadataField("created_at", .text(date.text(withFraction: false))),
      MetadataField("enc", .text(encryptedKey)),
    ]
    return SOPSKeyEntry(backend, fields: key.fields + own + key.lastFields)
  }
}
