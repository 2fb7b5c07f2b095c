internal import COpenSSL

/// A look at one of OpenSSL's stacks, which somebody else owns.
@safe
struct Stack {
  private let pointer: OpaquePointer?

  init(_ pointer: OpaquePointer?) { unsafe self.pointer = pointer }

  /// The addresses of the elements.
  var elements: [UnsafeMutableRawPointer] {
    guard let pointer = unsafe pointer else { return unsafe [] }
    let count = unsafe OPENSSL_sk_num(pointer)
    guard count > 0 else { return unsafe [] }
    return unsafe (0..<count).compactMap { unsafe OPENSSL_sk_value(pointer, $0) }
  }
}
