"""Run the attacks of a recipe on what a run is about to release."""

from pipelines.attacks.outcome import Outcome, guarded, run_attack

__all__ = ["Outcome", "guarded", "run_attack"]
