// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that users of the libraries do not build it.
let package = Package(
  name: "benchmarks",
  dependencies: [.package(name: "sealwax", path: "..")],
  targets: [
    .executableTarget(
      name: "PrimitiveBenchmark",
      dependencies: [.product(name: "CryptoCore", package: "sealwax")],
      swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
  ]
)
