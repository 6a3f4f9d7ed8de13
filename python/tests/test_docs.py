"""What the documentation shows is run, and has to come out as shown."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from joblib.externals.loky import get_reusable_executor

sys.path.insert(0, str(ROOT / "scripts"))
from check_readme import examples, matches  # noqa: E402


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    found = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found, f"{page} has no {language}"
    return found


@pytest.fixture
def folder(tmp_path: Path, demo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to be in, with the demo files under the names that the pages use, and a home of its own."""
    for name in ("Music", "Incoming"):
        shutil.copytree(demo, tmp_path / name)
    (tmp_path / "Incoming" / "README.md").unlink()
    (tmp_path / "beets").mkdir()
    monkeypatch.chdir(tmp_path)
    for name, value in (("HOME", tmp_path), ("BEETSDIR", tmp_path / "beets")):
        monkeypatch.setenv(name, str(value))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def test_python_page(folder: Path) -> None:
    # Workers that joblib keeps from other tests are in other folders.
    get_reusable_executor().shutdown(wait=True)
    source = "\n".join(blocks("python.md", "pycon"))
    test = doctest.DocTestParser().get_doctest(source, {}, "docs/python.md", "docs/python.md", 0)
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    failed, tried = runner.run(test, out=report.append)
    assert tried > 10 and failed == 0, "".join(report)


def test_beets_page(folder: Path) -> None:
    (folder / "beets" / "config.yaml").write_text(blocks("beets.md", "yaml")[0])
    text = (ROOT / "docs" / "beets.md").read_text(encoding="utf-8")
    shown = [example for block in examples(text) for example in block]
    assert len(shown) > 5
    for example in shown:
        done = subprocess.run(["bash", "-c", example.command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        printed = done.stdout.splitlines()
        assert done.returncode == 0 and matches(example.output, printed), (example, printed, done.stderr)


@pytest.fixture
def cluster(folder: Path) -> Iterator[int]:
    """What the page starts first, on a port that is free."""
    pytest.importorskip("distributed")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    start = blocks("clusters.md", "sh")[0].replace("8786", str(port))
    with (folder / "cluster.log").open("wb") as log:
        shell = subprocess.Popen(["bash", "-c", start + "wait"], stdout=log, stderr=log, start_new_session=True)
    try:
        while not answers(port):
            assert shell.poll() is None, (folder / "cluster.log").read_text()
            time.sleep(0.1)
        yield port
    finally:
        os.killpg(shell.pid, signal.SIGKILL)
        shell.wait()


def answers(port: int) -> bool:
    """Whether something listens there by now."""
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True


def test_clusters_page(folder: Path, cluster: int) -> None:
    # Half of the files are enough.
    for path in (folder / "Music").glob("0[13-6]*"):
        path.unlink()
    program = blocks("clusters.md", "python")[0].replace("8786", str(cluster)).replace("/music", str(folder / "Music"))
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.splitlines() == ["1 of 2", "2 of 2", "1 transcodes"]

    (folder / "beets" / "config.yaml").write_text("plugins: [bitrater]\ndirectory: ~/Library\nimport: {autotag: no, quiet: yes}\n")
    subprocess.run([sys.executable, "-m", "beets", "import", "Music"], check=True, stderr=subprocess.DEVNULL)
    command = blocks("clusters.md", "sh")[1].replace("8786", str(cluster))
    done = subprocess.run(["bash", "-c", command], stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout == "2 files: 1 transcode, 1 original\n"
