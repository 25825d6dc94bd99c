"""Presidio with GiNZA as a peer, in a process and an environment of its own. Built only when asked for."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

PLACE = Path.home() / ".cache" / "sekisho-bench" / "presidio"
PACKAGES = ("presidio-analyzer", "ginza", "ja-ginza")

_PROGRAM = """
import json, sys, time
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider
# GiNZA's labels, as Presidio calls such things: without this it finds no name at all.
labels = {"Person": "PERSON", "City": "LOCATION", "Province": "LOCATION", "Country": "LOCATION", "County": "LOCATION",
          "Station": "LOCATION", "Facility_Other": "LOCATION", "Company": "ORGANIZATION", "School": "ORGANIZATION",
          "Organization_Other": "ORGANIZATION", "GOE_Other": "ORGANIZATION", "Corporation_Other": "ORGANIZATION",
          "Date": "DATE_TIME", "Postal_Address": "LOCATION", "Phone_Number": "PHONE_NUMBER", "Email": "EMAIL_ADDRESS"}
settings = {"nlp_engine_name": "spacy", "models": [{"lang_code": "ja", "model_name": "ja_ginza"}],
            "ner_model_configuration": {"model_to_presidio_entity_mapping": labels, "labels_to_ignore": [],
                                        "low_score_entity_names": []}}
nlp = NlpEngineProvider(nlp_configuration=settings).create_engine()
analyzer = AnalyzerEngine(nlp_engine=nlp, supported_languages=["ja"])
def mask(text):
    for found in sorted(analyzer.analyze(text=text, language="ja"), key=lambda r: -r.start):
        text = text[:found.start] + "<" + found.entity_type + ">" + text[found.end:]
    return text
texts = json.load(sys.stdin)
masked = [mask(text) for text in texts[:-20]]
start = time.perf_counter()
for text in texts[-20:]:
    mask(text)
json.dump({"texts": masked, "ms": (time.perf_counter() - start) * 50}, sys.stdout)
"""


@dataclass(frozen=True, slots=True)
class Masked:
    """Masked texts, and the mean time of the last twenty."""

    texts: list[str]
    last_ms: float


def peer(*, build: bool) -> Callable[[Sequence[str]], Masked] | None:
    """A function that masks texts, the last twenty for time only; None where the peer is not there."""
    python = PLACE / "bin" / "python"
    if not python.exists() and not (build and _built(python)):
        return None

    def mask(texts: Sequence[str]) -> Masked:
        done = subprocess.run(
            [str(python), "-c", _PROGRAM], input=json.dumps(list(texts)), capture_output=True, text=True, check=True
        )
        answer = json.loads(done.stdout)
        return Masked(answer["texts"], answer["ms"])

    return mask


def _built(python: Path) -> bool:
    commands = ([sys.executable, "-m", "venv", str(PLACE)], [str(python), "-m", "pip", "install", "--quiet", *PACKAGES])
    return all(subprocess.run(command, check=False).returncode == 0 for command in commands)
