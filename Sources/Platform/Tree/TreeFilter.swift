/// What a walk through folders leaves out.
public struct TreeFilter {
  /// Whether regular files of this name (without folder) count.
  public var wantsFile: (_ name: String) -> Bool = { _ in true }
  /// Whether to look into the folder at this path, which begins as the walk does.
  public var entersFolder: (_ path: String) -> Bool = { _ in true }

  /// Leaves nothing out.
  public init() {}
}
