"""`sekisho keys`: the keys of this end of a link, and whom it trusts."""

from __future__ import annotations

from sekisho.cli.context import Context
from sekisho.errors import Code, InputError
from sekisho.link.keyring import Keyring, load_keyring, read_public, save_keyring
from sekisho.wording import Wording


def run(context: Context) -> int:
    """Make, show or change the keyring; always end by showing it."""
    options, path = context.options, context.settings.keyring
    if options.action == "init":
        if path.exists():
            raise InputError(Code.BAD_KEYS, str(path))
        ring = Keyring.new()
    else:
        ring = load_keyring(path)
        if options.action == "show":
            _show(ring, context.words)
            return 0
        ring = _changed(ring, context)
    save_keyring(ring, path)
    _show(ring, context.words)
    return 0


def _changed(ring: Keyring, context: Context) -> Keyring:
    options = context.options
    if options.action == "trust":
        return ring.trusting(read_public(options.key))
    if options.action == "distrust":
        return ring.distrusting(options.fingerprint)
    if options.switch:
        return ring.switched()
    return ring.retired() if options.retire else ring.with_next()


def _show(ring: Keyring, words: Wording) -> None:
    for key in ring.own:
        state = words.text(f"keys.{key.state.value}")
        print(words.text("keys.own", state=state, fingerprint=key.public.fingerprint, public=key.public.text))
    for trusted in ring.trusted:
        print(words.text("keys.trusted", fingerprint=trusted.fingerprint))
    if not ring.trusted:
        print(words.text("keys.nobody"))
