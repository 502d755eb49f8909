"""Who and what takes the place of personal data: read a value, draw another one of its kind, write it in its form."""

from deid.surrogates.cast import Cast
from deid.surrogates.notes import Notes
from deid.surrogates.rehearsal import Draft, Rehearsal, set_scene
from deid.surrogates.scene import Scene, Turns

__all__ = ["Cast", "Draft", "Notes", "Rehearsal", "Scene", "Turns", "set_scene"]
