internal import Platform
internal import Synchronization
internal import TransportSecurity

/// Many probes at once, with a line that counts them on a terminal.
enum ProbeRun {
  /// How many are in flight: they wait most of the time, each on a thread of its own.
  private static let maximumInFlight = 256

  /// The reports, in the order of the targets.
  static func reports(_ targets: [ProbeTarget], _ settings: ProbeSettings) -> [ProbeReport] {
    let isShown = targets.count > 1 && Terminal.isTerminal(2)
    let reports = Mutex([ProbeReport?](repeating: nil, count: targets.count))
    let done = Mutex(0)
    Parallel.forEach(count: targets.count, workers: maximumInFlight) { index, _ in
      let report = PortProber(targets[index], settings).run()
      reports.withLock { $0[index] = report }
      guard isShown else { return }
      done.withLock { done in
        done += 1
        Files.writeStandardError("\rprobing: \(done) of \(targets.count)")
      }
    }
    if isShown { Files.writeStandardError("\r\u{1b}[K") }
    return reports.withLock { $0.compactMap(\.self) }
  }
}
