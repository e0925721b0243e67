private import Glibc

/// Whether a person looks on, and through how wide a window.
package enum Terminal {
  package enum Stream: Int32, Sendable {
    case output = 1
    case errors = 2
  }

  package static func isTerminal(_ stream: Stream) -> Bool {
    isatty(stream.rawValue) == 1
  }

  /// Columns of the window; nil where there is none or it does not say.
  package static func columns(_ stream: Stream) -> Int? {
    var size = winsize()
    guard unsafe ioctl(stream.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }

  /// Whether colour is wanted there: a terminal that knows it, and no NO_COLOR (no-color.org).
  package static func takesColour(_ stream: Stream) -> Bool {
    isTerminal(stream) && HostFacts.environment("NO_COLOR") == nil
      && HostFacts.environment("TERM") != "dumb"
  }
}
