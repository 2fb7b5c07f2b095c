internal import CryptoCore
internal import Platform
public import SOPSFormat

/// A `.sops.yaml` and where it is.
public struct SOPSConfiguration: Sendable {
  /// Its path.
  public let path: String
  /// What it says.
  public let rules: SOPSCreationRules

  /// What SOPS calls it.
  public static let fileName = ".sops.yaml"
  /// What people call it now and then; SOPS does not look at it.
  public static let misnamedFileName = ".sops.yml"

  /// Reads one.
  ///
  /// - Throws: `.configuration` with the position, `.noInput`.
  public init(_ path: String) throws(WorkspaceError) {
    let text: WipedBuffer
    do { text = try Files.read(path, limit: SOPSConfiguration.maximumByteCount).takeBytes() } catch
    {
      throw WorkspaceError(reading: error)
    }
    do { rules = try SOPSCreationRules.read(text.bytes) } catch {
      throw WorkspaceError(configuration: error, path: path)
    }
    self.path = path
  }

  private static let maximumByteCount = 4 << 20

  /// Where the nearest one is: in a folder or above it.
  ///
  /// - Returns: its path, nil without one; and the path of a nearer `.sops.yml`, which is not read.
  public static func find(
    inOrAbove folder: String
  ) -> (path: String?, misnamed: String?) {
    guard var place = ResolvedPath.folder(folder) else { return (nil, nil) }
    var misnamed: String?
    while true {
      let candidate = PathParts.join(place, fileName)
      if Files.exists(candidate) { return (candidate, misnamed) }
      let other = PathParts.join(place, misnamedFileName)
      if misnamed == nil, Files.exists(other) { misnamed = other }
      if place == "/" { return (nil, misnamed) }
      place = PathParts(place).folder
    }
  }

  /// The rule for a file: paths below the configuration's folder are compared from there, others
  /// whole.
  ///
  /// - Returns: nil when there are no rules at all.
  /// - Throws: `.configuration` when none is for the file.
  public func rule(for file: String) throws(WorkspaceError) -> SOPSCreationRules.Rule? {
    guard !rules.rules.isEmpty else { return nil }
    let folder = ResolvedPath.folder(PathParts(path).folder) ?? PathParts(path).folder
    let whole = ResolvedPath.unfollowed(file) ?? file
    let prefix = folder == "/" ? "/" : folder + "/"
    let name =
      whole.utf8.starts(with: prefix.utf8)
      ? String(decoding: whole.utf8.dropFirst(prefix.utf8.count), as: UTF8.self) : whole
    do { return try rules.rule(for: name) } catch {
      throw WorkspaceError(configuration: error, path: path)
    }
  }
}
