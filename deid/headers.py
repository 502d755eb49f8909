"""What the words of a header say about the column below it."""

import regex

_SPLIT = regex.compile(r"[\p{Lu}]+(?=\p{Lu}\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lu}+|\d+")

_PHRASES: tuple[tuple[str, frozenset[str]], ...] = (
    ("EMAIL_ADDRESS", frozenset({"email", "e mail", "mail address", "email address"})),
    (
        "PHONE_NUMBER",
        frozenset({"phone", "telephone", "tel", "mobile", "cell", "fax", "cellphone", "phone number"}),
    ),
    (
        "US_SSN",
        frozenset({"ssn", "social security", "social security number", "sin", "nino", "national insurance"}),
    ),
    (
        "DATE_OF_BIRTH",
        frozenset({"dob", "birth date", "date of birth", "birthdate", "birthday", "born", "birth day"}),
    ),
    (
        "ZIP_CODE",
        frozenset({"zip", "zipcode", "zip code", "postcode", "postal code", "post code", "plz", "postal"}),
    ),
    (
        "STREET_ADDRESS",
        frozenset({"street", "address", "addr", "address line", "residence", "street address", "house number"}),
    ),
    (
        "LOCATION",
        frozenset(
            {
                "city",
                "town",
                "village",
                "municipality",
                "county",
                "suburb",
                "district",
                "birth place",
                "birthplace",
            }
        ),
    ),
    ("IP_ADDRESS", frozenset({"ip", "ip address", "ipaddress"})),
    ("MAC_ADDRESS", frozenset({"mac", "mac address"})),
    ("CREDIT_CARD", frozenset({"credit card", "card number", "cc number", "creditcard"})),
    ("IBAN_CODE", frozenset({"iban"})),
    (
        "ACCOUNT_NUMBER",
        frozenset({"account", "account number", "account no", "acct", "policy number", "member id"}),
    ),
    ("US_PASSPORT", frozenset({"passport", "passport number"})),
    (
        "US_DRIVER_LICENSE",
        frozenset({"driver license", "drivers license", "driving licence", "licence number", "license number"}),
    ),
    (
        "MEDICAL_RECORD_NUMBER",
        frozenset({"mrn", "medical record", "patient id", "patient number", "patient no", "hospital number"}),
    ),
    (
        "USERNAME",
        frozenset({"user", "username", "user name", "login", "handle", "twitter", "screen name", "nickname"}),
    ),
    ("COORDINATES", frozenset({"latitude", "longitude", "lat", "lon", "lng", "coordinates", "geo", "gps"})),
    ("URL", frozenset({"url", "website", "homepage", "web site", "link"})),
    ("GENDER", frozenset({"gender", "sex"})),
    ("AGE", frozenset({"age", "age years", "years old"})),
    (
        "ETHNICITY",
        frozenset({"ethnicity", "race", "ethnic", "religion", "nationality", "citizenship", "ethnic group"}),
    ),
    (
        "PERSON",
        frozenset(
            (
                "name first second middle last given family maiden full surname firstname lastname fullname forename "
                "patient clinician doctor physician nurse surgeon author contact employee customer client person "
                "applicant owner manager teacher student guardian spouse mother father signatory witness"
            ).split()
        ),
    ),
    (
        "ID_NUMBER",
        frozenset(
            {
                "id",
                "identifier",
                "uuid",
                "guid",
                "case number",
                "case no",
                "record number",
                "serial number",
                "key",
            }
        ),
    ),
)

# "name" beside one of these names a thing, not a person.
_THINGS = frozenset(
    (
        "file table product brand column company organisation organization city country state street species "
        "event domain host server school hospital drug item category department class type group game team "
        "project app course title"
    ).split()
)
_PART_OF_NAME = frozenset(["first", "second", "middle", "last", "given", "family", "maiden", "full"])


def header_words(header: str) -> tuple[str, ...]:
    """Split a header into lower-case words.

    >>> header_words("PatientFirst_name2")
    ('patient', 'first', 'name', '2')
    """
    return tuple(word.lower() for word in _SPLIT.findall(header))


def header_label(header: str) -> str | None:
    """Return the label that a header's words speak for; the more words of a phrase match, the stronger.

    >>> header_label("date_of_birth"), header_label("FamilyName"), header_label("product name")
    ('DATE_OF_BIRTH', 'PERSON', None)
    """
    words = header_words(header)
    joined = f" {' '.join(words)} "
    best: tuple[int, str] | None = None
    for label, phrases in _PHRASES:
        longest = max((len(p.split()) for p in phrases if f" {p} " in joined), default=0)
        if longest and (best is None or longest > best[0]) and _allowed(label, words):
            best = (longest, label)
    return best[1] if best else None


def _allowed(label: str, words: tuple[str, ...]) -> bool:
    if label == "PERSON":
        if "name" in words:
            return not _THINGS.intersection(words)
        return not (_PART_OF_NAME.intersection(words) or "id" in words or "number" in words or "type" in words)
    return True
