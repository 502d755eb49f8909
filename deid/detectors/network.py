"""What names people and machines on networks: e-mail, URLs, domains, addresses, handles, accounts, UUIDs."""

import ipaddress
from collections.abc import Iterable
from functools import partial
from random import Random

import regex

from deid.detectors.engine.pattern import DIGITS, PatternDetector, Rule
from deid.detectors.numbers.specimen import draw
from deid.example import Example
from deid.gazetteer import is_ordinary
from deid.lexicon import Lexicon, either, load_lexicon

_LABEL = r"[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})"
_LOCAL = r"[\p{L}\p{N}_*](?:[\p{L}\p{M}\p{N}._%+'’*~-]{0,120})"
_EMAIL = (
    rf"(?<![\p{{L}}\p{{N}}._%+*-])(?:{_LOCAL}|\"[^\"\n@]{{1,64}}\")@"
    rf"(?:{_LABEL}\.){{1,8}}(?:xn--[a-z0-9]{{2,30}}|\p{{L}}{{2,24}})"
)
_END = "com|org|net|edu|gov|uk|de|fr|es|it|eu|ca|au|info|io"
_SPELLED = (
    rf"(?<![\w.+-])[\w.+-]{{1,40}}[ ]?(?:[\[({{<]at[\])}}>]|\bat\b)[ ]?[\w-]{{1,40}}"
    rf"(?:[ ]?(?:[\[({{<]dot[\])}}>]|\bdot\b)[ ]?[\w-]{{2,40}}){{0,2}}"
    rf"[ ]?(?:[\[({{<]dot[\])}}>]|\bdot\b|\.)[ ]?(?:{_END})\b"
)
_SCHEMES = (
    r"(?:https?|hxxps?|ftps?|sftp|ssh|git|svn|file|wss?|ldaps?|smb|rtsp|nfs|mongodb|redis|postgres(?:ql)?|mysql|s3|"
    r"amqp|tcp|udp)"
)
_REST = r"[^\s<>\"'`{}|\\^\p{Cc}“”‘’«»]{0,2000}[^\s<>\"'`{}|\\^\p{Cc}“”‘’«».,;:!?)\]*_…-]"
_URL = rf"(?<![\w]){_SCHEMES}://{_REST}/?"
_WWW = rf"(?<![\w./-])www\d?\.(?:{_LABEL}\.){{1,6}}\p{{L}}{{2,24}}(?::\d{{1,5}})?(?:[/?#]{_REST})?/?"
_DOMAIN = (
    rf"(?<![\w@./\\$#-])(?:[a-z\d](?:[a-z\d-]{{0,62}})\.){{1,6}}(?:%s)(?::\d{{2,5}})?"
    rf"(?:/(?:{_REST})?)?(?![\w@(\\-]|\.\w)"
)
_IP4 = (
    r"(?<![\w.-])(?<!\b(?:version|release|ver|section|v|rev|build)[ :=.]{0,2})"
    r"(?:\d{1,3}\.){3}\d{1,3}(?::\d{2,5}|/\d{1,2})?(?![\w-]|\.\d)"
)
_IP6 = r"(?<![\w:.])(?:[\da-f]{0,4}:){2,7}(?:[\da-f]{0,4}|(?:\d{1,3}\.){3}\d{1,3})(?:%%\w{1,16})?(?:/\d{1,3})?(?![\w:])"
_MAC = (
    r"(?<![\w:-])(?:[\da-f]{2}(?:([:-])[\da-f]{2})(?:\1[\da-f]{2}){4}(?:\1[\da-f]{2}\1[\da-f]{2})?|"
    r"[\da-f]{4}\.[\da-f]{4}\.[\da-f]{4})(?!\w|[:-]\w)"
)
_UUID = r"(?<![\w-])[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}(?![\w-])"
_SID = r"(?<![\w-])s-1-5-21(?:-\d{1,10}){3,4}(?![\w-])"
# Not a key, a call or a path; and not a line of its own above what a programmer decorates.
_HANDLE = (
    r"(?<![\w.@/\\$:=-])@[a-z_]\w{1,29}(?:\.\w{1,20}){0,2}(?![\w(/@]|\.\w|[ \t]?=|[\"'][ \t]?:)"
    r"(?![ \t]{0,9}\n\s{0,80}(?:def|async|class|public|private|protected|static|final|export|@)\b?)"
)
_HOME = r"(?:/home/|/users/|\\users\\|\\\\users\\\\)(?P<value>[\w.-]{2,32})(?![\w.-])"
_REDDIT = r"(?<!\w)(?<!\d )/?u/(?P<value>[\w-]{4,20})(?![\w/-])"
_ACCOUNT = r"(?P<value>(?:live:)?[\w.@+#-]{0,40}\w)(?![\w@])"
_ACCOUNT_WORDS = frozenset({"user", "username", "login", "account"})
_LOGIN = r"(?P<value>[a-z][a-z0-9._-]{1,40}[a-z0-9])(?![\w@(])"
# As programs log it: user=ann, "login": "ann"; user ann logged in; for ann from 192.0.2.1 port 22.
_ASSIGNED_WORDS = frozenset({"user", "usr", "ruser", "login", "logname", "uid", "owner", "author", "acct", "account"})
_ASSIGNED = rf"(?<![\w-]){either(sorted(_ASSIGNED_WORDS))}(?:=[\"']?|[\"'][ ]?:[ ]?[\"']){_LOGIN}"
_LOGGED = rf"\buser[ ]{_LOGIN}(?=[ ](?:by|from|logged|signed|on|failed|not|has)\b|[ ]?$)"
_FROM = rf"\bfor[ ](?:invalid user[ ])?{_LOGIN}(?=[ ]from[ ](?:\d|[a-f\d]{{0,4}}:))"
_MACHINE_ACCOUNTS = frozenset({"git", "svn", "hg"})
_OCTET = regex.compile(r"\d+")
_NOBODYS = frozenset({0, 127, 255})


def _email(value: str) -> bool | None:
    return False if value.partition("@")[0].lower() in _MACHINE_ACCOUNTS else None


def _ip4(value: str) -> bool | None:
    """Judge an address: one that is out of range, or that every machine has, is none."""
    octets = [int(octet) for octet in _OCTET.findall(value)[:4]]
    return False if max(octets) > 255 or octets[0] in _NOBODYS else None


def _sure_ip4(value: str) -> bool | None:
    """Judge an address without a word: one that could as well be a section number is unsure."""
    return _ip4(value) if sum(len(octet) > 1 for octet in _OCTET.findall(value)[:4]) >= 2 else False


def _ip6(value: str) -> bool | None:
    plain = value.partition("%")[0]
    filled = [part for part in plain.partition("/")[0].split(":") if part]
    if len(filled) < 2 or len(plain) < 6 or not any(c.isdecimal() for c in plain):
        return False
    try:
        ipaddress.IPv6Interface(plain)
    except ValueError:
        return False
    return None


def _mac(value: str) -> bool | None:
    return False if value.replace(".", "").isdecimal() or len(set(value.lower()) - set(":-.")) == 1 else None


def _uuid(value: str) -> bool | None:
    return False if len(set(value) - {"-"}) <= 2 else None


def _sure_domain(words: frozenset[str], safe: frozenset[str], value: str) -> bool | None:
    """Judge a bare domain: capitals after the point are the next sentence; a word needs a path or a label more."""
    host, slash, path = value.partition("/")
    host = host.partition(":")[0]
    *labels, end = host.split(".")
    cased = end[0].isupper() and not host.isupper()
    if cased or host.lower() in safe or (len(labels) == 1 and len(labels[0]) == 1):
        return False
    if end.lower() in words:
        return None if len(path) >= 2 and slash else False
    return None


def _url(public: tuple[str, ...], value: str) -> bool | None:
    """Judge an address by its host: works of reference name no one."""
    host = regex.split(r"[/?#:]", value.lower().partition("://")[2] or value.lower(), maxsplit=1)[0]
    return False if f".{host}".endswith(public) else None


def _handle(tags: frozenset[str], value: str) -> bool | None:
    name = regex.split(r"[.@]", value.lower())[1]
    return False if name in tags else None


def _account(value: str) -> bool | None:
    """Judge what follows "user:": a mere word in lower case may be anything."""
    return None if not value.isalpha() or any(c.isupper() for c in value[1:]) else False


def _home(words: frozenset[str], value: str) -> bool | None:
    return False if value.lower() in words else None


def _login(services: frozenset[str], value: str) -> bool | None:
    """Judge what a program logs as somebody's login: no role, no ordinary word."""
    return False if value in services or is_ordinary(value) or value.isdecimal() else None


def _addresses(lexicon: Lexicon) -> Iterable[Rule]:
    yield Rule("EMAIL_ADDRESS", _EMAIL, 0.95, validate=_email, needs="@", lower=True)
    yield Rule("EMAIL_ADDRESS", _SPELLED, 0.6, words=frozenset({"at"}), lower=True)
    public = partial(_url, tuple(f".{site}" for site in lexicon["public_sites"]))
    yield Rule("URL", _URL, 0.9, validate=public, needs="/", lower=True)
    yield Rule("URL", _WWW, 0.9, validate=public, needs=".", lower=True)
    safe, weak = frozenset(lexicon["safe_words"]), frozenset((*lexicon["weak_tlds"], *lexicon["words"]))
    ends = either((*lexicon["tlds"], *lexicon["weak_tlds"]))
    safe |= frozenset(lexicon["public_sites"])
    judge = partial(_sure_domain, weak, safe)
    yield Rule("URL", _DOMAIN % ends, 0.7, validate=judge, needs=".", lower=True)
    near = partial(_sure_domain, frozenset(), safe)
    words = frozenset(w for w in lexicon["sites"] if " " not in w)
    yield Rule("URL", _DOMAIN % ends, 0.15, lexicon["sites"], near, ".", words, lower=True)


def _machines(lexicon: Lexicon) -> Iterable[Rule]:
    yield Rule("IP_ADDRESS", _IP4, 0.85, validate=_sure_ip4, needs=DIGITS, lower=True)
    yield Rule("IP_ADDRESS", _IP4, 0.2, lexicon["address_words"], _ip4, DIGITS, lower=True)
    yield Rule("IP_ADDRESS", _IP6.replace("%%", "%"), 0.85, validate=_ip6, needs=":", lower=True)
    yield Rule("MAC_ADDRESS", _MAC, 0.9, validate=_mac, needs=":-.", lower=True)
    yield Rule("UUID", _UUID, 0.85, validate=_uuid, needs="-", lower=True)
    yield Rule("ID_NUMBER", _SID, 0.9, words=frozenset({"s"}), lower=True)
    named = rf"(?<!\w){either(lexicon['machine'])}[ ]?[:=][ ]{{0,2}}[\"']?"
    yield Rule("DEVICE_ID", named + r"(?P<value>(?=[a-z.-]{0,40}[\d-])[\w.-]{2,60}\w)", 0.5, needs=":=", lower=True)


def _accounts(lexicon: Lexicon) -> Iterable[Rule]:
    yield Rule("USERNAME", _HANDLE, 0.6, validate=partial(_handle, frozenset(lexicon["tags"])), needs="@", lower=True)
    home = partial(_home, frozenset(lexicon["home_words"]))
    yield Rule("USERNAME", _HOME, 0.6, validate=home, words=frozenset({"home", "users"}), lower=True)
    yield Rule("USERNAME", _REDDIT, 0.6, words=frozenset({"u"}), lower=True)
    sign = r"[\"']?(?:[ ]{0,2}[:=]{1,2}[ ]{0,2}|[ ]is[ ])[\"']?"
    told = either((*lexicon["account"], *lexicon["network"]))
    pattern = rf"(?<![\w-]){told}(?:[ ](?:handle|username|id|name|account))?{sign}{_ACCOUNT}"
    yield Rule("USERNAME", pattern, 0.6, validate=_account, needs=":=i", lower=True)
    mixed = r"\b(?:user|username|login|account)[ ](?P<value>[a-z]{2}[a-z._-]{0,20}\d[\w.-]{0,20})(?<![.-])(?![\w@])"
    yield Rule("USERNAME", mixed, 0.5, needs=DIGITS, words=_ACCOUNT_WORDS, lower=True)
    sure = (
        r"(?<![\w-])(?:user[ _]?name|login[ _](?:name|id)|screen[ _]?name|user[ _]?id)[\"']?[ ]{0,2}[:=][ ]{0,2}[\"']?"
    )
    yield Rule("USERNAME", sure + _ACCOUNT, 0.5, needs=":=", lower=True)
    services = partial(_login, frozenset(lexicon["services"]))
    for pattern, words in ((_ASSIGNED, _ASSIGNED_WORDS), (_LOGGED, frozenset({"user"})), (_FROM, frozenset({"from"}))):
        yield Rule("USERNAME", pattern, 0.5, validate=services, words=words, lower=True)


def rules(language: str) -> tuple[Rule, ...]:
    """Return the rules of this family for a language."""
    lexicon = load_lexicon("network", language)
    return (*_addresses(lexicon), *_machines(lexicon), *_accounts(lexicon))


class NetworkDetector(PatternDetector):
    """E-mail and web addresses, addresses of machines, handles and accounts."""

    def __init__(self, language: str = "en", seconds: float = 1.0) -> None:
        super().__init__("network", rules(language), seconds, sieved=True)


_POSITIVE = (
    (
        "EMAIL_ADDRESS",
        "Write to {} by Friday.",
        ("ann.lee##@example.com", "o'brien#@mail.example.org", "josé#@example.es"),
    ),
    ("EMAIL_ADDRESS", "From: Ann <{}>", ("a##@example.co.uk", "ann+news#@example.net", "ann_~~~#@sub.example.edu")),
    ("EMAIL_ADDRESS", "It is {} if you need me.", ("ann## at example dot com", "lee#[at]example[dot]org")),
    (
        "URL",
        "See {} for the photos.",
        ("https://example.com/u/###", "http://www.example.org/?id=##", "www.example.co.uk"),
    ),
    (
        "URL",
        "Her site ({}) is down.",
        ("example##.com", "blog.example.org/posts/##", "my-shop##.co.uk", "annlee#.photography"),
    ),
    (
        "IP_ADDRESS",
        "Connected from {} twice.",
        ("192.0.2.1##", "203.0.113.##", "2001:db8::1:##ab", "fe80::1ff:fe23:4567:89##"),
    ),
    ("MAC_ADDRESS", "The adapter {} was seen.", ("00:1B:44:11:3A:##", "00-1b-44-11-3a-##", "001b.4411.3a##")),
    ("UUID", "Session {} ended.", ("123e4567-e89b-42d3-a456-4266141740##", "9F8B4567-E89B-12D3-A456-4266141740##")),
    ("USERNAME", "Thanks {} for the lift!", ("@ann_lee##", "@Ann_Writes", "@the.real.ann#")),
    ("USERNAME", "Username: {}", ("annlee##", "ann.lee", "a_lee")),
    ("USERNAME", "auth ok user={} ip=192.0.2.1", ("annlee", "alee##", "ann.lee")),
    ("USERNAME", "Accepted publickey for {} from 192.0.2.1 port 22", ("annlee", "alee##")),
    ("USERNAME", "The file is at /home/{}/notes.", ("annlee##", "alee")),
)
_NEGATIVE = (
    ("He left.{} was late.", ("Then", "It", "In", "No", "Me")),
    ("Open {} in the editor.", ("report.pdf", "main.py", "index.html", "README.md", "setup.sh", "lib.rs", "data.zip")),
    ("Call {} first.", ("os.path.join", "sys.argv", "self.name", "logger.info", "np.int", "user.id", "this.is")),
    ("It needs version {} or later.", ("1.2.3.4", "10.15.7.1", "2.0.1", "1.10.2-rc1")),
    ("Section {} says so.", ("1.2.3.4", "2.1.1", "5.4.3.2.1")),
    ("At {} the clock stopped.", ("12:30:45", "07:15", "10:20:30.123")),
    ("started with user={} and no more", ("root", "admin", "postgres", "none")),
    ("Add the decorator {} above it.", ("@property", "@dataclass", "@staticmethod", "@Override")),
    ("Use {} for that.", ("std::vector", "a::b", "ASP.NET", "Node.js")),
)


def examples(random: Random) -> Example:
    """Draw a sentence with a made-up address, or one with something that only looks like one."""
    if random.random() < 0.6:
        label, frame, templates = random.choice(_POSITIVE)
        value = draw(random.choice(templates), random)
        return Example(frame.format(value), value, label)
    negative, values = random.choice(_NEGATIVE)
    value = random.choice(values)
    return Example(negative.format(value), value, None)
