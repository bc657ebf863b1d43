import Foundation
import IgniteSyntax
import Testing

@testable import IgniteGenerator

/// Small disks of their own, where the system lets the tests mount one.
@Suite(.serialized, .enabled(if: MountedDisk.isPossible, "mounting needs root"))
struct MountedDiskTests {
  private let folder = TargetFolder()

  @Test func aDiskThatIsReallyFullLeavesEverythingAsItWas() throws {
    let disk = try MountedDisk(at: folder.url, "size=600k")
    defer { disk.unmount() }
    let small = Probe(target: folder.path, count: 30)
    try #require(try small.run(0) == 0)
    let (files, own) = (folder.files, folder.ownFiles)
    #expect(try Probe(target: folder.path, count: 600).run(1) == 1)
    #expect(folder.files == files)
    #expect(folder.ownFiles == own)
    #expect(try small.run(1) == 0)
    #expect(folder.files == small.files(1))
  }

  @Test func aReadOnlyDiskIsNamed() throws {
    let disk = try MountedDisk(at: folder.url, "size=600k")
    defer { disk.unmount() }
    try folder.generate(["a": "a"])
    try disk.remount("ro")
    let error = #expect(throws: TargetError.self) { try folder.generate(["a": "A"]) }
    #expect(error?.reason == "read-only file system")
    #expect(try folder.generate(["a": "a"]).changes.isEmpty)
    #expect(folder.files == ["a": "a"])
  }

  @Test func aStepThatFailsTakesBackThoseBefore() throws {
    try folder.generate(["a": "a", "b": "b", "z/y": "y", "z/z": "z"])
    let own = folder.ownFiles
    try folder.remove("z")
    try FileManager.default.createDirectory(
      atPath: folder.place("z"), withIntermediateDirectories: true)
    let disk = try MountedDisk(at: folder.url.appendingPathComponent("z"), "size=600k")
    defer { disk.unmount() }
    try folder.write("z/y", "y")
    try folder.write("z/z", "z")
    // What is staged cannot move to another disk, which shows after the first files have moved.
    #expect(throws: TargetError.self) {
      try folder.generate(["a": "A", "c/d": "d", "z/y": "Y", "z/z": "z"])
    }
    #expect(["a", "b", "c/d", "z/y", "z/z"].map(folder.read) == ["a", "b", nil, "y", "z"])
    #expect(folder.ownFiles == own)
  }
}

/// A disk in memory.
private struct MountedDisk {
  private let path: String

  static let isPossible: Bool = {
    guard geteuid() == 0 else { return false }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    guard let disk = try? MountedDisk(at: folder, "size=64k") else { return false }
    disk.unmount()
    return true
  }()

  init(at folder: URL, _ options: String) throws {
    path = folder.path
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Self.run("mount", "-t", "tmpfs", "-o", options, "tmpfs", path)
  }

  func remount(_ options: String) throws {
    try Self.run("mount", "-o", "remount,\(options)", path)
  }

  func unmount() { try? Self.run("umount", path) }

  private static func run(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.featureUnsupported) }
  }
}
