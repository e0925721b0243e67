/// One line of `/proc/<pid>/cgroup` (cgroups(7)): where a process stands in one hierarchy.
package struct CgroupMembership: Hashable, Sendable {
  /// 0 is the v2 hierarchy.
  package var hierarchy: Int
  /// Empty in v2; a named v1 hierarchy appears as "name=systemd".
  package var controllers: [String]
  package var path: String

  package init(hierarchy: Int, controllers: [String], path: String) {
    self.hierarchy = hierarchy
    self.controllers = controllers
    self.path = path
  }

  /// The memberships in the file's order, and the first line that could not be read.
  package static func parse(
    _ text: Span<UInt8>
  ) -> (memberships: [CgroupMembership], fault: CgroupFileFault?) {
    var memberships: [CgroupMembership] = []
    var fault: CgroupFileFault?
    for (index, line) in CgroupTextLines.split(text).enumerated() where !line.isEmpty {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      if fields.count < 3 {
        let reason = CgroupFileFault.Reason.tooFewFields(expected: 3, found: fields.count)
        fault = fault ?? CgroupFileFault(reason, line: index + 1)
      } else if let hierarchy = Int(fields[0]), hierarchy >= 0 {
        memberships.append(
          CgroupMembership(
            hierarchy: hierarchy, controllers: fields[1].split(separator: ",").map(String.init),
            path: String(fields[2])))
      } else {
        let text = CgroupFileFault.excerpt(Array(fields[0].utf8).span)
        fault = fault ?? CgroupFileFault(.notANumber(text), line: index + 1)
      }
    }
    return (memberships, fault)
  }

  /// Which version has the memory controller: v1 where a v1 hierarchy carries it, else v2 where
  /// the process is in one at all.
  package static func versionWithMemory(_ memberships: [CgroupMembership]) -> CgroupVersion? {
    if memberships.contains(where: { $0.controllers.contains("memory") }) { return .v1 }
    return memberships.contains { $0.hierarchy == 0 } ? .v2 : nil
  }
}
