"""ID cards where the data is old, and those of a fleet."""

from datetime import UTC, datetime

from contracts.documents.id_cards import IdCardOptions

from .portal_samples import AUTO, DOCUMENTS, NOW, option

STALE_ID_CARDS = IdCardOptions(
    items=[
        option(1, "2021 Toyota RAV4 Hybrid", "stale_data", AUTO["id"]).model_copy(
            update={"made": DOCUMENTS.items[0].model_copy(update={"as_of": datetime(2026, 11, 20, 16, tzinfo=UTC)})}
        ),
        option(2, "2017 Ford F-150 SuperCrew", "stale_data", AUTO["id"]),
    ],
    as_of=NOW,
    feed="stale",
)
FLEET_ID_CARDS = IdCardOptions(
    items=[option(number, "2017 Ford F-150 SuperCrew", None, AUTO["id"]) for number in range(50)],
    as_of=NOW,
    total=2_000,
    cursor="next",
)
