import Testing

@testable import WatchConfiguration

/// Where heap profiles of listed targets come from.
@Suite struct ListedProfileTests {
  @Test(arguments: [
    ("auto", "10.0.0.7", "auto"), ("off", "10.0.0.7", "off"),
    ("http://{host}:6060/debug/pprof/heap", "10.0.0.7", "http://10.0.0.7:6060/debug/pprof/heap"),
    ("https://{host}/heap?of={host}", "[fd00::1]", "https://[fd00::1]/heap?of=[fd00::1]"),
    ("http://proxy/heap", "db", "http://proxy/heap"),
    ("inspector://{host}:9229", "127.0.0.1", "inspector://127.0.0.1:9229"),
    ("tracemalloc://{host}:9191", "localhost", "tracemalloc://localhost:9191"),
  ])
  func theHostIsTheTargets(text: String, host: String, address: String) throws {
    let profile = try ListedProfile.parse(text)
    #expect(profile.source(host: host).map(ProfileAddress.text) == address)
  }

  @Test func aHostMayHaveNoProfileOfThatKind() throws {
    let profile = try ListedProfile.parse("inspector://{host}:9229")
    #expect(profile.source(host: "node-1.example.com") == nil)
  }

  @Test(arguments: ["", "{host}", "{host}:6060", "ftp://{host}/", "inspector://node:9229"])
  func whatIsNoAddressIsNone(text: String) {
    #expect(ListedProfile(label: text) == nil)
    #expect(throws: ValueProblem.self) { try ListedProfile.parse(text) }
  }
}
