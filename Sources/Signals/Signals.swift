// From metric names to meanings: which runtime, which signal.
