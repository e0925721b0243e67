/// Why a text is not a value of its kind: a clause for a diagnostic, without place.
package struct ValueProblem: Error, Equatable {
  package var message: String

  init(_ message: String) {
    self.message = message
  }
}
