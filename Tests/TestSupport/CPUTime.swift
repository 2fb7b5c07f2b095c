import Glibc

/// What a piece of work costs this thread, whatever else the machine is doing.
public func cpuTime(_ body: () throws -> Void) rethrows -> Duration {
  let start = threadNanoseconds()
  try body()
  return .nanoseconds(threadNanoseconds() - start)
}

private func threadNanoseconds() -> Int {
  var time = timespec()
  _ = clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return time.tv_sec * 1_000_000_000 + time.tv_nsec
}
