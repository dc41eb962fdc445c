"""A Dockerfile read as instructions, and carried out in a folder that stands for the image."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = ROOT / "ops/Dockerfile"
INSTALL_SECONDS = 900
REVISION = "0123abc"


@dataclass(frozen=True)
class Instruction:
    """One instruction, its lines joined."""

    name: str
    text: str

    def words(self) -> list[str]:
        """What follows it, as the shell or JSON would take it apart."""
        return json.loads(self.text) if self.text.startswith("[") else shlex.split(self.text)


def instructions() -> list[Instruction]:
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [Instruction(*line.split(maxsplit=1)) for line in lines if line.strip()]


def stages() -> list[list[Instruction]]:
    found: list[list[Instruction]] = []
    for instruction in instructions():
        if instruction.name == "FROM":
            found.append([])
        found[-1].append(instruction)
    return found


def health_command() -> list[str]:
    """The command of HEALTHCHECK, without its options."""
    [check] = [one for one in stages()[-1] if one.name == "HEALTHCHECK"]
    command: list[str] = json.loads(check.text.partition("CMD ")[2])
    return command


@dataclass
class Image:
    """A folder for the file system; absolute paths of the image are those below it."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    workdir: Path = Path("/")
    command: list[str] = field(default_factory=list)

    def build(self) -> None:
        """Carry out every stage; each begins with a Python of its own, as its base image has."""
        for number, stage in enumerate(stages()):
            self.environment = {"PATH": self._base(number)}
            self.workdir = self.folder
            for instruction in stage:
                getattr(self, f"_{instruction.name.lower()}", self._note)(instruction)

    def process(self, command: list[str], **environment: str) -> subprocess.Popen[bytes]:
        """Start a command as a container would, with nothing of our own environment."""
        return subprocess.Popen(
            command,
            executable=self.which(command[0]),
            cwd=self.workdir,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def which(self, program: str) -> str:
        found = shutil.which(program, path=self.environment["PATH"])
        assert found is not None, program
        return found

    def here(self, text: str) -> str:
        """The text with the image's paths made those of the folder."""
        return re.sub(r"(?<![\w.}/])/(venv|build|app)\b", rf"{self.folder}/\1", text)

    def _base(self, number: int) -> str:
        base = self.folder / f"base{number}"
        subprocess.run([sys.executable, "-m", "venv", str(base)], check=True)
        useradd = base / "bin/useradd"  # the only thing that would change this machine
        useradd.write_text("#!/bin/sh\n", encoding="utf-8")
        useradd.chmod(0o755)
        return os.pathsep.join([str(base / "bin"), "/usr/bin", "/bin"])

    def _workdir(self, instruction: Instruction) -> None:
        self.workdir = Path(self.here(instruction.text))
        self.workdir.mkdir(exist_ok=True)

    def _run(self, instruction: Instruction) -> None:
        registry = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        subprocess.run(
            ["/bin/sh", "-ec", self.here(instruction.text)],
            cwd=self.workdir,
            env=self.environment | registry | {"HOME": os.environ.get("HOME", "/")},
            check=True,
            timeout=INSTALL_SECONDS,
        )

    def _copy(self, instruction: Instruction) -> None:
        *sources, target = instruction.words()
        if sources[0].startswith("--from="):
            assert [target] == sources[1:]  # it stands there already
            return
        for source in sources:
            to = self.workdir / target / (Path(source).name if target.endswith("/") else "")
            to.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, to, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, to)

    def _env(self, instruction: Instruction) -> None:
        for word in instruction.words():
            name, _, value = word.partition("=")
            self.environment[name] = self.here(re.sub(r"\$\{?(\w+)\}?", self._known, value))

    def _known(self, variable: re.Match[str]) -> str:
        return (self.environment | {"REVISION": REVISION})[variable[1]]

    def _cmd(self, instruction: Instruction) -> None:
        self.command = instruction.words()

    def _note(self, instruction: Instruction) -> None:
        """Nothing to do in a folder."""
        assert instruction.name in {"FROM", "ARG", "LABEL", "USER", "EXPOSE", "HEALTHCHECK"}


def let_through(path: str) -> bool:
    """Whether .dockerignore lets a file of the project reach the builder."""
    is_in = True
    for line in _patterns():
        wanted = line.removeprefix("!")
        if wanted in {"*", path} or path.startswith(f"{wanted}/"):
            is_in = line.startswith("!")
        if wanted.startswith("**/") and Path(path).match(wanted.removeprefix("**/")):
            is_in = line.startswith("!")
    return is_in


def _patterns() -> Iterator[str]:
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line
