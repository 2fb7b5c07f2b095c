/// Commands.
public enum SealwaxCommands {}
