import IgniteSyntax

/// A small terminal without a window: it reads what a program sends and knows what would be seen.
public struct VirtualTerminal: Sendable {
  /// One cell.
  public struct Cell: Hashable, Sendable {
    /// The character with its marks; nothing for the right half of a wide one.
    public var text = " "
    /// The numbers that the cell was written with, such as `1;31`, sorted by what they set.
    public var pen = Pen()
  }

  /// The columns.
  public private(set) var width: Int
  /// The rows.
  public private(set) var height: Int
  /// The column that the cursor stands in.
  public private(set) var x = 0
  /// The row that the cursor stands in.
  public private(set) var y = 0
  /// The private modes that are on, such as 7 for wrapping and 1049 for the second screen.
  public private(set) var modes: Set<Int> = [7, 25]
  /// Sequences that it does not know: none of them should be sent.
  public private(set) var unknown: [String] = []
  /// How many characters were cut off by the next sequence.
  public private(set) var brokenCharacters = 0
  /// The strings that set something of the window, such as its clipboard.
  public private(set) var commands: [String] = []

  private var cells: [[Cell]]
  private var firstScreen: [[Cell]] = []
  private var pen = Pen()
  private var isPastEnd = false
  private var region: ClosedRange<Int>
  private var saved = (0, 0)
  private var last = ""
  private var pending: [UInt8] = []
  private var usesLines = false

  /// An empty terminal.
  public init(width: Int, height: Int) {
    (self.width, self.height) = (width, height)
    cells = Self.blank(width, height)
    region = 0...max(height - 1, 0)
  }

  private static func blank(_ width: Int, _ height: Int) -> [[Cell]] {
    Array(repeating: Array(repeating: Cell(), count: width), count: height)
  }

  /// What is seen, each row in its whole width.
  public var rows: [String] { cells.map { $0.map(\.text).joined() } }

  /// What is seen, without the spaces at the ends of rows.
  public var picture: String {
    rows.map { row in String(row.reversed().drop { $0 == " " }.reversed()) + "\n" }.joined()
  }

  /// The cell at a place.
  public subscript(_ x: Int, _ y: Int) -> Cell { cells[y][x] }

  /// Gives the terminal another size; what does not fit is lost.
  public mutating func resize(width: Int, height: Int) {
    (self.width, self.height) = (width, height)
    cells = (0..<height).map { y in
      (0..<width).map { x in
        cells.indices.contains(y) && cells[y].indices.contains(x) ? cells[y][x] : Cell()
      }
    }
    region = 0...max(height - 1, 0)
    (x, y) = (min(x, width - 1), min(y, height - 1))
    isPastEnd = false
  }

  /// Reads what a program sends; a sequence may be cut anywhere.
  public mutating func read(_ bytes: some Sequence<UInt8>) {
    pending += bytes
    var at = 0
    while at < pending.count, let length = length(at) {
      obey(Array(pending[at..<at + length]))
      at += length
    }
    pending.removeFirst(at)
  }

  /// The length of the character or sequence at a place; nothing when it has not come whole.
  private func length(_ at: Int) -> Int? {
    let rest = pending[at...]
    switch pending[at] {
    case 0x1B: return sequenceLength(rest)
    case 0xC0...: return characterLength(rest)
    default: return 1
    }
  }

  /// A character that is not whole ends before the byte that does not belong to it: what a terminal echoes
  /// while no program has it may be half a character, and the sequence behind it counts.
  private func characterLength(_ rest: ArraySlice<UInt8>) -> Int? {
    let length = pending[rest.startIndex] >= 0xF0 ? 4 : pending[rest.startIndex] >= 0xE0 ? 3 : 2
    let known = rest.prefix(length).dropFirst()
    if let stranger = known.firstIndex(where: { !(0x80...0xBF).contains($0) }) {
      return stranger - rest.startIndex
    }
    return rest.count >= length ? length : nil
  }

  /// A sequence that another one cuts off ends before it, as in any terminal: the line forgets what an interrupt
  /// finds on its way.
  private func sequenceLength(_ rest: ArraySlice<UInt8>) -> Int? {
    guard rest.count > 1 else { return nil }
    let start = rest.startIndex
    switch rest[start + 1] {
    case 0x1B: return 1
    case 0x5B:
      let end = rest.dropFirst(2).firstIndex { (0x40...0x7E).contains($0) || $0 == 0x1B }
      return end.map { rest[$0] == 0x1B ? $0 - start : $0 - start + 1 }
    case 0x5D, 0x50:
      guard let end = rest.dropFirst(2).firstIndex(where: { $0 == 0x07 || $0 == 0x1B }) else {
        return nil
      }
      if rest[end] == 0x07 { return end - start + 1 }
      guard end + 1 < rest.endIndex else { return nil }
      return rest[end + 1] == 0x5C ? end - start + 2 : end - start
    case 0x28, 0x29: return rest.count > 2 ? 3 : nil
    default: return 2
    }
  }

  private func isCutOff(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 1 else { return true }
    return switch bytes[1] {
    case 0x5B: bytes.count < 3 || !(0x40...0x7E).contains(bytes[bytes.count - 1])
    case 0x5D, 0x50: bytes[bytes.count - 1] != 0x07 && bytes[bytes.count - 1] != 0x5C
    default: false
    }
  }

  // One character or sequence.

  private mutating func obey(_ bytes: [UInt8]) {
    switch bytes[0] {
    case 0x1B where isCutOff(bytes): brokenCharacters += 1
    case 0x1B where bytes[1] == 0x5B: control(bytes)
    case 0x1B: escape(bytes)
    case 0x08: move(x - 1, y)
    case 0x09: move((x / 8 + 1) * 8, y)
    case 0x0A, 0x0B, 0x0C: lineFeed()
    case 0x0D: move(0, y)
    case 0x0E: usesLines = true
    case 0x0F: usesLines = false
    case 0x00, 0x07: break
    case 0x20...:
      if bytes[0] >= 0xC0, bytes.count < 2 { brokenCharacters += 1 }
      write(String(decoding: bytes, as: UTF8.self))
    default: unknown.append("\(bytes)")
    }
  }

  private mutating func escape(_ bytes: [UInt8]) {
    switch bytes[1] {
    case 0x5D, 0x50:
      commands.append(String(decoding: bytes.dropFirst(2).dropLast(), as: UTF8.self))
    case 0x28, 0x29: usesLines = bytes[1] == 0x28 && bytes[2] == 0x30
    case 0x37: saved = (x, y)
    case 0x38: move(saved.0, saved.1)
    case 0x44: lineFeed()
    case 0x4D: reverseLineFeed()
    case 0x3D, 0x3E: break
    default: unknown.append(String(decoding: bytes.dropFirst(), as: UTF8.self))
    }
  }

  private static let lines: [String: String] = [
    "q": "─", "x": "│", "l": "┌", "k": "┐", "m": "└", "j": "┘", "t": "├", "u": "┤", "w": "┬",
    "v": "┴", "n": "┼",
  ]

  private mutating func write(_ given: String) {
    let text = usesLines ? Self.lines[given] ?? given : given
    let columns = TextWidth.of(text)
    if columns == 0 { return join(text) }
    if isPastEnd || x + columns > width {
      move(0, y)
      lineFeed()
    }
    for column in x..<min(x + columns, width) { breakWide(column) }
    cells[y][x] = Cell(text: text, pen: pen)
    if columns == 2, x + 1 < width { cells[y][x + 1] = Cell(text: "", pen: pen) }
    last = text
    isPastEnd = x + columns >= width
    x = min(x + columns, width - 1)
  }

  /// Half of a wide character cannot stay.
  private mutating func breakWide(_ column: Int) {
    if cells[y][column].text.isEmpty, column > 0 { cells[y][column - 1].text = " " }
    if column + 1 < width, cells[y][column + 1].text.isEmpty { cells[y][column + 1].text = " " }
  }

  private mutating func join(_ mark: String) {
    var place = isPastEnd ? x : x - 1
    guard place >= 0 else { return }
    if cells[y][place].text.isEmpty { place -= 1 }
    cells[y][max(place, 0)].text += mark
  }

  private mutating func move(_ x: Int, _ y: Int) {
    self.x = min(max(x, 0), width - 1)
    self.y = min(max(y, 0), height - 1)
    isPastEnd = false
  }

  private mutating func lineFeed() {
    isPastEnd = false
    if y == region.upperBound { scroll(up: 1, in: region) } else { move(x, y + 1) }
  }

  private mutating func reverseLineFeed() {
    if y == region.lowerBound { scroll(down: 1, in: region) } else { move(x, y - 1) }
  }

  private var erased: Cell { Cell(text: " ", pen: pen.ground) }

  private mutating func scroll(up count: Int, in region: ClosedRange<Int>) {
    for _ in 0..<min(count, region.count) {
      cells.remove(at: region.lowerBound)
      cells.insert(Array(repeating: erased, count: width), at: region.upperBound)
    }
  }

  private mutating func scroll(down count: Int, in region: ClosedRange<Int>) {
    for _ in 0..<min(count, region.count) {
      cells.remove(at: region.upperBound)
      cells.insert(Array(repeating: erased, count: width), at: region.lowerBound)
    }
  }

  private mutating func erase(_ columns: Range<Int>, _ row: Int) {
    for column in columns.clamped(to: 0..<width) { cells[row][column] = erased }
  }

  // Control sequences.

  private mutating func control(_ bytes: [UInt8]) {
    let final = Character(Unicode.Scalar(bytes[bytes.count - 1]))
    let body = String(decoding: bytes[2..<bytes.count - 1], as: UTF8.self)
    if body.hasPrefix("?") { return setModes(body.dropFirst(), isOn: final == "h") }
    let numbers = body.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) }
    let first = numbers.first.flatMap { $0 } ?? 0
    let second = numbers.count > 1 ? numbers[1] ?? 0 : 0
    let count = max(first, 1)
    switch final {
    case "H", "f": move(max(second, 1) - 1, count - 1)
    case "A": move(x, y - count)
    case "B", "e": move(x, y + count)
    case "C", "a": move(x + count, y)
    case "D": move(x - count, y)
    case "G", "`": move(count - 1, y)
    case "d": move(x, count - 1)
    case "m": pen.set(numbers.map { $0 ?? 0 })
    case "b": for _ in 0..<count { write(last) }
    case "r":
      // A frame for a larger size may still be on its way when the terminal shrinks.
      let last = max(height - 1, 0)
      let top = min(count - 1, last)
      region = top...min(max((second == 0 ? height : second) - 1, top), last)
      move(0, 0)
    case "J", "K", "X", "P", "@", "L", "M", "S", "T": edit(final, first, count)
    case "l", "h", "t", "c", "n": break
    default: unknown.append(body + String(final))
    }
  }

  private mutating func edit(_ final: Character, _ kind: Int, _ count: Int) {
    let below = y...max(region.upperBound, y)
    switch final {
    case "K": erase(kind == 0 ? x..<width : kind == 1 ? 0..<x + 1 : 0..<width, y)
    case "X": erase(x..<x + count, y)
    case "J": eraseScreen(kind)
    case "P":
      for _ in 0..<min(count, width - x) {
        cells[y].remove(at: x)
        cells[y].append(erased)
      }
    case "@":
      for _ in 0..<min(count, width - x) {
        cells[y].insert(erased, at: x)
        cells[y].removeLast()
      }
    case "L": scroll(down: count, in: below)
    case "M": scroll(up: count, in: below)
    case "S": scroll(up: count, in: region)
    default: scroll(down: count, in: region)
    }
  }

  private mutating func eraseScreen(_ kind: Int) {
    if kind == 0 { erase(x..<width, y) }
    if kind == 1 { erase(0..<x + 1, y) }
    let rows = kind == 0 ? y + 1..<height : kind == 1 ? 0..<y : 0..<height
    for row in rows { erase(0..<width, row) }
  }

  private mutating func setModes(_ body: Substring, isOn: Bool) {
    for mode in body.split(separator: ";").compactMap({ Int($0) }) {
      if mode == 1049, isOn != modes.contains(1049) { switchScreen(isOn: isOn) }
      if isOn { modes.insert(mode) } else { modes.remove(mode) }
    }
  }

  private mutating func switchScreen(isOn: Bool) {
    if isOn {
      saved = (x, y)
      firstScreen = cells
      cells = Self.blank(width, height)
    } else {
      cells = firstScreen
      resize(width: width, height: height)
      move(saved.0, saved.1)
    }
  }
}
