"""The vendor's codes in our classes."""

from typing import get_args

import pytest
from tencentcloud.sms.v20210111 import errorcodes

from libs.common.messages import SmsClass
from workers.sms.tencent_classes import class_of

CODES = [code for name, code in vars(errorcodes).items() if name.isupper()]
OF_OTHER_CALLS = (
    "ForbidAddMarketingTemplates", "MissingSignature", "MissingTemplate", "NotEnterprise",
    "OtherError", "ParametersOtherError", "ProhibitSubAccountUse", "QualificationIdNotApproved",
    "SignIdNotExist", "SignNumberLimit", "TemplateAlreadyPassedCheck", "TemplateIdNotExist",
    "TemplateNumberLimit", "RestApiInterfaceNotExist", "AppCountryOrRegion", "AppGlobalDaily",
    "GlobalSmsSendingRate", "PhoneNumberCountLimit",
)  # fmt: skip
"""Codes for templates, signatures and international traffic, or that say nothing by themselves."""


@pytest.mark.parametrize("code", CODES)
def test_every_code_of_the_sdk_has_a_class_or_is_known_to_need_a_person(code: str) -> None:
    found = class_of(code)

    if found is None:
        assert code.split(".")[1].startswith(OF_OTHER_CALLS)
    else:
        assert found in get_args(SmsClass)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("Ok", "accepted"),
        ("RequestLimitExceeded.UinLimitExceeded", "throttled"),
        ("AuthFailure.SignatureExpire", "account"),
        ("LimitExceeded.PhoneNumberThirtySecondLimit", "number_limit"),
        ("InternalError.Timeout", "unknown"),
        ("InvalidParameterValue.IncorrectPhoneNumber", "bad_recipient"),
        ("InvalidParameterValue.ContentLengthLimit", "content"),
        ("FailedOperation.NeverHeardOf", None),
    ],
)
def test_codes_that_decide_what_happens_next(code: str, expected: str | None) -> None:
    assert class_of(code) == expected
