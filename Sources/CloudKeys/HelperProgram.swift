internal import CryptoCore
internal import Platform

/// Programs of a cloud's own that print credentials.
enum HelperProgram {
  /// What a program prints, when it succeeds.
  static func output(of program: ChildProgram) -> WipedBuffer? {
    do throws(PlatformError) {
      let result = try ChildProcess.run(program, limit: 1 << 16)
      guard result.status.isSuccess else { return nil }
      return result.takeOutput()
    } catch { return nil }
  }
}
