"""`python -m ops.cli`, the same as `shencai`."""

from ops.cli.main import main

main()
