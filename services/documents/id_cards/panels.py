"""The two panels of a folded ID card: the state's card in front, what to do after an accident behind."""

from datetime import date

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from services.documents.paper import colors, typesetting
from services.documents.paper.rows import GREY, Box, Cell, Part, Row, draw
from services.documents.paper.typesetting import BOLD, ITALIC, MEDIUM, REGULAR

from .text import CardText

PADDING = 9.0
BAND = 20.0  # height of the title's band
TITLE, LEAST_TITLE = 10.5, 5.0
RED = HexColor("#a3161b")
STEPS = (
    "Stop where it is safe. Call 911 if anyone is hurt or the road is blocked.",
    "Exchange names, phone numbers, plates and insurance with every driver; note witnesses.",
    "Take pictures. Do not admit fault and do not discuss who will pay.",
    "Report it to the insurance company and to your agency as soon as you can.",
)


def draw_front(canvas: Canvas, card: CardText, box: Box) -> None:
    """The front: the state's title in the agency's colour, then the facts on a grid of four columns."""
    band = HexColor(card.color)
    canvas.setFillColor(band)
    canvas.rect(box.x, box.top - BAND, box.width, BAND, stroke=0, fill=1)
    canvas.setFillColor(colors.text_on(band))
    size, title = typesetting.fit_line(card.title.upper(), BOLD, TITLE, LEAST_TITLE, box.width - 2 * PADDING)
    canvas.setFont(BOLD, size)
    canvas.drawString(box.x + PADDING, box.top - BAND / 2 - size * 0.36, title)
    draw(canvas, _inside(box, BAND), _facts(card), card.least_type, 1.15)


def draw_back(canvas: Canvas, card: CardText, box: Box) -> None:
    """The back: what to do after an accident, whom to call, who is not covered, and the state's legend."""
    draw(canvas, _inside(box, 0), _back(card), largest=1.3)


def _inside(box: Box, above: float) -> Box:
    top = box.top - above - PADDING * 0.8
    return Box(box.x + PADDING, top, box.width - 2 * PADDING, box.height - above - PADDING * 1.6)


def _facts(card: CardText) -> list[Row]:
    rows: list[Row] = [
        (
            Cell(
                (Part(card.insurer, BOLD, 10.0), Part(card.insurer_phone, REGULAR, 8.0, 1)),
                right=0.75,
                label="Insurance company",
            ),
            Cell((Part(card.company_number),), left=0.75, label=card.company_number_label),
        ),
        (
            Cell((Part(card.policy_number, BOLD),), right=0.5, label="Policy number"),
            _day("Effective", card.effective, 0.5),
            _day("Expires", card.expiration, 0.75),
        ),
        (
            Cell((Part(card.vehicle),), right=0.5, label="Year, make and model"),
            *((Cell((Part(card.vin, most=1),), left=0.5, label=card.vin_label),) if card.vin else ()),
        ),
        (
            Cell(
                (
                    *_names(card.named_insureds),
                    *(Part(line, REGULAR, 8.0) for line in card.address),
                ),
                right=0.5,
                label="Named insured",
            ),
            _beside_insured(card),
        ),
    ]
    if card.liability_limits:
        rows.append(
            (Cell(tuple(Part(line, REGULAR, 7.5) for line in card.liability_limits), label="Liability coverage"),)
        )
    warning = "Warning: excluded drivers are named on the other side." if card.excluded_drivers else ""
    if warning or card.carry:
        rows.append((Cell((Part(warning, BOLD, 7.5, color=RED), Part(card.carry, ITALIC, 7.0, color=GREY))),))
    return rows


def _beside_insured(card: CardText) -> Cell:
    """The agency, which is on the other side too; or the kinds of cover where the state wants them in front."""
    if card.liability_kinds:
        return Cell((Part(card.liability_kinds, REGULAR, 8.0),), left=0.5, label="Liability coverage")
    return Cell((Part(card.agency, MEDIUM, 8.0), Part(card.agency_phone, REGULAR, 8.0, 1)), left=0.5, label="Agency")


def _names(names: tuple[str, ...]) -> tuple[Part, ...]:
    """Up to three names on lines of their own, more after one another."""
    return tuple(Part(name) for name in names) if len(names) <= 3 else (Part(names, most=6),)


def _day(label: str, day: date, left: float) -> Cell:
    parts = (Part(f"{day:%m/%d/%Y}", BOLD, most=1), Part("12:01 a.m.", REGULAR, 7.0, 1, GREY))
    return Cell(parts, left=left, right=left + 0.25, label=label)


def _back(card: CardText) -> list[Row]:
    accent = colors.readable(card.color)
    rows: list[Row] = [
        (Cell((Part("If you have an accident", BOLD, 10.0, 1, accent),)),),
        *(
            (
                Cell((Part(str(number), BOLD, 7.2, 1, accent),), right=0.06),
                Cell((Part(step, REGULAR, 7.2),), left=0.06),
            )
            for number, step in enumerate(STEPS, 1)
        ),
        (
            Cell(
                (Part(card.insurer, REGULAR, 7.2), Part(card.claim_phone, BOLD, 8.5, 1)),
                right=0.5,
                label="Claims",
            ),
            Cell(
                (Part(card.agency, REGULAR, 7.2), Part(card.agency_phone, BOLD, 8.5, 1)),
                left=0.5,
                label="Your agency",
            ),
        ),
    ]
    if card.excluded_drivers:
        label = f"Excluded drivers ({len(card.excluded_drivers)}): not covered while driving this vehicle"
        rows.append((Cell((Part(card.excluded_drivers, MEDIUM, 7.2, 14, RED),), label=label, label_color=RED),))
    rows.append((Cell(tuple(Part(line, REGULAR, 6.0, 8, GREY) for line in card.legend)),))
    return rows
