"""An ID card as a PDF: one letter page with two identical cards to cut out and fold, and notes for the scene."""

import io
import threading

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import letter
from reportlab.lib.units import inch
from reportlab.pdfgen.canvas import Canvas

from services.documents.paper import colors, typesetting
from services.documents.paper.rows import GREY, INK, Box, Cell, Part, draw
from services.documents.paper.typesetting import BOLD, MEDIUM, REGULAR

from .panels import draw_back, draw_front
from .text import CardText

WIDE, HIGH = letter
MARGIN = 36.0
HEADER = 46.0
BETWEEN = 20.0  # between the two cards
MARK = 7.0  # length of a cut or fold mark
LINE = HexColor("#9aa4b1")
COPIES = 2
CARD = "card"
HOW = (
    "Print this page at its actual size (100 %), cut along the dotted lines and fold each card in the middle."
    " Keep one card in the vehicle; the other is for a second driver or your files."
)
NOTES = (
    ("Date, time and place", "Police department and report number"),
    ("Other driver: name and phone", "Other driver: insurance company and policy number"),
    ("Other vehicle: year, make and model", "Other vehicle: plate and state"),
    ("Witness: name and phone", "Witness: name and phone"),
    ("What happened",),
    ("Damage to the vehicles",),
)
NOTE_HEIGHT = 33.0  # room to write
LEAST_NOTES = 4  # fewer lines would ask for half of what is needed

# the font objects keep what a document needs of them while it is drawn
_one_at_a_time = threading.Lock()


def draw_sheet(card: CardText) -> bytes:
    """The PDF; equal words give equal bytes."""
    typesetting.load_fonts()
    with _one_at_a_time:
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=letter, invariant=1, lang="en-US", initialFontName=REGULAR)
        canvas.setTitle(typesetting.clean(f"ID card: {card.vehicle}"))
        canvas.setAuthor(typesetting.clean(card.agency))
        canvas.setSubject(typesetting.clean(card.title))
        canvas.setCreator("Portico")
        canvas.setProducer("Portico")
        canvas.setViewerPreference("DisplayDocTitle", "true")
        canvas.setViewerPreference("PrintScaling", "None")  # cut out, a card has its state's size
        _draw_page(canvas, card)
        canvas.showPage()
        canvas.save()
        return out.getvalue()


def _draw_page(canvas: Canvas, card: CardText) -> None:
    _draw_header(canvas, card)
    width, height = card.size[0] * inch, card.size[1] * inch
    _draw_card_once(canvas, card, width, height)
    left = (WIDE - 2 * width) / 2
    top = HIGH - MARGIN - HEADER
    for _ in range(COPIES):
        canvas.saveState()
        canvas.translate(left, top - height)
        canvas.doForm(CARD)
        canvas.restoreState()
        _draw_marks(canvas, Box(left, top, 2 * width, height))
        top -= height + BETWEEN
    _draw_foot(canvas, card, top)


def _draw_card_once(canvas: Canvas, card: CardText, width: float, height: float) -> None:
    """Front and back as one picture, so that the copies are identical."""
    canvas.beginForm(CARD, 0, 0, 2 * width, height)
    draw_front(canvas, card, Box(0, height, width, height))
    draw_back(canvas, card, Box(width, height, width, height))
    canvas.endForm()


def _draw_header(canvas: Canvas, card: CardText) -> None:
    accent = colors.readable(card.color)
    right, first, second = WIDE - MARGIN, HIGH - MARGIN - 13, HIGH - MARGIN - 26
    size, name = typesetting.fit_line(card.agency, BOLD, 15, 6, 425)
    about_size, about = typesetting.fit_line(f"{card.vehicle} · policy {card.policy_number}", REGULAR, 9, 6, 425)
    canvas.setFillColor(accent)
    canvas.setFont(BOLD, size)
    canvas.drawString(MARGIN, first, name)
    canvas.setFillColor(INK)
    canvas.setFont(MEDIUM, 10)
    canvas.drawRightString(right, first, "Auto insurance ID card")
    canvas.setFillColor(GREY)
    canvas.setFont(REGULAR, about_size)
    canvas.drawString(MARGIN, second, about)
    canvas.setFont(REGULAR, 9)
    canvas.drawRightString(right, second, typesetting.clean(card.agency_phone))


def _draw_marks(canvas: Canvas, box: Box) -> None:
    """Dotted lines to cut along, a dashed one to fold, and marks outside for whoever cuts with a ruler."""
    right, bottom = box.x + box.width, box.top - box.height
    fold = box.x + box.width / 2
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.5)
    canvas.setDash(1, 2)
    canvas.rect(box.x, bottom, box.width, box.height, stroke=1, fill=0)
    canvas.setDash(4, 3)
    canvas.line(fold, box.top, fold, bottom)
    canvas.setDash()
    for x in (box.x, fold, right):
        canvas.line(x, box.top + 2, x, box.top + 2 + MARK)
        canvas.line(x, bottom - 2, x, bottom - 2 - MARK)
    for y in (box.top, bottom):
        canvas.line(box.x - 2, y, box.x - 2 - MARK, y)
        canvas.line(right + 2, y, right + 2 + MARK, y)
    canvas.setFont(REGULAR, 5.5)
    canvas.setFillColor(GREY)
    canvas.drawString(fold + 3, box.top + 4, "fold")


def _draw_foot(canvas: Canvas, card: CardText, top: float) -> None:
    room = Box(MARGIN, top + 4, WIDE - 2 * MARGIN, 26)
    draw(canvas, room, [(Cell((Part(HOW, REGULAR, 8.5, 2, INK),)),)])
    lines = min(len(NOTES), int((top - 62 - MARGIN) / NOTE_HEIGHT))
    if lines >= LEAST_NOTES:
        _draw_notes(canvas, card, top - 46, lines)


def _draw_notes(canvas: Canvas, card: CardText, top: float, lines: int) -> None:
    """Lines to write on after an accident."""
    canvas.setFont(BOLD, 10)
    canvas.setFillColor(colors.readable(card.color))
    canvas.drawString(MARGIN, top, "Notes from the scene")
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.6)
    canvas.setFillColor(GREY)
    canvas.setFont(REGULAR, 6.5)
    for number, labels in enumerate(NOTES[:lines], 1):
        y = top - NOTE_HEIGHT * number
        width = (WIDE - 2 * MARGIN - 24 * (len(labels) - 1)) / len(labels)
        for column, label in enumerate(labels):
            x = MARGIN + column * (width + 24)
            canvas.line(x, y, x + width, y)
            canvas.drawString(x, y - 8, label)
