import Formats
import Scrapers
import Testing
import TimeSeries

@Suite struct TargetSelectionTests {
  private static func group(_ targets: [String], _ labels: [String: String] = [:]) -> TargetGroup {
    TargetGroup(
      targets: targets, labels: LabelSet(labels.map { .init(name: $0.key, value: $0.value) }))
  }

  private static func condition(_ label: String, _ pattern: String) throws -> LabelCondition {
    LabelCondition(label: label, pattern: try LabelPattern(pattern))
  }

  @Test func nameAndURLComeFromLabels() {
    let resolution = TargetSelection().resolve([
      Self.group(["10.0.0.1:9100"], ["job": "node"]),
      Self.group(
        ["[::1]:8443", "web.example.com"],
        [
          "job": "ignored", "service": "payments", "__scheme__": "https",
          "__metrics_path__": "/probe", "__param_module": "http 2xx&x", "__param_target": "ü",
        ]),
    ])
    #expect(
      resolution.targets == [
        DiscoveredTarget(
          group: "node", service: ServiceName("node/10.0.0.1:9100"),
          url: "http://10.0.0.1:9100/metrics"),
        DiscoveredTarget(
          group: "payments", service: ServiceName("payments/[::1]:8443"),
          url: "https://[::1]:8443/probe?module=http%202xx%26x&target=%C3%BC"),
        DiscoveredTarget(
          group: "payments", service: ServiceName("payments/web.example.com"),
          url: "https://web.example.com/probe?module=http%202xx%26x&target=%C3%BC"),
      ])
    #expect(resolution.problems == [])
  }

  @Test func whatCannotBeATargetIsLeftOutAndSaid() {
    let resolution = TargetSelection().resolve([
      Self.group(["a:1", "b:1"]),
      Self.group(["c:1", "joe:pw@d:1", "e:1/metrics", ""], ["job": "x"]),
      Self.group(["f:1"], ["job": "x", "__scheme__": "file"]),
    ])
    #expect(resolution.targets.map(\.url) == ["http://c:1/metrics"])
    #expect(
      resolution.problems == [
        "2 targets are left out that have neither the label \"service\" nor \"job\", \"a:1\" first",
        "3 targets are left out that have no address such as \"10.0.0.7:9100\", "
          + "\"joe:pw@d:1\" first",
        "1 targets are left out that have a scheme other than http and https, \"f:1\"",
      ])
  }

  @Test func keepAndDropAreAnchored() throws {
    let groups = [
      Self.group(["a:1"], ["job": "x", "env": "prod"]),
      Self.group(["b:1"], ["job": "x", "env": "preprod"]),
      Self.group(["c:1", "d:1"], ["job": "x", "env": "prod-eu"]),
      Self.group(["e:1"], ["job": "x"]),
    ]
    var selection = TargetSelection()
    selection.keep = [try Self.condition("env", "prod.*")]
    selection.drop = [try Self.condition("__address__", "d:.*")]
    #expect(selection.resolve(groups).targets.map(\.url.host) == ["a", "c"])
    selection = TargetSelection()
    selection.keep = [try Self.condition("env", "")]
    #expect(selection.resolve(groups).targets.map(\.url.host) == ["e"])
    selection.keep = [try Self.condition("env", ".*prod"), try Self.condition("job", "y")]
    #expect(selection.resolve(groups).targets == [])
  }

  @Test func theSameTargetTwiceIsOne() {
    let group = Self.group(["a:1", "a:1"], ["job": "x"])
    #expect(TargetSelection().resolve([group, group]).targets.count == 1)
  }

  @Test func withoutTheAddressANameHasOneTarget() {
    let selection = TargetSelection(serviceLabel: "app", appendsAddress: false)
    let resolution = selection.resolve([Self.group(["a:1", "b:1"], ["app": "api"])])
    #expect(resolution.targets.map(\.service.text) == ["api"])
    #expect(
      resolution.problems == [
        "1 targets are left out that have a service that another target has already, \"b:1\""
      ])
  }

  @Test func aListWithoutEndIsCutOff() {
    let addresses = (0..<(TargetSelection.maximumTargets + 5)).map { "10.0.0.1:\($0)" }
    let resolution = TargetSelection().resolve([Self.group(addresses, ["job": "x"])])
    #expect(resolution.targets.count == TargetSelection.maximumTargets)
    #expect(resolution.problems.map { $0.hasPrefix("5 targets are left out") } == [true])
  }
}

extension String {
  fileprivate var host: Substring { dropFirst("http://".count).prefix { $0 != ":" } }
}
