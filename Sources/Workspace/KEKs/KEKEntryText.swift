internal import Platform

/// The entry of a new key-encryption key in a policy's list.
public enum KEKEntryText {
  /// - Parameters:
  ///   - id: Its id.
  ///   - file: Its file, as a rule may name it; nil when it has none.
  public static func text(id: String, file: String?) -> String {
    let day = String(WallClock.timestamp().prefix(10))
    let named = file.map { [("file", $0)] } ?? []
    return KEKPolicyEdit.advice([[("id", id)] + named + [("created", day)]])
  }
}
