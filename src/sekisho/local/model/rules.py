"""The embedded default: rules, not a language model. It takes the domain's own opinion of what bears on what."""

from __future__ import annotations

from sekisho.local.model.protocol import Bearing, Call, Choice, Offer


class Rules:
    """Chooses at once what the domain's tables relate to the symptoms: body systems, risks, side effects."""

    name = "rules"

    def choose(self, offer: Offer, call: Call | None = None) -> Choice:  # noqa: ARG002 - rules need nothing of the call
        """Every fact with a bearing, in its role."""
        return Choice(
            history=frozenset(f.id for f in offer.facts if Bearing.HISTORY in f.bearing),
            risks=frozenset(f.id for f in offer.facts if Bearing.RISK in f.bearing),
        )
