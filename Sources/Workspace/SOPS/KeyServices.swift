internal import GRPC
internal import Platform
internal import RemoteKeys
internal import SOPSFormat

/// Which key services of SOPS's are asked: the local one, which is the keys that are here, and others.
public struct KeyServices: Sendable {
  /// Whether the keys that are here are used.
  let usesLocal: Bool
  /// The others, in the order in which they are asked.
  let remote: [RemoteKeyService]

  /// The keys that are here alone.
  public static let none = KeyServices(usesLocal: true, remote: [])

  private init(usesLocal: Bool, remote: [RemoteKeyService]) {
    self.usesLocal = usesLocal
    self.remote = remote
  }

  /// Names services.
  ///
  /// - Parameter addresses: `tcp://HOST:PORT` or `unix:///PATH` each.
  /// - Throws: `.configuration` for what is no address.
  public init(_ addresses: [String], usesLocal: Bool) throws(WorkspaceError) {
    var remote: [RemoteKeyService] = []
    for address in addresses {
      do { remote.append(RemoteKeyService(try GRPCAddress(address))) } catch {
        throw WorkspaceError(.configuration, "no address of a key service: \(error.message)")
      }
    }
    self.init(usesLocal: usesLocal, remote: remote)
  }

  /// What SOPS's variables name.
  ///
  /// - Throws: `.configuration`.
  static func ofVariables() throws(WorkspaceError) -> KeyServices {
    let addresses = (Environment.value("SOPS_KEYSERVICE") ?? "").split(separator: ",")
    let local = Environment.value("SOPS_ENABLE_LOCAL_KEYSERVICE") ?? ""
    let isOff = ["0", "f", "F", "false", "FALSE", "False"].contains(local)
    return try KeyServices(addresses.map(String.init), usesLocal: !isOff)
  }

  /// Whether there is anything to open entries with.
  public var isEmpty: Bool { !usesLocal && remote.isEmpty }

  /// What the user should know: where data keys would go in plaintext.
  public var warnings: [String] {
    remote.filter { !$0.address.isLocal }.map {
      "data keys go to \(escapedForTerminal($0.address.description)) unencrypted: who sees the "
        + "connection reads them; forward a socket by ssh instead"
    }
  }

  /// What makes entries for a recipient, here or through a service.
  func serving(_ wrapper: any SOPSKeyWrapper) -> any SOPSKeyWrapper {
    if usesLocal, remote.isEmpty { return wrapper }
    return ServedWrapper(wrapper, usesLocal: usesLocal, services: remote)
  }
}
