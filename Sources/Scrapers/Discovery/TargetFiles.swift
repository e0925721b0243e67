package import Formats
package import LinuxSystem
private import TimeSeries

/// Lists of targets in files, as Prometheus' file_sd has them: JSON.
package enum TargetFiles {
  /// No list is longer; a mistaken path does no harm.
  private static let longestBytes = 16 << 20

  /// Why a file's list cannot be used.
  package enum Fault: Error, Equatable, CustomStringConvertible {
    case unreadable(SystemError)
    case broken(path: String, TargetListFault)

    package var description: String {
      switch self {
      case .unreadable(let error): "\(error)"
      case .broken(let path, let fault): "\(path): \(fault)"
      }
    }
  }

  /// Everything before the last "/".
  package static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  package static func isPattern(_ path: String) -> Bool { path.contains { "*?".contains($0) } }

  /// The files that `pattern` names, in the order of their names. A name without "*" and "?" names
  /// itself, whether it exists or not; a directory that is missing holds nothing.
  package static func paths(matching pattern: String) throws(SystemError) -> [String] {
    guard isPattern(pattern) else { return [pattern] }
    let directory = directory(of: pattern)
    let name = String(pattern.split(separator: "/").last ?? "")
    var entries: [DirectoryEntry] = []
    do throws(SystemError) {
      entries = try DirectoryEntry.list(directory, .other)
      entries += try DirectoryEntry.list(directory, .symbolicLink)
    } catch {
      if error.isMissing { return [] }
      throw error
    }
    let glob = CgroupGlob(name)
    return entries.map(\.name)
      // A list that is being written, or an editor's copy.
      .filter { !$0.hasPrefix(".") && glob.matches($0) }.sorted()
      .map { directory == "/" ? "/\($0)" : "\(directory)/\($0)" }
  }

  package static func read(_ path: String) throws(Fault) -> [TargetGroup] {
    let bytes: [UInt8]
    do { bytes = try WholeFile.read(path, limit: longestBytes) } catch { throw .unreadable(error) }
    do {
      return try TargetList.parse(bytes).map { group in
        var group = group
        group.labels = LabelSet(
          group.labels.labels + [LabelSet.Label(name: "__meta_filepath", value: path)])
        return group
      }
    } catch {
      throw .broken(path: path, error)
    }
  }
}
