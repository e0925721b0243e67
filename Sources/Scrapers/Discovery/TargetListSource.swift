package import Formats

/// Where a list of targets comes from, and comes anew when it changes.
package protocol TargetListSource: AnyObject {
  /// What it is for a person, without secrets.
  var name: String { get }
  /// Begins. The first list may be told within the call.
  func start()
  func stop()
}

/// What a source tells.
package struct TargetListReport: Sendable {
  /// The whole list as it stands now, of what could not be read the last one that could.
  package var groups: [TargetGroup]
  /// What a person should know, said once and not again until it was well in between.
  package var problems: [String]
}
