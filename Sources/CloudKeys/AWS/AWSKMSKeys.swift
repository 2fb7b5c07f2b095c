public import CryptoCore
public import SOPSFormat

/// Opens entries of AWS KMS.
public struct AWSKMSUnwrapper: SOPSKeyUnwrapper {
  private let service: AWSKMS

  init(_ service: AWSKMS) { self.service = service }

  /// Only AWS KMS.
  public var backends: [SOPSBackend] { [.awsKMS] }

  /// The key of an entry that KMS decrypts for the user's credentials.
  public func unwrap(
    _ entry: SOPSKeyEntry, in arena: SecretArena?
  ) throws(SOPSError) -> SecretBytes? {
    guard entry.backend == .awsKMS else { return nil }
    do throws(CloudError) {
      return try service.decrypt(entry.encryptedKey, AWSKMS.Key(entry), in: arena)
    } catch { throw SOPSError(opening: entry, error) }
  }
}

extension AWSKMS.Key {
  /// The key of an entry; what of a context is null does not count.
  ///
  /// - Throws: `.malformedName`.
  init(_ entry: SOPSKeyEntry) throws(CloudError) {
    var context: [String: String] = [:]
    if case .mapping(let fields) = entry.fields["context"] {
      for field in fields { if let text = field.value.text { context[field.name] = text } }
    }
    self.init(
      name: try AWSKeyName(entry.fields["arn"]?.text ?? ""),
      role: entry.fields["role"]?.text ?? "", profile: entry.fields["aws_profile"]?.text ?? "",
      context: context)
  }
}

/// Makes entries for one key of AWS KMS.
public struct AWSKMSWrapper: SOPSKeyWrapper {
  private let service: AWSKMS
  private let key: AWSKMS.Key

  /// Reads a key as SOPS's flags and creation rules have it: an ARN, with `+` and a role's ARN behind
  /// it where one is to be assumed.
  ///
  /// - Throws: `.malformedConfiguration`.
  init(
    _ text: String, context: [String: String], profile: String, _ service: AWSKMS
  ) throws(SOPSError) {
    let text = text.filter { $0 != " " }
    var name = Substring(text)
    var role: Substring = ""
    // An ARN has no `+arn:` in it, so that this separates two.
    let marker = Array("+arn:")
    let characters = Array(text)
    if let start = characters.indices.first(where: {
      $0 > 0 && characters[$0...].starts(with: marker)
    }) {
      name = text.prefix(start)
      role = text.dropFirst(start + 1)
    }
    do {
      key = AWSKMS.Key(
        name: try AWSKeyName(String(name)), role: String(role), profile: profile, context: context)
    } catch { throw SOPSError(malformed: error) }
    self.service = service
  }

  /// Makes entries like one that is there.
  ///
  /// - Throws: `.malformedMetadata`.
  init(renewing entry: SOPSKeyEntry, _ service: AWSKMS) throws(SOPSError) {
    do { key = try AWSKMS.Key(entry) } catch { throw SOPSError(malformedIn: entry, error) }
    self.service = service
  }

  /// Always AWS KMS.
  public var backend: SOPSBackend { .awsKMS }
  /// The key's ARN.
  public var recipient: String { key.name.arn }

  /// An entry that KMS has encrypted for the user's credentials.
  public func wrap(
    _ key: Span<UInt8>, date: Timestamp, in arena: SecretArena?
  ) throws(SOPSError) -> SOPSKeyEntry {
    let ciphertext: String
    do { ciphertext = try service.encrypt(key, self.key) } catch {
      throw SOPSError(wrappingFor: recipient, error)
    }
    var fields = [MetadataField("arn", .text(recipient))]
    if !self.key.role.isEmpty { fields.append(MetadataField("role", .text(self.key.role))) }
    if !self.key.context.isEmpty {
      let pairs = self.key.context.sorted { $0.key < $1.key }
      fields.append(
        MetadataField("context", .mapping(pairs.map { MetadataField($0.key, .text($0.value)) })))
    }
    fields += [
      MetadataField("created_at", .text(date.text(withFraction: false))),
      MetadataField("enc", .text(ciphertext)),
      MetadataField("aws_profile", .text(self.key.profile)),
    ]
    return SOPSKeyEntry(.awsKMS, fields: fields)
  }
}
