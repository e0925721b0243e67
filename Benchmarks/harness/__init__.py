"""Measures LeakWatch beside its peers; scripts/bench is the command."""
