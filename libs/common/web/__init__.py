"""What every web process is made of: the app, its headers, languages, refusals and health."""
