"""k-anonymous tables: rows in groups that share their quasi-identifiers."""

from deid.anonymity.anonymise import Anonymised, anonymize
from deid.anonymity.loss import Loss

__all__ = ["Anonymised", "Loss", "anonymize"]
