internal import LinuxSystem

/// A trace that was asked for, by name or by the folder that it lies in.
struct TraceArgument: Hashable, Sendable {
  var path: String
  /// Nobody named it: a table beside the traces, such as labels.csv, is passed over.
  var isFromFolder = false

  struct EmptyFolder: Error, CustomStringConvertible {
    var path: String
    var description: String { "\(path): no *.csv or *.csv.gz lies in this folder" }
  }

  /// The argument itself, or what lies in the folder that it names: sorted, without its subfolders.
  static func expand(_ argument: String) throws -> [TraceArgument] {
    guard argument != "-", let attributes = try? FileAttributes(of: argument),
      attributes.isDirectory
    else { return [TraceArgument(path: argument)] }
    let folder = argument.hasSuffix("/") ? argument : argument + "/"
    let entries =
      try DirectoryEntry.list(argument, .other) + DirectoryEntry.list(argument, .symbolicLink)
    let names = entries.map(\.name)
      .filter { $0.hasSuffix(".csv") || $0.hasSuffix(".csv.gz") }.sorted()
    if names.isEmpty { throw EmptyFolder(path: argument) }
    return names.map { TraceArgument(path: folder + $0, isFromFolder: true) }
  }
}
