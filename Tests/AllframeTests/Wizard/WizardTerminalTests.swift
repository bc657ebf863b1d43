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

/// The wizard itself in a real terminal, as a person has it before them.
@Suite(.serialized)
struct WizardTerminalTests {
  private static let terminals = [
    "xterm-256color", "linux", "vt100", "tmux-256color", "xterm", "screen-256color",
  ]

  @Test(arguments: terminals, ["", "truecolor"])
  func comesUpAndGoesInEveryTerminal(_ terminal: String, _ colours: String) throws {
    let home = try WizardHome()
    defer { home.remove() }
    let session = home.open("ignite", variables: ["TERM": terminal, "COLORTERM": colours])
    #expect(session.shows("Start from nothing"))
    session.send("\r")
    #expect(session.shows("What is the platform called"))
    session.quit()
    #expect(session.shows("Leave with unsaved changes?"))
    session.send("3")
    #expect(session.exitStatus() == 0)
    #expect(session.isRestored, "\(session.screen.modes) \(session.changedFlags)")
    #expect(session.screen.unknown.isEmpty, "\(session.screen.unknown)")
  }

  @Test func asksLineByLineOnADumbTerminal() throws {
    let home = try WizardHome()
    defer { home.remove() }
    let session = home.open("ignite", variables: ["TERM": "dumb"])
    #expect(session.shows("line by line"))
    session.send("q\n")
    #expect(session.exitStatus(seconds: 300) == 0)
    #expect(session.screen.picture.contains("1. Start from nothing"))
    #expect(!session.output.contains(0x1B))
  }

  @Test(arguments: ["xterm-256color", "linux"])
  func showsNoColourWhereNoneIsWanted(_ terminal: String) throws {
    let home = try WizardHome()
    defer { home.remove() }
    let variables = ["NO_COLOR": "1", "COLORTERM": "truecolor", "TERM": terminal]
    let session = home.open("edit", try home.write(), variables: variables)
    #expect(session.shows("orders"))
    for y in 0..<24 {
      for x in 0..<80 {
        let pen = session.screen[x, y].pen
        #expect(pen.foreground == "39" && pen.background == "49", "\(x) \(y) \(pen)")
      }
    }
  }

  @Test func speaksASCIIWithoutUTF8() throws {
    let home = try WizardHome()
    defer { home.remove() }
    for colours in ["", "truecolor"] {
      let name = try home.write(WizardHome.shop.replacing("Ada's", with: "Jürgens"))
      let variables = ["LANG": "C", "COLORTERM": colours]
      let session = home.open("edit", name, variables: variables)
      #expect(session.shows("> orders"))
      for pane in 2...6 {
        session.send("\u{1B}\(pane)")
        session.settle()
      }
      session.quit()
      #expect(session.exitStatus() == 0)
      #expect(session.output.allSatisfy { $0 < 0x80 })
    }
  }

  /// After the storm the screen is that of a wizard that had the last size from the start.
  @Test(arguments: ["", "truecolor"])
  func followsAStormOfSizes(_ colours: String) throws {
    let home = try WizardHome()
    defer { home.remove() }
    let name = try home.write()
    let session = home.open("edit", name, variables: ["COLORTERM": colours])
    #expect(session.shows("orders"))
    for round in 0..<60 {
      session.resize(width: 20 + round * 7 % 200, height: 2 + round * 5 % 60)
      if round % 3 == 0 { session.pump(milliseconds: 1) }
    }
    session.resize(width: 100, height: 30)
    let calm = home.open("edit", name, variables: ["COLORTERM": colours], width: 100, height: 30)
    #expect(calm.shows("orders"))
    calm.settle()
    session.send("\u{0C}")
    let isSame = session.wait { $0.picture == calm.screen.picture }
    #expect(isSame, "\(session.screen.picture)\n\(calm.screen.picture)")
  }

  @Test(arguments: ["", "truecolor"])
  func stopsAndGoesOn(_ colours: String) throws {
    let home = try WizardHome()
    defer { home.remove() }
    let environment = [
      "TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin", "PS1": "$ ",
      "HOME": home.program.folder.path, "COLORTERM": colours,
      "ALLFRAME": Program.path(of: "allframe"),
      "CONFIG": home.program.folder.appendingPathComponent(try home.write()).path,
    ]
    let session = TerminalSession(
      "/bin/bash", ["--norc", "--noprofile", "--noediting", "-i"], environment: environment)
    session.send("$ALLFRAME edit $CONFIG\n")
    #expect(session.shows("orders"))
    session.send("\u{1A}")
    #expect(session.shows("Stopped"))
    #expect(session.screen.modes.subtracting([2004]) == [7, 25])
    session.resize(width: 100, height: 30)
    session.send("fg\n")
    #expect(session.wait { $0.rows[29].contains("quit") && $0.picture.contains("orders") })
    session.quit()
    #expect(session.wait { !$0.modes.contains(1049) })
    session.send("exit\n")
    #expect(session.exitStatus() == 0)
  }

  @Test func takesAPasteOf200KilobytesAtOnceAndBack() throws {
    let home = try WizardHome()
    defer { home.remove() }
    let session = home.open("edit", try home.write())
    #expect(session.shows("orders"))
    session.send("\u{1B}4")
    #expect(session.shows("Ada's shop"))
    let text = String(repeating: "# 345678 012345\n", count: 12_800)
    session.send("\u{1B}[200~\(text)\u{1B}[201~")
    #expect(session.shows("12801", seconds: 60))
    session.send("\u{13}")
    #expect(session.shows("saved shop.toml", seconds: 60))
    #expect(try home.program.read("shop.toml") == text + WizardHome.shop)
    session.send("\u{1B}u")
    #expect(session.shows("undone", seconds: 60))
    session.send("\u{13}")
    #expect(session.shows("saved shop.toml", seconds: 60))
    #expect(try home.program.read("shop.toml") == WizardHome.shop)
  }

  @Test func takesTheMouseUntilItIsTurnedOff() throws {
    let home = try WizardHome()
    defer { home.remove() }
    let session = home.open("edit", try home.write())
    #expect(session.shows("orders"))
    #expect(session.wait { $0.modes.isSuperset(of: [1000, 1002, 1006]) })
    session.send("\u{1B}[<0;5;4M\u{1B}[<0;5;4m")
    #expect(session.shows("Version"))
    session.send("\u{1B}[<0;13;2M\u{1B}[<0;13;2m")
    #expect(session.shows("┌ stateless"))
    session.send("\u{1B}m")
    session.send("\u{1B}1m")
    #expect(session.wait { !$0.modes.contains(1000) && !$0.modes.contains(1006) })
    session.send("m")
    #expect(session.wait { $0.modes.isSuperset(of: [1000, 1002, 1006]) })
  }

  @Test func drawsInTheThemeThatWasChosenTheNextTimeToo() throws {
    let home = try WizardHome()
    defer { home.remove() }
    let name = try home.write()
    let variables = ["COLORTERM": "truecolor"]
    let ground = { (screen: VirtualTerminal) in screen[70, 12].pen.background }
    let first = home.open("edit", name, variables: variables)
    #expect(first.shows("orders"))
    let usual = ground(first.screen)
    first.send("tgruvbox")
    #expect(first.wait { ground($0) != usual && $0.picture.contains("gruvbox") })
    let chosen = ground(first.screen)
    first.send("\u{1B}")
    #expect(first.wait { ground($0) == usual })
    first.send("tgruvbox\r")
    #expect(first.wait { ground($0) == chosen && !$0.picture.contains("Theme") })
    first.quit()
    #expect(first.exitStatus() == 0)
    let second = home.open("edit", name, variables: variables)
    #expect(second.shows("orders"))
    #expect(second.wait { ground($0) == chosen })
  }

  @Test func saysWhatIsWrongWithAThemeOfThePersonsOwn() throws {
    let home = try WizardHome()
    defer { home.remove() }
    let name = try home.write()
    try home.program.write("mine\n", to: ".config/allframe/theme")
    try home.program.write("[roles]\nshout = 3\n", to: ".config/allframe/themes/mine.toml")
    let session = home.open("edit", name)
    #expect(session.shows("orders"))
    #expect(session.shows("theme mine, line 2: there is no role `shout`"))
    session.quit()
    #expect(session.exitStatus() == 0)
  }

  @Test func copiesAPathToTheClipboardOfTheTerminal() throws {
    let home = try WizardHome()
    defer { home.remove() }
    let session = home.open("edit", try home.write())
    #expect(session.shows("orders"))
    session.send("\r")
    #expect(session.shows("Responsibility"))
    session.send("y")
    #expect(session.shows("copied services[0].name"))
    let code = Data("services[0].name".utf8).base64EncodedString()
    #expect(session.wait { $0.commands.contains("52;c;\(code)") })
  }

  /// A person who only has Tab and a few letters gets to a file.
  @Test func completesThePathOfAFile() throws {
    let home = try WizardHome()
    defer { home.remove() }
    try home.write(to: "our shops/the first.toml")
    let session = home.open("ignite")
    #expect(session.shows("Open a file"))
    session.send("\u{1B}[F\r")
    #expect(session.shows("Which file?"))
    session.send("\u{15}~/ou\t")
    #expect(session.shows("~/our shops/"))
    session.send("\t")
    #expect(session.shows("~/our shops/the first.toml"))
    session.send("\r")
    #expect(session.shows("orders"))
  }

  @Test func opensThePersonsEditorAndComesBack() throws {
    let home = try WizardHome()
    defer { home.remove() }
    try home.program.write("#!/bin/sh\necho '# by hand' >> \"$1\"\n", to: "append.sh")
    let editor = "/bin/sh \(home.program.folder.path)/append.sh"
    let session = home.open("edit", try home.write(), variables: ["EDITOR": editor])
    #expect(session.shows("orders"))
    session.send("\u{0F}")
    #expect(session.shows("unsaved"))
    session.send("\u{13}")
    #expect(session.shows("saved shop.toml"))
    #expect(try home.program.read("shop.toml") == WizardHome.shop + "# by hand\n")
  }

  /// While an editor runs, Ctrl-S stops the output of the terminal; the wizard must not wait for it.
  @Test(arguments: ["", "truecolor"])
  func comesBackToATerminalThatWasStopped(_ colours: String) throws {
    let home = try WizardHome()
    defer { home.remove() }
    try home.program.write("#!/bin/sh\necho waiting\nsleep 1\n", to: "wait.sh")
    let editor = "/bin/sh \(home.program.folder.path)/wait.sh"
    let variables = ["EDITOR": editor, "COLORTERM": colours]
    let session = home.open("edit", try home.write(), variables: variables)
    #expect(session.shows("orders"))
    session.send("\u{0F}")
    #expect(session.shows("waiting"))
    session.send("\u{13}")
    #expect(session.shows("orders"))
    session.quit()
    #expect(session.exitStatus() == 0)
    #expect(session.isRestored, "\(session.screen.modes) \(session.changedFlags)")
  }

  @Test func followsAFileThatSomebodyElseChanges() throws {
    let home = try WizardHome()
    defer { home.remove() }
    let session = home.open("edit", try home.write())
    #expect(session.shows("orders"))
    try home.write(WizardHome.shop.replacing("mail", with: "post"))
    #expect(session.shows("changed outside and read again"))
    #expect(session.shows("post"))
    session.send("\u{1B}4# mine\r")
    #expect(session.shows("unsaved"))
    try home.write(WizardHome.shop.replacing("mail", with: "letters"))
    #expect(session.shows("both changes are here now"))
    session.send("\u{13}")
    #expect(session.shows("saved shop.toml"))
    let text = try home.program.read("shop.toml")
    #expect(text == "# mine\n" + WizardHome.shop.replacing("mail", with: "letters"))
  }

  @Test(arguments: [SIGSEGV, SIGABRT, SIGBUS])
  func givesTheTerminalBackWhenItDies(_ signal: Int32) throws {
    let home = try WizardHome()
    defer { home.remove() }
    let session = home.open("edit", try home.write())
    #expect(session.shows("orders"))
    session.send("\u{1B}4# mine")
    #expect(session.shows("unsaved"))
    session.settle()
    kill(session.child, signal)
    #expect(session.exitStatus() == -signal)
    #expect(session.isRestored, "\(session.screen.modes) \(session.changedFlags)")
    #expect(home.drafts.count == 1)
  }
}
