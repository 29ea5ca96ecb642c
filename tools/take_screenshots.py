"""Take the README's pictures: run each tab's example in the real app and photograph the page.

    python tools/take_screenshots.py --out docs/images [--tab object] [--dark] [--width 1280 --height 1000]

Needs the development tools and Chromium.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
TABS = {"audio": "Audio", "object": "3D object", "body": "Body"}
FLAGS = ("--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
DRAWN = "A bird in traffic"  # the example with a box on the spectrogram
SETTLE_MS = 12_000  # a software-drawn 3D view needs its time
WAIT_MS = 600_000  # for a run on a busy machine


def photograph(page: Any, tab: str, path: Path) -> None:
    """Run the example of a tab and photograph it from its top; of sound also the mixer, of a body its rig."""
    page.get_by_role("tab", name=TABS[tab]).click()
    page.wait_for_timeout(4000)
    if tab == "audio":
        page.get_by_text(DRAWN).first.click()
        page.wait_for_timeout(4000)
    page.click(f"#{tab}-run")
    page.wait_for_selector(f"#{tab}-files a", timeout=WAIT_MS)
    page.wait_for_timeout(SETTLE_MS)
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=path)
    print(path)
    if tab == "audio":
        page.locator("#audio-player").screenshot(path=path.with_name("mixer.png"))
    if tab == "body":
        page.click("#body-model [data-turns=bones]")
        page.wait_for_timeout(1000)
        page.locator("#body-model").screenshot(path=path.with_name("rig.png"))


def main() -> int:
    """Serve the app, visit each tab, stop the app."""
    parser = argparse.ArgumentParser(description="Take the README's pictures.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tab", choices=sorted(TABS), action="append", help="of this tab only; all of them")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=1000)
    parsed = parser.parse_args()
    parsed.out.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-u", "-m", "apps.cli", "web", "--port", "7960"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert server.stdout
    address = next(line.split()[-1] for line in server.stdout if "http://" in line)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
            size = {"width": parsed.width, "height": parsed.height}
            scheme = "dark" if parsed.dark else "light"
            for tab in parsed.tab or TABS:
                page = browser.new_page(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
                page.set_default_timeout(WAIT_MS)
                page.goto(address)
                photograph(page, tab, parsed.out / f"{tab}.png")
                page.close()
    finally:
        server.terminate()
        server.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
