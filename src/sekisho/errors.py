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
    BAD_LINK = "bad_link"
    BAD_KEYS = "bad_keys"
    KEY_IN_FILE = "key_in_file"
    APP_EXPOSED = "app_exposed"

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
    UNSIGNED_RESULT = "unsigned_result"
    NO_WORKER = "no_worker"
    BAD_FRAME = "bad_frame"
    NOT_TRUSTED = "not_trusted"
    OUTSIDE_WINDOW = "outside_window"
    INTERRUPTED = "interrupted"
    POISON = "poison"
    NOT_APPROVED = "not_approved"
    APPROVAL_LATE = "approval_late"
    CANCELLED = "cancelled"

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
    LINK_DOWN = "link_down"
    LINK_DENIED = "link_denied"
    LINK_UNTRUSTED = "link_untrusted"
    LINK_PROXY_REFUSED = "link_proxy_refused"
    KEYS_MISSING = "keys_missing"
    TUNNEL_MISSING = "tunnel_missing"
    TUNNEL_NOT_SIGNED_IN = "tunnel_not_signed_in"
    TUNNEL_UNGUARDED = "tunnel_unguarded"
    TUNNEL_FAILED = "tunnel_failed"
    IMPORT_FAILED = "import_failed"
    IMPORT_DAMAGED = "import_damaged"
    CLOUD_NOT_SIGNED_IN = "cloud_not_signed_in"
    CLOUD_KEY_MISSING = "cloud_key_missing"
    CLOUD_KEY_WRONG = "cloud_key_wrong"
    CLOUD_DENIED = "cloud_denied"
    CLOUD_ENDPOINT_WRONG = "cloud_endpoint_wrong"
    CLOUD_MODEL_UNKNOWN = "cloud_model_unknown"
    CLOUD_QUOTA = "cloud_quota"
    CLOUD_FILTERED = "cloud_filtered"
    CLOUD_UNREACHABLE = "cloud_unreachable"
    CLOUD_TIMEOUT = "cloud_timeout"
    CLOUD_REJECTED = "cloud_rejected"
    CLOUD_FAILED = "cloud_failed"
    MODEL_UNREACHABLE = "model_unreachable"
    MODEL_MISSING = "model_missing"
    MODEL_TIMEOUT = "model_timeout"
    MODEL_INVALID = "model_invalid"
    MODEL_CUT = "model_cut"
    MODEL_TOO_LARGE = "model_too_large"
    MODEL_NOT_LOCAL = "model_not_local"
    MODEL_BUSY = "model_busy"
    MODEL_UNSUPPORTED = "model_unsupported"
    MODEL_NOT_DOWNLOADED = "model_not_downloaded"
    MODEL_NO_CATALOGUE = "model_no_catalogue"
    MODEL_DOWNLOAD = "model_download"


class SekishoError(Exception):
    """Base of all errors of this package. `exit_status` is the process exit status it maps to; `place` is empty where
    there is none to be told."""

    exit_status = 1
    place = ""

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
