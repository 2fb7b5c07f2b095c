internal import Glibc
internal import SealwaxCommands

exit(SealwaxProgram.run(commandLine: CommandLine.arguments))
