"""Names that come from data, shown so that they steer nothing: no terminal, no log, no direction of writing."""

from unicodedata import category


def visible(text: str) -> str:
    r"""Return a text with all that does not print written out: control characters, line ends, marks of direction.

    >>> print(visible("na\x1b[31mme\u202e"))
    na\x1b[31mme\u202e
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def visible_lines(text: str) -> str:
    """Return a text of several lines with each of them made visible."""
    return "\n".join(map(visible, text.split("\n")))


def visible_json(text: str) -> str:
    r"""Return JSON text that means the same, with what does not print as escapes of JSON.

    >>> print(visible_json('{"na\u202eme": 1}'))
    {"na\u202eme": 1}
    """
    return "\n".join(line if line.isprintable() else "".join(map(_escaped, line)) for line in text.split("\n"))


def _prints(character: str) -> bool:
    return character.isprintable() or category(character) == "Zs"


def _shown(character: str) -> str:
    return character if _prints(character) else character.encode("unicode_escape").decode()


def _escaped(character: str) -> str:
    if _prints(character):
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[n]:02x}{units[n + 1]:02x}" for n in range(0, len(units), 2))
