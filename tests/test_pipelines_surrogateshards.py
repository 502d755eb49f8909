"""Surrogates of a source of any size: drawn for all of it, written shard by shard, the same as in memory."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.operators import Surrogate
from deid.scanner import Scanner
from deid.surrogates import Rehearsal
from deid.surrogates.kinds import KINDS, PERSON
from deid.surrogates.part import Mention, Part, Style
from deid.vault.envelope import MAGIC
from pipelines import job
from pipelines.engines.opening import Place
from pipelines.errors import InternalError, SourceError, UsageError
from pipelines.job import Job, run_job
from pipelines.keeping import cast_of, opened_vault, restore
from pipelines.shards import course, pieces, playbill
from pipelines.shards.binding import Binding
from pipelines.shards.folder import place_of
from pipelines.shards.recall import Noting, Recalling
from pipelines.tablefile import Reading
from tests.sharded import KEY, check_kill, light, record

ROWS = 60
FIRST = "Ann Bob Carol David Emma Frank Grace Henry Irene Jack".split()
LAST = "Smith Walker Marsh Lee".split()


def surrogates(**given):
    policy = light("surrogates")
    operator = Surrogate(**given)
    labels = {label: operator if isinstance(said, Surrogate) else said for label, said in policy.labels.items()}
    return replace(policy, labels=labels, default=operator)


def name_of(n):
    return f"{FIRST[n % 10]} {LAST[n // 10 % 4]}"


@pytest.fixture
def table(tmp_path):
    """People who come again shards later, in other spellings, with initials and in each other's notes."""
    path = tmp_path / "people.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["pid", "name", "email", "phone", "note"])
        for n in range(ROWS):
            first, last = name_of(n * 7).split()
            spelled = (f"{first} {last}", f"{last.upper()}, {first}", f"{first[0]}. {last}")[n % 3]
            note = f"{first[0]}. {last} called {name_of(n * 3)} twice, mail {first.lower()}.{last.lower()}@corp.com"
            writer.writerow([n, spelled, f"{first.lower()}.{last.lower()}@corp.com", f"+1 202-456-{n:04}", note])
    return path


@pytest.fixture
def folder(tmp_path, table):
    place = tmp_path / "clinic"
    place.mkdir()
    table.rename(place / "people.csv")
    for n in range(6):
        (place / f"letter {n}.txt").write_text(
            f"Dear {name_of(n * 7)},\n\nask {name_of(n)[0]}. Walker at a{n}@corp.com"
        )
    lines = [{"id": n, "text": f"Ask {name_of(n)} at +1 202-456-{n:04}"} for n in range(8)]
    (place / "mails.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in lines))
    records = [{"name": name_of(n), "said": [{"note": f"{name_of(n + 1)} came"}] * 2} for n in range(9)]
    (place / "calls.ndjson").write_text("".join(f"{json.dumps(one)}\n" for one in records))
    return place


@pytest.fixture
def small_shards(monkeypatch):
    monkeypatch.setattr(pieces, "ROWS", 7)
    monkeypatch.setattr(pieces, "TEXTS", 3)


def run(source, target, policy=None, *, jobs=1, key=KEY, **options):
    task = Job(source, target, policy or surrogates(), Reading(), key, jobs)
    run_job(task, **options)
    if target.is_file():
        return target.read_bytes()
    return {path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*") if path.is_file()}


def in_memory(source, target, monkeypatch, policy=None):
    with monkeypatch.context() as patch:
        patch.setattr(job, "large_of", lambda *_: None)
        return run(source, target, policy)


def told_of(target):
    """What the report says, but for the name that one of the two gives to a single table."""
    told = record(target)
    return {**told, "tables": list(told["tables"].values())}


@pytest.mark.parametrize("scope", ["key", "corpus", "document"])
def test_the_same_surrogates_as_in_memory(tmp_path, table, small_shards, monkeypatch, scope):
    policy = surrogates(scope=scope)
    whole = in_memory(table, tmp_path / "whole" / "o.csv", monkeypatch, policy)
    assert run(table, tmp_path / "shards" / "o.csv", policy) == whole
    assert told_of(tmp_path / "shards" / "o.csv") == told_of(tmp_path / "whole" / "o.csv")
    assert b"@corp.com" not in whole
    rows = csv.DictReader(whole.decode().splitlines())
    assert not any(name_of(n * 7).split()[1].lower() in row["name"].lower() for n, row in enumerate(rows))


def test_a_folder_has_one_cast(tmp_path, folder, small_shards, monkeypatch):
    whole = in_memory(folder, tmp_path / "whole", monkeypatch)
    assert run(folder, tmp_path / "shards") == whole
    rows = list(csv.DictReader(whole["people.csv"].decode().splitlines()))
    played = {name_of(n * 7): rows[n]["name"] for n in range(0, ROWS, 3)}
    assert all(played[name_of(n * 7)] in whole[f"letter {n}.txt"].decode() for n in range(0, 6, 3))


def test_what_is_drawn_anew_does_not_depend_on_the_workers(tmp_path, table, small_shards):
    policy = surrogates(strategy="markov")
    assert run(table, tmp_path / "one.csv", policy) == run(table, tmp_path / "two.csv", policy, jobs=2)
    names = [row["name"] for row in csv.DictReader((tmp_path / "one.csv").read_text().splitlines())]
    assert len(set(names)) > len({name_of(n * 7) for n in range(ROWS)})


def test_a_key_that_is_forgotten_is_another_each_time(tmp_path, table, small_shards):
    policy = surrogates(strategy="random", scope="corpus")
    assert not policy.needs_key
    one, two = (run(table, tmp_path / f"{n}.csv", policy, key=None) for n in range(2))
    assert one != two


def test_killed_between_rehearsal_and_writing_it_goes_on_to_the_same_bytes(tmp_path, table, small_shards, monkeypatch):
    clean = run(table, tmp_path / "clean.csv")
    target = tmp_path / "out.csv"
    for name in ("cast_shards", "_redact"):
        with monkeypatch.context() as patch:
            patch.setattr(course, name, _stops)
            with pytest.raises(SourceError):
                run(table, target, resume=True)
        assert not target.exists()
        assert place_of(target).exists()
    assert run(table, target, resume=True) == clean
    assert not place_of(target).exists()


def _stops(*_):
    raise SourceError("stopped")


def test_who_played_whom_before_plays_on_and_is_kept_in_the_vault(tmp_path, table, small_shards, monkeypatch):
    """The second run adds people, and names one whom the first drew: in memory and in shards the same comes of it."""
    policy, lines = surrogates(scope="corpus"), table.read_text().splitlines(keepends=True)
    few, drawn = tmp_path / "few.csv", []
    few.write_text("".join(lines[:20]))
    for place in ("whole", "shards"):
        with monkeypatch.context() as patch:
            if place == "whole":
                patch.setattr(job, "large_of", lambda *_: None)
            vault = tmp_path / place / "v"
            run_job(Job(few, tmp_path / place / "few.csv", policy, Reading(), KEY, vault=vault))
            with (tmp_path / place / "few.csv").open() as file:
                drawn = [row["name"] for row in csv.DictReader(file)]
            more = tmp_path / place / "more.csv"
            more.write_text("".join(lines) + f"99,{drawn[0]},x@corp.com,,\n")
            target = tmp_path / place / "out.csv"
            run_job(Job(more, target, policy, Reading(), KEY, vault=vault))
            restore(target, vault, tmp_path / place / "back.csv", KEY)
            assert (tmp_path / place / "back.csv").read_bytes() == more.read_bytes()
    outs = [(tmp_path / place / "out.csv").read_text() for place in ("whole", "shards")]
    assert outs[0] == outs[1]
    assert drawn[0] not in outs[0]
    names = [row["name"] for row in csv.DictReader(outs[0].splitlines())]
    assert names[3:19:3] == drawn[3:19:3]
    casts = []
    for place in ("whole", "shards"):
        with opened_vault(tmp_path / place / "v", KEY) as vault:
            casts.append(cast_of(vault))
    assert casts[0] == casts[1]


def test_a_run_with_a_vault_does_not_go_on_with_what_one_without_has_cast(tmp_path, table, small_shards, monkeypatch):
    target, policy = tmp_path / "out.csv", surrogates()
    with monkeypatch.context() as patch:
        patch.setattr(Binding, "titles", _stops)
        with pytest.raises(SourceError):
            run(table, target, policy, resume=True)
    run_job(Job(table, target, policy, Reading(), KEY, vault=tmp_path / "v"), resume=True)
    with opened_vault(tmp_path / "v", KEY) as vault:
        assert cast_of(vault).roles


def test_a_run_without_a_vault_does_not_draw_with_one_that_another_run_had(tmp_path, table, small_shards, monkeypatch):
    policy, few = surrogates(scope="corpus"), tmp_path / "few.csv"
    few.write_text("".join(table.read_text().splitlines(keepends=True)[:20]))
    clean, target = run(table, tmp_path / "clean.csv", policy), tmp_path / "out.csv"
    run_job(Job(few, tmp_path / "few-out.csv", policy, Reading(), KEY, vault=tmp_path / "v"))
    with monkeypatch.context() as patch:
        patch.setattr(course, "cast_shards", _stops)
        with pytest.raises(SourceError):
            run_job(Job(table, target, policy, Reading(), KEY, vault=tmp_path / "v"), resume=True)
    assert run(table, target, policy, resume=True) == clean


def test_a_vault_keeps_its_cast_whatever_another_run_left_behind(tmp_path, table, small_shards, monkeypatch):
    target, policy, one, other = tmp_path / "out.csv", surrogates(), tmp_path / "a", tmp_path / "b"
    run_job(Job(table, tmp_path / "first.csv", surrogates(scope="corpus"), Reading(), KEY, vault=other))
    with opened_vault(other, KEY) as vault:
        before = cast_of(vault)
    with monkeypatch.context() as patch:
        patch.setattr(Binding, "titles", _stops)
        with pytest.raises(SourceError):
            run_job(Job(table, target, policy, Reading(), KEY, vault=one), resume=True)
    assert (place_of(target) / "roles").read_bytes().startswith(MAGIC)
    run_job(Job(table, target, light(), Reading(), KEY, vault=other), resume=True)
    with opened_vault(other, KEY) as vault:
        assert cast_of(vault) == before


def test_what_is_remembered_is_told_of_the_same_texts_only():
    scanner = Scanner(light("surrogates"))
    noting = Noting(scanner, [])
    texts = ["Dear Mr Bob Marsh,", "nothing"]
    found = noting.scan(texts)
    noting.without_model().scan(texts[::-1])
    recalling = Recalling.of(scanner.policy, noting.memory)
    assert recalling.scan(texts) == found
    with pytest.raises(InternalError, match="to its end"):
        recalling.close()
    recalling = Recalling.of(scanner.policy, noting.memory)
    with pytest.raises(InternalError, match="as it was before"):
        recalling.scan(texts[::-1])
    recalling = Recalling.of(scanner.policy, noting.memory)
    assert (recalling.scan(texts), recalling.without_model().scan(texts[::-1])) == (found, found[::-1])
    recalling.close()


@pytest.mark.parametrize("step", range(5, 200, 39))
def test_killed_at_a_step_it_goes_on_to_the_same_bytes(tmp_path, table, small_shards, step):
    check_kill(tmp_path, "people.csv", step, lambda target, **options: run(table, target, **options))


def test_spark_needs_a_key_that_its_executors_have(tmp_path, table):
    policy = surrogates(strategy="random", scope="corpus")
    with pytest.raises(UsageError, match="key-file"):
        Job(table, tmp_path / "o.csv", policy, Reading(), None, spark=Place("local[2,4]"))


def test_nothing_of_the_cast_is_left(tmp_path, table, small_shards):
    run(table, tmp_path / "o" / "o.csv")
    assert sorted(path.name for path in (tmp_path / "o").iterdir()) == ["o.csv", "o.csv.report.json"]


PARTS = st.builds(Part, st.sampled_from(sorted([*KINDS, PERSON])), st.text(), st.text())


@given(PARTS, PARTS)
def test_a_part_is_kept_as_what_it_is(one, other):
    assert playbill._part(playbill._kept(one)) == one
    assert (playbill._kept(one) == playbill._kept(other)) == (one == other)


WORDS = ("ann lee", "bo lee", "lee", "ann", "cy ray", "a lee")
MENTIONS = st.lists(
    st.tuples(
        st.sampled_from(WORDS), st.sampled_from(WORDS), st.booleans(), st.sampled_from(["", "corpus", "document 7"])
    ),
    max_size=12,
)


def noted(mentions):
    rehearsal = Rehearsal()
    for whole, form, keeps, scope in mentions:
        part, style = Part(PERSON, whole, scope), Style(keep_gender=keeps)
        rehearsal.play(Mention(part, form, style, short=(whole, form) if form == "a lee" else None))
        mail = Part("EMAIL_ADDRESS", f"{form.replace(' ', '.')}@corp.com", scope)
        rehearsal.play(Mention(mail, mail.identity, style, part if form in whole else None))
    return rehearsal


@given(st.lists(MENTIONS, max_size=4))
def test_pieces_are_cast_as_the_whole_is(pieces):
    whole = noted([mention for piece in pieces for mention in piece]).cast(KEY)
    with TemporaryDirectory() as place, playbill.opened_playbill(Path(place) / "bill") as bill:
        notes = [noted(piece).notes() for piece in pieces]
        for one in notes:
            bill.note(one)
        bill.cast(KEY)
        told = [bill.told(one) for one in notes]
    assert {part: drawn for one in told for part, drawn in one.roles.items()} == dict(whole.roles)
    for one, own in zip(notes, told, strict=True):
        played = {short.played(own.roles[short.part]) for short in one.short if short.part in own.roles}
        assert {form for form in played if form and own.occurs(form)} == {
            form for form in played if form and whole.occurs(form)
        }
