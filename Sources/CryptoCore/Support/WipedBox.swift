internal import COpenSSL

/// One plain C structure on the heap, at one address as long as it lives, and wiped when it goes.
@safe
struct WipedBox<Value>: ~Copyable, @unchecked Sendable {  // one owner
  let pointer: UnsafeMutablePointer<Value>

  init(_ value: Value) {
    unsafe pointer = .allocate(capacity: 1)
    unsafe pointer.initialize(to: value)
  }

  deinit {
    unsafe OPENSSL_cleanse(pointer, MemoryLayout<Value>.size)
    unsafe pointer.deallocate()
  }
}
