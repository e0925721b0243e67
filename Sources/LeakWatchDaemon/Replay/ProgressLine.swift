internal import LinuxSystem
internal import TimeSeries

/// The one line on standard error that is drawn over and over; nothing where nobody looks on.
///
/// No cursor is hidden and no mode is set, so whatever ends the process leaves the terminal sane.
struct ProgressLine {
  private static let clearLine = "\r\u{1B}[K"
  private static let unknownWidth = 80

  let isShown: Bool
  private var isDrawn = false

  init() {
    isShown =
      Terminal.isTerminal(.errors) && HostFacts.environment("TERM") != "dumb"
  }

  /// - Parameter text: the line for a width in columns.
  mutating func draw(_ text: (Int) -> String) {
    guard isShown else { return }
    // A character in the last column may wrap the line.
    let width = (Terminal.columns(.errors) ?? Self.unknownWidth) - 1
    StandardError.write(Self.clearLine + text(width))
    isDrawn = true
  }

  /// Call before anything else is written to the terminal.
  mutating func clear() {
    guard isDrawn else { return }
    StandardError.write(Self.clearLine)
    isDrawn = false
  }
}
