internal import CSodium

/// The gate to libsodium: `sodium_malloc` and the random source abort or are slow before
/// `sodium_init`.
enum Sodium {
  /// Whether libsodium is initialised; the first read does it, once, on any thread.
  static let isReady: Bool = sodium_init() >= 0
}
