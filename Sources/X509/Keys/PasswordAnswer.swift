/// What OpenSSL gets when it asks for a password; without a callback it would ask the terminal.
@unsafe
struct PasswordAnswer {
  let start: UnsafePointer<UInt8>?
  let count: Int

  static let give:
    @convention(c) (UnsafeMutablePointer<CChar>?, CInt, CInt, UnsafeMutableRawPointer?) -> CInt = {
      buffer, capacity, _, answer in
      guard let buffer = unsafe buffer,
        let answer = unsafe answer?.assumingMemoryBound(to: PasswordAnswer.self).pointee,
        let start = unsafe answer.start, unsafe answer.count > 0,
        unsafe answer.count <= Int(capacity)
      else { return -1 }
      unsafe UnsafeMutableRawPointer(buffer).copyMemory(from: start, byteCount: answer.count)
      return CInt(unsafe answer.count)
    }
}
