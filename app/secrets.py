"""Passwords in the system's keyring, never in a file of ours."""

from __future__ import annotations

import keyring
from keyring.errors import KeyringError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

_SERVICE = "wayboard"


def hide_password(url: str) -> str:
    """Put the password of a database address into the keyring; gives back the address without it.

    Without a keyring the password is dropped: PostgreSQL's own password file may still hold it.
    """
    parsed = make_url(url)
    if parsed.password is None:
        return url
    # set() takes None for «leave it as it is».
    bare = parsed._replace(password=None).render_as_string(hide_password=False)
    try:
        keyring.set_password(_SERVICE, bare, str(parsed.password))
    except KeyringError:
        return bare
    return bare


def with_password(url: str) -> str:
    """The address with its password from the keyring, where there is one."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return url  # the database says what is wrong with it
    if parsed.password is not None or parsed.get_backend_name() == "sqlite":
        return url
    try:
        password = keyring.get_password(_SERVICE, url)
    except KeyringError:
        return url
    if password is None:
        return url
    return parsed.set(password=password).render_as_string(hide_password=False)
