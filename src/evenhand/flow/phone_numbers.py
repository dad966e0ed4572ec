"""Telephone numbers as customers key them in, made into E.164 (`+12025550100`).

A plausibility check, not a numbering plan: lengths, the trunk prefix that is dropped, and for the North
American plan that area code and exchange begin with 2 to 9. Lengths of E.164: ITU-T E.164, at most 15
digits; the shortest international numbers in use have 8.
"""

from __future__ import annotations

__all__ = ["CALLING_CODES", "e164", "local_number", "not_dialable"]

CALLING_CODES: dict[str, tuple[str, str]] = {
    "AE": ("971", "0"),
    "AR": ("54", "0"),
    "AT": ("43", "0"),
    "AU": ("61", "0"),
    "BE": ("32", "0"),
    "BR": ("55", "0"),
    "CA": ("1", "1"),
    "CH": ("41", "0"),
    "CL": ("56", ""),
    "CN": ("86", "0"),
    "CO": ("57", ""),
    "CR": ("506", ""),
    "CZ": ("420", ""),
    "DE": ("49", "0"),
    "DK": ("45", ""),
    "EE": ("372", ""),
    "ES": ("34", ""),
    "FI": ("358", "0"),
    "FR": ("33", "0"),
    "GB": ("44", "0"),
    "GR": ("30", ""),
    "HK": ("852", ""),
    "HU": ("36", "06"),
    "ID": ("62", "0"),
    "IE": ("353", "0"),
    "IL": ("972", "0"),
    "IN": ("91", "0"),
    "IT": ("39", ""),
    "JP": ("81", "0"),
    "KE": ("254", "0"),
    "KR": ("82", "0"),
    "LU": ("352", ""),
    "MX": ("52", ""),
    "MY": ("60", "0"),
    "NG": ("234", "0"),
    "NL": ("31", "0"),
    "NO": ("47", ""),
    "NZ": ("64", "0"),
    "PE": ("51", "0"),
    "PH": ("63", "0"),
    "PL": ("48", ""),
    "PR": ("1", "1"),
    "PT": ("351", ""),
    "RO": ("40", "0"),
    "SA": ("966", "0"),
    "SE": ("46", "0"),
    "SG": ("65", ""),
    "TH": ("66", "0"),
    "TR": ("90", "0"),
    "TW": ("886", "0"),
    "UA": ("380", "0"),
    "US": ("1", "1"),
    "VN": ("84", "0"),
    "ZA": ("27", "0"),
}
"""ISO 3166 country → (country calling code, trunk prefix dialled inside the country)."""

_LONGEST = 15


def e164(digits: str) -> str:
    """The number with `+`, from all its digits (country calling code first); '' when it cannot be one."""
    if not _only_digits(digits) or not 8 <= len(digits) <= _LONGEST or digits[0] == "0":
        return ""
    return "+" + digits


def local_number(digits: str, country: str) -> tuple[str, str]:
    """(E.164 number, what is wrong) for a number keyed in as it is dialled inside `country` (`US`, `AU` …)."""
    known = CALLING_CODES.get(country.upper())
    if known is None:
        return "", f"the calling code of country {country!r} is not known here"
    code, trunk = known
    if not _only_digits(digits) or not 4 <= len(digits) <= _LONGEST:
        return "", f"{len(digits)} keys are not a telephone number (4 to 15 digits)"
    if code == "1":
        national = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
        if len(national) != 10 or national[0] in "01" or national[3] in "01":
            return "", f"{len(digits)} keys are not a North American number (area code and seven digits)"
    else:
        national = digits.removeprefix(trunk)
    if len(national) < 3 or len(code) + len(national) > _LONGEST:
        return "", f"{len(digits)} keys are not a telephone number of {country.upper()}"
    return f"+{code}{national}", ""


def not_dialable(number: str) -> str:
    """Why a number of the right form (`+12025550100`) cannot be dialled; '' when it can, as far as is known."""
    digits = number[1:]
    if digits.startswith("1"):
        return local_number(digits[1:], "US")[1] and f"{number} is not a North American number"
    codes = {code for code, _ in CALLING_CODES.values()}
    if any(digits[:length] in codes for length in (2, 3)):
        return ""
    return f"the country of {number} is not known here"


def _only_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()
