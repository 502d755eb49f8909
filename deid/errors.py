"""What `deid` raises, drawn as a tree.

```
DeidError
├── PolicyError      D101   a policy that cannot be read or names something unknown
├── KeyFileError     D102   a key that is missing, too short or readable by others
├── ModelError       D103   a language model that is not installed or not the expected one
├── DetectorError    D104   a detector, mostly a plug-in, that failed or broke its contract
├── OperatorError    D105   an operator, mostly a function or plug-in of the user's, that failed or broke its contract
├── InputError       D201   something that is no text, series or frame
├── PlanError        D202   a column plan that does not fit the table
├── SealedError      D203   an encrypted value that does not open
└── VaultError       D204   a vault that does not open, or does not know what it is asked for
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


class OperatorError(DeidError):
    """An operator failed on a value, or answered something that is no text.

    A value on which it failed is withheld: `[WITHHELD]` stands in its place, the report counts it among the withheld
    and says under `failed` which operator, label, column and kind of failure it was, and nothing of the value. An
    answer that is no text ends the run, and nothing is released. If the operator is a function or a plug-in of your
    own, make it answer every value with a string; if it comes with tamis, it is a defect of tamis.
    """

    code = "D105"
    exit_code = 4


class InputError(DeidError):
    """The data is of a kind that cannot be scanned.

    Give a string, a list or pandas Series of strings, a pandas DataFrame, or a dict of DataFrames by name.
    """

    code = "D201"
    exit_code = 3


class PlanError(DeidError):
    """The policy and the table do not fit together.

    The policy names a column that the table does not have, or the table has two columns of one name.
    """

    code = "D202"
    exit_code = 3


class SealedError(DeidError):
    """An encrypted value does not open.

    What the operator `encrypt` wrote, `LABEL_e<key id>_<base64url>`, opens only with the key that it was made with (its
    id stands in the value), unchanged to the last character, for the same column (in texts: for the same label), and
    under the same policy: one that differs in name or content is another, also by `--language` or `--dial`. The message
    says which of these it can rule out.
    """

    code = "D203"
    exit_code = 3


class VaultError(DeidError):
    """A vault cannot be used.

    A vault opens only with the key that its last `tamis rekey` named, else with the one that it was made with; the id
    of that key stands in it. It is refused as a whole when a single bit of it was changed, when a part is missing or
    stands elsewhere, and when the policy named with `--policy` is not the one of the release. Nothing was written. If
    the key is the right one, take the vault from a backup.
    """

    code = "D204"
    exit_code = 3
