// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

// Where pkg-config speaks, its search path comes first and a static libyaml cannot be preferred to the
// shared one; only macOS needs it to find the header.
#if os(macOS)
  let yamlPackage: String? = "yaml-0.1"
#else
  let yamlPackage: String? = nil
#endif

let package = Package(
  name: "allframe",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "allframe", targets: ["allframe"]),
    .library(name: "IgniteSyntax", targets: ["IgniteSyntax"]),
    .library(
      name: "IgniteGenerator", targets: ["IgniteGenerator", "IgniteCatalog", "IgniteModel"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
  ],
  targets: [
    .systemLibrary(
      name: "CYAML", pkgConfig: yamlPackage,
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .systemLibrary(name: "CSystem"),
    .target(name: "IgniteSyntax", dependencies: ["CYAML"], swiftSettings: settings),
    .target(
      name: "IgniteModel", dependencies: ["CSystem", "IgniteSyntax"], swiftSettings: settings),
    .target(
      name: "IgniteCatalog", dependencies: ["IgniteModel", "IgniteSyntax"],
      exclude: ["Entries", "Starters"], swiftSettings: settings, plugins: ["EmbedCatalog"]),
    .target(
      name: "IgniteGenerator",
      dependencies: ["CSystem", "IgniteCatalog", "IgniteModel", "IgniteSyntax"],
      swiftSettings: settings),
    .systemLibrary(
      name: "CNCurses", providers: [.apt(["libncurses-dev"]), .brew(["ncurses"])]),
    .target(name: "CTerm"),
    .target(
      name: "IgniteTUI",
      dependencies: [
        "CNCurses", "CTerm", "IgniteGenerator", "IgniteCatalog", "IgniteModel", "IgniteSyntax",
      ],
      swiftSettings: settings, plugins: ["EmbedCatalog"]),
    .executableTarget(
      name: "allframe",
      dependencies: [
        "IgniteTUI", "IgniteGenerator", "IgniteCatalog", "IgniteModel", "IgniteSyntax",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "embed-catalog", path: "Plugins/embed-catalog", swiftSettings: settings),
    .plugin(name: "EmbedCatalog", capability: .buildTool(), dependencies: ["embed-catalog"]),
    .target(name: "CPty", path: "Tests/CPty"),
    .target(
      name: "IgniteTestSupport", dependencies: ["CPty", "IgniteSyntax"],
      path: "Tests/IgniteTestSupport", swiftSettings: settings),
    .testTarget(
      name: "IgniteSyntaxTests", dependencies: ["IgniteSyntax", "IgniteTestSupport"],
      exclude: ["Data"], swiftSettings: settings),
    .testTarget(
      name: "IgniteModelTests", dependencies: ["IgniteModel", "IgniteSyntax", "IgniteTestSupport"],
      exclude: ["Cases", "Decoding", "Examples", "Scripts"], swiftSettings: settings),
    .testTarget(
      name: "IgniteCatalogTests",
      dependencies: ["IgniteCatalog", "IgniteModel", "IgniteSyntax", "IgniteTestSupport"],
      swiftSettings: settings),
    .executableTarget(
      name: "generate-probe", dependencies: ["IgniteGenerator", "IgniteSyntax"],
      path: "Tests/GenerateProbe", swiftSettings: settings),
    .testTarget(
      name: "IgniteGeneratorTests",
      dependencies: [
        "IgniteGenerator", "IgniteCatalog", "IgniteModel", "IgniteSyntax", "IgniteTestSupport",
        "generate-probe",
      ],
      exclude: ["Clouds/Schemas", "Goldens"], swiftSettings: settings),
    .executableTarget(
      name: "terminal-probe", dependencies: ["IgniteModel", "IgniteTUI"],
      path: "Tests/TerminalProbe", swiftSettings: settings),
    .testTarget(
      name: "IgniteTUITests",
      dependencies: [
        "IgniteTUI", "IgniteGenerator", "IgniteCatalog", "IgniteModel", "IgniteSyntax",
        "IgniteTestSupport", "terminal-probe",
      ],
      exclude: ["Pictures"], swiftSettings: settings),
    .testTarget(
      name: "AllframeTests", dependencies: ["allframe", "IgniteTestSupport"],
      swiftSettings: settings),
  ]
)
