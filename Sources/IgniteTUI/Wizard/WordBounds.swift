/// Where the cursor stops when it moves by words, in any text whose places say whether they are in one.
enum WordBounds {
  /// The start of the word at or before a place.
  static func start(before place: Int, isWord: (Int) -> Bool) -> Int {
    var place = place
    while place > 0, !isWord(place - 1) { place -= 1 }
    while place > 0, isWord(place - 1) { place -= 1 }
    return place
  }

  /// The end of the word at or after a place.
  static func end(after place: Int, count: Int, isWord: (Int) -> Bool) -> Int {
    var place = place
    while place < count, !isWord(place) { place += 1 }
    while place < count, isWord(place) { place += 1 }
    return place
  }
}
