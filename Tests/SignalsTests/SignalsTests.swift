// Tests of Signals.
