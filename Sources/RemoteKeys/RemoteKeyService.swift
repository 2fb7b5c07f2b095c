internal import CryptoCore
public import GRPC
internal import Platform
public import SOPSFormat
internal import Synchronization

/// A key service of SOPS's, which opens entries and makes them with keys that it has.
///
/// The data key crosses the connection as it is, in both directions: that is the protocol.
public final class RemoteKeyService: Sendable {
  private struct State: Sendable {
    var failure: String?
    /// When it could not be reached, in seconds since 1970.
    var unreachableSince: Int?
  }

  /// Where it is.
  public let address: GRPCAddress
  private let client: GRPCClient
  private let patience: Duration
  private let state = Mutex(State())

  /// How long a service that could not be reached is not asked again, in seconds: many files do not
  /// wait for it one after the other.
  private static let pause = 30

  /// Asks for nothing yet.
  ///
  /// - Parameter patience: How long an answer may take: somebody may have to agree to it.
  public init(_ address: GRPCAddress, patience: Duration = .seconds(120)) {
    self.address = address
    self.patience = patience
    client = GRPCClient(address)
  }

  /// What the service did not do last, for people; nil when it has answered, or was not asked.
  public var failure: String? { state.withLock(\.failure) }

  /// Opens entries through it.
  public var unwrapper: any SOPSKeyUnwrapper { RemoteUnwrapper(service: self) }

  /// The data key or share of an entry.
  func decrypt(
    _ entry: SOPSKeyEntry, in arena: SecretArena?
  ) throws(RemoteFailure) -> SecretBytes {
    let text = Array(entry.encryptedKey.utf8)
    let answer = try call(KeyServiceMessages.decrypt, entry, text.span)
    let key = try content(of: answer.bytes)
    guard DataKeySize.isOne(key.count) else {
      throw failed("its answer is no data key")
    }
    do { return try SecretBytes(copying: answer.bytes.extracting(key), in: arena) } catch {
      throw failed("no memory for a key")
    }
  }

  /// What an entry has under `enc`.
  ///
  /// - Parameter template: An entry for the same key.
  func encrypt(
    _ key: Span<UInt8>, like template: SOPSKeyEntry
  ) throws(RemoteFailure) -> String {
    let answer = try call(KeyServiceMessages.encrypt, template, key)
    let bytes = [UInt8](copying: answer.bytes.extracting(try content(of: answer.bytes)))
    guard let text = String(validating: bytes, as: UTF8.self),
      EncryptedKeyText.isPlausible(text, template.backend)
    else { throw failed("its answer is no encrypted key") }
    return text
  }

  private func content(of answer: Span<UInt8>) throws(RemoteFailure) -> Range<Int> {
    do { return try KeyServiceMessages.read(response: answer) } catch {
      throw failed("its answer cannot be read: \(error)")
    }
  }

  private func call(
    _ method: String, _ entry: SOPSKeyEntry, _ content: Span<UInt8>
  ) throws(RemoteFailure) -> WipedBuffer {
    let now = WallClock.seconds()
    let known = state.withLock { state in
      let isUnreachable = state.unreachableSince.map { (0..<Self.pause).contains(now - $0) }
      return isUnreachable == true ? state.failure : nil
    }
    if let known { throw RemoteFailure(message: known) }
    let message = KeyServiceMessages.request(entry, content)
    do throws(GRPCError) {
      let answer = try client.call(
        method, message.bytes, connecting: Deadline(after: min(patience, .seconds(10))),
        deadline: Deadline(after: patience))
      state.withLock { $0 = State() }
      return answer
    } catch {
      throw failed(
        error.message,
        at: error.code == .unreachable || error.code == .timedOut ? WallClock.seconds() : nil)
    }
  }

  private func failed(_ reason: String, at time: Int? = nil) -> RemoteFailure {
    let failure = "the key service at \(escapedForTerminal(address.description)): \(reason)"
    state.withLock { $0 = State(failure: failure, unreachableSince: time) }
    return RemoteFailure(message: failure)
  }
}

/// Why a key service did not do what it should: for people, without a byte of a key.
struct RemoteFailure: Error {
  let message: String
}

/// Opens entries of all kinds through a key service.
struct RemoteUnwrapper: SOPSKeyUnwrapper {
  let service: RemoteKeyService

  var backends: [SOPSBackend] { SOPSBackend.allCases }

  func unwrap(_ entry: SOPSKeyEntry, in arena: SecretArena?) throws(SOPSError) -> SecretBytes? {
    do { return try service.decrypt(entry, in: arena) } catch {
      throw SOPSError(
        .noIdentity, "the data key for \(entry.label) does not open: \(error.message)")
    }
  }
}
