"""Everything this package refuses to do, one class a reason.

::

    SynthError
    ├── SchemaInvalidError            S101  the declaration contradicts itself
    ├── SchemaKeyUnknownError         S102  a key of the schema file is not known
    ├── SchemaUnreadableError         S103  the schema file cannot be read as TOML
    ├── SchemaMismatchError           S104  schema and table have different columns
    ├── MetadataUnusableError         S105  SDV's metadata cannot be read as a schema
    ├── BudgetInvalidError            S201  a budget that is no budget
    ├── BudgetExceededError           S202  the ledger's limit does not allow this spend
    ├── AccountantRefusedError        S203  the accountant does not allow this spend
    ├── LedgerDamagedError            S204  the ledger was edited, or its last line is incomplete
    ├── LedgerBusyError               S205  another run holds the ledger
    ├── LedgerUnusableError           S206  the ledger file cannot be opened, or is readable by others
    ├── LimitMismatchError            S207  the ledger was started under another limit
    ├── UnitMismatchError             S208  the ledger protects another privacy unit than the schema declares
    ├── NoiseInvalidError             S301  noise asked for outside the range it is exact in
    ├── TableInvalidError             S401  not a table this package can read
    ├── QueryInvalidError             S402  the model was asked for something it does not have
    ├── WorkloadInvalidError          S403  a target or workload of columns that are not modelled
    ├── ModelUnreadableError          S404  the file of a saved model cannot be read
    ├── PackageMissingError           S501  an optional package is not installed
    ├── BaselineFailedError           S502  another library's synthesizer failed
    └── QualityUnmeasurableError      S601  a quality figure was asked for that cannot be measured

Messages name columns, row numbers and files, never a value of the data.
"""

from typing import ClassVar


class SynthError(Exception):
    """Something the synthesis package refused to do; the more specific codes say what."""

    code: ClassVar[str] = "S000"
    exit_code: ClassVar[int] = 2


class SchemaInvalidError(SynthError):
    """A column's declaration contradicts itself.

    For instance a category listed twice, a minimum above the maximum, bin edges that do not rise. The message
    names the column and the key; correct the schema and run again. Nothing was read from the data and nothing
    was spent.
    """

    code: ClassVar[str] = "S101"


class SchemaKeyUnknownError(SynthError):
    """The schema file contains a key that means nothing here, most often a misspelt one.

    A key that is silently ignored could leave a column without the bounds you meant it to have, so it is an
    error. Correct or delete the key that the message names.
    """

    code: ClassVar[str] = "S102"


class SchemaUnreadableError(SynthError):
    """The schema file is missing, not readable, not UTF-8 or not TOML, or of another `schema_version`."""

    code: ClassVar[str] = "S103"


class SchemaMismatchError(SynthError):
    """The columns of the schema are not the columns of the table.

    Every column of the table must be declared and every declared column must be there, under the same name.
    Declare a column that should not be modelled as `type = "text"`, or drop it from the table. Nothing was
    spent.
    """

    code: ClassVar[str] = "S104"
    exit_code: ClassVar[int] = 3


class MetadataUnusableError(SynthError):
    """SDV's metadata does not describe one table, or the data is not that one table.

    Several tables, and relationships between them, are not modelled: what one person has in several tables would have
    to be protected in all of them together. Give the metadata of one table, and `{its name: the frame}`.
    """

    code: ClassVar[str] = "S105"


class BudgetInvalidError(SynthError):
    """Epsilon, delta or rho is out of range.

    Epsilon must be positive and finite, delta at least 0 and below 1. A sensible start is epsilon = 1 and a delta well
    below one over the number of rows, for instance 1e-9. With a delta of 0 the guarantee is epsilon's alone, by Laplace
    noise; what needs a delta, such as finding out the categories of a column, cannot be bought then.
    """

    code: ClassVar[str] = "S201"


class BudgetExceededError(SynthError):
    """The spend would go over the limit of the ledger; nothing was spent and nothing was changed.

    What has been released about a table cannot be taken back: either run with a smaller epsilon, or decide,
    together with whoever answers for the data, on a higher limit in a new ledger.
    """

    code: ClassVar[str] = "S202"


class AccountantRefusedError(SynthError):
    """The `BudgetAccountant` that was passed does not allow this spend; nothing was spent or changed."""

    code: ClassVar[str] = "S203"


class LedgerDamagedError(SynthError):
    """The ledger's hash chain does not hold: a line was edited, removed, added, or not written to its end.

    As long as it is not known what was spent, nothing more is released. If the message says that the last
    line is incomplete, a run was stopped while it wrote; nothing was released for that line, and it may be
    deleted. Otherwise restore the file from a backup.
    """

    code: ClassVar[str] = "S204"
    exit_code: ClassVar[int] = 3


class LedgerBusyError(SynthError):
    """Another run is spending from this ledger at this moment. Wait until it has ended."""

    code: ClassVar[str] = "S205"


class LedgerUnusableError(SynthError):
    """The ledger file cannot be created, opened or written, or other users may read or write it.

    The file belongs to one user (mode 0600), in a folder that exists and can be written.
    """

    code: ClassVar[str] = "S206"


class LimitMismatchError(SynthError):
    """The ledger was started under another limit than the one given now.

    A limit is fixed when a ledger is started. Leave the limit out to go on under the old one.
    """

    code: ClassVar[str] = "S207"


class UnitMismatchError(SynthError):
    """The ledger protects another privacy unit than the schema declares; nothing was spent.

    What was spent to hide one row and what was spent to hide one person do not add up. Go on under the unit that the
    ledger states, or start another ledger for the same table, and answer for both.
    """

    code: ClassVar[str] = "S208"


class NoiseInvalidError(SynthError):
    """Noise was asked for with a parameter outside the range in which the sampler is exact."""

    code: ClassVar[str] = "S301"


class TableInvalidError(SynthError):
    """The input is not a table with uniquely named columns, or has no column."""

    code: ClassVar[str] = "S401"
    exit_code: ClassVar[int] = 3


class QueryInvalidError(SynthError):
    """The model has no such column, or the number of rows or cells asked for is out of range."""

    code: ClassVar[str] = "S402"


class WorkloadInvalidError(SynthError):
    """A target or a workload names a column that is not modelled, or not two or three columns.

    Identifiers and free text are not modelled, so nothing can be said of how they relate to others. The message names
    the columns; name others of the schema. Nothing was measured and nothing was spent on relations.
    """

    code: ClassVar[str] = "S403"


class ModelUnreadableError(SynthError):
    """The file is no saved model, is damaged, or was written by a version that writes models otherwise.

    Nothing was loaded. Fit the model again, which costs budget again, or find the file as it was saved.
    """

    code: ClassVar[str] = "S404"
    exit_code: ClassVar[int] = 3


class PackageMissingError(SynthError):
    """A package that only this step needs is not installed. The message says which, and how to get it."""

    code: ClassVar[str] = "S501"


class BaselineFailedError(SynthError):
    """A synthesizer of another library could not be fitted or sampled.

    Its own message is withheld, because it may quote values of the table. Check that the schema's types
    describe the columns.
    """

    code: ClassVar[str] = "S502"
    exit_code: ClassVar[int] = 3


class QualityUnmeasurableError(SynthError):
    """A quality figure cannot be measured on these tables.

    For instance a target that is not a category of the schema, or of which the test rows contain only one
    value.
    """

    code: ClassVar[str] = "S601"
    exit_code: ClassVar[int] = 3
