internal import Workspace

extension KeyRing {
  /// Warns when a demo key opens a file that may not be sealed for it.
  func warnOfDemoKeys(_ paths: String...) { warnOfDemoKeys(paths) }

  /// The same for several files.
  func warnOfDemoKeys(_ paths: [String]) {
    guard hasDemoKey, !paths.allSatisfy(DemoKeys.areFine) else { return }
    Console.warning(DemoKeys.warning)
  }
}
