"""Spark gives the bytes and counts that this machine gives, also when its workers die, and tells nobody anything."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import deid
from deid.errors import KeyFileError
from deid.keys import Key
from deid.operators import Custom
from deid.policy import Policy
from pipelines.engines import session as sessions
from pipelines.engines.opening import Place, opened, place_of
from pipelines.errors import ExtraError, InternalError
from pipelines.extras import check_spark
from pipelines.job import Job, run_job
from pipelines.shards import pieces
from pipelines.shards.manifest import Manifest
from pipelines.tablefile import Reading
from synth import AIM, MST, Column, Independent, Ledger, Schema, Unit
from synth.encode import Codes, encode
from synth.entropy import InsecureTestEntropy
from synth.marginal import count

try:
    check_spark()
    LACKING = ""
except ExtraError as error:
    LACKING = str(error)

pytestmark = [
    pytest.mark.skipif(bool(LACKING), reason=f"{LACKING}: make test-spark"),
    pytest.mark.filterwarnings("ignore:.*unclosed.*socket:ResourceWarning"),  # PySpark leaves them to the collector
    pytest.mark.filterwarnings("ignore:.*socket:pytest.PytestUnraisableExceptionWarning"),
]

ROWS, HERE = 120, "local[2,4]"
KEY = Key(bytes(range(32)))
DETECTORS = ("identifiers", "phones", "network", "dates", "people")
LIGHT = replace(Policy.load("tokens"), detectors=DETECTORS)


@pytest.fixture(scope="module", autouse=True)
def warm():
    """One session of Spark for all that run in this process: what takes the time is to start it."""
    if LACKING:
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TAMIS_KEY", raising=False)
        with sessions.session(HERE) as spark:
            patch.setattr(sessions, "session", lambda _: nullcontext(spark))
            yield


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "the.key"
    path.write_bytes(KEY.secret)
    path.chmod(0o600)
    return path


@pytest.fixture
def policy_file(tmp_path):
    """The policy `LIGHT` in a file."""
    text = (Path(deid.__file__).parent / "policies" / "tokens.toml").read_text(encoding="utf-8")
    path = tmp_path / "light.toml"
    path.write_text(text.replace("default =", f"detectors = {list(DETECTORS)}\ndefault =", 1), encoding="utf-8")
    return path


def token(kind, number):
    """A word that stands nowhere else."""
    return f"{kind}zaq{''.join('bcdfghjklm'[int(digit)] for digit in f'{number:05}')}xu"


TOKENS = {token(kind, n) for n in range(ROWS) for kind in ("gi", "fa", "em", "re")}


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "people.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(["pid", "full name", "email", "born", "remark"])
        for n in range(ROWS):
            name = f"{token('gi', n).capitalize()} {token('fa', n).capitalize()}"
            remark = f'{name} called,\r\nwith "{token("re", n)}"' if n % 3 else ""
            writer.writerow([f"{n:06}", name, f"{token('em', n)}@example.com", f"19{n % 80 + 10}-03-07", remark])
    return path


@pytest.fixture
def small_shards(monkeypatch):
    monkeypatch.setattr(pieces, "ROWS", 15)
    monkeypatch.setattr(pieces, "TEXTS", 15)


def redact(source, target, *, spark=None, jobs=1, policy=LIGHT, **options):
    run_job(Job(source, target, policy, Reading(), KEY, jobs, spark=spark), **options)
    return target.read_bytes()


def told(target):
    record = json.loads(target.with_name(f"{target.name}.report.json").read_text())
    return {key: record[key] for key in record if key != "facts"}


def test_the_bytes_are_those_of_one_process_and_of_two(tmp_path, source, small_shards, key_file):
    here = Place(HERE, key_file)
    wanted = redact(source, tmp_path / "a" / "o.csv")
    assert redact(source, tmp_path / "b" / "o.csv", jobs=2) == wanted
    assert redact(source, tmp_path / "c" / "o.csv", spark=here) == wanted
    assert told(tmp_path / "c" / "o.csv") == told(tmp_path / "a" / "o.csv")
    assert sorted(path.name for path in (tmp_path / "c").iterdir()) == ["o.csv", "o.csv.report.json"]
    typed = tmp_path / "people.parquet"
    pd.read_csv(source, parse_dates=["born"]).to_parquet(typed)
    wanted = redact(typed, tmp_path / "a" / "o.parquet")
    assert redact(typed, tmp_path / "b" / "o.parquet", spark=here) == wanted


def test_texts_and_records_become_what_one_process_makes_of_them(tmp_path, small_shards, key_file):
    place = tmp_path / "in" / token("gi", 1)
    place.mkdir(parents=True)
    records = [{"id": n, "text": f"Write to {token('em', n)}@example.com"} for n in range(20)]
    (place / "a.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in records))
    for n in range(20):
        (place / f"{token('em', n)}@example.com.txt").write_text(f"{token('em', n)}@example.com\n")
    people = [f"{n:06},{token('gi', n)} {token('fa', n)}" for n in range(40)]
    (place / "people.csv").write_text("\n".join(["pid,name", *people, ""]))
    calls = [f"{n:06},{token('fa', n)} called twice about it" for n in range(20)]
    (place / "calls.csv").write_text("\n".join(["pid,note", *calls, ""]))
    visits = [{"pid": f"{n:06}", "seen": pd.Timestamp(2020, 3, 1 + n), "mail": token("em", n)} for n in range(20)]
    pd.DataFrame(visits).to_excel(place / "visits.xlsx", index=False)

    def files(target, **options):
        run_job(Job(tmp_path / "in", target, LIGHT, Reading(), KEY, **options))
        return {path.relative_to(target): path.read_bytes() for path in target.rglob("*") if path.is_file()}

    wanted = files(tmp_path / "a")
    assert files(tmp_path / "b", spark=Place(HERE, key_file)) == wanted
    assert told(tmp_path / "b") == told(tmp_path / "a")
    assert len(wanted) == 24
    assert [one["held"] for one in told(tmp_path / "b")["relations"]] == [True] * 4
    assert token("fa", 3).encode() not in b"".join(wanted.values())
    nested = tmp_path / "nested.ndjson"
    lines = [{"id": n, "who": {"name": token("gi", n), "mail": [f"{token('em', n)}@example.com"]}} for n in range(40)]
    nested.write_text("\r\n".join(map(json.dumps, lines)))
    wanted = redact(nested, tmp_path / "a.ndjson")
    assert redact(nested, tmp_path / "b.ndjson", spark=Place(HERE, key_file)) == wanted


def workers_of(pid):
    """Return the Python workers below a process: what a daemon of Spark's, itself of that name, has forked."""
    found, daemons = [pid], set()
    for one in found:
        for path in Path(f"/proc/{one}/task").glob("*/children"):
            children = list(map(int, path.read_text().split()))
            found += children
            daemons |= {child for child in children if b"pyspark.daemon" in Path(f"/proc/{child}/cmdline").read_bytes()}
    parents = {one: int(Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[1]) for one in daemons}
    return [one for one, parent in parents.items() if parent in daemons]


def test_surrogates_are_those_of_one_process(tmp_path, source, small_shards, key_file):
    policy = replace(Policy.load("surrogates"), detectors=DETECTORS)
    wanted = redact(source, tmp_path / "a" / "o.csv", policy=policy)
    assert redact(source, tmp_path / "b" / "o.csv", spark=Place(HERE, key_file), policy=policy) == wanted
    assert not any(one.encode() in wanted.lower() for one in TOKENS if one.startswith(("gi", "fa", "em")))


def test_workers_that_are_killed_in_the_midst_change_nothing(tmp_path, source, small_shards, key_file, monkeypatch):
    wanted = redact(source, tmp_path / "a" / "o.csv")
    killed, finish = [], Manifest.finish

    def kill(self, part):
        finish(self, part)
        if len(self.parts) in {1, 4}:
            killed.extend(workers_of(os.getpid()))
            for worker in workers_of(os.getpid()):
                os.kill(worker, signal.SIGKILL)

    monkeypatch.setattr(Manifest, "finish", kill)
    assert redact(source, tmp_path / "b" / "o.csv", spark=Place(HERE, key_file)) == wanted
    assert len(killed) >= 2
    assert told(tmp_path / "b" / "o.csv") == told(tmp_path / "a" / "o.csv")


def deadly():
    """A function that kills its process, made so that Spark sends it as it is: no executor can import this module."""
    made = {"__name__": "__main__"}
    exec("import os\ndef die(value):\n    os.kill(os.getpid(), 9)\n", made)
    return Custom(made["die"])


def test_rows_that_kill_every_worker_end_in_one_error_that_names_them(tmp_path, source, key_file):
    policy = replace(LIGHT, columns={"pid": deadly()})
    with pytest.raises(InternalError, match="rows 1 to 120 up"):
        redact(source, tmp_path / "out" / "o.csv", spark=Place(HERE, key_file), policy=policy)
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_a_run_goes_on_with_another_engine(tmp_path, source, small_shards, key_file, monkeypatch):
    wanted, target = redact(source, tmp_path / "a" / "o.csv"), tmp_path / "b" / "o.csv"
    finish = Manifest.finish

    def stop(self, part):
        finish(self, part)
        if len(self.parts) == 4:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Manifest, "finish", stop)
        with pytest.raises(KeyboardInterrupt):
            redact(source, target, spark=Place(HERE, key_file), resume=True)
    done = []
    monkeypatch.setattr(Manifest, "finish", lambda self, part: (done.append(part.number), finish(self, part)))
    assert redact(source, target, resume=True) == wanted
    assert 0 < len(done) <= 8 - 4


def test_executors_with_another_key_or_none_do_nothing(tmp_path, source, key_file, monkeypatch):
    key_file.write_bytes(bytes(32))
    with pytest.raises(KeyFileError, match="another key"):
        redact(source, tmp_path / "out" / "o.csv", spark=Place(HERE, key_file))
    key_file.unlink()
    with pytest.raises(KeyFileError, match="cannot be read"):
        redact(source, tmp_path / "out" / "o.csv", spark=Place(HERE, key_file))
    with pytest.raises(KeyFileError, match="no key"):  # the environment of Spark, which was started without
        redact(source, tmp_path / "out" / "o.csv", spark=Place(HERE))
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_no_closure_holds_the_key_or_a_cell(tmp_path, source, small_shards, key_file, monkeypatch):
    from pyspark.serializers import CloudPickleSerializer

    closures, dumps = [], CloudPickleSerializer.dumps

    def noted(self, thing):
        closures.append(dumps(self, thing))
        return closures[-1]

    monkeypatch.setattr(CloudPickleSerializer, "dumps", noted)
    redact(source, tmp_path / "o.csv", spark=Place(HERE, key_file))
    held = b"".join(closures)
    assert b"run_errand" in held
    assert not [word for word in TOKENS if word.encode() in held or word.capitalize().encode() in held]
    assert KEY.secret not in held
    assert KEY.secret.hex().encode() not in held


LOUD = """
rootLogger.level = info
rootLogger.appenderRef.file.ref = file
appender.file.type = File
appender.file.name = file
appender.file.fileName = {path}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %p %c %m%n%ex
"""


@pytest.fixture
def loud(tmp_path):
    """An environment in which Spark keeps an event log, and logs all that it does to a file."""
    place = tmp_path / "conf"
    (place / "events").mkdir(parents=True)
    (place / "log4j2.properties").write_text(LOUD.format(path=place / "spark.log"))
    settings = {"enabled": "true", "dir": f"file://{place}/events", "compress": "false", "rolling.enabled": "false"}
    (place / "spark-defaults.conf").write_text("".join(f"spark.eventLog.{k} {v}\n" for k, v in settings.items()))
    return place, {**os.environ, "SPARK_CONF_DIR": str(place)}


CRASHING = """
import ctypes, sys
from dataclasses import replace
from pathlib import Path
from deid.keys import Key
from deid.operators import Custom
from deid.policy import Policy
from pipelines.engines.opening import Place
from pipelines.errors import InternalError
from pipelines.job import Job, run_job
from pipelines.tablefile import Reading

def crash(value):
    ctypes.string_at(0)

policy, source, target = sys.argv[1:]
policy = replace(Policy.load(policy), columns={"pid": Custom(crash)})
try:
    run_job(Job(Path(source), Path(target), policy, Reading(), Key.from_environment(), spark=Place("local[2,2]")))
except InternalError as error:
    sys.exit(f"given up: {error}")
"""


def test_logs_and_event_log_hold_no_cell_and_no_key(tmp_path, source, loud, policy_file):
    place, env = loud
    out, env["TAMIS_KEY"] = tmp_path / "out.csv", KEY.secret.hex()
    tamis = [Path(sys.executable).with_name("tamis"), "redact", source, "-o", out, "--policy", policy_file]
    done = subprocess.run([*tamis, "--engine", "spark"], env=env, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    crash = [sys.executable, "-c", CRASHING, policy_file, source, tmp_path / "none.csv"]
    crashed = subprocess.run(crash, env=env, capture_output=True, check=False)
    assert (crashed.returncode, crashed.stdout) == (1, b"")
    assert crashed.stderr.startswith(b"given up: Spark gave rows 1 to 120 up")
    events = b"".join(path.read_bytes() for path in (place / "events").rglob("*") if path.is_file())
    log = (place / "spark.log").read_bytes()
    assert events.count(b"SparkListenerJobEnd") == 2
    assert b"Python worker exited unexpectedly" in log
    for said in (events, log, crashed.stderr):
        assert not [word for word in TOKENS if word.encode() in said or word.capitalize().encode() in said]
        assert KEY.secret.hex().encode() not in said
        assert b"full name" not in said
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"conf", "light.toml", "out.csv", "out.csv.report.json", "people.csv"}


def test_a_key_in_a_setting_is_refused_before_anything_is_logged(tmp_path, source, loud, policy_file):
    place, env = loud
    with (place / "spark-defaults.conf").open("a") as file:
        file.write(f"spark.executorEnv.TAMIS_KEY {KEY.secret.hex()}\n")
    command = [
        Path(sys.executable).with_name("tamis"),
        "redact",
        source,
        "-o",
        tmp_path / "o.csv",
        "--policy",
        "tokens",
    ]
    env["TAMIS_KEY"] = KEY.secret.hex()
    done = subprocess.run([*command, "--engine", "spark"], env=env, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"'spark.executorEnv.TAMIS_KEY' carries the key" in done.stderr
    assert not list((place / "events").iterdir())
    for told in (done.stderr, (place / "spark.log").read_bytes()):
        assert KEY.secret.hex().encode() not in told


@contextmanager
def started(name, env, *arguments):
    """Run a part of a standalone cluster; its log goes to a file, and it is gone at the end."""
    import pyspark

    home = Path(pyspark.__file__).parent
    log = Path(env["SPARK_WORKER_DIR"]) / f"{name}.log"
    with log.open("w") as file:
        command = [home / "bin" / "spark-class", f"org.apache.spark.deploy.{name.split('-')[0]}", *arguments]
        process = subprocess.Popen(command, env={**env, "SPARK_HOME": str(home)}, stdout=file, stderr=file)
        try:
            yield log
        finally:
            process.terminate()
            process.wait(30)


def awaited(log, before, seconds=120):
    """Return the word in a log after some text, once it is there."""
    import time

    for _ in range(10 * seconds):
        if before in log.read_text():
            return log.read_text().partition(before)[2].split()[0]
        time.sleep(0.1)
    raise AssertionError(log.read_text()[-500:])


@pytest.fixture
def cluster(tmp_path):
    """A master and two workers on the loopback address, which have the key in their environment."""
    place = tmp_path / "cluster"
    place.mkdir()
    address = ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0"]
    env = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_WORKER_DIR": str(place), "SPARK_DAEMON_MEMORY": "256m"}
    keyed = {**env, "TAMIS_KEY": KEY.secret.hex()}
    worker = [*address, "--cores", "1", "--memory", "1g"]
    with started("master.Master", env, *address) as log:
        master = awaited(log, "Starting Spark master at ")
        with (
            started("worker.Worker-1", keyed, *worker, master) as one,
            started("worker.Worker-2", keyed, *worker, master) as two,
        ):
            for worker_log in (one, two):
                awaited(worker_log, "Successfully registered with master ")
            yield master, env


def test_a_cluster_of_two_workers_gives_the_same_bytes(tmp_path, source, cluster, policy_file):
    master, env = cluster
    wanted = redact(source, tmp_path / "a" / "o.csv")
    target = tmp_path / "b" / "o.csv"
    script = "import sys; from pipelines.shards import pieces; from pipelines.cli import main; pieces.ROWS = 20; main()"
    command = [sys.executable, "-c", script, "redact", source, "-o", target, "--policy", policy_file]
    command += ["--engine", "spark", "--master", master]
    done = subprocess.run(command, env={**env, "TAMIS_KEY": KEY.secret.hex()}, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert target.read_bytes() == wanted
    executors = [path for path in (tmp_path / "cluster").glob("app-*/*") if path.is_dir()]
    assert len(executors) == 2
    said = b"".join(path.read_bytes() for place in executors for path in place.glob("std*"))
    assert not [word for word in TOKENS if word.encode() in said]


def test_the_example_of_the_documentation_runs_as_it_stands(tmp_path, source, key_file, tamis, monkeypatch):
    text = (Path(__file__).parents[1] / "docs" / "spark.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```sh\ntamis (.*?)\n```", text)
    source.rename(tmp_path / "customers.csv")
    key_file.rename(tmp_path / "my.key")
    monkeypatch.chdir(tmp_path)
    done = tamis(*example.split())
    assert (done.status, done.err) == (0, "")
    written = (tmp_path / "customers-clean.csv").read_text()
    assert not [word for word in TOKENS if word in written and not word.startswith("re")]
    assert written.count("@") == 0


def test_counts_are_those_of_this_process():
    rng = np.random.default_rng(5)
    with opened(place_of("spark")) as engine:
        for rows, sizes in ((0, (2, 3)), (1, (4,)), (5_000, (2, 3, 400)), (30_000, (1, 7, 40_000))):
            array = np.stack([rng.integers(0, size, rows) for size in sizes], axis=1)
            codes = Codes(array, tuple(map(str, sizes)), sizes)
            counter = engine.tabulate(codes)
            places = range(len(sizes))
            for axes in [(), *((place,) for place in places), *((i, j) for i in places for j in places if i < j)]:
                assert np.array_equal(counter(axes), count(codes, axes)), (rows, axes)
        assert engine.tabulate(Codes(np.zeros((9, 0), dtype=np.int8), (), ()))(()) == 9


def visits(rows):
    rng = np.random.default_rng(9)
    a = rng.choice(list("xyz"), rows)
    b = np.where(rng.random(rows) < 0.8, a, "y")
    who, n = rng.integers(0, rows // 2, rows).astype(str), rng.integers(0, 9, rows)
    return pd.DataFrame({"who": who, "a": a, "b": b, "n": n})


def test_a_seeded_model_is_the_same_whoever_counts():
    columns = (
        Column("who", "identifier"),
        *(Column(name, "category", categories=tuple("xyz"), nullable=False) for name in "ab"),
        Column("n", "integer", min=0, max=8),
    )
    frame = visits(2_000)
    with opened(place_of("spark")) as engine:
        for method in (Independent, MST, AIM):
            for unit in (Unit(), Unit("who", 2)):
                models = [
                    method(1, ledger=Ledger(unit=unit), entropy=InsecureTestEntropy(4), **counts).fit(
                        frame, Schema(columns, unit=unit)
                    )
                    for counts in ({}, {"tabulate": engine.tabulate})
                ]
                one, two = (
                    (m.rows, m.ledger, [x.counts.tolist() for x in m.marginals], m.sample(50).to_csv()) for m in models
                )
                assert one == two
    assert encode(frame, Schema(columns)).sizes == (3, 3, 10)


def test_synth_on_spark_writes_table_report_and_ledger(tmp_path, tamis):
    frame = visits(300)[["a", "b"]]
    frame.to_csv(tmp_path / "in.csv", index=False)
    schema = Schema(tuple(Column(name, "category", categories=tuple("xyz"), nullable=False) for name in "ab"))
    (tmp_path / "s.toml").write_text(schema.to_toml())
    out = tmp_path / "out.csv"
    options = ["--epsilon", "5", "--schema", tmp_path / "s.toml", "--method", "mst", "--engine", "spark"]
    done = tamis("synth", tmp_path / "in.csv", "-o", out, *options)
    assert done.status == 0, done.err
    assert set(pd.read_csv(out)["a"]) <= set("xyz")
    report = json.loads(out.with_name("out.csv.report.json").read_text())
    assert report["epsilon"] == 5
    assert len((tmp_path / "in.csv.ledger.jsonl").read_text().splitlines()) > len(report["spends"]) - 1
