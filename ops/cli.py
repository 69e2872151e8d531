"""The command line: one function per command, each handing over to the module that does the work."""

import asyncio
import errno
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from ops.commands import agency, ams, audit, keys, openid, quarantine, staff, system
from ops.commands.options import DATA, Data
from ops.problem import Problem

FULL = (errno.ENOSPC, errno.EDQUOT)

# every command loads what it needs itself: `up` must be quick

app = typer.Typer(
    help="Portico: the client portal of an independent insurance agency, on one machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
agency.app.command("google")(openid.google)
agency.app.command("microsoft")(openid.microsoft)
app.add_typer(agency.app, name="agency")
app.add_typer(ams.app, name="ams")
app.add_typer(audit.app, name="audit")
app.add_typer(keys.app, name="keys")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(staff.app, name="staff")
app.add_typer(system.app, name="system")


@app.command()
def up(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The portal's port on this machine.")] = 8080,
    data: Data = DATA,
    demo: Annotated[bool, typer.Option("--demo/--no-demo", help="With the demo agency.")] = True,
    reset: Annotated[bool, typer.Option("--reset", help="Empty the data folder first.")] = False,
) -> None:
    """Start the whole portal; Ctrl-C stops it.

    PORTICO_NATS_URL and PORTICO_DATABASE_URL name real servers to use instead of embedded ones: a NATS server with the
    users that `nats-config` prints, and a PostgreSQL superuser's address.
    """
    from ops.stack import up as stack  # noqa: PLC0415

    stack.up(stack.Options(port, data, demo, reset))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def test(context: typer.Context) -> None:
    """Check the code and run every test; arguments go to pytest."""
    from ops.suite import run_suite  # noqa: PLC0415

    raise typer.Exit(run_suite(context.args))


@app.command()
def serve(process: Annotated[str, typer.Argument(help="gateway, identity, policy, documents or notify.")]) -> None:
    """Run one process with the settings in the environment."""
    from contracts.kinds import PROCESSES  # noqa: PLC0415

    if process not in PROCESSES:
        raise Problem(f"There is no process {process!r}: it is one of {', '.join(PROCESSES)}.")
    os.execv(sys.executable, [sys.executable, "-m", "kit.serve", process])  # noqa: S606 - no shell is wanted


@app.command()
def migrate(
    service: Annotated[str, typer.Argument(help="One service; all when left out.")] = "", data: Data = DATA
) -> None:
    """Bring databases and streams to what the code expects."""
    from ops.migration import run_migration  # noqa: PLC0415

    for line in asyncio.run(run_migration(data, service)):
        print(line)


@app.command("new-migration")
def new_migration(
    service: Annotated[str, typer.Argument(help="Whose tables have changed.")],
    title: Annotated[str, typer.Argument(help="What the step is for, in a few words.")],
) -> None:
    """Begin a service's next migration step from what its tables say; for developers."""
    from ops.new_migration import begin_step  # noqa: PLC0415

    path = asyncio.run(begin_step(service, title))
    print(f"{path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}: read it and finish it")


@app.command()
def status(data: Data = DATA) -> None:
    """Tell whether every part of the running stack is ready, and what waits."""
    from ops.running import find_running  # noqa: PLC0415
    from ops.status import look  # noqa: PLC0415

    running = find_running(data)
    found = asyncio.run(look(running))
    print(f"portico {running.places.public_url} (process {running.pid}, data {running.folder.path})")
    for name, (pid, address, ready) in found.processes.items():
        print(f"  {name:<10} {'ready' if ready else 'NOT READY':<10} {address:<22} process {pid}")
    for consumer, count in found.waiting.items():
        print(f"  waiting: {count} for {consumer}")
    if found.quarantined:
        print(f"  in quarantine: {found.quarantined} (`./portico quarantine list`)")
    raise typer.Exit(0 if found.ready else 1)


@app.command("nats-config")
def nats_config(
    port: Annotated[int, typer.Option(help="Where the server is to listen.")] = 4222,
    monitor_port: Annotated[int, typer.Option(help="Where it is to serve its monitoring pages.")] = 8222,
    store: Annotated[Path, typer.Option(help="Its folder for JetStream.")] = Path("/data"),
    host: Annotated[str, typer.Option(help="The address that it listens on.")] = "127.0.0.1",
    data: Data = DATA,
) -> None:
    """Print the configuration of a NATS server of your own, with every user's password: keep it private."""
    from ops.stack.folder import DataFolder  # noqa: PLC0415
    from ops.stack.nats import USERS, callout_of, render_config, users_of_processes  # noqa: PLC0415

    secrets = DataFolder.existing(data).secrets
    users = users_of_processes({user: secrets.nats(user) for user in USERS})
    callout = callout_of(secrets.login_key)
    print(render_config(store, port, monitor_port, users, callout, host), end="")


@app.command()
def lock() -> None:
    """Resolve every lock anew from pyproject.toml (needs uv)."""
    from ops.locks import resolve  # noqa: PLC0415

    for line in resolve():
        print(line)


@app.command()
def bench(
    name: Annotated[str, typer.Argument(help="Which one; a list when left out.")] = "",
    policies: Annotated[
        int, typer.Option(min=2000, help="How large the book is, where size is what counts.")
    ] = 1_000_000,
    data: Data = DATA,
) -> None:
    """Measure one thing against the bare thing, in one run."""
    from ops.bench import BENCHES, run_bench  # noqa: PLC0415

    if not name:
        for known, (_, what) in BENCHES.items():
            print(f"{known:<12} {what}")
        return
    run_bench(name, data, policies)


@app.command()
def faults(
    name: Annotated[str, typer.Argument(help="Which one: sync.")] = "sync",
    events: Annotated[int, typer.Option(min=1000, help="How many events, about.")] = 1_000_000,
    kills: Annotated[int, typer.Option(min=0, help="How many processes are killed meanwhile.")] = 40,
    seed: Annotated[int, typer.Option(help="The same seed makes the same feed.")] = 1,
) -> None:
    """Compare what is promised with what is there after processes were killed, on a stack of its own."""
    if name != "sync":
        raise Problem(f"There is no campaign {name!r}: it is sync.")
    from ops.faults.sync import Campaign, run  # noqa: PLC0415

    run(Campaign(events, seed, kills))


def main() -> None:
    """Runs the command in the arguments; a Problem is one sentence and exit status 2, and so is a full disk."""
    try:
        app(prog_name="./portico")
    except Problem as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(2)
    except OSError as error:
        if error.errno not in FULL:
            raise
        sys.stderr.write(f"{error.strerror}: make room on the disk, and call the command again.\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
