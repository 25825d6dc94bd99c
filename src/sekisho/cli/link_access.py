"""How the command line gets to a link: the secret from a file, certificates, a proxy."""

from __future__ import annotations

from pathlib import Path

from sekisho.cli.context import Context
from sekisho.errors import Code, InputError
from sekisho.link.open import Access
from sekisho.private_file import others_may_read


def access_from(context: Context) -> Access:
    """What the settings say.

    Raises:
        InputError: `bad_token` when others can read the file, or it cannot be read.
    """
    settings = context.settings
    file = settings.link_token_file
    return Access(_secret(file) if file is not None else None, settings.link_ca, settings.link_proxy or None)


def _secret(path: Path) -> str:
    try:
        if others_may_read(path):
            raise InputError(Code.BAD_TOKEN, str(path))
        return path.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError):
        raise InputError(Code.BAD_TOKEN, str(path)) from None
