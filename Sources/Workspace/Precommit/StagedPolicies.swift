internal import CryptoCore
internal import Platform

/// The policies of the index.
enum StagedPolicies {
  /// Their texts, by their paths in the working tree.
  ///
  /// - Throws: `.inputOutput` when git fails, `.malformed` when one is too large.
  static func texts(root: String) throws(WorkspaceError) -> [PathKey: [UInt8]] {
    var texts: [PathKey: [UInt8]] = [:]
    let listed = try output(
      ["ls-files", "-z", "--stage", "--", ":(top,glob)**/\(Policy.fileName)"], in: root)
    for record in listed.split(separator: 0) {
      // `MODE OBJECT STAGE<TAB>PATH`; a conflict has no stage 0, and a link no policy in it.
      guard let tab = record.firstIndex(of: 0x09),
        let path = String(validating: record[(tab + 1)...], as: UTF8.self)
      else { continue }
      let fields = String(decoding: record[..<tab], as: UTF8.self).split(separator: " ")
      guard fields.count == 3, fields[0].hasPrefix("100"), fields[2] == "0" else { continue }
      texts[PathKey(PathParts.join(root, path))] = try output(
        ["cat-file", "blob", String(fields[1])], in: root)
    }
    return texts
  }

  private static func output(
    _ arguments: [String], in root: String
  ) throws(WorkspaceError) -> [UInt8] {
    var bytes: [UInt8]?
    do throws(PlatformError) {
      let result = try ChildProcess.run(
        ChildProgram("git", arguments: GitProgram.options + arguments, folder: root),
        limit: 1 << 20,
        environment: GitCalls.environment(literalPaths: false))
      if result.status == .exited(0) { bytes = [UInt8](copying: result.output.bytes) }
    } catch { throw GitCalls.failure(error) }
    guard let bytes else {
      throw WorkspaceError(.inputOutput, "git could not read the policies of its index")
    }
    return bytes
  }
}
