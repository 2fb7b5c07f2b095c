internal import CryptoCore
internal import Platform
public import SealedSecretFormat

/// Gets the certificate that values are sealed for.
public enum CertificateLoader {
  /// In bytes; a certificate of RSA-16384 takes about 10,000.
  private static let maximumByteCount = 1 << 20

  /// Reads a certificate that counts now, of a file or of an http, https or file URL.
  ///
  /// A URL is fetched by `curl`, once, and never without being named.
  ///
  /// - Throws: `.noInput` when it cannot be had, `.configuration` when it is none or has expired.
  public static func load(_ place: String) throws(WorkspaceError) -> SealingCertificate {
    let bytes = try self.bytes(place)
    do throws(SealedSecretError) {
      let certificate = try SealingCertificate.read(bytes.bytes)
      try certificate.check(at: WallClock.seconds())
      return certificate
    } catch { throw WorkspaceError(error, path: place) }
  }

  /// What the user should know of how it is fetched.
  public static func warning(for place: String) -> String? {
    guard place.lowercased().hasPrefix("http://") else { return nil }
    return "the certificate comes over plain http: whoever is in between can put their own in its "
      + "place, and read what is sealed"
  }

  /// What the user should know of a certificate that is taken all the same.
  public static func warning(of certificate: SealingCertificate) -> String? {
    guard !certificate.hasBegun(at: WallClock.seconds()) else { return nil }
    return "the certificate does not count yet: this machine's clock may be slow"
  }

  private static func bytes(_ place: String) throws(WorkspaceError) -> WipedBuffer {
    let scheme = place.lowercased()
    if scheme.hasPrefix("http://") || scheme.hasPrefix("https://") { return try fetch(place) }
    let path = scheme.hasPrefix("file://") ? String(place.dropFirst(7)) : place
    do throws(PlatformError) {
      if path == "-" { return try Files.readStandardInput(limit: maximumByteCount) }
      if try Files.identity(of: path).kind == .pipe {
        return try Files.readPipe(path, limit: maximumByteCount)
      }
      return try Files.read(path, limit: maximumByteCount).takeBytes()
    } catch { throw WorkspaceError(reading: error).at(place) }
  }

  private static func fetch(_ url: String) throws(WorkspaceError) -> WipedBuffer {
    // No configuration file of the user's changes what is fetched, and no redirection leaves https.
    let program = ChildProgram(
      "curl",
      arguments: [
        "--disable", "--fail", "--silent", "--show-error", "--location", "--max-redirs", "3",
        "--proto", "=http,https", "--proto-redir", "=https", "--max-time", "30", "--globoff",
        "--max-filesize", String(maximumByteCount), "--url", url,
      ])
    do throws(PlatformError) {
      let result = try ChildProcess.run(program, limit: maximumByteCount)
      guard result.status == .exited(0) else {
        let said = String(decoding: Array(copying: result.errors.bytes).prefix(300), as: UTF8.self)
        let line = said.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        throw PlatformError(.other, "fetch: \(escapedForTerminal(line))", path: nil)
      }
      return WipedBuffer(copying: result.output.bytes)
    } catch {
      guard error.code == .notFound else {
        throw WorkspaceError(.noInput, "cannot \(error.operation)", path: url)
      }
      throw WorkspaceError(
        .configuration, "a certificate's URL is fetched by curl, which is not there", path: url,
        hints: ["install curl, or fetch it yourself and name the file"])
    }
  }
}
