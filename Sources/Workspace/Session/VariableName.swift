internal import Platform

/// The name of the environment variable for a Secret's key.
struct VariableName {
  let text: String
  private let key: String

  init(_ key: String, prefix: String, isNormalized: Bool) {
    self.key = key
    let capitals = String(key.uppercased().map { $0 == "-" || $0 == "." ? "_" : $0 })
    text = prefix + (isNormalized ? capitals : key)
  }

  /// Refuses what is no name for a shell (POSIX.1, 8.1), and what would change how programs are
  /// found, loaded and run: whoever can write the manifest could run code then.
  func check(of unit: String) throws(WorkspaceError) {
    let shown = escapedForTerminal(key)
    let bytes = Array(text.utf8)
    guard let first = bytes.first, Self.isWord(first), !(0x30...0x39).contains(first),
      bytes.allSatisfy(Self.isWord)
    else {
      throw WorkspaceError(
        .usage, "the key \(shown) cannot be the name of a variable", unit: unit,
        hints: ["use --upper to write it in capitals with _, or hand values over with --files"])
    }
    guard !Self.changesPrograms(text) else {
      throw WorkspaceError(
        .usage, "the key \(shown) would change how programs run", unit: unit,
        hints: ["put something in front with --prefix, or hand values over with --files"])
    }
  }

  /// Whether a name is known to change what programs run, load, trust or connect to.
  ///
  /// Such a list cannot be complete: every program has variables of its own.
  private static func changesPrograms(_ name: String) -> Bool {
    if special.contains(name) || prefixes.contains(where: { name.hasPrefix($0) }) { return true }
    // https_proxy, ALL_PROXY: a protocol and nothing else in front.
    let parts = name.uppercased().split(separator: "_", omittingEmptySubsequences: false)
    return parts.count == 2 && parts[1] == "PROXY"
  }

  private static let special: Set<String> = [
    "PATH", "IFS", "ENV", "HOME", "SHELL", "EDITOR", "VISUAL", "PAGER", "CLASSPATH", "TMPDIR",
    "KUBECONFIG", "PS4", "PROMPT_COMMAND", "SHELLOPTS", "BASHOPTS", "GCONV_PATH", "ZDOTDIR",
    "LESS", "LESSOPEN", "LESSCLOSE", "MAKEFLAGS", "GNUMAKEFLAGS", "MFLAGS", "MAKEFILES", "GOFLAGS",
    "RUSTC", "RUSTFLAGS", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "MAVEN_OPTS", "MAVEN_ARGS",
    "GRADLE_OPTS", "PHPRC", "PHP_INI_SCAN_DIR", "R_PROFILE", "R_PROFILE_USER", "R_ENVIRON",
    "R_ENVIRON_USER", "TAR_OPTIONS", "RSYNC_RSH", "CVS_RSH", "MANPAGER", "BROWSER", "SUDO_ASKPASS",
    "SSH_ASKPASS", "SYSTEMD_EDITOR", "SYSTEMD_PAGER", "VIMINIT", "EXINIT", "INPUTRC", "WGETRC",
    "CURL_HOME", "ANSIBLE_CONFIG", "HELM_PLUGINS", "CARGO_HOME", "CMAKE_TOOLCHAIN_FILE",
    "BUNDLE_GEMFILE", "GEM_HOME", "GEM_PATH", "NIX_PATH", "ERL_FLAGS", "TCLLIBPATH",
    "GUILE_LOAD_PATH", "JULIA_LOAD_PATH", "EMACSLOADPATH", "QT_PLUGIN_PATH", "GTK_MODULES",
    "GIO_EXTRA_MODULES", "GNUPGHOME", "ELECTRON_RUN_AS_NODE", "TF_CLI_ARGS",
  ]

  private static let prefixes = [
    "LD_", "GIT_", "PYTHON", "PERL", "RUBY", "NODE_", "JAVA_", "_JAVA", "JDK_", "DOTNET_", "BASH_",
    "SEALWAX_", "SOPS_", "LUA_", "CORECLR_", "COR_", "NPM_CONFIG_", "npm_config_", "GLIBC_",
    "MALLOC_", "OPENSSL_", "SSL_", "XDG_", "TF_CLI_ARGS_",
  ]

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x5f: true
    default: false
    }
  }
}
