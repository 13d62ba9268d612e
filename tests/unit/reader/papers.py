"""The demo's drawn papers that both engines read."""

from pathlib import Path

PAPERS = Path(__file__).parents[3] / "ops" / "demo" / "papers"
CARD = "A01-1-clear-DEMO-0024"
NUMBER = "120000199706150026"
NUMBERS = {
    CARD: NUMBER,
    "A01-1-dark-DEMO-0021": "120000199711061423",
    "A01-1-glare-DEMO-0031": "120000199202241629",
}
