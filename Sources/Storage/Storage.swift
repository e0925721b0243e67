// State on disk.
