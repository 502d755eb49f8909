"""Tell whether models, detectors, keys and packages are in order. Example: tamis doctor."""

import sys

from pipelines.commands.options import PolicyName


def command(policy: PolicyName = "standard") -> int:
    """Print one line a part, also of the recognisers that a policy brings; 0 if all are in order, else 2."""
    from deid.policy import Policy
    from pipelines.health import examine

    used = Policy.load(policy)
    findings = list(examine(used.recognisers, used.language))
    for finding in findings:
        sys.stdout.write(f"{'ok   ' if finding.sound else 'WRONG'} {finding.part}: {finding.state}\n")
    return 0 if all(finding.sound for finding in findings) else 2
