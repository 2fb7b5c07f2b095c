public import CryptoCore
internal import Platform

/// Where a new value comes from; never from an argument.
public enum ValueSource {
  /// The largest value, in bytes: more than Kubernetes takes for a whole Secret (1 MiB).
  private static let maximumByteCount = 8 << 20

  /// A file's bytes, all of them; of a pipe, such as a shell's `<(command)`, those up to its end.
  public static func file(_ path: String) throws(WorkspaceError) -> WipedBuffer {
    do throws(PlatformError) {
      let identity = try Files.identity(of: path)
      defer { Files.keepFromChildren(identity) }
      if identity.kind == .pipe {
        return try Files.readPipe(path, limit: maximumByteCount)
      }
      return try Files.read(path, limit: maximumByteCount).takeBytes()
    } catch { throw WorkspaceError(reading: error) }
  }

  /// Standard input, without one line break at its end unless `isExact`.
  ///
  /// - Throws: `.noInput` when nothing comes, unless `isExact`: a command before the pipe failed.
  public static func standardInput(isExact: Bool) throws(WorkspaceError) -> WipedBuffer {
    var value: WipedBuffer
    do { value = try Files.readStandardInput(limit: maximumByteCount) } catch {
      throw WorkspaceError(reading: error)
    }
    guard !isExact else { return value }
    guard value.count > 0 else { throw empty("standard input is empty") }
    var count = value.count
    if count > 0, value.bytes[count - 1] == 0x0a { count -= 1 }
    if count < value.count, count > 0, value.bytes[count - 1] == 0x0d { count -= 1 }
    value.truncate(to: count)
    return value
  }

  /// What the user types, without echo.
  ///
  /// - Parameters:
  ///   - entry: what it is for.
  ///   - isExact: whether nothing at all is a value.
  /// - Throws: `.noInput` when nothing is typed, unless `isExact`.
  public static func ask(
    for entry: String, isExact: Bool
  ) throws(WorkspaceError) -> WipedBuffer {
    let answer: SecretBytes
    do {
      answer = try Terminal.readPassphrase(prompt: "Value of \(escapedForTerminal(entry)): ")
    } catch { throw WorkspaceError(reading: error) }
    let value = WipedBuffer(copying: answer.bytes)
    guard isExact || value.count > 0 else { throw empty("no value was typed") }
    return value
  }

  private static func empty(_ reason: String) -> WorkspaceError {
    WorkspaceError(
      .noInput, "\(reason); nothing was changed", hints: ["--exact sets an empty value"])
  }
}
