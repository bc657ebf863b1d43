import IgniteTUI

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// A program for the tests that need a terminal: it shows every event that it gets.
guard TerminalEnvironment.canFillScreen else {
  print("plain prompts")
  exit(0)
}
let waker = try Waker()
var probe = ProbeApplication(waker: waker)
let options = TerminalOptions(waker: waker)
switch try EventLoop.run(&probe, options: options) {
case .finished: print("finished")
case .terminated(let signal):
  print("terminated by \(signal)")
  exit(128 + signal)
}
