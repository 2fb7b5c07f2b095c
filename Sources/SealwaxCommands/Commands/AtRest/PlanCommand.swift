internal import ArgumentParser
internal import EncryptionAtRest
internal import EtcdSnapshot
internal import Findings
internal import Platform
internal import Workspace

/// `sealwax at-rest plan`.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Plan a change of what encrypts etcd, step by step.",
    discussion: """
      Rotates a key, switches to another provider, begins with encryption or ends it, without an \
      object that some API server cannot read in between. The folder gets the configuration of \
      every step, with the new keys; only you can read it. With the files of the nodes, and a \
      snapshot taken after the last step, it says which step is next, and refuses to drop a key \
      that an object or an older revision still needs. Exit status 1 when something is in the way.

      EXAMPLES
        sealwax at-rest plan --from enc.yaml --output-dir plan
        sealwax at-rest plan --from enc.yaml --provider aesgcm --output-dir plan
        sealwax at-rest plan --enable --resource secrets --output-dir plan
        sealwax at-rest plan --from enc.yaml --disable --output-dir plan
        sealwax at-rest plan --resume plan --node a.yaml --node b.yaml \\
          --snapshot after.db
      """)

  @Option(
    help: ArgumentHelp("The configuration that the API servers have now.", valueName: "file"),
    completion: .file())
  var from: String?

  @Flag(help: "There is no configuration yet.")
  var enable = false

  @Flag(help: "Store in plaintext again.")
  var disable = false

  @OptionGroup(title: "Encryption") var options: ProviderOptions

  @Option(
    help: ArgumentHelp("A new folder for the plan's configurations.", valueName: "folder"),
    completion: .directory)
  var outputDir: String?

  @Option(
    help: ArgumentHelp("Go on with the plan in a folder.", valueName: "folder"),
    completion: .directory)
  var resume: String?

  @Option(
    name: .customLong("node"),
    help: ArgumentHelp(
      "The configuration of an API server, as it is now; 'none' for one without. Repeatable: one for each.",
      valueName: "file"),
    completion: .file())
  var nodes: [String] = []

  @Option(
    help: ArgumentHelp("A snapshot of etcd, taken after the last change.", valueName: "file"),
    completion: .file())
  var snapshot: String?

  @Option(help: ArgumentHelp("What the API server's keys begin with.", valueName: "prefix"))
  var etcdPrefix = "/registry"

  @Option(
    help: ArgumentHelp("Where the configuration is on the nodes.", valueName: "path"),
    completion: .file())
  var path = "/etc/kubernetes/enc/enc.yaml"

  @Option(
    name: .customLong("backup"),
    help: ArgumentHelp("A backup that was made before. Repeatable.", valueName: "file"),
    completion: .file())
  var backups: [String] = []

  @Flag(help: "Report as JSON on standard output.")
  var json = false

  func run() throws {
    let folder = try self.folder()
    let states: RotationStates
    if resume != nil {
      states = try folder.read()
    } else {
      states = try newStates()
    }
    var configurations: [(path: String, configuration: StorageConfiguration?)] = []
    for node in nodes { configurations.append((node, try ConfigurationFile.readNode(node))) }
    let progress = RotationProgress(
      states, nodes: configurations, snapshot: try snapshot.map(stored))
    var places = RotationPlan.Places(folder: folder.path)
    places.node = path
    places.backups = backups
    let plan = RotationPlan(states, places: places, progress: progress)
    // The keys first: a plan without its files is of no use.
    if resume == nil { try folder.write(states) }
    try Console.print(
      json ? PlanJSON.value(plan, progress).text() + "\n" : PlanText.text(plan, progress))
    if !progress.problems.isEmpty { throw ExitCode(ExitStatus.findings) }
  }

  private func folder() throws(WorkspaceError) -> PlanFolder {
    try DestinationOptions.refuseEmpty(outputDir, "--output-dir")
    switch (resume, outputDir) {
    case (let resume?, nil):
      guard from == nil, !enable, !disable, options.provider == nil, options.resources.isEmpty
      else {
        throw WorkspaceError(.usage, "--resume takes everything about the plan from its folder")
      }
      return PlanFolder(resume)
    case (nil, let outputDir?): return PlanFolder(outputDir)
    case (nil, nil):
      throw WorkspaceError(
        .usage, "a plan needs a folder for its configurations",
        hints: [
          "a new plan: --from FILE (or --enable, when nothing encrypts yet) and --output-dir FOLDER",
          "to go on with one: --resume FOLDER",
        ])
    default: throw WorkspaceError(.usage, "--resume and --output-dir exclude each other")
    }
  }

  private func newStates() throws(WorkspaceError) -> RotationStates {
    guard !disable || !enable else {
      throw WorkspaceError(.usage, "--enable and --disable exclude each other")
    }
    guard !enable || from == nil else {
      throw WorkspaceError(
        .usage, "--enable and --from exclude each other",
        hints: [
          "--enable is for API servers without a configuration; with one, --from alone plans a change"
        ])
    }
    guard enable || from != nil else {
      throw WorkspaceError(
        .usage, "nothing says what encrypts now",
        hints: ["name the present configuration with --from, or say --enable when there is none"])
    }
    guard !disable || options.provider == nil else {
      throw WorkspaceError(
        .usage, "--disable and --provider exclude each other",
        hints: ["--disable plans the way back to plaintext, which no provider writes"])
    }
    let resources = try options.checkedResources()
    let current: StorageConfiguration?
    if let from { current = try ConfigurationFile.read(from) } else { current = nil }
    let goal: RotationGoal
    if disable {
      goal = .disable
    } else if let kms = try options.kms() {
      goal = .encryptWithKMS(kms)
    } else if let kind = options.keyed {
      goal = .encrypt(kind)
    } else {
      goal = enable ? .encrypt(.secretbox) : .rotate
    }
    return try Self.states(from: current, to: goal, resources: resources.isEmpty ? nil : resources)
  }

  /// The configurations on the way to a goal.
  static func states(
    from current: StorageConfiguration?, to goal: RotationGoal, resources: [String]?
  ) throws(WorkspaceError) -> RotationStates {
    let date = WallClock.timestamp().prefix(10).filter { $0 != "-" }
    do throws(StorageError) {
      return try RotationStates(from: current, to: goal, resources: resources, date: String(date))
    } catch { throw WorkspaceError(.configuration, error.message) }
  }

  private func stored(_ path: String) throws(WorkspaceError) -> RotationProgress.Snapshot {
    var census = CensusOptions()
    census.etcdPrefix = etcdPrefix
    let report = try SnapshotOptions.take(path, census)
    let uses = StoredUse.joined(
      report.groups.filter(\.isResource).map { group in
        StoredUse(
          resource: GroupResource(group.resource),
          reader: StorageReader(
            provider: group.provider, name: group.provider == .identity ? "" : group.keyName),
          liveCount: group.liveCount, supersededCount: group.supersededCount)
      })
    let remnants = report.remnants
    return RotationProgress.Snapshot(
      uses: uses,
      remnantCount: max(
        remnants.plaintextByResource.values.reduce(0, +),
        remnants.piecesByKind.values.reduce(0, +)))
  }
}
