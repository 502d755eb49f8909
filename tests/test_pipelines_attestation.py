"""The attestation: it tells no figure, its signature holds for it and for nothing else, and others can check it."""

import json
import os

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from pipelines.attestation import Subject, attest, verify
from pipelines.check import Check
from pipelines.digest import digest
from pipelines.errors import AttestationError, SigningKeyError
from pipelines.report import Facts
from pipelines.seal import ENVIRONMENT, Seal, read_public_key
from pipelines.sources import Sources

FACTS = Facts("2026-01-01 00:00 UTC", "1.0", "3.11", (), "standard", (), "en", "balanced", (("m", "ab"),), (), None)
SOURCES = Sources({"private.csv": "ab" * 32})
CHECKS = [
    Check("notes: residue", "PASS", "success", 0.0123, 0.05, "usual", "texts"),
    Check("Ann Lee's table: linkage", "FAIL", "success", 0.345, 0.05, "usual", "tables"),
    Check("notes: linkage", "WARN", "success", 0.0678, 0.05, "usual", "texts"),
]


@pytest.fixture
def keys(tmp_path):
    """Write a pair of keys as openssl does."""
    key = Ed25519PrivateKey.generate()
    private, public = tmp_path / "sign.pem", tmp_path / "sign.pub.pem"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    private.chmod(0o600)
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private, public


@pytest.fixture
def attested(tmp_path, keys):
    """Write an attestation of a small release, signed."""
    release = tmp_path / "release"
    release.mkdir()
    (release / "a.csv").write_text("a\n1\n")
    subject = Subject("controlled", "recipe-hash", digest(release), "head", SOURCES.commitment)
    path = tmp_path / "attestation.json"
    path.write_text(attest(subject, CHECKS, None, FACTS, Seal.from_file(keys[0])))
    return path, release


def test_it_says_one_word_a_class_and_no_figure(attested):
    text = attested[0].read_text()
    record = json.loads(text)
    assert record["classes"] == {"tables": "FAIL", "texts": "WARN"}
    assert (record["verdict"], record["released"]) == ("FAIL", False)
    for secret in ("Ann", "notes", "0.0123", "0.345", "0.0678"):
        assert secret not in text


def test_whoever_has_the_public_key_can_check_it(attested, keys, tamis):
    path, release = attested
    said = verify(path, read_public_key(keys[1]), release)
    assert said["hashes"]["release"] == digest(release)
    ended = tamis("verify", path, "--public-key", keys[1], "--release", release)
    assert (ended.status, ended.err) == (1, "")  # it attests a failure
    assert ended.out == "FAIL: not released (controlled)\nchecked: signature, release\n"


@pytest.mark.parametrize("key", ["verdict", "released", "profile", "tamis", "classes", "hashes", "budget", "made"])
def test_any_change_breaks_the_signature(attested, keys, key):
    path, _ = attested
    record = json.loads(path.read_text())
    other = {"verdict": "PASS", "released": True, "profile": "public"}.get(key, {"other": 1})
    path.write_text(json.dumps({**record, key: other}))
    with pytest.raises(AttestationError, match="changed"):
        verify(path, read_public_key(keys[1]))


def test_another_release_or_key_is_refused(attested, tmp_path, keys):
    path, release = attested
    (release / "a.csv").write_text("a\n2\n")
    with pytest.raises(AttestationError, match="another release"):
        verify(path, None, release)
    with pytest.raises(AttestationError, match="another key"):
        verify(path, Seal(Ed25519PrivateKey.generate()).public)
    path.write_text(attest(Subject("public", None, None, None, ""), CHECKS, None, FACTS, None))
    with pytest.raises(AttestationError, match="not signed"):
        verify(path, read_public_key(keys[1]))


@pytest.mark.parametrize("text", ["", "[]", "{}", "not JSON", '{"attestation_version": 2}', "[" * 100_000])
def test_what_is_no_attestation_is_refused(refused, tmp_path, text):
    path = tmp_path / "a.json"
    path.write_text(text)
    refused(tmp_path, "P207" if text else "P205", "verify", path)


def test_a_key_that_others_can_read_is_refused(keys):
    keys[0].chmod(0o644)
    with pytest.raises(SigningKeyError, match="chmod 600"):
        Seal.from_file(keys[0])


def test_what_is_no_signing_key_is_refused(tmp_path, keys):
    path = tmp_path / "other.pem"
    other = X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for content in (b"", b"secret", other, keys[1].read_bytes()):
        path.write_bytes(content)
        path.chmod(0o600)
        with pytest.raises(SigningKeyError) as caught:
            Seal.from_file(path)
        assert "secret" not in str(caught.value)
    with pytest.raises(SigningKeyError):
        Seal.from_file(tmp_path / "none.pem")
    with pytest.raises(SigningKeyError):
        read_public_key(keys[0])


def test_a_key_comes_from_the_environment_and_shows_nowhere(keys, monkeypatch):
    assert ENVIRONMENT not in os.environ
    assert Seal.from_environment() is None
    monkeypatch.setenv(ENVIRONMENT, keys[0].read_text())
    seal = Seal.from_environment()
    assert seal is not None
    assert seal.public == read_public_key(keys[1])
    assert repr(seal) == "Seal()"
    with pytest.raises(TypeError):
        seal.__reduce__()


def test_it_is_committed_to_the_private_data_and_tells_nothing_of_them(attested, tmp_path, tamis):
    path, _ = attested
    text = path.read_text()
    assert SOURCES.digests["private.csv"] not in text
    assert SOURCES.salt not in text
    assert Sources(SOURCES.digests).commitment != SOURCES.commitment  # a fresh salt: nobody can test a guess
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"sources": SOURCES.to_dict()}))
    assert verify(path, report=report)["profile"] == "controlled"
    for other in (Sources({"private.csv": "cd" * 32}, SOURCES.salt), Sources(SOURCES.digests)):
        report.write_text(json.dumps({"sources": other.to_dict()}))
        with pytest.raises(AttestationError, match="other data"):
            verify(path, report=report)
    report.write_text("{}")
    ended = tamis("verify", path, "--report", report)
    assert (ended.status, "no report" in ended.err) == (3, True)
