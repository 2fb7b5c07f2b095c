public import CryptoCore
internal import Platform

/// Where a new value comes from; never from an argument.
public enum ValueSource {
  /// The largest value, in bytes: more than Kubernetes takes for a whole Secret (1 MiB).
  private static let maximumByteCount = 8 << 20

  /// A file's bytes, all of them; of a pipe, such as a shell's `<(command)`, those up to its end.
  public static func file(_ path: String) throws(WorkspaceError) -> WipedBuffer {
    do throws(PlatformError) {
      if try Files.identity(of: path).kind == .pipe {
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
    guard value.count > 0 else {
      throw WorkspaceError(
        .noInput, "standard input is empty; nothing was changed",
        hints: ["--exact sets an empty value"])
    }
    var count = value.count
    if count > 0, value.bytes[count - 1] == 0x0a { count -= 1 }
    if count < value.count, count > 0, value.bytes[count - 1] == 0x0d { count -= 1 }
    value.truncate(to: count)
    return value
  }

  /// What the user types, without echo.
  ///
  /// - Parameter entry: what it is for.
  public static func ask(for entry: String) throws(WorkspaceError) -> WipedBuffer {
    let answer: SecretBytes
    do {
      answer = try Terminal.readPassphrase(prompt: "Value of \(escapedForTerminal(entry)): ")
    } catch { throw WorkspaceError(reading: error) }
    return WipedBuffer(copying: answer.bytes)
  }
}
