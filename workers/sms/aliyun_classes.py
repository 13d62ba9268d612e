"""Aliyun's codes in our classes; what stands in no table is a fault that somebody must see.

Source: help.aliyun.com 101346 (codes of Dysmsapi 2017-05-25) and docs/messages.md (classes).
"""

from libs.common.messages import SmsClass

_EXACT: dict[SmsClass, tuple[str, ...]] = {
    "accepted": ("OK",),
    "bad_recipient": ("isv.MOBILE_NUMBER_ILLEGAL", "isv.DOMESTIC_NUMBER_NOT_SUPPORTED"),
    "content": (
        "isv.BLACK_KEY_CONTROL_LIMIT",
        "isv.EXTEND_CODE_ERROR",
        "isv.INVALID_JSON_PARAM",
        "isv.INVALID_PARAMETERS",
        "isv.PARAM_LENGTH_LIMIT",
        "isv.PARAM_NOT_SUPPORT_URL",
        "isv.SIGN_STATE_ILLEGAL",
        "isv.SMS_CONTENT_ILLEGAL",
        "isv.SMS_SIGNATURE_ILLEGAL",
        "isv.SMS_SIGNATURE_SCENE_ILLEGAL",
        "isv.SMS_SIGN_ILLEGAL",
        "isv.SMS_TEMPLATE_ILLEGAL",
        "isv.TEMPLATE_MISSING_PARAMETERS",
        "isv.TEMPLATE_PARAMS_ILLEGAL",
    ),
    "account": (
        "IncompleteSignature",
        "InvalidTimeStamp.Expired",
        "SignatureDoesNotMatch",
        "SignatureNonceUsed",
        "isp.RAM_PERMISSION_DENY",
        "isv.ACCOUNT_ABNORMAL",
        "isv.ACCOUNT_NOT_EXISTS",
        "isv.AMOUNT_NOT_ENOUGH",
        "isv.DAY_LIMIT_CONTROL",
        "isv.DENY_IP_RANGE",
        "isv.MONTH_LIMIT_CONTROL",
        "isv.OUT_OF_SERVICE",
        "isv.PRODUCT_UN_SUBSCRIPT",
    ),
    "number_limit": ("isv.BUSINESS_LIMIT_CONTROL",),
    # The vendor does not say whether it has sent, so it is asked before anything is sent again.
    "unknown": ("isp.SYSTEM_ERROR", "InternalError", "ServiceUnavailable"),
}
_FAMILIES: dict[str, SmsClass] = {
    "InvalidAccessKeyId": "account",
    "Throttling": "throttled",
}
"""The part before the dot, for codes that stand in no row above."""

_CLASS_OF = {code: name for name, codes in _EXACT.items() for code in codes}


def class_of(code: str) -> SmsClass | None:
    """The class of a code that the vendor itself gave; None if no table knows it."""
    return _CLASS_OF.get(code) or _FAMILIES.get(code.split(".", 1)[0])
