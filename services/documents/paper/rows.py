"""Rows of labelled cells in a box: set as large as the box permits, on one grid, with nothing outside."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfgen.canvas import Canvas

from . import typesetting
from .typesetting import MEDIUM, REGULAR, Fitted

INK = HexColor("#1a1f26")
GREY = HexColor("#5a6472")
LEADING = 1.18  # of the type size
LABEL = 5.8  # points at scale 1
GUTTER = 8.0  # points between columns
GAP, WIDEST_GAP = 4.0, 9.0  # points between rows
SCALES = [step / 100 for step in range(130, 45, -5)]
SHRINK = 0.8  # how much smaller than its row a single text may get before everything does
LEGIBLE = 4.0  # points: under this nothing is set


@dataclass(frozen=True)
class Part:
    """Text in one font: a paragraph of at most `most` lines, or names after one another; `size` is in points."""

    text: str | tuple[str, ...]
    font: str = MEDIUM
    size: float = 9.0
    most: int = 4
    color: Color = INK

    def fitted(self, scale: float, least: float, room: float) -> Fitted:
        """Its lines at this scale."""
        largest = max(self.size * scale, least)
        smallest = max(largest * SHRINK, least, LEGIBLE)
        if isinstance(self.text, str):
            return typesetting.fit(typesetting.clean(self.text), self.font, largest, smallest, room, self.most)
        names = [typesetting.clean(name) for name in self.text]
        return typesetting.fit_names(names, self.font, largest, smallest, room, self.most)


@dataclass(frozen=True)
class Cell:
    """Parts under a label, between two verticals of the grid given as shares of the width."""

    parts: tuple[Part, ...]
    left: float = 0.0
    right: float = 1.0
    label: str = ""
    label_color: Color = GREY


@dataclass(frozen=True)
class SetCell:
    """A cell at its final sizes."""

    cell: Cell
    label_size: float
    parts: list[tuple[Part, Fitted]]

    @property
    def height(self) -> float:
        """In points."""
        text = sum(fitted.size * LEADING * len(fitted.lines) for _, fitted in self.parts)
        return text + (self.label_size * LEADING if self.cell.label else 0)

    @property
    def cut(self) -> bool:
        """Whether something had to be left out."""
        return any(fitted.cut for _, fitted in self.parts)


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Box:
    """A rectangle: its upper left corner, width and height in points."""

    x: float
    top: float
    width: float
    height: float


def draw(canvas: Canvas, box: Box, rows: Sequence[Row], least: float = 0.0, largest: float = 1.0) -> None:
    """Draws rows into a box, as large as fits up to scale `largest`, spread over its height.

    No type is under `least` points while there is any other way.
    """
    settings = _best(rows, box, least, largest)
    heights = [max(cell.height for cell in row) for row in settings]
    gap = max(0.0, min(WIDEST_GAP, (box.height - sum(heights)) / max(1, len(rows) - 1)))
    top = box.top
    for number, (row, height) in enumerate(zip(settings, heights, strict=True)):
        if number and number == len(rows) - 1:
            top = min(top, box.top - box.height + height)  # the last row stands on the ground
        for cell in row:
            _draw_cell(canvas, box, cell, top)
        top -= height + gap


def _best(rows: Sequence[Row], box: Box, least: float, largest: float) -> list[list[SetCell]]:
    """Everything at the largest scale that holds it; else at the smallest, with something left out."""
    scales = [scale for scale in SCALES if scale <= largest]
    settings: list[list[SetCell]] = []
    for floor in dict.fromkeys((least, 0.0)):
        for scale in scales:
            settings = _set_all(rows, box, scale, floor)
            if _height(settings, GAP) <= box.height and not any(cell.cut for row in settings for cell in row):
                return settings
    return next(
        (cut for scale in scales if _height(cut := _set_all(rows, box, scale), 0.0) <= box.height),
        settings,
    )


def _height(settings: Sequence[Sequence[SetCell]], gap: float) -> float:
    return sum(max(cell.height for cell in row) for row in settings) + gap * (len(settings) - 1)


def _set_all(rows: Sequence[Row], box: Box, scale: float, least: float = 0.0) -> list[list[SetCell]]:
    return [[_set(cell, box, scale, least) for cell in row] for row in rows]


def _set(cell: Cell, box: Box, scale: float, least: float) -> SetCell:
    room = (cell.right - cell.left) * box.width - (GUTTER if cell.right < 1 else 0)
    parts = [(part, part.fitted(scale, least, room)) for part in cell.parts if part.text]
    label_size = max(LABEL * scale, least, LEGIBLE)
    return SetCell(cell, label_size, parts)


def _draw_cell(canvas: Canvas, box: Box, cell: SetCell, top: float) -> None:
    x = box.x + cell.cell.left * box.width
    if cell.cell.label:
        canvas.setFont(REGULAR, cell.label_size)
        canvas.setFillColor(cell.cell.label_color)
        canvas.drawString(x, top - cell.label_size, cell.cell.label)
        top -= cell.label_size * LEADING
    for part, fitted in cell.parts:
        canvas.setFont(part.font, fitted.size)
        canvas.setFillColor(part.color)
        for line in fitted.lines:
            canvas.drawString(x, top - fitted.size, line)
            top -= fitted.size * LEADING
