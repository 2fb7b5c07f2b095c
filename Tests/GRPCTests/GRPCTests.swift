internal import CryptoCore
internal import Platform
internal import Testing

@testable internal import GRPC

/// Messages of Protocol Buffers that must be refused, and why.
@Test(
  arguments: [
    ([0x0a], "a length is missing"),
    ([0x0a, 0x02, 0x41], "a text is longer than the message"),
    ([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], "a length near 2^64"),
    ([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], "a length near 2^63"),
    ([0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02], "a number of 65 bits"),
    ([0x08] + [UInt8](repeating: 0x80, count: 11), "a number without end"),
    ([0x02, 0x00], "field 0"), ([0x80, 0x80, 0x80, 0x80, 0x10, 0x00], "field 2^29"),
    ([0x0b, 0x0c], "a group"), ([0x0e], "wire type 6"), ([0x0f], "wire type 7"),
    ([0x09, 0, 0, 0, 0, 0, 0, 0], "64 bits cut off"), ([0x0d, 0, 0, 0], "32 bits cut off"),
    ([0x00], "tag 0"),
    ([0x08, 0x00, 0x80], "a tag cut off"),
  ] as [([UInt8], String)])
func refusesMessages(_ message: [UInt8], _ reason: String) {
  #expect(throws: ProtobufError.self, "\(reason)") { _ = try ProtobufFields(message.span) }
}

@Test func readsWhatIsThereOnce() throws {
  // A text, a number, 64 bits, 32 bits of unknown fields, and a text of a field with two bytes of tag.
  let message: [UInt8] =
    [0x0a, 0x01, 0x41, 0x10, 0xff, 0x01, 0x19] + [UInt8](repeating: 1, count: 8)
    + [0x25, 1, 2, 3, 4, 0x82, 0x01, 0x02, 0x42, 0x43]
  let fields = try ProtobufFields(message.span)
  #expect(try fields.text(1, in: message.span) == "A")
  #expect(try fields.text(16, in: message.span) == "BC")
  #expect(try fields.text(5, in: message.span) == "")
  #expect(throws: ProtobufError.self) { try fields.text(2, in: message.span) }
  let twice: [UInt8] = [0x0a, 0x01, 0x41, 0x0a, 0x01, 0x42]
  let repeated = try ProtobufFields(twice.span)
  #expect(try repeated.contents(1).count == 2)
  #expect(throws: ProtobufError.self) { try repeated.content(1) }
  let notUTF8: [UInt8] = [0x0a, 0x01, 0xff]
  #expect(throws: ProtobufError.self) {
    try ProtobufFields(notUTF8.span).text(1, in: notUTF8.span)
  }
  let many = [UInt8]([[UInt8]](repeating: [0x08, 0x00], count: 1025).joined())
  #expect(throws: ProtobufError.self) { _ = try ProtobufFields(many.span) }
}

@Test func writesWhatItReads() throws {
  for count in [0, 1, 127, 128, 16_383, 16_384, 65_000] {
    var writer = ProtobufWriter()
    let text = String(repeating: "x", count: count)
    writer.append(15, text)
    var inner = ProtobufWriter()
    inner.append(2, "inner")
    writer.append(1, inner)
    let message = writer.take()
    let fields = try ProtobufFields(message.bytes)
    #expect(try fields.text(15, in: message.bytes) == text)
    let place = try #require(try fields.content(1))
    let within = message.bytes.extracting(place)
    #expect(try ProtobufFields(within).text(2, in: within) == "inner")
  }
}

@Test func endsOnAnyBytes() throws {
  var random = SystemRandomNumberGenerator()
  for _ in 0..<20_000 {
    let message = (0..<Int.random(in: 0..<24, using: &random)).map { _ in
      UInt8.random(in: 0...255, using: &random)
    }
    guard let fields = try? ProtobufFields(message.span) else { continue }
    for number in UInt64(1)...31 { _ = try? fields.text(number, in: message.span) }
    _ = try? GRPCFrame.message(in: message.span)
  }
}

@Test(arguments: [
  ("plain", "plain"), ("100 % \u{1b}[31m", "100 %25 %1B[31m"), ("ü\n", "%C3%BC%0A"), ("", ""),
])
func encodesStatusMessages(_ message: String, _ encoded: String) {
  #expect(GRPCStatus(.unknown, message).encodedMessage == encoded)
  #expect(GRPCStatus.decodeMessage(encoded) == message)
}

@Test func showsStatusMessagesSafely() {
  #expect(GRPCStatus.decodeMessage("%zz%4") == "%zz%4")
  #expect("\(GRPCStatus(.unknown, "\u{1b}[31m"))" == "\\u{1b}[31m")
  #expect("\(GRPCStatus(.unavailable, ""))" == "unavailable")
  #expect("\(GRPCStatus(.unknown, String(repeating: "x", count: 100_000)))".count == 400)
}

@Test(arguments: [
  ("tcp://127.0.0.1:5000", true), ("tcp://localhost:5000", true), ("tcp://[::1]:5000", true),
  ("tcp://127.8.8.8:1", true), ("unix:///run/s.sock", true), ("unix:s.sock", true),
  ("tcp://[2001:db8::1]:5000", false), ("tcp://keys.example.org:5000", false),
  ("tcp://10.0.0.1:5000", false), ("tcp://0.0.0.0:5000", false),
  ("tcp://127.0.0.1.example.org:5000", false), ("tcp://localhost.example.org:1", false),
])
func readsAddresses(_ text: String, _ isLocal: Bool) throws {
  let address = try GRPCAddress(text)
  #expect(address.isLocal == isLocal)
  #expect(try GRPCAddress(address.description) == address)
}

@Test(arguments: [
  "", "tcp://", "tcp://:5000", "tcp://h", "tcp://h:", "tcp://h:0", "tcp://h:65536", "tcp://h:1/p",
  "tcp://u@h:1", "tcp://::1:5000", "tcp://h h:1", "tcp://h\u{1b}:1", "unix:", "unix://", "h:1",
  "http://h:1", "TCP://h:1", "unix://" + String(repeating: "x", count: 200),
])
func refusesAddresses(_ text: String) {
  #expect(throws: GRPCError.self) { try GRPCAddress(text) }
}

@Test func doesNotWaitForEver() throws {
  // Nobody takes the connection: the kernel does, and nothing is ever answered.
  let path = "/tmp/sealwax-grpc-\(UInt64.random(in: 0...UInt64.max)).sock"
  let listener = try ListeningSocket.listen(unixPath: path)
  let client = GRPCClient(try GRPCAddress("unix://\(path)"))
  let message: [UInt8] = []
  let clock = ContinuousClock()
  let start = clock.now
  let failure = #expect(throws: GRPCError.self) {
    _ = try client.call(
      "/S/M", message.span, connecting: Deadline(after: .seconds(10)),
      deadline: Deadline(after: .milliseconds(200)))
  }
  #expect(failure?.code == .timedOut)
  #expect(clock.now - start < .seconds(8))
  #expect(listener.address.isLocal)
}
