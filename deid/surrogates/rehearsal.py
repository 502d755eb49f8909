"""A rehearsal: everything that will be written is gone through once, so that the cast knows all it must avoid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Protocol

from deid.errors import KeyFileError
from deid.keys import NO_KEY, Key
from deid.surrogates.cast import Cast, forms_of
from deid.surrogates.casting import Bid, Casting, Roles, named_owner, salt_of
from deid.surrogates.kinds import PERSON
from deid.surrogates.notes import Notes, Short
from deid.surrogates.part import Mention, Part, Style
from deid.surrogates.scene import Scene, Turns


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
        self._short: set[Short] = set()

    def play(self, mention: Mention) -> str | None:
        """Note a mention; nothing is played yet."""
        self._forms.update((mention.form, mention.part.identity))
        self._style(mention.part, mention.style)
        if mention.owner is not None:
            self._forms.add(mention.owner.identity)
            self._owners[mention.part].add(mention.owner)
            self._style(mention.owner, mention.style)
        if mention.short is not None:
            self._short.add(Short(mention.part, *mention.short))
        return None

    def occurs(self, form: str) -> bool:  # noqa: ARG002 the seam's signature
        """Whether the source holds a form: nobody knows yet."""
        return False

    def _style(self, part: Part, style: Style) -> None:
        known = self._styles.setdefault(part, style)
        if style < known:
            self._styles[part] = style

    def notes(self) -> Notes:
        """Return what was noted so far."""
        owners = {part: frozenset(own) for part, own in self._owners.items()}
        return Notes(frozenset(self._forms), dict(self._styles), owners, frozenset(self._short))

    def cast(self, key: Key, earlier: Cast | None = None) -> Cast:
        """Give out the parts. Roles of the `earlier` cast stay; a part for which nothing is left gets none."""
        source, old = frozenset(self._forms), earlier.roles if earlier else {}
        roles = Roles(old)
        casting = Casting(key, source, salt_of(sorted(source)), roles)
        people = {part for part in self._styles if part.kind == PERSON}
        for parts in (people, self._styles.keys() - people):
            turns = sorted((casting.turn(part), part) for part in parts if part not in old)
            casting.fill((turn, self._bid(part, people)) for turn, part in turns)
        barred = frozenset(part for part, drawn in old.items() if not source.isdisjoint(forms_of(part, drawn)))
        return Cast(roles.given, source, barred)

    def _bid(self, part: Part, people: Collection[Part]) -> Bid:
        """Tell whose a part is: who it is beside, everywhere the same one, or whom it names if nobody stands there."""
        if part in self._owners:
            beside = self._owners[part]
            owner = next(iter(beside)) if len(beside) == 1 else None
        else:
            owner = named_owner(part, people.__contains__)
        return Bid(part, self._styles[part], owner)


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
