/// Numbers with the thing they count.
enum Plural {
  /// "1 file", "2 files".
  static func of(_ count: Int, _ thing: String) -> String {
    count == 1 ? "1 \(thing)" : "\(count) \(thing)s"
  }
}
