// Tests of Detectors.
