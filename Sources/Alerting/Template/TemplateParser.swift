private import TimeSeries

/// Reads a template, and says everything that is wrong with it.
struct TemplateParser {
  private struct Open {
    var section: TemplateSection
    var isInverted: Bool
    var place: Int
    var parts: [TemplatePart] = []
  }

  private let scalars: [UnicodeScalar]
  private var offset = 0
  private var open: [Open] = []
  private var parts: [TemplatePart] = []
  private var faults: [TemplateFaults.Fault] = []

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  mutating func parse() throws(TemplateFaults) -> [TemplatePart] {
    while offset < scalars.count {
      let start = offset
      while offset < scalars.count, !stands("{{"), !stands("}}") { offset += 1 }
      if offset > start { add(.text(text(start..<offset), at: start)) }
      if stands("{{") {
        readTag()
      } else if stands("}}") {
        // JSON's own braces often stand together.
        add(.text("}}", at: offset))
        offset += 2
      }
    }
    for section in open {
      fault(
        "{{\(section.isInverted ? "^" : "#")\(section.section.rawValue)}} is never closed",
        at: section.place)
    }
    guard faults.isEmpty else { throw TemplateFaults(faults: faults) }
    return parts
  }

  private mutating func readTag() {
    let place = offset
    offset += 2
    let start = offset
    while offset < scalars.count, !stands("}}"), !stands("{{"), scalars[offset] != "\n" {
      offset += 1
    }
    guard stands("}}") else {
      return fault("{{ is not closed by }} in its line", at: place)
    }
    let tag = trimmed(text(start..<offset))
    offset += 2
    switch tag.unicodeScalars.first {
    case "!":
      // A remark that has a line to itself leaves none behind.
      if place == 0 || scalars[place - 1] == "\n", offset < scalars.count, scalars[offset] == "\n" {
        offset += 1
      }
    case "#", "^": begin(String(tag.dropFirst()), isInverted: tag.hasPrefix("^"), at: place)
    case "/": end(trimmed(String(tag.dropFirst())), at: place)
    default: readField(tag, at: place)
    }
  }

  private mutating func begin(_ name: String, isInverted: Bool, at place: Int) {
    let name = trimmed(name)
    guard let section = TemplateSection(rawValue: name) else {
      let names = TemplateSection.allCases.map(\.rawValue)
      fault("unknown section \"\(name)\"; there are: \(names.joined(separator: ", "))", at: place)
      // Its end would be a second fault of the same cause.
      unknownSections.append(name)
      return
    }
    if section == .last, !open.contains(where: { $0.section.isList && !$0.isInverted }) {
      fault("\"last\" has a meaning only inside a list, such as {{#reasons}}", at: place)
    }
    if section == .alerts, open.contains(where: { $0.section == .alerts }) {
      fault("{{#alerts}} cannot stand inside itself", at: place)
    }
    open.append(Open(section: section, isInverted: isInverted, place: place))
  }

  private var unknownSections: [String] = []

  private mutating func end(_ name: String, at place: Int) {
    if let index = unknownSections.lastIndex(of: name) {
      unknownSections.remove(at: index)
      return
    }
    guard let innermost = open.last else {
      return fault("{{/\(name)}} closes nothing", at: place)
    }
    guard innermost.section.rawValue == name else {
      return fault(
        "{{/\(name)}} stands where {{/\(innermost.section.rawValue)}} is due", at: place)
    }
    open.removeLast()
    add(
      .section(innermost.section, isInverted: innermost.isInverted, innermost.parts))
  }

  private mutating func readField(_ tag: String, at place: Int) {
    let words = tag.split(separator: "|", omittingEmptySubsequences: false)
      .map { trimmed(String($0)) }
    guard let field = TemplateField(rawValue: words[0]) else {
      let names = TemplateField.allCases.map(\.rawValue)
      let near = NearestName.of(words[0], among: names)
      return fault(
        words[0].isEmpty
          ? "{{}} names no field"
          : "unknown field \"\(words[0])\"; "
            + (near.map { "did you mean \"\($0)\"?" }
              ?? "there are: \(names.joined(separator: ", "))"),
        at: place)
    }
    if let list = field.list, !open.contains(where: { $0.section == list && !$0.isInverted }) {
      fault(
        "{{\(field.rawValue)}} has a meaning only inside {{#\(list.rawValue)}}", at: place)
    }
    var filters: [TemplateFilter] = []
    for word in words.dropFirst() {
      guard let filter = Self.filter(word) else {
        fault("unknown filter \"\(word)\"; there are: json, urlencode, cut:N", at: place)
        continue
      }
      if let last = filters.last, !Self.isCut(last) {
        fault("nothing can follow the filter json or urlencode", at: place)
      }
      filters.append(filter)
    }
    add(.field(field, filters, at: place))
  }

  private static func isCut(_ filter: TemplateFilter) -> Bool {
    if case .cut = filter { true } else { false }
  }

  private static func filter(_ word: String) -> TemplateFilter? {
    switch word {
    case "json": return .json
    case "urlencode": return .urlencode
    default:
      let parts = word.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0] == "cut", let count = Int(parts[1]),
        (1...100_000).contains(count)
      else { return nil }
      return .cut(count)
    }
  }

  private mutating func add(_ part: TemplatePart) {
    if open.isEmpty {
      parts.append(part)
    } else {
      open[open.count - 1].parts.append(part)
    }
  }

  private mutating func fault(_ message: String, at place: Int) {
    faults.append(.init(message, at: place, in: scalars))
  }

  private func stands(_ text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    return offset + wanted.count <= scalars.count
      && Array(scalars[offset..<offset + wanted.count]) == wanted
  }

  private func text(_ range: Range<Int>) -> String {
    String(String.UnicodeScalarView(scalars[range]))
  }

  private func trimmed(_ text: String) -> String {
    let front = text.drop { $0 == " " || $0 == "\t" }
    return String(front.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}
