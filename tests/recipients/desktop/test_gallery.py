"""Every page of the desk, looked at: nothing cut off, nothing over something else, a name on every control."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.server
@pytest.mark.slow
@pytest.mark.parametrize("scale", ["1", "2"])
def test_nothing_is_clipped_or_without_a_name(tmp_path: Path, scale: str):
    command = [sys.executable, "-m", "tests.recipients.desktop.gallery", os.fspath(tmp_path)]
    environment = {**os.environ, "QT_SCALE_FACTOR": scale}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=600, check=False)
    assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode()
    assert json.loads((tmp_path / "faults.json").read_text()) == []
    assert len(list(tmp_path.glob("*.png"))) >= 12
