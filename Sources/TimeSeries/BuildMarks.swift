/// What tells one build of a service from another, as far as a source knows it. Unknown is nil: what
/// is not known of one of two builds says nothing about both.
package struct BuildMarks: Hashable, Sendable {
  /// The labels of all metrics whose name ends in `_build_info`.
  package struct Information: Hashable, Sendable {
    /// FNV-1a over names and labels.
    package var digest: UInt64
    /// Whether some label says which build it is. Without one ("(devel)", a path) two builds may look
    /// the same.
    package var isTelling: Bool
    /// For people: a version, else a revision; nil where neither is told.
    package var version: String?

    package init(digest: UInt64, isTelling: Bool, version: String?) {
      self.digest = digest
      self.isTelling = isTelling
      self.version = version
    }
  }

  /// The files that a service runs from.
  package struct Program: Hashable, Sendable {
    /// FNV-1a over their paths, sizes and times of the last change.
    package var digest: UInt64
    /// Whether all of its code lies in them: of a script the interpreter reads more files than its
    /// command names.
    package var isWhole: Bool

    package init(digest: UInt64, isWhole: Bool) {
      self.digest = digest
      self.isWhole = isWhole
    }
  }

  package var information: Information?
  /// The container's id. A container never changes its image; another one may have the same.
  package var container: String?
  /// Kept with the life that it was seen in, not with a scrape: each sweep tells it again.
  package var program: Program?

  package init(
    information: Information? = nil, container: String? = nil, program: Program? = nil
  ) {
    self.information = information
    self.container = container
    self.program = program
  }

  package var isEmpty: Bool { self == BuildMarks() }

  /// Takes over what was not known. What was known first stands: a process does not change its build.
  package mutating func complete(from other: BuildMarks) {
    information = information ?? other.information
    container = container ?? other.container
    program = program ?? other.program
  }

  /// Whether this is another build than the one before; nil where that cannot be told.
  package func isNewBuild(after old: BuildMarks) -> Bool? {
    if let information, let before = old.information, information.digest != before.digest {
      return true
    }
    // A version that was not raised is no proof of the same build, but other files are of another.
    if let program, let before = old.program, program.digest != before.digest { return true }
    if let container, container == old.container { return false }
    if let information, information.isTelling, information.digest == old.information?.digest {
      return false
    }
    if let program, program.isWhole, program.digest == old.program?.digest { return false }
    return nil
  }
}

extension BuildMarks: StateCodable {
  package func write(to writer: inout StateWriter) {
    writer.write(information)
    writer.write(container)
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    information = try reader.optionalValue()
    container = try reader.optional { reader throws(StateFault) in try reader.text() }
  }
}

extension BuildMarks.Information: StateCodable {
  package func write(to writer: inout StateWriter) {
    writer.write(digest)
    writer.write(isTelling)
    writer.write(version)
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    digest = try reader.unsigned()
    isTelling = try reader.flag()
    version = try reader.optional { reader throws(StateFault) in try reader.text() }
  }
}

extension BuildMarks.Program: StateCodable {
  package func write(to writer: inout StateWriter) {
    writer.write(digest)
    writer.write(isWhole)
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    digest = try reader.unsigned()
    isWhole = try reader.flag()
  }
}
