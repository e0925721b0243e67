extension ValueGrammar where Value == Configuration.ProfileSource {
  /// "auto", "off" or the address itself.
  static var profileSource: ValueGrammar {
    .text(
      "string", expected: "one of \(ProfileAddress.words)",
      range: "\"auto\", \"off\", a URL, inspector://… or tracemalloc://…",
      parse: ProfileAddress.parse, write: ProfileAddress.text)
  }
}

extension ValueGrammar where Value == ListedProfile {
  static var listedProfile: ValueGrammar {
    .text(
      "string", expected: "one of \(ListedProfile.words)",
      range: "\"auto\", \"off\", a URL, inspector://… or tracemalloc://…, {host} in it",
      parse: ListedProfile.parse, write: \.text)
  }
}
