internal import CryptoCore

extension SOPSError {
  /// A failure of a primitive that the input is not to blame for.
  init(crypto error: CryptoError) {
    self.init(.cryptoFailure, "a cryptographic operation failed (\(error.code))")
  }
}
