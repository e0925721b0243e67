import Foundation
import Testing
import TimeSeries

@testable import Scrapers

private let uid = "0a1b2c3d-1111-2222-3333-444455556666"

private func id(_ letter: Character) -> String { String(repeating: letter, count: 64) }

@Suite struct CgroupNamesTests {
  @Test func containersAreCalledByConfigurationElseByTheirId() throws {
    let fixture = try CgroupFixture()
    fixture.options.containerNames = ["aaaa": "short", "aaaaaaaa": "web", "": "nobody"]
    try fixture.makeV2("/system.slice/docker-\(id("a")).scope")
    try fixture.makeV2("/docker/\(id("b"))")
    try fixture.makeV2("/docker/\(id("c"))/system.slice/nginx.service")
    let sweep = try CgroupSweeper(options: fixture.options).sweep(0)
    #expect(sweep.names == ["bbbbbbbbbbbb", "cccccccccccc/nginx", "web"])
  }

  @Test func podsAreCalledByKubeletsLinks() throws {
    let fixture = try CgroupFixture()
    let pod = "/kubepods.slice/kubepods-pod\(uid.replacingOccurrences(of: "-", with: "_")).slice"
    try fixture.makeV2(pod + "/cri-containerd-\(id("a")).scope")
    try fixture.makeV2(pod + "/cri-containerd-\(id("b")).scope")
    try fixture.makeV2("/kubepods/burstable/podffffffff-1111-2222-3333-444455556666/\(id("c"))")
    try fixture.link(
      "containers/web-7d4f_shop_app-\(id("a")).log",
      to: "/var/log/pods/shop_web-7d4f_\(uid)/app/0.log")
    let sweeper = try CgroupSweeper(options: fixture.options)
    #expect(sweeper.sweep(0).names == ["shop/web-7d4f/app"], "the others may get a link yet")
    _ = sweeper.sweep(60)
    let sweep = sweeper.sweep(120)
    #expect(
      sweep.names == [
        "podffffffff/cccccccccccc", "shop/web-7d4f/app", "shop/web-7d4f/bbbbbbbbbbbb",
      ])
  }

  @Test func aNewContainerWaitsForItsLink() throws {
    let fixture = try CgroupFixture()
    try fixture.makeV2("/kubepods/pod\(uid)/\(id("a"))")
    try fixture.link("containers/p_n_one-\(id("a")).log", to: "/var/log/pods/n_p_\(uid)/one/0.log")
    let sweeper = try CgroupSweeper(options: fixture.options)
    #expect(sweeper.sweep(0).names == ["n/p/one"])
    try fixture.makeV2("/kubepods/pod\(uid)/\(id("b"))")
    #expect(sweeper.sweep(60).names == ["n/p/one"])
    try fixture.link("containers/p_n_two-\(id("b")).log", to: "/var/log/pods/n_p_\(uid)/two/0.log")
    let sweep = sweeper.sweep(120)
    #expect(sweep.names == ["n/p/one", "n/p/two"])
    #expect(sweep.appeared.map(\.name.text) == ["n/p/two"])
  }

  @Test func withoutKubeletPodsHaveTheirIds() throws {
    let fixture = try CgroupFixture()
    try fixture.makeV2("/kubepods/pod\(uid)/\(id("a"))")
    #expect(
      try CgroupSweeper(options: fixture.options).sweep(0).names == ["pod0a1b2c3d/aaaaaaaaaaaa"])
  }

  /// A restarted container has another id; its old cgroup may linger for a while.
  @Test func aRestartedContainerOfAPodIsAnotherLife() throws {
    let fixture = try CgroupFixture()
    let pod = "/kubepods/pod\(uid)"
    try fixture.makeV2("\(pod)/\(id("b"))", current: 1)
    try fixture.link("containers/p_n_c-\(id("b")).log", to: "/var/log/pods/n_p_\(uid)/c/0.log")
    let sweeper = try CgroupSweeper(options: fixture.options)
    let first = sweeper.sweep(0)
    try fixture.makeV2("\(pod)/\(id("a"))", current: 2)
    try fixture.link("containers/p_n_c-\(id("a")).log", to: "/var/log/pods/n_p_\(uid)/c/1.log")
    let second = sweeper.sweep(60)
    #expect(second.names == ["n/p/c"])
    #expect(second.value("n/p/c", .memoryCurrent) == 2)
    #expect(second.ended.isEmpty)
    #expect(first.result("n/p/c")?.incarnation != second.result("n/p/c")?.incarnation)
    try fixture.bury("cgroup\(pod)/\(id("b"))")
    let third = sweeper.sweep(120)
    #expect(third.ended.isEmpty)
    #expect(third.value("n/p/c", .memoryCurrent) == 2)
  }

  @Test func rivalsForANameAreToldApartByTheirPaths() throws {
    let fixture = try CgroupFixture()
    fixture.options.include = ["*/api"]
    try fixture.makeV2("/b/api", current: 2)
    try fixture.makeV2("/c/api", current: 3)
    let sweeper = try CgroupSweeper(options: fixture.options)
    let first = sweeper.sweep(0)
    #expect(first.names == ["api", "api (c/api)"])
    #expect(first.value("api", .memoryCurrent) == 2)
    try fixture.makeV2("/a/api", current: 1)
    let second = sweeper.sweep(60)
    #expect(second.names == ["api", "api (a/api)", "api (c/api)"])
    #expect(second.value("api", .memoryCurrent) == 2, "who has the name keeps it")
    try fixture.bury("cgroup/b")
    let third = sweeper.sweep(120)
    #expect(third.names == ["api", "api (c/api)"])
    #expect(third.value("api", .memoryCurrent) == 1)
    #expect(third.ended == [ServiceName("api (a/api)")])
  }

  @Test(arguments: [
    ("web-7d4f_shop_app-0abc.log", "shop web-7d4f app 0abc"),
    ("p_n_a-b-c.log", "n p a-b c"), ("p_n_abc.log", "-"), ("p_n.log", "-"), ("p_n_a-.log", "-"),
    ("_n_a-b.log", "-"), ("p_n_a-b", "-"), ("p_n_x_a-b.log", "-"), ("", "-"),
  ])
  func linksAreReadOrLeft(link: String, expected: String) {
    let name = KubernetesContainerNames.parse(link)
    let text = name.map { "\($0.namespace) \($0.pod) \($0.container) \($0.id)" }
    #expect(text ?? "-" == expected)
  }
}
