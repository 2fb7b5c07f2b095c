public import Platform

/// Age files of any size, in constant memory and on all cores.
///
/// Memory is below 16 MiB whatever the size of the file; locked memory is not used for data.
public enum AgeStream {
  /// Gives bytes: fills its argument from the start and returns how many came, 0 only at the end.
  public typealias Source = (inout MutableSpan<UInt8>) throws(PlatformError) -> Int

  /// Takes all bytes it is given.
  public typealias Sink = (Span<UInt8>) throws(PlatformError) -> Void

  /// More workers would cost more memory than is promised.
  static let maximumWorkers = 16

  /// Encrypts a file into a file that takes its place at the caller's `commit`.
  ///
  /// A regular file is read, sealed and written piecewise by all workers at the same time.
  ///
  /// - Parameters:
  ///   - output: Nothing has been written to it yet.
  ///   - workers: How many threads work.
  /// - Throws: As `AgeFile.encrypt`; `.platform` also when a file is changed while it is read.
  public static func encrypt(
    _ input: borrowing InputFile, to output: borrowing AtomicFile,
    for recipients: [any Recipient], isArmored: Bool = false,
    workers: Int = Parallel.availableCores
  ) throws(AgeError) {
    if !isArmored, let start = input.start, input.identity.size > start {
      return try FileChunks.encrypt(input, from: start, to: output, for: recipients, workers)
    }
    var offset = 0
    try encrypt(
      reading: { (span) throws(PlatformError) in try input.read(into: &span) },
      for: recipients, isArmored: isArmored, workers: workers
    ) { (bytes) throws(PlatformError) in
      try output.write(bytes, at: offset)
      offset += bytes.count
    }
  }

  /// Encrypts what a source gives into a sink.
  ///
  /// - Throws: As `AgeFile.encrypt`; `.platform`.
  public static func encrypt(
    reading source: Source, for recipients: [any Recipient], isArmored: Bool = false,
    workers: Int = Parallel.availableCores, into sink: Sink
  ) throws(AgeError) {
    var writer = StreamWriter(isArmored: isArmored)
    let key = try writer.writeHeader(for: recipients, sink)
    var batches = ChunkBatches(.seal, key, workers: workers)
    try batches.run { (span) throws(AgeError) in
      try SourceReading.fill(&span, source)
    } write: { (bytes) throws(AgeError) in
      try writer.write(bytes, sink)
    }
    try writer.finish(sink)
  }

  /// Decrypts a file into a file that takes its place at the caller's `commit`.
  ///
  /// - Parameters:
  ///   - output: Nothing has been written to it yet. To be thrown away when this throws.
  ///   - isArmored: Whether the input is ASCII text; nil to find out.
  ///   - workers: How many threads work.
  /// - Throws: As `AgeFile.decrypt`; `.platform` also when a file is changed while it is read.
  public static func decrypt(
    _ input: borrowing InputFile, to output: borrowing AtomicFile,
    identities: [any Identity], isArmored: Bool? = nil, workers: Int = Parallel.availableCores
  ) throws(AgeError) {
    var reader = StreamReader()
    let opened = try reader.open(identities, isArmored: isArmored) {
      (span) throws(PlatformError) in try input.read(into: &span)
    }
    if !reader.isArmored, let start = input.start {
      let payload = start + opened.byteCount
      return try FileChunks.decrypt(input, from: payload, to: output, opened.key, workers)
    }
    var offset = 0
    try decrypt(opened.key, &reader, workers) { (span) throws(PlatformError) in
      try input.read(into: &span)
    } into: { (bytes) throws(PlatformError) in
      try output.write(bytes, at: offset)
      offset += bytes.count
    }
  }

  /// Decrypts what a source gives into a sink.
  ///
  /// The sink gets only what was found authentic, in order; when this throws, it has a part of the
  /// plaintext and the caller must say so.
  ///
  /// - Throws: As `AgeFile.decrypt`; `.platform`.
  public static func decrypt(
    reading source: Source, identities: [any Identity], isArmored: Bool? = nil,
    workers: Int = Parallel.availableCores, into sink: Sink
  ) throws(AgeError) {
    var reader = StreamReader()
    let opened = try reader.open(identities, isArmored: isArmored, source)
    try decrypt(opened.key, &reader, workers, reading: source, into: sink)
  }

  private static func decrypt(
    _ key: PayloadKey, _ reader: inout StreamReader, _ workers: Int, reading source: Source,
    into sink: Sink
  ) throws(AgeError) {
    var batches = ChunkBatches(.open, key, workers: workers)
    try batches.run { (span) throws(AgeError) in
      try reader.read(into: &span, source)
    } write: { (bytes) throws(AgeError) in
      do throws(PlatformError) { try sink(bytes) } catch { throw AgeError(error) }
    }
  }
}
