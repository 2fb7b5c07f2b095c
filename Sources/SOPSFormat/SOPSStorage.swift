internal import YAMLSource

/// What reading and decrypting one file after another can use again, for one worker.
///
/// Of a file that was read it keeps the rule, and like every cipher of a worker the schedule of the
/// last key, in memory that OpenSSL wipes. Not for several threads at once.
public final class SOPSStorage {
  var parser = ParserStorage()
  var cipher = ValueCipher()
  /// The rule of the last file: the next one's is often the same.
  var selection: SOPSSelection?

  /// Nothing yet.
  public init() {}
}
