// swift-tools-version: 6.2
import PackageDescription

let fuzzing: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .unsafeFlags(["-parse-as-library"]),
]

/// Fuzz targets of the libraries; built and run by scripts/fuzz.
let package = Package(
  name: "sealwax-fuzz",
  dependencies: [.package(name: "sealwax", path: "..")],
  targets: [
    .target(
      name: "FuzzSupport",
      dependencies: [
        .product(name: "CryptoCore", package: "sealwax"),
        .product(name: "Manifest", package: "sealwax"),
        .product(name: "YAMLSource", package: "sealwax"),
      ], swiftSettings: [.swiftLanguageMode(.v6)]),
    .executableTarget(
      name: "yaml",
      dependencies: [
        "FuzzSupport",
        .product(name: "CryptoCore", package: "sealwax"),
        .product(name: "Manifest", package: "sealwax"),
        .product(name: "YAMLSource", package: "sealwax"),
      ], swiftSettings: fuzzing),
    .executableTarget(
      name: "envelope",
      dependencies: [
        "FuzzSupport",
        .product(name: "CryptoCore", package: "sealwax"),
        .product(name: "Envelope", package: "sealwax"),
        .product(name: "Manifest", package: "sealwax"),
      ], swiftSettings: fuzzing),
    .executableTarget(
      name: "age",
      dependencies: [
        "FuzzSupport",
        .product(name: "CryptoCore", package: "sealwax"),
        .product(name: "Age", package: "sealwax"),
      ], swiftSettings: fuzzing),
    .executableTarget(
      name: "controlplane",
      dependencies: [
        "FuzzSupport",
        .product(name: "ControlPlane", package: "sealwax"),
        .product(name: "CryptoCore", package: "sealwax"),
      ], swiftSettings: fuzzing),
    .executableTarget(
      name: "sops",
      dependencies: [
        "FuzzSupport",
        .product(name: "CryptoCore", package: "sealwax"),
        .product(name: "SOPSFormat", package: "sealwax"),
      ], swiftSettings: fuzzing),
    .executableTarget(
      name: "sealedsecret",
      dependencies: [
        "FuzzSupport",
        .product(name: "CryptoCore", package: "sealwax"),
        .product(name: "SealedSecretFormat", package: "sealwax"),
        .product(name: "YAMLSource", package: "sealwax"),
      ], swiftSettings: fuzzing),
    .executableTarget(
      name: "etcd",
      dependencies: [
        "FuzzSupport",
        .product(name: "CryptoCore", package: "sealwax"),
        .product(name: "EncryptionAtRest", package: "sealwax"),
        .product(name: "EtcdSnapshot", package: "sealwax"),
      ], swiftSettings: fuzzing),
    .executableTarget(
      name: "x509",
      dependencies: [
        "FuzzSupport",
        .product(name: "CryptoCore", package: "sealwax"),
        .product(name: "X509", package: "sealwax"),
        .product(name: "ControlPlane", package: "sealwax"),
        .product(name: "TransportSecurity", package: "sealwax"),
      ], swiftSettings: fuzzing),
    .executableTarget(
      name: "tls",
      dependencies: [
        "FuzzSupport",
        .product(name: "CryptoCore", package: "sealwax"),
        .product(name: "TLSClient", package: "sealwax"),
        .product(name: "TransportSecurity", package: "sealwax"),
      ], swiftSettings: fuzzing),
    .executableTarget(
      name: "leaks",
      dependencies: [
        "FuzzSupport",
        .product(name: "CryptoCore", package: "sealwax"),
        .product(name: "SecretScan", package: "sealwax"),
      ], swiftSettings: fuzzing),
    .executableTarget(
      name: "scan",
      dependencies: [
        "FuzzSupport",
        .product(name: "CryptoCore", package: "sealwax"),
        .product(name: "Envelope", package: "sealwax"),
        .product(name: "SecretScan", package: "sealwax"),
      ], swiftSettings: fuzzing),
  ]
)
