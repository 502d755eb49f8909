"""What `deid` raises, drawn as a tree.

```
DeidError
├── PolicyError      D101   a policy that cannot be read or names something unknown
├── KeyFileError     D102   a key that is missing, too short or readable by others
├── ModelError       D103   a language model that is not installed or not the expected one
├── DetectorError    D104   a detector, mostly a plug-in, that failed or broke its contract
├── InputError       D201   something that is no text, series or frame
└── PlanError        D202   a column plan that does not fit the table
```

Every class has a stable `code`; its docstring is what `tamis explain CODE` prints.
Messages say what is wrong and where; they never carry a value of the data.
"""

from typing import ClassVar


class DeidError(Exception):
    """The root of everything `deid` raises on purpose."""

    code: ClassVar[str] = "D000"
    exit_code: ClassVar[int] = 4


class PolicyError(DeidError):
    """The policy cannot be used.

    A policy is a TOML file or the name of a preset. Each key must be known, each operator must exist and each of its
    parameters must have the right type. The message names the key. See `docs/policy.md` for the full list, or start
    from a preset: `tamis redact IN -o OUT --policy standard`.
    """

    code = "D101"
    exit_code = 2


class KeyFileError(DeidError):
    """The key for tokens, shifted dates and surrogates cannot be used.

    They need a secret of at least 32 bytes, from a file (`--key-file`) that nobody but its owner can read, or from
    the environment variable TAMIS_KEY (hexadecimal). Make one:

        (umask 077 && head -c 32 /dev/urandom > tamis.key)

    A file that others can read is refused; mend it with `chmod 600 FILE`. A key is never given as an argument.
    """

    code = "D102"
    exit_code = 2


class ModelError(DeidError):
    """A language model is missing or is not the one that was expected.

    The default model comes with the installation and is checked by its hash before it is loaded. Any other spaCy
    model that is installed can be named in the policy (`model = "en_core_web_lg"`). `tamis doctor` tells which models
    are in use.
    """

    code = "D103"
    exit_code = 2


class DetectorError(DeidError):
    """A detector failed, or answered something that cannot be.

    Nothing was released. A detector gives one list of findings for each text, with offsets inside the text, and answers
    a text that it cannot scan by withholding it. If the detector is a plug-in, tell its author; if it comes with tamis,
    it is a defect of tamis. The message names the detector and the kind of failure, and nothing of the text.
    """

    code = "D104"
    exit_code = 4


class InputError(DeidError):
    """The data is of a kind that cannot be scanned.

    Give a string, a list or pandas Series of strings, or a pandas DataFrame.
    """

    code = "D201"
    exit_code = 3


class PlanError(DeidError):
    """The policy and the table do not fit together.

    The policy names a column that the table does not have, the table has two columns of one name, or the index of a
    data frame holds personal data (an index is kept as it is; make it a column with `reset_index()`).
    """

    code = "D202"
    exit_code = 3
