import CNCurses

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The locale that ncurses writes in.
enum CursesLocale {
  /// Takes the environment's character set and says whether it is UTF-8; a machine may lack the
  /// locale that its environment names, but has always one of UTF-8.
  static func set(isUTF8: Bool) -> Bool {
    setlocale(LC_CTYPE, "")
    if isUTF8 && isOneByte { setlocale(LC_CTYPE, "C.UTF-8") }
    return isUTF8 && !isOneByte
  }

  private static var isOneByte: Bool { allframe_bytes_a_character() == 1 }
}
