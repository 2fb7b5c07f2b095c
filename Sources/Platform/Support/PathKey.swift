internal import CryptoCore

/// A path by which something is remembered, compared by its bytes.
///
/// A `String` is equal to others that mean the same in other scalars (`é` as one or as two), and those
/// name other files.
package struct PathKey: Hashable, Sendable {
  /// The path.
  package let path: String

  package init(_ path: String) { self.path = path }

  package static func == (left: PathKey, right: PathKey) -> Bool {
    left.path.utf8.span.isSame(as: right.path.utf8.span)
  }

  package func hash(into hasher: inout Hasher) {
    let bytes = path.utf8.span
    unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
  }
}
