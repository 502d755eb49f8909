"""Attack two files, whoever made them: what was, and what leaves. No recipe; the limits are the usual ones.

The limits are the profile's, by default those for a release under a contract (`docs/gate.md` has their sources). What
the files do not allow to be measured is not judged, with one exception: a synthetic table without a hold-out is
INVALID, because a correlation that holds for everybody cannot be told from a leak.
"""

from collections.abc import Sequence
from pathlib import Path

from pipelines.attack import Attack
from pipelines.attacks import Outcome, run_attack
from pipelines.attestation import Subject, attest
from pipelines.book import Book, count_runs
from pipelines.check import Check, passes
from pipelines.corpus import write_text
from pipelines.digest import digest
from pipelines.engine import Engine
from pipelines.errors import UsageError
from pipelines.gate import judge_attacks, judge_book
from pipelines.material import Material
from pipelines.models import judge_models
from pipelines.output import protect, staged, write_private
from pipelines.profile import Profile
from pipelines.progress import timed
from pipelines.recipe import GateLimits, Recipe
from pipelines.release import ATTESTATION, REPORT_HTML, REPORT_JSON, Verdict
from pipelines.report import Facts, render_html, render_json
from pipelines.seal import Seal
from pipelines.sources import Sources
from pipelines.tablefile import Reading, is_table
from pipelines.targets import RELEASED, Given, Kind, Target, target_of


def audit(
    original: Path,
    released: Path,
    holdout: Path | None = None,
    *,
    kind: Kind | None = None,
    count: str | None = None,
    label: str | None = None,
    out: Path = Path("audit-out"),
    reading: Reading | None = None,
    profile: Profile = "controlled",
    ledger: Path | None = None,
    overwrite: bool = False,
) -> Verdict:
    """Attack a release and write `report.json`, `report.html` and `attestation.json` into `out`.

    Tables: known identifiers are searched; where the rows of both tables correspond, rows are linked and their risk
    counted by their quasi-identifiers; where they do not (a synthetic table), rows are singled out, linked, inferred
    and told from those of `holdout`. Texts are joined by file name or `id`: known identifiers are searched and the
    people of each text inferred; where the JSON lines of the original have `person` and `attributes`, these are
    inferred and linked too, and it is counted whom all fits that a text still says of its person.

    An "aggregate" is a table of counts of the rows of the original: `count` is its column of people, its other columns
    are those of the original. A "model" was trained on the original: a file that is searched for its rows; with
    `label`, the column that it tells, and a hold-out, a classifier in ONNX is asked too.

    `ledger` counts how often the source was attacked. The attestation is signed where TAMIS_SIGNING_KEY is set.
    """
    protect([path for path in (original, released, holdout, ledger) if path is not None], [out])
    what = kind or ("table" if is_table(original) else "text")
    _check_options(what, holdout, count, label)
    plan = Recipe.model_validate(
        {"schema_version": 1, "name": "audit", "table": [{"path": RELEASED}], "gate": {"profile": profile}}
    )
    seal = Seal.from_environment()
    with staged(out, overwrite=overwrite) as (folder,):
        with timed("loading the language model"):
            engine = Engine()
        given = Given(original, released, holdout, reading or Reading())
        target = target_of(what, given, engine, count, label)
        booked = count_runs([ledger]) if ledger is not None else None
        checks = _judged(target, plan.gate, booked, signed=seal is not None)
        facts, sources = Facts.of(engine, None), Sources({original.name: digest(original)})
        about = Subject(profile, None, digest(released), booked.head if booked else None, sources.commitment)
        folder.mkdir()
        write_text(folder / ATTESTATION, attest(about, checks, None, facts, seal))
        write_private(folder / REPORT_JSON, render_json(plan, target.material, checks, facts, sources))
        write_private(folder / REPORT_HTML, render_html(plan, target.material, checks, facts))
    return Verdict(passes(checks), tuple(checks), None, out / REPORT_HTML)


def _judged(target: Target, gate: GateLimits, booked: Book | None, *, signed: bool) -> list[Check]:
    """Attack, and judge what came of it."""
    outcomes = [*(_run(attack, target.material) for attack in target.attacks), *target.outcomes]
    return [
        *judge_attacks(outcomes, target.material, gate),
        *_unknown(target, outcomes),
        *judge_models(target.material.models, signed),
        *(judge_book(gate, booked, None) if booked is not None else []),
    ]


def _run(attack: Attack, material: Material) -> Outcome:
    with timed(f"attacking: {attack.kind}"):
        return run_attack(attack, material)


def _check_options(what: Kind, holdout: Path | None, count: str | None, label: str | None) -> None:
    """Refuse what means nothing for what is audited."""
    if what == "text" and holdout is not None:
        raise UsageError("--holdout is for tables; texts are attacked by what other people's texts teach")
    if (count is not None) != (what == "aggregate"):
        raise UsageError("--count names the column of people of an aggregate; give both, or neither")
    if label is not None and what != "model":
        raise UsageError("--label is the column that a model tells: say --kind model")
    if what == "model" and (label is None) != (holdout is None):
        raise UsageError("a model is asked where both --label and --holdout are given")


def _unknown(subject: Target, outcomes: Sequence[Outcome]) -> list[Check]:
    """Warn of what could not be tried on texts, because the original does not say whose they are, or what they were."""
    if RELEASED not in subject.material.corpora:
        return []
    tried = {outcome.attack.kind for outcome in outcomes}
    needs = {
        "linkage": ("T5", "`person`, for two texts or more of each"),
        "attribute-inference": ("T4", "`attributes`"),
        "quasi-identifiers": ("T6", "`person` and `attributes`"),
    }
    return [
        Check(
            f"{RELEASED}: {kind}",
            "WARN",
            "not tried",
            None,
            None,
            f"the lines of the original do not have {needed}, so nothing is known of this",
            "texts",
            code,
        )
        for kind, (code, needed) in needs.items()
        if kind not in tried
    ]
