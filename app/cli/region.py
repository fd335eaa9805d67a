"""`wayboard region`: build, list, choose and remove region packs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import echo_json, errors_in_words, interruptible, progress

if TYPE_CHECKING:
    from app.config import Settings

app = typer.Typer(
    help="Region packs: roads, addresses and map of an area.",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(help="As `region list` shows it.")]


@app.command()
def build(
    context: typer.Context,
    extract: Annotated[Path, typer.Argument(help="An OpenStreetMap extract, FILE.osm.pbf.")],
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="What the region is called here.")
    ],
    use: Annotated[bool, typer.Option(help="Use the region from now on.")] = True,
) -> None:
    """Build a region from an OpenStreetMap extract.

    A build that breaks, or that Ctrl+C stops, leaves the region of that name as it was.
    """
    from app.services.roads import RoadsService

    settings: Settings = context.obj
    with errors_in_words():
        roads = RoadsService(settings)
        with progress() as told, interruptible() as cancelled:
            region = roads.build(extract, name, told, cancelled)
        if use:
            roads.use(region.name)
        roads.close()
    typer.echo(
        f"{region.name}: {region.address_count:,} addresses, {region.road_count:,} roads, "
        f"{_megabytes(sum(region.sizes.values()))}"
    )
    for warning in region.warnings:
        typer.echo(f"Note: {warning}")
    typer.echo(region.attribution)


@app.command(name="list")
def list_all(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """List the regions with size and date; the one in use is starred."""
    from app.services.roads import RoadsService

    settings: Settings = context.obj
    with errors_in_words():
        regions = RoadsService(settings).regions()
    if as_json:
        echo_json(
            [
                {
                    "name": region.name,
                    "is_used": region.name == settings.region,
                    "built_at": region.built_at,
                    "source": region.source,
                    "bytes": dict(region.sizes),
                    "addresses": region.address_count,
                    "roads": region.road_count,
                }
                for region in regions
            ]
        )
        return
    if not regions:
        typer.echo("There is no region yet. Build one: wayboard region build FILE --name NAME")
    for region in regions:
        star = "*" if region.name == settings.region else " "
        parts = ", ".join(f"{part} {_megabytes(size)}" for part, size in region.sizes.items())
        typer.echo(
            f"{star} {region.name}  built {region.built_at:%Y-%m-%d %H:%M} UTC from "
            f"{region.source}  {parts}"
        )


@app.command()
def use(context: typer.Context, name: Name) -> None:
    """Take another region from now on."""
    from app.services.roads import RoadsService

    with errors_in_words():
        region = RoadsService(context.obj).use(name)
    typer.echo(f"{region.name} is in use.")


@app.command()
def remove(context: typer.Context, name: Name) -> None:
    """Delete a region pack; orders and routes are not touched."""
    from app.services.roads import RoadsService

    with errors_in_words():
        RoadsService(context.obj).remove(name)
    typer.echo(f"{name} was removed.")


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
