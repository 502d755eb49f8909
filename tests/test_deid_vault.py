"""A vault opens with its key and as it was made; a bit less, and it says nothing."""

import io
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid import Key
from deid.errors import VaultError
from deid.vault import Original, Release, Vault, rewrap, sealed_by
from deid.vault.envelope import HEADER, SEGMENT, seal, unseal
from deid.vault.splices import UnpairedError, splice, splicing

KEY, OTHER = Key(bytes(range(32))), Key(bytes(32))
LINES = st.lists(st.sampled_from([b"Ann,Leeds,41", b"", b"[PERSON],[LOCATION],41", b"x", b"\xff\x00"]), max_size=8)
SIZES = [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT, 3 * SEGMENT + 5]


def made(content: bytes = b"Ann Lee of Leeds\n" * 40) -> Vault:
    original = Original.of("t.csv", "t.csv", content.replace(b"Ann Lee", b"[PERSON]"), content)
    return Vault().with_release(Release("standard", "0" * 64, (original,))).with_state("cast", {"Ann Lee": "Mia Cole"})


@pytest.mark.parametrize("size", SIZES)
def test_content_of_any_size_comes_back(size: int) -> None:
    content = random.Random(size).randbytes(size)
    sealed = seal(content, KEY)
    assert unseal(sealed, KEY) == content
    assert len(sealed) == HEADER + size + 16 * max(1, -(-size // SEGMENT))
    assert seal(content, KEY) != sealed


def test_any_other_key_is_refused_by_name() -> None:
    sealed = made().sealed(KEY)
    assert sealed_by(sealed) == KEY.id
    with pytest.raises(VaultError, match=f"opens with the key {KEY.id}, and this is the key {OTHER.id}"):
        Vault.opened(sealed, OTHER)
    alike = next(key for n in range(2**20) if (key := Key(n.to_bytes(32, "big"))).id == KEY.id)
    with pytest.raises(VaultError, match="another key has the same id"):
        Vault.opened(sealed, alike)


def test_every_single_bit_of_the_header_and_many_others_count() -> None:
    sealed = made(b"Ann Lee of Leeds\n" * 5000).sealed(KEY)
    draws = random.Random(1)
    for bit in [*range(8 * HEADER), *(draws.randrange(8 * len(sealed)) for _ in range(500))]:
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(VaultError):
            Vault.opened(bytes(changed), KEY)


@pytest.mark.parametrize("size", SIZES)
def test_segments_cannot_be_left_out_added_doubled_or_moved(size: int) -> None:
    sealed = seal(random.Random(size).randbytes(size), KEY)
    header, step = sealed[:HEADER], SEGMENT + 16
    parts = [sealed[HEADER:][start : start + step] for start in range(0, len(sealed) - HEADER, step)]
    wrong = [parts[:-1], [*parts, parts[-1]], [*parts, b"\0" * 16], [], [b"", *parts[1:]]]
    if len(parts) > 1:
        wrong += [parts[1:], parts[::-1], [parts[1], parts[0], *parts[2:]], [parts[0], *parts]]
    for some in wrong:
        with pytest.raises(VaultError):
            unseal(b"".join([header, *some]), KEY)
    for end in {*range(HEADER + 20), len(sealed) - 1, len(sealed) - 16, len(sealed) - 17} - {len(sealed)}:
        if 0 <= end < len(sealed):
            with pytest.raises(VaultError):
                unseal(sealed[:end], KEY)


def test_segments_of_two_vaults_do_not_mix() -> None:
    one, other = seal(b"one", KEY), seal(b"two", KEY)
    for mixed in (one[:HEADER] + other[HEADER:], one[:25] + other[25:], other[:25] + one[25:]):
        with pytest.raises(VaultError):
            unseal(mixed, KEY)


@pytest.mark.parametrize("data", [b"", b"tamisvlt", b"x" * 500, b"tamisvlt\x02" + bytes(500), b"\x89PNG" * 100])
def test_what_is_no_vault_is_told_so(data: bytes) -> None:
    with pytest.raises(VaultError, match=r"no vault|another version"):
        Vault.opened(data, KEY)


def test_another_key_rewraps_and_touches_nothing_else() -> None:
    sealed = made().sealed(KEY)
    turned = rewrap(sealed, KEY, OTHER)
    assert turned[HEADER:] == sealed[HEADER:]
    assert turned[:25] == sealed[:25]
    assert Vault.opened(turned, OTHER) == made()
    with pytest.raises(VaultError):
        Vault.opened(turned, KEY)
    with pytest.raises(VaultError):
        rewrap(sealed, OTHER, KEY)
    assert Vault.opened(rewrap(turned, OTHER, KEY), KEY) == made()


@given(released=LINES, original=LINES, end=st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_splices_bring_back_any_bytes_or_say_that_they_cannot(
    released: list[bytes], original: list[bytes], end: bytes
) -> None:
    new, old = end.join(released), end.join(original)
    lines = [len(io.BytesIO(text).readlines()) for text in (new, old)]
    if lines[0] != lines[1]:
        with pytest.raises(UnpairedError):
            over_of(new, old)
        return
    over = over_of(new, old)
    assert b"".join(splice(io.BytesIO(new), io.BytesIO(over))) == old


def over_of(released: bytes, original: bytes) -> bytes:
    return b"".join(splicing(io.BytesIO(released), io.BytesIO(original)))


@given(released=st.binary(max_size=300), original=st.binary(max_size=300))
def test_the_original_comes_back_whatever_the_release(released: bytes, original: bytes) -> None:
    assert Original.of("a", "b", released, original).restored(released) == original


def test_splices_hold_what_was_taken_out_and_no_more() -> None:
    line = "The patient {} was seen on the ward and was glad of it all the same.\n"
    original = "".join(line.format(f"Ann Lee{n}") for n in range(300)).encode()
    released = line.format("[PERSON]").encode() * 300
    kept = Original.of("t", "t", released, original)
    assert kept.form == "splices"
    assert b"glad" not in over_of(released, original)


@given(released=st.binary(max_size=60), changed=st.binary(max_size=60))
def test_a_changed_release_is_refused(released: bytes, changed: bytes) -> None:
    kept = Original.of("t.csv", "t.csv", released, b"Ann")
    if changed != released:
        with pytest.raises(VaultError, match=r"'t\.csv' was changed"):
            kept.restored(changed)


STATES = st.dictionaries(
    st.text(max_size=5),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5) | st.integers() | st.lists(st.booleans()), max_size=4),
    max_size=3,
)


@given(contents=st.lists(st.binary(max_size=99), max_size=4), states=STATES)
def test_releases_and_states_come_back(contents: list[bytes], states: dict[str, dict[str, object]]) -> None:
    originals = tuple(Original.of(f"{n}.txt", f"{n}.txt", b"[PERSON]", data) for n, data in enumerate(contents))
    vault = Vault().with_release(Release("näme", "f" * 64, originals))
    for name, state in states.items():
        vault = vault.with_state(name, state)
    opened = Vault.opened(vault.sealed(KEY), KEY)
    assert opened == vault
    assert {name: opened.state(name) for name in states} == states
    assert opened.state("never stored") == {}
    assert [one.restored(b"[PERSON]") for one in opened.releases[0].originals] == contents


def test_a_state_gives_way_to_its_next_and_to_no_other() -> None:
    first = Vault().with_state("cast", {"a": "b"}).with_state("other", {"x": 1})
    second = first.with_state("cast", {"c": "d"})
    assert first.state("cast") == {"a": "b"}
    assert (second.state("cast"), second.state("other")) == ({"c": "d"}, {"x": 1})


def test_a_release_is_known_by_all_its_files() -> None:
    def release(**files: bytes) -> Release:
        return Release("p", "0" * 64, tuple(Original.of(n, n, text, b"Ann " + text) for n, text in files.items()))

    one, two = release(a=b"1", b=b"2"), release(a=b"3", b=b"4")
    vault = Vault().with_release(one).with_release(two)
    assert vault.release_of(one.files) == one
    assert vault.release_of(two.files) == two
    for files, wrong in (
        ({**one.files, "b": "0"}, "'b' was changed"),
        ({"a": one.files["a"]}, "'b' is missing"),
        ({**two.files, "c": "0"}, "'c' is none"),
    ):
        with pytest.raises(VaultError, match=wrong):
            vault.release_of(files)
    with pytest.raises(VaultError, match="holds no release"):
        Vault().release_of(one.files)


def test_the_same_release_is_there_once_and_another_input_is_not_lost() -> None:
    def release(original: bytes) -> Release:
        return Release("p", "0" * 64, (Original.of("", "", b"[PERSON]", original),))

    vault = Vault().with_release(release(b"Ann")).with_release(release(b"Ann"))
    assert len(vault.releases) == 1
    with pytest.raises(VaultError, match="from another input"):
        vault.with_release(release(b"Bo"))


def test_nothing_of_a_vault_shows(tmp_path: Path) -> None:
    vault = made()
    sealed = vault.sealed(KEY)
    assert b"Ann" not in sealed
    assert b"Leeds" not in sealed
    for shown in (repr(vault), repr(vault.releases), str(vault.releases[0].originals)):
        assert "Ann" not in shown
        assert "Leeds" not in shown
