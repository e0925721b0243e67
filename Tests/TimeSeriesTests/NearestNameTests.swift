import Testing

@testable import TimeSeries

struct NearestNameTests {
  private static let known = [
    "enabled", "interval", "include", "exclude", "url", "url_file", "for",
  ]

  @Test(arguments: [
    ("intervall", "interval"), ("INTERVAL", "interval"), ("inlcude", "include"),
    ("exlude", "exclude"), ("url-file", "url_file"), ("urlFile", "url_file"), ("enable", "enabled"),
    ("fro", "for"), ("uri", "url"), ("xyz", nil), ("", nil), ("password", nil),
    (String(repeating: "i", count: 100), nil),
  ])
  func nearest(name: String, expected: String?) {
    #expect(NearestName.of(name, among: Self.known) == expected)
  }

  @Test(arguments: [
    ("", "", 0), ("a", "", 1), ("", "abc", 3), ("abc", "abc", 0), ("abc", "acb", 1),
    ("ca", "abc", 3), ("kitten", "sitting", 3), ("window", "windw", 1),
  ])
  func distance(left: String, right: String, edits: Int) {
    #expect(NearestName.editDistance(Array(left), Array(right)) == edits)
    #expect(NearestName.editDistance(Array(right), Array(left)) == edits)
  }
}
