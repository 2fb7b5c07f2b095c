// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target here is compiled with: language mode 6, no warnings, explicit imports.
let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// The modules that call C: every such call is marked `unsafe`.
let boundary: [SwiftSetting] =
  house + [.strictMemorySafety(), .enableExperimentalFeature("Lifetimes")]

let package = Package(
  name: "sealwax",
  products: [
    .library(name: "CryptoCore", targets: ["CryptoCore"]),
    .library(name: "Platform", targets: ["Platform"]),
    .library(name: "Age", targets: ["Age"]),
    .library(name: "YAMLSource", targets: ["YAMLSource"]),
    .library(name: "Manifest", targets: ["Manifest"]),
    .library(name: "Envelope", targets: ["Envelope"]),
    .library(name: "SOPSFormat", targets: ["SOPSFormat"]),
    .library(name: "Findings", targets: ["Findings"]),
    .library(name: "EncryptionAtRest", targets: ["EncryptionAtRest"]),
    .library(name: "EtcdSnapshot", targets: ["EtcdSnapshot"]),
    .executable(name: "sealwax", targets: ["sealwax"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .target(name: "CPlatform"),

    .target(
      name: "CryptoCore", dependencies: ["CSodium", "COpenSSL"], swiftSettings: boundary),
    .target(
      name: "Platform", dependencies: ["CPlatform", "CryptoCore"], swiftSettings: boundary),
    .target(
      name: "Age",
      dependencies: [
        "CryptoCore", "Platform", .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: house),
    .target(
      name: "YAMLSource", dependencies: ["CLibYAML", "CryptoCore"], swiftSettings: boundary),
    .target(
      name: "Manifest", dependencies: ["YAMLSource", "CryptoCore"], swiftSettings: house),
    .target(
      name: "Envelope", dependencies: ["CryptoCore", "Age", "YAMLSource", "Manifest"],
      swiftSettings: house),
    .target(
      name: "SOPSFormat", dependencies: ["CryptoCore", "YAMLSource", "Age"], swiftSettings: house),
    .target(name: "Findings", swiftSettings: house),
    .target(
      name: "EncryptionAtRest", dependencies: ["CryptoCore", "YAMLSource", "Findings"],
      swiftSettings: house),
    .target(
      name: "EtcdSnapshot",
      dependencies: ["CryptoCore", "Platform", "EncryptionAtRest", "Findings"],
      swiftSettings: house),
    .target(
      name: "Workspace",
      dependencies: [
        "Platform", "CryptoCore", "YAMLSource", "Manifest", "Envelope", "Age", "EncryptionAtRest",
      ],
      swiftSettings: house),
    .target(
      name: "SealwaxCommands",
      dependencies: [
        "Workspace", "Platform", "Envelope", "Manifest", "YAMLSource", "Age", "CryptoCore",
        "EncryptionAtRest", "EtcdSnapshot", "Findings",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: house),
    .executableTarget(
      name: "sealwax", dependencies: ["SealwaxCommands"], swiftSettings: house),

    .target(
      name: "TestSupport", dependencies: ["CryptoCore"], path: "Tests/TestSupport",
      swiftSettings: house),
    .testTarget(
      name: "CryptoCoreTests", dependencies: ["CryptoCore", "TestSupport"], swiftSettings: house),
    .executableTarget(
      name: "platform-probe", dependencies: ["Platform", "CryptoCore"],
      path: "Tests/PlatformProbe", swiftSettings: house),
    .testTarget(
      name: "PlatformTests",
      dependencies: ["Platform", "CryptoCore", "TestSupport", "platform-probe"],
      swiftSettings: house),
    .testTarget(
      name: "AgeTests", dependencies: ["Age", "CryptoCore", "Platform", "TestSupport"],
      exclude: ["Fixtures"], swiftSettings: house),
    .testTarget(
      name: "YAMLSourceTests", dependencies: ["YAMLSource", "CryptoCore", "TestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "ManifestTests",
      dependencies: ["Manifest", "YAMLSource", "CryptoCore", "TestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "EnvelopeTests",
      dependencies: ["Envelope", "Manifest", "YAMLSource", "Age", "CryptoCore", "TestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "SOPSFormatTests",
      dependencies: ["SOPSFormat", "Age", "CryptoCore", "YAMLSource", "TestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "EncryptionAtRestTests",
      dependencies: ["EncryptionAtRest", "Findings", "CryptoCore", "TestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "EtcdSnapshotTests",
      dependencies: ["EtcdSnapshot", "EncryptionAtRest", "Platform", "CryptoCore", "TestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "WorkspaceTests",
      dependencies: [
        "Workspace", "Platform", "Envelope", "Manifest", "YAMLSource", "CryptoCore", "TestSupport",
      ], swiftSettings: house),
    .testTarget(
      name: "SealwaxCommandsTests",
      dependencies: [
        "sealwax", "SealwaxCommands", "TestSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: house),
  ]
)
