import Foundation
import Testing

/// Running peer programs.
enum Shell {
  struct Failure: Error, CustomStringConvertible {
    let command: [String]
    let status: Int32
    let errors: String
    var description: String { "\(command) gave \(status): \(errors)" }
  }

  /// Runs a program to its end; returns what it wrote to standard output.
  @discardableResult
  static func run(
    _ command: String..., input: [UInt8] = [], environment: [String: String] = [:]
  ) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    // Files rather than pipes: no end can wait for the other.
    let scratch = try Scratch()
    try Data(input).write(to: URL(filePath: scratch("in")))
    for name in ["out", "err"] { try scratch.write([UInt8](), to: name) }
    process.standardInput = try FileHandle(forReadingFrom: URL(filePath: scratch("in")))
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: scratch("out")))
    process.standardError = try FileHandle(forWritingTo: URL(filePath: scratch("err")))
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(
        command: command, status: process.terminationStatus,
        errors: String(decoding: try scratch.read("err"), as: UTF8.self))
    }
    return try scratch.read("out")
  }
}

/// A folder for one test, removed with the value.
final class Scratch: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/age-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func callAsFunction(_ name: String) -> String { path + "/" + name }

  func read(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: self(name))))
  }

  @discardableResult
  func write(_ bytes: [UInt8], to name: String, mode: Int = 0o600) throws -> String {
    try Data(bytes).write(to: URL(filePath: self(name)))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: self(name))
    return self(name)
  }

  @discardableResult
  func write(_ text: String, to name: String, mode: Int = 0o600) throws -> String {
    try write(Array(text.utf8), to: name, mode: mode)
  }
}
