import Testing

@testable import LeakWatchDaemon

@Suite struct TextTableTests {
  @Test func columnsAlignToEitherSide() {
    var table = TextTable([.init(title: "a"), .init(title: "bb", isRightAligned: true)])
    table.add(["ccc", "d"])
    #expect(table.text(width: 80, inColour: false) == "a    bb\nccc   d\n")
  }

  @Test func linesEndWithTheirLastWord() {
    var table = TextTable([.init(title: "a"), .init(title: "b"), .init(title: "c")])
    table.add(["1", "", "3"])
    table.add(["1", "", ""])
    #expect(table.text(width: 80, inColour: false) == "a  b  c\n1     3\n1\n")
  }

  @Test func wideCharactersCountTwiceAndMarksNever() {
    #expect("漢字".displayColumns == 4)
    #expect("e\u{301}a".displayColumns == 2)
    #expect("🚀x".displayColumns == 3)
    #expect("▁█–…".displayColumns == 4)
    var table = TextTable([.init(title: "name"), .init(title: "n")])
    table.add(["漢字漢", "1"])
    #expect(table.text(width: 80, inColour: false) == "name    n\n漢字漢  1\n")
  }

  @Test func theMiddleOfLongNamesGoes() {
    #expect("currencyservice-vpjrd".shortened(to: 21) == "currencyservice-vpjrd")
    #expect("currencyservice-vpjrd".shortened(to: 12) == "curren…vpjrd")
    #expect("漢字漢字漢字".shortened(to: 6) == "漢…字")
    #expect("abc".shortened(to: 1) == "…")
    #expect("abc".shortened(to: 0) == "")
  }

  @Test func onlyWhatMayGiveIsShortened() {
    var table = TextTable([.init(title: "name", leastWidth: 5), .init(title: "figures")])
    table.add(["a-very-long-name", "1234567890"])
    #expect(table.text(width: 20, inColour: false) == "name      figures\na-ve…ame  1234567890\n")
    #expect(table.text(width: 3, inColour: false) == "name   figures\na-…me  1234567890\n")
  }

  @Test func colourTakesNoRoom() {
    var table = TextTable([.init(title: "a"), .init(title: "b")])
    table.add([.init("leak", .alarm), "1"])
    #expect(
      table.text(width: 80, inColour: true)
        == "\u{1B}[1ma\u{1B}[0m     \u{1B}[1mb\u{1B}[0m\n\u{1B}[1;31mleak\u{1B}[0m  1\n")
  }

  @Test func namesCannotSteerTheTerminal() {
    #expect("a\u{1B}[2Jb\nc\u{202E}d".printable == "a\u{FFFD}[2Jb\u{FFFD}c\u{FFFD}d")
  }
}
