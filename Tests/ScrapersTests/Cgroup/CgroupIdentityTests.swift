import Testing

@testable import Scrapers

private let id = "4f1e7cf0f9b84a3b8d7ac0e2a5f6c1d24f1e7cf0f9b84a3b8d7ac0e2a5f6c1d2"
private let uid = "0a1b2c3d-1111-2222-3333-444455556666"
private let uidInSlice = "0a1b2c3d_1111_2222_3333_444455556666"

@Suite struct CgroupIdentityTests {
  /// path, name parts ("#" is the container), unit, whether the cgroup is that unit itself
  @Test(arguments: [
    ("/system.slice/api.service", "api", "api.service", true),
    ("system.slice/api.service", "api", "api.service", true),
    ("/api.service", "api", "api.service", true),
    ("/system.slice/foo\\x2dbar.service", "foo-bar", "foo\\x2dbar.service", true),
    ("/system.slice/foo\\xff.service", "foo\\xff", "foo\\xff.service", true),
    ("/system.slice/foo\\x+1.service", "foo\\x+1", "foo\\x+1.service", true),
    ("/system.slice/_memory.service", "memory", "memory.service", true),
    (
      "/system.slice/system-postgresql.slice/postgresql@15-main.service", "postgresql@15-main",
      "postgresql@15-main.service", true
    ),
    (
      "/user.slice/user-1000.slice/user@1000.service/app.slice/foo.service", "user-1000/foo",
      "user@1000.service", false
    ),
    (
      "/user.slice/user-0.slice/user@0.service/session.slice/a/dbus.service", "user-0/dbus",
      "user@0.service", false
    ),
    (
      "/user.slice/user-1000.slice/user-runtime-dir@1000.service", "user-runtime-dir@1000",
      "user-runtime-dir@1000.service", true
    ),
    ("/system.slice/docker-\(id).scope", "#", "docker-\(id).scope", true),
    ("/docker/\(id)", "#", "-", false),
    ("/my-parent/\(id)", "#", "-", false),
    ("/machine.slice/libpod-\(id).scope", "#", "libpod-\(id).scope", true),
    ("/libpod_parent/libpod-\(id)", "#", "-", false),
    ("/system.slice/nerdctl-\(id).scope", "#", "nerdctl-\(id).scope", true),
    (
      "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-\(id).scope", "#",
      "user@1000.service", false
    ),
    (
      "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod\(uidInSlice).slice/"
        + "cri-containerd-\(id).scope", "#pod", "cri-containerd-\(id).scope", true
    ),
    (
      "/kubepods.slice/kubepods-pod\(uidInSlice).slice/crio-\(id).scope", "#pod",
      "crio-\(id).scope", true
    ),
    (
      "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/"
        + "kubelet-kubepods-besteffort-pod\(uidInSlice).slice/cri-containerd-\(id).scope", "#pod",
      "cri-containerd-\(id).scope", true
    ),
    ("/kubepods/burstable/pod\(uid)/\(id)", "#pod", "-", false),
    ("/kubepods/pod\(uid)/crio-\(id)", "#pod", "-", false),
    (
      "/system.slice/containerd.service/"
        + "kubepods-burstable-pod\(uidInSlice).slice:cri-containerd:\(id)", "#",
      "containerd.service", false
    ),
    ("/lxc.payload.web", "web", "-", false),
    ("/lxc/web", "web", "-", false),
    ("/lxc.payload.web/system.slice/nginx.service", "web/nginx", "-", false),
    (
      "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope", "qemu-1-vm",
      "machine-qemu\\x2d1\\x2dvm.scope", true
    ),
    (
      "/machine.slice/machine-deb.scope/payload/system.slice/cron.service", "deb/cron",
      "machine-deb.scope", false
    ),
    (
      "/machine.slice/systemd-nspawn@deb.service", "systemd-nspawn@deb",
      "systemd-nspawn@deb.service", true
    ),
    ("/docker/\(id)/system.slice/nginx.service", "#/nginx", "-", false),
    (
      "/system.slice/docker-\(id).scope/system.slice/nginx.service", "#/nginx",
      "docker-\(id).scope", false
    ),
    ("/system.slice/outer.service/inner.service", "outer/inner", "outer.service", false),
  ])
  func isAService(path: String, name: String, unit: String, isUnitItself: Bool) throws {
    let identity = try #require(CgroupIdentity(path: path))
    #expect(describe(identity.nameParts) == name)
    #expect(identity.unit ?? "-" == unit)
    #expect(identity.isUnitItself == isUnitItself)
    #expect(CgroupIdentity(named: path) == nil, "a service needs no include to be one")
  }

  @Test(arguments: [
    "/", "/init.scope", "/system.slice", "/system.slice/system-getty.slice", "/user.slice",
    "/user.slice/user-1000.slice/user@1000.service",
    "/user.slice/user-1000.slice/user@1000.service/init.scope",
    "/user.slice/user-1000.slice/user@1000.service/app.slice",
    "/system.slice/dev-hugepages.mount", "/system.slice/docker.socket", "/dev-sda2.swap",
    "/system.slice/.service",
    "/machine.slice/libpod-conmon-\(id).scope", "/system.slice/crio-conmon-\(id).scope",
    "/lxc.monitor.web", "/kubepods", "/kubepods/burstable", "/kubepods/burstable/pod\(uid)",
    "/kubepods.slice/kubepods-pod\(uidInSlice).slice", "/docker", "/lxc",
    "/system.slice/runner.service/init.scope", "/system.slice/runner.service/worker",
    "/system.slice/web.service/libpod-payload-\(id)", "/docker/\(id)/init.scope",
    "/machine.slice/libpod-\(id).scope/container", "/machine.slice/machine-deb.scope/payload",
  ])
  func isNoServiceEvenIfNamed(path: String) {
    #expect(CgroupIdentity(path: path) == nil)
    #expect(CgroupIdentity(named: path) == nil)
  }

  @Test(arguments: [
    ("/demo/api", "api", "-"), ("/batch", "batch", "-"),
    ("/user.slice/user-1000.slice/session-3.scope", "session-3", "session-3.scope"),
    ("/system.slice/run-r1\\x2d2.scope", "run-r1-2", "run-r1\\x2d2.scope"),
    ("/docker-4f1e.scope", "docker-4f1e", "docker-4f1e.scope"),
  ])
  func isAServiceOnlyIfNamed(path: String, name: String, unit: String) throws {
    #expect(CgroupIdentity(path: path) == nil)
    let identity = try #require(CgroupIdentity(named: path))
    #expect(identity.kind == .named)
    #expect(describe(identity.nameParts) == name)
    #expect(identity.unit ?? "-" == unit)
  }

  @Test func knowsTheKinds() throws {
    func kind(_ path: String) -> CgroupKind? { CgroupIdentity(path: path)?.kind }
    #expect(kind("/system.slice/a.service") == .systemService)
    #expect(
      kind("/user.slice/user-7.slice/user@7.service/app.slice/a.service") == .userService(uid: "7"))
    #expect(kind("/docker/\(id)") == .container(id: id, podUID: nil))
    #expect(kind("/kubepods/pod\(uid)/\(id)") == .container(id: id, podUID: uid))
    #expect(kind("/lxc.payload.web") == .machine)
    #expect(kind("/lxc.payload.web/system.slice/a.service") == .systemService)
  }

  /// Static pods have a uid without dashes.
  @Test func knowsStaticPods() {
    let hash = String(id.prefix(32))
    let path = "/kubepods/besteffort/pod\(hash)/\(id)"
    #expect(CgroupIdentity(path: path)?.kind == .container(id: id, podUID: hash))
  }

  /// Whoever may make cgroups chooses their names: no path may trap, and a service is never also
  /// one that only an include makes.
  @Test func anyPathIsJudged() {
    let pieces = [
      "a", "_", ".", "-", "\\x2d", "\\x", "\\", "/", "//", ".service", ".scope", ".slice", "user@",
      "pod", "-pod", "kubepods", "docker", "lxc.payload.", "machine-", "libpod-", ":", id, uid, "é",
      "\u{FFFD}", "@", "init.scope", "conmon",
    ]
    var state: UInt64 = 42
    for _ in 0..<50_000 {
      var path = ""
      for _ in 0..<8 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        path += pieces[Int(state >> 33) % pieces.count]
      }
      let identity = CgroupIdentity(path: path)
      if identity != nil { #expect(CgroupIdentity(named: path) == nil, "\(path)") }
      if let identity { #expect(!identity.nameParts.isEmpty, "\(path)") }
    }
  }

  private func describe(_ parts: [CgroupIdentity.NamePart]) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .container(_, let podUID): podUID == nil ? "#" : "#pod"
      }
    }.joined(separator: "/")
  }
}
