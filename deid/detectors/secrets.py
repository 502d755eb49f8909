"""What opens accounts and wallets: passwords, keys, tokens, private keys, addresses of cryptocurrencies."""

import math
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from hashlib import sha256
from random import Random
from string import ascii_letters, digits, hexdigits

import regex

from deid.detectors.engine.pattern import PatternDetector, Rule
from deid.detectors.numbers.checksums import stdnum
from deid.example import Example
from deid.lexicon import Lexicon, either, load_lexicon

_CASED = regex.MULTILINE
_BASE58 = "[1-9A-HJ-NP-Za-km-z]"
_ALPHABET58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_EDGE = r"(?<![\w/+-])"
_END = r"(?![\w/+-])"

# Tokens that say by their own beginning what they are.
_TOKENS = (
    r"(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ABIA|ACCA)[A-Z2-7]{16}",
    r"gh[pousr]_[A-Za-z0-9]{30,255}",
    r"github_pat_[A-Za-z0-9_]{22,255}",
    r"gl(?:pat|dt|rt|cbt|ptt|ft|soat)-[A-Za-z0-9_-]{18,64}",
    r"xox[abposre]-[A-Za-z0-9-]{10,250}",
    r"xapp-\d-[A-Za-z0-9-]{10,250}",
    r"(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{16,250}",
    r"whsec_[A-Za-z0-9+/=]{20,64}",
    r"AIza[A-Za-z0-9_-]{30,45}",
    r"ya29\.[A-Za-z0-9_-]{20,500}",
    r"GOCSPX-[A-Za-z0-9_-]{20,40}",
    r"sk-(?:ant-|proj-|svcacct-|or-v1-)?[A-Za-z0-9_-]{20,250}",
    r"(?:hf|r8|lin_api|dckr_pat|dop_v1|doo_v1|shpat|shpss|shpca|tskey|pat|figd)_[A-Za-z0-9_=-]{20,250}",
    r"(?:glsa|ntn|sntrys|phc|rpa|fo1)_[A-Za-z0-9_=-]{20,250}",
    r"npm_[A-Za-z0-9]{30,64}",
    r"pypi-[A-Za-z0-9_-]{32,250}",
    r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{30,64}",
    r"(?:SK|AC)[0-9a-f]{32}",
    r"key-[0-9a-f]{32}",
    r"[0-9a-f]{32}-us\d{1,2}",
    r"sq0(?:atp|csp)-[A-Za-z0-9_-]{20,64}",
    r"EAA[A-Za-z0-9]{60,300}",
    r"\d{8,10}:AA[A-Za-z0-9_-]{32,36}",
    r"hvs\.[A-Za-z0-9_-]{20,200}",
    r"v\d\.local\.[A-Za-z0-9_-]{20,500}",
    r"AGE-SECRET-KEY-1[A-Z0-9]{40,64}",
    r"(?:eyJ[A-Za-z0-9_-]{8,4000}\.){1,2}[A-Za-z0-9_-]{8,4000}(?:\.[A-Za-z0-9_-]{4,2000})?",
    r"[MNO][A-Za-z\d_-]{23,27}\.[A-Za-z\d_-]{6}\.[A-Za-z\d_-]{27,40}",
)
_PEM = (
    r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:[A-Za-z0-9+/=\s:,.()\\]|-(?!----)){0,20000}-----END (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
)
_CUT_PEM = r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:\s?[A-Za-z0-9+/=]{16,80}){0,400}"
_SSH = r"ssh-(?:rsa|ed25519|dss) AAAA[A-Za-z0-9+/]{30,2000}={0,2}"
_IN_URL = r"://[^\s:@/\"'<>]{0,100}:(?P<value>[^\s@/\"'<>]{3,200})@"
_WALLETS = (
    rf"{_EDGE}[13]{_BASE58}{{25,34}}{_END}",
    rf"{_EDGE}(?:bc1|tb1|ltc1)[a-z0-9]{{25,90}}{_END}",
    rf"{_EDGE}0x[a-fA-F0-9]{{40}}{_END}",
    rf"{_EDGE}[48]{_BASE58}{{94}}(?:{_BASE58}{{11}})?{_END}",
    rf"{_EDGE}[LMD]{_BASE58}{{26,33}}{_END}",
    rf"{_EDGE}T{_BASE58}{{33}}{_END}",
    rf"{_EDGE}r{_BASE58}{{24,34}}{_END}",
    rf"{_EDGE}(?:addr1[a-z0-9]{{50,110}}|cosmos1[a-z0-9]{{38}})|{_EDGE}X-?{_BASE58}{{33}}{_END}",
)
_RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_COMMON = frozenset(
    "required is was must should the a an and or of for to in on not be reset field policy none null true "
    "false string str your my protected changed change expired incorrect wrong invalid manager hash hint "
    "length optional secret password token key user username value input type text bytes int self os config "
    "settings env process example empty blank here below above enter click forgot forgotten has have will can "
    "with from by as at this that it".split()
)
_PLACEHOLDER = regex.compile(
    r"[*•x.]{3,}|[<{$%\[(].{0,80}|(?:your|my|the|some|example|change)[\w-]{0,20}(?:pass|secret|key|token|here|me)[\w-]{0,10}|"
    r"[a-z_.]{3,60}[(\[].{0,200}|(?:[a-z]+_){0,4}(?:key|pass|password|secret|token|user|name)(?:_[a-z]+){0,4}|"
    r"(?:self|this|config|cfg|settings|os|env|environ|process|options|opts|args|request|params|form|data|user)\.[\w.]+",
    regex.IGNORECASE,
)


def entropy(value: str) -> float:
    """Return Shannon's entropy of the characters of a value, in bits a character.

    >>> entropy("abab"), entropy("")
    (1.0, 0.0)
    """
    counts = Counter(value)
    return math.fsum(n / len(value) * math.log2(len(value) / n) for n in counts.values())


def base58check(value: str, alphabet: str = _ALPHABET58) -> bool:
    """Whether a value in base 58 ends with the first four bytes of its double SHA-256."""
    number = 0
    for char in value:
        number = number * 58 + alphabet.index(char)
    if number.bit_length() > 200:
        return False
    raw = number.to_bytes(25, "big")
    return sha256(sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]


def _wallet(alphabet: str, value: str) -> bool | None:
    return base58check(value, alphabet)


def _bech32(value: str) -> bool | None:
    """Judge an address in bech32; one with a slip is still hidden."""
    return True if value.startswith("bc1") and stdnum("bitcoin")(value.lower()) else None


def _drawn(value: str) -> bool | None:
    """Judge what stands after "key": drawn by a machine, or a word."""
    mixed = any(c.isdecimal() for c in value) and any(c.isalpha() for c in value)
    return None if len(value) >= 12 and (mixed or entropy(value) > 4.0) and entropy(value) > 2.8 else False


def _chosen(value: str) -> bool | None:
    """Judge what stands after "password": no word of a sentence, no place-holder."""
    bare = value.lower().rstrip(".,;:!?)")
    plain = bare in _COMMON or _PLACEHOLDER.fullmatch(bare) is not None
    return False if plain or len(bare) < 4 or value.endswith(":") else None


def _said(value: str) -> bool | None:
    """Judge what stands after "password is": it must look like none of the language's words."""
    bare = value.rstrip(".,;:!?)'\"")
    return _chosen(value) if any(not c.isalpha() for c in bare) or bare[1:].lower() != bare[1:] else False


def _random_looking(value: str) -> bool | None:
    return None if entropy(value) > 2.5 and any(c.isdecimal() for c in value) else False


def _by_form() -> Iterable[Rule]:
    tokens = "|".join(_TOKENS)
    yield Rule("SECRET", f"{_EDGE}(?:{tokens}){_END}", 0.95, validate=_random_looking, needs="_-.AS:", flags=_CASED)
    yield Rule("SECRET", _PEM, 0.98, words=frozenset({"private"}), flags=_CASED)
    yield Rule("SECRET", _CUT_PEM, 0.95, words=frozenset({"private"}), flags=_CASED)
    yield Rule("SECRET", _SSH, 0.8, words=frozenset({"ssh"}), flags=_CASED)
    yield Rule("SECRET", _IN_URL, 0.9, validate=_chosen, needs="@", flags=_CASED)
    yield from _wallets()


def _wallets() -> Iterable[Rule]:
    base, segwit, ether, monero, light, tron, ripple, others = _WALLETS
    bitcoin, xrp = partial(_wallet, _ALPHABET58), partial(_wallet, _RIPPLE)
    kinds: tuple[tuple[str, float, Callable[[str], bool | None]], ...] = (
        (base, 0.9, bitcoin),
        (segwit, 0.8, _bech32),
        (ether, 0.9, _random_looking),
        (monero, 0.9, _random_looking),
        (light, 0.9, bitcoin),
        (tron, 0.9, bitcoin),
        (ripple, 0.9, xrp),
        (others, 0.6, _random_looking),
    )
    for pattern, score, validate in kinds:
        yield Rule("CRYPTO", pattern, score, validate=validate, needs=digits, flags=_CASED)


def _after_words(lexicon: Lexicon) -> Iterable[Rule]:
    sign = r"[\"'\])]{0,2}(?:[ ]is)?[ \t]{0,3}(?:[:=]{1,2}>?|=>)[ \t]{0,3}\n?[ \t]{0,3}[\"'`]?"
    told = r"[ ](?:is|was|es|ist|est|lautet)(?:[ ]now|[ ]set[ ]to)?[: ]{1,2}[\"'`“]?"
    password = rf"(?<![^\W_])(?:{either(lexicon['passwords'])})(?:[ ]for[ ]\w{{1,20}})?"
    words = _last_words(lexicon["passwords"])
    value = r"(?P<value>[^\s\"'`“”<>]{4,128})"
    yield Rule("SECRET", password + sign + value, 0.7, validate=_chosen, needs=":=", lower=True)
    drawn_value = r"[ ](?=\S{0,20}\d)" + value
    yield Rule("SECRET", password + drawn_value, 0.5, validate=_said, words=words, lower=True)
    yield Rule("SECRET", password + told + value, 0.6, validate=_said, words=words, lower=True)
    pin = rf"(?<!\w){either(lexicon['pins'])}(?:{sign}|{told}|[ ]{{1,2}}#?)(?P<value>\d{{3,8}})(?!\w|[./-]\d)"
    yield Rule("SECRET", pin, 0.6, words=_last_words(lexicon["pins"]), lower=True)
    drawn = r"(?P<value>[\w+/=.~-]{12,512})"
    key = rf"(?<![^\W_])(?:{either(lexicon['keys'])})(?:{sign}|{told}|[ ])(?:(?:bearer|basic|token)[ ])?{drawn}"
    yield Rule("SECRET", key, 0.7, validate=_drawn, lower=True, words=frozenset(), needs=digits)
    seed = rf"(?<!\w){either(lexicon['seeds'])}(?:{sign}|{told})"
    drawn_words = r"(?P<value>[a-z]{3,8}(?:[ ,]{1,2}[a-z]{3,8}){11,23})"
    yield Rule("SECRET", seed + drawn_words, 0.8, words=_last_words(lexicon["seeds"]), lower=True)


def _last_words(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(regex.findall(r"\w+", phrase)[-1] for phrase in phrases)


def rules(language: str) -> tuple[Rule, ...]:
    """Return the rules of this family for a language."""
    return (*_by_form(), *_after_words(load_lexicon("secrets", language)))


class SecretDetector(PatternDetector):
    """Passwords, keys and tokens, private keys, addresses of cryptocurrencies."""

    def __init__(self, language: str = "en", seconds: float = 1.0) -> None:
        super().__init__("secrets", rules(language), seconds, sieved=True)


def _text(random: Random, alphabet: str, length: int) -> str:
    return "".join(random.choice(alphabet) for _ in range(length))


def _wallet_of(random: Random) -> str:
    raw = bytes([0, *random.randbytes(20)])
    number = int.from_bytes(raw + sha256(sha256(raw).digest()).digest()[:4], "big")
    value = ""
    while number:
        number, figure = divmod(number, 58)
        value = _ALPHABET58[figure] + value
    return f"1{value}"


def _positive(random: Random) -> Example:
    letters = ascii_letters + digits
    label, frame, value = random.choice(
        (
            ("CRYPTO", "Send it to {} today.", _wallet_of(random)),
            ("CRYPTO", "My wallet is {}, thanks.", f"0x{_text(random, hexdigits[:16], 34)}1a2b3c"),
            ("SECRET", "The key AWS gave is {} I think.", f"AKIA{_text(random, 'ABCDEFGHIJ234567', 14)}K7"),
            ("SECRET", "export TOKEN={}", f"ghp_{_text(random, letters, 34)}a7"),
            ("SECRET", 'api_key = "{}"', f"{_text(random, letters, 30)}d4"),
            ("SECRET", "password: {}", f"{_text(random, letters, 9)}!7"),
            ("SECRET", "The password is {} for now.", f"Tr0ub{_text(random, letters, 4)}&3"),
            (
                "SECRET",
                "Authorization: Bearer {}",
                f"eyJ{_text(random, letters, 20)}.eyJ{_text(random, letters, 30)}.sg7{_text(random, letters, 20)}",
            ),
            ("SECRET", "Your PIN is {}.", _text(random, digits, 4)),
        )
    )
    return Example(frame.format(value), value, label)


def _negative(random: Random) -> Example:
    frame, value = random.choice(
        (
            ("Fixed in commit {} yesterday.", _text(random, hexdigits[:16], 40)),
            ("The file's digest is sha256 {} there.", _text(random, hexdigits[:16], 64)),
            ("The password {} before you log in.", random.choice(("is required", "was changed", "must be reset"))),
            ("password: {}", random.choice(("<your-password>", "********", "${PASSWORD}", "required"))),
            ("The secret of {} is patience.", random.choice(("success", "a good life", "gardening"))),
            ("A token {} in the grammar.", random.choice(("is a word", "stands for itself", "ends the line"))),
        )
    )
    return Example(frame.format(value), value, None)


def examples(random: Random) -> Example:
    """Draw a sentence with a made-up secret, or one with something that opens nothing."""
    return _positive(random) if random.random() < 0.6 else _negative(random)
