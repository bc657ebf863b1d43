// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "allframe", path: ".."),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  targets: [
    .executableTarget(
      name: "parse-benchmark",
      dependencies: [
        .product(name: "IgniteSyntax", package: "allframe"),
        .product(name: "TOMLKit", package: "TOMLKit"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6)]),
    .executableTarget(
      name: "pipeline-benchmark",
      dependencies: [
        .product(name: "IgniteGenerator", package: "allframe"),
        .product(name: "IgniteSyntax", package: "allframe"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6)]),
  ]
)
