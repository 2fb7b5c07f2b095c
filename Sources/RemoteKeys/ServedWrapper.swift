public import CryptoCore
public import SOPSFormat

/// Makes entries for one recipient with what is here, else through the first key service that can.
public struct ServedWrapper: SOPSKeyWrapper {
  private let local: any SOPSKeyWrapper
  private let usesLocal: Bool
  private let services: [RemoteKeyService]

  /// Makes a wrapper.
  ///
  /// - Parameters:
  ///   - local: The recipient's own; it says what entries look like.
  ///   - usesLocal: Whether it may encrypt.
  public init(
    _ local: any SOPSKeyWrapper, usesLocal: Bool, services: [RemoteKeyService]
  ) {
    self.local = local
    self.usesLocal = usesLocal
    self.services = services
  }

  /// The recipient's kind.
  public var backend: SOPSBackend { local.backend }
  /// The recipient.
  public var recipient: String { local.recipient }

  /// An entry like the recipient's own.
  public func entry(holding encryptedKey: String, date: Timestamp) -> SOPSKeyEntry {
    local.entry(holding: encryptedKey, date: date)
  }

  /// An entry by the first that can make it.
  ///
  /// - Throws: `.wrapFailed` with what each said.
  public func wrap(
    _ key: Span<UInt8>, date: Timestamp, in arena: SecretArena?
  ) throws(SOPSError) -> SOPSKeyEntry {
    var reasons: [String] = []
    if usesLocal {
      do { return try local.wrap(key, date: date, in: arena) } catch {
        guard !services.isEmpty else { throw error }
        reasons.append(error.message)
      }
    }
    let template = local.entry(holding: "", date: date)
    for service in services {
      do {
        return local.entry(holding: try service.encrypt(key, like: template), date: date)
      } catch { reasons.append(error.message) }
    }
    if reasons.isEmpty { reasons = ["there is no key service"] }
    let prefix = usesLocal ? "" : "cannot encrypt for \(template.label): "
    throw SOPSError(.wrapFailed, prefix + reasons.joined(separator: "; "))
  }
}
