// Windows to verdicts, one detector a file.
