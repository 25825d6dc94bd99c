"""Questions to begin with: Markdown files with a title and a description. Shipped ones, and the user's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from sekisho.checkpoint.prompt.cleaning import MAX_CHARACTERS

#: In the state folder: a user's own prompts, `*.md`.
FOLDER = "prompts"
_RULE = "---"
_MOST_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True, repr=False)
class Sample:
    """One prompt. A user's own may hold anything, so it shows nothing of itself."""

    name: str
    title: str
    description: str
    text: str
    is_own: bool = False


def samples(language: str, state: Path) -> list[Sample]:
    """The shipped ones of a language, then the user's own. A file that is no prompt is left out."""
    shipped = Path(str(files("sekisho.console"))) / "prompts" / language
    return [*_of(shipped, False), *_of(state / FOLDER, True)]


def _of(folder: Path, is_own: bool) -> Iterator[Sample]:
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix == ".md" and path.is_file())
    except OSError:
        return
    for path in found:
        try:
            if path.stat().st_size <= _MOST_BYTES and (read := read_sample(path.stem, path.read_text("utf-8"), is_own)):
                yield read
        except (OSError, UnicodeDecodeError):
            continue


def read_sample(name: str, text: str, is_own: bool = False) -> Sample | None:
    """Read `title:` and `description:` between two lines `---`, and the prompt below. None for another form."""
    lines = text.lstrip("\ufeff").splitlines()
    if not lines or lines[0].strip() != _RULE or _RULE not in (line.strip() for line in lines[1:]):
        return None
    end = next(i for i, line in enumerate(lines[1:], 1) if line.strip() == _RULE)
    head = dict(line.split(":", 1) for line in lines[1:end] if ":" in line)
    given = {key.strip(): value.strip().strip("\"'") for key, value in head.items()}
    prompt = "\n".join(lines[end + 1 :]).strip()
    if not given.get("title") or not 1 <= len(prompt) <= MAX_CHARACTERS:
        return None
    return Sample(
        f"{'own' if is_own else 'shipped'}/{name}", given["title"], given.get("description", ""), prompt, is_own
    )
