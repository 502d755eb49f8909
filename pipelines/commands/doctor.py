"""Tell whether models, detectors, keys and packages are in order. Example: tamis doctor."""

import sys


def command() -> int:
    """Print one line a part; 0 if all are in order, else 2."""
    from pipelines.health import examine

    findings = list(examine())
    for finding in findings:
        sys.stdout.write(f"{'ok   ' if finding.sound else 'WRONG'} {finding.part}: {finding.state}\n")
    return 0 if all(finding.sound for finding in findings) else 2
