/// Turns what a terminal sends into events, byte by byte: it has no clock and reads nothing itself.
///
/// However the bytes are cut into reads, the events are the same. What is no key, such as the reply
/// to a question or an unknown sequence, is swallowed whole and never typed into a field.
public struct InputParser: Sendable {
  enum State: Sendable {
    case ground
    case escape
    case control
    case controlFunction
    case singleShift
    case oldMouse
    case string
    case stringEscape
    case paste
  }

  private var state = State.ground
  /// An escape stood before the one that is being read.
  private var isMeta = false
  private var sequence: [UInt8] = []
  private var paste: [UInt8] = []
  private var decoder = UTF8Decoder()
  private var isAfterEscape = false
  private let keys: [[UInt8]: Key]

  private static let longestSequence = 64
  private static let longestPaste = 4 << 20

  /// A parser that also knows the given key sequences, without their leading escape.
  public init(keys: [[UInt8]: Key] = [:]) { self.keys = keys }

  /// How many milliseconds of silence make what has come so far whole; nothing when nothing waits.
  public var patience: Int? {
    switch state {
    case .ground: decoder.isWaiting ? 25 : nil
    case .escape, .control, .controlFunction, .singleShift, .oldMouse: 25
    case .string: sequence.count < 2 ? 25 : 500
    case .stringEscape: 500
    case .paste: 2000
    }
  }

  /// Reads bytes and adds what they mean.
  public mutating func read(_ bytes: some Sequence<UInt8>, into events: inout [InputEvent]) {
    for byte in bytes { step(byte, &events) }
  }

  /// Ends what waits for more: a lone escape becomes a key.
  public mutating func flush(into events: inout [InputEvent]) {
    let alt = Key.Modifiers.alt
    if isMeta { events.append(.key(Key(.escape))) }
    switch state {
    case .ground: decoder.finish().map { type($0, &events) }
    case .escape: events.append(.key(Key(.escape)))
    case .singleShift: events.append(.key(Key("O", alt)))
    case .control where sequence.isEmpty: events.append(.key(Key("[", alt)))
    case .string where sequence.count == 1: typeIntroducer(&events)
    case .paste: endPaste(&events)
    default: break
    }
    reset()
  }

  /// Escape and the letter that begins a string are also what alt with that letter sends.
  private func typeIntroducer(_ events: inout [InputEvent]) {
    guard let byte = sequence.first else { return }
    events.append(.key(Key(Character(Unicode.Scalar(byte)), .alt)))
  }

  private mutating func reset() {
    state = .ground
    isMeta = false
    isAfterEscape = false
    sequence.removeAll(keepingCapacity: true)
  }

  private mutating func step(_ byte: UInt8, _ events: inout [InputEvent]) {
    switch state {
    case .ground: ground(byte, &events)
    case .escape: escape(byte, &events)
    case .singleShift: singleShift(byte, &events)
    case .control: control(byte, &events)
    case .controlFunction: linuxFunction(byte, &events)
    case .oldMouse: oldMouse(byte, &events)
    case .string: string(byte)
    case .stringEscape: stringEscape(byte, &events)
    case .paste: addToPaste(byte, &events)
    }
    if state == .ground { sequence.removeAll(keepingCapacity: true) }
  }

  // Ground: keys of one byte and UTF-8.

  private mutating func ground(_ byte: UInt8, _ events: inout [InputEvent]) {
    for scalar in decoder.read(byte) { type(scalar, &events) }
    if decoder.isWaiting { return }
    if byte == 0x1B { state = .escape }
  }

  private mutating func type(_ scalar: Unicode.Scalar, _ events: inout [InputEvent]) {
    guard scalar != "\u{1B}" else { return }
    guard var key = Self.key(of: scalar) else { return }
    if isAfterEscape { key = Key(key.code, key.modifiers.union(.alt)) }
    isAfterEscape = false
    events.append(.key(key))
  }

  private static func key(of scalar: Unicode.Scalar) -> Key? {
    switch scalar.value {
    case 0x0D, 0x0A: Key(.enter)
    case 0x09: Key(.tab)
    case 0x7F, 0x08: Key(.backspace)
    case 0x00: Key(" ", .control)
    case 0x01...0x1A: Unicode.Scalar(scalar.value + 96).map { Key(Character($0), .control) }
    case 0x1C...0x1F: Unicode.Scalar(scalar.value + 64).map { Key(Character($0), .control) }
    case 0x80..<0xA0: nil
    default: Key(Character(scalar))
    }
  }

  // Sequences.

  private mutating func escape(_ byte: UInt8, _ events: inout [InputEvent]) {
    switch byte {
    case 0x5B: state = .control
    case 0x4F: state = .singleShift
    case 0x50, 0x58, 0x5D, 0x5E, 0x5F:
      sequence = [byte]
      state = .string
    case 0x1B:
      if isMeta { events.append(.key(Key(.escape))) }
      isMeta = true
    default:
      if isMeta { events.append(.key(Key(.escape))) }
      isMeta = false
      state = .ground
      isAfterEscape = true
      ground(byte, &events)
      if !decoder.isWaiting { isAfterEscape = false }
    }
  }

  private mutating func emit(_ key: Key, _ events: inout [InputEvent]) {
    events.append(.key(isMeta ? Key(key.code, key.modifiers.union(.alt)) : key))
    isMeta = false
  }

  private mutating func singleShift(_ byte: UInt8, _ events: inout [InputEvent]) {
    if byte == 0x1B {
      emit(Key("O", .alt), &events)
      state = .escape
      return
    }
    // Some terminals put the modifier between: `O5P`.
    if (0x30...0x39).contains(byte), sequence.count < 2 {
      sequence.append(byte)
      return
    }
    state = .ground
    let modifiers = ControlSequence.modifiers(sequence.last.map { Int($0) - 0x30 } ?? 0)
    if let key = keys[[0x4F] + sequence + [byte]] {
      emit(key, &events)
    } else if let code = ControlSequence.singleShift(byte) {
      emit(Key(code.code, code.modifiers.union(modifiers)), &events)
    }
    isMeta = false
  }

  private mutating func control(_ byte: UInt8, _ events: inout [InputEvent]) {
    if byte == 0x1B || byte == 0x18 || byte == 0x1A {
      state = byte == 0x1B ? .escape : .ground
      isMeta = false
      sequence.removeAll(keepingCapacity: true)
      return
    }
    if byte == 0x5B, sequence.isEmpty {
      state = .controlFunction
      return
    }
    if sequence.count < Self.longestSequence { sequence.append(byte) }
    let endsOldKey = byte == 0x24 && sequence.dropLast().allSatisfy { (0x30...0x39).contains($0) }
    if (0x40...0x7E).contains(byte) || (endsOldKey && sequence.count > 1) {
      state = .ground
      finishControl(&events)
    }
  }

  private mutating func finishControl(_ events: inout [InputEvent]) {
    defer { isMeta = false }
    if sequence == [0x4D] {
      state = .oldMouse
      sequence.removeAll(keepingCapacity: true)
      return
    }
    if let key = keys[[0x5B] + sequence] { return emit(key, &events) }
    switch ControlSequence(sequence).meaning {
    case .key(let key): emit(key, &events)
    case .event(let event): events.append(event)
    case .paste: state = .paste
    case .nothing: break
    }
    sequence.removeAll(keepingCapacity: true)
  }

  /// The Linux console sends `[[A` to `[[E` for the first function keys.
  private mutating func linuxFunction(_ byte: UInt8, _ events: inout [InputEvent]) {
    state = byte == 0x1B ? .escape : .ground
    if (0x41...0x45).contains(byte) { emit(Key(.function(Int(byte) - 0x40)), &events) }
    isMeta = false
  }

  private mutating func oldMouse(_ byte: UInt8, _ events: inout [InputEvent]) {
    sequence.append(byte)
    guard sequence.count == 3 else { return }
    state = .ground
    let numbers = sequence.map { max(Int($0) - 32, 0) }
    let isRelease = numbers[0] & 0x43 == 3
    if let mouse = ControlSequence.mouse(numbers, isRelease: isRelease) { events.append(mouse) }
  }

  private mutating func string(_ byte: UInt8) {
    if sequence.count < 2 { sequence.append(byte) }
    switch byte {
    case 0x07, 0x18, 0x1A: state = .ground
    case 0x1B: state = .stringEscape
    default: break
    }
  }

  /// An escape ends a string also where another sequence follows, so that no key after it is lost.
  private mutating func stringEscape(_ byte: UInt8, _ events: inout [InputEvent]) {
    state = .ground
    isMeta = false
    sequence.removeAll(keepingCapacity: true)
    if byte == 0x5C { return }
    state = .escape
    escape(byte, &events)
  }

  // Pastes.

  private static let pasteEnd: [UInt8] = [0x1B, 0x5B, 0x32, 0x30, 0x31, 0x7E]

  private mutating func addToPaste(_ byte: UInt8, _ events: inout [InputEvent]) {
    paste.append(byte)
    if byte == 0x7E, paste.suffix(6).elementsEqual(Self.pasteEnd) {
      paste.removeLast(6)
      endPaste(&events)
      state = .ground
    } else if paste.count >= Self.longestPaste {
      endPaste(&events)
    }
  }

  private mutating func endPaste(_ events: inout [InputEvent]) {
    events.append(.paste(PastedText.cleaned(paste)))
    paste.removeAll(keepingCapacity: true)
  }
}
