import Foundation
import IgniteTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// However the wizard ends, what was designed is offered by the next one.
@Suite(.serialized)
struct WizardDraftTests {
  private static let line = "# not saved yet"

  /// Types into the source of an open config.
  private func type(_ session: TerminalSession) {
    #expect(session.shows("orders"))
    session.send("\u{1B}4\(Self.line)\r")
    #expect(session.shows(Self.line))
    session.settle()
  }

  @Test(arguments: [SIGKILL, SIGTERM, SIGHUP, SIGQUIT])
  func resumesTheDraftOfAFile(_ signal: Int32) throws {
    let home = try WizardHome()
    defer { home.remove() }
    let first = home.open("edit", try home.write())
    type(first)
    kill(first.child, signal)
    #expect(first.exitStatus() == (signal == SIGKILL ? -signal : 128 + signal))
    if signal != SIGKILL { #expect(first.isRestored) }
    #expect(try home.program.read("shop.toml") == WizardHome.shop)

    let second = home.open("edit", "shop.toml")
    #expect(second.shows("Resume the draft of this file?"))
    second.send("1")
    #expect(second.shows("unsaved"), "\(second.screen.picture)")
    second.send("\u{13}")
    #expect(second.shows("saved /"))
    #expect(try home.program.read("shop.toml") == "\(Self.line)\n" + WizardHome.shop)
    second.quit()
    #expect(second.exitStatus() == 0)
    #expect(home.drafts.isEmpty)
  }

  @Test func resumesAfterTheTerminalWasClosed() throws {
    let home = try WizardHome()
    defer { home.remove() }
    let first = home.open("edit", try home.write())
    type(first)
    first.hangUp()
    #expect(first.exitStatus() == 128 + SIGHUP)
    let second = home.open("edit", "shop.toml")
    #expect(second.shows("Resume the draft of this file?"))
    second.send("3")
    #expect(second.wait { !$0.picture.contains("Resume") })
    second.settle()
    #expect(home.drafts.count == 1)
  }

  /// A platform that was never saved, killed in the middle of a word.
  @Test func resumesAPlatformThatWasNeverSaved() throws {
    let home = try WizardHome()
    defer { home.remove() }
    let first = home.open("ignite")
    #expect(first.shows("Start from nothing"))
    first.send("\r")
    #expect(first.shows("my-platform"))
    first.send("\r\u{15}book-sh")
    #expect(first.shows("book-sh"))
    first.settle()
    kill(first.child, SIGKILL)
    #expect(first.exitStatus() == -SIGKILL)

    let second = home.open("ignite")
    #expect(second.shows("Resume a new architecture"))
    second.send("\r")
    #expect(second.wait { $0.rows[0].contains("book-sh") }, "\(second.screen.picture)")
    #expect(second.wait { $0.rows[0].contains("unsaved") })
    kill(second.child, SIGKILL)
    #expect(second.exitStatus() == -SIGKILL)

    // What was resumed lives on in a draft of its own.
    let third = home.open("ignite")
    #expect(third.shows("Resume a new architecture"))
  }

  /// The draft that is kept when another file is opened waits on the first page.
  @Test func keepsTheDraftWhenAnotherFileIsOpened() throws {
    let home = try WizardHome()
    defer { home.remove() }
    try home.write(WizardHome.shop.replacing("orders", with: "carts"), to: "other.toml")
    let session = home.open("edit", try home.write())
    type(session)
    session.send("\u{1B}[17~")
    #expect(session.shows("Open another with unsaved changes here?"))
    session.send("2")
    #expect(session.shows("Resume "))
    session.send("\u{1B}[F\r")
    #expect(session.shows("Which file?"))
    session.send("\u{15}other.toml\r")
    #expect(session.shows("carts"))
    session.send("\u{1B}[17~")
    #expect(session.shows("Resume "))
    session.send("\r")
    #expect(session.shows("orders"))
    session.send("\u{13}")
    #expect(session.shows("saved /"))
    #expect(try home.program.read("shop.toml") == "\(Self.line)\n" + WizardHome.shop)
  }

  @Test(.enabled(if: Tool.path(of: "tmux") != nil))
  func resumesInTmux() throws {
    let home = try WizardHome()
    defer { home.remove() }
    try home.write()
    let server = TmuxServer(command(home))
    defer { server.stop() }
    #expect(try server.screen(with: "orders").contains("orders"))
    try server.run("send-keys", "M-4", Self.line, "Enter")
    #expect(try server.screen(with: "unsaved").contains(Self.line))
    let child = try #require(Int32(home.program.read("pid").dropLast()))
    kill(child, SIGKILL)
    #expect(try server.screen(with: "ended").contains("ended"))

    try server.run("new-window", command(home))
    #expect(try server.screen(with: "Resume").contains("Resume the draft of this file?"))
    try server.run("send-keys", "Enter", "M-4")
    #expect(try server.screen(with: Self.line).contains(Self.line))
  }

  private func command(_ home: WizardHome) -> String {
    let folder = home.program.folder.path
    let inner = "echo $$ > pid; exec \(Program.path(of: "allframe")) edit shop.toml"
    return "cd \(folder); export HOME=\(folder) LANG=C.UTF-8 TERM=tmux-256color; sh -c '\(inner)'; "
      + "echo ended; exec cat"
  }
}
