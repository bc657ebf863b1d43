import Foundation
import IgniteTestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A person's home in which the wizard is opened in terminals, one after the other.
struct WizardHome {
  let program: Program

  init() throws { program = try Program() }

  func remove() { program.remove() }

  /// The program that is opened: the one of these tests, unless another is named.
  private static let wizard =
    ProcessInfo.processInfo.environment["ALLFRAME"] ?? Program.path(of: "allframe")

  /// Opens the wizard with arguments; `variables` come on top of the usual ones.
  func open(
    _ arguments: String..., variables: [String: String] = [:], width: Int = 80, height: Int = 24
  ) -> TerminalSession {
    var environment = [
      "TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin",
      "HOME": program.folder.path, "SWIFT_BACKTRACE": "enable=no", "PS1": "$ ",
      "ALLFRAME": Self.wizard,
    ]
    environment.merge(variables) { $1 }
    let words = ["-c", "cd \"$HOME\" && exec \"$ALLFRAME\" \"$@\"", "sh"] + arguments
    return TerminalSession(
      "/bin/sh", words, environment: environment, width: width, height: height)
  }

  /// Writes a config of a few services.
  @discardableResult
  func write(_ text: String = WizardHome.shop, to name: String = "shop.toml") throws -> String {
    try program.write(text, to: name)
    return name
  }

  /// The drafts that lie in the home.
  var drafts: [String] {
    let folder = program.folder.appendingPathComponent(".local/state/allframe/drafts")
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }

  static let shop = """
    # Ada's shop.
    [architecture]
    name = "shop"

    [[services]]
    name = "orders"
    type = "stateless"
    publishes = ["OrderPlaced"]

    [[services]]
    name = "mail"
    type = "stateless"
    consumes = ["OrderPlaced"]

    """
}

extension TerminalSession {
  /// Leaves the wizard where nothing is unsaved.
  func quit() { send("\u{1B}[21~") }
}
