internal import TimeSeries

extension ValueGrammar where Value == Bool {
  static var boolean: ValueGrammar {
    ValueGrammar(typeName: "boolean", range: "") { node, log in
      guard case .boolean(let value) = node.content else {
        log.error(at: node.position, "expected true or false, found \(node.phrase)")
        return nil
      }
      return value
    } write: {
      "\($0)"
    }
  }
}

extension ValueGrammar where Value == Int {
  static func integer(in range: ClosedRange<Int>) -> ValueGrammar {
    ValueGrammar(typeName: "integer", range: "\(range.lowerBound) to \(range.upperBound)") {
      node, log in
      guard case .integer(let value) = node.content else {
        let example = "expected an integer such as \(range.lowerBound)"
        log.error(at: node.position, "\(example), found \(node.phrase)")
        return nil
      }
      return checked(value, in: range, at: node, log: &log) { "\($0)" }
    } write: {
      "\($0)"
    }
  }

  /// Whole bytes.
  static func byteSize(in range: ClosedRange<Int>) -> ValueGrammar {
    bounded(
      .text(
        "size", expected: "a size such as \"16MiB\"", parse: ByteSizeGrammar.parse,
        write: ByteSizeGrammar.write),
      in: range, write: ByteSizeGrammar.write)
  }
}

extension ValueGrammar where Value == Double {
  static func number(in range: ClosedRange<Double>) -> ValueGrammar {
    let anyNumber = ValueGrammar(typeName: "number", range: "") { node, log in
      switch node.content {
      case .float(let value): return value
      case .integer(let value): return Double(value)
      default:
        log.error(
          at: node.position,
          "expected a number up to \(plain(range.upperBound)), found \(node.phrase)")
        return nil
      }
    } write: {
      plain($0)
    }
    return bounded(anyNumber, in: range, write: plain)
  }

  /// Whole numbers without ".0".
  private static func plain(_ number: Double) -> String {
    Int(exactly: number).map { "\($0)" } ?? "\(number)"
  }
}

extension ValueGrammar where Value == TimeSpan {
  static func duration(in range: ClosedRange<TimeSpan>) -> ValueGrammar {
    bounded(
      .text(
        "duration", expected: "a duration such as \"60s\"", parse: DurationGrammar.parse,
        write: DurationGrammar.write),
      in: range, write: DurationGrammar.write)
  }
}

extension ValueGrammar where Value == ByteRate {
  static var byteRate: ValueGrammar {
    .text(
      "rate", expected: "a rate such as \"500MB/day\"", parse: ByteRateGrammar.parse,
      write: ByteRateGrammar.write)
  }
}

extension ValueGrammar where Value: Comparable {
  private static func bounded(
    _ grammar: ValueGrammar, in range: ClosedRange<Value>, write: @escaping (Value) -> String
  ) -> ValueGrammar {
    ValueGrammar(
      typeName: grammar.typeName, range: "\(write(range.lowerBound)) to \(write(range.upperBound))"
    ) { node, log in
      guard let value = grammar.read(node, &log) else { return nil }
      return checked(value, in: range, at: node, log: &log, write: grammar.write)
    } write: {
      grammar.write($0)
    }
  }

  /// `value`, or nil once it is told that it lies outside of `range` (as NaN does of all).
  private static func checked(
    _ value: Value, in range: ClosedRange<Value>, at node: TOMLNode, log: inout DiagnosticLog,
    write: (Value) -> String
  ) -> Value? {
    guard range.contains(value) else {
      let allowed = "from \(write(range.lowerBound)) to \(write(range.upperBound))"
      log.error(at: node.position, "\(write(value)) is out of range; allowed is \(allowed)")
      return nil
    }
    return value
  }
}
