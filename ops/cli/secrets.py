"""`shencai secrets DIR`: the files that docker-compose.yml mounts, one per secret."""

import os
from pathlib import Path

import click

from libs.stack import compose, secret_store


@click.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
def secrets(directory: Path) -> None:
    """Make the secrets of docker-compose.yml, one file each.

    What is there stays.
    """
    known = secret_store.load_or_create(directory)
    for name, content in compose.secret_files(known).items():
        path = directory / name
        path.unlink(missing_ok=True)
        # Mounted files keep owner and mode; the container's user is not ours, so all may read
        # them: the directory is what keeps others out.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
    directory.chmod(0o700)
    click.echo(f"{len(list(directory.iterdir()))} files in {directory}; keep them safe.")
