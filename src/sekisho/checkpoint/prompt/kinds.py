"""What a placeholder stands for, and the words by which it is called. A model may translate or restyle them."""

from __future__ import annotations

from enum import Enum

from sekisho.checkpoint.identifier import IdentifierKind


class Kind(Enum):
    """What was replaced. The value: the label in Japanese, in English, and what a model may make of it."""

    NAME = ("氏名", "Name", "名前", "お名前", "姓名", "人名", "full name", "person")
    ADDRESS = ("住所", "Address", "所在地", "場所", "place", "location")
    PHONE = ("電話", "Phone", "電話番号", "phone number", "telephone", "tel")
    EMAIL = ("メール", "Email", "メールアドレス", "e-mail", "mail", "email address")
    NUMBER = ("番号", "Number", "no", "id", "id number")
    DATE = ("日付", "Date", "年月日", "日にち")
    ORGANISATION = ("施設", "Organisation", "組織", "団体", "organization", "facility")
    LINK = ("リンク", "Link", "url", "アカウント", "account", "handle")
    WORD = ("語", "Word", "単語", "言葉", "ことば", "unknown word")
    OTHER = ("伏字", "Mark", "伏せ字", "redacted")

    def label(self, language: str) -> str:
        """The label that we write."""
        labels: tuple[str, ...] = self.value
        return labels[0] if language == "ja" else labels[1]


#: Identifiers of the open case -> what they become.
KIND_OF_IDENTIFIER = {
    IdentifierKind.NAME: Kind.NAME,
    IdentifierKind.ADDRESS: Kind.ADDRESS,
    IdentifierKind.PHONE: Kind.PHONE,
    IdentifierKind.EMAIL: Kind.EMAIL,
    IdentifierKind.NUMBER: Kind.NUMBER,
    IdentifierKind.DATE: Kind.DATE,
    IdentifierKind.ORGANISATION: Kind.ORGANISATION,
    IdentifierKind.OTHER: Kind.OTHER,
}
