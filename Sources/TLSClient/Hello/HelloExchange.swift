public import Platform

extension ClientHello {
  /// Sends it over a fresh connection and reads what the server says first.
  ///
  /// - Throws: what the socket reports, a connection that the server resets excepted: that is an
  ///   answer too.
  public func exchange(
    over socket: borrowing StreamSocket, deadline: Deadline
  ) throws(PlatformError) -> ServerAnswer {
    var bytes: [UInt8] = []
    do throws(PlatformError) {
      try socket.write(self.bytes(), deadline: deadline)
      while true {
        let room = ServerAnswer.maximumByteCount - bytes.count
        guard let more = try socket.read(upTo: min(room, 4096), deadline: deadline) else {
          return .silence(after: bytes.count)
        }
        guard !more.isEmpty else { return .closed(after: bytes.count) }
        bytes += more
        if let answer = ServerAnswer.read(bytes) { return answer }
        // A server that sends a byte now and then keeps nobody beyond the deadline.
        if deadline.isOver { return .silence(after: bytes.count) }
      }
    } catch  where error.code == .connectionReset || error.code == .brokenPipe {
      return .closed(after: bytes.count)
    }
  }
}
