import Foundation
import Platform
import Testing

@Suite struct NewFolderTests {
  private let bytes: [UInt8] = [1, 2]

  private static func codeOfCommitting(_ folder: consuming NewFolder) -> PlatformError.Code? {
    do throws(PlatformError) {
      try folder.commit()
      return nil
    } catch { return error.code }
  }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test func appearsWithAllOfItsFiles() throws {
    let scratch = try Scratch()
    let folder = try NewFolder(at: scratch("above/plan/"))
    try folder.write(bytes.span, named: "a")
    try folder.write(bytes.span, named: "b")
    #expect(!FileManager.default.fileExists(atPath: scratch("above/plan")))
    try folder.commit()
    #expect(try names(scratch("above")) == ["plan"])
    #expect(try names(scratch("above/plan")) == ["a", "b"])
    #expect(try Files.identity(of: scratch("above/plan")).permissions == 0o700)
    #expect(try Files.identity(of: scratch("above/plan/a")).permissions == 0o600)
    #expect(try Data(contentsOf: URL(filePath: scratch("above/plan/a"))) == Data([1, 2]))
  }

  @Test func leavesNothingWhenItIsNotCommitted() throws {
    let scratch = try Scratch()
    do {
      let folder = try NewFolder(at: scratch("plan"))
      try folder.write(bytes.span, named: "a")
      #expect(code { try folder.write(bytes.span, named: "a") } == .alreadyExists)
      #expect(code { try folder.write(bytes.span, named: "../a") } == .invalidName)
    }
    #expect(try names(scratch.path).isEmpty)
  }

  @Test func takesTheNameOfAnEmptyFolderOnly() throws {
    let scratch = try Scratch()
    try Probe.shell(
      "cd \"$1\" && mkdir empty full && touch full/x file && ln -s empty link", scratch.path)
    for name in ["full", "file", "link"] {
      #expect(code { _ = try NewFolder(at: scratch(name)) } == .alreadyExists, "\(name)")
    }
    for name in ["", ".", ".."] {
      #expect(code { _ = try NewFolder(at: name) } == .invalidName, "\(name)")
    }
    try NewFolder(at: scratch("empty")).commit()
    let folder = try NewFolder(at: scratch("empty"))
    try Probe.shell("touch \"$1/empty/late\"", scratch.path)
    #expect(Self.codeOfCommitting(folder) == .alreadyExists)
    #expect(try names(scratch.path) == ["empty", "file", "full", "link"])
    #expect(try names(scratch("empty")) == ["late"])
  }
}
