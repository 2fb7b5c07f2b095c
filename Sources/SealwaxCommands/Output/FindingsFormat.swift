internal import ArgumentParser

/// How findings are written.
enum FindingsFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json, sarif, junit
}
