internal import CryptoCore

extension String {
  /// Whether a text has the same bytes; texts that mean the same in other scalars (`é` as one or as
  /// two) are equal as Swift compares them, and other keys to SOPS.
  func isExactly(_ other: String) -> Bool { utf8.span.isSame(as: other.utf8.span) }
}

extension String? {
  /// Whether both are nil or have the same bytes.
  func isExactly(_ other: String?) -> Bool {
    switch (self, other) {
    case (nil, nil): true
    case (let own?, let other?): own.isExactly(other)
    default: false
    }
  }
}
