// swift-tools-version: 6.0
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A Swift target of this package; dependencies are names of targets in rows below its own.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude,
    swiftSettings: strict)
}

let package = Package(
  name: "mixdown",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "mixdown", targets: ["mixdown"])],
  dependencies: [
    // The command line: parsing, help pages, completion scripts.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
  ],
  targets: [
    // C libraries. libsndfile and libyaml are the product's two; libxxhash (header-only use)
    // is here because every chunk that crosses a border is hashed and xxh3 does 10 GB/s.
    .systemLibrary(
      name: "CSndfile", pkgConfig: "sndfile",
      providers: [.apt(["libsndfile1-dev"]), .brew(["libsndfile"])]),
    .systemLibrary(
      name: "CYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .systemLibrary(
      name: "CXXHash", pkgConfig: "libxxhash",
      providers: [.apt(["libxxhash-dev"]), .brew(["xxhash"])]),
    // Not a library: loops over four lanes, and single vector operations in a header, where Swift's
    // own on four lanes come out as scalars. For x86-64 each loop is built twice, with and without
    // AVX2, with the same bits.
    .target(name: "CLanes"),
    // Not a library either: the processor's instructions for SHA-256.
    .target(name: "CSHA256"),
    // libxxhash's header, built for any processor and for AVX2.
    .target(name: "CContentHash", dependencies: ["CXXHash"]),

    module("Signal", ["CLanes", "CSHA256", "CContentHash"]),
    module("Diagnostics"),
    module("SessionModel", ["Signal", "Diagnostics"]),
    module("DSP", ["Signal", "CLanes"]),
    module("MixGraph", ["SessionModel", "DSP", "Signal", "Diagnostics"]),
    module("Loudness", ["DSP", "Signal", "CLanes"]),
    module("AudioFiles", ["Signal", "CSndfile"]),
    module("SessionYAML", ["SessionModel", "Diagnostics", "Signal", "CYAML"]),
    module(
      "Engine",
      ["MixGraph", "DSP", "Loudness", "AudioFiles", "SessionModel", "Signal", "Diagnostics"]),
    module(
      "Mastering",
      [
        "Engine", "MixGraph", "DSP", "Loudness", "AudioFiles", "SessionModel", "Signal",
        "Diagnostics",
      ]),
    module(
      "Reporting",
      ["Mastering", "Engine", "MixGraph", "Loudness", "SessionModel", "Signal", "Diagnostics"]),
    .executableTarget(
      name: "mixdown",
      dependencies: [
        "Reporting", "Mastering", "Engine", "SessionYAML", "MixGraph", "Loudness", "AudioFiles",
        "DSP", "SessionModel", "Signal", "Diagnostics",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    // Measures; no product, and no part of `swift build --product mixdown`.
    .executableTarget(
      name: "mixdown-bench",
      dependencies: ["Loudness", "AudioFiles", "DSP", "Signal", "Diagnostics"],
      path: "Sources/Bench", swiftSettings: strict),

    .target(
      name: "TestSupport",
      dependencies: [
        "Signal", "DSP", "Diagnostics", "AudioFiles", "MixGraph", "Engine", "SessionYAML",
      ],
      path: "Tests/TestSupport", swiftSettings: strict),
    tests("SignalTests", ["Signal"]),
    tests("DiagnosticsTests", ["Diagnostics"]),
    tests("SessionModelTests", ["SessionModel", "Signal"]),
    tests("DSPTests", ["DSP", "Signal"]),
    tests(
      "MixGraphTests", ["MixGraph", "SessionModel", "SessionYAML", "DSP", "Signal", "Diagnostics"]),
    tests("LoudnessTests", ["Loudness", "DSP", "Signal"]),
    tests("AudioFilesTests", ["AudioFiles", "Signal"]),
    tests("SessionYAMLTests", ["SessionYAML", "SessionModel", "Diagnostics", "Signal"]),
    tests(
      "EngineTests",
      [
        "Engine", "MixGraph", "SessionModel", "SessionYAML", "DSP", "AudioFiles", "Signal",
        "Diagnostics",
      ]),
    tests(
      "MasteringTests",
      [
        "Mastering", "Engine", "MixGraph", "Loudness", "AudioFiles", "SessionModel", "Signal",
        "Diagnostics",
      ]),
    tests("ReportingTests", ["Reporting", "Loudness", "Diagnostics", "Signal"]),
    tests(
      "EndToEndTests",
      [
        "mixdown", "Engine", "SessionYAML", "MixGraph", "AudioFiles", "Loudness", "DSP",
        "SessionModel", "Signal",
        "Diagnostics",
      ],
      exclude: ["Goldens", "Messages", "Sessions"]),
  ],
  swiftLanguageModes: [.v6]
)
