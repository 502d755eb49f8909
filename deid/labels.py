"""The taxonomy: what personal data is called here, and what HIPAA, the GDPR and Presidio call it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """How close a label comes to naming a person (GDPR Art. 4 and 9, WP216)."""

    DIRECT = "direct"
    QUASI = "quasi"
    SPECIAL = "special"


@dataclass(frozen=True, slots=True)
class Label:
    """One kind of personal data.

    `kind` is its GDPR tier; `hipaa` the letter of 45 CFR 164.514(b)(2)(i) under which it must go, or None where that
    list does not name it; `presidio` Presidio's names for the same thing.
    """

    name: str
    kind: Kind
    hipaa: str | None
    presidio: tuple[str, ...] = ()


HIPAA: Mapping[str, str] = {
    "A": "names",
    "B": "geographic subdivisions smaller than a state",
    "C": "dates, and ages over 89",
    "D": "telephone numbers",
    "E": "fax numbers",
    "F": "e-mail addresses",
    "G": "social security numbers",
    "H": "medical record numbers",
    "I": "health plan beneficiary numbers",
    "J": "account numbers",
    "K": "certificate and licence numbers",
    "L": "vehicle identifiers and plates",
    "M": "device identifiers",
    "N": "URLs",
    "O": "IP addresses",
    "P": "biometric identifiers",
    "Q": "full-face photographs",
    "R": "any other unique number, characteristic or code",
}
"""The eighteen identifiers of HIPAA's safe harbor; P and Q do not occur in text as such."""

_DIRECT = (
    Label("PERSON", Kind.DIRECT, "A", ("PERSON",)),
    Label("USERNAME", Kind.DIRECT, "R"),
    Label("EMAIL_ADDRESS", Kind.DIRECT, "F", ("EMAIL_ADDRESS",)),
    Label("PHONE_NUMBER", Kind.DIRECT, "D", ("PHONE_NUMBER",)),
    Label("FAX_NUMBER", Kind.DIRECT, "E"),
    Label("STREET_ADDRESS", Kind.DIRECT, "B"),
    Label("COORDINATES", Kind.DIRECT, "B"),
    Label("URL", Kind.DIRECT, "N", ("URL",)),
    Label("IP_ADDRESS", Kind.DIRECT, "O", ("IP_ADDRESS",)),
    Label("MAC_ADDRESS", Kind.DIRECT, "M", ("MAC_ADDRESS",)),
    Label("DEVICE_ID", Kind.DIRECT, "M"),
    Label("UUID", Kind.DIRECT, "R"),
    Label("CREDIT_CARD", Kind.DIRECT, "J", ("CREDIT_CARD",)),
    Label("IBAN_CODE", Kind.DIRECT, "J", ("IBAN_CODE",)),
    Label("ACCOUNT_NUMBER", Kind.DIRECT, "J"),
    Label("US_BANK_NUMBER", Kind.DIRECT, "J", ("US_BANK_NUMBER", "ABA_ROUTING_NUMBER")),
    Label("CRYPTO", Kind.DIRECT, "J", ("CRYPTO",)),
    Label("SECRET", Kind.DIRECT, "R"),
    Label("US_SSN", Kind.DIRECT, "G", ("US_SSN",)),
    Label("US_ITIN", Kind.DIRECT, "R", ("US_ITIN",)),
    Label("US_PASSPORT", Kind.DIRECT, "K", ("US_PASSPORT",)),
    Label("US_DRIVER_LICENSE", Kind.DIRECT, "K", ("US_DRIVER_LICENSE",)),
    Label("UK_NHS", Kind.DIRECT, "H", ("UK_NHS",)),
    Label("MEDICAL_LICENSE", Kind.DIRECT, "K", ("MEDICAL_LICENSE",)),
    Label("MEDICAL_RECORD_NUMBER", Kind.DIRECT, "H"),
    Label("HEALTH_PLAN_NUMBER", Kind.DIRECT, "I", ("US_MBI", "US_HEALTH_INSURANCE_MEMBER_ID")),
    Label(
        "NATIONAL_ID",
        Kind.DIRECT,
        "R",
        (
            "UK_NINO",
            "ES_NIF",
            "ES_NIE",
            "IT_FISCAL_CODE",
            "PL_PESEL",
            "SG_NRIC_FIN",
            "IN_AADHAAR",
            "FI_PERSONAL_IDENTITY_CODE",
        ),
    ),
    Label("TAX_ID", Kind.DIRECT, "R", ("IT_VAT_CODE", "AU_TFN", "IN_PAN")),
    Label("PASSPORT", Kind.DIRECT, "K", ("UK_PASSPORT", "IT_PASSPORT", "ES_PASSPORT", "IN_PASSPORT")),
    Label("LICENSE_NUMBER", Kind.DIRECT, "K", ("IT_DRIVER_LICENSE",)),
    Label("LICENSE_PLATE", Kind.DIRECT, "L", ("UK_VEHICLE_REGISTRATION", "IN_VEHICLE_REGISTRATION")),
    Label("VEHICLE_ID", Kind.DIRECT, "L"),
    Label("ID_NUMBER", Kind.DIRECT, "R", ("ID",)),
)
_QUASI = (
    Label("AGE", Kind.QUASI, "C", ("AGE",)),
    Label("DATE_TIME", Kind.QUASI, "C", ("DATE_TIME",)),
    Label("DATE_OF_BIRTH", Kind.QUASI, "C"),
    Label("LOCATION", Kind.QUASI, "B", ("LOCATION",)),
    Label("ZIP_CODE", Kind.QUASI, "B"),
    Label("ORGANIZATION", Kind.QUASI, None, ("ORGANIZATION",)),
    Label("GENDER", Kind.QUASI, None),
    Label("OCCUPATION", Kind.QUASI, None),
    Label("TITLE", Kind.QUASI, None),
    Label("FAMILY_RELATION", Kind.QUASI, None),
    Label("QUANTITY", Kind.QUASI, None),
)
_SPECIAL = (
    Label("NRP", Kind.SPECIAL, None, ("NRP",)),
    Label("ETHNICITY", Kind.SPECIAL, None),
    Label("HEALTH", Kind.SPECIAL, None),
)

TAXONOMY: Mapping[str, Label] = {label.name: label for label in (*_DIRECT, *_QUASI, *_SPECIAL)}
"""All labels that tamis gives to a piece of text or to a column; plug-ins may bring others."""

LABELS = frozenset(TAXONOMY) | {"FREE_TEXT", "WITHHELD"}
"""The names of all labels, with those of a column that is scanned and of a text that could not be."""

_FROM_PRESIDIO = {theirs: label.name for label in TAXONOMY.values() for theirs in label.presidio}


def kind_of(label: str) -> Kind:
    """Return the kind of a label; one that is not known counts as a direct identifier.

    >>> kind_of("PERSON"), kind_of("AGE"), kind_of("SOMETHING_NEW")
    (<Kind.DIRECT: 'direct'>, <Kind.QUASI: 'quasi'>, <Kind.DIRECT: 'direct'>)
    """
    return TAXONOMY[label].kind if label in TAXONOMY else Kind.DIRECT


def from_presidio(entity: str) -> str:
    """Return our label for a name of Presidio's; one that we do not know stays as it is.

    >>> from_presidio("US_MBI"), from_presidio("PERSON"), from_presidio("MY_OWN")
    ('HEALTH_PLAN_NUMBER', 'PERSON', 'MY_OWN')
    """
    return _FROM_PRESIDIO.get(entity, entity)
