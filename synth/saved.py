"""A fitted model as a file: JSON and arrays of numbers, nothing that runs when it is read."""

import io
import json
import os
import zipfile
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from synth.budget import Budget
from synth.entropy import Entropy, SystemEntropy
from synth.errors import ModelUnreadableError
from synth.joint import Joint
from synth.junction import Clique, JunctionTree
from synth.ledger import Entry
from synth.marginal import Marginal
from synth.model import Model
from synth.schema import Schema

_VERSION = 1
_RECORD = "model.json"


def save(model: Model, path: str | Path) -> None:
    """Write a model to a file of mode 0600, which appears whole or not at all; one that is there gives way.

    It holds what `Model` holds: the schema, the spends, the noisy measurements and the distribution fitted to them, so
    it is as public as the model is. Raises OSError.
    """
    target = Path(path)
    record = {
        "model_version": _VERSION,
        "method": model.method,
        "schema": model.schema.to_toml(),
        "rows": model.rows,
        "spent": {name: str(value) for name, value in asdict(model.spent).items()},
        "ledger": [_spend(entry) for entry in model.ledger],
        "sizes": model.joint.tree.sizes,
        "cliques": [asdict(clique) for clique in model.joint.tree.cliques],
        "marginals": [{"axes": m.axes, "sigma2": str(m.sigma2)} for m in model.marginals],
    }
    arrays = {f"table{n}": table for n, table in enumerate(model.joint.tables)}
    arrays |= {f"marginal{n}": m.counts for n, m in enumerate(model.marginals)}
    stage = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with os.fdopen(os.open(stage, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(_RECORD, json.dumps(record, ensure_ascii=False))
                for name, array in arrays.items():
                    buffer = io.BytesIO()
                    np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
                    archive.writestr(f"{name}.npy", buffer.getvalue())
            file.flush()
            os.fsync(file.fileno())
        stage.replace(target)
    finally:
        stage.unlink(missing_ok=True)


def load(path: str | Path, entropy: Entropy | None = None) -> Model:
    """Read a model that `save` wrote. Raises ModelUnreadableError."""
    name = Path(path).name
    try:
        with zipfile.ZipFile(path) as archive:
            record = json.loads(archive.read(_RECORD))
            arrays = {
                entry.removesuffix(".npy"): np.lib.format.read_array(
                    io.BytesIO(archive.read(entry)), allow_pickle=False
                )
                for entry in archive.namelist()
                if entry.endswith(".npy")
            }
        return _model(record, arrays, entropy or SystemEntropy())
    except Exception as error:  # noqa: BLE001 a damaged file may fail in any of the readers
        raise ModelUnreadableError(f"{name!r} is no model that this version wrote ({type(error).__name__})") from None


def _spend(entry: Entry) -> dict[str, Any]:
    stated = {name: str(value) for name in ("rho", "delta", "epsilon") if (value := getattr(entry, name)) is not None}
    return {**asdict(entry), **stated}


def _entry(record: dict[str, Any]) -> Entry:
    stated = {name: Fraction(record[name]) for name in ("rho", "delta", "epsilon") if record.get(name) is not None}
    return Entry(**{**record, **stated, "columns": tuple(record["columns"])})


def _model(record: dict[str, Any], arrays: dict[str, Any], entropy: Entropy) -> Model:
    if record["model_version"] != _VERSION:
        raise ValueError
    tree = JunctionTree(
        tuple(record["sizes"]),
        tuple(Clique(tuple(c["axes"]), c["shared"], c["parent"]) for c in record["cliques"]),
    )
    tables = tuple(arrays[f"table{n}"] for n in range(len(tree.cliques)))
    wanted = [(tree.size(clique.separator), tree.size(clique.own)) for clique in tree.cliques]
    if [table.shape for table in tables] != wanted:
        raise ValueError
    schema = Schema.from_text(record["schema"])
    if tree.sizes != tuple(column.size for column in schema.modelled):
        raise ValueError
    return Model(
        record["method"],
        schema,
        Joint(tree, tables),
        record["rows"],
        Budget(**record["spent"]),
        tuple(map(_entry, record["ledger"])),
        tuple(
            Marginal(tuple(m["axes"]), arrays[f"marginal{n}"], Fraction(m["sigma2"]))
            for n, m in enumerate(record["marginals"])
        ),
        entropy,
    )
