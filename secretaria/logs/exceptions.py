"""What may be said of an exception: its class and where it came from, never its message.

The message of an exception quotes what it failed on: a statement's parameters, a URL, a body.
Only the messages of our own errors are kept, which are static.
"""

import re
import sys
import traceback
from collections.abc import Iterator
from types import CodeType, TracebackType

from secretaria.errors import SecretariaError

_LONGEST_CHAIN = 10
_DEEPEST_GROUP = 2
_MOST_IN_A_GROUP = 10
_OUTER_FRAMES, _INNER_FRAMES = 10, 30

_FRAME_LINE = re.compile(
    r'^ *File "(?P<file>[^"\n]*)", line (?P<line>\d+), in (?P<name>.*)$', re.MULTILINE
)
_INSTALLED_UNDER = re.compile(r"^.*/(?:site-packages|dist-packages|python3\.\d+)/")
_PROJECT = __file__.removesuffix("secretaria/logs/exceptions.py")


def exception_of(exc_info: object) -> BaseException | type[BaseException] | None:
    """Return the exception that any form of `exc_info` means: True, a tuple, an exception."""
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        kind, error = (*exc_info, None, None)[:2]
        return error if isinstance(error, BaseException) else kind
    return sys.exc_info()[1] if exc_info else None


def described(
    error: BaseException | type[BaseException], depth: int = 0
) -> list[dict[str, object]]:
    """Return the exception and what caused it, the latest first."""
    if isinstance(error, type):
        return [{"type": _name(error), "frames": []}]
    return [_link(link, depth) for link in _chain(error)]


def frames_of(stack: str) -> list[str]:
    """Return `file:line function` for each frame of a printed stack, without lines of code."""
    return _cut(
        [
            f"{short(found['file'])}:{found['line']} {found['name']}"
            for found in _FRAME_LINE.finditer(stack)
        ]
    )


def short(file: str) -> str:
    """Return the path of a file without the folder that we, or a library, are installed in."""
    return _INSTALLED_UNDER.sub("", file.removeprefix(_PROJECT))


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen and len(seen) < _LONGEST_CHAIN:
        seen.add(id(link))
        yield link
        link = _cause(link)


def _cause(error: BaseException) -> BaseException | None:
    if error.__cause__ is not None:
        return error.__cause__
    return None if error.__suppress_context__ else error.__context__


def _link(error: BaseException, depth: int) -> dict[str, object]:
    link: dict[str, object] = {"type": _name(type(error))}
    if isinstance(error, SecretariaError):
        link["message"] = _message(error)
    link["frames"] = _frames(error.__traceback__)
    if isinstance(error, BaseExceptionGroup) and depth < _DEEPEST_GROUP:
        within = error.exceptions[:_MOST_IN_A_GROUP]
        link["exceptions"] = [described(each, depth + 1) for each in within]
    return link


def _message(error: SecretariaError) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - a broken __str__ must not cost the line
        return ""


def _name(kind: type[BaseException]) -> str:
    module = kind.__module__
    return kind.__qualname__ if module == "builtins" else f"{module}.{kind.__qualname__}"


def _frames(trace: TracebackType | None) -> list[str]:
    return _cut([_frame(frame.f_code, line) for frame, line in traceback.walk_tb(trace)])


def _frame(code: CodeType, line: int | None) -> str:
    return f"{short(code.co_filename)}:{line} {code.co_qualname}"


def _cut(frames: list[str]) -> list[str]:
    left_out = len(frames) - _OUTER_FRAMES - _INNER_FRAMES
    if left_out <= 0:
        return frames
    return [*frames[:_OUTER_FRAMES], f"… {left_out} more …", *frames[-_INNER_FRAMES:]]
