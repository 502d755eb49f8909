"""A rehearsal: everything that will be written is gone through once, so that the cast knows all it must avoid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Protocol

import regex

from deid.errors import KeyFileError
from deid.keys import NO_KEY, Key
from deid.surrogates.cast import Cast, forms_of
from deid.surrogates.casting import Casting
from deid.surrogates.handles import Handles, local_part
from deid.surrogates.kinds import KINDS, PERSON
from deid.surrogates.part import Mention, Part, Style
from deid.surrogates.scene import Scene, Turns

_LETTERS = regex.compile(r"\p{L}+")


class Rehearsal:
    """Notes all mentions; `cast` then gives out the parts.

    Parts are taken in an order that only the key knows. Each has its own keyed sequence of candidates and takes the
    first that no other part has, that occurs nowhere in the source, in no form in which it may be written, and that
    shares no word with the original. So with one key the same person mostly gets the same surrogate whatever else is
    in the source, and surely so with the `earlier` cast.
    """

    def __init__(self) -> None:
        self._forms: set[str] = set()
        self._styles: dict[Part, Style] = {}
        self._owners: dict[Part, set[Part]] = defaultdict(set)

    def play(self, mention: Mention) -> str | None:
        """Note a mention; nothing is played yet."""
        self._forms.update((mention.form, mention.part.identity))
        self._style(mention.part, mention.style)
        if mention.owner is not None:
            self._forms.add(mention.owner.identity)
            self._owners[mention.part].add(mention.owner)
            self._style(mention.owner, mention.style)
        return None

    def occurs(self, form: str) -> bool:  # noqa: ARG002 the seam's signature
        """Whether the source holds a form: nobody knows yet."""
        return False

    def _style(self, part: Part, style: Style) -> None:
        known = self._styles.setdefault(part, style)
        if style < known:
            self._styles[part] = style

    def cast(self, key: Key, earlier: Cast | None = None) -> Cast:
        """Give out the parts. Roles of the `earlier` cast stay; a part for which nothing is left gets none."""
        source = frozenset(self._forms)
        casting = Casting(key, source, self._styles, dict(earlier.roles) if earlier else {})
        people = {part for part in self._styles if part.kind == PERSON}
        casting.fill(people, {})
        casting.fill(self._styles.keys() - people, self._owned(people))
        old = earlier.roles if earlier else {}
        barred = frozenset(part for part, drawn in old.items() if not source.isdisjoint(forms_of(part, drawn)))
        return Cast(casting.roles, source, barred)

    def _owned(self, people: Collection[Part]) -> dict[Part, Part]:
        """Return whose each handle is: who it is beside, everywhere the same one, or whom it names in full."""
        owned = {part: next(iter(owners)) for part, owners in self._owners.items() if len(owners) == 1}
        for part in self._styles:
            kind = KINDS.get(part.kind)
            if isinstance(kind, Handles) and part not in self._owners:
                named = _LETTERS.findall(local_part(part.identity, kind.mail))
                both = (Part(PERSON, " ".join(words), part.scope) for words in (named, named[::-1]))
                owner = next((one for one in both if len(named) > 1 and one in people), None)
                if owner is not None:
                    owned[part] = owner
        return owned


class Draft(Protocol):
    """Something that was looked through and can be written, as often as one likes."""

    def write(self, key: Key | None, scene: Scene) -> object:
        """Write it."""
        ...


def set_scene(drafts: Iterable[Draft], key: Key | None, earlier: Cast | None = None) -> Scene:
    """Write drafts for a rehearsal, and return the scene for writing them in earnest, in the same order.

    Raises `KeyFileError` without a key.
    """
    rehearsal, turns = Rehearsal(), Turns()
    for draft in drafts:
        draft.write(key, Scene(rehearsal, turns))
    if key is None:
        raise KeyFileError(NO_KEY)
    return Scene(rehearsal.cast(key, earlier), Turns())
