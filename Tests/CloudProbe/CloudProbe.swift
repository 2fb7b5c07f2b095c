internal import CloudKeys
internal import CryptoCore
internal import Platform
internal import SOPSFormat

/// Encrypts and opens files of SOPS for key services alone; for the tests.
///
/// `encrypt BACKEND NAME CONTEXT PROFILE` and `decrypt`: YAML from standard input to standard output.
@main
enum CloudProbe {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let input = try Files.readStandardInput(limit: 1 << 20)
    let services = CloudKeys()
    do throws(SOPSError) {
      if arguments.first == "encrypt" {
        let output = try encrypt(input.bytes, arguments, services)
        try? Files.writeStandardOutput(output.bytes)
      } else {
        let output = try decrypt(input.bytes, services)
        try? Files.writeStandardOutput(output.text.bytes)
      }
    } catch { print("error: \(error)") }
  }

  private static func encrypt(
    _ text: Span<UInt8>, _ arguments: [String], _ services: CloudKeys
  ) throws(SOPSError) -> WipedBuffer {
    guard let backend = SOPSBackend.allCases.first(where: { "\($0)" == arguments[1] }),
      let wrapper = try services.wrapper(
        for: backend, arguments[2], context: try CloudKeys.context(arguments[3]),
        profile: arguments[4])
    else { throw SOPSError(.unsupportedBackend, "no such backend") }
    var writer = SOPSWriter(date: Timestamp(secondsSince1970: Int64(WallClock.seconds())))
    return try writer.encrypt(
      text, store: .yaml, settings: SOPSSettings(keyGroups: [[wrapper]]))
  }

  private static func decrypt(
    _ text: Span<UInt8>, _ services: CloudKeys
  ) throws(SOPSError) -> SOPSPlaintext {
    let file = try SOPSFile.read(text, store: .yaml)
    let key = try SOPSDataKey.recover(from: file.metadata, using: services.unwrappers)
    return try file.decrypt(key)
  }
}
