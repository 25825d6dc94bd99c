"""Sekisho (関所): a checkpoint between private records and a cloud language model.

Private data is processed locally; only the reasoning happens in the cloud. The folders are the trust boundary:
`local` is the private zone, `checkpoint` is the one door out of it, `cloud` is the other side.
"""

__version__ = "0.1.0"
