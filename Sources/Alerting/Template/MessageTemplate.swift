/// A message that the user words: text with placeholders, sections and lists, read once and rendered
/// for each message. Strict: what it does not know is an error with its place, never an empty string.
///
/// ```
/// {{summary}}                     a field, escaped as the content type asks
/// {{summary|cut:200}}             at most 200 characters, "…" in place of the rest
/// {{seconds_to_limit|json}}       a whole JSON value: quotes where it is text, null where unknown
/// {{service|urlencode}}           percent-encoded
/// {{#firing}}…{{/firing}}         where that holds; {{^firing}}…{{/firing}} where not
/// {{#reasons}}{{.}}{{^last}}, {{/last}}{{/reasons}}      once for each element
/// {{! a remark }}
/// ```
package struct MessageTemplate: Hashable, Sendable {
  let parts: [TemplatePart]
  private let source: String

  /// - Throws: everything that is wrong with it, in the order of the text.
  package init(_ text: String) throws(TemplateFaults) {
    source = text
    var parser = TemplateParser(text)
    parts = try parser.parse()
  }

  /// What stands at `place`, for a person: its line and column.
  func fault(_ message: String, at place: Int) -> TemplateFaults.Fault {
    TemplateFaults.Fault(message, at: place, in: Array(source.unicodeScalars))
  }
}

/// A piece of a template.
indirect enum TemplatePart: Hashable, Sendable {
  /// `at`: its place in the template, in Unicode scalars.
  case text(String, at: Int)
  case field(TemplateField, [TemplateFilter], at: Int)
  case section(TemplateSection, isInverted: Bool, [TemplatePart])
}

enum TemplateFilter: Hashable, Sendable {
  case json, urlencode
  /// In Unicode scalars.
  case cut(Int)
}

/// Everything that is wrong with one template.
package struct TemplateFaults: Error, Hashable, Sendable {
  package struct Fault: Hashable, Sendable {
    /// From 1; columns in Unicode scalars.
    package var line: Int
    package var column: Int
    package var message: String

    init(_ message: String, at place: Int, in scalars: [UnicodeScalar]) {
      let before = scalars[..<min(place, scalars.count)]
      line = before.count { $0 == "\n" } + 1
      column = before.count - (before.lastIndex(of: "\n").map { $0 + 1 } ?? 0) + 1
      self.message = message
    }
  }

  package var faults: [Fault]
}
