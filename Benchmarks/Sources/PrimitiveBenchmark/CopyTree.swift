import Glibc
import Synchronization

/// A plain copy of a folder's files: read, make, write, and nothing else.
///
/// The least that a program which rewrites them all must do.
enum CopyTree {
  /// Copies on so many threads; the wall time in nanoseconds, and how many files there were.
  static func run(
    _ names: [String], from source: String, to target: String, workers: Int
  ) -> (time: UInt64, failures: Int) {
    let next = Atomic<Int>(0)
    let failures = Atomic<Int>(0)
    let start = now()
    Workers.run(workers) {
      var buffer = [UInt8](repeating: 0, count: 1 << 20)
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < names.count else { return }
        let name = names[index]
        if !copy("\(source)/\(name)", "\(target)/\(name)", &buffer) {
          failures.wrappingAdd(1, ordering: .relaxed)
        }
      }
    }
    return (now() - start, failures.load(ordering: .relaxed))
  }

  private static func copy(_ source: String, _ target: String, _ buffer: inout [UInt8]) -> Bool {
    let input = open(source, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { return false }
    defer { close(input) }
    let output = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard output >= 0 else { return false }
    defer { close(output) }
    while true {
      let got = read(input, &buffer, buffer.count)
      if got <= 0 { return got == 0 }
      guard write(output, buffer, got) == got else { return false }
    }
  }
}
