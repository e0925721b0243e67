"""What a detector did on one trace."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Firing:
    at: float
    verdict: str = None
    slope: float = None
    flavour: str = None


@dataclasses.dataclass(frozen=True)
class Outcome:
    firings: tuple = ()
    # The verdict that stands at the end; of a detector that has one.
    last_verdict: str = None

    def in_units_of(self, perturbation):
        """As if the trace had never been shifted or scaled."""
        return dataclasses.replace(self, firings=tuple(
            dataclasses.replace(
                firing, at=firing.at - perturbation.shift,
                slope=None if firing.slope is None else firing.slope / perturbation.scale)
            for firing in self.firings))
