"""E-mail, URLs, addresses of machines, handles: found as such; code, file names and versions are none."""

import ipaddress
import uuid
from random import Random

import pytest

from deid.detectors.network import NetworkDetector, examples
from deid.finding import Finding


@pytest.fixture(scope="module")
def detector() -> NetworkDetector:
    return NetworkDetector("en", 5.0)


def seen(detector: NetworkDetector, text: str) -> list[Finding]:
    return [f for f in detector.detect([text])[0] if f.score >= 0.4]


def whole(detector: NetworkDetector, text: str, value: str, label: str) -> bool:
    start = text.index(value)
    return any((f.start, f.end, f.label) == (start, start + len(value), label) for f in seen(detector, text))


def test_the_families_own_examples_hold(detector: NetworkDetector) -> None:
    random = Random(1)
    for example in (examples(random) for _ in range(1_000)):
        found = seen(detector, example.text)
        start = example.text.index(example.value)
        end = start + len(example.value)
        if example.label is None:
            assert not found, example.text
        else:
            assert any(f.start <= start and f.end >= end and f.label == example.label for f in found), example.text


@pytest.mark.parametrize(
    "value",
    [
        "ann@example.com",
        "o'brien@example.co.uk",
        "ann.lee+tag@mail.sub.example.org",
        "josé.garcía@ejemplo.es",
        "ann@xn--bcher-kva.example",
        "ANN@EXAMPLE.COM",
        "a_b-c%d@example.museum",
        '"ann lee"@example.org',
        "j***@example.com",
    ],
)
def test_an_e_mail_address_is_found_whole(detector: NetworkDetector, value: str) -> None:
    for frame in ("Write to {} today.", "<{}>", "email:{},", "({})", "Mail {}."):
        assert whole(detector, frame.format(value), value, "EMAIL_ADDRESS"), frame


@pytest.mark.parametrize(
    "value",
    [
        "https://example.com/a?b=c&d=1#e",
        "http://example.org",
        "https://en.example.org/wiki/Ann_(nurse",
        "www.example.co.uk",
        "ftp://files.example.net/ann/",
        "example.com",
        "ann-lee.co.uk/photos/12",
        "blog.example.org:8080/ann",
    ],
)
def test_a_url_is_found_whole_without_the_full_stop(detector: NetworkDetector, value: str) -> None:
    for frame in ("See {}.", "({})", "at {}, later", "<{}>"):
        assert whole(detector, frame.format(value), value, "URL"), frame


def test_a_word_may_be_a_domain_where_the_text_says_so(detector: NetworkDetector) -> None:
    assert whole(detector, "Her website is annlee.me these days.", "annlee.me", "URL")
    assert not seen(detector, "She said it to annlee.me too.")


def test_every_ip_address_of_the_standard_library_is_found(detector: NetworkDetector) -> None:
    random = Random(5)
    for _ in range(200):
        six = str(ipaddress.IPv6Address(random.getrandbits(128)))
        assert whole(detector, f"seen from {six} at", six, "IP_ADDRESS")
        four = ".".join(str(random.randint(10, 250)) for _ in range(4))
        assert whole(detector, f"It was {four}, twice.", four, "IP_ADDRESS")
    for four in ("999.10.10.10", "256.300.1.1"):
        assert not seen(detector, f"It was {four}, twice.")


def test_an_address_that_could_be_a_section_needs_a_word(detector: NetworkDetector) -> None:
    assert whole(detector, "Their IP address is 8.8.4.4 now.", "8.8.4.4", "IP_ADDRESS")
    assert not seen(detector, "As 8.8.4.4 says, no.")
    assert not seen(detector, "version 10.20.30.40 or v10.20.30.40")


def test_every_uuid_is_found(detector: NetworkDetector) -> None:
    for name in ("ann", "lee"):
        value = str(uuid.uuid5(uuid.NAMESPACE_DNS, name))
        assert whole(detector, f"id {{{value}}} ended", value, "UUID")
        assert whole(detector, f"id {value.upper()} ended", value.upper(), "UUID")
    assert not seen(detector, f"id {uuid.UUID(int=0)} ended")


@pytest.mark.parametrize(
    ("text", "value", "label"),
    [
        ("Thanks @ann_lee!", "@ann_lee", "USERNAME"),
        ("@bob: hello", "@bob", "USERNAME"),
        ("username: annlee", "annlee", "USERNAME"),
        ('{"user_name": "ann.lee"}', "ann.lee", "USERNAME"),
        ("Her instagram is ann_lee88.", "ann_lee88", "USERNAME"),
        (r"C:\Users\annlee\Desktop", "annlee", "USERNAME"),
        ("/home/annlee/notes.txt", "annlee", "USERNAME"),
        ("auth ok user=annlee ip=192.0.2.1", "annlee", "USERNAME"),
        ('{"user":"annlee"}', "annlee", "USERNAME"),
        ("Accepted publickey for annlee from 192.0.2.1 port 22", "annlee", "USERNAME"),
        ("session opened for user annlee by root", "annlee", "USERNAME"),
        ("user annlee logged in", "annlee", "USERNAME"),
        ("S-1-5-21-3623811015-3361044348-30300820-1013", "S-1-5-21-3623811015-3361044348-30300820-1013", "ID_NUMBER"),
        ("00:1B:44:11:3A:B7", "00:1B:44:11:3A:B7", "MAC_ADDRESS"),
        ("hostname: ann-laptop-7", "ann-laptop-7", "DEVICE_ID"),
        ("mail ann [at] example [dot] com", "ann [at] example [dot] com", "EMAIL_ADDRESS"),
    ],
)
def test_accounts_and_machines(detector: NetworkDetector, text: str, value: str, label: str) -> None:
    assert whole(detector, text, value, label)


@pytest.mark.parametrize(
    "text",
    [
        "He left.Then it rained.It was late.",
        "import os.path, sys.argv, numpy as np; np.int is gone",
        "open report.pdf, main.py, index.html, README.md, run.sh and lib.rs",
        "@property\n    def name(self) -> str:",
        "@app.route('/x')\n",
        "@media (min-width: 3px) and @import",
        "std::vector<int> and a::b",
        "at 12:30:45 or 07:15",
        "node.js, ASP.NET and Vue.js",
        "pip install package==1.2.3 'x>=4.5.6.7'",
        "git clone git@github.com:org/repo.git",
        "listen on 127.0.0.1 or 0.0.0.0",
        "see https://www.python.org/dev/peps/ and http://www.apache.org/licenses/LICENSE-2.0",
        "user is required; the login was refused",
        "3.5 km/h at 10:1 and/or e.g. i.e. etc.",
    ],
)
def test_what_is_none(detector: NetworkDetector, text: str) -> None:
    assert not seen(detector, text)
