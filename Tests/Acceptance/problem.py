"""What the hub refuses with."""


class Problem(Exception):
    """An RFC 7807 problem document."""

    def __init__(self, document):
        super().__init__(f"{document.get('status')} {document.get('code')}: {document.get('detail')}")
        self.document = document
        self.status = document["status"]
        self.code = document["code"]
