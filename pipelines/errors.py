"""What `pipelines` raises, drawn as a tree.

```
PipelineError
├── UsageError        P101   an option or argument that does not fit
├── RecipeError       P102   a recipe that cannot be read
├── OutputExistsError P103   the named output is already there
├── SigningKeyError   P104   the key that signs an attestation cannot be used
├── ExtraError        P105   a kind of file, or an engine, whose program is not installed
├── SourceError       P201   an input that is missing or may not be read
├── EncodingError     P202   an input that is not text in the named encoding
├── ShapeError        P203   a table whose rows or header do not fit
├── SizeError         P204   a cell, table or file above the limit
├── EmptyError        P205   an input without any content
├── FormatError       P206   a file of a kind that tamis does not read, or broken inside
│   └── ScanError     P208   a document without any text, such as a scan
├── AttestationError  P207   an attestation that is not what it says
├── WriteError        P301   the output could not be written
└── InternalError     P900   a fault in tamis itself
```

Every class has a stable `code`; its docstring is what `tamis explain CODE` prints. Messages name the file, row and
column at fault and never carry a value.
"""

from typing import ClassVar


class PipelineError(Exception):
    """The root of everything `pipelines` raises on purpose."""

    code: ClassVar[str] = "P000"
    exit_code: ClassVar[int] = 4


class UsageError(PipelineError):
    """An option or argument does not fit.

    The message names it. `tamis COMMAND --help` shows every option with an example.
    """

    code = "P101"
    exit_code = 2


class RecipeError(PipelineError):
    """The recipe cannot be used.

    A recipe is a TOML file; each key must be known and of the right type, and each file and column that it names
    must exist. The message names the key. `docs/recipe.md` describes all; `sample_data/release.toml` is a whole
    one.
    """

    code = "P102"
    exit_code = 2


class OutputExistsError(PipelineError):
    """The output is already there.

    tamis never writes over a file or folder that it was not told to replace. Name another output, remove the old
    one, or say `--overwrite`.
    """

    code = "P103"
    exit_code = 2


class SigningKeyError(PipelineError):
    """The key that signs an attestation cannot be used.

    It is an Ed25519 private key in PEM form without a password, in a file that nobody but its owner can read, or in
    the environment variable TAMIS_SIGNING_KEY. Make one, and the public key that others check it with:

        (umask 077 && openssl genpkey -algorithm ed25519 -out sign.pem)
        openssl pkey -in sign.pem -pubout -out sign.pub.pem
    """

    code = "P104"
    exit_code = 2


class ExtraError(PipelineError):
    """A kind of file, or an engine, needs a program that is not installed.

    Workbooks (`.xlsx`) need the extra `excel`, `.docx` and `.pdf` the extra `docs`:

        pip install 'tamis[excel,docs]'

    `make` installs both. `--engine spark` needs the extra `spark` (480 MB) and Java 17 or newer:

        pip install 'tamis[spark]'
    """

    code = "P105"
    exit_code = 2


class SourceError(PipelineError):
    """An input is missing, is no file or folder, or may not be read.

    Check the path and its permissions. Symbolic links inside a folder are not followed; pipes, sockets and devices are
    no files, and a file must not change while it is read.
    """

    code = "P201"
    exit_code = 3


class EncodingError(PipelineError):
    """An input is not text in the encoding that it was read in.

    tamis reads UTF-8 (with or without a byte-order mark) and never guesses: a wrong guess garbles names so that no
    detector sees them. If the file has another encoding, name it: `--encoding utf-16`, `--encoding latin-1`. If it
    is no text at all (an image, an archive), it cannot be read.
    """

    code = "P202"
    exit_code = 3


class ShapeError(PipelineError):
    """A table's rows or its header do not fit.

    Each row must have as many cells as the header; header names must be there and differ; quotes must be closed. A
    column that slips by one place meets the wrong treatment, and that is a leak. Up to 1 % of rows of the wrong
    width are put aside in a quarantine file (`--quarantine-limit` sets the share); above that nothing is written.
    For files with semicolons or tabs say `--delimiter ";"` or `--delimiter tab`.
    """

    code = "P203"
    exit_code = 3


class SizeError(PipelineError):
    """A cell or a file is larger than the limit.

    A cell may have 1,048,576 characters, a table 16,384 columns, a file 4 GiB. A larger cell is nearly always an
    unclosed quote or a file that is no table. `--cell-limit` sets another limit. What is compressed may become 200
    times its size (above 64 MiB), and a sheet may not be nearly empty over a million places. `docs/hostile.md` lists
    all limits.
    """

    code = "P204"
    exit_code = 3


class EmptyError(PipelineError):
    """An input has no content: an empty file, a folder without a file that tamis reads, a table without a header."""

    code = "P205"
    exit_code = 3


class FormatError(PipelineError):
    """A file is of a kind that tamis does not read, or broken inside.

    tamis reads `.csv`, `.tsv`, `.parquet`, `.xlsx`, `.txt`, `.md`, `.docx`, `.pdf`, `.jsonl` (a JSON object a line,
    with `id` and `text`, or with objects inside) and `.ndjson` (any JSON object a line); those that are text also under
    gzip (`.csv.gz`). Unpack other archives first. A line that is no JSON object
    or has a key that is itself an identifier, a Parquet column with lists or structures inside, a document under a
    password, or a file of another kind is refused. `docs/formats.md` describes what is kept of each kind and what is
    left out.
    """

    code = "P206"
    exit_code = 3


class ScanError(FormatError):
    """A document has no text that could be looked at: a scan, or nothing but pictures.

    What cannot be read cannot be redacted. Alone it is refused; in a folder it is withheld, and the report counts it.
    Run it through text recognition and give tamis the result.
    """

    code = "P208"


class AttestationError(PipelineError):
    """An attestation is not what it says it is.

    The message says what does not hold: its form, its signature, the key that signed it, or the hash of the release
    that it speaks of. Do not rely on it; ask whoever gave it to you for another.
    """

    code = "P207"
    exit_code = 3


class WriteError(PipelineError):
    """The output could not be written: no space, no permission, or the folder is gone.

    Nothing was left behind. Make room or name another place, and run again.
    """

    code = "P301"
    exit_code = 4


class InternalError(PipelineError):
    """A fault in tamis itself.

    Nothing was written. The message names the kind of fault and the line of the program, not the data. Please
    report both; `tamis doctor` shows the versions that belong with the report.
    """

    code = "P900"
    exit_code = 4
