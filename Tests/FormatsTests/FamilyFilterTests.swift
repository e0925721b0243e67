import Testing

@testable import Formats

@Suite struct FamilyFilterTests {
  @Test(arguments: [
    ("go_goroutines", true), ("go_goroutine", false), ("go_goroutines_", false),
    ("app_requests_total", true), ("_requests_total", true), ("requests_total", false),
    ("app_requests_total_created", false), ("", false), ("up", true), ("cup", false),
  ])
  func keepsNamesAndEndings(name: String, isKept: Bool) {
    let filter = FamilyFilter(patterns: ["go_goroutines", "up", "*_requests_total"])
    #expect(filter.keeps(name) == isKept)
  }

  @Test func everythingKeepsEverything() {
    #expect(FamilyFilter.everything.keeps("anything"))
    #expect(FamilyFilter.everything.keeps(""))
  }

  @Test func withoutPatternsNothingIsKept() {
    #expect(!FamilyFilter(patterns: []).keeps("up"))
  }

  @Test func knowsWhichFamiliesCanHaveAKeptSample() {
    let filter = FamilyFilter(patterns: ["jvm_gc_pause_seconds_sum", "*_requests_total"])
    #expect(filter.keepsSample(ofFamily: "jvm_gc_pause_seconds"))
    #expect(filter.keepsSample(ofFamily: "http_requests"))
    #expect(!filter.keepsSample(ofFamily: "jvm_gc_pause"))
  }
}
