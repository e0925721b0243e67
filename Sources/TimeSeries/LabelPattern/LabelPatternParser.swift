/// Reads the syntax of RE2, as far as a yes-or-no question over a label needs it.
struct LabelPatternParser {
  private struct Flags {
    var ignoresCase = false
  }

  private static let maximumDepth = 100
  private static let maximumRepetition = 1000

  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var depth = 0
  private var flags = Flags()

  private init(_ text: String) {
    scalars = Array(text.unicodeScalars)
  }

  static func parse(_ text: String) throws(LabelPatternFault) -> LabelPatternNode {
    var parser = LabelPatternParser(text)
    let node = try parser.alternatives()
    guard parser.position == parser.scalars.count else {
      throw parser.fault("\")\" without \"(\"")
    }
    return node
  }

  private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private func fault(_ message: String, at place: Int? = nil) -> LabelPatternFault {
    LabelPatternFault(column: (place ?? position) + 1, message: message)
  }

  private mutating func takeIf(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    position += 1
    return true
  }

  private mutating func alternatives() throws(LabelPatternFault) -> LabelPatternNode {
    let outer = flags
    defer { flags = outer }
    var choices = [try sequence()]
    while takeIf("|") { choices.append(try sequence()) }
    return choices.count == 1 ? choices[0] : .alternatives(choices)
  }

  private mutating func sequence() throws(LabelPatternFault) -> LabelPatternNode {
    var parts: [LabelPatternNode] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      let begin = position
      guard let atom = try atom() else { continue }
      parts.append(try repeated(atom, begin))
    }
    return parts.isEmpty ? .empty : .sequence(parts)
  }

  /// nil for flags, which stand for nothing themselves.
  private mutating func atom() throws(LabelPatternFault) -> LabelPatternNode? {
    let begin = position
    let scalar = scalars[position]
    position += 1
    switch scalar {
    case "(": return try group(begin)
    case "[": return .take(try set(begin))
    case ".": return .take(.any)
    case "^": return .start
    case "$": return .end
    case "*", "+", "?": throw fault("nothing before \"\(scalar)\" to repeat", at: begin)
    case "\\": return try escape(begin)
    case "{":
      position = begin
      if try bounds() != nil { throw fault("nothing before \"{\" to repeat", at: begin) }
      position = begin + 1
      return take(scalar)
    default: return take(scalar)
    }
  }

  private func take(_ scalar: Unicode.Scalar) -> LabelPatternNode {
    var set = ScalarSet(scalar)
    set.ignoresCase = flags.ignoresCase
    return .take(set)
  }

  private mutating func repeated(
    _ atom: LabelPatternNode, _ begin: Int
  ) throws(LabelPatternFault) -> LabelPatternNode {
    guard let bounds = try bounds() else { return atom }
    // Least or most: the answer to yes or no is the same.
    _ = takeIf("?")
    let place = position
    guard try self.bounds() == nil else {
      throw fault("a repetition of a repetition; put the first one in ( )", at: place)
    }
    return .repetition(atom, bounds.least, bounds.most)
  }

  private mutating func bounds() throws(LabelPatternFault) -> (least: Int, most: Int?)? {
    if takeIf("*") { return (0, nil) }
    if takeIf("+") { return (1, nil) }
    if takeIf("?") { return (0, 1) }
    let begin = position
    guard takeIf("{"), let least = number() else {
      position = begin
      return nil
    }
    var most: Int? = least
    if takeIf(",") { most = number() }
    guard takeIf("}") else {
      // RE2 takes braces that are no repetition as they stand.
      position = begin
      return nil
    }
    guard least <= Self.maximumRepetition, most ?? 0 <= Self.maximumRepetition else {
      throw fault("at most \(Self.maximumRepetition) repetitions", at: begin)
    }
    if let most, most < least { throw fault("the repetition's bounds are swapped", at: begin) }
    return (least, most)
  }

  private mutating func number() -> Int? {
    var digits = ""
    while let scalar = next, ("0"..."9").contains(scalar), digits.count < 9 {
      digits.unicodeScalars.append(scalar)
      position += 1
    }
    return Int(digits)
  }

  private mutating func group(_ begin: Int) throws(LabelPatternFault) -> LabelPatternNode? {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { throw fault("too many groups in groups", at: begin) }
    let outer = flags
    if takeIf("?"), try prefix(begin) == .flagsAlone { return nil }
    let node = try alternatives()
    flags = outer
    guard takeIf(")") else { throw fault("\"(\" without \")\"", at: begin) }
    return node
  }

  private enum Prefix { case group, flagsAlone }

  /// What follows "(?": ":", "P<name>", "<name>" or flags.
  private mutating func prefix(_ begin: Int) throws(LabelPatternFault) -> Prefix {
    if takeIf(":") { return .group }
    let place = position
    if takeIf("P") || next == "<" {
      guard takeIf("<") else { throw fault("expected a group's name in < >", at: place) }
      let start = position
      while let scalar = next,
        scalar.properties.isAlphabetic || scalar == "_"
          || ("0"..."9").contains(scalar)
      {
        position += 1
      }
      guard position > start, takeIf(">") else {
        throw fault("there is no such thing as looking ahead or behind in RE2", at: begin)
      }
      return .group
    }
    var isOn = true
    while let scalar = next {
      position += 1
      switch scalar {
      case "i": flags.ignoresCase = isOn
      case "s", "m", "U": break
      case "-": isOn = false
      case ":": return .group
      case ")": return .flagsAlone
      case "=", "!": throw fault("there is no looking ahead or behind in RE2", at: begin)
      default: throw fault("unknown flag \"\(scalar)\"", at: position - 1)
      }
    }
    throw fault("\"(\" without \")\"", at: begin)
  }

  private mutating func escape(_ begin: Int) throws(LabelPatternFault) -> LabelPatternNode {
    guard let letter = next else { throw fault("\"\\\" at the end", at: begin) }
    if let set = ScalarSet(perl: letter) {
      position += 1
      return .take(set)
    }
    switch letter {
    case "A":
      position += 1
      return .start
    case "z":
      position += 1
      return .end
    default: return take(try escapedScalar(begin))
    }
  }

  /// After a backslash: one character.
  private mutating func escapedScalar(_ begin: Int) throws(LabelPatternFault) -> Unicode.Scalar {
    guard let letter = next else { throw fault("\"\\\" at the end", at: begin) }
    position += 1
    switch letter {
    case "t": return "\t"
    case "n": return "\n"
    case "r": return "\r"
    case "f": return "\u{0C}"
    case "v": return "\u{0B}"
    case "a": return "\u{07}"
    case "x": return try hexadecimal(begin)
    default:
      let isPunctuation =
        letter.isASCII && letter.value > 0x20 && letter.value < 0x7F
        && !letter.properties.isAlphabetic && !("0"..."9").contains(letter)
      guard isPunctuation else { throw fault("unknown escape \"\\\(letter)\"", at: begin) }
      return letter
    }
  }

  private mutating func hexadecimal(_ begin: Int) throws(LabelPatternFault) -> Unicode.Scalar {
    let isBraced = takeIf("{")
    var digits = ""
    while let scalar = next, scalar.properties.isASCIIHexDigit, digits.count < (isBraced ? 6 : 2) {
      digits.unicodeScalars.append(scalar)
      position += 1
    }
    let isClosed = isBraced ? takeIf("}") : digits.count == 2
    guard isClosed, let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) else {
      throw fault("expected \\xHH or \\x{HHHH}", at: begin)
    }
    return scalar
  }

  /// After "[".
  private mutating func set(_ begin: Int) throws(LabelPatternFault) -> ScalarSet {
    var set = ScalarSet([])
    set.ignoresCase = flags.ignoresCase
    set.isNegated = takeIf("^")
    var isFirst = true
    while let scalar = next {
      if scalar == "]", !isFirst {
        position += 1
        return set
      }
      isFirst = false
      set.formUnion(try element(begin))
    }
    throw fault("\"[\" without \"]\"", at: begin)
  }

  private mutating func element(_ begin: Int) throws(LabelPatternFault) -> ScalarSet {
    if let named = try namedClass() { return named }
    let place = position
    if next == "\\", position + 1 < scalars.count, let set = ScalarSet(perl: scalars[position + 1])
    {
      position += 2
      return set
    }
    let low = try member(begin)
    guard next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
      return ScalarSet(low)
    }
    position += 1
    let high = try member(begin)
    guard low <= high else { throw fault("the range's ends are swapped", at: place) }
    return ScalarSet([low.value...high.value])
  }

  private mutating func member(_ begin: Int) throws(LabelPatternFault) -> Unicode.Scalar {
    guard let scalar = next else { throw fault("\"[\" without \"]\"", at: begin) }
    position += 1
    return scalar == "\\" ? try escapedScalar(position - 1) : scalar
  }

  /// `[:alpha:]`
  private mutating func namedClass() throws(LabelPatternFault) -> ScalarSet? {
    let begin = position
    guard takeIf("["), takeIf(":") else {
      position = begin
      return nil
    }
    let isNegated = takeIf("^")
    var name = ""
    while let scalar = next, scalar.properties.isLowercase {
      name.unicodeScalars.append(scalar)
      position += 1
    }
    guard takeIf(":"), takeIf("]"), var set = ScalarSet(named: name) else {
      throw fault("unknown class of characters", at: begin)
    }
    set.isNegated = isNegated
    return set
  }
}
