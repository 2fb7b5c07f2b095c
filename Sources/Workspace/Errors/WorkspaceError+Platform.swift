public import Platform

extension WorkspaceError {
  /// What the operating system refused while something was read.
  public init(reading error: PlatformError) {
    let kind: Kind
    switch error.code {
    case .noTerminal: kind = .noIdentity
    case .usedTwice: kind = .usage
    case .tooLarge, .invalidName: kind = .malformed
    case .changedUnderUs, .interrupted, .other: kind = .inputOutput
    default: kind = .noInput
    }
    self.init(kind, error.description, hints: WorkspaceError.hints(for: error))
  }

  /// What the operating system refused while something was written.
  public init(writing error: PlatformError) {
    // What is there has a name.
    if [.isDirectory, .notRegularFile, .symbolicLink].contains(error.code), let path = error.path,
      let refusal = OutputPlace.refusal(path)
    {
      self = refusal
      return
    }
    let kind: Kind
    switch error.code {
    case .noSpace, .changedUnderUs, .locked, .brokenPipe, .tooLarge, .interrupted, .other:
      kind = .inputOutput
    default: kind = .cannotCreate
    }
    var hints = WorkspaceError.hints(for: error)
    if error.code == .notFound, error.operation == "open folder" {
      hints.append("the folder does not exist: make it first, or write elsewhere")
    }
    self.init(kind, error.description, hints: hints)
  }

  private static func hints(for error: PlatformError) -> [String] {
    switch error.code {
    case .changedUnderUs: ["nothing was written; run the command again"]
    case .readOnly: ["make it writable with chmod u+w, or write elsewhere with --output"]
    case .usedTwice: ["'-' can stand for one input only: name files for the others"]
    case .noTerminal: ["give the passphrase with --passphrase-file"]
    case .noMemoryFileSystem:
      ["mount a tmpfs (or set XDG_RUNTIME_DIR to one), or allow the disk with --allow-disk"]
    case .isDirectory where error.operation == "read": ["name a file in it"]
    default: []
    }
  }
}
