"""What the doctor found, as a sentence for the operator."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `is_warning`: it works, but there is something to know."""

    is_good: bool
    sentence: str
    is_warning: bool = False

    @property
    def line(self) -> str:
        """The sentence with its mark."""
        mark = "!" if self.is_warning else "✓" if self.is_good else "✗"
        return f"{mark} {self.sentence}"


def good(sentence: str) -> Finding:
    """It works."""
    return Finding(is_good=True, sentence=sentence)


def warning(sentence: str) -> Finding:
    """It works, with a limit that the operator should know."""
    return Finding(is_good=True, sentence=sentence, is_warning=True)


def bad(sentence: str) -> Finding:
    """The service could not work like this."""
    return Finding(is_good=False, sentence=sentence)
