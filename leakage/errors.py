"""What can go wrong in an attack, one class a failure.

LeakageError
├── ConfigurationError   L001  exit 2   an attack was configured with an impossible value
├── UnknownColumnError   L002  exit 2   a declared column or attribute is not in the data
├── EmptyInputError      L101  exit 3   there is nothing to attack
├── IdentityError        L102  exit 3   released and original documents or rows cannot be matched
├── OverlapError         L103  exit 3   the control is not disjoint from the release
├── SpanError            L104  exit 3   a gold or masked span is impossible
└── DocumentError        L105  exit 3   a document is malformed

Messages name the place (column, position, count), never a value of the data.
"""

from __future__ import annotations

from typing import ClassVar


class LeakageError(Exception):
    """An attack could not be run; nothing has been measured, so nothing may be released on its strength."""

    code: ClassVar[str] = "L000"
    exit_code: ClassVar[int] = 3


class ConfigurationError(LeakageError):
    """An attack was configured with an impossible value.

    The message names the setting and what it must be. Correct it in the recipe or the call.
    """

    code: ClassVar[str] = "L001"
    exit_code: ClassVar[int] = 2


class UnknownColumnError(LeakageError):
    """A column or attribute that the attack was told to use is not in the data.

    Check the spelling against the header of the original and of the released table. A secret that is not
    released at all cannot be inferred by this attack: take the attack out of the recipe, or name a column
    that is released.
    """

    code: ClassVar[str] = "L002"
    exit_code: ClassVar[int] = 2


class EmptyInputError(LeakageError):
    """There is nothing to attack: no documents, no rows, or no values to look for.

    Check that the original and the release were read, and that the declared attributes, entities or values
    are not empty.
    """

    code: ClassVar[str] = "L101"


class IdentityError(LeakageError):
    """Released and original documents (or rows) cannot be matched to one another.

    Every document needs an id of its own, and every released id must occur in the original. For tables the
    index is the identity: a redacted table must keep the index of the rows it was made from.
    """

    code: ClassVar[str] = "L102"


class OverlapError(LeakageError):
    """The control is not disjoint from the release.

    A control measures what can be said about people who are not in the release, so no person, document or
    row may be on both sides. Draw the hold-out before anything is made from the data.
    """

    code: ClassVar[str] = "L103"


class SpanError(LeakageError):
    """A gold or masked span is impossible: it ends before it starts, or lies outside its text.

    Offsets count Unicode code points of the original text, the end is exclusive.
    """

    code: ClassVar[str] = "L104"


class DocumentError(LeakageError):
    """A document is malformed: its id is empty, or its text or attributes are not strings.

    Decode bytes and replace missing texts by the empty string before the attack.
    """

    code: ClassVar[str] = "L105"
