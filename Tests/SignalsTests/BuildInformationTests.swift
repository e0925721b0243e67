import Signals
import Testing
import TimeSeries

/// Which build a target serves.
@Suite struct BuildInformationTests {
  private static func build(_ text: String) -> BuildMarks.Information? {
    var target = TextTarget()
    _ = target.scrape(text)
    return target.reader.build
  }

  @Test(arguments: [
    (#"myapp_build_info{version="1.4.2",revision="abc"} 1"#, "1.4.2"),
    (#"build_info{revision="0123456789abcdef"} 1"#, "0123456789abcdef"),
    (#"myapp_build_info{version="unknown",commit="abc"} 1"#, "abc"),
    (
      #"go_build_info{checksum="h1:x",path="a",version="v0.9"} 1"# + "\n"
        + #"myapp_build_info{version="2"} 1"#, "2"
    ),
  ])
  func theVersionIsTold(text: String, version: String) {
    #expect(Self.build(text)?.version == version)
    #expect(Self.build(text)?.isTelling == true)
  }

  @Test(arguments: [
    #"go_build_info{checksum="",path="command-line-arguments",version="(devel)"} 1"#,
    #"myapp_build_info{branch="main",goversion="go1.22"} 1"#, "myapp_build_info 1",
  ])
  func labelsThatSayNothingAreKnownToSayNothing(text: String) {
    #expect(Self.build(text)?.isTelling == false)
    #expect(Self.build(text)?.version == nil)
  }

  @Test(arguments: [
    #"myapp_info{version="1"} 1"#, #"myapp_build_info{version="1"} 0"#, "up 1",
    #"rebuild_info{version="1"} 1"#,
  ])
  func whatIsNoBuildInfoTellsNothing(text: String) {
    #expect(Self.build(text) == nil)
  }

  @Test func anotherLabelIsAnotherBuildAndTheOrderIsNone() {
    let one = Self.build(#"a_build_info{version="1"} 1"# + "\n" + #"b_build_info{version="2"} 1"#)
    let same = Self.build(#"b_build_info{version="2"} 1"# + "\n" + #"a_build_info{version="1"} 1"#)
    let other = Self.build(#"a_build_info{version="1"} 1"# + "\n" + #"b_build_info{version="3"} 1"#)
    #expect(one != nil && one == same)
    #expect(one?.digest != other?.digest)
  }

  @Test func aDeployThatTheTargetOutlivesIsSeen() {
    var target = TextTarget()
    _ = target.scrape(#"a_build_info{version="1"} 1"#)
    let first = target.reader.build
    _ = target.scrape(#"a_build_info{version="1"} 1"#)
    #expect(target.reader.build == first)
    _ = target.scrape(#"a_build_info{version="2"} 1"#)
    #expect(target.reader.build?.version == "2")
    _ = target.scrape("up 1")
    #expect(target.reader.build == nil)
  }
}
