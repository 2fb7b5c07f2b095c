import CryptoCore
import Glibc

// PrimitiveBenchmark primitives WORKERS
//   prints the nanoseconds of each operation, one a line, measured on so many threads at once.
// PrimitiveBenchmark copy FOLDER FOLDER WORKERS
//   copies the files whose names come on standard input, and prints the wall time in nanoseconds.

switch CommandLine.arguments.dropFirst().first {
case "primitives" where CommandLine.arguments.count == 3:
  let times = Primitives.measure(workers: Int(CommandLine.arguments[2]) ?? 1)
  guard !times.isEmpty else {
    print("error: the operations could not be measured")
    exit(1)
  }
  for (name, time) in times { print(name, time) }
case "copy" where CommandLine.arguments.count == 5:
  var names: [String] = []
  while let name = readLine() { names.append(name) }
  let (time, failures) = CopyTree.run(
    names, from: CommandLine.arguments[2], to: CommandLine.arguments[3],
    workers: Int(CommandLine.arguments[4]) ?? 1)
  guard failures == 0 else {
    print("error: \(failures) files could not be copied")
    exit(1)
  }
  print(time)
default:
  print("usage: PrimitiveBenchmark primitives WORKERS | copy FOLDER FOLDER WORKERS < NAMES")
  exit(64)
}
