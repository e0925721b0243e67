/// Where heap profiles of targets come from that a list names: a `profile` as in `[[exporter]]`, in
/// which "{host}" stands for the host of each target.
package struct ListedProfile: Sendable, Hashable {
  /// The label by which a list says it of its targets.
  package static let label = "__profile__"
  /// Of what it may say.
  package static let words = ProfileAddress.words + "; {host} in it is a target's own host"

  static let auto = ListedProfile(text: "auto")

  package let text: String

  private init(text: String) {
    self.text = text
  }

  /// - Throws: where it is no `profile`, whatever the host.
  static func parse(_ text: String) throws(ValueProblem) -> ListedProfile {
    let profile = ListedProfile(text: text)
    let example = "127.0.0.1"
    do throws(ValueProblem) {
      _ = try ProfileAddress.parse(profile.address(at: example))
    } catch {
      throw ValueProblem(error.message.replacing(example, with: "{host}"))
    }
    return profile
  }

  /// - Returns: nil where it is no `profile`, whatever the host.
  package init?(label text: String) {
    guard let profile = try? Self.parse(text) else { return nil }
    self = profile
  }

  package var isOff: Bool { text == "off" }

  /// - Parameter host: as it stands in a URL, an IPv6 address in brackets.
  /// - Returns: nil where such a host has no profile of this kind: Node's inspector answers to no name.
  package func source(host: String) -> Configuration.ProfileSource? {
    try? ProfileAddress.parse(address(at: host))
  }

  private func address(at host: String) -> String {
    let parts = text.split(separator: "{host}", omittingEmptySubsequences: false)
    return parts.joined(separator: host)
  }
}
