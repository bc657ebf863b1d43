/// One part of a dotted key as it was read.
struct TOMLKeyPart {
  /// The text, quotes included.
  var span: Span
  /// The name without quotes: a range of the source, or of the decoded names.
  var nameStart: Int
  var nameLength: Int
  var isDecoded = false
  var hash: UInt32
}

/// The nodes of a tree by parent and name hash: an open-addressed table with a random seed, so that
/// no file can be made to collide.
struct TOMLKeyIndex {
  private var slots: [Int32]
  private var count = 0
  private let seed = UInt64.random(in: 1...UInt64.max)

  init(expectedCount: Int) {
    var capacity = 256
    while capacity < expectedCount { capacity *= 2 }
    slots = Array(repeating: TOMLNode.none, count: capacity)
  }

  @inline(__always) func hash(_ name: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var hash = seed
    for byte in name {
      hash = (hash ^ UInt64(byte)) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
    }
    return UInt32(truncatingIfNeeded: hash >> 16)
  }

  /// The first node under `parent` with that hash for which `isMatch` holds.
  @inline(__always) func find(
    parent: Int32, hash: UInt32, in nodes: [TOMLNode], where isMatch: (Int32) -> Bool
  ) -> Int32? {
    var slot = home(parent, hash)
    while slots[slot] >= 0 {
      let id = slots[slot]
      let node = nodes[Int(id)]
      if node.hash == hash, node.parent == parent, isMatch(id) { return id }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  mutating func insert(_ id: Int32, in nodes: [TOMLNode]) {
    count += 1
    if count * 2 > slots.count { grow(nodes) }
    place(id, nodes)
  }

  private mutating func grow(_ nodes: [TOMLNode]) {
    let old = slots
    slots = Array(repeating: TOMLNode.none, count: old.count * 2)
    for id in old where id >= 0 { place(id, nodes) }
  }

  @inline(__always) private mutating func place(_ id: Int32, _ nodes: [TOMLNode]) {
    var slot = home(nodes[Int(id)].parent, nodes[Int(id)].hash)
    while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = id
  }

  @inline(__always) private func home(_ parent: Int32, _ hash: UInt32) -> Int {
    let key = UInt64(hash) << 32 | UInt64(UInt32(bitPattern: parent))
    let mixed = (key ^ seed) &* 0xD6E8_FEB8_6659_FD93
    return Int(truncatingIfNeeded: (mixed ^ mixed >> 32) >> 8) & (slots.count - 1)
  }
}
