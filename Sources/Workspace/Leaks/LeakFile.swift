internal import CryptoCore
internal import Platform
internal import SecretScan

/// One file, of which what is compressed is read through the program for it.
enum LeakFile {
  /// The places of values; nil for what is no file.
  static func places(
    _ path: String, isNamed: Bool, _ values: KnownValues
  ) throws(WorkspaceError) -> [KnownValueStream.Place]? {
    var compression: Compression?
    var buffer = WipedBuffer()
    do throws(PlatformError) {
      if path != "-" {
        let identity = try isNamed ? Files.identity(of: path) : Files.linkIdentity(of: path)
        guard isNamed || identity.kind == .regular else { return nil }
      }
      let input = try path == "-" ? InputFile.standardInput() : InputFile(path)
      var search = KnownValueStream(values)
      var isFirst = true
      while true {
        let before = buffer.count
        var got = 0
        try buffer.append(count: KnownValueStream.pieceByteCount) {
          (room: inout MutableSpan<UInt8>) throws(PlatformError) in
          got = try input.read(into: &room)
        }
        buffer.truncate(to: before + got)
        if isFirst {
          compression = Compression(of: buffer.bytes)
          if compression != nil { break }
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
    return try compression?.places(path, beginning: buffer.bytes, values)
  }
}

/// How a file is compressed, told by how it begins, and the program that undoes it.
private struct Compression {
  private let program: String
  private let options: [String]
  /// Whether the program reads from a pipe.
  private let isStream: Bool

  init?(of bytes: Span<UInt8>) {
    let kinds: [([UInt8], String, [String], Bool)] = [
      ([0x1f, 0x8b, 0x08], "gzip", ["-dc"], true),
      ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "xz", ["-dc"], true),
      ([0x28, 0xb5, 0x2f, 0xfd], "zstd", ["-dcq"], true),
      ([0x42, 0x5a, 0x68], "bzip2", ["-dc"], true),
      // Without a password unzip would ask the terminal for one, and wait.
      ([0x50, 0x4b, 0x03, 0x04], "unzip", ["-P", "", "-p"], false),
    ]
    for (magic, name, options, isStream) in kinds
    where bytes.count >= magic.count && bytes.extracting(..<magic.count).isSame(as: magic.span) {
      (program, self.options, self.isStream) = (name, options, isStream)
      return
    }
    return nil
  }

  /// Searches what the program gives, of which only a piece is ever held.
  ///
  /// - Parameters:
  ///   - path: the file, or `-` for standard input.
  ///   - beginning: what has been read of it.
  func places(
    _ path: String, beginning: Span<UInt8>, _ values: KnownValues
  ) throws(WorkspaceError) -> [KnownValueStream.Place] {
    guard path != "-" || isStream else {
      throw WorkspaceError(
        .malformed, "it is an archive that '\(program)' does not read from standard input",
        hints: ["name its file instead"])
    }
    do throws(PlatformError) {
      return path == "-"
        ? try searchStandardInput(behind: beginning, values) : try searchFile(path, values)
    } catch {
      throw error.code == .notFound
        ? WorkspaceError(
          .noInput, "it is compressed, and there is no '\(program)' on PATH to read it with",
          hints: ["install \(program), or decompress it yourself"])
        : WorkspaceError(.malformed, "'\(program)' cannot decompress it")
    }
  }

  private func searchFile(
    _ path: String, _ values: KnownValues
  ) throws(PlatformError) -> [KnownValueStream.Place] {
    let path = path.hasPrefix("-") ? "./\(path)" : path
    var child = try ChildProcess(
      ChildProgram(program, arguments: options + [path]),
      streams: ChildStreams(input: .null, output: .pipe, errors: .null))
    let places = try search(&child, values)
    guard try child.wait().isSuccess else { throw failure(.other) }
    return places
  }

  /// A shell puts what has been read in front of the rest.
  private func searchStandardInput(
    behind beginning: Span<UInt8>, _ values: KnownValues
  ) throws(PlatformError) -> [KnownValueStream.Place] {
    let file = try MemoryFile(named: "beginning", contents: beginning)
    let command = "{ cat <&3; exec cat; } | exec \(program) \(options.joined(separator: " "))"
    var child = try ChildProcess(
      ChildProgram("/bin/sh", arguments: ["-c", command]),
      streams: ChildStreams(output: .pipe, errors: .null, passed: [3: file.descriptor]))
    let places = try search(&child, values)
    let status = try child.wait()
    guard status.isSuccess else { throw failure(status.shellStatus == 127 ? .notFound : .other) }
    return places
  }

  private func failure(_ code: PlatformError.Code) -> PlatformError {
    PlatformError(code, "decompress", path: program)
  }

  private func search(
    _ child: inout ChildProcess, _ values: KnownValues
  ) throws(PlatformError) -> [KnownValueStream.Place] {
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
    return search.places
  }
}
