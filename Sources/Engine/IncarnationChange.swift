package import TimeSeries

/// A new life of a service: when it was seen, and whether it is another build than the life before.
package struct IncarnationChange: Hashable, Sendable {
  /// When it was first seen.
  package var seenAt: Timestamp
  /// When it began; nil where nothing tells.
  package var startedAt: Timestamp?
  /// nil where it is not known, or not yet: the sources of a service tell at different moments.
  package var isNewBuild: Bool?
  /// Its version or revision; nil where nothing tells.
  package var version: String?
  /// That of the life before.
  package var versionBefore: String?

  /// "version 1.4.1 → 1.4.2", as far as it is known.
  package var words: String? {
    switch (versionBefore, version) {
    case (let before?, let version?) where before != version: "version \(before) → \(version)"
    case (_, let version?): "version \(version)"
    case (_, nil): nil
    }
  }
}

extension Engine {
  /// The lives of a service but the first, the oldest first; empty where it is not known.
  package func incarnationChanges(of name: ServiceName) -> [IncarnationChange] {
    service(name)?.incarnationChanges ?? []
  }
}

extension ServiceState {
  var incarnationChanges: [IncarnationChange] {
    (0..<lives.count).dropFirst().map(change)
  }

  /// - Parameter index: of a life that is not the first.
  func change(_ index: Int) -> IncarnationChange {
    let life = lives[index]
    return IncarnationChange(
      seenAt: life.seenAt, startedAt: life.startedAt, isNewBuild: life.isNewBuild,
      version: life.build.information?.version,
      versionBefore: lives[index - 1].build.information?.version)
  }

  /// What a source says of the build that runs is said of the newest life.
  ///
  /// - Returns: that life, if it is known from now on whether it is a new build.
  mutating func noteBuild(_ result: ScrapeResult) -> IncarnationChange? {
    guard let build = result.build, !build.isEmpty, var life = lives.last else { return nil }
    sources[result.source, default: SourceState()].build = build
    // An old process that answers beside the new one for a while.
    if let began = result.incarnation?.startedAt, let newest = life.startedAt,
      began < newest - Self.startTolerance
    {
      return nil
    }
    let before = life
    life.build.complete(from: build)
    if life.isNewBuild == nil { life.isNewBuild = isNewBuild(life.build) }
    guard life != before else { return nil }
    lives[lives.count - 1] = life
    guard lives.count > 1, before.isNewBuild == nil, life.isNewBuild != nil else { return nil }
    return change(lives.count - 1)
  }

  /// Compared with the last life of which the same is known.
  private func isNewBuild(_ build: BuildMarks) -> Bool? {
    var before = BuildMarks()
    for life in lives.dropLast().reversed() { before.complete(from: life.build) }
    return build.isNewBuild(after: before)
  }

  /// Without a start time a restart shows only where a counter falls; a process that tells of another
  /// build is another process.
  func isOtherBuild(_ result: ScrapeResult) -> Bool {
    guard result.incarnation?.startedAt == nil, let told = result.build?.information,
      let known = sources[result.source]?.build?.information
    else { return false }
    return told.digest != known.digest
  }

  private static let startTolerance = TimeSpan.seconds(5)
}
