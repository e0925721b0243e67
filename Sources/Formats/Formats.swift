// Bytes to samples, without I/O.
