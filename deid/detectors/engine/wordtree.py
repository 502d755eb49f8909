"""Many words as one pattern that shares their beginnings: several times faster than trying one after the other."""

from collections.abc import Iterable

import regex

_Tree = dict[str, "_Tree"]


def word_tree(words: Iterable[str]) -> str:
    r"""Return a pattern that matches any of the words, the longest that fits, spaces as any one space.

    >>> word_tree(["miner", "minor", "au pair"])
    '(?:au\\spair|min(?:er|or))'
    """
    root: _Tree = {}
    for word in words:
        node = root
        for char in word:
            node = node.setdefault(char, {})
        node[""] = {}
    return f"(?:{'|'.join(_branches(root))})"


def _branches(node: _Tree) -> list[str]:
    return [_escape(char) + _rest(child) for char, child in sorted(node.items()) if char]


def _rest(node: _Tree) -> str:
    branches = _branches(node)
    if not branches:
        return ""
    if len(branches) == 1 and "" not in node:
        return branches[0]
    return f"(?:{'|'.join(branches)}){'?' if '' in node else ''}"


def _escape(char: str) -> str:
    return r"\s" if char == " " else regex.escape(char, special_only=True)
