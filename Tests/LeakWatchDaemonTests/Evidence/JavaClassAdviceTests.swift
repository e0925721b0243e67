import Formats
import Testing

@testable import LeakWatchDaemon

/// What is read out of the classes that grew.
@Suite struct JavaClassAdviceTests {
  /// - Parameter counts: instances of each class, of 100 bytes each, as HotSpot names it.
  private func profile(_ counts: KeyValuePairs<String, Int>) throws -> HeapProfile {
    var text = " num     #instances         #bytes  class name (module)\n"
    for (rank, (name, count)) in counts.enumerated() {
      text += "   \(rank + 1):  \(count)  \(count * 100)  \(name)\n"
    }
    let total = counts.reduce(0) { $0 + $1.value }
    text += "Total  \(total)  \(total * 100)\n"
    return try HeapProfile(Array(text.utf8).span)
  }

  private func advice(
    _ old: KeyValuePairs<String, Int>, _ new: KeyValuePairs<String, Int>,
    beside top: String = "byte[]"
  ) throws -> String {
    let difference = try HeapDifference(old: profile(old), new: profile(new))
    return JavaClassAdvice(difference, beside: top).text
  }

  @Test func arraysAndTheJDKAreNobodysOwn() throws {
    let text = try advice(
      ["[B": 1, "[Ljava.lang.Object;": 1, "com.example.Session": 1],
      [
        "[B": 9001, "java.lang.String (java.base@17.0.15)": 8000, "[Ljava.lang.Object;": 7000,
        "sun.misc.Thing": 6000, "kotlin.Pair": 5000, "com.example.Session": 4001,
        "[Lcom.example.Row;": 300,
      ])
    #expect(text == "; of the service's own classes com.example.Session grew most, +4000 objects")
  }

  @Test func whatWasNamedAlreadyIsNotNamedTwice() throws {
    let text = try advice(
      ["a.B": 1], ["a.B": 1001, "java.util.HashMap$Node": 1000], beside: "a.B")
    #expect(
      text
        == "; 1000 more java.util.HashMap$Node: entries of a map that nothing takes out again: bound "
        + "it, or let entries expire")
  }

  @Test(arguments: [
    ("java.lang.ThreadLocal$ThreadLocalMap$Entry", "values of ThreadLocals that threads keep"),
    ("java.lang.ref.Finalizer", "objects that wait for their finalizers"),
    ("java.nio.DirectByteBuffer", "buffers whose memory lies outside of the heap"),
    ("java.util.concurrent.ConcurrentHashMap$Node", "entries of a map"),
  ])
  func containersThatAreKnown(name: String, meaning: String) throws {
    let names: KeyValuePairs = ["[B": 1, name: 500]
    #expect(try advice(["[B": 1], names).hasPrefix("; 500 more \(name): \(meaning)"))
    // A few hundred beside a hundred thousand are not where it grows.
    let beside: KeyValuePairs = ["a.B": 100_000, name: 500]
    #expect(try !advice(["a.B": 1], beside).contains(name))
    let few: KeyValuePairs = ["[B": 1, name: 99]
    #expect(try advice(["[B": 1], few) == "")
  }

  @Test func aListenerIsKnownByItsName() throws {
    let text = try advice(["[B": 1], ["[B": 1, "app.Prices$PriceListener": 200])
    #expect(text.hasSuffix("+200 objects, by its name one that is registered and never taken off"))
  }
}
