internal import YAMLSource

/// What reading and decrypting one file after another can use again, for one worker.
///
/// Holds nothing of a file between two of them. Not for several threads at once.
public final class SOPSStorage {
  var parser = ParserStorage()
  var cipher = ValueCipher()

  /// Nothing yet.
  public init() {}
}
