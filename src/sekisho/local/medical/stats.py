"""What the vocabulary holds, in numbers. `docs/VOCABULARY_STATS.md` is made from them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sekisho.local.medical.fallback_words import fallback_data
from sekisho.local.medical.tables import COLUMNS, Row, files_of, listed, rows

#: Kind of term -> its table.
TABLES = {
    "condition": "conditions",
    "class": "medicine_classes",
    "medicine": "medicines",
    "allergen": "allergens",
    "lab": "labs/labs.tsv",
    "vital": "labs/vitals.tsv",
    "symptom": "symptoms",
    "lifestyle": "lifestyle",
    "effect": "relations/effects.tsv",
}
_SYNONYMS = ("synonyms_ja", "synonyms_en", "synonyms", "brands")


@dataclass(frozen=True, slots=True)
class KindStats:
    """Counts of one kind of term. `roots` are rows without a parent, where rows of the kind have parents."""

    terms: int
    roots: int
    rare: int
    synonyms: int
    files: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts of everything that is shipped."""

    kinds: dict[str, KindStats]
    relations: dict[str, int]
    templates: int
    stems: int
    fallback_heads: int
    fallback_places: int
    allergen_groups: int

    def as_plain(self) -> dict[str, object]:
        """As plain data, for JSON."""
        kinds = {
            name: {"terms": k.terms, "roots": k.roots, "rare": k.rare, "synonyms": k.synonyms, "files": k.files}
            for name, k in self.kinds.items()
        }
        fallback = {
            "stems": self.stems,
            "heads": self.fallback_heads,
            "places": self.fallback_places,
            "allergen_groups": self.allergen_groups,
        }
        return {"kinds": kinds, "relations": self.relations, "templates": self.templates, "fallback": fallback}


def vocabulary_stats() -> Stats:
    """Count the data files.

    Raises:
        SetupError: `vocabulary_broken` with the file and line.
    """
    data = fallback_data()
    classes = list(rows("medicine_classes"))
    return Stats(
        kinds={kind: _of_table(table) for kind, table in TABLES.items()},
        relations=dict(sorted(Counter(row["kind"] for row in rows("relations")).items())),
        templates=len(list(rows("closed/templates.tsv"))),
        stems=sum(len(listed(row[column])) for row in classes for column in ("stems_ja", "stems_en")),
        fallback_heads=len(data["condition"]["head"]),
        fallback_places=len(data["condition"]["place"]),
        allergen_groups=len(data["allergen"]["group"]),
    )


def _of_table(table: str) -> KindStats:
    by_file = {name: list(found) for name, found in files_of(table)}
    everything: list[Row] = [row for found in by_file.values() for row in found]
    has_parents = "parent" in COLUMNS[table]
    return KindStats(
        terms=len(everything),
        roots=sum(not row["parent"] for row in everything) if has_parents else 0,
        rare=sum(row.get("frequency") == "rare" for row in everything),
        synonyms=sum(len(listed(row.get(column, ""))) for row in everything for column in _SYNONYMS),
        files={name: len(found) for name, found in by_file.items()},
    )


def as_markdown(stats: Stats) -> str:
    """The page docs/VOCABULARY_STATS.md."""
    lines = [
        "# The vocabulary in numbers",
        "",
        "Made from the data files by `sekisho vocabulary stats --markdown`; a test fails when it is not current.",
        "",
        "| kind | terms | roots | rare | synonyms |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [f"| {name} | {k.terms} | {k.roots} | {k.rare} | {k.synonyms} |" for name, k in stats.kinds.items()]
    lines += ["", "| relation | rows |", "|---|---:|"]
    lines += [f"| {name} | {count} |" for name, count in stats.relations.items()]
    lines += ["", "| what else | count |", "|---|---:|", f"| templates | {stats.templates} |"]
    lines += [f"| stems of medicine classes | {stats.stems} |"]
    lines += [f"| head nouns of conditions | {stats.fallback_heads} |"]
    lines += [f"| places of the body | {stats.fallback_places} |"]
    lines += [f"| groups of allergens | {stats.allergen_groups} |", "", "| file | rows |", "|---|---:|"]
    lines += [f"| {name} | {count} |" for k in stats.kinds.values() for name, count in k.files.items()]
    return "\n".join(lines) + "\n"
