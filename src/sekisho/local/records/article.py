"""Records in the article's shape: a JSON object with a `patient` part and medical sections, read liberally.

Strings, objects and lists of either are taken for any section; nulls and missing parts are nothing. A wrong type is
an error that names the field. Everything is followed at any depth, so a section may stand inside the patient part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from enum import Enum, auto

from sekisho.checkpoint.identifier import Identifier, IdentifierKind
from sekisho.errors import Code, InputError
from sekisho.local.records import keys
from sekisho.local.records.free_text import identifiers_in
from sekisho.local.records.json_file import JsonFile
from sekisho.local.records.people import read_age, read_date, read_sex
from sekisho.local.records.record import Item, Record, Section, years_between
from sekisho.local.records.results import results_in
from sekisho.local.records.states import state_of_part, state_told

#: What only stands in a prescription.
_DOSE = re.compile(r"\d\s?(?:mg|mcg|μg|mL|錠|カプセル|包|吸入|滴|枚)(?![A-Za-z])|分[123](?!\d)|1日\d回|\d[TC]\d?[x×]")
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
    reader = _Reader(file.name, today)
    reader.part(file.content, "")
    born = reader.born if reader.born and reader.born <= today else None
    return Record(
        digest=file.digest,
        age=years_between(born, today) if born else reader.age,
        sex=reader.sex,
        identifiers=tuple(dict.fromkeys(reader.identifiers)),
        items=tuple(reader.items),
        unread=reader.unread,
        age_at=reader.born_at if born else reader.age_at,
        sex_at=reader.sex_at,
    )


class _Within(Enum):
    """What a part stands in: it decides whether an age is the person's, and whose a disease is."""

    RECORD = auto()
    PERSON = auto()
    ENTRY = auto()
    RELATIVE = auto()


class _Reader:
    """Walks one record once and collects what it finds."""

    def __init__(self, name: str, today: date) -> None:
        self._name = name
        self._today = today
        self._persons: dict[str, object] = {}
        self.items: list[Item] = []
        self.identifiers: list[Identifier] = []
        self.unread = 0
        self.born: date | None = None
        self.age: int | None = None
        self.sex = ""
        self.born_at = self.age_at = self.sex_at = ""

    def part(self, value: object, path: str, within: _Within = _Within.RECORD) -> None:
        """A part that is not an entry: the whole record, the patient, something unknown."""
        if isinstance(value, list):
            for i, inner in enumerate(value):
                self.part(inner, f"{path}[{i}]", within)
        elif isinstance(value, dict):
            for key, inner in value.items():
                self._keyed(key, inner, _join(path, key), within)
        elif value is not None:
            if within is _Within.PERSON:
                self._identify(IdentifierKind.OTHER, value)
            elif isinstance(value, str) and _is_running_text(value):
                self._text(Section.NOTE, value, path, "")
            else:
                self.unread += 1
                self._look_through(str(value))

    def _keyed(self, original: str, value: object, path: str, within: _Within) -> None:
        key = keys.fold_key(original)
        if value is None:
            return
        if key in keys.DOB_KEYS or key in keys.AGE_KEYS or key in keys.SEX_KEYS:
            self._of_person(key, value, path, within)
        elif key in keys.PERSON_PARTS:
            self._person(key, value, path)
        elif key in keys.SECTIONS:
            section = Section.FAMILY if within is _Within.RELATIVE else keys.SECTIONS[key]
            if section is Section.LIFESTYLE and not isinstance(value, dict | list):
                self._pairs(section, {original: value}, path.rpartition(".")[0], "")
            else:
                self._section(section, value, path)
        elif key in keys.IDENTIFIER_KEYS or key in keys.PRIVATE_PARTS:
            self._identify(keys.IDENTIFIER_KEYS.get(key, IdentifierKind.OTHER), value)
        elif key in keys.PLAIN_KEYS or key in keys.DATE_KEYS:
            self._look_through_all(value)
        else:
            self.part(value, path, within)

    def _of_person(self, key: str, value: object, path: str, within: _Within) -> None:
        """Date of birth, age, sex. Within an entry they are somebody else's, or the age at which it began."""
        said = self._scalar(value, path)
        own = within in (_Within.RECORD, _Within.PERSON)
        if key in keys.DOB_KEYS:
            self._identify(IdentifierKind.DATE, value)
            if own and (born := read_date(said)):
                self.born, self.born_at = born, path
        elif own and key in keys.AGE_KEYS:
            if (age := read_age(said)) is not None:
                self.age, self.age_at = age, path
        elif own and (sex := read_sex(said)):
            self.sex, self.sex_at = sex, path

    def _person(self, key: str, value: object, path: str) -> None:
        """The part about the person. Two of them are two people, unless they say the same."""
        if isinstance(value, str):
            self._identify(IdentifierKind.NAME, value)
            return
        if not isinstance(value, dict | list):
            raise self._wrong(path)
        people = [p for p in value if isinstance(p, dict)] if isinstance(value, list) else [value]
        if any(self._persons.setdefault(key, person) != person for person in people):
            raise InputError(Code.SEVERAL_RECORDS, f"{self._name}: {path}")
        self.part(value, path, _Within.PERSON)

    def _section(self, section: Section, value: object, path: str, status: str = "", when: str = "") -> None:
        if isinstance(value, list):
            for i, inner in enumerate(value):
                self._section(section, inner, f"{path}[{i}]", status, when)
        elif isinstance(value, dict):
            if section is not Section.NOTE and any(keys.fold_key(key) in keys.TEXT_KEYS for key in value):
                self._entry(section, value, path, status, when)
            else:
                self._pairs(section, value, path, status, when)
        elif isinstance(value, str):
            self._text(section, value, path, status, when)
        elif value is not None and not (section is Section.LIFESTYLE or isinstance(value, bool)):
            raise self._wrong(path)

    def _pairs(self, section: Section, entry: dict[str, object], path: str, status: str, when: str = "") -> None:
        """`{"TSH": 0.01, "FreeT4": 2.5}`, `{"smoking": "none"}`, `{"penicillin": "rash"}`, `{"past": [...]}`."""
        within = _within(section)
        for key, inner in entry.items():
            folded, where = keys.fold_key(key), _join(path, key)
            if inner is None:
                continue
            if folded in keys.DATE_KEYS and not isinstance(inner, dict | list):
                when = _iso(inner) or when
                self._look_through(str(inner))
            elif folded in keys.PRIVATE_PARTS or (folded in keys.IDENTIFIER_KEYS and folded not in _TITLES):
                self._keyed(key, inner, where, within)
            elif section in (Section.LAB, Section.VITAL):
                self._result(section, key, inner, where, status, when)
            elif isinstance(inner, dict | list):
                own = section in (Section.FAMILY, Section.NOTE)
                narrower = section if own else keys.SECTIONS.get(folded, section)
                self._section(narrower, inner, where, status or state_of_part(folded))
            elif folded in keys.PLAIN_KEYS and section is not Section.LIFESTYLE:
                self._look_through(str(inner))
            elif section is Section.NOTE:
                self._text(section, str(inner), where, status)
            else:
                said = "yes" if inner is True else "no" if inner is False else str(inner)
                self._text(section, f"{key}: {said}", where, status)

    def _result(self, section: Section, name: str, value: object, path: str, status: str, when: str) -> None:
        """One test by its name: a value, an object with one, a list of either, or a group of tests."""
        if isinstance(value, list):
            for i, inner in enumerate(value):
                self._result(section, name, inner, f"{path}[{i}]", status, when)
        elif isinstance(value, dict):
            if any(keys.fold_key(key) in keys.VALUE_KEYS for key in value):
                self._entry(section, {"name": name, **value}, path, status, when)
            else:
                self._section(section, value, path, status, _iso(name) or when)
        elif value is not None:
            self._add(Item(section, name, path, value=str(value), when=when))
            self._look_through(str(value))

    def _entry(self, section: Section, entry: dict[str, object], path: str, status: str, when: str = "") -> None:
        """One entry as an object: its text, state, codes, value; what else is in it is read on its own."""
        folded = {keys.fold_key(key): key for key in entry}
        chosen = [key for key in keys.TEXT_KEYS if key in folded and entry[folded[key]] not in (None, "")]
        if section is Section.FAMILY and len(chosen) > 1 and "name" in chosen:
            chosen.remove("name")  # with a disease beside it, the name is the relative's
        texts: list[tuple[str, str]] = []
        states, codes, value, unit, remarks = [status], [], "", "", []
        for key, original in folded.items():
            inner, where = entry[original], _join(path, original)
            if inner is None:
                continue
            if key in chosen:
                if isinstance(inner, dict | list):
                    self._section(section, inner, where, status, when)
                else:
                    texts.append((key, str(inner)))
            elif key in keys.STATUS_KEYS and not isinstance(inner, dict | list):
                states.append(state_told(key, inner, self._today))  # type: ignore[arg-type]
                self._look_through(str(inner))
            elif key in keys.CODE_KEYS and not isinstance(inner, dict | list):
                codes.append(f"{key}|{inner}")
            elif key in keys.VALUE_KEYS:
                value = self._scalar(inner, where)
            elif key in keys.UNIT_KEYS:
                unit = self._scalar(inner, where)
            elif key in keys.DATE_KEYS:
                when = (_iso(inner) if not isinstance(inner, dict | list) else "") or when
                self._look_through_all(inner)
            else:
                if key in keys.REMARK_KEYS and isinstance(inner, str):
                    remarks.append(inner)
                self._keyed(original, inner, where, _within(section))
        texts.sort(key=lambda pair: chosen.index(pair[0]))
        state = " ".join(s.strip() for s in states if s.strip())
        for i, (key, text) in enumerate(texts):
            if i == 0 and (value or section not in (Section.LAB, Section.VITAL)):
                self._add_lines(Item(section, text, path, state, tuple(codes), value, unit, when, " ".join(remarks)))
            elif i == 0 or (section in _LISTS and key not in _PROSE):
                self._text(section, text, path, state, when)
            elif section in _LISTS:
                self._text(Section.NOTE, text, path, "")
            self._look_through(text)

    def _text(self, section: Section, text: str, path: str, status: str, when: str = "") -> None:
        self._look_through(text)
        if section in (Section.LAB, Section.VITAL):
            for name, value, day in results_in(text):
                self._add(Item(section, name, path, status, value=value, when=day or when))
        elif text.strip():
            self._add_lines(Item(section, text, path, status))

    def _add_lines(self, item: Item) -> None:
        """Lines of a list are entries of their own; a note stays whole."""
        lines = [item.text] if item.section is Section.NOTE else [t for t in item.text.splitlines() if t.strip()]
        for line in lines:
            self._add(replace(item, text=line))

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
                elif folded in keys.MEDICAL_KEYS:
                    self.unread += 1  # somebody else's disease: no name, and no fact about the person
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
    """Whether an unknown key holds sentences or prescriptions: they are read like any note, with all its care."""
    return bool(_DOSE.search(text)) or (len(text) >= _LEAST_NOTE and bool(re.search(r"[。\n]|\. ", text)))


def _is_name(key: str) -> bool:
    return keys.IDENTIFIER_KEYS.get(keys.fold_key(key)) is IdentifierKind.NAME


def _within(section: Section) -> _Within:
    return _Within.RELATIVE if section is Section.FAMILY else _Within.ENTRY


def _iso(value: object) -> str:
    day = read_date(str(value))
    return day.isoformat() if day else ""


#: Sections whose entries may have several names for what they list.
_LISTS = (Section.ALLERGY, Section.MEDICINE, Section.CONDITION)
#: Keys whose text is sentences rather than a name.
_PROSE = frozenset({"description", "内容"})
#: What is an identifier beside a person's name, and a heading in a section.
_TITLES = frozenset({"title"})
