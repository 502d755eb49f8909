"""The corpus: two documents for each of two hundred patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cast import draw_slots
from dice import Dice
from genre import compose, read_genre
from passage import Passage
from people import Patient

GENRES = {
    "discharge": 18,
    "email": 17,
    "memo": 15,
    "referral": 15,
    "statement": 13,
    "chat": 12,
    "interview": 12,
    "leaflet": 3,
}
PATIENTS = 200
NOTES_EACH = 2


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the corpus, its file name and whose it is."""

    name: str
    patient_id: str
    genre: str
    passage: Passage


def draw_documents(dice: Dice, patients: Sequence[Patient]) -> list[Document]:
    """Draw the corpus, in an order that does not show which documents belong together."""
    harmless = read_genre("harmless")
    genres = {name: {**harmless, **read_genre(name)} for name in GENRES if name != "leaflet"}
    genres["leaflet"] = {**harmless}
    adults = [patient for patient in patients if patient.age >= 18]
    owners = dice.sample(adults, PATIENTS) * NOTES_EACH
    documents = []
    for number, patient in enumerate(dice.sample(owners, len(owners)), start=1):
        throw = dice.fork(number)
        name = throw.weighted(GENRES)
        passage = compose(genres[name], draw_slots(throw, patient), throw)
        documents.append(Document(f"{number:04}.txt", patient.patient_id, name, passage))
    return documents
