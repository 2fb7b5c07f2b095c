/// What is done to Secrets that are sealed already.
public enum SealChange: Sendable {
  /// The data key is wrapped for others; every value keeps its token.
  ///
  /// Who could open it before may have kept the data key: only `rotate` shuts them out.
  case rewrap
  /// A new data key; every value gets a new token.
  ///
  /// With a time, Secrets whose data key was made then or later are left: a run that was cut short
  /// goes on where it was, and a schedule looks at the age of keys.
  case rotate(madeBefore: SealTime?)
}
