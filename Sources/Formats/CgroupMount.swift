/// A mounted cgroup hierarchy, from `/proc/<pid>/mountinfo` (proc(5)).
package struct CgroupMount: Hashable, Sendable {
  package var version: CgroupVersion
  /// Where it is mounted, with octal escapes undone.
  package var mountPoint: String
  /// Which cgroup of the hierarchy is mounted there; "/" but for bind mounts.
  package var rootCgroup: String
  /// v1: the controllers and options of the superblock; empty in v2, whose root lists them.
  package var controllers: [String]

  package init(
    version: CgroupVersion, mountPoint: String, rootCgroup: String, controllers: [String]
  ) {
    self.version = version
    self.mountPoint = mountPoint
    self.rootCgroup = rootCgroup
    self.controllers = controllers
  }

  /// The cgroup mounts in the file's order, and the first line that could not be read. Lines of
  /// other file systems are skipped.
  package static func parseMountInfo(
    _ text: Span<UInt8>
  ) -> (mounts: [CgroupMount], fault: CgroupFileFault?) {
    var mounts: [CgroupMount] = []
    var fault: CgroupFileFault?
    for (index, line) in CgroupTextLines.split(text).enumerated() where !line.isEmpty {
      do throws(CgroupFileFault) {
        if let mount = try parse(line, number: index + 1) { mounts.append(mount) }
      } catch {
        fault = fault ?? error
      }
    }
    return (mounts, fault)
  }

  /// `35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory`: six
  /// fields, optional ones up to a lone "-", then type, source and super options.
  private static func parse(
    _ line: Substring, number: Int
  ) throws(CgroupFileFault) -> CgroupMount? {
    let fields = line.split(separator: " ")
    guard let separator = fields.dropFirst(min(6, fields.count)).firstIndex(of: "-"),
      separator + 3 < fields.count
    else { throw CgroupFileFault(.tooFewFields(expected: 10, found: fields.count), line: number) }
    let version: CgroupVersion
    switch fields[separator + 1] {
    case "cgroup": version = .v1
    case "cgroup2": version = .v2
    default: return nil
    }
    let options = fields[separator + 3].split(separator: ",").map(String.init)
    return CgroupMount(
      version: version, mountPoint: unescaped(fields[4]), rootCgroup: unescaped(fields[3]),
      controllers: version == .v1 ? options.filter { $0 != "rw" && $0 != "ro" } : [])
  }

  /// The kernel writes space, tab, line end and backslash as three octal digits: `\040`.
  private static func unescaped(_ field: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = field.utf8
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3,
        let code = UInt8(String(Substring(digits)), radix: 8)
      {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
