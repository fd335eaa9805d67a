"""The same as the command `wayboard`, for a checkout and for frozen builds."""

from multiprocessing import freeze_support

if __name__ == "__main__":
    # Before any other import: the optimizer's process starts here too and must not load the rest.
    freeze_support()
    from app.cli import main

    main()
