"""Which kinds of entities there are."""

from .carriers import Carrier
from .certificate_holders import CertificateHolder
from .certificate_masters import CertificateMaster
from .certificates import Certificate
from .documents import Document
from .people import Account, Contact
from .policies import Policy
from .receipts import Receipt
from .requests import RequestProgress
from .values import FromAms

ENTITIES: dict[str, type[FromAms]] = {
    model.kind: model
    for model in (
        Account,
        Contact,
        Carrier,
        Policy,
        Receipt,
        CertificateHolder,
        RequestProgress,
        Certificate,
        CertificateMaster,
        Document,
    )
}
