"""What an intruder is taken to know: every direct identifier that stands in tables and texts."""

from leakage import ResidualIdentifiers
from leakage.texts.hashed import UnkeyedHashes
from pipelines.attack import ResidueAttack
from pipelines.material import CorpusMaterial, Material, identifying_values, known_identifiers, merge_values


def residue_of(attack: ResidueAttack, material: Material, corpus: CorpusMaterial | None = None) -> ResidualIdentifiers:
    """Return the search for the identifiers of all tables, and of a corpus where it is one that is searched."""
    values = merge_values(identifying_values(table) for table in material.tables.values())
    mentioned = corpus.mentioned() if corpus is not None else {}
    named = "PERSON" in values or any("PERSON" in found for found in mentioned.values())
    return ResidualIdentifiers(
        values, ("PERSON",) if named else (), attack.unit, mentioned=mentioned, disguised=material.disguised
    )


def hashes_of(material: Material) -> UnkeyedHashes:
    """Return the search for hashes of every identifier that is known."""
    return UnkeyedHashes(value for values in known_identifiers(material).values() for value in values)
