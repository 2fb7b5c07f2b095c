import Glibc
import Testing

@testable import Platform

@Suite struct SocketTests {
  /// A listening socket of the C library; nobody takes its connections but the kernel.
  private final class Listener {
    let number: Int32
    let port: UInt16

    init?(_ family: Int32) {
      number = socket(family, Int32(SOCK_STREAM.rawValue), 0)
      if family == AF_INET6 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_addr = in6addr_loopback
        guard let port = Self.bound(number, &address, \.sin6_port) else { return nil }
        self.port = port
      } else {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        guard let port = Self.bound(number, &address, \.sin_port) else { return nil }
        self.port = port
      }
    }

    private static func bound<Address>(
      _ number: Int32, _ address: inout Address, _ port: KeyPath<Address, UInt16>
    ) -> UInt16? {
      var size = socklen_t(MemoryLayout<Address>.size)
      let isListening = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(number, $0, size) == 0 && listen(number, 8) == 0
            && getsockname(number, $0, &size) == 0
        }
      }
      return isListening ? UInt16(bigEndian: address[keyPath: port]) : nil
    }

    deinit { close(number) }
  }

  private func deadline(_ milliseconds: Int = 5_000) -> Deadline {
    Deadline(after: .milliseconds(milliseconds))
  }

  @Test(arguments: [("127.0.0.1", AF_INET), ("::1", AF_INET6)])
  func connectsAndWaitsNoLongerThanItMay(host: String, family: Int32) throws {
    let listener = try #require(Listener(family))
    let addresses = try NameResolution.addresses(
      of: host, port: listener.port, deadline: deadline())
    #expect(addresses.count == 1 && addresses.first?.isLocal == true)
    let socket = try StreamSocket.connect(to: addresses, deadline: deadline())
    let flags = fcntl(socket.number, F_GETFD)
    #expect(flags & FD_CLOEXEC != 0)
    let text = socket.peer.description
    #expect(text == (family == AF_INET6 ? "[::1]:\(listener.port)" : "127.0.0.1:\(listener.port)"))
    try socket.write([1, 2, 3], deadline: deadline())
    let start = ContinuousClock.now
    let silence = try socket.read(upTo: 10, deadline: deadline(200))
    let waited = ContinuousClock.now - start
    #expect(silence == nil)
    #expect(waited > .milliseconds(150) && waited < .seconds(3))
  }

  @Test func theNextAddressIsTried() throws {
    let listener = try #require(Listener(AF_INET))
    let open = try NameResolution.addresses(
      of: "127.0.0.1", port: listener.port, deadline: deadline())
    let path = try SocketAddress(unixPath: "/nowhere/at/all")
    let socket = try StreamSocket.connect(to: [path] + open, deadline: deadline())
    let port = socket.peer
    #expect(port == open.first)
    #expect(throws: PlatformError(.notFound, "")) {
      _ = try StreamSocket.connect(to: [path, path], deadline: deadline()).peer
    }
  }

  @Test func whatIsClosedIsRefused() throws {
    var listener = Listener(AF_INET)
    let port = try #require(listener?.port)
    listener = nil
    let addresses = try NameResolution.addresses(of: "127.0.0.1", port: port, deadline: deadline())
    #expect(throws: PlatformError(.connectionRefused, "")) {
      _ = try StreamSocket.connect(to: addresses, deadline: deadline()).peer
    }
  }

  @Test func namesOfHosts() throws {
    let addresses = try NameResolution.addresses(of: "localhost", port: 1, deadline: deadline())
    #expect(!addresses.isEmpty && addresses.allSatisfy(\.isLocal))
    for (text, isAddress) in [("10.0.0.1", true), ("::1", true), ("a", false), ("", false)] {
      #expect(NameResolution.isAddress(text) == isAddress)
    }
    for name in ["", "a\0b", String(repeating: "a", count: 2_000)] {
      #expect(throws: PlatformError(.invalidName, "")) {
        try NameResolution.addresses(of: name, port: 1, deadline: deadline())
      }
    }
  }

  @Test(arguments: ["", "a\0b", String(repeating: "a", count: 108)])
  func pathsThatNoSocketHas(path: String) {
    #expect(throws: PlatformError(.invalidName, "")) { try SocketAddress(unixPath: path) }
  }

  @Test func deadlines() {
    #expect(Deadline(after: .seconds(-1)).isOver)
    #expect(!Deadline(after: .seconds(1)).isOver)
    #expect(Deadline(after: .seconds(Int64.max)).remaining <= .seconds(86_401))
    #expect(Deadline(after: .seconds(5)).earlier(Deadline(after: .zero)).isOver)
  }
}
