import Foundation
import Platform
import Testing

@Suite struct HardeningTests {
  @Test func hardens() throws {
    let run = try Probe.run("harden")
    let lines = run.output.split(separator: "\n")
    #expect(run.status == .exited(0))
    // What nobody can raise again is as it was.
    var core = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &core)
    let limit = core.rlim_max
    #expect(lines.starts(with: ["core 0 \(limit)", "shortfalls ", "freed is overwritten"]))
    // Linux counts from 1: SIGPIPE is bit 12.
    let ignored = lines.first { $0.hasPrefix("SigIgn:") }?.split(separator: "\t").last ?? ""
    #expect(UInt64(ignored, radix: 16).map { $0 & (1 << 12) } == 1 << 12)
  }

  /// Without the right to lock memory it is said, not hidden.
  @Test(.enabled(if: Probe.isRoot, "needs root, to be without rights"))
  func reportsUnlockableMemory() throws {
    let run = try Probe.shell("ulimit -l 0; exec \"$1\" --user 65534 harden", Probe.path)
    #expect(run.output.contains("shortfalls secret memory cannot be locked in RAM\n"))
  }

  /// Another process of the same user cannot look into a hardened one.
  @Test(.enabled(if: Probe.isRoot, "needs root, to be another user"))
  func cannotBeInspected() throws {
    let script = """
      "$1" --user 65534 harden >/dev/null
      exec setpriv --reuid 65534 --clear-groups sh -c 'cat /proc/$1/environ' sh "$2"
      """
    let child = try ChildProcess(ChildProgram("sleep", arguments: ["100"]))
    let run = try Probe.shell(script, Probe.path, "\(child.identifier)")
    #expect(run.status != .exited(0))
  }
}
