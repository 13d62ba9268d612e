"""The SMS vendors on the operations page, read from notify's database as the observer sees it."""

import re

import psycopg2
import pytest
from flask.testing import FlaskClient
from psycopg2 import errors

from tests.integration.ops.house import House
from tests.integration.ops.test_console import sign_in, text_of


def test_weight_share_errors_receipts_and_the_probe_are_those_of_the_database(
    house: House, client: FlaskClient
) -> None:
    house.weigh("tencent", 95, 51, reason="errors")
    house.weigh("aliyun", 5, 49, reason="errors")
    house.text_by("tencent", 24, minutes_ago=2)
    house.text_by("tencent", 6, minutes_ago=20, state="delivered")
    house.text_by("aliyun", 7, minutes_ago=30)
    house.text_by("aliyun", 3, minutes_ago=1, reason="throttled")
    house.text_by("aliyun", 50, minutes_ago=61)
    sign_in(client)

    words = text_of(client)

    clock = r"\d\d-\d\d \d\d:\d\d"
    row = r"aliyun probe only 5 / 49 25\.0% 30\.0% 0 / 7 {0} many errors {0} probe: not accepted"
    assert re.search(row.format(clock), words)
    row = r"tencent All right 95 / 51 75\.0% 0\.0% 6 / 0 {0} many errors {0} accepted"
    assert re.search(row.format(clock), words)
    assert 'The SMS vendor "Alibaba Cloud" is down to its probe (weight 5)' in words


def test_a_pin_is_shown_with_its_reason_and_without_who_made_it(
    house: House, client: FlaskClient
) -> None:
    house.weigh("tencent", 30, 51, reason="sample of a reason", by="login-of-staff")
    sign_in(client)

    words = text_of(client)

    assert re.search(r"tencent pinned 30 / 51 – – 0 / 0 \S+ \S+ sample of a reason none in", words)
    assert "login-of-staff" not in client.get("/").get_data(as_text=True)


def test_the_share_of_each_vendor_is_drawn_over_time(house: House, client: FlaskClient) -> None:
    house.weigh("aliyun", 49, 49)
    house.weigh("tencent", 51, 51)
    house.text_by("aliyun", 1, minutes_ago=5)
    house.text_by("tencent", 3, minutes_ago=5)
    sign_in(client)

    page = client.get("/?lang=en").get_data(as_text=True)

    drawn = page[page.index('id="shares"') :]
    assert 'aria-label="Share of each vendor in percent"' in drawn
    assert re.search(r'<td class="r num">25</td><td class="r num">75</td>', drawn)


def test_when_every_vendor_fails_that_is_said_once(house: House, client: FlaskClient) -> None:
    house.weigh("aliyun", 49, 49)
    house.weigh("tencent", 51, 51)
    for vendor in ("aliyun", "tencent"):
        house.text_by(vendor, 12, minutes_ago=1, reason="retryable")
    sign_in(client)

    words = text_of(client)

    assert "All SMS vendors are in trouble (2)" in words
    assert "is down to its probe" not in words


def count_today(house: House) -> None:
    """900 of 1,000."""
    house.run(
        "notify",
        "INSERT INTO sms_day (day, sent, cap) VALUES"
        " ((clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date, 900, 1000),"
        " ((clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date - 1, 50, 60)",
    )


def test_the_daily_cap_is_red_at_nine_tenths(house: House, client: FlaskClient) -> None:
    count_today(house)
    sign_in(client)

    words = text_of(client)

    assert "90% of the daily cap of SMS is used" in words
    assert "900 sent today of at most 1,000" in words


def test_metrics_say_the_weight_and_the_troubles_of_each_vendor(
    house: House, client: FlaskClient
) -> None:
    house.weigh("aliyun", 39, 49)
    house.text_by("aliyun", 2, minutes_ago=1, reason="account")
    count_today(house)

    told = client.get("/metrics").get_data(as_text=True)

    assert 'sms_vendor_weight{vendor="aliyun"} 39.0' in told
    assert 'sms_vendor_attempts{vendor="aliyun"} 2.0' in told
    assert 'sms_vendor_errors{vendor="aliyun"} 2.0' in told
    assert "sms_today 900.0" in told
    assert "sms_daily_cap 1000.0" in told


def test_the_observer_reads_counts_of_vendors_and_no_delivery(house: House) -> None:
    connection = psycopg2.connect(house.settings.ops_notify_database_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM vendor_state, sms_today")
        for statement in (
            "SELECT pinned_by FROM vendor",
            "SELECT by FROM vendor_change",
            "SELECT vendor_id FROM delivery",
            "SELECT by FROM delivery_step",
            "UPDATE sms_day SET sent = 0",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                cursor.execute(statement)
    connection.close()
