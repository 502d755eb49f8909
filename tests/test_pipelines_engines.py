"""What runs on an executor, and what travels there, without Spark: no key, no value in an error, no other version."""

import json
import logging
import os
import pickle
import stat
import warnings
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest

from deid.errors import KeyFileError
from deid.keys import Key
from deid.policy import Policy
from pipelines import extras, premises
from pipelines.engines.errand import Errand, Lock
from pipelines.engines.executor import run_errand
from pipelines.engines.local import Local
from pipelines.engines.opening import Place, place_of
from pipelines.errors import ExtraError, InternalError, UsageError
from pipelines.job import Job
from pipelines.shards.manifest import Part
from pipelines.shards.pieces import open_pieces
from pipelines.shards.sketched import plan_head
from pipelines.shards.stage import Bay, PutAside, stage
from pipelines.shards.tables import TableWork
from pipelines.shards.work import Worker, staged_bytes
from pipelines.tablefile import Reading

KEY = Key(bytes(range(32)))
CANARY = "zaqueline.bxu@example.com"
POLICY = replace(Policy.load("tokens"), detectors=("identifiers", "people"))


@pytest.fixture(autouse=True)
def heard_again():
    """An executor lets no library speak in its process, which here is that of all tests."""
    level = logging.root.manager.disable
    with warnings.catch_warnings():
        yield
    logging.disable(level)


@pytest.fixture
def staged(tmp_path, scanner):
    """The work on a small table, and its one shard."""
    source = tmp_path / "people.csv"
    source.write_text(f"name,email\nAnn Lee,{CANARY}\nBo Ray,bo@example.com\n")
    with PutAside(tmp_path / "aside") as aside, open_pieces(source, Reading(), aside) as pieces:
        planner = partial(plan_head, pieces.head, scanner=scanner)
        staging = stage(pieces, Bay(tmp_path), aside, planner).staging
        work = TableWork(tmp_path, POLICY, KEY.secret, pieces.head, staging.plan, ("name", "email"), ".csv")
    return work, staging.shards[0]


def lock_in(folder, key=KEY):
    """A lock whose key lies in a file."""
    path = folder / "key"
    path.write_bytes(key.secret)
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    return Lock.of(KEY, path)


def ask(errand, work, shard):
    row = {
        "number": shard.number,
        "first": shard.first,
        "rows": shard.rows,
        "sha256": shard.sha256,
        "content": staged_bytes(work.folder, shard),
    }
    (answer,) = run_errand(errand, pa.Table.from_pylist([row]).to_batches())
    return json.loads(answer.column("told")[0].as_py()), answer.column("content")[0].as_py()


def test_an_executor_answers_with_the_bytes_that_a_worker_here_would_write(tmp_path, staged):
    work, shard = staged
    told, content = ask(Errand.of(work, lock_in(tmp_path)), work, shard)
    assert Part.from_dict(told["part"]) == Worker(work)(shard)
    assert content == (work.folder / shard.done).read_bytes()
    assert CANARY.encode() not in content
    assert CANARY not in json.dumps(told)


def test_what_travels_beside_the_rows_holds_neither_key_nor_row_nor_folder(tmp_path, staged):
    work, _ = staged
    travels = pickle.dumps(Errand.of(work, lock_in(tmp_path)))
    for hidden in (KEY.secret, KEY.secret.hex().encode(), CANARY.encode(), b"Ann Lee", b"aside"):
        assert hidden not in travels
    assert KEY.digest("executor", b"").encode() in travels


def test_an_executor_without_the_key_or_with_another_does_nothing(tmp_path, staged, monkeypatch):
    work, shard = staged
    monkeypatch.delenv("TAMIS_KEY", raising=False)
    told, content = ask(Errand.of(work, Lock.of(KEY, None)), work, shard)
    assert (told["code"], content) == (KeyFileError.code, b"")
    assert "no key" in told["message"]
    monkeypatch.setenv("TAMIS_KEY", os.urandom(32).hex())
    told, content = ask(Errand.of(work, Lock.of(KEY, None)), work, shard)
    assert (told["code"], content) == (KeyFileError.code, b"")
    assert "another key" in told["message"]
    other = Errand.of(work, lock_in(tmp_path, Key(bytes(32))))
    assert ask(other, work, shard)[0]["code"] == KeyFileError.code
    monkeypatch.setenv("TAMIS_KEY", KEY.secret.hex())
    assert "part" in ask(Errand.of(work, Lock.of(KEY, None)), work, shard)[0]


def test_a_policy_without_a_key_asks_for_none():
    assert Lock.of(None, None).key() is None


def test_an_executor_with_another_version_or_other_recognisers_does_nothing(tmp_path, staged, monkeypatch):
    work, shard = staged
    errand = Errand.of(work, lock_in(tmp_path))
    with monkeypatch.context() as patch:
        patch.setattr(premises, "package_version", lambda name: "0.0.1" if name == "spacy" else "1")
        told, content = ask(errand, work, shard)
    assert (told["code"], content) == (UsageError.code, b"")
    rules = tmp_path / "rules.toml"
    rules.write_text('[[recogniser]]\nname = "ward"\nlabel = "WARD"\npatterns = ["W[0-9]{4}"]\n')
    before = premises.premises(replace(POLICY, recognisers=(rules,)))
    rules.write_text(rules.read_text().replace("4", "5"))
    assert premises.premises(replace(POLICY, recognisers=(rules,))) != before


def test_an_error_on_an_executor_tells_its_kind_and_the_rows_and_no_value(tmp_path, staged, monkeypatch):
    work, shard = staged
    errand = Errand.of(work, lock_in(tmp_path))

    def fail(*_):
        raise ValueError(f"cannot read {CANARY}")

    monkeypatch.setattr(Worker, "redact", fail)
    told, content = ask(errand, work, shard)
    assert told == {"code": InternalError.code, "message": "ValueError in rows 1 to 2; nothing was written"}
    assert content == b""


def test_a_shard_that_changed_on_its_way_is_refused(tmp_path, staged):
    work, shard = staged
    told, _ = ask(Errand.of(work, lock_in(tmp_path)), work, replace(shard, sha256="0" * 64))
    assert told["code"] == "P201"


def test_less_than_one_job_is_no_engine():
    with pytest.raises(UsageError, match="--jobs"):
        Local(0)


def test_the_place_follows_from_the_options():
    assert place_of("local", "spark://somewhere:7077") is None
    assert place_of("spark", jobs=3).master == "local[3,4]"
    assert place_of("spark", "spark://somewhere:7077", 3, Path("k")).master == "spark://somewhere:7077"


def test_without_pyspark_or_with_an_old_java_the_error_says_what_to_install(monkeypatch, tmp_path):
    with monkeypatch.context() as patch:
        patch.setattr(extras, "find_spec", lambda _: None)
        with pytest.raises(ExtraError, match=r"tamis\[spark\]"):
            extras.check_spark()
    monkeypatch.setattr(extras, "find_spec", lambda name: name)
    program = tmp_path / "bin" / "java"
    program.parent.mkdir()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(ExtraError, match="none is found"):
        extras.check_spark()
    for version, major in (("1.8.0_392", 8), ("11.0.21", 11), ("17", 17), ("21.0.1", 21)):
        program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025' >&2\n")
        program.chmod(0o755)
        assert extras.java_version() == major
        if major < extras.JAVA:
            with pytest.raises(ExtraError, match=f"Java {major} is found"):
                extras.check_spark()
    extras.check_spark()


def test_spark_is_refused_for_a_text(tmp_path):
    source = tmp_path / "a.txt"
    source.write_text(CANARY)
    with pytest.raises(UsageError, match="one text is read as a whole"):
        Job(source, tmp_path / "o", Policy(), Reading(), spark=Place("local[2,4]"))
