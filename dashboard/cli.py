"""`renshe dashboard`: the cockpit from the command line."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Hang the dashboard's sub-command on the front door."""
    app.command("dashboard")(dashboard)


def dashboard(
    host: str = typer.Option("127.0.0.1", help="address to listen on; 0.0.0.0 shows the cockpit to the local network"),
    port: int = typer.Option(8050, min=1, max=65535, help="port to listen on"),
) -> None:
    """驾驶舱 · Open the cockpit: plans, levers, fans against targets, scorecard.

    Example: renshe dashboard --port 8050
    """
    from dashboard.serve import KeepsDying, PortInUse, serve

    def say(url: str) -> None:
        typer.echo(f"驾驶舱已就绪 · the cockpit answers at {url}\n按 Ctrl+C 停止 · Ctrl+C stops it")

    try:
        serve(host, port, say)
    except PortInUse as fault:
        typer.echo(str(fault), err=True)
        raise typer.Exit(2) from None
    except KeepsDying as fault:
        typer.echo(str(fault), err=True)
        raise typer.Exit(1) from None
