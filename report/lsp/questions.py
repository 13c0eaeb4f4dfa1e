"""What the server and the analyst say to each other: the kinds of messages."""

ANALYSE, ASK = b"a", b"q"
"""Questions, as JSON: the report as it is now, with what is not saved of it; what an editor asks."""

LABELS, CARDS, SAID, ANSWER, REFUSED, FAULT = b"l", b"c", b"d", b"r", b"x", b"f"
"""Answers: the labels; the cards of the bibliography, where they are not as they were; what is wrong, by address; what
was asked for, all as JSON; the reason why there is nothing; the name of a fault of Report.
"""
