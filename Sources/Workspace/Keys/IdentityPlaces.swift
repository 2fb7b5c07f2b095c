internal import Platform

/// Where identities lie when nobody says otherwise.
public enum IdentityPlaces {
  /// The user's own file: `sealwax/keys.txt` in XDG_CONFIG_HOME, else in `~/.config`; nil without a
  /// home.
  public static var userFile: String? { configurationFolder.map { $0 + "/sealwax/keys.txt" } }

  /// The files that are looked at: ours, and SOPS's.
  static var files: [(path: String, isOurs: Bool)] {
    guard let folder = configurationFolder else { return [] }
    return [(folder + "/sealwax/keys.txt", true), (folder + "/sops/age/keys.txt", false)]
  }

  /// Absolute: anything else would depend on where the command runs (XDG Base Directory).
  private static var configurationFolder: String? {
    if let folder = Environment.value("XDG_CONFIG_HOME"), folder.hasPrefix("/") { return folder }
    guard let home = Environment.value("HOME"), home.hasPrefix("/") else { return nil }
    return home + "/.config"
  }
}
