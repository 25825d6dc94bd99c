"""What people wrote, wherever a FHIR bundle keeps it: narratives, sections, attached and referred documents."""

# ruff: noqa: E501 - tables with wide letters, a row a line

from __future__ import annotations

import base64
import time
from pathlib import Path
from typing import Any

import pytest
from tests.records.reading import CANARY, TODAY, bundle, coded, read, texts, write

from sekisho.local.records import reader
from sekisho.local.records.fhir_attachments import MAX_CHARACTERS
from sekisho.local.records.fhir_markup import plain_text
from sekisho.local.records.reader import read_record

XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'


def encoded(text: str, encoding: str = "utf-8") -> str:
    return base64.b64encode(text.encode(encoding)).decode()


def document(data: str = "", kind: str = "text/plain", **more: Any) -> dict[str, Any]:
    attachment = {"contentType": kind, **({"data": data} if data else {}), **more.pop("attachment", {})}
    return {"resourceType": "DocumentReference", "status": "current", "content": [{"attachment": attachment}], **more}


def narrative(kind: str, made: str, text: str = "喘息あり", **more: Any) -> dict[str, Any]:
    return {"resourceType": kind, "text": {"status": made, "div": f"<div {XHTML}>{text}</div>"}, **more}


MARKUP = [
    ("<p>咳が続く。<br/>熱はない。</p><p>経過良好</p>", "咳が続く。\n熱はない。\n経過良好"),
    ("<p>no history\n     of asthma</p>", "no history of asthma"),
    ("既往: 喘息\n内服: なし", "既往: 喘息\n内服: なし"),
    ("<ul><li>喘息</li><li>痛風</li></ul>", "喘息\n痛風"),
    ("<table><tr><td>TSH</td><td>0.01</td></tr><tr><td>FT4</td><td>2.5</td></tr></table>", "TSH  0.01\nFT4  2.5"),
    ("<p>BP &lt;120 &amp; stable&nbsp;&eacute;</p>", "BP <120 & stable é"),
    ("<p>a</p><pre>1\n2</pre>", "a\n1\n2"),
    ("<p>喘息</p><script>alert('痛風')</script><style>p{}</style><!-- 痛風 -->", "喘息"),
    ("<p>喘息<br>痛風<p>発熱", "喘息\n痛風\n発熱"),
    ("<p>喘息 < 痛風 & 発熱", "喘息 < 痛風 & 発熱"),
    ("<p>喘息<script>痛風</script><br>発熱<!-- x -->", "喘息\n発熱"),
    ("<p>喘息</p><p>\ud83d痛風</p>", "喘息\n\ud83d痛風"),
    ("", ""),
]


@pytest.mark.parametrize(("markup", "text"), MARKUP, ids=range(len(MARKUP)))
def test_markup_is_read_as_a_person_sees_it(markup: str, text: str) -> None:
    assert plain_text(f"<div {XHTML}>{markup}</div>") == text
    assert plain_text(markup) == text


@pytest.mark.parametrize(
    "entity", ['<!ENTITY a "痛風">', '<!ENTITY a SYSTEM "file:///etc/hostname">', '<!ENTITY a "x"><!ENTITY b "&a;&a;">']
)
def test_no_entity_of_a_document_is_followed(entity: str) -> None:
    text = plain_text(f"<!DOCTYPE div [{entity}]><div>喘息 &a; &b;</div>")
    assert "喘息" in text
    assert "&a;" in text
    assert "痛風" not in text


@pytest.mark.parametrize(
    "piece", ["<", "<a ", "<!--", "<?", "<![CDATA[", '<a b="', "&", "&#", "<div>", " ", "\n", "<script>", "a"]
)
def test_the_time_for_hostile_markup_grows_as_the_text(piece: str) -> None:
    start = time.process_time()
    plain_text("<" + piece * (MAX_CHARACTERS // len(piece)))
    assert time.process_time() - start < 10  # one that tries every way of reading it takes hours


NARRATIVES = [
    (narrative("Condition", "generated", code=coded("Gout")), []),
    (narrative("Condition", "additional", code=coded("Gout")), ["喘息あり"]),
    (narrative("Condition", "additional", code=coded("Gout"), verificationStatus=coded("", "refuted")), []),
    (narrative("DiagnosticReport", "additional"), ["喘息あり"]),
    (narrative("DiagnosticReport", "generated"), ["喘息あり"]),
    (narrative("DiagnosticReport", "generated", result=[{"reference": "Observation/1"}]), []),
    (narrative("DiagnosticReport", "extensions", result=[{"reference": "Observation/1"}]), ["喘息あり"]),
    (narrative("DiagnosticReport", "additional", status="cancelled"), []),
    (narrative("Composition", "empty"), []),
    (narrative("Composition", "generated", section=[{"title": "既往歴", "text": {"div": "<div>喘息</div>"}}]), ["【既往歴】\n喘息"]),
    (narrative("Composition", "generated", section=[{"code": {"text": "既往歴"}, "text": {"div": "<div>喘息</div>"}}]), ["【既往歴】\n喘息"]),
    (narrative("Composition", "generated", section=[{"text": {"div": "<div>喘息</div>"}}]), ["喘息"]),
    (narrative("Composition", "generated", section=[{"section": [{"title": "経過", "text": {"div": "<p>喘息</p>"}}]}]), ["【経過】\n喘息"]),
    ({"resourceType": "DiagnosticReport", "status": "final", "conclusion": "肺炎像"}, ["肺炎像"]),
    ({"resourceType": "ClinicalImpression", "status": "completed", "summary": "肺炎"}, ["肺炎"]),
    ({"resourceType": "Communication", "status": "completed", "payload": [{"contentString": "喘息あり"}]}, ["喘息あり"]),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "expected"), NARRATIVES, ids=range(len(NARRATIVES)))
def test_a_narrative_is_read_where_it_says_something_of_its_own(
    tmp_path: Path, resource: dict[str, Any], expected: list[str]
) -> None:
    assert texts(read(tmp_path, bundle(resource)), "note") == expected


ATTACHED: list[tuple[dict[str, Any], list[str], int]] = [
    (document(encoded("喘息あり")), ["喘息あり"], 0),
    (document(encoded("喘息あり", "cp932"), "text/plain; charset=Shift_JIS"), ["喘息あり"], 0),
    (document(encoded("喘息あり", "euc_jp"), 'text/plain;charset="EUC-JP"'), ["喘息あり"], 0),
    (document(encoded("喘息あり", "iso2022_jp"), "text/plain; charset=iso-2022-jp"), ["喘息あり"], 0),
    (document(encoded("<p>喘息<br>あり</p>"), "text/html; charset=UTF-8"), ["喘息\nあり"], 0),
    (document(encoded(f"<div {XHTML}>喘息</div>"), "application/xhtml+xml"), ["喘息"], 0),
    (document(encoded("喘息あり", "cp932")), [], 1),
    (document(encoded("喘息あり"), "text/plain; charset=x-hospital"), [], 1),
    (document("5ZaY5Z", "text/plain"), [], 1),
    (document(encoded("喘息"), "application/pdf"), [], 1),
    (document(encoded("{\\rtf1 喘息}"), "text/rtf"), [], 1),
    (document(encoded("喘息\0")), [], 1),
    (document(encoded("あ" * (MAX_CHARACTERS + 1))), [], 1),
    (document(encoded("喘息あり"), status="superseded"), [], 1),
    (document(encoded("喘息あり"), docStatus="entered-in-error"), [], 1),
    (document(attachment={"url": "https://elsewhere.example/1"}), [], 1),
    ({"resourceType": "DiagnosticReport", "status": "final", "presentedForm": [{"contentType": "text/plain", "data": encoded("肺炎像")}]}, ["肺炎像"], 0),
    ({"resourceType": "DiagnosticReport", "status": "entered-in-error", "presentedForm": [{"contentType": "text/plain", "data": encoded("肺炎像")}]}, [], 1),
    ({"resourceType": "DiagnosticReport", "status": "final", "conclusion": "肺炎", "presentedForm": [{"contentType": "application/pdf", "data": "AAAA"}]}, ["肺炎"], 1),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "expected", "unread"), ATTACHED, ids=range(len(ATTACHED)))
def test_an_attached_document_is_read_or_counted(
    tmp_path: Path, resource: dict[str, Any], expected: list[str], unread: int
) -> None:
    record = read(tmp_path, bundle(resource))
    assert (texts(record, "note"), record.unread) == (expected, unread)


BINARY = {"resourceType": "Binary", "id": "b1", "contentType": "text/plain", "data": encoded("喘息あり")}


@pytest.mark.parametrize("url", ["Binary/b1", "urn:uuid:77", "https://a.example/fhir/Binary/b1"])
@pytest.mark.parametrize("large", [False, True])
def test_a_document_that_stands_elsewhere_in_the_bundle_is_read_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str, large: bool
) -> None:
    if large:
        monkeypatch.setattr(reader, "MAX_BYTES", 0)
    named = document(attachment={"url": url})
    path = write(tmp_path, bundle(named, {"fullUrl": "urn:uuid:77", "resource": BINARY}, named))
    record = read_record(path, TODAY)
    assert [(item.text, item.path) for item in record.items] == [("喘息あり", "entry[2]")]
    assert record.unread == 0


@pytest.mark.parametrize(
    "resources",
    [
        [BINARY],
        [BINARY, document(attachment={"url": "Binary/b1"}, status="superseded")],
        [{**BINARY, "contentType": "image/png"}, document(attachment={"url": "Binary/b1"})],
        [document(attachment={"url": "Binary/b1"}, contained=[BINARY])],
        [document(attachment={"url": "#b1"}, contained=[{**BINARY, "contentType": "application/pdf"}])],
    ],
)
def test_a_document_that_nothing_valid_names_is_not_read(tmp_path: Path, resources: list[dict[str, Any]]) -> None:
    record = read(tmp_path, bundle(*resources))
    assert record.items == ()
    assert record.unread >= 1


def test_a_contained_document_is_read_by_what_contains_it(tmp_path: Path) -> None:
    record = read(tmp_path, bundle(document(attachment={"url": "#b1"}, contained=[BINARY])))
    assert (texts(record, "note"), record.unread) == (["喘息あり"], 0)


def test_nothing_of_a_document_stands_in_a_place(tmp_path: Path) -> None:
    record = read(tmp_path, bundle({**document(encoded(CANARY)), CANARY: [{CANARY: f"{CANARY} だった。" * 5}]}))
    assert len(record.items) == 2
    assert all(CANARY not in item.path for item in record.items)
