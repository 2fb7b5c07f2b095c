/// Files, policy and batches.
enum Workspace {}
