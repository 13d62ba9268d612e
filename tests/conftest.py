"""What every test has: the real servers, started when a test first asks for one."""

pytest_plugins = ["tests.servers"]
