"""`tamis` as a process of its own: signals, full disks, closed pipes, no network."""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.cli import run_app

TAMIS = Path(sys.executable).with_name("tamis")
SENTENCE = "Ann Lee of Leeds wrote to Bo Chan about the weather in {n} and to c{n}@example.com.\n"

pytestmark = pytest.mark.skipif(not TAMIS.exists(), reason="the command is not installed beside this Python")


@pytest.fixture
def texts(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(4000):
        (folder / f"{n}.txt").write_text(SENTENCE.format(n=n) * 20)
    return folder


def hears_ctrl_c():
    """A shell starts what runs in the background deaf to it, nohup deaf to SIGHUP, and the tests may run there."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.mark.parametrize(
    ("sign", "jobs", "end"),
    [
        (signal.SIGTERM, "1", (143, "")),
        (signal.SIGHUP, "1", (129, "")),
        (signal.SIGINT, "1", (130, "tamis: interrupted: nothing was written\n")),
        (signal.SIGINT, "2", (130, "tamis: interrupted: nothing was written\n")),
    ],
)
def test_a_signal_leaves_nothing(tmp_path, texts, sign, jobs, end):
    """Ctrl-C goes to the whole group, as a terminal sends it; the process has begun its output by then."""
    command = [TAMIS, "redact", texts, "-o", tmp_path / "out" / "o", "--jobs", jobs]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=hears_ctrl_c,  # noqa: PLW1509 no other thread is running here
    )
    try:
        deadline = time.monotonic() + 60
        while not list(tmp_path.glob("out/.tamis-*")):
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(4 if jobs == "2" else 2)
        assert process.poll() is None, "it was done before the signal: the input is too small for this machine"
        os.killpg(process.pid, sign) if sign == signal.SIGINT else process.send_signal(sign)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, err) == end
    assert out == ""
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in"]


def test_there_is_no_network_and_no_locale_and_none_is_missed(tmp_path):
    """Every door to the network raises, proxies point nowhere, the locale knows ASCII only."""
    (tmp_path / "sitecustomize.py").write_text(
        "import socket\n"
        "def refuse(*_):\n"
        "    raise RuntimeError('the network was used')\n"
        "for name in ('connect', 'connect_ex', 'sendto'):\n"
        "    setattr(socket.socket, name, refuse)\n"
        "socket.create_connection = socket.getaddrinfo = socket.gethostbyname = refuse\n"
    )
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.txt").write_text("Ann Lee of www.leeds.example.co.uk, ann@mail.example.com, +44 7700 900123.\n")
    (source / "t.csv").write_text("full name,site\nAnn Lee,https://example.com/ann\nBo Chan,http://bbc.co.uk\n")
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")
    nowhere |= {name.upper(): value for name, value in nowhere.items()}
    ascii_only = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    home = {"PYTHONPATH": str(tmp_path), "HOME": str(tmp_path / "home")}
    environment = {**os.environ, **nowhere, **ascii_only, **home}
    check = [sys.executable, "-c", "import socket; socket.create_connection(('127.0.0.1', 9))"]
    refused = subprocess.run(check, env=environment, capture_output=True, text=True, check=False)
    assert "the network was used" in refused.stderr
    redact = [TAMIS, "redact", source, "-o", tmp_path / "out"]
    ended = subprocess.run(redact, env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Ann" not in (tmp_path / "out" / "t.csv").read_text() + (tmp_path / "out" / "a.txt").read_text()
    text = "Zoé Müller lives in 北京 \U0001f600.".encode()
    scan = [TAMIS, "scan", "-", "--format", "jsonl"]
    ended = subprocess.run(scan, input=text, env=environment, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"PERSON" in ended.stdout
    redact = [TAMIS, "redact", "-", "-o", "-"]
    ended = subprocess.run(redact, input=text, env=environment, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert "\U0001f600" in ended.stdout.decode()
    assert not (tmp_path / "home").exists()


def test_standard_output_that_is_full_or_gone():
    command = [TAMIS, "--version"]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 4
    assert ended.stderr.startswith("tamis: P301: ")
    assert ended.stderr.count("\n") == 1
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (0, "")


def outputs(place):
    large = place / "large.csv"
    large.write_text("size,colour\n" + f"1.5,{'red' * 40}\n" * 12_000)
    return [("redact", large, "-o"), ("synth", large, "--epsilon", "1", "--method", "independent", "-o")]


def test_a_file_that_may_not_grow(tmp_path, capfd):
    commands = outputs(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for n, command in enumerate(commands):
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
        try:
            status = run_app([*map(str, command), str(tmp_path / f"new{n}" / "o.csv")])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        err = capfd.readouterr().err
        assert status == 4
        assert err.startswith("tamis: P301: the output 'o.csv' could not be written: ")
        left = [p.name for p in tmp_path.glob("new*/*")]
        assert left == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk(tmp_path, capfd):
    commands = outputs(tmp_path)
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this root may not mount")
    try:
        for command in commands:
            status = run_app([*map(str, command), str(disk / "o.csv")])
            err = capfd.readouterr().err
            assert status == 4
            assert err == (
                "tamis: P301: the output 'o.csv' could not be written: No space left on device (tamis explain P301)\n"
            )
            assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)
