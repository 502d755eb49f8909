"""`tamis redact --vault` and `tamis restore`: the originals come back to the byte, or nothing does."""

import csv
import json
import os
import random
import shutil
import stat
from pathlib import Path

import pandas as pd
import pytest

from deid import Key, Policy
from deid.errors import VaultError
from deid.operators import Surrogate, Token
from pipelines.errors import InternalError, SourceError
from pipelines.job import Job, run_job
from pipelines.keeping import NEW_KEY, opened_vault, rekey, restore
from pipelines.tablefile import Reading

KEY, OTHER = Key(bytes(range(32))), Key(bytes(32))
QUICK = ("network", "records", "identifiers")
POLICY = Policy(name="quick", detectors=QUICK, default=Token())
TOML = 'schema_version = 1\nname = "quick"\ndetectors = ["network", "records", "identifiers"]\ndefault = "token"\n'
NOTE = "Write to {} about it, please, and do not forget the rest.\r\n"


def key_file(folder: Path, key: Key = KEY, name: str = "k") -> Path:
    path = folder / name
    path.write_bytes(key.secret)
    path.chmod(0o600)
    return path


def fill(folder: Path) -> Path:
    (folder / "letters" / "old").mkdir(parents=True)
    with (folder / "people.csv").open("w", newline="", encoding="utf-8") as file:
        rows = [[str(n), f"p{n}@example.com", NOTE.format(f"q{n}@example.com")] for n in range(30)]
        csv.writer(file).writerows([["n", "e-mail", "remark"], *rows])
    (folder / "odd.tsv").write_bytes(
        b"\xef\xbb\xbfa\te-mail\n\n1\tann@example.com\nshort\n" + b"2\tbo@example.com\n" * 200
    )
    frame = pd.DataFrame({"n": [1, None, 3], "e-mail": ["ann@example.com", None, "bo@example.com"]})
    frame.to_parquet(folder / "typed.parquet")
    for n in range(3):
        (folder / "letters" / ("old" if n else "") / f"{n}.txt").write_text(
            NOTE.format(f"p{n}@example.com"), newline=""
        )
    (folder / "letters" / "empty.txt").write_text("")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def job(source: Path, target: Path, vault: Path, key: Key | None = KEY, policy: Policy = POLICY) -> Job:
    return Job(source, target, policy, Reading(quarantine_limit=0.2), key, 1, vault)


@pytest.fixture
def desk(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Path:
    fill(tmp_path / "in")
    key_file(tmp_path)
    (tmp_path / "p.toml").write_text(TOML)
    run_job(job(tmp_path / "in", tmp_path / "out", tmp_path / "v.tamis", policy=Policy.load(tmp_path / "p.toml")))
    capfd.readouterr()
    return tmp_path


def test_a_whole_folder_comes_back_to_the_byte(desk: Path) -> None:
    before, released = contents(desk / "in"), contents(desk / "out")
    assert before.keys() == released.keys()
    assert b"@example" not in b"".join(data for name, data in released.items() if not name.endswith(".parquet"))
    assert restore(desk / "out", desk / "v.tamis", desk / "back", KEY) == len(before)
    assert contents(desk / "back") == before
    assert {stat.S_IMODE(p.stat().st_mode) for p in (desk / "back").rglob("*") if p.is_file()} == {0o600}
    assert stat.S_IMODE((desk / "back").stat().st_mode) == 0o700
    assert stat.S_IMODE((desk / "v.tamis").stat().st_mode) == 0o600


def test_a_random_bit_of_the_vault_changes_and_nothing_comes_back(refused, desk: Path) -> None:
    sealed = (desk / "v.tamis").read_bytes()
    draws = random.Random(7)
    arguments = ("restore", desk / "out", "--vault", desk / "v.tamis", "-o", desk / "back", "--key-file", desk / "k")
    for _ in range(200):
        bit = draws.randrange(8 * len(sealed))
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        (desk / "v.tamis").write_bytes(changed)
        refused(desk, "D204", *arguments)
    (desk / "v.tamis").write_bytes(sealed[:-1])
    refused(desk, "D204", *arguments)


@pytest.mark.parametrize("fault", ["changed", "missing", "added", "renamed", "one file", "swapped"])
def test_a_changed_release_does_not_come_back(refused, desk: Path, fault: str) -> None:
    release, file = desk / "out", desk / "out" / "people.csv"
    if fault == "changed":
        file.write_bytes(file.read_bytes().replace(b"remark", b"Remark"))
    elif fault == "missing":
        file.unlink()
    elif fault == "added":
        (desk / "out" / "more.txt").write_text("x")
    elif fault == "renamed":
        file.rename(file.with_name("persons.csv"))
    elif fault == "swapped":
        file.write_bytes((desk / "out" / "odd.tsv").read_bytes())
    else:
        release = file
    arguments = ("--vault", desk / "v.tamis", "-o", desk / "back", "--key-file", desk / "k")
    err = refused(desk, "D204", "restore", release, *arguments).err
    assert "example.com" not in err
    assert fault == "one file" or ".csv'" in err or "more.txt" in err


def test_another_key_or_policy_does_not_bring_it_back(refused, tamis, desk: Path, monkeypatch) -> None:
    monkeypatch.delenv("TAMIS_KEY", raising=False)
    arguments = ("restore", desk / "out", "--vault", desk / "v.tamis", "-o", desk / "back")
    other = key_file(desk, OTHER, "other")
    assert f"opens with the key {KEY.id}" in refused(desk, "D204", *arguments, "--key-file", other).err
    refused(desk, "D102", *arguments)
    refused(desk, "D204", *arguments, "--key-file", desk / "k", "--policy", "tokens")
    (desk / "p.toml").write_text(TOML.replace("token", "mask"))
    refused(desk, "D204", *arguments, "--key-file", desk / "k", "--policy", desk / "p.toml")
    (desk / "p.toml").write_text(TOML + "# a remark\n")
    monkeypatch.setenv("TAMIS_KEY", KEY.secret.hex())
    assert tamis(*arguments, "--policy", desk / "p.toml").status == 0


def test_nothing_is_written_over(refused, desk: Path) -> None:
    arguments = ("--vault", desk / "v.tamis", "--key-file", desk / "k")
    refused(desk, "P103", "restore", desk / "out", "-o", desk / "in", *arguments)
    refused(desk, "P101", "restore", desk / "out", "-o", desk / "out" / "back", *arguments)
    refused(desk, "P101", "restore", desk / "out", "-o", desk / "v.tamis", *arguments, "--overwrite")
    refused(desk, "P101", "restore", desk / "out", "-o", desk / "back")
    refused(desk, "P101", "restore", desk / "out", *arguments)
    refused(desk, "P201", "restore", desk / "nowhere", "-o", desk / "back", *arguments)
    refused(
        desk, "P201", "restore", desk / "out", "-o", desk / "back", "--vault", desk / "no", "--key-file", desk / "k"
    )


@pytest.mark.parametrize("place", ["out2/v.tamis", "out2", "in/v.tamis", "out2.report.json", "in"])
def test_a_vault_does_not_lie_in_a_release_or_in_the_input(refused, desk: Path, place: str) -> None:
    arguments = ("redact", desk / "in", "-o", desk / "out2", "--policy", "fast", "--key-file", desk / "k")
    refused(desk, "P101", *arguments, "--vault", desk / place)


def test_a_file_that_is_no_vault_is_left_alone(refused, desk: Path) -> None:
    arguments = ("redact", desk / "in", "-o", desk / "out2", "--policy", desk / "p.toml", "--key-file", desk / "k")
    refused(desk, "D204", *arguments, "--vault", desk / "p.toml", "--overwrite")
    refused(desk, "P101", "redact", "-", "-o", "-", "--vault", desk / "v2", "--key-file", desk / "k")


def test_a_vault_needs_a_key_also_where_the_policy_does_not(refused, desk: Path, monkeypatch) -> None:
    monkeypatch.delenv("TAMIS_KEY", raising=False)
    assert "vault" in refused(desk, "D102", "redact", desk / "in", "-o", desk / "out2", "--vault", desk / "v2").err


def test_a_run_that_fails_leaves_the_vault_as_it_was(refused, desk: Path) -> None:
    (desk / "bad.csv").write_text("a,b\n1\n")
    arguments = ("--policy", desk / "p.toml", "--key-file", desk / "k", "--vault")
    refused(desk, "P203", "redact", desk / "bad.csv", "-o", desk / "bad-out.csv", *arguments, desk / "v.tamis")
    refused(desk, "P203", "redact", desk / "bad.csv", "-o", desk / "bad-out.csv", *arguments, desk / "new" / "v")
    refused(desk, "P103", "redact", desk / "in", "-o", desk / "out", *arguments, desk / "v.tamis")


def test_who_plays_whom_is_kept_in_the_vault(tmp_path: Path) -> None:
    policy, vault = Policy(default=Surrogate(scope="corpus")), tmp_path / "v.tamis"
    released = []
    for name, more in (("one", ""), ("two", " Bob Ray answered."), ("alone", " Bob Ray answered.")):
        (tmp_path / f"{name}.txt").write_text(f"Ms Ann Lee wrote to us yesterday.{more}")
        kept = vault if name != "alone" else tmp_path / "other.tamis"
        work = Job(tmp_path / f"{name}.txt", tmp_path / f"{name}-out.txt", policy, Reading(), KEY, vault=kept)
        run_job(work)
        released.append((tmp_path / f"{name}-out.txt").read_text().split(" wrote")[0])
    assert "Ann" not in released[0]
    assert released[0] == released[1] != released[2]  # a corpus of its own has a cast of its own


def test_a_later_run_adds_to_the_vault(desk: Path) -> None:
    first = contents(desk / "in")
    with opened_vault(desk / "v.tamis", KEY) as vault:
        sealed = vault.with_state("notes", {"Ann Lee": "Mia Cole"}).sealed(KEY)
    (desk / "v.tamis").write_bytes(sealed)
    (desk / "more.txt").write_text(NOTE.format("zoe@example.com"))
    run_job(job(desk / "more.txt", desk / "more-out.txt", desk / "v.tamis"))
    with opened_vault(desk / "v.tamis", KEY) as vault:
        assert vault.state("notes") == {"Ann Lee": "Mia Cole"}
    restore(desk / "out", desk / "v.tamis", desk / "back", KEY)
    restore(desk / "more-out.txt", desk / "v.tamis", desk / "more-back.txt", KEY)
    assert contents(desk / "back") == first
    assert (desk / "more-back.txt").read_bytes() == (desk / "more.txt").read_bytes()
    with pytest.raises(VaultError, match="opens with the key"):
        run_job(job(desk / "more.txt", desk / "again.txt", desk / "v.tamis", OTHER))


def test_rotation_changes_the_header_and_no_content(refused, tamis, desk: Path, monkeypatch) -> None:
    before = (desk / "v.tamis").read_bytes()
    new = key_file(desk, OTHER, "new")
    monkeypatch.delenv(NEW_KEY, raising=False)
    refused(desk, "D102", "rekey", desk / "v.tamis", "--key-file", desk / "k")
    refused(desk, "D204", "rekey", desk / "v.tamis", "--key-file", new, "--new-key-file", desk / "k")
    refused(desk, "P201", "rekey", desk / "nowhere", "--key-file", new, "--new-key-file", desk / "k")
    ended = tamis("rekey", desk / "v.tamis", "--key-file", desk / "k", "--new-key-file", new)
    assert (ended.status, ended.out) == (0, "")
    after = (desk / "v.tamis").read_bytes()
    assert stat.S_IMODE((desk / "v.tamis").stat().st_mode) == 0o600
    assert sum(a != b for a, b in zip(before, after, strict=True)) <= 62
    with pytest.raises(VaultError):
        restore(desk / "out", desk / "v.tamis", desk / "back", KEY)
    restore(desk / "out", desk / "v.tamis", desk / "back", OTHER)
    monkeypatch.setenv(NEW_KEY, KEY.secret.hex())
    assert tamis("rekey", desk / "v.tamis", "--key-file", new).status == 0
    rekey(desk / "v.tamis", KEY, OTHER)
    assert contents(desk / "back") == contents(desk / "in")


def test_resume_makes_anew_what_the_vault_does_not_know(desk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    policy = Policy.load(desk / "p.toml")
    done = "already done: the output is that of this job\n"
    run_job(job(desk / "in", desk / "out", desk / "v.tamis", policy=policy), resume=True)
    assert capfd.readouterr().err == done
    run_job(job(desk / "in", desk / "out", desk / "v2.tamis", policy=policy), resume=True)
    assert capfd.readouterr().err != done
    restore(desk / "out", desk / "v2.tamis", desk / "back", KEY)
    assert contents(desk / "back") == contents(desk / "in")


def test_the_report_says_that_it_is_personal_data_still(desk: Path) -> None:
    record = json.loads((desk / "out.report.json").read_text())
    assert record["vault"] is True
    assert "GDPR Art. 4(5)" in record["pseudonymous"]
    plain = Policy(name="plain", detectors=QUICK)
    run_job(Job(desk / "in", desk / "out2", plain, Reading(quarantine_limit=0.2)))
    record = json.loads((desk / "out2.report.json").read_text())
    assert (record["vault"], record["pseudonymous"]) == (False, None)
    run_job(job(desk / "in", desk / "out3", desk / "v3.tamis", policy=plain))
    assert "GDPR" in json.loads((desk / "out3.report.json").read_text())["pseudonymous"]


@pytest.mark.parametrize("changed", ["in/letters/0.txt", "v.tamis"])
def test_what_changes_meanwhile_is_not_lost(desk: Path, monkeypatch: pytest.MonkeyPatch, changed: str) -> None:
    import pipelines.job as module

    def meddle(*_: object) -> list[str]:
        (desk / changed).write_bytes(b"another run's")
        return []

    monkeypatch.setattr(module, "warnings_of", meddle)
    with pytest.raises(module.SourceError, match="changed while"):
        run_job(job(desk / "in", desk / "out2", desk / "v.tamis"))
    assert not (desk / "out2").exists()
    assert (desk / changed).read_bytes() == b"another run's"


def test_an_original_that_changes_while_it_is_kept_ends_the_run(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pipelines.keeping as module

    taken = module._taken

    def meddle(*arguments: object) -> object:
        try:
            return taken(*arguments)  # type: ignore[arg-type]
        finally:
            (desk / "in" / "people.csv").write_bytes(b"n,e-mail\n1,x@example.com\n")

    monkeypatch.setattr(module, "_taken", meddle)
    with pytest.raises(SourceError, match="changed while"):
        run_job(job(desk / "in", desk / "out2", desk / "v.tamis"))
    assert not (desk / "out2").exists()
    restore(desk / "out", desk / "v.tamis", desk / "back", KEY)


def test_a_released_file_without_an_original_is_a_fault(tmp_path: Path) -> None:
    from pipelines.keeping import release_of

    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "x.txt").write_text("x")
    told = release_of(tmp_path / "in", tmp_path / "out", POLICY, {"x.txt": "x.txt"}, tmp_path)
    with pytest.raises(InternalError, match=r"x\.txt"), told:
        pass


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="another file system is needed")
def test_a_vault_may_lie_in_another_file_system(desk: Path) -> None:
    elsewhere = Path("/dev/shm") / f"tamis-test-{os.getpid()}"
    try:
        run_job(job(desk / "in", desk / "out2", elsewhere / "v"))
        assert [p.name for p in elsewhere.iterdir()] == ["v"]
        restore(desk / "out2", elsewhere / "v", desk / "back", KEY)
        assert contents(desk / "back") == contents(desk / "in")
    finally:
        shutil.rmtree(elsewhere, ignore_errors=True)
