"""Records in the article's shape: a JSON object with a `patient` part and medical sections, read liberally.

Strings, objects and lists of either are taken for any section; nulls and missing parts are nothing. A wrong type is
an error that names the field. Everything is followed at any depth, so a section may stand inside the patient part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from sekisho.checkpoint.identifier import Identifier, IdentifierKind
from sekisho.errors import Code, InputError
from sekisho.local.records import keys
from sekisho.local.records.free_text import identifiers_in
from sekisho.local.records.json_file import JsonFile
from sekisho.local.records.people import read_age, read_date, read_sex
from sekisho.local.records.record import Item, Record, Section, years_between

Scalar = str | int | float | bool
#: Characters from which on an unknown text is taken for a note.
_LEAST_NOTE = 40


def looks_like_article(content: object) -> bool:
    """Whether any key of the top level is known."""
    return isinstance(content, dict) and any(
        (folded := keys.fold_key(key)) in keys.SECTIONS or folded in keys.PERSON_PARTS or folded in keys.IDENTIFIER_KEYS
        for key in content
    )


def read_article(file: JsonFile, today: date) -> Record:
    """Make a record of it.

    Raises:
        InputError: `wrong_type` with the file's name and the field.
    """
    reader = _Reader(file.name)
    reader.part(file.content, "", in_person=False)
    age = years_between(reader.born, today) if reader.born and reader.born <= today else reader.age
    identifiers = tuple(dict.fromkeys(reader.identifiers))
    return Record(file.digest, age, reader.sex, identifiers, tuple(reader.items), reader.unread)


class _Reader:
    """Walks one record once and collects what it finds."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.items: list[Item] = []
        self.identifiers: list[Identifier] = []
        self.unread = 0
        self.born: date | None = None
        self.age: int | None = None
        self.sex = ""

    def part(self, value: object, path: str, in_person: bool) -> None:
        """A part that is not an entry: the whole record, the patient, something unknown."""
        if isinstance(value, list):
            for i, inner in enumerate(value):
                self.part(inner, f"{path}[{i}]", in_person)
        elif isinstance(value, dict):
            for key, inner in value.items():
                self._keyed(keys.fold_key(key), inner, _join(path, key), in_person)
        elif value is not None:
            if in_person:
                self._identify(IdentifierKind.OTHER, value)
            elif isinstance(value, str) and _is_running_text(value):
                self._text(Section.NOTE, value, path, "")
            else:
                self.unread += 1
                self._look_through(str(value))

    def _keyed(self, key: str, value: object, path: str, in_person: bool) -> None:
        if value is None:
            return
        if key in keys.DOB_KEYS:
            self.born = read_date(self._scalar(value, path)) or self.born
            self._identify(IdentifierKind.DATE, value)
        elif key in keys.AGE_KEYS:
            self.age = read_age(self._scalar(value, path))
        elif key in keys.SEX_KEYS:
            self.sex = read_sex(self._scalar(value, path))
        elif key in keys.PERSON_PARTS:
            if isinstance(value, str):
                self._identify(IdentifierKind.NAME, value)
            elif isinstance(value, dict | list):
                self.part(value, path, in_person=True)
            else:
                raise self._wrong(path)
        elif key in keys.SECTIONS and not (in_person and key == "history"):
            self._section(keys.SECTIONS[key], value, path)
        elif key in keys.IDENTIFIER_KEYS or key in keys.PRIVATE_PARTS:
            self._identify(keys.IDENTIFIER_KEYS.get(key, IdentifierKind.OTHER), value)
        elif key in keys.PLAIN_KEYS or key in keys.DATE_KEYS:
            self._look_through_all(value)
        else:
            self.part(value, path, in_person)

    def _section(self, section: Section, value: object, path: str, status: str = "") -> None:
        if isinstance(value, list):
            for i, inner in enumerate(value):
                self._section(section, inner, f"{path}[{i}]", status)
        elif isinstance(value, dict):
            if any(keys.fold_key(key) in keys.TEXT_KEYS for key in value):
                self._entry(section, value, path, status)
            else:
                self._pairs(section, value, path, status)
        elif isinstance(value, str):
            self._text(section, value, path, status)
        elif value is not None and not (section is Section.LIFESTYLE or isinstance(value, bool)):
            raise self._wrong(path)

    def _pairs(self, section: Section, entry: dict[str, object], path: str, status: str) -> None:
        """`{"TSH": 0.01, "FreeT4": 2.5}`, `{"smoking": "none"}`, `{"current": [...], "past": [...]}`."""
        for key, inner in entry.items():
            folded, where = keys.fold_key(key), _join(path, key)
            if inner is None:
                continue
            if folded in keys.DATE_KEYS or folded in keys.PRIVATE_PARTS or folded in keys.IDENTIFIER_KEYS:
                self._keyed(folded, inner, where, in_person=False)
            elif isinstance(inner, dict | list) and section not in (Section.LAB, Section.VITAL):
                narrower = keys.SECTIONS.get(folded, section)
                self._section(narrower, inner, where, status or _state_word(folded))
            elif isinstance(inner, dict):
                self._entry(section, {"name": key, **inner}, where, status)
            elif isinstance(inner, list):
                raise self._wrong(where)
            elif section in (Section.LAB, Section.VITAL):
                self._add(Item(section, key, where, value=str(inner)))
            else:
                said = (
                    inner
                    if isinstance(inner, str)
                    else ("yes" if inner is True else "no" if inner is False else str(inner))
                )
                self._text(
                    section,
                    f"{key}: {said}" if section in (Section.LIFESTYLE, Section.FAMILY) else said,
                    where,
                    status,
                )

    def _entry(self, section: Section, entry: dict[str, object], path: str, status: str) -> None:
        """One entry as an object: its text, state, codes, value; what else is in it is read on its own."""
        folded = {keys.fold_key(key): key for key in entry}
        chosen = [key for key in keys.TEXT_KEYS if key in folded and entry[folded[key]] is not None]
        texts = [self._scalar(entry[folded[key]], _join(path, folded[key])) for key in chosen]
        states, codes, value, unit, when = [status], [], "", "", ""
        for key, original in folded.items():
            inner, where = entry[original], _join(path, original)
            if inner is None or key in chosen:
                continue
            if key in keys.STATUS_KEYS and not isinstance(inner, dict | list):
                states.append(_state_word(key) if inner is True else f"{_state_word(key)} {self._scalar(inner, where)}")
                self._look_through_all(inner)
            elif key in keys.CODE_KEYS and not isinstance(inner, dict | list):
                codes.append(f"{key}|{inner}")
            elif key in keys.VALUE_KEYS:
                value = self._scalar(inner, where)
            elif key in keys.UNIT_KEYS:
                unit = self._scalar(inner, where)
            elif key in keys.DATE_KEYS:
                found = read_date(str(inner)) if not isinstance(inner, dict | list) else None
                when = when or (found.isoformat() if found else "")
                self._look_through_all(inner)
            else:
                self._keyed(key, inner, where, in_person=False)
        for text in texts[:1]:
            state = " ".join(s.strip() for s in states if s.strip())
            self._add(Item(section, text, path, state, tuple(codes), value, unit, when))
            self._look_through(text)
        for text in texts[1:]:
            self._look_through(text)
            if section in (Section.ALLERGY, Section.MEDICINE, Section.CONDITION):
                self._add(Item(section, text, path, " ".join(states).strip()))

    def _text(self, section: Section, text: str, path: str, status: str) -> None:
        self._look_through(text)
        if text.strip():
            self._add(Item(section, text, path, status))

    def _add(self, item: Item) -> None:
        self.items.append(item)

    def _identify(self, kind: IdentifierKind, value: object) -> None:
        """Every leaf is an identifier; keys below say more exactly of which kind."""
        if isinstance(value, dict):
            names = [str(v) for k, v in value.items() if _is_name(k) and isinstance(v, str)]
            for key, inner in value.items():
                folded = keys.fold_key(key)
                if folded in keys.DOB_KEYS and isinstance(inner, str):
                    self._identify(IdentifierKind.DATE, inner)
                elif folded not in keys.AGE_KEYS and folded not in keys.SEX_KEYS:
                    self._identify(keys.IDENTIFIER_KEYS.get(folded, kind), inner)
            if len(names) > 1:
                self.identifiers.append(Identifier(IdentifierKind.NAME, names[0], tuple(names[1:])))
        elif isinstance(value, list):
            for inner in value:
                self._identify(kind, inner)
        elif value is not None and not isinstance(value, bool) and (text := str(value).strip()):
            self.identifiers.append(Identifier(kind, text))
            if kind is IdentifierKind.OTHER:
                self._look_through(text)

    def _look_through_all(self, value: object) -> None:
        if isinstance(value, dict):
            value = list(value.values())
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict | list):
                self._look_through_all(inner)
            elif inner is not None:
                self._look_through(str(inner))

    def _look_through(self, text: str) -> None:
        self.identifiers.extend(identifiers_in(text))

    def _scalar(self, value: object, path: str) -> str:
        if isinstance(value, dict | list):
            raise self._wrong(path)
        return str(value)

    def _wrong(self, path: str) -> InputError:
        return InputError(Code.WRONG_TYPE, f"{self._name}: {path or 'top level'}")


def _join(path: str, key: str) -> str:
    """A path made of keys that this package knows; any other key could be somebody's name."""
    folded = keys.fold_key(key)
    shown = key if folded in _KNOWN else "?"
    return f"{path}.{shown}" if path else shown


def _known() -> Iterable[str]:
    yield from keys.SECTIONS
    yield from keys.IDENTIFIER_KEYS
    yield from keys.TEXT_KEYS
    for group in (keys.PRIVATE_PARTS, keys.PERSON_PARTS, keys.DOB_KEYS, keys.AGE_KEYS, keys.SEX_KEYS, keys.STATUS_KEYS,
                  keys.CODE_KEYS, keys.VALUE_KEYS, keys.UNIT_KEYS, keys.DATE_KEYS, keys.PLAIN_KEYS):  # fmt: skip
        yield from group


_KNOWN = frozenset(_known())


def _is_running_text(text: str) -> bool:
    """Whether an unknown key holds sentences: then they are read like any note, with all the care that notes get."""
    return len(text) >= _LEAST_NOTE and bool(re.search(r"[。\n]|\. ", text))


def _is_name(key: str) -> bool:
    return keys.IDENTIFIER_KEYS.get(keys.fold_key(key)) is IdentifierKind.NAME


def _state_word(folded: str) -> str:
    """A key that itself tells the state of what stands under it."""
    for word in ("past", "stopped", "discontinued", "end", "current", "中止", "既往"):
        if word in folded:
            return word
    return ""
