"""tamis's synthesizers and its peers', each a process of its own on one core: codes in, codes out."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.environments import OWN, Environment, ScriptFailedError
from benchmarks.peers import seam
from synth.budget import rho_of
from synth.encode import Codes

DELTA = "1e-9"
_NO_EPSILON = "1"


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
    environment: Environment = OWN
    private: bool = True

    def make(self, real: Codes, epsilon: str | None, limit: int) -> Made:
        """Synthesise as many rows as `real` has, in at most `limit` processor seconds.

        Raises ScriptFailedError, EnvironmentFailedError.
        """
        asked = epsilon or _NO_EPSILON
        rho = repr(float(rho_of(asked, DELTA)))
        with tempfile.TemporaryDirectory() as folder:
            seam.write(Path(folder), real.array, real.names, real.sizes)
            told = self.environment.run(self.script, folder, self.method, limit, asked, DELTA, rho)
            made = np.load(Path(folder) / seam.MADE)
        if made.shape != real.array.shape or made.min() < 0 or (made >= np.array(real.sizes)).any():
            raise ScriptFailedError("codes outside the domain")
        return Made(Codes(made, real.names, real.sizes), **told)


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
