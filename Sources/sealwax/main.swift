internal import Glibc
internal import SealwaxCommands

exit(
  SealwaxProgram.run(
    arguments: Array(CommandLine.arguments.dropFirst()),
    calledAs: CommandLine.arguments.first ?? "sealwax"))
