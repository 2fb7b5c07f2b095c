internal import Platform

/// What was edited and could not take its file's place.
enum KeptCopy {
  /// Writes an encrypted text into a new file `NAME.sealwax-edited` (or `-2` to `-9`); returns its
  /// path, nil when that fails too.
  static func write(_ text: Span<UInt8>, beside path: String, mode: UInt32) -> String? {
    for number in 1...9 {
      let copy = path + ".sealwax-edited" + (number == 1 ? "" : "-\(number)")
      do throws(PlatformError) {
        try AtomicFile.write(
          text, to: copy, expecting: .absent, options: WriteOptions(mode: mode))
        return copy
      } catch {
        guard error.code == .alreadyExists else { return nil }
      }
    }
    return nil
  }
}
