"""What every test has: the real servers and a browser, started when a test first asks for one."""

pytest_plugins = ["tests.servers", "tests.chromium"]
