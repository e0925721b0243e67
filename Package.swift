// swift-tools-version: 6.2

import PackageDescription

/// Every target of ours: Swift 6 mode (strict concurrency), unsafe code marked, warnings are errors.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// One direction of imports, top to bottom: edges may import the pure rooms, never each other.
let package = Package(
  name: "leakwatch",
  products: [
    .executable(name: "leakwatch", targets: ["LeakWatchDaemon"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // C libraries, seen through a module map and a shim header each.
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(
      name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CMicroHTTPD", pkgConfig: "libmicrohttpd",
      providers: [.apt(["libmicrohttpd-dev"])]),
    .systemLibrary(name: "CLinux"),

    // Pure: no clock, file, socket, task or lock.
    .target(name: "TimeSeries", swiftSettings: strict),
    .target(name: "Formats", dependencies: ["TimeSeries"], swiftSettings: strict),
    .target(name: "Signals", dependencies: ["TimeSeries", "Formats"], swiftSettings: strict),
    .target(name: "Detectors", dependencies: ["TimeSeries"], swiftSettings: strict),
    .target(name: "Alerting", dependencies: ["TimeSeries"], swiftSettings: strict),
    .target(
      name: "Engine", dependencies: ["TimeSeries", "Detectors", "Alerting"], swiftSettings: strict),
    .target(
      name: "WatchConfiguration",
      dependencies: ["TimeSeries", "Alerting"],
      swiftSettings: strict),

    // The one room for unsafe code: system calls and C libraries behind safe facades.
    .target(
      name: "LinuxSystem",
      dependencies: [
        "TimeSeries", "CCurl", "CSystemd", "CSQLite", "CZlib", "CCrypto", "CMicroHTTPD", "CLinux",
      ],
      swiftSettings: strict),

    // Edges: bytes in, bytes out. None imports another.
    .target(
      name: "Scrapers", dependencies: ["TimeSeries", "Formats", "Signals", "LinuxSystem"],
      swiftSettings: strict),
    .target(
      name: "Storage", dependencies: ["TimeSeries", "Alerting", "LinuxSystem"],
      swiftSettings: strict),
    .target(
      name: "Delivery", dependencies: ["TimeSeries", "Alerting", "LinuxSystem"],
      swiftSettings: strict),

    .target(
      name: "PrivilegedHelper", dependencies: ["TimeSeries", "Formats", "LinuxSystem"],
      swiftSettings: strict),

    .executableTarget(
      name: "LeakWatchDaemon",
      dependencies: [
        "TimeSeries", "Formats", "Signals", "Detectors", "Alerting", "Engine",
        "WatchConfiguration", "LinuxSystem", "Scrapers", "Storage", "Delivery",
        "PrivilegedHelper",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    // Our side of `make bench`; not shipped.
    .executableTarget(
      name: "leakwatch-bench",
      dependencies: [
        "TimeSeries", "Formats", "Detectors", "Alerting", "Engine", "LinuxSystem", "Scrapers",
        "Delivery", "Storage",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/LeakWatchBench", swiftSettings: strict),

    // What tests share: real programs, folders, ports, seeds.
    .target(
      name: "TestSupport", path: "Tests/TestSupport",
      swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
    .testTarget(
      name: "TimeSeriesTests", dependencies: ["TimeSeries", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "FormatsTests", dependencies: ["TimeSeries", "Formats"], exclude: ["Bad", "Good"],
      swiftSettings: strict),
    .testTarget(
      name: "SignalsTests", dependencies: ["TimeSeries", "Formats", "Signals"],
      swiftSettings: strict),
    .testTarget(
      name: "DetectorsTests", dependencies: ["TimeSeries", "Detectors", "TestSupport"],
      exclude: ["Statistics/reference_statistics.py"],
      swiftSettings: strict),
    .testTarget(
      name: "AlertingTests", dependencies: ["TimeSeries", "Alerting"],
      swiftSettings: strict),
    .testTarget(
      name: "EngineTests",
      dependencies: ["TimeSeries", "Detectors", "Alerting", "Engine", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "WatchConfigurationTests",
      dependencies: ["TimeSeries", "Alerting", "WatchConfiguration"], exclude: ["Bad", "Good"],
      swiftSettings: strict),
    .testTarget(
      name: "LinuxSystemTests", dependencies: ["TimeSeries", "LinuxSystem", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ScrapersTests",
      dependencies: [
        "TimeSeries", "Formats", "Signals", "LinuxSystem", "Scrapers", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "StorageTests",
      dependencies: ["TimeSeries", "Alerting", "LinuxSystem", "Storage", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "DeliveryTests",
      dependencies: [
        "TimeSeries", "Detectors", "Alerting", "Engine", "LinuxSystem", "Storage", "Delivery",
        "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "LeakWatchDaemonTests",
      dependencies: [
        "TimeSeries", "Formats", "Signals", "Detectors", "Alerting", "Engine",
        "WatchConfiguration", "LinuxSystem", "Scrapers", "Storage", "LeakWatchDaemon",
        "TestSupport",
      ],
      swiftSettings: strict),
  ]
)
