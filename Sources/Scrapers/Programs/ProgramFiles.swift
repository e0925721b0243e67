internal import LinuxSystem
package import TimeSeries

/// The files that a service's commands run: the program, and what is named to it by an absolute path, as
/// a jar or a script.
package enum ProgramFiles {
  /// Programs that run what other files say. A jar is all of the code, a script may load more.
  private static let interpreters = [
    "bash", "dash", "env", "java", "node", "nodejs", "perl", "php", "python", "ruby", "sh",
  ]

  /// What tells this build of a service from another; nil where that is not known.
  ///
  /// Paths, sizes and times of the last change to the content, not inodes: the same package installed
  /// again has the same files.
  ///
  /// - Parameters:
  ///   - commands: of each the program and its arguments.
  ///   - start: when the service was started with them. A file that was replaced since is another one
  ///     than it runs.
  package static func mark(_ commands: [[String]], startedAt start: Timestamp?) -> BuildMarks
    .Program?
  {
    var hash = FNV1a()
    var isWhole = true
    for command in commands {
      guard let program = command.first, program.hasPrefix("/"), add(program, start, &hash) else {
        return nil
      }
      var jars = 0
      for argument in command.dropFirst() where argument.hasPrefix("/") {
        guard (try? FileAttributes(of: argument))?.isOrdinary == true else { continue }
        guard add(argument, start, &hash) else { return nil }
        if argument.hasSuffix(".jar") { jars += 1 }
      }
      if isInterpreter(program), jars == 0 { isWhole = false }
    }
    return commands.isEmpty ? nil : BuildMarks.Program(digest: hash.value, isWhole: isWhole)
  }

  /// False where the file is not there to be seen, or another one than the service runs.
  private static func add(_ path: String, _ start: Timestamp?, _ hash: inout FNV1a) -> Bool {
    guard let file = try? FileAttributes(of: path), file.isOrdinary else { return false }
    if let start, file.changedAt > start { return false }
    hash.add("\(path)\n\(file.size)\n\(file.modifiedAt.milliseconds)\n")
    return true
  }

  /// "/usr/bin/python3.11" is one.
  private static func isInterpreter(_ program: String) -> Bool {
    let name = program.split(separator: "/").last ?? ""
    let plain = name.prefix { $0.isLetter }
    return interpreters.contains { plain == $0 }
  }
}
