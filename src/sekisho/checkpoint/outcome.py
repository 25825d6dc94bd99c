"""The two outcomes: a disclosure (the exact bytes that may leave) or a refusal (a code)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NoReturn, final

from sekisho.errors import Code

#: Held by the door alone; without it no `Disclosure` can be made.
_DOOR_KEY: Final = object()


@final
class Disclosure:
    """The exact bytes that the checkpoint approved and wrote into the ledger. Cannot be changed, copied or made
    elsewhere.

    Attributes:
        data: The canonical bytes.
        sequence: The number of its ledger entry.
        withheld: How many statements the policy kept back, by reason. For the operator, never for the cloud.
    """

    __slots__ = ("_data", "_sequence", "_withheld")

    def __init__(self, key: object, data: bytes, sequence: int, withheld: Mapping[str, int]) -> None:
        if key is not _DOOR_KEY:
            raise TypeError("only the checkpoint makes a disclosure")
        object.__setattr__(self, "_data", data)
        object.__setattr__(self, "_sequence", sequence)
        object.__setattr__(self, "_withheld", MappingProxyType(dict(withheld)))

    @property
    def data(self) -> bytes:
        return self._data  # type: ignore[attr-defined, no-any-return]

    @property
    def sequence(self) -> int:
        return self._sequence  # type: ignore[attr-defined, no-any-return]

    @property
    def withheld(self) -> Mapping[str, int]:
        return self._withheld  # type: ignore[attr-defined, no-any-return]

    @property
    def sha256(self) -> str:
        """Digest of the bytes, in hex."""
        return hashlib.sha256(self.data).hexdigest()

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a disclosure does not change")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a disclosure does not change")

    def __init_subclass__(cls) -> NoReturn:
        raise TypeError("a disclosure has no other kinds")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a disclosure is not copied; send its bytes")

    def __repr__(self) -> str:
        return f"<Disclosure {len(self.data)} bytes, ledger entry {self.sequence}>"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing leaves. The code is all that is said."""

    code: Code


Outcome = Disclosure | Refusal
