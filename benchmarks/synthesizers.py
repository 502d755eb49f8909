"""tamis's synthesizers and its peers', each a process of its own on one core: codes in, codes out."""

import json
import os
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.environments import Environment
from benchmarks.peers import seam
from synth.budget import rho_of
from synth.encode import Codes

_ROOT = Path(__file__).resolve().parents[1]
DELTA = "1e-9"
_NO_EPSILON = "1"
_ONE_THREAD = {
    **dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS", "POLARS_MAX_THREADS"), "1"
    ),
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
}


_OWN = Environment()


class SystemFailedError(RuntimeError):
    """A system gave no table: `reason` is the class of its error, or what it did instead."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Made:
    """A synthetic table, the wall and processor seconds of fit and sample without imports, and the peak memory."""

    codes: Codes
    seconds: float
    cpu_seconds: float
    peak_mib: float


@dataclass(frozen=True, slots=True)
class System:
    """A synthesizer: its name in tables, its script in `peers`, the method it is asked for, where it runs."""

    name: str
    script: str
    method: str
    environment: Environment = _OWN
    private: bool = True

    def make(self, real: Codes, epsilon: str | None, limit: int) -> Made:
        """Synthesise as many rows as `real` has, in at most `limit` processor seconds.

        Raises SystemFailedError, EnvironmentFailedError.
        """
        asked = epsilon or _NO_EPSILON
        rho = repr(float(rho_of(asked, DELTA)))
        command = [str(self.environment.python()), "-m", f"benchmarks.peers.{self.script}"]
        with tempfile.TemporaryDirectory() as folder:
            seam.write(Path(folder), real.array, real.names, real.sizes)
            told = _run([*command, folder, self.method, str(limit), asked, DELTA, rho], limit)
            made = np.load(Path(folder) / seam.MADE)
        if made.shape != real.array.shape or made.min() < 0 or (made >= np.array(real.sizes)).any():
            raise SystemFailedError("codes outside the domain")
        return Made(Codes(made, real.names, real.sizes), **told)


def _run(command: list[str], limit: int) -> dict[str, Any]:
    environment = {**os.environ, **_ONE_THREAD}
    done = subprocess.run(command, cwd=_ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode == -signal.SIGXCPU:
        raise SystemFailedError(f"> {limit} s")
    if done.returncode < 0:
        raise SystemFailedError(f"ended by signal {-done.returncode}")
    last = done.stdout.rstrip().rpartition("\n")[2]
    if done.returncode and not last.startswith('{"error"'):
        raise SystemFailedError(f"ended with {done.returncode}", done.stderr[-300:])
    told: dict[str, Any] = json.loads(last)
    if "error" in told:
        raise SystemFailedError(told["error"], done.stderr[-300:])
    return told


AIM = System("tamis AIM", "tamis", "aim")
MST = System("tamis MST", "tamis", "mst")
INDEPENDENT = System("tamis Independent", "tamis", "independent")
DPMM_AIM = System("dpmm 0.1.9 AIM, capped", "dpmm", "aim", Environment("dpmm"))
DPMM_MST = System("dpmm 0.1.9 MST", "dpmm", "mst", Environment("dpmm"))
OPENDP_MST = System("OpenDP 0.16.0 MST, `sample`", "opendp", "sample", Environment("opendp"))
OPENDP_ROUND = System("OpenDP 0.16.0 MST, default `round`", "opendp", "round", Environment("opendp"))
SMARTNOISE_MST = System("smartnoise-synth 1.0.8 MST, default", "smartnoise", "round", Environment("smartnoise"))
SMARTNOISE_SAMPLE = System("smartnoise-synth 1.0.8 MST, `sample`", "smartnoise", "sample", Environment("smartnoise"))
COPULA = System("SDV 2.0.0 GaussianCopula (no privacy)", "tamis", "copula", private=False)

SYSTEMS = (
    AIM,
    MST,
    INDEPENDENT,
    DPMM_AIM,
    DPMM_MST,
    OPENDP_MST,
    OPENDP_ROUND,
    SMARTNOISE_MST,
    SMARTNOISE_SAMPLE,
    COPULA,
)
