internal import Platform

/// Where identities lie when nobody says otherwise.
public enum IdentityPlaces {
  /// The user's own file: `sealwax/keys.txt` in XDG_CONFIG_HOME, else in `~/.config`; nil without a
  /// home.
  public static var userFile: String? { configurationFolder.map { $0 + "/sealwax/keys.txt" } }

  /// Where identities are looked for.
  enum Place {
    /// In a variable.
    case variable(String)
    /// In the file that a variable names.
    case fileNamedBy(String)
    /// In a file, if it is there.
    case file(String)
  }

  /// Ours, and then SOPS's.
  static var usual: [Place] {
    let folder = configurationFolder
    var places: [Place] = [
      .variable(KeyVariables.identity), .fileNamedBy(KeyVariables.identityFile),
    ]
    if let folder { places.append(.file(folder + "/sealwax/keys.txt")) }
    places += [.variable(KeyVariables.sopsKey), .fileNamedBy(KeyVariables.sopsKeyFile)]
    if let folder { places.append(.file(folder + "/sops/age/keys.txt")) }
    return places
  }

  /// The SSH keys that SOPS tries.
  static var ssh: [Place] {
    var places: [Place] = [.fileNamedBy(KeyVariables.sopsSSHKeyFile)]
    if let home = Environment.value("HOME"), home.hasPrefix("/") {
      places += [.file(home + "/.ssh/id_ed25519"), .file(home + "/.ssh/id_rsa")]
    }
    return places
  }

  /// Absolute: anything else would depend on where the command runs (XDG Base Directory).
  private static var configurationFolder: String? {
    if let folder = Environment.value("XDG_CONFIG_HOME"), folder.hasPrefix("/") { return folder }
    guard let home = Environment.value("HOME"), home.hasPrefix("/") else { return nil }
    return home + "/.config"
  }
}
