internal import CryptoCore
public import GRPC
public import Platform
public import SOPSFormat
internal import Synchronization

/// The keys that a key service has.
public protocol ServedKeys: Sendable {
  /// What opens entries.
  var unwrappers: [any SOPSKeyUnwrapper] { get }

  /// What makes entries for the key of one.
  func wrapper(renewing entry: SOPSKeyEntry) throws(SOPSError) -> any SOPSKeyWrapper
}

/// A key service as SOPS has it (`sops keyservice`): opens and makes entries for whoever can connect.
///
/// Unlike SOPS's it gives out and takes nothing but data keys and shares of them, so that it opens
/// neither mail nor files that the same keys are for; and it asks before it decrypts, not after.
public struct KeyServiceServer: Sendable {
  /// What is asked for.
  public enum Operation: String, Sendable {
    case encrypt, decrypt
  }

  private let keys: any ServedKeys
  private let approve: @Sendable (Operation, String) -> Bool
  private let note: @Sendable (String) -> Void
  /// One question at a time.
  private let question = Gate()

  private final class Gate: Sendable {
    private let lock = Mutex<Void>(())
    func pass(_ body: () -> Bool) -> Bool { lock.withLock { _ in body() } }
  }

  /// Makes a service.
  ///
  /// - Parameters:
  ///   - approve: Whether a request is answered; told the operation and which key it is about, fit
  ///     for a terminal.
  ///   - note: Is told how each request ended.
  public init(
    _ keys: any ServedKeys, approve: @escaping @Sendable (Operation, String) -> Bool,
    note: @escaping @Sendable (String) -> Void
  ) {
    self.keys = keys
    self.approve = approve
    self.note = note
  }

  /// Serves until a stop is asked for.
  public func serve(
    _ listener: borrowing ListeningSocket, until stop: borrowing StopRequest
  ) throws(GRPCError) {
    let server = GRPCServer([
      KeyServiceMessages.encrypt: { (message) throws(GRPCStatus) in
        try answer(.encrypt, message)
      },
      KeyServiceMessages.decrypt: { (message) throws(GRPCStatus) in
        try answer(.decrypt, message)
      },
    ])
    try server.serve(listener, until: stop)
  }

  private func answer(
    _ operation: Operation, _ message: Span<UInt8>
  ) throws(GRPCStatus) -> WipedBuffer {
    var name = "a key"
    do throws(GRPCStatus) {
      let (key, content) = try KeyServiceMessages.read(request: message)
      let bytes = message.extracting(content)
      let entry = SOPSKeyEntry(key.backend, fields: key.fields)
      name = entry.label
      guard question.pass({ approve(operation, name) }) else {
        throw GRPCStatus(.permissionDenied, "who runs the service has said no")
      }
      let response =
        switch operation {
        case .encrypt: try encrypt(bytes, entry)
        case .decrypt: try decrypt(bytes, key)
        }
      note("\(operation.rawValue) with \(name): done")
      return response
    } catch {
      note("\(operation.rawValue) with \(name): \(error)")
      throw error
    }
  }

  private func encrypt(
    _ key: Span<UInt8>, _ entry: SOPSKeyEntry
  ) throws(GRPCStatus) -> WipedBuffer {
    guard DataKeySize.isOne(key.count) else {
      throw GRPCStatus(.invalidArgument, "what is to be encrypted is no data key")
    }
    do throws(SOPSError) {
      let made = try keys.wrapper(renewing: entry).wrap(key, date: KeyServiceServer.epoch, in: nil)
      return KeyServiceMessages.response(Array(made.encryptedKey.utf8).span)
    } catch { throw GRPCStatus(.unknown, error.message) }
  }

  /// A date that no answer has in it.
  private static let epoch = Timestamp(secondsSince1970: 0)

  private func decrypt(
    _ ciphertext: Span<UInt8>, _ key: KeyMessage
  ) throws(GRPCStatus) -> WipedBuffer {
    guard let text = String(validating: [UInt8](copying: ciphertext), as: UTF8.self), !text.isEmpty
    else { throw GRPCStatus(.invalidArgument, "what is to be decrypted is no encrypted key") }
    let entry = SOPSKeyEntry(
      key.backend, fields: key.fields + [MetadataField("enc", .text(text))])
    var failure: SOPSError?
    for unwrapper in keys.unwrappers where unwrapper.backends.contains(entry.backend) {
      do throws(SOPSError) {
        guard let secret = try unwrapper.unwrap(entry, in: nil) else { continue }
        guard DataKeySize.isOne(secret.count) else {
          throw SOPSError(.malformedKey, "what opens is no data key")
        }
        return KeyServiceMessages.response(secret.bytes)
      } catch { failure = failure ?? error }
    }
    throw failure.map { GRPCStatus(.unknown, $0.message) }
      ?? GRPCStatus(.notFound, "there is no key for \(entry.label) here")
  }
}
