"""Tencent's codes in our classes: what may be tried again, by whom, and what never.

Sources: cloud.tencent.com/document/api/382/55981 (codes) and docs/messages.md (classes). A code
that stands in no table is taken for a fault of content or configuration, and reported as an
error: trying blindly again would send twice or anger the carrier.
"""

from libs.common.messages import SmsClass

_EXACT: dict[SmsClass, tuple[str, ...]] = {
    "accepted": ("Ok",),
    "bad_recipient": (
        "InvalidParameterValue.IncorrectPhoneNumber",
        "FailedOperation.PhoneNumberInBlacklist",
        "FailedOperation.PhoneNumberParseFail",
        "UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone",
        "UnsupportedOperation.UnsupportedRegion",
    ),
    "content": (
        "FailedOperation.ContainSensitiveWord",
        "FailedOperation.FailResolvePacket",
        "FailedOperation.JsonParseFail",
        "FailedOperation.MarketingSendTimeConstraint",
        "FailedOperation.SignatureIncorrectOrUnapproved",
        "FailedOperation.TemplateIncorrectOrUnapproved",
        "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
        "FailedOperation.TemplateUnapprovedOrNotExist",
        "InternalError.JsonParseFail",
    ),
    "account": (
        "FailedOperation.InsufficientBalanceInSmsPackage",
        "InternalError.RequestTimeException",
        "InternalError.SigFieldMissing",
        "InternalError.SigVerificationFail",
        "InvalidParameter.AppidAndBizId",
        "InvalidParameterValue.SdkAppIdNotExist",
        "LimitExceeded.AppDailyLimit",
        "LimitExceeded.AppMainlandChinaDailyLimit",
        "LimitExceeded.DailyLimit",
    ),
    "number_limit": (
        "LimitExceeded.DeliveryFrequencyLimit",
        "LimitExceeded.PhoneNumberDailyLimit",
        "LimitExceeded.PhoneNumberOneHourLimit",
        "LimitExceeded.PhoneNumberSameContentDailyLimit",
        "LimitExceeded.PhoneNumberThirtySecondLimit",
    ),
    "retryable": ("InternalError.OtherError", "InternalError.ParseBackendResponseFail"),
    "unknown": (
        "InternalError.SendAndRecvFail",
        "InternalError.Timeout",
        "InternalError.UnknownError",
        "InternalError",
    ),
}
_FAMILIES: dict[str, SmsClass] = {
    "AuthFailure": "account",
    "InvalidParameter": "content",
    "InvalidParameterValue": "content",
    "MissingParameter": "content",
    "RequestLimitExceeded": "throttled",
    "UnauthorizedOperation": "account",
    "UnsupportedOperation": "content",
}
"""The part before the dot, for codes that stand in no row above."""

_CLASS_OF = {code: name for name, codes in _EXACT.items() for code in codes}


def class_of(code: str) -> SmsClass | None:
    """The class of a code that the vendor itself gave; None if no table knows it."""
    return _CLASS_OF.get(code) or _FAMILIES.get(code.split(".", 1)[0])
