"""Somebody else: a realistic value of the same kind, format and place in the story."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from deid.keys import Key
from deid.operators.generalise import Generalise
from deid.operators.operator import Context
from deid.operators.shift import Shift
from deid.surrogates.handles import Handles, local_part, owned
from deid.surrogates.kind import Kind
from deid.surrogates.kinds import DATES, KINDS, PERSON, kind_name
from deid.surrogates.name import read_name
from deid.surrogates.part import CORPUS, Mention, Part, Style
from deid.surrogates.player import Player, play_name
from deid.surrogates.rehearsal import Rehearsal
from deid.surrogates.scene import Scene, Stage
from deid.surrogates.words import KNOWN, LOCALES

_STRATEGIES = ("consistent", "random", "markov")
_SCOPES = ("key", "corpus", "document")
_COIN = "surrogate-coin"
_SIDES = 1 << 53
_AGES = Generalise(age_band=5)


@dataclass(frozen=True, slots=True)
class Surrogate:
    """A value becomes a made-up one of its kind; what has no surrogate becomes its label in brackets.

    `strategy`: "consistent" gives each person, number or place one surrogate within the `scope`: all that is done with
    the "key", this "corpus", or one "document" (a row of a table is one). "random" draws anew at each mention. "markov"
    keeps the surrogate of the mention before with probability `stay` and draws anew else, within the scope; on the
    command line it begins anew with each file, and with each piece of a large one (20,000 rows, 4,000 texts).
    `locale` (en_US, en_GB, es_ES, es_MX, fr_FR, de_DE) is by default that of the policy's language. `keep_gender` keeps
    the gender of given names that tell one. Dates are shifted as `shift` does, ages become bands of five years.

    A consistent surrogate is a pseudonym, and pseudonyms are personal data (GDPR Art. 4(5)).
    """

    by_subject: ClassVar[bool] = True

    strategy: str = "consistent"
    scope: str = "key"
    stay: float = 0.5
    locale: str = ""
    keep_gender: bool = False
    day_first: bool = False

    def __post_init__(self) -> None:
        if self.strategy not in _STRATEGIES:
            raise ValueError(f"strategy is one of {', '.join(_STRATEGIES)}")
        if self.scope not in _SCOPES:
            raise ValueError(f"scope is one of {', '.join(_SCOPES)}")
        if not 0.0 <= self.stay <= 1.0:
            raise ValueError("stay is a probability, from 0 to 1")
        if self.locale and self.locale not in KNOWN:
            raise ValueError(f"locale is one of {', '.join(KNOWN)}")

    @property
    def keyed(self) -> bool:
        """Whether it needs a key: what shall be the same again does."""
        return self.strategy == "consistent" or self.scope == "key"

    def apply(self, value: str, context: Context) -> str:
        """Return the surrogate. Raises `KeyFileError` without a key.

        >>> context = Context("PERSON", Key(bytes(32)))
        >>> Surrogate().apply("Dr. Ann Lee", context), Surrogate().apply("LEE, Ann", context)
        ('Dr. Laura Reilly', 'REILLY, Laura')
        """
        label = context.label
        key = context.needed_key()
        if label in DATES:
            return Shift(day_first=self.day_first).apply(value, context)
        if label == "AGE":
            return _AGES.apply(value, context)
        written = self._person(value, context, key) if label == PERSON else self._other(value, context, key)
        return f"[{label}]" if written is None or written == value else written

    def _person(self, value: str, context: Context, key: Key) -> str | None:
        name = read_name(value)
        if not name.words:
            return None
        meant = _meant(value, context.scene.company)
        whole = read_name(meant)
        part, style = self._part(PERSON, whole.identity, context, key), self._style(context)
        mention = Mention(part, name.identity, style, short=(meant, value) if name.shortened else None)
        stage = _stage(context.scene, mention, key)
        drawn = stage.play(mention)
        written = None if drawn is None else play_name(Player.from_text(drawn), whole, name, value)
        if written is None or (name.shortened and stage.occurs(read_name(written).identity)):
            return None
        return written

    def _other(self, value: str, context: Context, key: Key) -> str | None:
        kind = KINDS.get(context.label)
        identity = kind.identity(value, context.language) if kind else None
        if kind is None or identity is None:
            return None
        part = self._part(kind_name(context.label), identity, context, key)
        owner = self._owner(kind, identity, part, context)
        mention = Mention(part, identity, self._style(context), owner)
        drawn = _stage(context.scene, mention, key).play(mention)
        return None if drawn is None else kind.write(drawn, value)

    def _owner(self, kind: Kind, identity: str, part: Part, context: Context) -> Part | None:
        """Return the person beside a handle whose name it is made of, if there is one and no other."""
        if not isinstance(kind, Handles) or self.strategy == "random":
            return None
        local = local_part(identity, kind.mail)
        names = {name.identity for name in map(read_name, context.scene.company) if owned(local, name)}
        return Part(PERSON, names.pop(), part.scope) if len(names) == 1 else None

    def _style(self, context: Context) -> Style:
        return _style(self.locale or LOCALES[context.language], self.keep_gender)

    def _part(self, kind: str, identity: str, context: Context, key: Key) -> Part:
        """Return the part, apart for each scope and, where surrogates change, for each time that they did."""
        part = Part(kind, identity, self._scope(context))
        turns = context.scene.turns
        if self.strategy == "consistent" or turns is None:
            return part
        turn = turns.mentioned(part)
        if self.strategy == "markov":
            turn = turns.changed(part, again=turn > 0 and not self._stays(part, turn, key))
        return Part(kind, identity, f"{part.scope}\0{turns.piece}{turn}")

    def _scope(self, context: Context) -> str:
        if self.scope == "document":
            return f"document {context.scene.document or context.subject}"
        return CORPUS if self.scope == "corpus" else ""

    def _stays(self, part: Part, turn: int, key: Key) -> bool:
        text = "\0".join((part.kind, part.scope, part.identity, str(turn)))
        drawn = int.from_bytes(key.seed(_COIN, text.encode("utf-8", "surrogatepass"))[:8], "big") >> 11
        return drawn < self.stay * _SIDES


_style = lru_cache(maxsize=16)(Style)


def _meant(value: str, company: Iterable[str]) -> str:
    """Return the full name that a name is a part of, if one in the company is and no other; else the name itself."""
    if not company:
        return value
    name = read_name(value)
    named = [(one, read_name(one)) for one in company]
    wholes = {
        one.identity: text
        for text, one in named
        if one.full and len(one.words) >= len(name.words) and one.identity != name.identity and name.places_in(one)
    }
    own = any(one.identity == name.identity for _, one in named) and name.full
    return next(iter(wholes.values())) if len(wholes) == 1 and not own else value


def _stage(scene: Scene, mention: Mention, key: Key) -> Stage:
    """Return the stage; a value that nobody rehearsed is played by itself."""
    if scene.stage is not None:
        return scene.stage
    alone = Rehearsal()
    alone.play(mention)
    return alone.cast(key)
