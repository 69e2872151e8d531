"""Secrets: derived from one, told to those who need them, and kept where nobody else reads."""

import json
import stat
from pathlib import Path

import pytest

from contracts.kinds import PROCESSES
from kit.ids import new_id
from kit.principal import PrincipalSigner, PrincipalVerifier
from ops.problem import Problem
from ops.secrets import FILE, ROLES, Secrets, load_secrets
from ops.stack.environment import environment_of
from ops.stack.places import SERVICES, Places
from tests.stack import principal

PLACES = Places(
    8080,
    "nats://127.0.0.1:1",
    "postgresql://127.0.0.1:2",
    {"mailbox": 3, "mailbox-smtp": 4, **dict.fromkeys(SERVICES, 5)},
)


def test_a_secret_is_the_same_at_every_start_and_another_for_every_name(tmp_path: Path) -> None:
    first, second = load_secrets(tmp_path), load_secrets(tmp_path)
    names = [("nats", process) for process in PROCESSES]
    names += [("postgres", service, role) for service in SERVICES for role in ROLES]
    derived = [first.derive(*name) for name in names]
    assert derived == [second.derive(*name) for name in names]
    assert len(set(derived)) == len(names)
    assert first.master.hex() not in derived


def test_another_folder_has_other_secrets(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    one, other = map(load_secrets, folders)
    assert one.nats("gateway") != other.nats("gateway")
    assert one.signing_key != other.signing_key


def test_the_file_is_its_owners_alone_and_is_never_shown(tmp_path: Path) -> None:
    secrets = load_secrets(tmp_path)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert secrets.master.hex() not in repr(secrets)


def test_a_damaged_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{")
    with pytest.raises(Problem, match="damaged"):
        load_secrets(tmp_path)
    assert (tmp_path / FILE).read_text() == "{"


def test_what_the_signing_key_signs_the_public_keys_check(tmp_path: Path) -> None:
    secrets = load_secrets(tmp_path)
    who = principal(new_id())
    signed = PrincipalSigner(json.dumps(dict(secrets.signing_key))).sign(who)
    assert PrincipalVerifier(json.dumps(dict(secrets.public_keys))).verify(signed) == who
    assert "d" not in secrets.public_keys["keys"][0]


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_is_given_its_own_secrets_and_nobody_elses(process: str, tmp_path: Path) -> None:
    secrets = load_secrets(tmp_path)
    told = json.dumps(environment_of(process, PLACES, secrets, tmp_path))
    assert secrets.nats(process) in told
    assert secrets.master.hex() not in told
    assert (secrets.signing_key["d"] in told) == (process == "identity")
    for other in PROCESSES:
        assert (secrets.nats(other) in told) == (other == process)
    for service in SERVICES:
        for role in ROLES:
            assert (secrets.login(service, role) in told) == (service == process and role != "owner")


def test_the_environment_of_whoever_starts_the_stack_stays_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTICO_NATS_PASSWORD", "of another stack")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "private")
    monkeypatch.setenv("PORTICO_LOG_LEVEL", "DEBUG")
    secrets = Secrets(b"m" * 32, {"d": ""}, {"keys": []})
    told = environment_of("gateway", PLACES, secrets, Path("traces"))
    assert told["PORTICO_LOG_LEVEL"] == "DEBUG"
    assert not {"of another stack", "private"} & set(told.values())
