extension Set {
  /// Removes a member, and tells whether it was there. Most sets that are asked are empty: an element is not
  /// hashed for those.
  @discardableResult
  mutating func discard(_ member: Element) -> Bool { !isEmpty && remove(member) != nil }
}
