import Foundation
import Testing

@testable import Workspace

/// Files, folders and patterns that commands are given.
struct InputPathsTests {
  private func found(_ paths: [String]) throws -> [String] {
    var result: [String] = []
    try InputPaths(paths).forEach { finding in
      switch finding {
      case .skipped(let path, _): result.append("skipped: \((path as NSString).lastPathComponent)")
      case .leftover(let path): result.append("left over: \(path)")
      case .item(let item): result.append("\(item.relativePath)\(item.isNamed ? "!" : "")")
      case .problem(let error): result.append("problem: \(error.kind)")
      }
      return true
    }
    return result
  }

  @Test func foldersGiveManifestsInOrder() throws {
    let scratch = try Scratch()
    for name in [
      "b.yaml", "a/z.yml", "a/a.JSON", "a/notes.txt", ".sealwax.yaml", ".git/x.yaml",
      ".b.yaml.sealwax-abcdefgh.tmp", "c/.sealwax.yaml", "c/.hidden.yaml",
    ] { try scratch.write("", to: name) }
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("link.yaml"), withDestinationPath: "b.yaml")
    #expect(
      try found([scratch.url.path]) == [
        "a/a.JSON", "a/z.yml", "b.yaml", "c/.hidden.yaml", "skipped: link.yaml",
      ])
    #expect(try found([scratch.path("b.yaml")]) == ["b.yaml!"])
    #expect(try found([scratch.path("link.yaml")]) == ["link.yaml!"])
    #expect(try found([scratch.path("none.yaml")]) == ["problem: noInput"])
    #expect(try found([scratch.path("*/none.yaml")]) == ["problem: noInput"])
    let byPattern = try found([scratch.path("**/*.yml")])
    #expect(byPattern == ["a/z.yml"])
  }

  @Test func nothingIsWorkedOnTwice() throws {
    let scratch = try Scratch()
    for name in ["a/x.yaml", "a/b/y.yaml"] { try scratch.write("", to: name) }
    let (a, b) = (scratch.path("a"), scratch.path("a/b"))
    let x = scratch.path("a/x.yaml")
    #expect(try found([a, b, x, a + "/../a"]) == ["y.yaml", "x.yaml!"])
    #expect(try found([a, scratch.path("a/**/*.yaml")]) == ["b/y.yaml", "x.yaml"])
    #expect(try found([scratch.path("*/x.yaml"), scratch.path("a/*")]) == ["a/x.yaml"])
    #expect(
      try found([scratch.path("*/*/*.yaml"), scratch.path("a/**")]) == ["a/b/y.yaml", "x.yaml"])
    #expect(try found([scratch.path("a/x.yaml"), scratch.path("a/x.yaml")]) == ["x.yaml!"])
  }

  @Test func standardInputGoesAlone() throws {
    #expect(try found(["-"]) == ["-!"])
    #expect(throws: WorkspaceError.self) { try InputPaths(["-", "a"]) }
    #expect(throws: WorkspaceError.self) { try InputPaths([]) }
  }

  @Test func aFileMayBeNamedLikeAPattern() throws {
    let scratch = try Scratch()
    try scratch.write("", to: "a[1].yaml")
    #expect(try found([scratch.path("a[1].yaml")]) == ["a[1].yaml!"])
  }
}
