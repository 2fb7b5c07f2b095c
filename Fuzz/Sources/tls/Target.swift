import CryptoCore
import FuzzSupport
import TLSClient
import TransportSecurity

/// Reads arbitrary bytes as what a server answers to a hello or a request, and as a target.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  withInput(data, count) { bytes in
    let whole = bytes.array
    let answer = ServerAnswer.read(whole)
    // What is told of the first bytes stays true when more come.
    for end in [whole.count / 2, whole.count - 1] where end > 0 {
      let earlier = ServerAnswer.read(Array(whole.prefix(end)))
      if let earlier, kind(earlier) != kind(answer) { finding("another answer with more bytes") }
    }
    if let http = HTTPAnswer(whole), !(100...599).contains(http.status) { finding("a status") }
    _ = HTTPAnswer.isEnough(whole)
    let text = String(decoding: whole, as: UTF8.self)
    if let target = try? ProbeTarget(text) {
      guard let again = try? ProbeTarget(target.description), again == target else {
        finding("a target that does not read again")
      }
    }
  }
}

private func kind(_ answer: ServerAnswer?) -> String {
  switch answer {
  case .other: "other"
  case let answer: "\(answer, default: "none")"
  }
}
