public import CryptoCore
public import Platform
internal import Synchronization

/// A method: from a request's message to an answer's; called on several threads at once.
public typealias GRPCMethod = @Sendable (Span<UInt8>) throws(GRPCStatus) -> WipedBuffer

/// Methods by their paths: `/SERVICE/METHOD`.
public typealias GRPCMethods = [String: GRPCMethod]

/// Answers calls: gRPC over HTTP/2 without TLS.
///
/// Each connection has a thread.
public struct GRPCServer: Sendable {
  private let methods: GRPCMethods
  private let state = State()

  /// Connections above this wait until others end; those without a request end soon then.
  private static let maximumConnectionCount = 64
  /// How long what is under way may take when a stop is asked for, in milliseconds.
  private static let gracePeriod = 5000

  private final class State: Sendable {
    let connectionCount = Atomic<Int>(0)
    let busyCount = Atomic<Int>(0)

    var isFull: Bool {
      connectionCount.load(ordering: .acquiring) >= GRPCServer.maximumConnectionCount
    }
  }

  /// Counts a connection as long as it lives, also when there is no thread for it.
  private final class Slot: Sendable {
    private let state: State

    init(_ state: State) {
      self.state = state
      state.connectionCount.add(1, ordering: .acquiringAndReleasing)
    }

    deinit { state.connectionCount.subtract(1, ordering: .acquiringAndReleasing) }
  }

  /// Makes a server.
  public init(_ methods: GRPCMethods) { self.methods = methods }

  /// Serves until a stop is asked for; then waits a little for what is under way.
  ///
  /// - Throws: when the socket is of no use any more.
  public func serve(
    _ listener: borrowing ListeningSocket, until stop: borrowing StopRequest
  ) throws(GRPCError) {
    do throws(PlatformError) {
      while let socket = try listener.accept(unless: stop) {
        take(GRPCConnection(socket, methods) { [state] in state.isFull })
        while state.isFull {
          guard !stop.isPending else { return finish() }
          WallClock.pause(milliseconds: 20)
        }
      }
    } catch { throw GRPCError(error) }
    finish()
  }

  private func take(_ connection: GRPCConnection) {
    let slot = Slot(state)
    Parallel.inBackground { [state] in
      defer { withExtendedLifetime(slot) {} }
      connection.run { answer in
        state.busyCount.add(1, ordering: .acquiringAndReleasing)
        defer { state.busyCount.subtract(1, ordering: .acquiringAndReleasing) }
        try answer()
      }
    }
  }

  private func finish() {
    for _ in 0..<GRPCServer.gracePeriod / 20 {
      if state.busyCount.load(ordering: .acquiring) == 0 { return }
      WallClock.pause(milliseconds: 20)
    }
  }
}
