internal import Platform

/// One line on a terminal's standard error that counts the files of a long run.
struct ProgressLine {
  private let isShown: Bool
  private let verb: String
  private var count = 0

  /// How many files go by before anything is shown: short runs stay quiet.
  private static let firstCount = 200

  /// - Parameter verb: what is done, for instance "sealing".
  init(_ verb: String, isQuiet: Bool) {
    self.verb = verb
    isShown = !isQuiet && Terminal.isTerminal(2)
  }

  /// Counts a file.
  mutating func advance() {
    count += 1
    guard isShown, count >= Self.firstCount, count.isMultiple(of: 50) else { return }
    Files.writeStandardError("\r\(verb): \(count) files")
  }

  /// Takes the line away.
  func clear() {
    guard isShown, count >= Self.firstCount else { return }
    Files.writeStandardError("\r\u{1b}[K")
  }
}
