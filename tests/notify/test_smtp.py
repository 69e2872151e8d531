"""The way to a mail server: what is taken, refused, put off or left in doubt, and when a connection serves twice."""

import datetime
import ipaddress
import ssl
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ops.stack.ports import free_port
from services.notify import smtp
from services.notify.outcomes import NotNow, Refused, Uncertain
from services.notify.smtp import MailServer

from .mail_servers import Post, post_office

MESSAGE = b"Subject: hello\r\n\r\n.a line that begins with a dot\r\n"
FROM, TO = "portal@mail.example.com", "pat.rivera@example.com"


class Begin:
    """Counts how often the message was about to leave."""

    def __init__(self) -> None:
        self.times = 0

    async def __call__(self) -> None:
        self.times += 1


@pytest.fixture
def begin() -> Begin:
    return Begin()


def server_at(post: Post) -> MailServer:
    return MailServer(f"smtp://127.0.0.1:{post.port}", "portal.example.com")


async def test_a_message_arrives_as_it_was(post: Post, begin: Begin) -> None:
    server = server_at(post)
    assert await server.send(FROM, TO, MESSAGE, begin) == "250 2.0.0 queued as 4711"
    await server.close()
    assert post.taken == [MESSAGE]
    assert post.recipients == [TO]
    assert post.sessions[0].host_name == "portal.example.com"
    assert begin.times == 1


async def test_a_warm_connection_serves_the_next_message(
    post: Post, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "WARM_REACHED_WITHIN", 30.0)  # or a machine that stands still is given up
    server = server_at(post)
    for _ in range(3):
        await server.send(FROM, TO, MESSAGE, begin)
    assert len(post.taken) == 3
    assert post.connections == 1
    await server.close()


async def test_a_warm_connection_that_has_died_costs_nothing(post: Post, begin: Begin) -> None:
    server = server_at(post)
    await server.send(FROM, TO, MESSAGE, begin)
    assert post.server is not None
    post.server.close()
    async with post_office(port=post.port) as reborn:
        post.hang_up()
        await server.send(FROM, TO, MESSAGE, begin)
        assert len(reborn.taken) == 1
        await server.close()


async def test_a_server_tired_of_the_warm_connection_gets_a_fresh_one(post: Post, begin: Begin) -> None:
    server = server_at(post)
    await server.send(FROM, TO, MESSAGE, begin)
    post.to_recipients.append("451 4.7.0 too many messages on this connection")
    await server.send(FROM, TO, MESSAGE, begin)
    assert len(post.taken) == 2
    assert post.connections == 2
    await server.close()


@pytest.mark.parametrize("answer", ["451 4.7.1 greylisted, code 482913", "421 4.3.2 shutting down", "452 4.2.2 full"])
async def test_temporary_answers_put_it_off(post: Post, begin: Begin, answer: str) -> None:
    server = server_at(post)
    post.to_recipients.append(answer)
    with pytest.raises(NotNow) as off:
        await server.send(FROM, TO, MESSAGE, begin)
    assert begin.times == 0, "nothing could have been delivered"
    assert "482913" not in str(off.value)
    post.to_messages.append(answer)
    with pytest.raises(NotNow):
        await server.send(FROM, TO, MESSAGE, begin)
    assert begin.times == 1
    await server.send(FROM, TO, MESSAGE, begin)
    assert len(post.taken) == 1
    await server.close()


async def test_permanent_answers_refuse_it(post: Post, begin: Begin) -> None:
    server = server_at(post)
    post.to_recipients.append(f"550 5.1.1 <{TO}> unknown here")
    with pytest.raises(Refused, match=r"550 5\.1\.1 <p•••@e•••\.com> unknown here"):
        await server.send(FROM, TO, MESSAGE, begin)
    post.to_messages.append("554 5.7.1 looks like spam")
    with pytest.raises(Refused, match="554"):
        await server.send(FROM, TO, MESSAGE, begin)
    assert post.taken == []


async def test_our_own_missing_sign_in_is_no_refusal_of_the_message(post: Post, begin: Begin) -> None:
    post.to_recipients.append("530 5.7.0 Authentication required")
    with pytest.raises(NotNow):
        await server_at(post).send(FROM, TO, MESSAGE, begin)


async def test_a_server_that_leaves_after_the_message_leaves_doubt(post: Post, begin: Begin) -> None:
    post.to_messages.append("drop")
    with pytest.raises(Uncertain):
        await server_at(post).send(FROM, TO, MESSAGE, begin)
    assert len(post.taken) == 1


async def test_a_server_that_falls_silent_after_the_message_leaves_doubt(
    post: Post, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "TAKEN_WITHIN", 0.2)
    post.to_messages.append("hang")
    with pytest.raises(Uncertain):
        await server_at(post).send(FROM, TO, MESSAGE, begin)


async def test_no_server_puts_it_off(begin: Begin) -> None:
    with pytest.raises(NotNow, match="no connection"):
        await MailServer(f"smtp://127.0.0.1:{free_port()}", "portal.example.com").send(FROM, TO, MESSAGE, begin)
    assert begin.times == 0


async def test_it_signs_in_behind_starttls(certificate: Path, trusting: ssl.SSLContext, begin: Begin) -> None:
    async with post_office(tls_context=serving(certificate), authenticator=only("portal", "p@ss word")) as post:
        server = MailServer(f"smtp://portal:p%40ss%20word@localhost:{post.port}", "portal.example.com", trusting)
        await server.send(FROM, TO, MESSAGE, begin)
        await server.close()
        assert post.sessions[0].ssl is not None
        assert post.sessions[0].authenticated
        wrong = MailServer(f"smtp://portal:wrong@localhost:{post.port}", "portal.example.com", trusting)
        with pytest.raises(NotNow, match="did not let us sign in"):
            await wrong.send(FROM, TO, MESSAGE, begin)


async def test_a_certificate_that_is_not_trusted_stops_it(certificate: Path, begin: Begin) -> None:
    async with post_office(tls_context=serving(certificate)) as post:
        with pytest.raises(NotNow):
            await MailServer(f"smtp://localhost:{post.port}", "portal.example.com").send(FROM, TO, MESSAGE, begin)
        assert post.taken == []


async def test_a_password_is_never_said_in_the_clear_to_another_machine(begin: Begin) -> None:
    here = next(
        (a.address for own in psutil.net_if_addrs().values() for a in own if a.family == 2 and a.address[:4] != "127."),
        None,
    )
    if here is None:
        pytest.skip("this machine has only loopback addresses")
    tried: list[object] = []

    def authenticate(*sign_in: object) -> AuthResult:
        tried.append(sign_in)
        return AuthResult(success=True)

    async with post_office(host=here, authenticator=authenticate, auth_require_tls=False) as post:
        server = MailServer(f"smtp://portal:secret@{here}:{post.port}", "portal.example.com")
        with pytest.raises(NotNow):
            await server.send(FROM, TO, MESSAGE, begin)
    assert tried == []


def only(user: str, password: str) -> Callable[..., AuthResult]:
    """An authenticator that lets one user in."""

    def authenticate(_server: object, _session: object, _envelope: object, _how: str, data: object) -> AuthResult:
        good = LoginPassword(user.encode(), password.encode())
        return AuthResult(success=data == good, handled=False)

    return authenticate


def serving(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of localhost's with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return file
