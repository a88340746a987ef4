"""A place in a journal."""
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Position:
    """Everything up to and including `seq` has been seen; `epoch` names the history that this is a place in."""

    epoch: str
    seq: int

    @classmethod
    def parse(cls, text: str) -> "Position":
        """Reads `<epoch>-<seq>`, as in `Roost-Position`; raises ValueError."""
        epoch, dash, seq = text.rpartition("-")
        if not dash or not epoch or not seq.isascii() or not seq.isdigit():
            raise ValueError(f"not a position: {text!r}")
        return cls(epoch, int(seq))

    def __str__(self) -> str:
        return f"{self.epoch}-{self.seq}"
