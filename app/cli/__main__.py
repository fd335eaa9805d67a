"""`python -m app.cli` is the same as `wayboard`."""

from multiprocessing import freeze_support

from app.cli.main import main

if __name__ == "__main__":
    freeze_support()
    main()
