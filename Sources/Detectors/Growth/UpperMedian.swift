extension Collection<Double> {
  /// The middle value; the upper of the two middle ones where their count is even, so that it is
  /// one of the values. The collection is not empty.
  var upperMedian: Double { sorted()[count / 2] }
}
