"""Errors as codes from one closed tree. No error ever carries text of a record.

    SekishoError
    ├── InputError     exit 2   what was given cannot be read: a file, an argument, a setting
    ├── Refused        exit 3   the checkpoint (or something before it) lets nothing out
    └── SetupError     exit 4   the machine is not ready: a port, a missing extra, a folder

`str(error)` is the code and, for an `InputError`, the place (file name, line or field). Sentences for people, with
the fix, are in `sekisho.wording`, one for each code in Japanese and English.
"""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """Every outcome that is not a disclosure. The value is what a user, a log or the cloud may see."""

    # What was given cannot be read
    FILE_MISSING = "file_missing"
    FILE_UNREADABLE = "file_unreadable"
    FILE_TOO_LARGE = "file_too_large"
    FILE_OUTSIDE_FOLDER = "file_outside_folder"
    FILE_EMPTY = "file_empty"
    BAD_ENCODING = "bad_encoding"
    BAD_JSON = "bad_json"
    TOO_DEEP = "too_deep"
    WRONG_TYPE = "wrong_type"
    NOT_A_RECORD = "not_a_record"
    SEVERAL_RECORDS = "several_records"
    FOLDER_MISSING = "folder_missing"
    CASE_UNKNOWN = "case_unknown"
    CASE_REQUIRED = "case_required"
    NO_CASES = "no_cases"
    BAD_SYMPTOMS = "bad_symptoms"
    BAD_ARGUMENTS = "bad_arguments"
    BAD_SETTING = "bad_setting"
    BAD_POLICY = "bad_policy"
    BAD_TOKEN = "bad_token"  # noqa: S105 - a code, not a secret

    BAD_MAP = "bad_map"
    BAD_MASTER = "bad_master"
    BAD_MASTER_ENCODING = "bad_master_encoding"
    IMPORT_UNKNOWN = "import_unknown"

    # Nothing leaves
    BAD_SHAPE = "bad_shape"
    TOO_LARGE = "too_large"
    UNKNOWN_TERM = "unknown_term"
    UNKNOWN_TEMPLATE = "unknown_template"
    UNSUPPORTED_FACT = "unsupported_fact"
    UNKNOWN_RELATION = "unknown_relation"
    NOT_CANONICAL = "not_canonical"
    NOT_IN_GRAMMAR = "not_in_grammar"
    IDENTIFIER_FOUND = "identifier_found"
    POLICY = "policy"
    LEDGER_UNAVAILABLE = "ledger_unavailable"
    DEADLINE = "deadline"
    BUSY = "busy"
    INTERNAL = "internal"
    UNAPPROVED_OUTGOING = "unapproved_outgoing"

    # The machine is not ready
    PORT_IN_USE = "port_in_use"
    STATE_UNUSABLE = "state_unusable"
    EXTRA_MISSING = "extra_missing"
    SERVER_UNREACHABLE = "server_unreachable"
    SERVER_DENIED = "server_denied"
    TOOL_MISSING = "tool_missing"
    VOCABULARY_BROKEN = "vocabulary_broken"
    LEDGER_DAMAGED = "ledger_damaged"
    IMPORT_BUSY = "import_busy"
    IMPORT_FAILED = "import_failed"
    IMPORT_DAMAGED = "import_damaged"


class SekishoError(Exception):
    """Base of all errors of this package. `exit_status` is the process exit status it maps to."""

    exit_status = 1

    def __init__(self, code: Code) -> None:
        super().__init__(code.value)
        self.code = code


class InputError(SekishoError):
    """Something given cannot be read.

    `place` names where, for the operator: a file name and a line (`karte.json:12`), or a field path
    (`karte.json: medical_history[2].condition`). It is made of a file's name and of JSON keys that this package
    knows, never of a value, and it never goes to the cloud.
    """

    exit_status = 2

    def __init__(self, code: Code, place: str = "") -> None:
        super().__init__(code)
        self.place = place

    def __str__(self) -> str:
        return f"{self.code.value} ({self.place})" if self.place else self.code.value


class Refused(SekishoError):
    """Nothing leaves, and this fixed code is all that is said about why."""

    exit_status = 3


class SetupError(SekishoError):
    """The machine is not ready. `place` names what: a port, a folder, an extra."""

    exit_status = 4

    def __init__(self, code: Code, place: str = "") -> None:
        super().__init__(code)
        self.place = place
