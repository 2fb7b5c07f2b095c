internal import CryptoCore
internal import Platform
internal import SecretScan

/// One file, of which what is compressed is read through the program for it.
enum LeakFile {
  /// The places of values; nil for what is no file.
  static func places(
    _ path: String, isNamed: Bool, _ values: KnownValues
  ) throws(WorkspaceError) -> [KnownValueStream.Place]? {
    var decompressor: Decompressor?
    do throws(PlatformError) {
      if path != "-" {
        let identity = try isNamed ? Files.identity(of: path) : Files.linkIdentity(of: path)
        guard isNamed || identity.kind == .regular else { return nil }
      }
      let input = try path == "-" ? InputFile.standardInput() : InputFile(path)
      var search = KnownValueStream(values)
      var buffer = WipedBuffer()
      var isFirst = true
      while true {
        let before = buffer.count
        var got = 0
        try buffer.append(count: KnownValueStream.pieceByteCount) {
          (room: inout MutableSpan<UInt8>) throws(PlatformError) in
          got = try input.read(into: &room)
        }
        buffer.truncate(to: before + got)
        if isFirst, path != "-" {
          decompressor = Decompressor(of: buffer.bytes, path)
          if decompressor != nil { break }
        }
        isFirst = false
        let isLast = got < KnownValueStream.pieceByteCount
        search.search(&buffer, isLast: isLast)
        if isLast { return search.places }
      }
    } catch {
      // A file that is gone since it was listed is no leak.
      if error.code == .notFound, !isNamed { return nil }
      throw WorkspaceError(reading: error)
    }
    return try decompressor?.places(values)
  }
}

/// The program that undoes how a file is compressed, told by how the file begins.
private struct Decompressor {
  private let program: ChildProgram

  init?(of bytes: Span<UInt8>, _ path: String) {
    let path = path.hasPrefix("-") ? "./\(path)" : path
    let kinds: [([UInt8], String, [String])] = [
      ([0x1f, 0x8b, 0x08], "gzip", ["-dc", "--", path]),
      ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "xz", ["-dc", "--", path]),
      ([0x28, 0xb5, 0x2f, 0xfd], "zstd", ["-dcq", "--", path]),
      ([0x42, 0x5a, 0x68], "bzip2", ["-dc", "--", path]),
      // Without a password unzip would ask the terminal for one, and wait.
      ([0x50, 0x4b, 0x03, 0x04], "unzip", ["-P", "", "-p", path]),
    ]
    for (magic, name, arguments) in kinds
    where bytes.count >= magic.count && bytes.extracting(..<magic.count).isSame(as: magic.span) {
      program = ChildProgram(name, arguments: arguments)
      return
    }
    return nil
  }

  /// Searches what the program gives, of which only a piece is ever held.
  func places(_ values: KnownValues) throws(WorkspaceError) -> [KnownValueStream.Place] {
    do throws(PlatformError) { return try run(values) } catch {
      throw error.code == .notFound
        ? WorkspaceError(
          .noInput, "it is compressed, and there is no '\(program.name)' on PATH to read it with",
          hints: ["install \(program.name), or decompress it yourself"])
        : WorkspaceError(.malformed, "'\(program.name)' cannot decompress it")
    }
  }

  private func run(_ values: KnownValues) throws(PlatformError) -> [KnownValueStream.Place] {
    var child = try ChildProcess(
      program, streams: ChildStreams(input: .null, output: .pipe, errors: .null))
    var search = KnownValueStream(values)
    var buffer = WipedBuffer()
    var isLast = false
    while !isLast {
      let before = buffer.count
      while buffer.count - before < KnownValueStream.pieceByteCount {
        let got = try child.read(atMost: 1 << 20, appendingTo: &buffer)
        guard got > 0 else {
          isLast = true
          break
        }
      }
      search.search(&buffer, isLast: isLast)
    }
    guard try child.wait().isSuccess else {
      throw PlatformError(.other, "decompress", path: program.name)
    }
    return search.places
  }
}
