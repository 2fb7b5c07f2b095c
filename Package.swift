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
    .library(name: "X509", targets: ["X509"]),
    .library(name: "TLSClient", targets: ["TLSClient"]),
    .library(name: "Age", targets: ["Age"]),
    .library(name: "YAMLSource", targets: ["YAMLSource"]),
    .library(name: "Manifest", targets: ["Manifest"]),
    .library(name: "Envelope", targets: ["Envelope"]),
    .library(name: "SOPSFormat", targets: ["SOPSFormat"]),
    .library(name: "SealedSecretFormat", targets: ["SealedSecretFormat"]),
    .library(name: "Findings", targets: ["Findings"]),
    .library(name: "ControlPlane", targets: ["ControlPlane"]),
    .library(name: "EncryptionAtRest", targets: ["EncryptionAtRest"]),
    .library(name: "EtcdSnapshot", targets: ["EtcdSnapshot"]),
    .library(name: "TransportSecurity", targets: ["TransportSecurity"]),
    .library(name: "SecretScan", targets: ["SecretScan"]),
    .executable(name: "sealwax", targets: ["sealwax"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(
      name: "CNGHTTP2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
    .target(name: "CPlatform"),

    .target(
      name: "CryptoCore", dependencies: ["CSodium", "COpenSSL"], swiftSettings: boundary),
    .target(
      name: "Platform", dependencies: ["CPlatform", "CryptoCore"], swiftSettings: boundary),
    .target(
      name: "X509", dependencies: ["COpenSSL", "CryptoCore"], swiftSettings: boundary),
    .target(
      name: "GRPC", dependencies: ["CNGHTTP2", "CryptoCore", "Platform"], swiftSettings: boundary),
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
    .target(
      name: "CloudKeys", dependencies: ["CryptoCore", "Platform", "X509", "SOPSFormat"],
      swiftSettings: house),
    .target(
      name: "RemoteKeys", dependencies: ["CryptoCore", "Platform", "SOPSFormat", "GRPC"],
      swiftSettings: house),
    .target(
      name: "SealedSecretFormat", dependencies: ["CryptoCore", "X509", "YAMLSource", "Manifest"],
      swiftSettings: house),
    .target(name: "Findings", dependencies: ["Platform"], swiftSettings: house),
    .target(
      name: "ControlPlane", dependencies: ["CryptoCore", "YAMLSource"], swiftSettings: house),
    .target(
      name: "EncryptionAtRest",
      dependencies: ["CryptoCore", "YAMLSource", "Findings", "ControlPlane"],
      swiftSettings: house),
    .target(
      name: "EtcdSnapshot",
      dependencies: ["CryptoCore", "Platform", "EncryptionAtRest", "Findings"],
      swiftSettings: house),
    .target(
      name: "TLSClient", dependencies: ["COpenSSL", "CryptoCore", "Platform", "X509"],
      swiftSettings: boundary),
    .target(
      name: "TransportSecurity",
      dependencies: [
        "CryptoCore", "Platform", "YAMLSource", "Findings", "X509", "TLSClient", "ControlPlane",
        "EncryptionAtRest",
      ], swiftSettings: house),
    .target(
      name: "SecretScan",
      dependencies: ["CryptoCore", "YAMLSource", "Manifest", "Envelope", "SOPSFormat", "Findings"],
      swiftSettings: house),
    .target(
      name: "Workspace",
      dependencies: [
        "Platform", "CryptoCore", "YAMLSource", "Manifest", "Envelope", "Age", "Findings",
        "EncryptionAtRest", "TransportSecurity", "ControlPlane", "X509", "SecretScan",
        "SOPSFormat", "CloudKeys", "GRPC", "RemoteKeys", "SealedSecretFormat",
      ],
      swiftSettings: house),
    .target(
      name: "SealwaxCommands",
      dependencies: [
        "Workspace", "Platform", "Envelope", "Manifest", "YAMLSource", "Age", "CryptoCore",
        "EncryptionAtRest", "EtcdSnapshot", "Findings", "X509", "TLSClient", "ControlPlane",
        "TransportSecurity", "SecretScan", "SOPSFormat", "SealedSecretFormat",
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
      name: "X509Tests", dependencies: ["X509", "CryptoCore", "TestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "GRPCTests", dependencies: ["GRPC", "CryptoCore", "Platform"],
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
    .testTarget(name: "FindingsTests", dependencies: ["Findings"], swiftSettings: house),
    .testTarget(
      name: "ControlPlaneTests", dependencies: ["ControlPlane", "CryptoCore", "TestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "SOPSFormatTests",
      dependencies: ["SOPSFormat", "Age", "CryptoCore", "YAMLSource", "TestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "CloudKeysTests", dependencies: ["CloudKeys", "CryptoCore", "Platform"],
      swiftSettings: house),
    .testTarget(
      name: "SealedSecretFormatTests",
      dependencies: [
        "SealedSecretFormat", "Manifest", "YAMLSource", "X509", "CryptoCore", "TestSupport",
      ],
      swiftSettings: house),
    .testTarget(
      name: "EncryptionAtRestTests",
      dependencies: ["EncryptionAtRest", "Findings", "CryptoCore", "TestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "EtcdSnapshotTests",
      dependencies: [
        "EtcdSnapshot", "EncryptionAtRest", "Findings", "Platform", "CryptoCore", "TestSupport",
      ],
      swiftSettings: house),
    .testTarget(
      name: "TLSClientTests", dependencies: ["TLSClient", "CryptoCore", "TestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "TransportSecurityTests",
      dependencies: ["TransportSecurity", "X509", "Findings", "ControlPlane", "TestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "SecretScanTests",
      dependencies: [
        "SecretScan", "Findings", "Envelope", "Manifest", "YAMLSource", "CryptoCore", "TestSupport",
      ],
      swiftSettings: house),
    .testTarget(
      name: "WorkspaceTests",
      dependencies: [
        "Workspace", "SOPSFormat", "Platform", "Envelope", "Manifest", "YAMLSource", "CryptoCore",
        "TestSupport",
      ], swiftSettings: house),
    .testTarget(
      name: "SealwaxCommandsTests",
      dependencies: [
        "sealwax", "SealwaxCommands", "TestSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: house),
  ]
)
