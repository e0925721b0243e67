"""An alert's life, for the simple rules: the same hold that LeakWatch's own rule has."""


class AlertLife:
    """Fires once its condition has held for `hold` seconds; ends `keep` after it was last true."""

    def __init__(self, hold, keep):
        self.hold, self.keep = hold, keep
        self.since = self.last_true = None
        self.is_firing = False

    def step(self, at, is_met):
        """- Returns: whether it begins to fire at this evaluation."""
        if is_met:
            self.last_true = at
            if self.since is None:
                self.since = at
            begins = not self.is_firing and at - self.since >= self.hold
            self.is_firing |= begins
            return begins
        if self.is_firing and at - self.last_true < self.keep:
            return False
        self.is_firing, self.since = False, None
        return False
