"""Compiled patterns, each compiled once a process: more of them are in use than the library's own cache keeps."""

from functools import lru_cache

import regex


@lru_cache(maxsize=4096)
def compile_once(pattern: str, flags: int = 0) -> "regex.Pattern[str]":
    """Compile a pattern, or return it as it was compiled before. Raises `regex.error`.

    >>> compile_once("a+") is compile_once("a+")
    True
    """
    return regex.compile(pattern, flags, cache_pattern=False)
