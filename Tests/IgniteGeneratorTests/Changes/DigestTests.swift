import Testing

@testable import IgniteGenerator

struct DigestTests {
  /// From FIPS 180-4 and `sha256sum`.
  @Test(arguments: [
    ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ("\u{7}", 55, "943cc61860776ca8e78a365d988036ed2ade2ca4aca3236dd9501adc4fbbaa27"),
    ("\u{7}", 56, "849e6994b02d460680d1d4d9ed690aa35811c88056987e0b6cad0eb85cb7d98d"),
    ("\u{7}", 63, "4267755c91adbe48467358342d80bda027985cda840cea5aef936cdc0aa6138e"),
    ("\u{7}", 64, "6cfeeb3aa25d3f411dae5eec17d7369ca7153e72dcf54bcf4c3daec0f5b21fc7"),
    ("\u{7}", 65, "2fa7eeba09baebc8ecef6fcfd44a61d64619aefae0b51f724658aa6dc03e8424"),
    ("\u{7}", 1000, "df1329c8b6c7cf3740bbe2f8bab34d253a8d9534a79dceea18177081fdf9f0e9"),
  ])
  func isSHA256(text: String, count: Int, expected: String) {
    let digest = Digest(of: Array(String(repeating: text, count: count).utf8))
    #expect(digest.description == expected)
    #expect(Digest(hexadecimal: expected.utf8) == digest)
  }

  @Test(arguments: [
    "", "abc", String(repeating: "A", count: 64), String(repeating: "0", count: 65),
  ])
  func readsNothingElse(text: String) {
    #expect(Digest(hexadecimal: text.utf8) == nil)
  }
}
