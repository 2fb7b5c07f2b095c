internal import Glibc

/// The terminal, and what is known about it.
public enum Terminal {
  /// Whether a descriptor (0, 1, 2) is a terminal.
  public static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// How many columns the terminal behind a descriptor has; nil when it is none or does not know.
  public static func width(_ descriptor: Int32) -> Int? {
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }

  /// Whether to write colours to a descriptor: to a terminal that knows them, unless NO_COLOR
  /// (no-color.org) has a value.
  public static func usesColour(_ descriptor: Int32) -> Bool {
    usesColour(
      isTerminal: isTerminal(descriptor), noColour: Environment.value("NO_COLOR"),
      kind: Environment.value("TERM"))
  }

  static func usesColour(isTerminal: Bool, noColour: String?, kind: String?) -> Bool {
    isTerminal && (noColour ?? "").isEmpty && kind != nil && kind != "" && kind != "dumb"
  }
}
