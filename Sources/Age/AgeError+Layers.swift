internal import CryptoCore
internal import Platform

extension AgeError {
  /// A failure of a primitive that no input is to blame for.
  @inline(never)
  init(_ error: CryptoError) {
    self.init(.cryptoFailure, "a cryptographic operation failed (\(error.code))")
  }

  /// A failure of the operating system.
  @inline(never)
  init(_ error: PlatformError) { self.init(.platform, "\(error)") }
}

/// Runs primitives whose failures no input is to blame for.
@inline(__always)
func primitives<Result: ~Copyable>(
  _ body: () throws(CryptoError) -> Result
) throws(AgeError) -> Result {
  do { return try body() } catch { throw AgeError(error) }
}
