"""Deaths at chosen places of a turn or a send, triggered by a word in the text."""

import os
import signal
import time
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import wrapt

TRIGGER = "falha:"
CHUNK_BYTES = 16 * 1024 * 1024

BEFORE_INTENT = "antes-da-intencao"
AFTER_INTENT = "depois-da-intencao"
AFTER_CALL = "depois-da-chamada"
AFTER_OUTCOME = "depois-do-resultado"
AT_THOUGHT = "ao-pensar"
ALL_MEMORY = "toda-a-memoria"


def arm(folder: Path) -> None:
    """Wrap the steps of a turn and of a send, when their modules are imported."""
    around = partial(_wrap, folder)
    around("secretaria.services.deliver", "Deliver._claim", AFTER_INTENT, _text_of_result)
    around("secretaria.adapters.whaticket.messenger", "WhaticketMessenger.send", AFTER_CALL, _sent)
    around("secretaria.services.deliver", "Deliver._record", AFTER_OUTCOME, _text_of_intent)

    @wrapt.when_imported("secretaria.models.claims")
    def watch_intents(module: Any) -> None:
        wrapt.wrap_function_wrapper(module, "claim", partial(_before_intent, folder))

    @wrapt.when_imported("secretaria.core.prompt")
    def watch_thoughts(module: Any) -> None:
        wrapt.wrap_function_wrapper(module, "build", partial(_before_thought, folder))


def _wrap(
    folder: Path, module: str, function: str, point: str, text_of: Callable[..., str]
) -> None:
    """Die after the function has returned, the first time that its text asks for this point."""

    def after(wrapped: Callable[..., Any], _: Any, args: Any, kwargs: Any) -> Any:
        result = wrapped(*args, **kwargs)
        text = text_of(result, args, kwargs)
        if f"{TRIGGER}{point}" in text and _is_first(folder, point, text):
            die(folder, point)
        return result

    wrapt.when_imported(module)(
        lambda imported: wrapt.wrap_function_wrapper(imported, function, after)
    )


def _text_of_result(result: Any, _args: Any, _kwargs: Any) -> str:
    """The text of the intent that was claimed, if one was."""
    return result.text if result is not None else ""


def _text_of_intent(_result: Any, args: Any, kwargs: Any) -> str:
    intent = args[0] if args else kwargs["intent"]
    return str(intent.text)


def _sent(_result: Any, args: Any, kwargs: Any) -> str:
    return str(args[1] if len(args) > 1 else kwargs["text"])


def _before_intent(
    folder: Path, wrapped: Callable[..., Any], _: Any, args: Any, kwargs: Mapping[str, Any]
) -> Any:
    """Die while the intent is not written yet, which is one statement and then stands."""
    text = _text_of(args[0], kwargs["reply_id"])
    if f"{TRIGGER}{BEFORE_INTENT}" in text and _is_first(folder, BEFORE_INTENT, text):
        die(folder, BEFORE_INTENT)
    return wrapped(*args, **kwargs)


def _text_of(executor: Any, message_id: int) -> str:
    from sqlalchemy import select  # noqa: PLC0415 - not before gevent has patched the process

    from secretaria.models.prepared import Prepared, given  # noqa: PLC0415 - by now it is loaded
    from secretaria.models.tables import Message  # noqa: PLC0415 - likewise

    query = select(Message.text).where(Message.id == given("id"))
    return Prepared(lambda: query).scalar(executor, id=message_id) or ""


def _before_thought(
    folder: Path, wrapped: Callable[..., Any], _: Any, args: Any, kwargs: Mapping[str, Any]
) -> Any:
    """Every time that these words are about to be thought about, their process suffers."""
    said = " ".join(one.text for one in kwargs["said"])
    if f"{TRIGGER}{AT_THOUGHT}" in said:
        die(folder, AT_THOUGHT)
    if f"{TRIGGER}{ALL_MEMORY}" in said:
        note(folder, ALL_MEMORY)
        _eat()
    return wrapped(*args, **kwargs)


def _eat() -> NoReturn:
    """Take memory until there is none, letting the others run, and run short, in between."""
    eaten = []
    while True:
        eaten.append(bytearray(CHUNK_BYTES))
        time.sleep(0)


def _is_first(folder: Path, point: str, text: str) -> bool:
    """Remember in a file, which outlives this process, that a text has died at a point."""
    name = f"{point}-{zlib.crc32(text.encode())}"
    try:
        os.close(os.open(folder / name, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def note(folder: Path, point: str) -> None:
    """Write a death down where the rig can count it."""
    with (folder / "deaths.log").open("a", encoding="utf-8") as file:
        file.write(f"{time.time():.3f} {point} {os.getpid()}\n")


def die(folder: Path, point: str) -> NoReturn:
    """End this process as the kernel would, with nothing said to anybody."""
    note(folder, point)
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit  # never reached
