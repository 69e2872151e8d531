"""`bench page`: the bytes of Home and its stylesheets, compressed, as a phone fetches them in its first round trip."""

from gzip import compress
from pathlib import Path
from re import findall

import httpx

from ops.bench.temporary import running_stack, sign_in, temporary_folder

TARGET = 14_000  # bytes: the first round trip
INSURED = "sam.lee@example.com"  # e-mail only: the code goes out at once


def run(_: Path) -> None:
    """Measures and prints; starts and ends a stack of its own."""
    with (
        temporary_folder() as folder,
        running_stack(folder) as address,
        httpx.Client(base_url=address, cookies={"sid": sign_in(address, INSURED)}) as client,
    ):
        home = client.get("/demo/").raise_for_status()
        styles = findall(r'<link rel="stylesheet" href="([^"]+)"', home.text)
        bodies = {"Home": home.content, **{path: client.get(path).raise_for_status().content for path in styles}}
    sizes = {name: len(compress(body, 6)) for name, body in bodies.items()}
    for name, size in sizes.items():
        print(f"{name:<44}{len(bodies[name]):>8,}{size:>8,}")
    print(f"page: {sum(sizes.values()):,} bytes compressed (target {TARGET:,})")
