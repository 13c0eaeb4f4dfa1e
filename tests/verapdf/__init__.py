"""veraPDF: fetched by Maven once, kept in the user's cache."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

POM = Path(__file__).parent / "pom.xml"
MINUTES = 5


@functools.cache
def libraries() -> Path:
    """The folder with veraPDF; skips the test where there is none."""
    if shutil.which("java") is None:
        pytest.skip("veraPDF needs Java, which is not installed")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "report-tests"
    folder = base / f"verapdf-{ET.parse(POM).findtext('.//{*}dependency/{*}version')}"
    if folder.is_dir():
        return folder
    if shutil.which("mvn") is None:
        pytest.skip("veraPDF is fetched by Maven, which is not installed")
    base.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=base) as scratch:
        command = [
            "mvn",
            "-q",
            "-B",
            "-f",
            str(POM),
            "dependency:copy-dependencies",
            f"-DoutputDirectory={scratch}/lib",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=MINUTES * 60)
        if done.returncode:
            pytest.skip(f"veraPDF cannot be fetched: {done.stdout.strip()[:200]}")
        if not folder.is_dir():
            Path(scratch, "lib").rename(folder)
    return folder


def complaints(folder: Path) -> dict[str, dict[str, list[str]]]:
    """For each PDF in a folder, by the name of the profile that it claims to meet, the rules that it breaks."""
    command = ["java", "-cp", f"{libraries()}/*", "org.verapdf.apps.GreenfieldCliWrapper", "-f", "0", "--format", "xml"]
    done = subprocess.run([*command, str(folder)], capture_output=True, check=False, timeout=MINUTES * 60)
    found: dict[str, dict[str, list[str]]] = {}
    for job in ET.fromstring(done.stdout).iter("job"):
        name = Path(job.findtext("item/name") or "").name
        reports = list(job.iter("validationReport"))
        found[name] = {
            report.attrib["profileName"].removesuffix(" validation profile"): [
                f"{rule.attrib['clause']}: {rule.findtext('description')} ({rule.findtext('check/errorMessage')})"
                for rule in report.iter("rule")
                if rule.attrib["status"] == "failed"
            ]
            for report in reports
        }
    return found
