"""The commands: `wayboard` alone opens the console."""

from app.cli.main import main

__all__ = ["main"]
