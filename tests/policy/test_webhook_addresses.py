"""Where webhooks may go: the public internet over https, judged when it is written down and at each connection."""

import asyncio
import datetime
import socket
import ssl
from asyncio import StreamReader, StreamWriter
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from contracts.policy.webhooks import AddressRefused
from services.policy.webhooks import addresses, posting
from services.policy.webhooks.addresses import Ip, check_public, target_of
from services.policy.webhooks.posting import Answer, Poster
from services.policy.webhooks.signing import headers_of, new_secret
from tests.policy.receiver import receiving


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/",
        "ftp://hooks.example.com/",
        "https://hooks.example.com:8443/",
        "https://hooks.example.com:22/",
        "https://user:secret@hooks.example.com/",
        "https://hooks.example.com/#part",
        "https:///path",
        "https://",
        "https://hooks.example.com:99999/",
        "https://[::1",
        "https://hooks.example.com\\@10.0.0.1/",
        "https://localhost/",
        "https://intranet/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[fd00:ec2::254]/",
        "https://[::ffff:10.0.0.1]/",
        "https://100.100.100.200/",
        "http://localhost:8080/",
    ],
)
def test_an_address_of_this_kind_is_not_taken_down(url: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        target_of(url, loopback=False)
    assert str(refused.value.facts["problem"]).endswith(".")


def test_an_address_of_the_public_internet_is_taken_down() -> None:
    target = target_of("https://hooks.example.com/portico?tenant=1", loopback=False)
    assert (target.host, target.port, target.path) == ("hooks.example.com", 443, "/portico?tenant=1")
    assert target.authority == "hooks.example.com"
    assert target_of("https://hooks.example.com.", loopback=False).host == "hooks.example.com"
    demo = target_of("http://localhost:8080/x", loopback=True)
    assert (demo.https, demo.port, demo.authority) == (False, 8080, "localhost:8080")
    with pytest.raises(AddressRefused):  # a demo's other addresses are as anybody's
        target_of("http://10.0.0.1:8080/x", loopback=True)


PRIVATE = [
    "127.0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "0.0.0.0",
    "255.255.255.255",
    "224.0.0.1",
    "198.18.0.1",
    "192.0.2.1",
    "168.63.129.16",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "2001:0:53aa:64c:0:0:80ff:fffe",
    "fec0::1",
    "::127.0.0.1",
    "2001:db8::1",
]


@pytest.mark.parametrize("ip", PRIVATE)
def test_no_private_address_passes_whatever_it_wears(ip: str) -> None:
    with pytest.raises(AddressRefused):
        check_public([ip_address("93.184.216.34"), ip_address(ip)], loopback=False)


def test_public_addresses_pass_and_a_demo_may_stay_on_this_machine_and_go_nowhere_else() -> None:
    check_public(
        [ip_address(ip) for ip in ("93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822")], loopback=False
    )
    check_public([ip_address("127.0.0.1"), ip_address("::1")], loopback=True)
    for ip in ("10.0.0.1", "169.254.169.254"):
        with pytest.raises(AddressRefused):
            check_public([ip_address(ip)], loopback=True)
    with pytest.raises(AddressRefused):
        check_public([], loopback=False)


def leading_to(*ips: str) -> posting.Lookup:
    async def look_up(_: str, __: int) -> list[Ip]:
        return [ip_address(ip) for ip in ips]

    return look_up


async def test_a_name_that_leads_inside_is_refused_when_it_is_called_and_nothing_is_connected() -> None:
    async with receiving() as receiver:
        for ips in (("127.0.0.1",), ("93.184.216.34", "127.0.0.1"), ("::ffff:127.0.0.1",), ()):
            poster = Poster(loopback=False, lookup=leading_to(*ips))
            assert await poster.post("https://hooks.example.com/", {}, b"{}") == Answer(0, "address")
        assert receiver.connections == 0


async def test_it_connects_to_the_address_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between judging and connecting a name may come to mean another address."""
    asked: list[str] = []
    connected: list[str] = []

    async def once(host: str, _: int) -> list[Ip]:
        asked.append(host)
        return [ip_address("93.184.216.34")]

    async def refuse(host: str, *_: object, **__: object) -> None:
        connected.append(host)
        raise ConnectionRefusedError

    monkeypatch.setattr(posting.asyncio, "open_connection", refuse)
    assert await Poster(loopback=False, lookup=once).post("https://hooks.example.com/", {}, b"") == Answer(
        0, "connection"
    )
    assert (asked, connected) == (["hooks.example.com"], ["93.184.216.34"])


def certificate(folder: Path, name: str) -> Path:
    """A certificate and its key in one file, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return file


async def test_over_https_the_certificate_must_be_the_names_own(tmp_path: Path) -> None:
    files = {name: certificate(tmp_path, name) for name in ("localhost", "elsewhere.example.com")}
    secret, body = new_secret(), b'{"id": "1"}'
    headers = headers_of("1", 1_700_000_000, body, [secret])
    for name, file in files.items():
        server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context(cafile=str(file))
        server.load_cert_chain(file)
        async with receiving(server) as receiver:
            poster = Poster(loopback=True, lookup=leading_to("127.0.0.1"), tls=client)
            answer = await poster.post(receiver.url, headers, body, loopback=True)
            if name == "localhost":
                assert answer == Answer(204)
                assert receiver.sent[0].verifies(secret)
                strangers = Poster(loopback=True, lookup=leading_to("127.0.0.1"))  # who trusts the usual ones
                assert await strangers.post(receiver.url, headers, body, loopback=True) == Answer(0, "tls")
            else:
                assert answer == Answer(0, "tls")
                assert receiver.sent == []


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", Answer(200)),
        (b"HTTP/1.0 201\r\n\r\n", Answer(201)),
        (b"HTTP/1.1 503 Busy\r\nRetry-After: 120\r\n\r\n", Answer(503, "status", 120.0)),
        (b"HTTP/1.1 429 No\r\nRetry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n\r\n", Answer(429, "status")),
        (b"HTTP/1.1 301 Moved\r\nlocation: https://elsewhere.example/\r\n\r\n", Answer(301, "status")),
        (b"HTTP/2 200\r\n\r\n", Answer(0, "answer")),
        (b"SSH-2.0-x\r\n\r\n", Answer(0, "answer")),
        (b"HTTP/1.1 200 OK\r\n" + b"x: " + b"y" * 20_000 + b"\r\n\r\n", Answer(0, "answer")),
        (b"HTTP/1.1 200 OK\r\n", Answer(0, "answer")),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 9, Answer(0, "answer")),
        (b"", Answer(0, "answer")),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n" + b"z" * 100_000, Answer(200)),
    ],
)
async def test_whatever_answers_is_understood_or_not_and_never_waited_for(answered: bytes, expected: Answer) -> None:
    async with receiving() as receiver:
        receiver.answer = lambda _: answered
        poster = Poster(loopback=True, lookup=leading_to("127.0.0.1"))
        assert await poster.post(receiver.url, {}, b"{}", loopback=True) == expected


async def test_who_never_answers_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "PATIENCE", 0.2)
    async with receiving() as receiver:
        receiver.answer = lambda _: None
        poster = Poster(loopback=True, lookup=leading_to("127.0.0.1"))
        assert await poster.post(receiver.url, {}, b"{}", loopback=True) == Answer(0, "timeout")


async def test_who_cuts_the_line_at_once_is_no_fault_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = Poster._connect

    async def connect_and_lose(*arguments: Any) -> tuple[StreamReader, StreamWriter]:
        reader, writer = await connect(*arguments)
        writer.transport.abort()  # as where the other side cuts it
        await asyncio.sleep(0)  # from the next turn on it is a RuntimeError to write there
        return reader, writer

    monkeypatch.setattr(Poster, "_connect", connect_and_lose)
    async with receiving() as receiver:
        poster = Poster(loopback=True, lookup=leading_to("127.0.0.1"))
        assert await poster.post(receiver.url, {}, b"{}", loopback=True) == Answer(0, "connection")


async def test_nobody_there_and_no_such_name() -> None:
    async def unknown(*_: object) -> list[Ip]:  # as the system says it, however long its name server takes
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    poster = Poster(loopback=True)
    assert await poster.post("http://localhost:1/", {}, b"{}", loopback=True) == Answer(0, "connection")
    assert await Poster(loopback=True, lookup=unknown).post("https://nobody.invalid/", {}, b"{}") == Answer(0, "name")
    assert await poster.post(f"https://{'x' * 70}.example/", {}, b"{}") == Answer(0, "name")


def test_the_port_that_leaves_is_the_one_that_the_cluster_lets_out() -> None:
    assert addresses.PORT == 443
