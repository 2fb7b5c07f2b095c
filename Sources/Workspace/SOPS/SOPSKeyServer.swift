internal import GRPC
internal import Platform
internal import RemoteKeys

/// A key service for other machines, users or containers: `sops keyservice`.
public struct SOPSKeyServer: ~Copyable {
  private let listener: ListeningSocket
  private let stop: StopRequest
  private let network: String

  /// Listens.
  ///
  /// - Parameters:
  ///   - network: `tcp` or `unix`.
  ///   - address: `HOST:PORT`, where no host means all addresses of this machine; or a path.
  /// - Throws: `.usage`, `.cannotCreate`.
  public init(network: String, address: String) throws(WorkspaceError) {
    // Signals wait for the socket's file to be removed from the moment there is one.
    let stop = try SOPSKeyServer.stopRequest()
    let listener = try SOPSKeyServer.listener(network, address)
    self.stop = stop
    self.listener = listener
    self.network = network
  }

  private static func stopRequest() throws(WorkspaceError) -> StopRequest {
    do { return try StopRequest() } catch { throw WorkspaceError(.other, "\(error)") }
  }

  private static func listener(
    _ network: String, _ address: String
  ) throws(WorkspaceError) -> ListeningSocket {
    do { return try listen(network, address) } catch {
      throw WorkspaceError(
        error.code == .invalidName ? .usage : .cannotCreate, "\(error)",
        hints: error.code == .alreadyExists ? ["another service may be there, or a file"] : [])
    }
  }

  private static func listen(
    _ network: String, _ address: String
  ) throws(PlatformError) -> ListeningSocket {
    if network == "unix" { return try ListeningSocket.listen(unixPath: address) }
    guard network == "tcp", let place = HostAndPort(address) else {
      throw PlatformError(
        .invalidName, "listen at", path: network == "tcp" ? address : "\(network)://\(address)")
    }
    let deadline = Deadline(after: .seconds(10))
    guard place.host.isEmpty else {
      return try ListeningSocket.listen(
        to: NameResolution.addresses(of: place.host, port: place.port, deadline: deadline))
    }
    // IPv4 comes through the other where there is IPv6.
    var all: [SocketAddress] = []
    for host in ["::", "0.0.0.0"] {
      all += try NameResolution.addresses(of: host, port: place.port, deadline: deadline)
    }
    return try ListeningSocket.listen(to: all)
  }

  /// Where it listens: `tcp://127.0.0.1:5000`; fit for a terminal.
  public var address: String {
    let text = listener.address.description
    return escapedForTerminal(network == "unix" ? "unix://\(text.dropFirst(5))" : "tcp://\(text)")
  }

  /// What the user should know: who could have keys opened.
  public var warnings: [String] {
    if network == "unix" { return [] }
    if listener.address.isLocal {
      return [
        "every user and every process of this machine can have keys opened here: "
          + "'--network unix' is for you alone"
      ]
    }
    return [
      "everybody who reaches this address can have keys opened, and data keys go unencrypted: "
        + "use '--network unix', and forward the socket by ssh"
    ]
  }

  /// Serves until a signal asks to end.
  ///
  /// - Parameters:
  ///   - asks: whether the user is asked about every request, on the terminal.
  ///   - note: is told about every request.
  /// - Throws: `.inputOutput`.
  public func serve(
    _ keys: SOPSKeys, asks: Bool, note: @escaping @Sendable (String) -> Void
  ) throws(WorkspaceError) {
    let server = KeyServiceServer(keys) { operation, key in
      guard asks else { return true }
      // Without an answer the request is refused.
      return (try? Terminal.confirm("\(operation.rawValue) a data key with \(key)?")) ?? false
    } note: { text in
      note(text)
    }
    do { try server.serve(listener, until: stop) } catch {
      throw WorkspaceError(.inputOutput, error.message)
    }
  }
}
