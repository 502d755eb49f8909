"""Which labels have surrogates, and of which kind."""

from collections.abc import Mapping

from deid.detectors.numbers.checksums import luhn, routing, vin
from deid.surrogates.figures import Figures
from deid.surrogates.handles import Handles
from deid.surrogates.kind import Kind
from deid.surrogates.network import Hexadecimals, Hosts, Pages, mac_addresses
from deid.surrogates.official import Health, SocialSecurity, Taxpayer
from deid.surrogates.payment import Cards, Ibans
from deid.surrogates.phones import Phones
from deid.surrogates.places import Firms, Streets, Towns

PERSON = "PERSON"
DATES = frozenset({"DATE_TIME", "DATE_OF_BIRTH"})

EMAIL, USER = Handles(mail=True), Handles(mail=False)
_PHONES = Phones()
_NATIONAL = Figures(("NATIONAL_ID", "TAX_ID", "HEALTH_PLAN_NUMBER", "MEDICAL_LICENSE", "US_SSN", "US_ITIN"))

KINDS: Mapping[str, Kind] = {
    "EMAIL_ADDRESS": EMAIL,
    "USERNAME": USER,
    "PHONE_NUMBER": _PHONES,
    "FAX_NUMBER": _PHONES,
    "CREDIT_CARD": Cards(),
    "IBAN_CODE": Ibans(),
    "US_SSN": SocialSecurity(),
    "US_ITIN": Taxpayer(),
    "UK_NHS": Health(),
    "NATIONAL_ID": _NATIONAL,
    "TAX_ID": _NATIONAL,
    "HEALTH_PLAN_NUMBER": _NATIONAL,
    "MEDICAL_LICENSE": _NATIONAL,
    "MEDICAL_RECORD_NUMBER": Figures(),
    "ACCOUNT_NUMBER": Figures(needs_digit=False),
    "US_BANK_NUMBER": Figures(check=routing),
    "US_PASSPORT": Figures(),
    "PASSPORT": Figures(),
    "US_DRIVER_LICENSE": Figures(),
    "LICENSE_NUMBER": Figures(),
    "LICENSE_PLATE": Figures(),
    "VEHICLE_ID": Figures(check=vin),
    "DEVICE_ID": Figures(check=luhn),
    "ID_NUMBER": Figures(),
    "CRYPTO": Figures(),
    "ZIP_CODE": Figures(),
    "MAC_ADDRESS": mac_addresses(),
    "UUID": Hexadecimals(),
    "IP_ADDRESS": Hosts(),
    "URL": Pages(),
    "LOCATION": Towns(),
    "STREET_ADDRESS": Streets(),
    "ORGANIZATION": Firms(),
}
"""Kinds of values by label; a person is played by `Player`, a date is shifted, any other label has no surrogate."""

_SAME = {"FAX_NUMBER": "PHONE_NUMBER"}


def kind_name(label: str) -> str:
    """Return under which name a label is cast: a fax number may be somebody's telephone number.

    >>> kind_name("FAX_NUMBER"), kind_name("PERSON")
    ('PHONE_NUMBER', 'PERSON')
    """
    return _SAME.get(label, label)
