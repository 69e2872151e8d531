"""The portal's assets, read once at start: their address carries their version, so browsers keep them for ever."""

from dataclasses import dataclass
from gzip import compress
from mimetypes import guess_type
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contracts.kinds import NotFound

from .rendering import ASSETS, Renderer

FOR_EVER = "public, max-age=31536000, immutable"
TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".webmanifest": "application/manifest+json"}


@dataclass(frozen=True)
class File:
    """An asset as it is sent, also compressed once for all.

    Pages are never compressed: their length would tell an eavesdropper who makes a browser ask about the secrets
    inside (BREACH); assets have none.
    """

    content: bytes
    compressed: bytes
    kind: str

    @classmethod
    def read(cls, path: Path) -> "File":
        """The asset in a file."""
        content = path.read_bytes()
        return cls(content, compress(content, 9, mtime=0), _type(path.name))

    def answer(self, request: Request, caching: str) -> Response:
        """The asset for one browser."""
        headers = {"cache-control": caching, "vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", "") and len(self.compressed) < len(self.content):
            return Response(self.compressed, media_type=self.kind, headers=headers | {"content-encoding": "gzip"})
        return Response(self.content, media_type=self.kind, headers=headers)


class Files:
    """Serves the assets of this version, and nothing for another one."""

    def __init__(self, renderer: Renderer) -> None:
        self._version = renderer.assets_version
        self._files = {file.name: File.read(file) for file in ASSETS.iterdir() if file.is_file()}

    def routes(self) -> list[Route]:
        """The routes: below /assets/, and where browsers look for an icon beside a PDF."""
        return [
            Route("/assets/{version}/{name}", self.show, methods=["GET"]),
            Route("/favicon.ico", self.icon, methods=["GET"]),
        ]

    async def icon(self, request: Request) -> Response:
        """The icon, at an address without a version."""
        return self._files["favicon.svg"].answer(request, "public, max-age=86400")

    async def show(self, request: Request) -> Response:
        """One file."""
        found = self._files.get(request.path_params["name"])
        if found is None:
            raise NotFound
        # a page of another version may still ask while a new one is rolled out: it gets what there is, but not to keep
        current = request.path_params["version"] == self._version
        return found.answer(request, FOR_EVER if current else "no-store")


def _type(name: str) -> str:
    ending = "." + name.rpartition(".")[2]
    return TYPES.get(ending) or guess_type(name)[0] or "application/octet-stream"
