"""Attacks on redacted texts."""

from leakage import AttributeInference, Document, DocumentLinkage, EntityPresence, Risk
from leakage.texts.names import MissedNames
from leakage.texts.quasi import ResidualQuasiIdentifiers
from leakage.texts.rescan import Rescan
from pipelines.attack import (
    Attack,
    AttributeAttack,
    EntityAttack,
    HashAttack,
    LinkageAttack,
    MissedNamesAttack,
    QuasiAttack,
    RescanAttack,
    ResidueAttack,
    SurrogateAttack,
)
from pipelines.attacks.hiding import telling_of
from pipelines.attacks.known import hashes_of, residue_of
from pipelines.material import CorpusMaterial, Material

_SHARES = (1.0, 0.5, 0.25)  # of what is known of each person; the first decides


def attack_texts(attack: Attack, material: Material) -> Risk:
    """Run an attack on a corpus. Raises the errors of `leakage`."""
    corpus = material.corpora[attack.on]
    sides = corpus.originals(), corpus.released()
    match attack:
        case ResidueAttack():
            risk = residue_of(attack, material, corpus).run(*sides)
        case HashAttack():
            risk = hashes_of(material).run(*sides)
        case RescanAttack():
            risk = Rescan().run(*sides)
        case MissedNamesAttack():
            risk = MissedNames(corpus.names()).run(*sides)
        case EntityAttack():
            risk = EntityPresence(corpus.entities(attack.label), attack.top).run(*sides)
        case LinkageAttack():
            risk = _linkage(corpus)
        case SurrogateAttack():
            risk = telling_of(attack, corpus)
        case QuasiAttack():
            risk = _quasi(attack, corpus, material).run(*sides)
        case AttributeAttack():
            risk = _attributes(attack, corpus, material)
        case _:
            raise AssertionError("a recipe's attacks fit what they are on")
    return risk


def _attributes(attack: AttributeAttack, corpus: CorpusMaterial, material: Material) -> Risk:
    assert attack.table is not None
    known = material.attributes(attack.table, corpus.subject_column, attack.attributes)
    attacked = [d for d in corpus.originals(known) if d.person and set(d.attributes) == set(attack.attributes)]
    return AttributeInference(attack.attributes).run(attacked, _released(corpus, attacked))


def _quasi(attack: QuasiAttack, corpus: CorpusMaterial, material: Material) -> ResidualQuasiIdentifiers:
    assert attack.table is not None
    return ResidualQuasiIdentifiers(material.tables[attack.table].source.frame, corpus.subject_column, attack.known)


def _linkage(corpus: CorpusMaterial) -> Risk:
    background, attacked = _split_by_subject(corpus)
    return DocumentLinkage(background, _SHARES).run(attacked, _released(corpus, attacked))


def _released(corpus: CorpusMaterial, attacked: list[Document]) -> list[Document]:
    chosen = {document.id for document in attacked}
    return [document for document in corpus.released() if document.id in chosen]


def _split_by_subject(corpus: CorpusMaterial) -> tuple[list[Document], list[Document]]:
    """Take the first text of each subject for what the intruder read elsewhere; the others are attacked."""
    background: dict[str, Document] = {}
    attacked: list[Document] = []
    for document in corpus.originals():
        if document.person and document.person not in background:
            background[document.person] = document
        elif document.person:
            attacked.append(document)
    return list(background.values()), attacked
