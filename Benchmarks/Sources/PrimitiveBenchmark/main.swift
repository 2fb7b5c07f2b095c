import CryptoCore
import Glibc

// PrimitiveBenchmark primitives
//   prints the nanoseconds of each operation, one a line.
// PrimitiveBenchmark copy FOLDER FOLDER WORKERS
//   copies the files whose names come on standard input, and prints the wall time in nanoseconds.

switch CommandLine.arguments.dropFirst().first {
case "primitives":
  for (name, time) in try Primitives().measure() { print(name, time) }
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
  print("usage: PrimitiveBenchmark primitives | copy FOLDER FOLDER WORKERS < NAMES")
  exit(64)
}
