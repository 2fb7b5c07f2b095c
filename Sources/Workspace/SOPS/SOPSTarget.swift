internal import Envelope
internal import SOPSFormat

/// Whom and how a SOPS file is encrypted for.
struct SOPSTarget: Sendable {
  let keyGroups: [[any SOPSKeyWrapper]]
  var shamirThreshold: Int?
  var selection = SOPSSelection.standard
  var isMACOnlyEncrypted = false
  /// Whether a rule names paths, and this file's is one of them.
  var namesPath = false

  /// Whether a file is for exactly these.
  func hasRecipients(of file: SOPSFile) -> Bool {
    let wanted = keyGroups.map { group in Set(group.map { "\($0.backend) \($0.recipient)" }) }
    let there = file.metadata.keyGroups.map { group in
      Set(group.entries.map { "\($0.backend) \($0.recipient)" })
    }
    guard wanted.count > 1 else { return wanted == there }
    let threshold = file.metadata.shamirThreshold
    return wanted == there
      && (shamirThreshold ?? wanted.count) == (threshold == 0 ? there.count : threshold)
  }
}

extension SOPSKeySource {
  /// Those that a file names itself.
  ///
  /// - Throws: `.configuration` when nothing encrypts for one of them.
  func target(of file: SOPSFile, path: String) throws(WorkspaceError) -> SOPSTarget {
    var groups: [[any SOPSKeyWrapper]] = []
    do throws(SOPSError) {
      let keys = keys()
      for group in file.metadata.keyGroups {
        var wrappers: [any SOPSKeyWrapper] = []
        for entry in group.entries { wrappers.append(try keys.wrapper(renewing: entry)) }
        groups.append(wrappers)
      }
    } catch {
      throw WorkspaceError(.configuration, error.message, path: path)
    }
    let threshold = file.metadata.shamirThreshold
    return SOPSTarget(
      keyGroups: groups, shamirThreshold: groups.count > 1 && threshold > 0 ? threshold : nil)
  }
}

extension SOPSOpened {
  /// Whether the file was changed at a time or later, and not after another one.
  ///
  /// Its data key may be older, which SOPS does not write down. The date is what the MAC is bound
  /// to, so the whole file is opened.
  func isChanged(
    since time: SealTime, until last: SealTime?, path: String
  ) throws(WorkspaceError) -> Bool {
    do throws(SOPSError) {
      _ = try withKey { (key) throws(SOPSError) in try file.decrypt(key, style: .preserved) }
    } catch { throw WorkspaceError(error, path: path) }
    guard let date = SealTime(file.metadata.lastModified.text(withFraction: false)) else {
      return false
    }
    return date.isBetween(time, last)
  }
}
