/// Work that other threads have begun by `Parallel.begin`, and that has to be finished.
public struct ParallelWork: ~Copyable {
  private let work: @Sendable (_ worker: Int) -> Void
  private let threads: [Thread]

  /// Begins `work` on as many threads as there are workers but one; with none to be had it is left
  /// to `finish`.
  init(workers: Int, _ work: @escaping @Sendable (_ worker: Int) -> Void) {
    self.work = work
    threads = (1..<max(workers, 1)).compactMap { worker in Thread { work(worker) } }
  }

  /// Takes part in what is left, and waits for all.
  public consuming func finish() {
    work(0)
    for thread in threads { thread.join() }
  }
}
