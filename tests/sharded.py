"""What the tests of runs in shards share: policies without a model, what a report says, a run that is killed."""

import json
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.faults import die_at, in_a_child
from deid.keys import Key
from deid.policy import Policy

KEY = Key(bytes(range(32)))


def light(name: str = "tokens", **changes: Any) -> Policy:
    """Return a policy with detectors that take no time to load."""
    detectors = ("identifiers", "phones", "network", "dates", "people")
    return replace(Policy.load(name), detectors=detectors, **changes)


def record(target: Path) -> dict[str, Any]:
    """Return what the report beside an output says of the redaction."""
    told = json.loads(target.with_name(f"{target.name}.report.json").read_text())
    return {key: told[key] for key in told if key not in {"facts", "fingerprint"}}


def check_kill(folder: Path, name: str, step: int, redact: Callable[..., Any]) -> None:
    """Kill `redact(target, resume=True)` at a step that it makes on the disk, and let it go on."""
    clean, target = redact(folder / "clean" / name), folder / "killed" / name

    def dying() -> None:
        die_at(step)
        redact(target, resume=True)

    assert in_a_child(dying) == -signal.SIGKILL
    assert not target.exists()
    assert redact(target, resume=True) == clean
    assert sorted(path.name for path in target.parent.iterdir()) == [name, f"{name}.report.json"]
