"""The command line `shencai`: runs the house, and acts as the service that owns what is changed."""
