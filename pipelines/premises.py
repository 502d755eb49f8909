"""What decides an output beside the input, the policy and the key: versions of packages, and the language model."""

from deid.detectors import spacy_model
from deid.detectors.models.spacy_ner import find_model
from deid.policy import Policy
from pipelines.digest import digest
from pipelines.versions import package_version

_PACKAGES = ("tamis", "spacy", "presidio-analyzer", "presidio-anonymizer", "pandas", "pyarrow", "regex", "onnxruntime")


def premises(policy: Policy) -> dict[str, str]:
    """Return versions and hashes of what decides the output and does not travel.

    >>> sorted(premises(Policy(detectors=("phones",))))[-1]
    'tamis'
    """
    told = {name: package_version(name) for name in _PACKAGES}
    told |= {f"file {number} {path.name}": digest(path) for number, path in enumerate(policy.recognisers, 1)}
    model = policy.model or spacy_model(policy.language)
    if "spacy" in policy.detectors and model:
        told["language model"] = find_model(model).sha256
    return told
