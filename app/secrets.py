"""Passwords in the system's keyring, never in a file of ours.

The keyring is loaded when it is asked: most depots have one file and no password.
"""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

_SERVICE = "wayboard"


def hide_password(url: str) -> str:
    """Put the password of a database address into the keyring; gives back the address without it.

    Without a keyring the password is dropped: PostgreSQL's own password file may still hold it.
    """
    parsed = make_url(url)
    asked = parsed.password if parsed.password is not None else parsed.query.get("password")
    if asked is None:
        return url
    import keyring
    from keyring.errors import KeyringError

    # set() takes None for «leave it as it is».
    parsed = parsed._replace(password=None).difference_update_query(["password"])
    bare = parsed.render_as_string(hide_password=False)
    # Without a keyring there is nowhere to keep it.
    with suppress(KeyringError):
        keyring.set_password(_SERVICE, bare, str(asked))
    return bare


def with_password(url: str) -> str:
    """The address with its password from the keyring, where there is one."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return url  # the database says what is wrong with it
    if parsed.password is not None or parsed.get_backend_name() == "sqlite":
        return url
    import keyring
    from keyring.errors import KeyringError

    try:
        password = keyring.get_password(_SERVICE, url)
    except KeyringError:
        return url
    if password is None:
        return url
    return parsed.set(password=password).render_as_string(hide_password=False)
